// From a participant's trials to the rows that charts and their tables show. Pure.

import { learnerName } from "../format.ts";
import type { LiveModel, StudyModel, Trial } from "../types.ts";

/** One value per number of trials played: [0] is before the first trial. NaN where there is none. */
export type Series = readonly number[];

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

function emptySeries(trials: readonly Trial[]): number[] {
  return new Array<number>((trials.at(-1)?.trial_index ?? -1) + 2).fill(NaN);
}

/** The race, per model: level with chance at trial 0. A model without numbers has none at trial 0 either. */
export function raceSeries(models: readonly LiveModel[], trials: readonly Trial[]): Series[] {
  return models.map((_, model) => {
    const series = emptySeries(trials);
    let isKnown = false;
    for (const trial of trials) {
      const value = aboveChance(trial.log_evidence[model], trial.trial_index + 1);
      if (value === null) continue;
      series[trial.trial_index + 1] = value;
      isKnown = true;
    }
    if (isKnown) series[0] = 0;
    return series;
  });
}

/** The posterior as it moves, per model: equal shares at trial 0 for all models that are ready at the first trial known. */
export function posteriorSeries(models: readonly LiveModel[], trials: readonly Trial[]): Series[] {
  const first = trials[0];
  const ready = models.map((_, model) => typeof first?.posterior[model] === "number" && typeof first.log_evidence[model] === "number");
  const readyCount = ready.filter(Boolean).length;
  return models.map((_, model) => {
    const series = emptySeries(trials);
    series[0] = ready[model] === true ? 1 / readyCount : 0;
    for (const trial of trials) series[trial.trial_index + 1] = trial.posterior[model] ?? 0;
    return series;
  });
}

/** Each model's probability of the response, before it was made, by the number of the trial. */
export function probabilitySeries(models: readonly LiveModel[], trials: readonly Trial[]): Series[] {
  return models.map((_, model) => {
    const series = emptySeries(trials);
    for (const trial of trials) series[trial.trial_index + 1] = trial.prob[model] ?? NaN;
    return series;
  });
}

/** The sum of several series, place by place. */
export function summed(all: readonly Series[], length: number): number[] {
  return Array.from({ length }, (_, at) => all.reduce((sum, series) => sum + (series[at] ?? 0), 0));
}

/** Places to draw: all of 0 … last while they are few, else evenly thinned, always with the first and the last. */
export function drawnPlaces(last: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(last / most));
  const places: number[] = [];
  for (let at = 0; at < last; at += step) places.push(at);
  return [...places, last];
}

/** The last place of a series that holds a number; null when none does. */
export function endOf(series: Series): { trial: number; value: number } | null {
  for (let trial = series.length - 1; trial >= 0; trial--) {
    const value = series[trial];
    if (value !== undefined && !Number.isNaN(value)) return { trial, value };
  }
  return null;
}

/** Model indices from the largest log evidence to the smallest; those without any come last, in their own order. */
export function ranking(models: readonly LiveModel[], trials: readonly Trial[]): number[] {
  const evidence = trials.at(-1)?.log_evidence ?? [];
  const of = (model: number): number => evidence[model] ?? Number.NEGATIVE_INFINITY;
  return models.map((_, i) => i).sort((a, b) => (of(a) === of(b) ? a - b : of(b) - of(a)));
}

/**
 * Slots for the models that stand out; all others are context. A model keeps its slot while it stands out, so that no row or pattern moves
 * because another one entered. With at most `slotCount` models each has the slot of its own index, for ever.
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
