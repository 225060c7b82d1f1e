// What each representation expected: its probability of every response, before it was made. One row per representation; a bar up is a
// response that it expected, a bar down one that surprised it.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent } from "../format.ts";
import { probabilityPoints, type Point } from "../state/series.ts";
import type { Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX, NARROW_PX } from "./frame.ts";
import { shortened, type Lane, type Lanes } from "./lane.ts";
import type { ModelChartProps } from "./race.tsx";
import type { Theme } from "./theme.ts";

const ROW_PX = 48;
const ROWS_MAX = 12; // more rows than this are in the table
const AXIS_PX = 40;
const LABEL_PX = 112;
const LABEL_LENGTH_MAX = 13;
const OUTCOME_ROW = "outcome";

interface Outcome {
  trial: number;
  mark: "right" | "wrong" | "tie";
}

export function outcomeOf(trial: Trial): Outcome["mark"] {
  if (trial.is_tie) return "tie";
  return trial.is_correct ? "right" : "wrong";
}

export function probabilityTable(lanes: Lanes, trials: readonly Trial[]): Table {
  return {
    columns: ["trial", "response", "outcome", ...lanes.all.map((lane) => lane.label)],
    rows: trials.map((trial) => [
      trial.trial_index + 1,
      trial.response,
      outcomeOf(trial),
      ...lanes.all.map((lane) => trial.prob[lane.model] ?? null),
    ]),
  };
}

/** Rows in the models' own order while they all fit; else the best ones. */
function shownLanes(lanes: Lanes): Lane[] {
  if (lanes.all.length <= ROWS_MAX) return [...lanes.all];
  const best = lanes.ranked.slice(0, ROWS_MAX);
  return lanes.all.filter((lane) => best.includes(lane.model));
}

function rowName(lane: Lane | undefined): string {
  return lane === undefined ? "" : `${lane.model}`;
}

function outcomeMarks(outcomes: readonly Outcome[], theme: Theme, bar: number): Plot.Markish[] {
  const of = (mark: Outcome["mark"]): Outcome[] => outcomes.filter((outcome) => outcome.mark === mark);
  const size = Math.max(1.5, Math.min(5, bar * 0.4));
  const place = { x: "trial", y: () => 0.5, fy: () => OUTCOME_ROW, r: size } as const;
  return [
    Plot.dot(of("right"), { ...place, y: () => 0.68, fill: theme.right }),
    Plot.dot(of("wrong"), { ...place, y: () => 0.32, symbol: "times", stroke: theme.wrong, strokeWidth: Math.max(1.2, size / 2.5) }),
    Plot.dot(of("tie"), { ...place, stroke: theme.tie }),
  ];
}

function probabilityDrawing(width: number, trialCount: number, rows: readonly Lane[], points: readonly Point[], outcomes: readonly Outcome[], theme: Theme) {
  const shown = points.filter((point) => rows.some((lane) => lane.model === point.model));
  const bar = (width - LABEL_PX - 12) / trialCount;
  const lane = (point: Point): Lane | undefined => rows.find((row) => row.model === point.model);
  const labels = [...rows.map((row) => ({ name: rowName(row), text: shortened(row.label, LABEL_LENGTH_MAX), colour: row.ink })),
    { name: OUTCOME_ROW, text: "✓ over ✗", colour: theme.muted }];
  return Plot.plot({
    width,
    height: AXIS_PX + ROW_PX * labels.length,
    marginTop: 0,
    marginBottom: AXIS_PX,
    marginLeft: LABEL_PX,
    marginRight: 12,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { domain: [0.5, trialCount + 0.5], label: "trial", labelAnchor: "center", labelArrow: "none", ticks: width < NARROW_PX ? 3 : 10 },
    y: { domain: [0, 1], axis: null },
    opacity: { type: "identity" },
    fy: { domain: labels.map((label) => label.name), axis: null, padding: 0.12 },
    marks: [
      Plot.text(labels, { fy: "name", frameAnchor: "left", dx: -10, text: "text", fill: "colour", textAnchor: "end", fontWeight: 600 }),
      Plot.ruleY(rows, { fy: (row: Lane) => rowName(row), y: () => 0.5, stroke: theme.line }),
      Plot.rect(shown, {
        fy: (point: Point) => rowName(lane(point)),
        x1: (point: Point) => point.trial - 0.5,
        x2: (point: Point) => point.trial + 0.5,
        y1: () => 0.5,
        y2: "value",
        fill: (point: Point) => lane(point)?.colour ?? theme.context,
        fillOpacity: (point: Point) => (point.value >= 0.5 ? 1 : 0.6),
        insetLeft: bar > 4 ? 0.5 : 0,
        insetRight: bar > 4 ? 0.5 : 0,
      }),
      ...outcomeMarks(outcomes, theme, bar),
      Plot.tip(
        shown,
        Plot.pointerX({
          x: "trial",
          y: () => 0.5,
          fy: (point: Point) => rowName(lane(point)),
          title: (point: Point) => `${lane(point)?.label}\ntrial ${point.trial}: ${percent(point.value)} for the response made`,
          fill: theme.surface,
          stroke: theme.muted,
        }),
      ),
    ],
  });
}

export function ProbabilityChart({ models, trials, trialCount, lanes, theme, fileStem }: ModelChartProps) {
  const rows = useMemo(() => shownLanes(lanes), [lanes]);
  const draw = useMemo(() => {
    const points = probabilityPoints(models, trials);
    const outcomes = trials.map((trial) => ({ trial: trial.trial_index + 1, mark: outcomeOf(trial) }));
    if (points.length === 0) return null;
    return (width: number) => probabilityDrawing(width, trialCount, rows, points, outcomes, theme);
  }, [models, trials, trialCount, rows, theme]);

  return (
    <Chart
      testid="probability-chart"
      title="Who saw it coming?"
      meaning="Each representation's probability of the response, before it was made. Bars up: it expected the response (above one half). Bars down: the response surprised it. No bar: it had no opinion."
      height={AXIS_PX + ROW_PX * (rows.length + 1)}
      fileName={`${fileStem}-probability`}
      theme={theme}
      draw={draw}
      empty="Probabilities appear with the first response."
      table={() => probabilityTable(lanes, trials)}
    />
  );
}
