// How evenly conditions are used: one cell each, the stronger, the more people have played it or do so now.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { counted } from "../format.ts";
import type { Group } from "../types.ts";
import { Chart } from "./chart.tsx";
import { plainOptions, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

type Use = Group["conditions"][number];

const CELL_MAX_PX = 44;
const CELL_MIN_PX = 14;
const ROWS_AIM = 3;

function used(use: Use): number {
  return use.active + use.finished;
}

/** As many cells side by side as make about three rows. */
export function cellsPerRow(width: number, conditionCount: number): number {
  const aim = width / Math.max(1, Math.ceil(conditionCount / ROWS_AIM));
  const cell = Math.max(CELL_MIN_PX, Math.min(CELL_MAX_PX, aim));
  return Math.max(1, Math.floor(width / cell));
}

function cellOf(width: number, conditionCount: number): number {
  return Math.min(CELL_MAX_PX, Math.max(1, width) / cellsPerRow(width, conditionCount));
}

export function conditionUseHeight(width: number, conditionCount: number): number {
  return Math.max(CELL_MAX_PX, Math.ceil(Math.ceil(conditionCount / cellsPerRow(width, conditionCount)) * cellOf(width, conditionCount)));
}

function drawing(width: number, conditions: readonly Use[], places: number, theme: Theme) {
  const perRow = cellsPerRow(width, conditions.length);
  const cell = cellOf(width, conditions.length);
  const most = Math.max(1, ...conditions.map(used));
  const cells = conditions.map((use, at) => ({ ...use, column: at % perRow, row: Math.floor(at / perRow), part: used(use) / most }));
  const rowCount = Math.ceil(conditions.length / perRow);
  const height = conditionUseHeight(width, conditions.length);
  const place = { x1: "column", x2: (use: (typeof cells)[number]) => use.column + 1, y1: "row", y2: (use: (typeof cells)[number]) => use.row + 1, inset: cell > 24 ? 2 : 1 } as const;
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height,
    margin: 0,
    marginBottom: Math.max(0, height - rowCount * cell),
    marginRight: Math.max(0, width - perRow * cell),
    x: { domain: [0, perRow], axis: null },
    y: { domain: [rowCount, 0], axis: null },
    marks: [
      Plot.rect(cells, { ...place, fill: theme.sunk, stroke: theme.line, rx: 3 }),
      Plot.rect(cells, { ...place, fill: theme.accent, fillOpacity: "part", rx: 3 }),
      ...(cell < 26 ? [] : [Plot.text(cells, {
        x: (use) => use.column + 0.5, y: (use) => use.row + 0.5, text: (use) => `${used(use)}`, fontVariant: "tabular-nums",
        fill: (use: (typeof cells)[number]) => (use.part > 0.5 ? theme.surface : theme.text),
      })]),
      Plot.tip(cells, Plot.pointer({
        x: (use: (typeof cells)[number]) => use.column + 0.5, y: (use: (typeof cells)[number]) => use.row + 0.5, ...tipLook(theme),
        title: (use: (typeof cells)[number]) => `condition ${use.number}\n${use.active} here now (of ${counted(places, "place")}), ${use.finished} finished, ${use.left} left`,
      })),
    ],
    opacity: { type: "identity" },
  });
}

export function ConditionUseChart({ group, places, theme, fileStem }: { group: Group | null; places: number; theme: Theme; fileStem: string }) {
  const conditions = group?.conditions ?? [];
  const draw = useMemo(() => (conditions.length === 0 ? null : (width: number) => drawing(width, conditions, places, theme)), [conditions, places, theme]);
  const table = (): Table => ({
    columns: ["condition", "active", "finished", "left", "places"],
    rows: conditions.map((use) => [use.number, use.active, use.finished, use.left, places]),
  });
  return (
    <Chart testid="conditions-chart" title="Use of the conditions" height={(width) => conditionUseHeight(width, conditions.length)} fileName={`${fileStem}-conditions`}
      theme={theme} draw={draw} table={table} empty={group === null ? "Being computed…" : "There is no condition."}
      meaning={`One cell per condition: the number is how many people are here now or have finished; the stronger, the nearer to the most used one. Each has ${counted(places, "place")} at a time.`} />
  );
}
