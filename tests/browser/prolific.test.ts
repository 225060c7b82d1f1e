// Prolific, from its link to its completion address: each way to end brings its own code back, and nobody takes part twice.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { mixedStrategy, Participant } from "./support/participant.ts";
import { PlatformPage } from "./support/platform.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 4;
const CODES = {
  code_completed: "C-DONE", code_no_consent: "C-NOCONSENT", code_failed_comprehension: "C-FAILED", code_screened_out: "C-SCREENED", code_quota_full: "C-FULL",
};
const SIGHT = {
  id: "sight", question: { en: "Can you see colours well?", de: "Können Sie Farben gut sehen?" },
  options: { en: ["Yes", "No"], de: ["Ja", "Nein"] }, accepted: [0],
};
const SEES = { sight: 0 };

interface Lab { data: string; server: Server; platform: PlatformPage; slug: string }

async function lab(t: TestContext, recruitment: Record<string, unknown> = {}): Promise<Lab> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const platform = await PlatformPage.open(t);
  const slug = "dinosaurs";
  await createStudy(folder, data, {
    slug, task: "category", conditions: [1, 2].map((number) => categoryCondition(seeded(number), number, pictureNames(20), TRIAL_COUNT)),
    settings: {
      feedback_ms: 30, is_fullscreen_required: false, comprehension_attempts_max: 2, completion_url: "", completion_code: "",
      recruitment: { platform: "prolific", platform_url: `${platform.url}/submissions/complete`, eligibility: [SIGHT], ...CODES, ...recruitment },
    },
  });
  return { data, server: await serve(t, data), platform, slug };
}

function linkOf({ server, slug }: Lab, pid: string): string {
  return `${serverUrl(server, slug)}?PROLIFIC_PID=${pid}&STUDY_ID=6630c0ffee0000000000000a&SESSION_ID=6630c0ffee${pid.slice(0, 14)}`;
}

async function arrive(at: Lab, pid: string): Promise<{ visitor: Visitor; page: Page; person: Participant }> {
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => /409|410/.test(text) && url.endsWith("/sessions"));
  const page = await visitor.newPage();
  const person = new Participant(page, "category", linkOf(at, pid));
  await at.platform.send(page, person.link);
  return { visitor, page, person };
}

/** What a notice leads back with. */
async function pressReturn(at: Lab, page: Page, testId = "return-link"): Promise<string> {
  await page.getByTestId(testId).click();
  const { method, address, referrer } = await at.platform.seesBack(page);
  assert.equal(method, "GET");
  assert.equal(referrer, null, "the platform's ids do not travel on with the address of our page");
  return address;
}

test("who plays to the end comes back with the code for it; from another browser the session goes on where it was", async (t) => {
  const at = await lab(t);
  const pid = "5f00000000000000000000a1";
  const first = await arrive(at, pid);
  await first.person.agree(SEES);
  await first.person.learn();
  await first.person.play("trials", mixedStrategy, 0, 2);
  await first.person.due("trials", 2);
  const kept = await first.page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes(pid), "the browser keeps the participant's session and not who they are");
  await first.visitor.leave();

  const second = await arrive(at, pid);
  await second.person.agree(SEES);
  await second.person.begin();
  await second.person.playToEnd("trials", 2);
  await second.page.getByTestId("debriefing").waitFor();
  assert.equal(at.platform.received.length, 0, "nobody is sent on before they have read what it was about");
  assert.equal(await pressReturn(at, second.page, "completion-link"), "/submissions/complete?cc=C-DONE");
  await second.visitor.leave();

  const third = await arrive(at, pid);
  await third.person.agree(SEES);
  await third.person.stage("finished");
  assert.equal(await pressReturn(at, third.page, "completion-link"), "/submissions/complete?cc=C-DONE");
  await third.visitor.leave();

  assert.deepEqual(query(at.data, "SELECT state, count(*) AS n FROM session"), [{ state: "finished", n: 1 }]);
  assert.deepEqual(query(at.data, "SELECT count(*) AS n FROM trial"), [{ n: TRIAL_COUNT }]);
  assert.deepEqual(query(at.data, `SELECT count(*) AS n FROM event WHERE detail LIKE '%${pid}%'`), [{ n: 0 }]);
});

test("who does not agree comes back with the code for that, and nothing is stored", async (t) => {
  const at = await lab(t);
  const { visitor, page } = await arrive(at, "5f00000000000000000000b1");
  await page.getByTestId("consent-decline").click();
  await page.getByTestId("notice-declined").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.equal(await pressReturn(at, page), "/submissions/complete?cc=C-NOCONSENT");
  assert.deepEqual(query(at.data, "SELECT count(*) AS n FROM session"), [{ n: 0 }]);
  await visitor.leave();
});

