// Feedback, accuracy and pay, computed again by other means than the server's: exact fractions, from the condition that was imported.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Choice, Completion, Feedback, RewardFeedback } from "../../web/wire/types.ts";
import { errorOf, expectStatus, parsed, Participant, QUESTIONNAIRE, Researcher } from "./support/client.ts";
import { number } from "./support/database.ts";
import { serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import {
  categoryCondition, createStudy, importPictures, pictureNames, rewardCondition,
  type CategoryCondition, type Condition, type RewardCondition, type RewardTrial,
} from "./support/study.ts";

const BASE = 200n;
const NAMES = pictureNames(130);

async function serveStudy(t: TestContext, condition: Condition, settings: Record<string, unknown>): Promise<Server> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, NAMES.length, ["task"]);
  const task = "left_image" in (condition.trials[0] ?? {}) ? "reward" : "category";
  await createStudy(folder, data, { slug: "one", task, conditions: [condition], settings: { sessions_per_condition: 50, ...settings } });
  return serve(t, data);
}

/** numerator / denominator, halves upwards. */
function roundedHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** base + max_bonus x max(0, (mean chance regret - mean regret) / mean chance regret); the two means share their denominator. */
function rewardPay(pairs: RewardTrial[], choices: Choice[], maxBonus: bigint): number {
  let chanceTwice = 0n;
  let regretTwice = 0n;
  for (const [index, { left_points: left, right_points: right }] of pairs.entries()) {
    const chosen = choices[index] === 1 ? right : left;
    chanceTwice += BigInt(Math.max(left, right) - Math.min(left, right));
    regretTwice += 2n * BigInt(Math.max(left, right) - chosen);
  }
  if (chanceTwice === 0n || regretTwice >= chanceTwice) return Number(BASE);
  return Number(BASE + roundedHalfUp(maxBonus * (chanceTwice - regretTwice), chanceTwice));
}

async function playWhole(server: Server, choose: (index: number) => Choice): Promise<{ feedbacks: Feedback[]; completion: Completion }> {
  const person = new Participant(server);
  await person.begin("one");
  const feedbacks = await person.play(choose);
  return { feedbacks, completion: await person.finish() };
}

test("category: after each of 120 trials the feedback is the condition's and the pay is base + per correct delivery", async (t) => {
  const condition: CategoryCondition = categoryCondition(seeded(5), 1, NAMES, 120);
  const server = await serveStudy(t, condition, { per_correct_minor: 4 });
  const random = seeded(6);
  const choices = condition.trials.map(() => coin(random));
  const { feedbacks, completion } = await playWhole(server, (index) => choices[index] ?? 0);
  const session = parsed<{ trials: { stimuli: string[][] } }>(expectStatus(await new Participant(server).tryEnrol("one"), 201));
  let correct = 0;
  for (const [index, trial] of condition.trials.entries()) {
    const isCorrect = (trial.category === "julty") === (choices[index] === 1);
    correct += Number(isCorrect);
    const next = index + 1 < 120 ? { trial_index: index + 1, stimuli: session.trials.stimuli[index + 1] } : null;
    assert.deepEqual(feedbacks[index], {
      trial_index: index, response: choices[index], is_correct: isCorrect, category: trial.category, pay_so_far_minor: 200 + 4 * correct, next,
    });
  }
  assert.equal(completion.pay_minor, 200 + 4 * correct);
});

test("category: all right earns the most, all wrong earns the base", async (t) => {
  const condition = categoryCondition(seeded(7), 1, NAMES, 20);
  const server = await serveStudy(t, condition, { base_minor: 0, per_correct_minor: 7 });
  const right = (index: number): Choice => (condition.trials[index]?.category === "julty" ? 1 : 0);
  assert.equal((await playWhole(server, right)).completion.pay_minor, 140);
  assert.equal((await playWhole(server, (index) => (right(index) === 1 ? 0 : 1))).completion.pay_minor, 0);
});

test("reward: after each of 60 trials the points are the condition's and the pay follows from the regret so far", async (t) => {
  const condition: RewardCondition = rewardCondition(seeded(8), 1, NAMES, 60, 3);
  const server = await serveStudy(t, condition, { max_bonus_minor: 400 });
  for (const seed of [1, 2, 3, 4]) {
    const random = seeded(seed);
    // From mostly wrong to mostly right, so that the bonus is at 0 for some and above it for others.
    const choices = condition.trials.map(({ left_points: left, right_points: right }): Choice => {
      const best = right > left ? 1 : 0;
      return random() < 0.2 * seed ? best : best === 1 ? 0 : 1;
    });
    const { feedbacks, completion } = await playWhole(server, (index) => choices[index] ?? 0);
    for (const [index, trial] of condition.trials.entries()) {
      const { points, is_correct: isCorrect, pay_so_far_minor: pay } = feedbacks[index] as RewardFeedback;
      assert.deepEqual(points, [trial.left_points, trial.right_points]);
      assert.equal(isCorrect, choices[index] === 1 ? trial.right_points >= trial.left_points : trial.left_points >= trial.right_points);
      assert.equal(pay, rewardPay(condition.trials.slice(0, index + 1), choices, 400n), `trial ${String(index)}`);
    }
    assert.equal(completion.pay_minor, rewardPay(condition.trials, choices, 400n));
  }
});

