// Stopping and asking for deletion on the participant's screens: what the question waits for, what the last screen says, what is left in the
// browser and in the database, and that a dashboard open beside it loses the person.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PASSWORD, Researcher } from "../http/support/client.ts";
import { number, query } from "../http/support/database.ts";
import { serve, temporaryFolder, until, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { mixedStrategy, Participant } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUG = "leaving";
const TRIAL_COUNT = 5;

interface Place { server: Server; visitor: Visitor; person: Participant; page: Page }

async function place(t: TestContext): Promise<Place> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20, ["task"]);
  const conditions = [1, 2].map((at) => categoryCondition(seeded(at), at, pictureNames(20), TRIAL_COUNT));
  await createStudy(folder, data, {
    slug: SLUG, task: "category", conditions, representations: ["task"],
    settings: { feedback_ms: 30, is_fullscreen_required: false, currency: "EUR", base_minor: 300, partial_minimum_minor: 50, partial_per_trial_minor: 10 },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  return { server, visitor, page, person: new Participant(page, "category", serverUrl(server, SLUG)) };
}

async function choose(page: Page, way: "stop" | "delete"): Promise<void> {
  await page.getByTestId("withdraw").click();
  await page.getByTestId(`withdraw-${way}`).click();
  if (way === "delete") await page.getByTestId("withdraw-confirm").click();
  await page.getByTestId(way === "delete" ? "notice-deleted" : "notice-stopped").waitFor();
}

/** Nothing in the browser leads back to the session, and nothing on the page listens for keys. */
async function assertLeftBehind(page: Page): Promise<void> {
  const kept = await page.evaluate(() => Object.keys(localStorage));
  assert.deepEqual(kept.filter((key) => key.startsWith("dinolab.")), []);
  const before = await page.evaluate(() => document.body.outerHTML);
  for (const key of ["f", "j", "ArrowLeft", "Enter", "Space"]) await page.keyboard.press(key);
  assert.equal(await page.evaluate(() => document.body.outerHTML), before);
  const wasTaken = await page.evaluate(() => !window.dispatchEvent(new KeyboardEvent("keydown", { key: "f", cancelable: true })));
  assert.equal(wasTaken, false, "a listener took the key");
}

test("the trial waits while the question is open, and goes on after it", async (t) => {
  const { server, page, person, visitor } = await place(t);
  await person.reachTrials();
  await person.play("trials", mixedStrategy, 0, 2);
  await person.due("trials", 2);
  await page.getByTestId("withdraw").click();
  assert.match(await person.text("withdraw-dialog"), /Do you want to stop/);
  await page.getByTestId("withdraw-pay").filter({ hasText: "€0.70" }).waitFor();
  await keepScreenshot(page, "withdraw-question");
  for (const key of ["f", "j", "f"]) await page.keyboard.press(key);
  await page.keyboard.press("Escape");
  await page.getByTestId("withdraw-dialog").waitFor({ state: "hidden" });
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 2, "no response counted behind the question");
  await page.keyboard.press("Enter"); // the button that opened it is not pressed again
  assert.equal(await page.getByTestId("withdraw-dialog").isVisible(), false);
  await person.play("trials", mixedStrategy, 2);
  await person.stage("questionnaire");
  await until("the opening is on record", () => Promise.resolve(number(server.data, "SELECT count(*) FROM event WHERE kind = 'withdraw_opened' AND trial_index = 2") === 1 ? true : null));
  await visitor.leave();
});

test("who stops during a trial is thanked and paid, and the link begins from the start", async (t) => {
  const { server, page, person, visitor } = await place(t);
  await person.reachTrials();
  await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  await choose(page, "stop");
  assert.equal(await person.text("withdrawn-pay"), "€0.80");
  await keepScreenshot(page, "withdraw-stopped");
  await assertLeftBehind(page);
  assert.deepEqual(query(server.data, "SELECT state, end_reason, (SELECT count(*) FROM trial) AS trials FROM session"), [{ state: "left", end_reason: "withdrawn", trials: 3 }]);
  await person.consent();
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 2);
  await visitor.leave();
});

test("who asks for deletion in the questionnaire leaves nothing but a tombstone", async (t) => {
  const { server, page, person, visitor } = await place(t);
  await person.reachTrials();
  await person.play("trials", mixedStrategy);
  await person.stage("questionnaire");
  await page.getByTestId("strategy").fill("typed and not sent");
  await page.getByTestId("withdraw").click();
  await page.getByTestId("withdraw-delete").click();
  await keepScreenshot(page, "withdraw-confirm");
  await page.getByTestId("withdraw-confirm-back").click();
  await page.getByTestId("withdraw-back").click();
  assert.equal(await page.getByTestId("strategy").inputValue(), "typed and not sent");
  await choose(page, "delete");
  await keepScreenshot(page, "withdraw-deleted");
  await assertLeftBehind(page);
  assert.deepEqual(query(server.data, "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM trial) + (SELECT count(*) FROM event) AS rows,"
    + " (SELECT count(*) FROM tombstone) AS stones"), [{ rows: 0, stones: 1 }]);
  await visitor.leave();
});

test("who has finished can only ask for deletion, and keeps the payment", async (t) => {
  const { server, page, person, visitor } = await place(t);
  await person.reachTrials();
  await person.play("trials", () => 1);
  await person.answerQuestionnaire();
  await person.finish();
  const pay = await person.text("completion-pay");
  await page.getByTestId("withdraw").click();
  assert.equal(await page.getByTestId("withdraw-stop").count(), 0);
  await page.getByTestId("withdraw-pay").filter({ hasText: pay }).waitFor();
  await page.getByTestId("withdraw-back").click();
  await choose(page, "delete");
  assert.equal(await person.text("withdrawn-pay"), pay);
  await assertLeftBehind(page);
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 0);
  await visitor.leave();
});

