// Statistics in the words of a paper. Pure.

import { decimal, NO_NUMBER, pValue, signed } from "../format.ts";
import type { PairedDifference } from "../state/paired_differences.ts";
import type { RankCorrelation } from "../state/rank_correlation.ts";

/** "ρ = 0.53, p = .004, n = 86". */
export function correlationWords({ rho, p_value, n }: RankCorrelation): string {
  if (rho === null) return `ρ ${NO_NUMBER}, n = ${n}`;
  return `ρ = ${decimal(rho, 2)}, ${pValue(p_value)}, n = ${n}`;
}

/** "+0.031 (−0.002 to +0.064)". */
export function differenceWords({ mean, low, high }: PairedDifference, digits: number): string {
  if (mean === null) return NO_NUMBER;
  return low === null || high === null ? signed(mean, digits) : `${signed(mean, digits)} (${signed(low, digits)} to ${signed(high, digits)})`;
}

/** 86400000 -> "86 M": three digits at most, for an axis or a narrow column. */
export function shortCount(value: number): string {
  for (const [unit, size] of [["B", 1e9], ["M", 1e6], ["k", 1e3]] as const)
    if (value >= size) return `${Number((value / size).toPrecision(value / size >= 100 ? 3 : 2))}\u00a0${unit}`;
  return String(Number(value.toPrecision(3)));
}

/** "1st", "2nd", "13th". */
export function ordinal(rank: number): string {
  const teen = rank % 100 >= 11 && rank % 100 <= 13;
  const ending = teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[rank % 10] ?? "th");
  return `${rank}${ending}`;
}
