// A participant's numbers as they were after any trial, from the trials themselves. The server sends its own for the newest trial; these
// are the same by definition, so that scrubbing back asks the server for nothing. Pure.

import type { LiveModel, ModelNumbers, Trial } from "../types.ts";

// A probability is a sum over many betas: a learner without a preference gives one half up to rounding.
const TIE_TOLERANCE = 1e-12;

/** 1: the learner's preference is what the person chose; 0: it is the other; 1/2: it has none. Null while there is no number. */
export function agreementAt(prob: number | null | undefined): number | null {
  if (typeof prob !== "number") return null;
  if (Math.abs(prob - 0.5) <= TIE_TOLERANCE) return 0.5;
  return prob > 0.5 ? 1 : 0;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Share of trials where the learner's preference is what the person chose. */
export function agreement(trials: readonly Trial[], model: number): number | null {
  return mean(trials.flatMap((trial) => agreementAt(trial.prob[model]) ?? []));
}

/** Share of trials where the learner's own preference is the right answer; trials whose answers are equally good are left out. */
export function accuracy(trials: readonly Trial[], model: number): number | null {
  return mean(
    trials.flatMap((trial) => {
      const agrees = trial.is_tie ? null : agreementAt(trial.prob[model]);
      if (agrees === null) return [];
      return trial.is_correct ? agrees : 1 - agrees;
    }),
  );
}

/** 1 - (negative log likelihood) / (that of guessing). */
export function r2Online(trials: readonly Trial[], model: number): number | null {
  const evidence = trials.at(-1)?.log_evidence[model];
  return typeof evidence === "number" ? 1 + evidence / (trials.length * Math.LN2) : null;
}

/** Numbers per model after the trials given. Beta is sent for the newest trial only: elsewhere it is null. */
export function numbersAt(models: readonly LiveModel[], trials: readonly Trial[], isNewest: boolean): ModelNumbers[] {
  return models.map((model, i) =>
    isNewest
      ? { ...model, accuracy: model.accuracy ?? accuracy(trials, i), agreement: model.agreement ?? agreement(trials, i) }
      : { r2_online: r2Online(trials, i), beta: null, accuracy: accuracy(trials, i), agreement: agreement(trials, i) },
  );
}
