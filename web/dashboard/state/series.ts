// From a participant's trials to the rows that charts and their tables show. Pure.

import { learnerName } from "../format.ts";
import type { LiveModel, StudyModel, Trial } from "../types.ts";

export interface Point {
  model: number;
  /** Number of trials played: 0 is before the first. */
  trial: number;
  value: number;
}

/** A label per model: its representation, with the learner where one representation has several. */
export function modelLabels(models: readonly StudyModel[]): string[] {
  const uses = new Map<string, number>();
  for (const model of models) uses.set(model.representation, (uses.get(model.representation) ?? 0) + 1);
  const labels = models.map((model) =>
    uses.get(model.representation) === 1 ? model.representation : `${model.representation}, ${learnerName(model.learner)}`,
  );
  // Learners of one name that differ only in options are told apart by their whole text.
  return labels.map((label, i) => {
    const model = models[i];
    return model !== undefined && labels.indexOf(label) !== labels.lastIndexOf(label) ? `${model.representation}, ${model.learner}` : label;
  });
}

/** How many nats a model's log evidence is above that of guessing, which is -ln 2 per trial. */
export function aboveChance(logEvidence: number | null | undefined, trialCount: number): number | null {
  return typeof logEvidence === "number" ? logEvidence + trialCount * Math.LN2 : null;
}

/** The race: every model starts level with chance at trial 0. */
export function racePoints(models: readonly LiveModel[], trials: readonly Trial[]): Point[] {
  return models.flatMap((_, model) => {
    const points = trials.flatMap((trial) => {
      const value = aboveChance(trial.log_evidence[model], trial.trial_index + 1);
      return value === null ? [] : [{ model, trial: trial.trial_index + 1, value }];
    });
    return points.length > 0 ? [{ model, trial: 0, value: 0 }, ...points] : [];
  });
}

/** The posterior as it moves: equal shares at trial 0 for all models that are ready at the first trial known. */
export function posteriorPoints(models: readonly LiveModel[], trials: readonly Trial[]): Point[] {
  const ready = models.map((_, model) => typeof trials[0]?.posterior[model] === "number" && typeof trials[0].log_evidence[model] === "number");
  const readyCount = ready.filter(Boolean).length;
  return models.flatMap((_, model) => [
    ...(readyCount > 0 ? [{ model, trial: 0, value: ready[model] === true ? 1 / readyCount : 0 }] : []),
    ...trials.map((trial) => ({ model, trial: trial.trial_index + 1, value: trial.posterior[model] ?? 0 })),
  ]);
}

/** Each model's probability of the response, before it was made. */
export function probabilityPoints(models: readonly LiveModel[], trials: readonly Trial[]): Point[] {
  return models.flatMap((_, model) =>
    trials.flatMap((trial) => {
      const value = trial.prob[model];
      return typeof value === "number" ? [{ model, trial: trial.trial_index + 1, value }] : [];
    }),
  );
}

/** Model indices from the largest log evidence to the smallest; those without any come last, in their own order. */
export function ranking(models: readonly LiveModel[], trials: readonly Trial[]): number[] {
  const evidence = trials.at(-1)?.log_evidence ?? [];
  const of = (model: number): number => evidence[model] ?? Number.NEGATIVE_INFINITY;
  return models.map((_, i) => i).sort((a, b) => (of(a) === of(b) ? a - b : of(b) - of(a)));
}

/**
 * Colour slots for the models that stand out; all others are context. A model keeps its slot while it stands out, so that no line changes
 * colour because another one entered. With at most `slotCount` models each has the slot of its own index, for ever.
 */
export function assignSlots(previous: ReadonlyMap<number, number>, ranked: readonly number[], slotCount: number): Map<number, number> {
  if (ranked.length <= slotCount) return new Map(ranked.map((model) => [model, model]));
  const outstanding = ranked.slice(0, slotCount);
  const kept = new Map([...previous].filter(([model]) => outstanding.includes(model)));
  const taken = new Set(kept.values());
  const free = Array.from({ length: slotCount }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  for (const model of outstanding) if (!kept.has(model)) kept.set(model, free.shift() ?? 0);
  return kept;
}

/**
 * Moves labels apart: the least shifts found by pushing neighbours until all are `gap` apart inside [low, high]. Returns the places in the
 * order of the input. With no room for all, they are spread evenly.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const room = wanted.length > 1 ? Math.min(gap, (high - low) / (wanted.length - 1)) : gap;
  const places: number[] = [];
  order.forEach((i, rank) => {
    const earliest = rank === 0 ? low : (places[order[rank - 1] ?? 0] ?? low) + room;
    places[i] = Math.max(wanted[i] ?? 0, earliest);
  });
  let latest = high;
  for (const i of [...order].reverse()) {
    places[i] = Math.min(places[i] ?? 0, latest);
    latest = (places[i] ?? 0) - room;
  }
  return places;
}