test("answers that are missing are asked for beside their fields, and an unusual age is asked about before it counts", async (t) => {
  const at = await lab(t);
  const { visitor, page, person } = await arrive(at, "5f00000000000000000000c1");
  await page.getByTestId("consent-accept").click();
  assert.match(await person.text("fault-age"), /whole years/);
  assert.match(await person.text("fault-eligibility-0"), /choose/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "consent-age");

  await page.getByTestId("consent-age").fill("17");
  await page.getByTestId("consent-age").press("Enter");
  await page.getByTestId("consent-accept").click();
  assert.match(await person.text("fault-age"), /You have entered 17/);
  assert.deepEqual(query(at.data, "SELECT count(*) AS n FROM refusal"), [{ n: 0 }]);
  await page.getByTestId("consent-age").fill("71");
  await page.getByTestId("consent-accept").click();
  assert.equal(await person.text("fault-age"), "");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "eligibility-0");
  await person.agree(SEES, "71");
  await person.stage("instructions");
  await visitor.leave();
});

test("who is too young, or answers a question otherwise, comes back with the code for it, and not in again with other answers", async (t) => {
  const at = await lab(t);
  const young = await arrive(at, "5f00000000000000000000d1");
  await young.person.agree(SEES, "17");
  await young.page.getByTestId("consent-accept").click();
  await young.page.getByTestId("notice-screened_out").waitFor();
  assert.equal(await pressReturn(at, young.page), "/submissions/complete?cc=C-SCREENED");
  await at.platform.send(young.page, young.person.link);
  await young.person.agree(SEES, "18");
  await young.page.getByTestId("notice-screened_out").waitFor();
  await young.visitor.leave();

  const other = await arrive(at, "5f00000000000000000000d2");
  await other.person.agree({ sight: 1 });
  await other.page.getByTestId("notice-screened_out").waitFor();
  assert.equal(await pressReturn(at, other.page), "/submissions/complete?cc=C-SCREENED");
  await other.visitor.leave();
  assert.deepEqual(query(at.data, "SELECT count(*) AS n FROM session"), [{ n: 0 }]);
});

test("who does not understand the instructions in the attempts allowed is told how many are left, and comes back with the code for it", async (t) => {
  const at = await lab(t);
  const { visitor, page, person } = await arrive(at, "5f00000000000000000000e1");
  await person.agree(SEES);
  await person.readInstructions();
  await person.answerComprehension(1);
  await page.getByTestId("comprehension-again").waitFor();
  assert.match(await page.locator("#stage").innerText(), /You have 1 more attempt\./);
  await page.getByTestId("comprehension-again").click();
  await person.readInstructions();
  await person.answerComprehension(2);
  await page.getByTestId("notice-failed_comprehension").waitFor();
  assert.equal(await page.getByTestId("return-link").getAttribute("href"), `${at.platform.url}/submissions/complete?cc=C-FAILED`);

  visitor.expect((text) => text.includes("410") || text.includes("409"));
  await page.reload();
  await page.getByTestId("notice-failed_comprehension").waitFor();
  assert.equal(await pressReturn(at, page), "/submissions/complete?cc=C-FAILED");
  await visitor.leave();
});

test("who comes when the quota is full comes back with the code for it; who has a place keeps it on another browser", async (t) => {
  const at = await lab(t, { quota: 1 });
  const pid = "5f00000000000000000000f1";
  const first = await arrive(at, pid);
  await first.person.agree(SEES);
  await first.person.stage("instructions");
  await first.visitor.leave();

  const late = await arrive(at, "5f00000000000000000000f2");
  await late.page.getByTestId("notice-full").waitFor();
  await late.page.getByTestId("notice-button").click();
  await late.person.agree(SEES);
  await late.page.getByTestId("return-link").waitFor();
  assert.equal(await late.page.evaluate(() => document.body.dataset.notice), "full", "saying to have begun does not make it so");
  assert.equal(await pressReturn(at, late.page), "/submissions/complete?cc=C-FULL");
  await late.visitor.leave();

  const again = await arrive(at, pid);
  await again.page.getByTestId("notice-full").waitFor();
  await again.page.getByTestId("notice-button").click();
  await again.person.agree(SEES);
  await again.person.stage("instructions");
  await again.visitor.leave();
  assert.deepEqual(query(at.data, "SELECT count(*) AS n FROM session"), [{ n: 1 }]);
});

test("who opens the link without coming from Prolific is told to, and cannot agree", async (t) => {
  const at = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await page.goto(`${serverUrl(at.server, at.slug)}?PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D`);
  await page.getByTestId("notice-no_id").waitFor();
  assert.match(await page.getByTestId("notice-no_id").innerText(), /open the study from Prolific/);
  assert.equal(await page.getByTestId("consent-accept").count(), 0);
  await visitor.leave();
});
