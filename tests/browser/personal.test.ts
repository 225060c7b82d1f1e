// Personal links, made in bulk: each lets one person in, who may come back with it, and nobody else.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { parseCsv } from "../http/support/csv.ts";
import { query } from "../http/support/database.ts";
import { dinolabDone, serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { mixedStrategy, Participant } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 4;

/** A study with its links, as the server serves them. */
async function studyWithLinks(t: TestContext, count: number, policy: "resume" | "block"): Promise<{ data: string; links: string[] }> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  await createStudy(folder, data, {
    slug: "invited", task: "category", conditions: [1, 2, 3].map((number) => categoryCondition(seeded(number), number, pictureNames(20), TRIAL_COUNT)),
    settings: { feedback_ms: 30, is_fullscreen_required: false, recruitment: { platform: "personal", return_policy: policy } },
  });
  const made = await dinolabDone("study", "links", "--data", data, "--study", "invited", "--count", String(count), "--url", "https://lab.example.org", "--out", "-");
  const server = await serve(t, data);
  const links = parseCsv(made).map(({ link = "" }) => link);
  assert.ok(links.every((link) => link.startsWith("https://lab.example.org/s/invited?link=")));
  return { data, links: links.map((link) => link.replace("https://lab.example.org", server.url)) };
}

async function arrive(link: string): Promise<{ visitor: Visitor; page: Page; person: Participant }> {
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => text.includes("409") && url.endsWith("/sessions"));
  const page = await visitor.newPage();
  const person = new Participant(page, "category", link);
  await person.arrive();
  return { visitor, page, person };
}

test("a link lets one person in, who goes on after a reload, and no second one", async (t) => {
  const { data, links } = await studyWithLinks(t, 2, "block");
  const [first = "", second = ""] = links;
  const owner = await arrive(first);
  await owner.person.agree();
  await owner.person.learn();
  await owner.person.play("trials", mixedStrategy, 0, 2);
  await owner.person.due("trials", 2);

  const stranger = await arrive(first);
  await stranger.person.agree();
  await stranger.page.getByTestId("notice-returning").waitFor();
  await stranger.visitor.leave();

  await owner.page.reload();
  await owner.person.begin();
  await owner.person.playToEnd("trials", 2);
  await owner.visitor.leave();

  const other = await arrive(second);
  await other.person.agree();
  await other.person.stage("instructions");
  await other.visitor.leave();
  assert.deepEqual(query(data, "SELECT state FROM session ORDER BY session_id"), [{ state: "finished" }, { state: "active" }]);
  assert.deepEqual(query(data, "SELECT link_number, used_at_ms IS NOT NULL AS is_used FROM personal_link ORDER BY link_number"),
    [{ link_number: 1, is_used: 1 }, { link_number: 2, is_used: 1 }]);
});

test("where the study allows it, a link goes on in another browser; two people who share one browser have a session each", async (t) => {
  const { data, links } = await studyWithLinks(t, 2, "resume");
  const [first = "", second = ""] = links;
  const { visitor, page, person } = await arrive(first);
  await person.agree();
  await person.learn();
  await person.play("trials", mixedStrategy, 0, 1);
  await person.due("trials", 1);
  const flatmate = new Participant(await visitor.newPage(), "category", second);
  await flatmate.consent();
  await page.close();
  await visitor.leave();

  const elsewhere = await arrive(first);
  await elsewhere.person.agree();
  await elsewhere.person.begin();
  await elsewhere.person.due("trials", 1);
  await elsewhere.visitor.leave();
  assert.deepEqual(query(data, "SELECT count(*) AS n FROM session"), [{ n: 2 }]);
});

test("a link that was never made lets nobody in", async (t) => {
  const { data, links } = await studyWithLinks(t, 1, "resume");
  const [own = ""] = links;
  const { visitor, page, person } = await arrive(`${own.slice(0, -1)}${own.endsWith("A") ? "B" : "A"}`);
  await person.agree();
  await page.getByTestId("notice-no_id").waitFor();
  assert.match(await page.getByTestId("notice-no_id").innerText(), /link of their own/);
  await visitor.leave();
  assert.deepEqual(query(data, "SELECT count(*) AS n FROM session"), [{ n: 0 }]);
});
