// Lines of the system's last minutes: a few numbers over time, drawn small and of a fixed height.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { HISTORY_MINUTES, secondsBefore, type Moment } from "../state/system_history.ts";
import type { System } from "../types.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX } from "./frame.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 220;
const LABEL_PX = 92;
/** Labels of two lines that end at the same place stand above each other. */
const LABEL_SHIFT_PX = 9;

export interface SystemLine {
  /** Column of the table. */
  name: string;
  /** At the line's end. */
  label: string;
  isDashed: boolean;
  value: (system: System) => number | null;
}

export interface SystemLinesProps {
  testid: string;
  title: string;
  meaning: string;
  unit: string;
  /** Lags span powers of ten; rates begin at zero. */
  isLogarithmic: boolean;
  lines: readonly SystemLine[];
  history: readonly Moment[];
  theme: Theme;
}

export function systemLinesTable(lines: readonly SystemLine[], history: readonly Moment[]): Table {
  return {
    columns: ["seconds", ...lines.map((line) => line.name)],
    rows: history.map((moment) => [Math.round(secondsBefore(history, moment)), ...lines.map((line) => line.value(moment.system))]),
  };
}

interface Point {
  second: number;
  value: number;
}

function pointsOf(line: SystemLine, history: readonly Moment[], isLogarithmic: boolean): Point[] {
  return history.flatMap((moment) => {
    const value = line.value(moment.system);
    return value === null || (isLogarithmic && value <= 0) ? [] : [{ second: secondsBefore(history, moment), value }];
  });
}

/** Whole powers of ten around all points, so that the axis keeps still while numbers move. */
export function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values, 1)));
  const high = Math.ceil(Math.log10(Math.max(...values, 100)));
  return [10 ** low, 10 ** high];
}

function drawing(width: number, props: SystemLinesProps) {
  const { theme } = props;
  const drawn = props.lines.map((line, at) => ({
    line, points: pointsOf(line, props.history, props.isLogarithmic), colour: theme.series[at] ?? theme.text,
  }));
  const values = drawn.flatMap(({ points }) => points.map(({ value }) => value));
  const [low, high] = decades(props.isLogarithmic ? values : []);
  const powers = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, at) => Number((low * 10 ** at).toPrecision(1)));
  const scale = props.isLogarithmic
    ? { type: "log" as const, domain: [low, high], ticks: powers, tickFormat: (value: number) => `${value}` }
    : { domain: [0, Math.max(1, ...values)], nice: true, ticks: 4 };
  return Plot.plot({
    width,
    height: HEIGHT_PX,
    marginLeft: 56,
    marginRight: LABEL_PX,
    marginBottom: 42,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { domain: [-HISTORY_MINUTES * 60, 0], label: "minutes ago", labelArrow: "none", labelAnchor: "center", ticks: Array.from({ length: HISTORY_MINUTES + 1 }, (_, at) => -60 * at), tickFormat: (second: number) => `${-second / 60}` },
    y: { label: props.unit, labelArrow: "none", grid: true, ...scale },
    marks: drawn.flatMap(({ line, points, colour }, at) => [
      Plot.line(points, { x: "second", y: "value", stroke: colour, strokeWidth: 2, ...(line.isDashed ? { strokeDasharray: "6 3" } : {}) }),
      Plot.text(points.slice(-1), { x: "second", y: "value", text: () => line.label, fill: colour, textAnchor: "start", dx: 6, dy: (2 * at - 1) * LABEL_SHIFT_PX, fontWeight: "bold" }),
    ]),
  });
}

export function SystemLines(props: SystemLinesProps) {
  const { history, lines, theme } = props;
  const hasPoints = history.some((moment) => lines.some((line) => line.value(moment.system) !== null));
  const draw = useMemo(() => (hasPoints ? (width: number) => drawing(width, props) : null), [history, theme, hasPoints]);
  return (
    <Chart testid={props.testid} title={props.title} meaning={props.meaning} height={HEIGHT_PX} fileName={`system-${props.testid}`}
      theme={theme} draw={draw} empty="Nothing in the last minutes." table={() => systemLinesTable(lines, history)} />
  );
}