/** The page asks who is logged in, and is told: nobody yet; a deleted session is gone. */
function isNoFault(text: string, url: string): boolean {
  return (text.includes("401") && /\/api\/v1\/(account|login)$/.test(url)) || (text.includes("410") && /\/stream$/.test(url));
}

test("dashboards that are open beside it lose the person without a reload", async (t) => {
  const { server, page, person, visitor } = await place(t);
  await Researcher.setUp(server);
  const researcher = await Visitor.arrive(browser);
  researcher.expect(isNoFault);
  await person.reachTrials();
  await person.play("trials", mixedStrategy, 0, 2);
  const id = query<{ id: string }>(server.data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
  const [list, own] = [await researcher.newPage(), await researcher.newPage()];
  await list.goto(`${server.url}/studies/${SLUG}`);
  await list.getByTestId("login-name").fill("ada");
  await list.getByTestId("login-password").fill(PASSWORD);
  await list.getByTestId("login-submit").click();
  await list.getByTestId("session-trial").waitFor();
  await own.goto(`${server.url}/studies/${SLUG}/sessions/${id}`);
  await own.getByTestId("figure-trial").filter({ hasText: "2" }).waitFor();
  await own.evaluate(() => { document.body.dataset.mark = "same"; });
  await list.evaluate(() => { document.body.dataset.mark = "same"; });
  await person.due("trials", 2);
  await choose(page, "delete");
  await list.getByTestId("session-trial").waitFor({ state: "detached" });
  await own.getByTestId("notice-hint").filter({ hasText: "asked for deletion" }).waitFor();
  await keepScreenshot(own, "withdraw-dashboard");
  for (const each of [list, own]) assert.equal(await each.evaluate(() => document.body.dataset.mark), "same");
  await own.reload();
  await own.getByTestId("notice-hint").filter({ hasText: "asked for deletion" }).waitFor();
  await researcher.leave();
  await visitor.leave();
});

function isCutOff(text: string): boolean {
  return /net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET)|401|410/.test(text);
}

test("a server that is away is told after it has come back, also by a page that was loaded again", async (t) => {
  const { server, page, person, visitor } = await place(t);
  visitor.expect(isCutOff);
  await person.reachTrials();
  await person.play("trials", mixedStrategy, 0, 1);
  await person.due("trials", 1);
  await server.stop();
  await page.getByTestId("withdraw").click();
  await page.getByTestId("withdraw-delete").click();
  await page.getByTestId("withdraw-confirm").click();
  await page.getByTestId("withdraw-status").filter({ hasText: "Connection lost" }).waitFor();
  await keepScreenshot(page, "withdraw-offline");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByTestId("withdraw-dialog").isVisible(), true, "what is on its way cannot be taken back");
  await server.restart();
  await page.getByTestId("notice-deleted").waitFor();
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 0);
  await assertLeftBehind(page);

  // Decided while the server was away, then the page was loaded again.
  await person.reachTrials();
  await person.due("trials", 0);
  await page.route("**/api/v1/session/withdraw", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  visitor.expect((text) => text.includes("net::ERR_FAILED"));
  await page.getByTestId("withdraw").click();
  await page.getByTestId("withdraw-stop").click();
  await page.getByTestId("withdraw-status").filter({ hasText: "Connection lost" }).waitFor();
  await page.unroute("**/api/v1/session/withdraw");
  await page.reload();
  await page.getByTestId("notice-stopped").waitFor();
  assert.equal(query(server.data, "SELECT end_reason FROM session")[0]?.end_reason, "withdrawn");
  await assertLeftBehind(page);
  await visitor.leave();
});

test("a response that is still on its way does not bring the page out of its last screen", async (t) => {
  const { server, page, person, visitor } = await place(t);
  visitor.expect((text) => /401|410/.test(text));
  await person.reachTrials();
  await person.play("trials", mixedStrategy, 0, 2);
  await person.due("trials", 2);
  // The request leaves the page only after the session is gone.
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => { release = resolve; });
  let answered: () => void = () => undefined;
  const isAnswered = new Promise<void>((resolve) => { answered = resolve; });
  await page.route("**/api/v1/session/trials/2", async (route) => {
    await held;
    await route.continue();
  });
  page.on("response", (response) => { if (response.url().endsWith("/trials/2")) answered(); });
  await person.press(1);
  await page.waitForFunction(() => document.body.dataset.state === "saving");
  await choose(page, "delete");
  release();
  await isAnswered;
  await assertLeftBehind(page);
  assert.equal(await page.getByTestId("notice-deleted").isVisible(), true);
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 0);
  await visitor.leave();
});

test("the question fits a phone, and so does the way to it", async (t) => {
  const { server, visitor } = await place(t);
  const phone = await Visitor.arrive(browser, { viewport: { width: 390, height: 844 } });
  const page = await phone.newPage();
  const person = new Participant(page, "category", serverUrl(server, SLUG));
  await person.consent();
  await keepScreenshot(page, "withdraw-phone-bar");
  await page.getByTestId("withdraw").click();
  await page.getByTestId("withdraw-pay").filter({ hasText: "nothing is paid" }).waitFor();
  await keepScreenshot(page, "withdraw-phone-question");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await page.getByTestId("withdraw-stop").click();
  await page.getByTestId("notice-stopped").waitFor();
  await keepScreenshot(page, "withdraw-phone-stopped");
  await phone.leave();
  await visitor.leave();
});
