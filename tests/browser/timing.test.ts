// Are the times that are stored the times that were? Onsets are compared with the browser's own report of when each image was presented, responses with
// key presses whose time is set to the millisecond, display times with the settings.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, CDPSession } from "playwright-core";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { exportedTrials } from "./support/material.ts";
import { KEYS, Participant, type Choice, type TaskName } from "./support/participant.ts";
import { Proxy } from "./support/proxy.ts";
import type { ShownTrial } from "./support/recorder.ts";
import { LATE_FRAME_TOLERANCE_MS, serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUG = "times";
const FEEDBACK_MS = 250;
const BLANK_MS = 200;
/** From the paint of the images to the key press. */
const DELAYS_MS = [300, 420.5, 333.3, 700, 250, 512.7, 391, 460.2, 305, 550];

interface Reply {
  request_ms: number;
  duration_ms: number;
}

interface Played {
  shown: ShownTrial[];
  rows: Record<string, string>[];
  /** The browser's own timing of each response's request, in order. */
  replies: Reply[];
  /** The median interval between frames, measured on the page while the trials ran. */
  frame_ms: number;
}

interface Way {
  /** Of each reply. */
  delay_ms?: (index: number) => number;
  /** Whether the page sees the browser's reports of when it painted an image, as Chromium has them and others do not. */
  isPaintReported?: boolean;
}

function hidePaintReports(): void {
  const { supportedEntryTypes } = PerformanceObserver;
  Object.defineProperty(PerformanceObserver, "supportedEntryTypes", { get: () => supportedEntryTypes.filter((type) => type !== "element") });
}

/** A real key press that the browser dates exactly `delay_ms` after the paint of the trial's images, dispatched once that time has come. */
async function pressAfterPaint(person: Participant, cdp: CDPSession, index: number, delay_ms: number, choice: Choice): Promise<void> {
  const at_ms = await person.page.evaluate(async ({ index, delay_ms }) => {
    for (;;) {
      const trial = (await window.recorder.collect()).find((one) => one.index === index);
      const due_ms = Math.max(...(trial?.painted_at_ms ?? [NaN])) + delay_ms;
      if (performance.now() > due_ms) return performance.timeOrigin + due_ms;
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  }, { index, delay_ms });
  const key = KEYS[person.task][choice];
  const code = key.length === 1 ? `Key${key.toUpperCase()}` : key;
  const press = { key, code, windowsVirtualKeyCode: { f: 70, j: 74, ArrowLeft: 37, ArrowRight: 39 }[key] ?? 0, timestamp: at_ms / 1000 };
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...press });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...press });
}

async function measuredFrame(person: Participant): Promise<number> {
  return person.page.evaluate(async () => {
    const stamps: number[] = [];
    while (stamps.length < 40) stamps.push(await new Promise<number>((resolve) => { requestAnimationFrame(resolve); }));
    const gaps = stamps.slice(1).map((stamp, at) => stamp - (stamps[at] ?? NaN)).sort((a, b) => a - b);
    return gaps[Math.floor(gaps.length / 2)] ?? NaN;
  });
}

async function playAtKnownTimes(t: TestContext, task: TaskName, way: Way = {}): Promise<Played> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40);
  const random = seeded(4);
  const names = pictureNames(40);
  const count = DELAYS_MS.length;
  const condition = task === "category" ? categoryCondition(random, 1, names, count) : rewardCondition(random, 1, names, count);
  const settings = { feedback_ms: FEEDBACK_MS, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: BLANK_MS } : {}) };
  await createStudy(folder, data, { slug: SLUG, task, conditions: [condition], settings });
  const server = await serve(t, data);
  const proxy = way.delay_ms === undefined ? null : await Proxy.start(t, server);
  const visitor = await Visitor.arrive(browser);
  if (way.isPaintReported === false) await visitor.context.addInitScript(hidePaintReports);
  const page = await visitor.newPage();
  const cdp = await visitor.context.newCDPSession(page);
  const person = new Participant(page, task, proxy?.url(SLUG) ?? serverUrl(server, SLUG));
  await person.reachTrials();
  for (const [index, delay_ms] of DELAYS_MS.entries()) {
    await person.due("trials", index);
    if (proxy !== null) proxy.delay_ms = way.delay_ms?.(index) ?? 0;
    await pressAfterPaint(person, cdp, index, delay_ms, index % 2 === 0 ? 1 : 0);
  }
  await person.stage("questionnaire");
  const shown = await person.shown();
  const replies = await page.evaluate(() => (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
    .filter(({ name }) => /\/trials\/\d+$/.test(name)).map(({ startTime, duration }) => ({ request_ms: startTime, duration_ms: duration })));
  const frame_ms = await measuredFrame(person);
  await visitor.leave();
  return { shown, rows: await exportedTrials(data, SLUG), replies, frame_ms };
}

