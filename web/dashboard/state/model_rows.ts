// The order of the rows in a participant's table of representations. Pure.

import type { LiveModel, ModelNumbers, Trial } from "../types.ts";

export type SortKey = "label" | "learner" | "posterior" | "evidence" | "accuracy" | "agreement" | "r2_online" | "beta";

export interface Sort {
  key: SortKey;
  isDown: boolean;
}

function compared(a: string | number, b: string | number): number {
  return typeof a === "string" && typeof b === "string" ? a.localeCompare(b, "en", { numeric: true }) : Number(a) - Number(b);
}

/** Model indices in the order asked for. What has no number comes last either way; equals keep the models' own order. */
export function sortedRows(
  models: readonly LiveModel[],
  numbers: readonly ModelNumbers[],
  last: Trial | undefined,
  labels: readonly string[],
  sort: Sort,
): number[] {
  const of = (i: number): string | number | null => {
    switch (sort.key) {
      case "label":
        return labels[i] ?? "";
      case "learner":
        return models[i]?.learner ?? "";
      case "posterior":
        return last?.posterior[i] ?? null;
      case "evidence":
        return last?.log_evidence[i] ?? null;
      case "beta":
        return numbers[i]?.beta?.mean ?? null;
      default:
        return numbers[i]?.[sort.key] ?? null;
    }
  };
  const keys = models.map((_, i) => of(i));
  return models.map((_, i) => i).sort((a, b) => {
    const [left, right] = [keys[a] ?? null, keys[b] ?? null];
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0) || a - b;
    return (sort.isDown ? -1 : 1) * compared(left, right) || a - b;
  });
}
