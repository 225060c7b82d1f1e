// Are the times that are stored the times that were? Onsets are compared with the browser's own report of when each image was painted, key presses
// with its own time stamp of the event, display times with the settings.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { exportedTrials } from "./support/material.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import type { ShownTrial } from "./support/recorder.ts";
import { LATE_FRAME_TOLERANCE_MS, ONSET_TOLERANCE_MS, serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUG = "times";
const FEEDBACK_MS = 250;
const BLANK_MS = 200;
/** How long the participant looks before pressing. */
const LOOKS_MS = [0, 60, 120, 250, 400, 700];

interface Played {
  shown: ShownTrial[];
  rows: Record<string, string>[];
  data: string;
}

async function playAtKnownTimes(t: TestContext, task: TaskName): Promise<Played> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40);
  const random = seeded(4);
  const names = pictureNames(40);
  const condition = task === "category" ? categoryCondition(random, 1, names, LOOKS_MS.length) : rewardCondition(random, 1, names, LOOKS_MS.length);
  const settings = { feedback_ms: FEEDBACK_MS, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: BLANK_MS } : {}) };
  await createStudy(folder, data, { slug: SLUG, task, conditions: [condition], settings });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const person = new Participant(await visitor.newPage(), task, serverUrl(server, SLUG));
  await person.reachTrials();
  for (const [index, look_ms] of LOOKS_MS.entries()) {
    await person.due("trials", index);
    await person.page.waitForFunction((ms) => performance.now() - (window.recorder.trials.at(-1)?.ready_at_ms ?? NaN) >= ms, look_ms);
    await person.press(index % 2 === 0 ? 1 : 0);
  }
  await person.stage("questionnaire");
  const shown = await person.shown();
  await visitor.leave();
  return { shown, rows: await exportedTrials(data, SLUG), data };
}

function report(t: TestContext, what: string, values: readonly number[]): void {
  t.diagnostic(`${what}: ${values.map((value) => value.toFixed(1)).join(", ")} ms`);
}

/** Never shorter than set; longer by a few frames at most, but for a hiccup of the machine. */
function assertLasts(durations: readonly number[], setting_ms: number): void {
  for (const duration of durations) assert.ok(duration >= setting_ms && duration < setting_ms + 1000, `${String(duration)} ms instead of ${String(setting_ms)}`);
  const median = [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)] ?? NaN;
  assert.ok(median < setting_ms + 100, `${String(median)} ms instead of ${String(setting_ms)}`);
}

for (const task of ["category", "reward"] as const) {
  test(`${task} learning: response times count from the paint to the press, and displays last as long as the settings say`, async (t) => {
    const { shown, rows, data } = await playAtKnownTimes(t, task);
    assert.equal(shown.length, LOOKS_MS.length);
    const errors = shown.map((trial, index) => Number(rows[index]?.rt_ms) - ((trial.keys[0]?.at_ms ?? NaN) - Math.max(...trial.painted_at_ms)));
    const feedbacks = shown.map((trial) => (trial.ended_at_ms ?? NaN) - (trial.feedback?.at_ms ?? NaN));
    const blanks = shown.map((trial) => Math.min(...trial.painted_at_ms) - trial.began_at_ms);
    report(t, "stored minus true response time", errors);
    report(t, `feedback of ${String(FEEDBACK_MS)} ms`, feedbacks);
    if (task === "reward") report(t, `blank of ${String(BLANK_MS)} ms`, blanks);

    const [worst = NaN, second = NaN] = errors.map(Math.abs).sort((a, b) => b - a);
    assert.ok(second <= ONSET_TOLERANCE_MS && worst <= LATE_FRAME_TOLERANCE_MS, "response times are wrong by more than two frames, or one by more than a late frame");
    rows.forEach((row, index) => {
      const look_ms = LOOKS_MS[index] ?? NaN;
      assert.ok(Number(row.rt_ms) >= look_ms, `trial ${String(index)}: ${String(row.rt_ms)} ms, but nothing was pressed for ${String(look_ms)} ms`);
      assert.ok(Math.abs(Number(row.onset_ms) - Math.max(...(shown[index]?.painted_at_ms ?? []))) <= LATE_FRAME_TOLERANCE_MS, "the onset that is stored");
      assert.ok(Number(row.frame_ms) > 4 && Number(row.frame_ms) < 50, `a frame of ${String(row.frame_ms)} ms`);
    });
    // The recorder hears of the feedback within the frame after its paint, up to a frame late.
    assertLasts(feedbacks, FEEDBACK_MS - 17);
    if (task === "reward") assertLasts(blanks, BLANK_MS);
    assert.equal(query(data, "SELECT count(*) AS count FROM trial WHERE previous_reply_ms IS NULL")[0]?.count, 1, "only the first has no reply before it");
  });
}

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
