// Is what is stored what was pressed and shown? Compares the recorder's trials with the export and with the live document.
import assert from "node:assert/strict";
import { until, type Server } from "../../http/support/program.ts";
import type { Researcher } from "../../http/support/client.ts";
import type { Live } from "../../../web/dashboard/types.ts";
import type { Choice } from "./participant.ts";
import type { ShownTrial } from "./recorder.ts";

/** Two frames at 60 Hz. The page dates the onset by the frame after the paint, the browser's own report by the paint itself. */
export const ONSET_TOLERANCE_MS = 34;
/** For the odd frame that a busy machine presents late, which neither can know before. */
export const LATE_FRAME_TOLERANCE_MS = 120;

export interface Comparison {
  names: ReadonlyMap<string, string>;
  shown: readonly ShownTrial[];
  responses: readonly Choice[];
}

function rightChoice(row: Record<string, string>): Choice {
  return row.true_category_name === "Julty" ? 1 : 0;
}

/** How far the stored response time is from the paint and the key press that the browser reported, ms. */
function checkTiming(row: Record<string, string>, trial: ShownTrial, where: string): number {
  const key = trial.keys[0];
  const painted = Math.max(...trial.painted_at_ms);
  assert.ok(key !== undefined && Number.isFinite(painted), `${where}: the browser reported no paint`);
  assert.equal(row.is_fullscreen, key.isFullscreen ? "1" : "0", where);
  assert.equal(row.is_visible, "1", where);
  assert.equal(row.input, "keyboard", where);
  return Math.abs(Number(row.rt_ms) - (key.at_ms - painted));
}

/** Every trial but one: a machine that is busy with something else can hold a single frame up for longer. */
function assertTiming(errors: readonly number[]): void {
  const [, second = 0] = [...errors].sort((left, right) => right - left);
  assert.ok(second <= LATE_FRAME_TOLERANCE_MS, `stored response times are off by ${errors.map((error) => error.toFixed(0)).join(", ")} ms`);
}

/** The rows of one category session in the order of its trials. Gives the number of correct deliveries. */
export function assertCategoryRows(rows: readonly Record<string, string>[], { names, shown, responses }: Comparison): number {
  assert.equal(rows.length, responses.length);
  const errors: number[] = [];
  let correctCount = 0;
  rows.forEach((row, index) => {
    const where = `trial ${String(index)}`;
    const trial = shown[index];
    const response = responses[index];
    assert.ok(trial !== undefined && trial.feedback !== null && response !== undefined, where);
    const right = rightChoice(row);
    const isCorrect = response === right;
    if (isCorrect) correctCount++;
    assert.equal(row.trial, String(index), where);
    assert.equal(row.image, names.get(trial.stimuli[0] ?? ""), `${where}: the picture`);
    assert.equal(row.choice, String(response), `${where}: the response`);
    assert.equal(row.correct, isCorrect ? "1" : "0", where);
    assert.equal(row.true_category_binary, String(right), where);
    assert.equal(trial.feedback.text, `${isCorrect ? "✓ CORRECT!" : "✗ WRONG!"} This was for ${right === 1 ? "Julty" : "Folty"}.`, where);
    errors.push(checkTiming(row, trial, where));
  });
  assertTiming(errors);
  return correctCount;
}

function pointsText(points: string): string {
  return points === "1" ? "1 point" : `${points} points`;
}

const ORANGE = "rgb(208, 112, 0)";

