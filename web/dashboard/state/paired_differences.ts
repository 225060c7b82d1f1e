// Differences between representations that belong together: of two losses within a size class, and of a changed version against what it was
// made from. Pure.
//
// Within a size class several representations of one loss count as their mean. Changed versions (those with `aligned_by`) take no part in the
// comparison of losses: there their change would be taken for the loss. Intervals are paired t intervals of the mean difference.

import type { Representation } from "../types.ts";
import { criticalT } from "./student_t.ts";

/** What pairs two groups: `second` minus `first` is the difference. */
export interface Comparison {
  key: string;
  kind: "loss" | "aligned_by";
  first: string;
  second: string;
}

export interface ValuePair {
  /** The size class, or the changed representation's name. */
  label: string;
  first: number;
  second: number;
  /** Representations whose mean each side is. */
  firstCount: number;
  secondCount: number;
}

export interface PairedDifference {
  pairs: number;
  /** Of second minus first. */
  mean: number | null;
  low: number | null;
  high: number | null;
}

export type ValueOf = (representation: Representation) => number | null;

export const BASELINE = "as it was";

function sortedNames(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name): name is string => name !== null))].sort((a, b) => a.localeCompare(b));
}

function ofLosses(representations: readonly Representation[]): Representation[] {
  return representations.filter((each) => each.aligned_by === null && each.loss !== null && each.size_class !== null);
}

/** Every pair of losses that share a size class, then every way of aligning that has a baseline here. */
export function comparisonsOf(representations: readonly Representation[]): Comparison[] {
  const unchanged = ofLosses(representations);
  const losses = sortedNames(unchanged.map((each) => each.loss));
  const share = (a: string, b: string): boolean =>
    unchanged.some((one) => one.loss === a && unchanged.some((other) => other.loss === b && other.size_class === one.size_class));
  const byLoss = losses.flatMap((first, at) =>
    losses.slice(at + 1).filter((second) => share(first, second))
      .map((second): Comparison => ({ key: `loss:${first}:${second}`, kind: "loss", first, second })));
  const names = new Set(representations.map((each) => each.name));
  const changed = representations.filter((each) => each.baseline_of !== null && names.has(each.baseline_of));
  const byAlignment = sortedNames(changed.map((each) => each.aligned_by))
    .map((second): Comparison => ({ key: `aligned_by:${second}`, kind: "aligned_by", first: BASELINE, second }));
  return [...byLoss, ...byAlignment];
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function lossPairs(representations: readonly Representation[], { first, second }: Comparison, value: ValueOf): ValuePair[] {
  const unchanged = ofLosses(representations);
  return sortedNames(unchanged.map((each) => each.size_class)).flatMap((label) => {
    const side = (loss: string): number[] => known(unchanged.filter((each) => each.size_class === label && each.loss === loss).map(value));
    const [a, b] = [side(first), side(second)];
    if (a.length === 0 || b.length === 0) return [];
    return [{ label, first: mean(a), second: mean(b), firstCount: a.length, secondCount: b.length }];
  });
}

function alignedPairs(representations: readonly Representation[], { second }: Comparison, value: ValueOf): ValuePair[] {
  const byName = new Map(representations.map((each) => [each.name, each]));
  return representations.filter((each) => each.aligned_by === second).flatMap((each) => {
    const baseline = each.baseline_of === null ? undefined : byName.get(each.baseline_of);
    const [before, after] = [baseline === undefined ? null : value(baseline), value(each)];
    if (before === null || after === null) return [];
    return [{ label: each.name, first: before, second: after, firstCount: 1, secondCount: 1 }];
  });
}

export function pairsOf(representations: readonly Representation[], comparison: Comparison, value: ValueOf): ValuePair[] {
  return (comparison.kind === "loss" ? lossPairs : alignedPairs)(representations, comparison, value);
}

/** Mean of second minus first; an interval needs two pairs. */
export function pairedDifference(pairs: readonly Pick<ValuePair, "first" | "second">[]): PairedDifference {
  const n = pairs.length;
  if (n === 0) return { pairs: 0, mean: null, low: null, high: null };
  const differences = pairs.map((pair) => pair.second - pair.first);
  const middle = mean(differences);
  if (n === 1) return { pairs: 1, mean: middle, low: null, high: null };
  const variance = differences.reduce((sum, difference) => sum + (difference - middle) ** 2, 0) / (n - 1);
  const half = criticalT(0.05, n - 1) * Math.sqrt(variance / n);
  return { pairs: n, mean: middle, low: middle - half, high: middle + half };
}