function listed(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(", ");
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Within one frame: the median, and all but `lateCount`, frames that a busy machine presents late; these stay within LATE_FRAME_TOLERANCE_MS. */
function assertWithinOneFrame(what: string, errors: readonly number[], frame_ms: number, lateCount = 1): void {
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const text = `${what}: off by ${listed(errors)} ms; a frame is ${frame_ms.toFixed(1)} ms`;
  assert.ok(median(sizes) <= frame_ms, text);
  assert.ok((sizes.at(-1 - lateCount) ?? NaN) <= frame_ms && (sizes.at(-1) ?? NaN) <= LATE_FRAME_TOLERANCE_MS, text);
}

/** Never shorter than set; longer by a few frames at most, but for a hiccup of the machine. */
function assertLasts(durations: readonly number[], setting_ms: number): void {
  for (const duration of durations) assert.ok(duration >= setting_ms && duration < setting_ms + 1000, `${String(duration)} ms instead of ${String(setting_ms)}`);
  assert.ok(median(durations) < setting_ms + 100, `${listed(durations)} ms instead of ${String(setting_ms)}`);
}

/** The round trip of the reply before, as the browser timed that request; the page hears of a reply later when the machine is busy. */
function assertReplies(rows: readonly Record<string, string>[], replies: readonly Reply[]): void {
  assert.equal(rows[0]?.previous_reply_ms, "", "the first has no reply before it");
  const heard = rows.slice(1).map((row, index) => Number(row.previous_reply_ms) - (replies[index]?.duration_ms ?? NaN));
  const text = `round trips are off by ${listed(heard)} ms`;
  assert.ok(Math.min(...heard) > -5 && median(heard) < LATE_FRAME_TOLERANCE_MS && Math.max(...heard) < 1000, text);
}

for (const task of ["category", "reward"] as const) {
  test(`${task} learning: a key pressed a known time after the paint is stored with that time, within one frame`, async (t) => {
    const { shown, rows, replies, frame_ms } = await playAtKnownTimes(t, task);
    assert.equal(shown.length, DELAYS_MS.length);
    const painted = shown.map((trial) => Math.max(...trial.painted_at_ms));
    // The key press was as it was meant to be: real, and dated by the browser at the delay.
    shown.forEach((trial, index) => {
      const [key] = trial.keys;
      assert.ok(key?.isTrusted === true && Math.abs(key.at_ms - (painted[index] ?? NaN) - (DELAYS_MS[index] ?? NaN)) < 1, `trial ${String(index)}: the press`);
    });
    const errors = rows.map((row, index) => Number(row.rt_ms) - (DELAYS_MS[index] ?? NaN));
    const onsets = rows.map((row, index) => Number(row.onset_ms) - (painted[index] ?? NaN));
    t.diagnostic(`${task}: stored response time minus true delay, median size ${median(errors.map(Math.abs)).toFixed(2)}: ${listed(errors)} ms`);
    t.diagnostic(`${task}: stored onset minus presentation: ${listed(onsets)} ms; a frame is ${frame_ms.toFixed(2)} ms`);
    assertWithinOneFrame("response times", errors, frame_ms);
    assertWithinOneFrame("onsets", onsets, frame_ms);
    if (task === "reward") {
      const apart = shown.map((trial) => Math.max(...trial.painted_at_ms) - Math.min(...trial.painted_at_ms));
      assert.deepEqual(apart.filter((gap) => gap > 0), [], "both images of a pair come in the same frame");
      const blanks = shown.map((trial) => Math.min(...trial.painted_at_ms) - trial.began_at_ms);
      t.diagnostic(`blank of ${String(BLANK_MS)} ms: ${listed(blanks)} ms`);
      assertLasts(blanks, BLANK_MS);
    }
    rows.forEach((row) => {
      assert.ok(Math.abs(Number(row.frame_ms) - frame_ms) < 1, `a frame of ${String(row.frame_ms)} ms, measured ${String(frame_ms)}`);
      assert.deepEqual([row.is_visible, row.is_fullscreen, row.input], ["1", "0", "keyboard"]);
    });
    assertReplies(rows, replies);
  });
}

test("in a browser that does not report its paints, the frame alone gives times within one frame, but for late frames", async (t) => {
  const { rows, frame_ms } = await playAtKnownTimes(t, "reward", { isPaintReported: false });
  const errors = rows.map((row, index) => Number(row.rt_ms) - (DELAYS_MS[index] ?? NaN));
  t.diagnostic(`stored response time minus true delay, by frames alone: ${listed(errors)} ms; a frame is ${frame_ms.toFixed(2)} ms`);
  assertWithinOneFrame("response times", errors, frame_ms, 3);
});

test("feedback lasts as long as the settings say from its own onset, whatever the reply took", async (t) => {
  const delay_ms = (index: number): number => [0, 300, 900][index % 3] ?? 0;
  const { shown, rows, replies, frame_ms } = await playAtKnownTimes(t, "category", { delay_ms });
  const lasted = shown.map((trial) => (trial.ended_at_ms ?? NaN) - (trial.feedback?.at_ms ?? NaN));
  // The recorder hears of the feedback within the frame after its paint.
  assertLasts(lasted, FEEDBACK_MS - frame_ms);
  for (const delay of [0, 300, 900]) {
    const those = (values: readonly number[]): number[] => values.filter((_, index) => delay_ms(index) === delay);
    const waits = shown.map((trial) => (trial.feedback?.at_ms ?? NaN) - (trial.keys[0]?.at_ms ?? NaN));
    t.diagnostic(`replies ${String(delay)} ms late: feedback came after ${listed(those(waits))} and lasted ${listed(those(lasted))} ms (set ${String(FEEDBACK_MS)})`);
    assert.ok(Math.min(...those(waits)) >= delay, "the reply was late");
    const next = rows.filter((_, index) => index > 0 && delay_ms(index - 1) === delay).map((row) => Number(row.previous_reply_ms));
    for (const stored of next) assert.ok(stored >= delay, `a reply that was ${String(delay)} ms late is stored as ${String(stored)} ms`);
  }
  assertReplies(rows, replies);
  const least = [0, 300, 900].map((delay) => Math.min(...lasted.filter((_, index) => delay_ms(index) === delay)));
  assert.ok(Math.max(...least) - Math.min(...least) <= 2 * frame_ms, `feedback lasts ${listed(least)} ms after replies of 0, 300, 900 ms`);
});

test("keys pressed before the images are there do not count, and are told to the server", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40);
  await createStudy(folder, data, {
    slug: SLUG, task: "reward", conditions: [rewardCondition(seeded(2), 1, pictureNames(40), 2)],
    settings: { feedback_ms: 30, blank_ms: 400, is_fullscreen_required: false },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const person = new Participant(await visitor.newPage(), "reward", serverUrl(server, SLUG));
  await person.reachTrials();
  await person.page.waitForFunction(() => document.body.dataset.trialIndex === "0" && document.body.dataset.state === "waiting");
  await person.press(0);
  await person.press(0);
  await person.due("trials", 0);
  await person.page.keyboard.press("x");
  await person.page.keyboard.press("Control+ArrowRight");
  await person.press(1);
  await person.due("trials", 1);
  await person.press(0);
  await person.stage("questionnaire");
  await person.answerQuestionnaire();
  await person.finish();
  assert.deepEqual((await exportedTrials(data, SLUG)).map((row) => row.choice), ["1", "0"]);
  const early = query(data, "SELECT trial_index FROM event WHERE kind = 'key_before_onset'");
  assert.deepEqual(early, [{ trial_index: 0 }, { trial_index: 0 }]);
  await visitor.leave();
});
