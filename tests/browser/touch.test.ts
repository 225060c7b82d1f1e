// Answers by finger and by mouse: both tasks to the end on a phone and on a desk, what is stored of them, and what a study does with an input that it
// does not allow.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { InputKind } from "../../web/wire/types.ts";
import { query } from "../http/support/database.ts";
import { Server, until } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";
import { installHold } from "./support/tour.ts";

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 720 } };
const TRIAL_COUNT = 3;
const BLANK_MS = 300;

let browser: Browser;
let server: Server;
let data: string;
const folder = mkdtempSync(join(tmpdir(), "dinolab-touch-"));

before(async () => {
  data = await importPictures(folder, 10);
  const make = (slug: string, task: TaskName, inputs: InputKind[], settings = {}): Promise<void> => {
    const random = seeded(3);
    const names = pictureNames(10);
    const condition = task === "category" ? categoryCondition(random, 1, names, TRIAL_COUNT) : rewardCondition(random, 1, names, TRIAL_COUNT);
    return createStudy(folder, data, {
      slug, task, conditions: [condition],
      settings: { feedback_ms: 30, is_fullscreen_required: false, sessions_per_condition: 10, inputs, ...(task === "reward" ? { blank_ms: BLANK_MS } : {}), ...settings },
    });
  };
  await make("any-category", "category", ["keyboard", "touch", "mouse"]);
  await make("any-reward", "reward", ["keyboard", "touch", "mouse"]);
  await make("keys", "category", ["keyboard"]);
  await make("touch", "reward", ["touch"]);
  await make("full-screen", "category", ["touch"], { is_fullscreen_required: true });
  server = new Server(data);
  [browser] = await Promise.all([launch(), server.start()]);
});

after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs inside the page: when each press began, by the browser's own time of it. */
function installPressRecorder(): void {
  const presses: number[] = [];
  (window as { presses?: number[] }).presses = presses;
  addEventListener("pointerdown", (event) => { if (event.target instanceof Element && event.target.closest(".delivery, .pair") !== null) presses.push(event.timeStamp); }, true);
}

function presses(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as { presses?: number[] }).presses ?? []);
}

interface StoredTrial {
  choice: number;
  input: string;
  onset_ms: number;
  rt_ms: number;
}

function storedTrials(slug: string): StoredTrial[] {
  return query(data, `SELECT response AS choice, trial.input, trial.onset_ms, trial.rt_ms FROM trial JOIN session USING (session_id) JOIN study USING (study_id)
    WHERE study.slug = '${slug}' ORDER BY session_id DESC, trial_index LIMIT ${String(TRIAL_COUNT)}`) as unknown as StoredTrial[];
}

for (const [input, options] of [["touch", PHONE], ["mouse", DESK]] as const) {
  for (const task of ["category", "reward"] as const) {
    test(`${task} learning by ${input}, from the link to the end`, async () => {
      const visitor = await Visitor.arrive(browser, options);
      await visitor.context.addInitScript(installPressRecorder);
      const page = await visitor.newPage();
      const person = new Participant(page, task, serverUrl(server, `any-${task}`), input);
      await person.consent();
      const read = (await person.readInstructions()).join("\n");
      assert.match(read, input === "touch" ? /\btap\b/ : /\bclick\b/);
      // Keys are for those who have some.
      assert.equal(/press/.test(read), input === "mouse", read);
      await person.answerComprehension();
      await person.begin();
      const responses = await person.play("trials", ({ index }) => (index % 2 === 0 ? 1 : 0));
      assert.equal(responses.length, TRIAL_COUNT);
      const began = await presses(page);
      await person.answerQuestionnaire();
      await person.finish();
      const rows = storedTrials(`any-${task}`);
      assert.deepEqual(rows.map((row) => row.choice), responses);
      assert.deepEqual(rows.map((row) => row.input), responses.map(() => input));
      rows.forEach((row, at) => {
        const from_onset_ms = (began[at] ?? NaN) - row.onset_ms;
        assert.ok(Math.abs(row.rt_ms - from_onset_ms) < 0.2, `trial ${String(at)}: ${String(row.rt_ms)} ms stored, pressed after ${String(from_onset_ms)} ms`);
      });
      await visitor.leave();
    });
  }
}

