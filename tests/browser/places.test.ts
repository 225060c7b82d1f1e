// Who gets in: conditions are given out once each, and a study that has no place says so.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { Participant as PlainParticipant } from "../http/support/client.ts";
import { query } from "../http/support/database.ts";
import { dinolabDone, serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { Participant } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUG = "places";

async function studyWith(t: TestContext, conditionCount: number): Promise<Server> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const random = seeded(1);
  const conditions = Array.from({ length: conditionCount }, (_, at) => categoryCondition(random, at + 1, pictureNames(20), 4));
  await createStudy(folder, data, { slug: SLUG, task: "category", conditions, settings: { feedback_ms: 30, is_fullscreen_required: false } });
  return serve(t, data);
}

test("of 50 conditions the 50 that join get one each, and the 51st is told that the study is full", async (t) => {
  const server = await studyWith(t, 50);
  await Promise.all(Array.from({ length: 49 }, () => new PlainParticipant(server).enrol(SLUG)));
  const last = await Visitor.arrive(browser);
  const person = new Participant(await last.newPage(), "category", serverUrl(server, SLUG));
  await person.consent();
  assert.deepEqual(
    query(server.data, "SELECT count(*) AS sessions, count(DISTINCT condition_id) AS conditions FROM session"), [{ sessions: 50, conditions: 50 }],
  );

  const late = await Visitor.arrive(browser);
  const page = await late.newPage();
  await page.goto(serverUrl(server, SLUG));
  await page.getByTestId("notice-full").waitFor();
  assert.match(await page.getByTestId("notice-full").innerText(), /This study is full/);
  await keepScreenshot(page, "study-full");

  await person.page.reload();
  await person.stage("instructions");
  await last.leave();
  await late.leave();
});

test("somebody who reads the consent while the last place is taken is told that the study is full", async (t) => {
  const server = await studyWith(t, 1);
  const [first, second] = [await Visitor.arrive(browser), await Visitor.arrive(browser)];
  second.expect((text, url) => text.includes("409") && url.endsWith("/sessions"));
  const pages = [await first.newPage(), await second.newPage()] as const;
  for (const page of pages) {
    await page.goto(serverUrl(server, SLUG));
    await page.getByTestId("consent-accept").waitFor();
  }
  const [quick, slow] = pages.map((page) => new Participant(page, "category", serverUrl(server, SLUG)));
  await quick?.agree();
  await pages[0].getByTestId("instructions-page").waitFor();
  await slow?.agree();
  await pages[1].getByTestId("notice-full").waitFor();
  await first.leave();
  await second.leave();
});

test("a closed study lets nobody in, but whoever is in may go on", async (t) => {
  const server = await studyWith(t, 3);
  const inside = await Visitor.arrive(browser);
  const person = new Participant(await inside.newPage(), "category", serverUrl(server, SLUG));
  await person.consent();
  await server.stop();
  await dinolabDone("study", "close", "--data", server.data, "--study", SLUG);
  await server.restart();

  const outside = await Visitor.arrive(browser);
  const page = await outside.newPage();
  await page.goto(serverUrl(server, SLUG));
  await page.getByTestId("notice-closed").waitFor();
  await keepScreenshot(page, "study-closed");

  await person.readInstructions();
  await person.answerComprehension();
  await person.begin();
  assert.equal((await person.play("trials", () => 1)).length, 4);
  await person.answerQuestionnaire();
  await person.finish();
  await inside.leave();
  await outside.leave();
});

test("somebody who declines leaves no trace, and an unknown study is called unknown", async (t) => {
  const server = await studyWith(t, 1);
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => text.includes("404") && url.includes("/open-studies/"));
  const page = await visitor.newPage();
  await page.goto(serverUrl(server, SLUG));
  await page.getByTestId("consent-decline").click();
  await page.getByTestId("notice-declined").waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), []);
  assert.deepEqual(query(server.data, "SELECT session_id FROM session"), []);
  await page.goto(serverUrl(server, "no-such-study"));
  await page.getByTestId("notice-not_found").waitFor();
  await page.waitForFunction(() => Object.keys(localStorage).length === 0);
  await visitor.leave();
});

test("a browser that opens the link is counted once however often it does, and a lost count is no trouble", async (t) => {
  const server = await studyWith(t, 1);
  const arrivals = (): number => query<{ count: number }>(server.data, "SELECT count(*) AS count FROM arrival")[0]?.count ?? -1;
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  for (let times = 0; times < 2; times++) {
    const counted = page.waitForResponse((response) => response.url().endsWith("/arrivals") && response.status() === 200);
    await page.goto(serverUrl(server, SLUG));
    await page.getByTestId("consent-accept").waitFor();
    assert.equal((await counted).status(), 200);
  }
  assert.equal(arrivals(), 1);
  await visitor.leave();

  const unlucky = await Visitor.arrive(browser);
  unlucky.expect((text, url) => url.endsWith("/arrivals") && text.includes("ERR_FAILED"));
  const other = await unlucky.newPage();
  await other.route("**/arrivals", (route) => route.abort());
  await other.goto(serverUrl(server, SLUG));
  await other.getByTestId("consent-accept").waitFor();
  assert.equal(arrivals(), 1);
  await unlucky.leave();
});
