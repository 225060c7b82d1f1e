// Reward learning from the link to the completion link, and every stored row compared with what was pressed and shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { Researcher } from "../http/support/client.ts";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { COMPLETION_CODE, COMPLETION_URL, createSampledStudy, exportedTrials, pictureNamesBySha } from "./support/material.ts";
import { assertWholeRecord, mixedStrategy, Participant, type DueTrial } from "./support/participant.ts";
import { assertLive, assertRewardRows, liveDocument, money, rewardPayMinor, serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 10;
const PRACTICE_COUNT = 3;
const BLANK_MS = 150;
const PAY = { base_minor: 200, max_bonus_minor: 400 };

test("reward learning, played from the link to the completion link by key presses, is stored as it was pressed and shown", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 60);
  const condition = rewardCondition(seeded(5), 1, pictureNames(60), TRIAL_COUNT, PRACTICE_COUNT);
  const tied = condition.trials[4];
  if (tied !== undefined) tied.right_points = tied.left_points;
  await createStudy(folder, data, {
    slug: "points",
    title: "Which image is worth more?",
    task: "reward",
    representations: ["task", "noise"],
    conditions: [condition],
    settings: { feedback_ms: 60, blank_ms: BLANK_MS, ...PAY, completion_url: COMPLETION_URL, completion_code: COMPLETION_CODE },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  const person = new Participant(page, "reward", serverUrl(server, "points"));

  await person.consent();
  const instructions = (await person.readInstructions()).join("\n");
  assert.match(instructions, /10 pairs of images/);
  assert.match(instructions, /3 pairs for practice/);
  assert.match(instructions, /You get £2\.00 for taking part and a bonus of up to £4\.00/);
  await person.answerComprehension(2);
  await page.getByTestId("comprehension-again").click();
  await person.readInstructions();
  await person.answerComprehension();
  await person.begin();

  const practised = await person.play("practice", mixedStrategy);
  assert.equal(practised.length, PRACTICE_COUNT);
  const practice = await person.shown();
  assertWholeRecord(practice, practised, "reward");
  practice.forEach((trial, index) => {
    const planned = condition.practice?.[index];
    assert.deepEqual(trial.feedback?.points, [planned?.left_points, planned?.right_points].map((points) => `${String(points)} points`));
    assert.equal(trial.feedback.progress, `Practice: ${String(index + 1)} of ${String(PRACTICE_COUNT)}`);
    assert.equal(trial.feedback.pay, money(PAY.base_minor), "practice does not pay");
  });
  await page.getByTestId("practice-over-continue").click();

  const responses = await person.play("trials", mixedStrategy);
  assert.equal(responses.length, TRIAL_COUNT);
  const shown = (await person.shown()).slice(PRACTICE_COUNT);
  assertWholeRecord(shown, responses, "reward");
  for (const trial of [...practice, ...shown]) {
    assert.equal(trial.imagesAtBeginning, 0, "the screen is blank before the pair");
    const onset_ms = Math.min(...trial.painted_at_ms);
    assert.ok(onset_ms - trial.began_at_ms >= BLANK_MS, `the blank lasted ${String(onset_ms - trial.began_at_ms)} ms`);
    assert.equal(trial.painted_at_ms[0], trial.painted_at_ms[1], "both images appear in the same frame");
  }

  await person.answerQuestionnaire();
  await person.finish();
  assert.equal(await page.getByTestId("completion-link").getAttribute("href"), COMPLETION_URL);
  assert.equal(await person.text("completion-code"), COMPLETION_CODE);
  await keepScreenshot(page, "reward-finished");

  const rows = await exportedTrials(data, "points");
  assertRewardRows(rows, { names: pictureNamesBySha(), shown, responses });
  assert.equal(rows[4]?.is_tie, "1");
  const payInAll = rewardPayMinor(rows, PAY.base_minor, PAY.max_bonus_minor);
  rows.forEach((row, index) => {
    const planned = condition.trials[index];
    assert.deepEqual(
      [row.left_image, row.right_image, Number(row.left_reward), Number(row.right_reward)],
      [planned?.left_image, planned?.right_image, planned?.left_points, planned?.right_points],
    );
    const payMinor = rewardPayMinor(rows.slice(0, index + 1), PAY.base_minor, PAY.max_bonus_minor);
    assert.equal(shown[index]?.feedback?.pay, money(payMinor), `the payment shown after trial ${String(index)}`);
    assert.equal(row.bonus_payment, ((payInAll - PAY.base_minor) / 100).toFixed(2), "every row says what the session earned");
  });
  assert.equal(await person.text("completion-pay"), money(payInAll));
  assert.deepEqual(
    query(data, "SELECT trial_index, response FROM trial WHERE phase = 'practice' ORDER BY trial_index"),
    practised.map((response, trial_index) => ({ trial_index, response })),
  );

  const researcher = await Researcher.setUp(server);
  assertLive(await liveDocument(researcher, "points", rows[0]?.session ?? "", TRIAL_COUNT), rows, shown);
  await visitor.leave();
});

test("reward learning goes through all 60 sampled pairs, and choosing without regret earns the whole bonus", { timeout: 60_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600);
  await createSampledStudy(folder, data, {
    slug: "whole", task: "reward", settings: { feedback_ms: 20, blank_ms: 0, is_fullscreen_required: false },
  });
  // The researcher's side of the database: the page is told nothing of this.
  const planned = query<{ left_points: number; right_points: number }>(
    data, "SELECT left_points, right_points FROM condition_trial WHERE phase = 'main' ORDER BY trial_index",
  );
  const best = ({ index }: DueTrial): 0 | 1 => ((planned[index]?.right_points ?? 0) > (planned[index]?.left_points ?? 0) ? 1 : 0);
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const person = new Participant(await visitor.newPage(), "reward", serverUrl(server, "whole"));
  await person.reachTrials();
  await person.play("practice", mixedStrategy);
  await person.page.getByTestId("practice-over-continue").click();
  const responses = await person.play("trials", best);
  assert.equal(responses.length, 60);
  const shown = (await person.shown()).slice(3);
  assertWholeRecord(shown, responses, "reward");
  await person.answerQuestionnaire();
  await person.finish();

  const rows = await exportedTrials(data, "whole");
  assertRewardRows(rows, { names: pictureNamesBySha(), shown, responses });
  assert.equal(new Set(rows.flatMap((row) => [row.left_image, row.right_image])).size, 120, "no image is shown twice");
  const points = rows.flatMap((row) => [Number(row.left_reward), Number(row.right_reward)]);
  assert.deepEqual([Math.min(...points), Math.max(...points)], [0, 100], "points reach from 0 to 100");
  assert.equal(await person.text("completion-pay"), "£6.00");
  await visitor.leave();
});
