// The last minutes of the system's numbers, kept by the page: the server keeps only the last one.

import type { System } from "../types.ts";

export const HISTORY_MINUTES = 5;

export interface Moment {
  at_ms: number;
  system: System;
}

/** Older moments than the history is long are dropped; a server that began anew begins a new history. */
export function withMoment(history: readonly Moment[], moment: Moment): Moment[] {
  const oldest = moment.at_ms - HISTORY_MINUTES * 60_000;
  const kept = history.filter((past) => past.at_ms >= oldest && past.at_ms < moment.at_ms && past.system.started_at_ms === moment.system.started_at_ms);
  return [...kept, moment];
}

/** Seconds before the newest moment, as a number below or at 0. */
export function secondsBefore(history: readonly Moment[], moment: Moment): number {
  return (moment.at_ms - (history.at(-1)?.at_ms ?? moment.at_ms)) / 1000;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** "1.4 GB": two digits that say something, in steps of a thousand. */
export function bytes(value: number): string {
  let unit = 0;
  let shown = value;
  while (shown >= 1000 && unit < UNITS.length - 1) {
    shown /= 1000;
    unit++;
  }
  return `${unit === 0 || shown >= 100 ? Math.round(shown) : shown.toFixed(1)}\u00a0${UNITS[unit] ?? ""}`;
}

/** A lag: "0.42 ms", "3.1 ms", "27 ms", "1.20 s". */
export function lag(ms: number | null): string {
  if (ms === null) return "–";
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)}\u00a0s`;
  return `${ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`;
}
