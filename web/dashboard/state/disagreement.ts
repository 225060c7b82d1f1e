// The trials that tell two representations apart: the learner on the better one prefers what the person chose, the learner on the reference
// prefers the other answer. Only the second half counts, when both learners have had time to learn. Pure.

import { agreementAt } from "./position.ts";
import { ranking } from "./series.ts";
import type { LiveModel, Trial } from "../types.ts";

/** Index of the first trial of the second half. */
export function secondHalf(trialCount: number): number {
  return Math.ceil(trialCount / 2);
}

/** The model to compare with when nobody chose one: the first of family `task`, else the first; null when there is none. */
export function defaultReference(models: readonly LiveModel[]): number | null {
  if (models.length === 0) return null;
  const task = models.findIndex((model) => model.family === "task");
  return task < 0 ? 0 : task;
}

/** The model with the largest log evidence; null before there is any. */
export function bestModel(models: readonly LiveModel[], trials: readonly Trial[]): number | null {
  const best = ranking(models, trials)[0];
  return best !== undefined && typeof trials.at(-1)?.log_evidence[best] === "number" ? best : null;
}

export function tellingTrials(trials: readonly Trial[], trialCount: number, best: number, reference: number): Trial[] {
  const first = secondHalf(trialCount);
  return trials.filter(
    (trial) => trial.trial_index >= first && agreementAt(trial.prob[best]) === 1 && agreementAt(trial.prob[reference]) === 0,
  );
}
