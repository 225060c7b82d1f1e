// Spearman's rank correlation and the straight line through points. Pure.
//
// Equal values share the mean of their ranks. The p value is two-sided: up to EXACT_MAX points from all orderings, which holds with ties and
// never calls three points in a row significant; above it from Student's t with n - 2 degrees of freedom.

import { twoSidedT } from "./student_t.ts";

export interface RankCorrelation {
  /** Points that have both numbers. */
  n: number;
  /** Null below three points, or where one side is constant. */
  rho: number | null;
  p_value: number | null;
}

export interface Trend {
  intercept: number;
  slope: number;
}

export type Pair = readonly [number, number];

export const EXACT_MAX = 7;

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to++;
    for (let at = from; at <= to; at++) ranks[order[at] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function centred(values: readonly number[]): number[] {
  const middle = mean(values);
  return values.map((value) => value - middle);
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** Share of all orderings of `b` whose product with `a` is at least as far from zero as the one seen. */
function exactP(a: readonly number[], b: readonly number[]): number {
  const seen = Math.abs(product(a, b)) - 1e-9; // products of half ranks differ by at least 1/16: this only absorbs rounding
  const order = [...b];
  let orderings = 0;
  let asFar = 0;
  function place(at: number, sum: number): void {
    if (at === order.length) {
      orderings++;
      if (Math.abs(sum) >= seen) asFar++;
      return;
    }
    for (let other = at; other < order.length; other++) {
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
      place(at + 1, sum + (a[at] ?? 0) * (order[at] ?? 0));
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
    }
  }
  place(0, 0);
  return asFar / orderings;
}

export function spearman(pairs: readonly Pair[]): RankCorrelation {
  const n = pairs.length;
  const a = centred(midRanks(pairs.map(([x]) => x)));
  const b = centred(midRanks(pairs.map(([, y]) => y)));
  const scale = Math.sqrt(product(a, a) * product(b, b));
  if (n < 3 || scale === 0) return { n, rho: null, p_value: null };
  const rho = Math.max(-1, Math.min(1, product(a, b) / scale));
  if (n <= EXACT_MAX) return { n, rho, p_value: exactP(a, b) };
  return { n, rho, p_value: twoSidedT(rho * Math.sqrt((n - 2) / (1 - rho * rho)), n - 2) };
}

/** The least-squares line; none below three points or where every x is the same. */
export function linearTrend(pairs: readonly Pair[]): Trend | null {
  if (pairs.length < 3) return null;
  const x = centred(pairs.map((pair) => pair[0]));
  const y = centred(pairs.map((pair) => pair[1]));
  const spread = product(x, x);
  if (spread === 0) return null;
  const slope = product(x, y) / spread;
  return { slope, intercept: mean(pairs.map((pair) => pair[1])) - slope * mean(pairs.map((pair) => pair[0])) };
}