/** The rows of one reward session; what was chosen was framed orange before the points came. */
export function assertRewardRows(rows: readonly Record<string, string>[], { names, shown, responses }: Comparison): void {
  const errors: number[] = [];
  assert.equal(rows.length, responses.length);
  rows.forEach((row, index) => {
    const where = `trial ${String(index)}`;
    const trial = shown[index];
    const response = responses[index];
    assert.ok(trial !== undefined && trial.feedback !== null && response !== undefined, where);
    const points = [Number(row.left_reward), Number(row.right_reward)];
    assert.equal(row.trial, String(index), where);
    assert.deepEqual([row.left_image, row.right_image], trial.stimuli.map((sha256) => names.get(sha256)), `${where}: the pictures`);
    assert.equal(row.choice, String(response), `${where}: the response`);
    assert.equal(row.reward_received, String(points[response]), where);
    assert.equal(row.correct, (points[response] ?? 0) >= Math.max(...points) ? "1" : "0", where);
    assert.deepEqual(trial.feedback.points, [pointsText(row.left_reward ?? ""), pointsText(row.right_reward ?? "")], where);
    assert.deepEqual(trial.framed, [{ side: response === 1 ? "option-right" : "option-left", colour: ORANGE }], `${where}: the frame`);
    errors.push(checkTiming(row, trial, where));
  });
  assertTiming(errors);
}

/** Base + max_bonus x max(0, (mean chance regret - mean regret) / mean chance regret), rounded half up. */
export function rewardPayMinor(rows: readonly Record<string, string>[], baseMinor: number, maxBonusMinor: number): number {
  let chance = 0;
  let regret = 0;
  for (const row of rows) {
    const points = [Number(row.left_reward), Number(row.right_reward)];
    chance += (Math.max(...points) - Math.min(...points)) / 2;
    regret += Math.max(...points) - (points[Number(row.choice)] ?? 0);
  }
  return baseMinor + (chance === 0 ? 0 : Math.floor(maxBonusMinor * Math.max(0, (chance - regret) / chance) + 0.5));
}

export function money(minor: number): string {
  return `£${(minor / 100).toFixed(2)}`;
}

/** The live document of a session, once all of its models have caught up. */
export async function liveDocument(researcher: Researcher, slug: string, sessionId: string, trialCount: number): Promise<Live> {
  return until(`all models of ${sessionId} have taken in ${String(trialCount)} trials`, async () => {
    const live = await researcher.read<Live>(`/api/v1/studies/${slug}/sessions/${sessionId}`);
    return live.trials.length === trialCount && live.models.every((model) => model.is_ready) ? live : null;
  });
}

/** The live document holds the same trials as the export, and numbers that follow from one another. */
export function assertLive(live: Live, rows: readonly Record<string, string>[], shown: readonly ShownTrial[]): void {
  assert.equal(live.trials.length, rows.length);
  const evidence = live.models.map(() => 0);
  live.trials.forEach((trial, index) => {
    const row = rows[index] ?? {};
    const where = `live trial ${String(index)}`;
    assert.equal(trial.trial_index, index, where);
    assert.equal(String(trial.response), row.choice, where);
    assert.equal(trial.is_correct ? "1" : "0", row.correct, where);
    const rt_ms = trial.rt_ms ?? NaN;
    assert.ok(Math.abs(rt_ms - Number(row.rt_ms)) < 1e-6 * Math.max(1, rt_ms), `${where}: ${String(trial.rt_ms)} is not ${String(row.rt_ms)}`);
    assert.deepEqual(trial.stimuli, shown[index]?.stimuli, where);
    if (live.study.task === "category") assert.equal(trial.category, row.true_category_name?.toLowerCase(), where);
    else assert.deepEqual(trial.points?.map(String), [row.left_reward, row.right_reward], where);
    trial.prob.forEach((prob, model) => {
      assert.ok(prob !== null && prob > 0 && prob < 1, `${where}: probability ${String(prob)}`);
      evidence[model] = (evidence[model] ?? 0) + Math.log(prob);
      const published = trial.log_evidence[model] ?? NaN;
      assert.ok(Math.abs(published - (evidence[model] ?? NaN)) < 1e-6, `${where}: log evidence ${String(published)}`);
    });
    const largest = Math.max(...evidence);
    const weights = evidence.map((value) => Math.exp(value - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    trial.posterior.forEach((posterior, model) => {
      assert.ok(Math.abs((posterior ?? NaN) - (weights[model] ?? NaN) / total) < 1e-6, `${where}: posterior ${String(posterior)}`);
    });
  });
}

export function serverUrl(server: Server, slug: string): string {
  return `${server.url}/s/${slug}`;
}
