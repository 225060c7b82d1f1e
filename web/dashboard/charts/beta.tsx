// How strongly each representation's learner drives the responses: beta with its 95 % interval, of the best and the highlighted ones.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { significant } from "../format.ts";
import type { Beta, LiveModel } from "../types.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX, NARROW_PX } from "./frame.ts";
import { shortened, type Lane, type Lanes } from "./lane.ts";
import type { Theme } from "./theme.ts";

const ROWS_MOST = 12;
const ROW_PX = 30;
const AXIS_PX = 44;
const TOP_PX = 6;

interface Row extends Beta {
  lane: Lane;
  name: string;
}

export function betaTable(models: readonly LiveModel[], lanes: Lanes): Table {
  return {
    columns: ["representation", "learner", "family", "beta", "low", "high"],
    rows: lanes.ranked.map((at) => {
      const model = models[at];
      return [model?.representation, model?.learner, model?.family, model?.beta?.mean ?? null, model?.beta?.low ?? null, model?.beta?.high ?? null];
    }),
  };
}

/** Highlighted ones first, then the best. */
function rowLanes(lanes: Lanes): Lane[] {
  const chosen = lanes.standing.filter((lane) => lane.isChosen);
  const best = lanes.ranked.flatMap((model) => lanes.all[model] ?? []).filter((lane) => !lane.isChosen);
  return [...chosen, ...best].slice(0, ROWS_MOST);
}

function betaDrawing(width: number, rows: readonly Row[], height: number, theme: Theme): SVGElement | HTMLElement {
  const isNarrow = width < NARROW_PX;
  const colour = (row: Row): string => row.lane.colour;
  const label = (row: Row): string => shortened(row.lane.label, isNarrow ? 12 : 20);
  return Plot.plot({
    width,
    height,
    marginTop: TOP_PX,
    marginBottom: AXIS_PX,
    marginLeft: isNarrow ? 112 : 168,
    marginRight: isNarrow ? 16 : 168,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { type: "log", label: "beta (logarithmic)", labelAnchor: "center", labelArrow: "none", grid: true, ticks: isNarrow ? 3 : 6, tickFormat: (value: number) => significant(value) },
    y: { domain: rows.map((row) => row.name), axis: null },
    marks: [
      Plot.text(rows, { y: "name", frameAnchor: "left", dx: -10, text: label, fill: colour, textAnchor: "end", fontWeight: 600 }),
      Plot.link(rows, { x1: "low", x2: "high", y1: "name", y2: "name", stroke: colour, strokeWidth: (row: Row) => (row.lane.isChosen ? 4 : 2) }),
      Plot.dot(rows, { x: "mean", y: "name", r: 5, fill: colour, stroke: theme.surface }),
      ...(isNarrow ? [] : [Plot.text(rows, { y: "name", frameAnchor: "right", dx: 10, textAnchor: "start", fontVariant: "tabular-nums",
        text: (row: Row) => `${significant(row.mean)} (${significant(row.low)}–${significant(row.high)})` })]),
    ],
  });
}

export interface BetaChartProps {
  models: readonly LiveModel[];
  lanes: Lanes;
  theme: Theme;
  fileStem: string;
  /** Trials that the betas come from: the newest known. */
  trialCount: number;
  isNewest: boolean;
}

export function BetaChart({ models, lanes, theme, fileStem, trialCount, isNewest }: BetaChartProps) {
  const height = TOP_PX + AXIS_PX + ROW_PX * Math.min(ROWS_MOST, models.length);
  const draw = useMemo(() => {
    const rows = rowLanes(lanes).flatMap((lane): Row[] => {
      const beta = models[lane.model]?.beta;
      return beta ? [{ ...beta, lane, name: String(lane.model) }] : [];
    });
    if (rows.length === 0 || !isNewest) return null;
    return (width: number) => betaDrawing(width, rows, height, theme);
  }, [models, lanes, theme, height, isNewest]);

  return (
    <Chart
      testid="beta-chart"
      title="How strongly does it drive the responses?"
      meaning="Beta of each representation, the highlighted ones and the best: how much more likely a response becomes the more its learner prefers it. Dot: mean; line: 95 % interval. All are in the table."
      height={height}
      fileName={`${fileStem}-beta`}
      theme={theme}
      draw={draw}
      empty={isNewest ? "Beta appears with the first response." : `Beta is known for the newest trial only. Follow live to see it after trial ${trialCount}.`}
      table={() => betaTable(isNewest ? models : models.map((model) => ({ ...model, beta: null })), lanes)}
    />
  );
}
