// What each representation expected: its probability of every response, before it was made. One row per representation; a bar up is a
// response that it expected, a bar down one that surprised it.

import * as Plot from "@observablehq/plot";
import { useMemo, useRef } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent } from "../format.ts";
import { probabilitySeries, type Series } from "../state/series.ts";
import type { Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX, NARROW_PX, svgElement, svgGroup, trialAxis } from "./frame.ts";
import { withHover, type Found, type Pointer } from "./hover.ts";
import { shortened, type Lane, type Lanes } from "./lane.ts";
import type { ModelChartProps } from "./race.tsx";
import type { Theme } from "./theme.ts";

const ROW_PX = 48;
const ROW_INNER_PX = 42;
const AXIS_PX = 40;
const RIGHT_PX = 12;
const SURPRISE_OPACITY = 0.6;

/** Of a blind study it is hidden. */
export type Outcome = "right" | "wrong" | "tie" | "hidden";

export function outcomeOf(trial: Trial): Outcome {
  if (trial.is_correct === null) return "hidden";
  if (trial.is_tie === true) return "tie";
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

interface Rows {
  width: number;
  trialCount: number;
  lanes: readonly Lane[];
  all: readonly Series[];
  trials: readonly Trial[];
  theme: Theme;
}

function labelPx(width: number): number {
  return width < NARROW_PX ? 118 : 200;
}

function barWidth({ width, trialCount }: Rows): number {
  return (width - labelPx(width) - RIGHT_PX) / trialCount;
}

/** All bars of one kind in a row as one path. */
function bars(rows: Rows, series: Series, middle: number, isUp: boolean): string {
  const wide = barWidth(rows);
  const inset = wide > 4 ? 0.5 : 0;
  let path = "";
  series.forEach((prob, trial) => {
    if (Number.isNaN(prob) || prob >= 0.5 !== isUp) return;
    const left = labelPx(rows.width) + (trial - 1) * wide + inset;
    const tip = middle - (prob - 0.5) * ROW_INNER_PX;
    path += `M${left.toFixed(1)},${middle}V${tip.toFixed(1)}h${(wide - 2 * inset).toFixed(2)}V${middle}Z`;
  });
  return path;
}

function rowMarks(rows: Rows, lane: Lane, at: number): SVGElement[] {
  const middle = ROW_PX * (at + 0.5);
  const series = rows.all[lane.model] ?? [];
  return [
    svgElement("text", {
      x: labelPx(rows.width) - 10, y: middle, dy: "0.32em", "text-anchor": "end", fill: lane.colour, "font-weight": lane.isChosen ? 800 : 600,
    }, shortened(lane.label, rows.width < NARROW_PX ? 11 : 20)),
    svgElement("path", { d: `M${labelPx(rows.width)},${middle}H${rows.width - RIGHT_PX}`, stroke: rows.theme.line }),
    svgElement("path", { d: bars(rows, series, middle, true), fill: lane.colour }),
    svgElement("path", { d: bars(rows, series, middle, false), fill: lane.colour, "fill-opacity": SURPRISE_OPACITY }),
  ];
}

/** The last row: right above wrong, a ring for a tie. */
function outcomeMarks(rows: Rows): SVGElement[] {
  const { theme } = rows;
  const wide = barWidth(rows);
  const size = Math.max(1.5, Math.min(5, wide * 0.4));
  const middle = ROW_PX * (rows.lanes.length + 0.5);
  const paths: Record<Outcome, string> = { right: "", wrong: "", tie: "", hidden: "" };
  for (const trial of rows.trials) {
    const x = labelPx(rows.width) + (trial.trial_index + 0.5) * wide;
    const outcome = outcomeOf(trial);
    if (outcome === "wrong") {
      const y = middle + 8;
      paths.wrong += `M${x - size},${y - size}l${2 * size},${2 * size}m0,${-2 * size}l${-2 * size},${2 * size}`;
    } else {
      const y = outcome === "right" ? middle - 8 : middle;
      paths[outcome] += `M${x - size},${y}a${size},${size} 0 1 0 ${2 * size},0a${size},${size} 0 1 0 ${-2 * size},0`;
    }
  }
  return [
    svgElement("text", { x: labelPx(rows.width) - 10, y: middle, dy: "0.32em", "text-anchor": "end", fill: theme.muted, "font-weight": 600 }, "✓ over ✗"),
    svgElement("path", { d: paths.right, fill: theme.right }),
    svgElement("path", { d: paths.wrong, fill: "none", stroke: theme.wrong, "stroke-width": Math.max(1.2, size / 2.5) }),
    svgElement("path", { d: paths.tie, fill: "none", stroke: theme.tie }),
  ];
}

function heightOf(laneCount: number): number {
  return AXIS_PX + ROW_PX * (laneCount + 1);
}

function findBar(rows: Rows, x: number, y: number): Found | null {
  const wide = barWidth(rows);
  const trial = Math.floor((x - labelPx(rows.width)) / wide) + 1;
  const lane = rows.lanes[Math.floor(y / ROW_PX)];
  const prob = lane === undefined ? undefined : rows.all[lane.model]?.[trial];
  if (lane === undefined || prob === undefined || Number.isNaN(prob)) return null;
  const middle = ROW_PX * (rows.lanes.indexOf(lane) + 0.5);
  const played = rows.trials.find((each) => each.trial_index === trial - 1);
  return {
    x: labelPx(rows.width) + (trial - 0.5) * wide, y: middle - (prob - 0.5) * ROW_INNER_PX, colour: lane.colour,
    lines: [lane.label, `trial ${trial}: ${percent(prob)} for the response made`, played === undefined ? "" : `the response was ${outcomeOf(played) === "tie" ? "one of two equals" : outcomeOf(played)}`],
  };
}

function probabilityDrawing(rows: Rows, pointer: Pointer): SVGElement | HTMLElement {
  const { width, trialCount, theme } = rows;
  const drawing = Plot.plot({
    width,
    height: heightOf(rows.lanes.length),
    marginTop: 0,
    marginBottom: AXIS_PX,
    marginLeft: labelPx(width),
    marginRight: RIGHT_PX,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { domain: [0.5, trialCount + 0.5] },
    y: { domain: [0, 1], axis: null },
    marks: [
      trialAxis(width),
      () => svgGroup([...rows.lanes.flatMap((lane, at) => rowMarks(rows, lane, at)), ...outcomeMarks(rows)]),
    ],
  });
  return withHover(drawing, pointer, theme, (x, y) => findBar(rows, x, y));
}

export function ProbabilityChart({ models, trials, trialCount, lanes, theme, fileStem }: ModelChartProps) {
  const pointer = useRef<Pointer>({ at: null });
  const draw = useMemo(() => {
    const all = probabilitySeries(models, trials);
    if (!all.some((series) => series.some((prob) => !Number.isNaN(prob)))) return null;
    return (width: number) => probabilityDrawing({ width, trialCount, lanes: lanes.rows, all, trials, theme }, pointer.current);
  }, [models, trials, trialCount, lanes, theme]);

  return (
    <Chart
      testid="probability-chart"
      title="Who saw it coming?"
      meaning="Each representation's probability of the response, before it was made; of the highlighted representations, else of the best. Bars up: it expected the response (above one half). Bars down: the response surprised it. No bar: it had no opinion."
      height={heightOf(lanes.rows.length)}
      fileName={`${fileStem}-probability`}
      theme={theme}
      draw={draw}
      empty="Probabilities appear with the first response."
      table={() => probabilityTable(lanes, trials)}
    />
  );
}