test("reward: always the better image earns the whole bonus, always the worse one earns the base", async (t) => {
  const condition = rewardCondition(seeded(9), 1, NAMES, 20);
  const server = await serveStudy(t, condition, { max_bonus_minor: 333 });
  const best = (index: number): Choice => ((condition.trials[index]?.right_points ?? 0) > (condition.trials[index]?.left_points ?? 0) ? 1 : 0);
  assert.equal((await playWhole(server, best)).completion.pay_minor, 533);
  assert.equal((await playWhole(server, (index) => (best(index) === 1 ? 0 : 1))).completion.pay_minor, 200);
});

test("reward: halves of a penny are rounded up once, over all trials", async (t) => {
  // Two pairs of 0 and 100, one right and one wrong, and one of 0 and 8 right: (208 - 200) / 208 of the bonus.
  const points = [[0, 100], [100, 0], [0, 8]] as const;
  const condition: RewardCondition = {
    condition_number: 1, dimension: 0,
    trials: points.map(([left, right], at) => ({ left_image: NAMES[2 * at] ?? "", right_image: NAMES[2 * at + 1] ?? "", left_points: left, right_points: right })),
  };
  for (const [bonus, earned] of [[13, 1], [12, 0], [38, 1], [39, 2], [65, 3], [64, 2]] as const) {
    const server = await serveStudy(t, condition, { max_bonus_minor: bonus });
    const { completion } = await playWhole(server, () => 1);
    assert.equal(completion.pay_minor, 200 + earned, `bonus ${String(bonus)}`);
    await server.stop();
  }
});

test("reward: in a tie both options are correct, the trial is left out of accuracy, and ties alone pay the base", async (t) => {
  const points = [[50, 50], [0, 0], [30, 60], [100, 100]] as const;
  const condition: RewardCondition = {
    condition_number: 1, dimension: 0,
    trials: points.map(([left, right], at) => ({ left_image: NAMES[2 * at] ?? "", right_image: NAMES[2 * at + 1] ?? "", left_points: left, right_points: right })),
  };
  const server = await serveStudy(t, condition, { max_bonus_minor: 400 });
  const researcher = await Researcher.setUp(server);
  const cases: [Choice[], boolean[], number[], number][] = [
    [[0, 1, 1, 0], [true, true, true, true], [200, 200, 600, 600], 1],
    [[1, 0, 0, 1], [true, true, false, true], [200, 200, 200, 200], 0],
  ];
  for (const [at, [choices, isCorrect, pay, correctCount]] of cases.entries()) {
    const { feedbacks } = await playWhole(server, (index) => choices[index] ?? 0);
    assert.deepEqual(feedbacks.map((feedback) => feedback.is_correct), isCorrect);
    assert.deepEqual(feedbacks.map((feedback) => feedback.pay_so_far_minor), pay);
    const session = await until("the session is finished on the dashboard", async () => {
      const { sessions } = await researcher.read<{ sessions: { number: number; state: string; correct_count: number; scored_count: number; pay_minor: number }[] }>("/api/v1/studies/one");
      return sessions.find((one) => one.number === at + 1 && one.state === "finished") ?? null;
    });
    assert.deepEqual([session.correct_count, session.scored_count, session.pay_minor], [correctCount, 1, pay[3]]);
  }
});

test("finish waits for all trials and the questionnaire, says what is missing, and can be asked again", async (t) => {
  const condition = categoryCondition(seeded(10), 1, NAMES, 3);
  const server = await serveStudy(t, condition, {});
  const person = new Participant(server);
  const refused = async (sentence: RegExp): Promise<void> => {
    const error = errorOf(expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 409));
    assert.equal(error.kind, "conflict");
    assert.match(error.message, sentence);
  };
  await person.enrol("one");
  await refused(/0 of 3/);
  await person.understand();
  await person.respond("trials", 0, 1);
  await person.respond("trials", 1, 1);
  assert.match(errorOf(expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE), 409)).message, /2 of 3/);
  await refused(/2 of 3/);
  await person.respond("trials", 2, 1);
  await refused(/questions/);
  expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE), 200);
  const replies = await Promise.all(Array.from({ length: 10 }, () => person.send("POST", "/api/v1/session/finish", {})));
  assert.deepEqual(new Set(replies.map(({ status, text }) => `${String(status)} ${text}`)).size, 1);
  expectStatus(replies[0] ?? await person.send("GET", "/"), 200);
  const ended = number(server.data, "SELECT ended_at_ms FROM session");
  expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200);
  assert.equal(number(server.data, "SELECT ended_at_ms FROM session"), ended);
});
