// From which trial on people know: accuracy of every trial against guessing.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { counted, decimal, percent, pValue } from "../format.ts";
import type { Group, TrialTest } from "../types.ts";
import { Chart } from "./chart.tsx";
import { NARROW_PX } from "./frame.ts";
import { CHANCE, chanceRule, percentTick, plainOptions, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 300;
export const SIGNIFICANCE = 0.05;

export function isSignificant(test: TrialTest): boolean {
  return test.p_value !== null && test.p_value < SIGNIFICANCE;
}

/** "In 87 of 120 trials people differ from guessing, first in trial 9." */
export function trialTestWords(tests: readonly TrialTest[]): string {
  const tested = tests.filter((test) => test.p_value !== null);
  const found = tested.filter(isSignificant);
  if (tested.length === 0) return "\u00a0";
  if (found.length === 0) return `In none of ${counted(tested.length, "trial")} do people differ from guessing.`;
  return `In ${found.length} of ${counted(tested.length, "trial")} people differ from guessing, first in trial ${found[0]?.trial}.`;
}

function drawing(width: number, tests: readonly TrialTest[], theme: Theme) {
  const known = tests.filter((test) => test.accuracy !== null);
  const low = Math.min(0.4, Math.floor(Math.min(...known.map((test) => test.low ?? CHANCE)) * 10) / 10);
  const size = Math.max(1.6, Math.min(4.5, (width - 80) / tests.length / 2.4));
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEIGHT_PX,
    marginTop: 14,
    marginBottom: 38,
    marginLeft: 52,
    marginRight: 12,
    x: { domain: [0.5, tests.length + 0.5], label: "trial", labelAnchor: "center", labelArrow: "none", ticks: width < NARROW_PX ? 4 : 12 },
    y: { domain: [low, 1], label: null, grid: true, ticks: 5, tickFormat: percentTick },
    marks: [
      chanceRule(theme),
      Plot.ruleX(known, { x: "trial", y1: "low", y2: "high", stroke: (test: TrialTest) => (isSignificant(test) ? theme.accent : theme.context), strokeOpacity: 0.55, strokeWidth: Math.max(1, size * 0.6) }),
      Plot.dot(known.filter((test) => !isSignificant(test)), { x: "trial", y: "accuracy", r: size, fill: theme.surface, stroke: theme.muted, strokeWidth: 1.3 }),
      Plot.dot(known.filter(isSignificant), { x: "trial", y: "accuracy", r: size, fill: theme.accent }),
      Plot.tip(known, Plot.pointerX({
        x: "trial", y: "accuracy", ...tipLook(theme),
        title: (test: TrialTest) => `trial ${test.trial}: ${percent(test.accuracy)} right of ${test.responses}\ninterval ${decimal(test.low, 2)} to ${decimal(test.high, 2)}, ${pValue(test.p_value)}`,
      })),
    ],
  });
}

export function TrialTestChart({ group, theme, fileStem }: { group: Group | null; theme: Theme; fileStem: string }) {
  const tests = group?.trial_tests ?? [];
  const draw = useMemo(() => (tests.some((test) => test.accuracy !== null) ? (width: number) => drawing(width, tests, theme) : null), [tests, theme]);
  const table = (): Table => ({
    columns: ["trial", "responses", "accuracy", "low", "high", "p_value", "chance"],
    rows: tests.map((test) => [test.trial, test.responses, test.accuracy, test.low, test.high, test.p_value, CHANCE]),
  });
  return (
    <Chart testid="trials-chart" title="When do people know?" height={HEIGHT_PX} fileName={`${fileStem}-trial-tests`} theme={theme} draw={draw} table={table}
      empty={group === null ? "Being computed…" : "Tests begin with the first response."} tools={<p class="verdict">{trialTestWords(tests)}</p>}
      meaning="Share of right responses in each trial over people, with Clopper and Pearson's 95 % interval. Filled: differs from one half (two-sided exact binomial test, p < .05, not corrected for the number of trials); hollow: does not." />
  );
}