/** Where a finger or a mouse has to go, in the middle of it. */
async function middleOf(page: Page, choice: 0 | 1): Promise<{ x: number; y: number }> {
  const box = await page.locator(`[data-choice="${String(choice)}"]`).boundingBox();
  assert.ok(box !== null && box.width >= 44 && box.height >= 44, "large enough for a finger");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("a press before the images is an event and no answer, and one that slides away is none either", async () => {
  const visitor = await Visitor.arrive(browser, DESK);
  await visitor.context.addInitScript(installHold, BLANK_MS);
  const page = await visitor.newPage();
  const person = new Participant(page, "reward", serverUrl(server, "any-reward"), "mouse");
  await person.consent();
  await person.readInstructions();
  await person.answerComprehension();
  await person.stage("begin");
  await page.evaluate(() => { (window as { isHeld?: boolean }).isHeld = true; });
  await person.begin();
  await page.waitForFunction(() => document.body.dataset.trialIndex === "0" && document.body.dataset.state === "waiting" && document.querySelector(".pair.blank") !== null);
  const left = await middleOf(page, 0);
  const right = await middleOf(page, 1);
  await page.mouse.move(left.x, left.y);
  await page.mouse.down();
  await page.evaluate(() => { (window as { isHeld?: boolean }).isHeld = false; });
  await person.due("trials", 0);
  // Held until the images are there: it began too early all the same.
  await page.mouse.up();
  await page.mouse.down();
  await page.mouse.move(right.x, right.y);
  await page.mouse.up();
  await page.mouse.click(right.x, right.y, { button: "right" });
  assert.deepEqual(await page.evaluate(() => [document.body.dataset.trialIndex, document.body.dataset.state]), ["0", "ready"]);
  await page.mouse.click(right.x, right.y);
  await person.due("trials", 1);
  const early = await until("the early press is told", () => {
    const rows = query(data, "SELECT trial_index, detail FROM event WHERE kind = 'key_before_onset'");
    return Promise.resolve(rows.length === 0 ? null : rows);
  });
  assert.deepEqual(early, [{ trial_index: 0, detail: "trials mouse" }]);
  await visitor.leave();
});

test("what a screen reader activates without a press is an answer by keyboard, where keys are allowed", async () => {
  const visitor = await Visitor.arrive(browser, DESK);
  const page = await visitor.newPage();
  const person = new Participant(page, "category", serverUrl(server, "any-category"));
  await person.reachTrials();
  await person.due("trials", 0);
  await page.getByTestId("dinosaur-julty").dispatchEvent("click");
  await person.due("trials", 1);
  await page.getByTestId("dinosaur-folty").focus();
  await page.keyboard.press("Space");
  await person.due("trials", 2);
  await person.press(1);
  await person.stage("questionnaire");
  assert.deepEqual(storedTrials("any-category").map(({ choice, input }) => [choice, input]), [[1, "keyboard"], [0, "keyboard"], [1, "keyboard"]]);
  await visitor.leave();
});

test("a study for keyboards says so to a phone, and takes no tap", async () => {
  const visitor = await Visitor.arrive(browser, PHONE);
  const page = await visitor.newPage();
  const person = new Participant(page, "category", serverUrl(server, "keys"), "touch");
  await person.arrive();
  await page.getByText("This device seems to have no keyboard.").waitFor();
  await person.reachTrials();
  await person.due("trials", 0);
  await person.press(1);
  await page.getByTestId("status").getByText("Please use the keys F and J.").waitFor();
  assert.equal(await page.evaluate(() => document.body.dataset.state), "ready");
  await page.keyboard.press("j");
  await person.due("trials", 1);
  assert.ok(await page.getByTestId("status").isHidden(), "what was said is gone with the answer");
  await visitor.leave();
});

test("a study for fingers takes no key and no mouse, not even Enter on an image", async () => {
  const visitor = await Visitor.arrive(browser, DESK);
  const page = await visitor.newPage();
  const person = new Participant(page, "reward", serverUrl(server, "touch"), "mouse");
  await person.arrive();
  await page.getByText("This device seems to have no touch screen.").waitFor();
  await person.reachTrials();
  await person.due("trials", 0);
  const refused = async (act: () => Promise<unknown>): Promise<void> => {
    await page.evaluate(() => { document.getElementById("status")?.setAttribute("hidden", ""); });
    await act();
    await page.getByTestId("status").getByText("Please tap one of the images.").waitFor();
    assert.equal(await page.evaluate(() => document.body.dataset.state), "ready");
  };
  await refused(() => page.keyboard.press("ArrowLeft"));
  await refused(() => person.press(1));
  await page.getByTestId("option-left").focus();
  await refused(() => page.keyboard.press("Enter"));
  await page.getByTestId("option-left").focus();
  await refused(() => page.keyboard.press("Space"));
  await visitor.leave();
});

test("a phone that cannot fill its screen is not asked to", async () => {
  const visitor = await Visitor.arrive(browser, PHONE);
  await visitor.context.addInitScript(() => {
    Reflect.deleteProperty(Element.prototype, "requestFullscreen");
    Reflect.deleteProperty(Document.prototype, "fullscreenEnabled");
  });
  const page = await visitor.newPage();
  const person = new Participant(page, "category", serverUrl(server, "full-screen"), "touch");
  await person.consent();
  await person.readInstructions();
  await person.answerComprehension();
  await person.stage("begin");
  assert.equal(await page.getByTestId("fullscreen-continue").count(), 0);
  await person.begin();
  await person.due("trials", 0);
  assert.ok(await page.getByTestId("bar-fullscreen").isHidden());
  await person.press(0);
  await person.due("trials", 1);
  await visitor.leave();
});
