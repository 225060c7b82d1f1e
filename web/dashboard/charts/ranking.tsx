// Which representations foresee people best: all of them, best first, in as many columns as there is room for.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Table } from "../csv.ts";
import { counted, decimal } from "../format.ts";
import { rankedBy } from "../state/group_state.ts";
import type { Group, GroupModel } from "../types.ts";
import { Chart } from "./chart.tsx";
import type { FamilyLook } from "./family_look.ts";
import { fitted, plainOptions, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

const ROW_PX = 22;
const AXIS_PX = 30;
const NAME_PX = 160;
const VALUE_PX = 50;
const GUTTER_PX = 14;
const COLUMN_MIN_PX = 370;
const COLUMNS_MAX = 3;
const BOLD_COUNT = 3;
const ROWS_MIN = 4; // fewer rows are not worth a column of their own

interface Row {
  model: GroupModel;
  rank: number;
  column: number;
  row: number;
  colour: string;
  symbol: string;
}

export function columnCount(width: number, modelCount: number): number {
  const fitting = Math.max(1, Math.min(COLUMNS_MAX, Math.floor(width / COLUMN_MIN_PX)));
  return Math.max(1, Math.min(fitting, Math.ceil(modelCount / ROWS_MIN)));
}

export function rankingHeight(width: number, modelCount: number): number {
  return AXIS_PX + ROW_PX * Math.max(1, Math.ceil(modelCount / columnCount(width, modelCount)));
}

export function rankingTable(ranked: readonly GroupModel[]): Table {
  return {
    columns: ["rank", "representation", "family", "learner", "participants", "trials", "r2_online", "low", "high", "nll", "task_accuracy", "agreement",
      "r2_loo", "r2_loo_low", "r2_loo_high", "slope", "slope_sd"],
    rows: ranked.map((model, at) => [
      at + 1, model.representation, model.family, model.learner, model.participants, model.trials, model.r2_online, model.r2_low, model.r2_high, model.nll,
      model.task_accuracy, model.agreement, model.loo?.r2_loo ?? null, model.loo?.r2_low ?? null, model.loo?.r2_high ?? null, model.mixed?.slope ?? null,
      model.mixed?.slope_sd ?? null,
    ]),
  };
}

/** The axis holds every interval and zero, in steps of 0.05, so that it rests between them. */
export function rankingDomain(models: readonly GroupModel[]): [number, number] {
  const values = models.flatMap((model) => [model.r2_online, model.r2_low, model.r2_high, model.loo?.r2_loo ?? null]).filter((value) => value !== null);
  const low = Math.floor(Math.min(0, ...values) * 20) / 20;
  const high = Math.ceil(Math.max(0.05, ...values) * 20) / 20;
  return [Math.max(-0.5, low), high]; // a hopeless model's interval must not squeeze all others
}

function rowsOf(ranked: readonly GroupModel[], columns: number, looks: ReadonlyMap<string, FamilyLook>, theme: Theme): Row[] {
  const length = Math.ceil(ranked.length / columns);
  return ranked.map((model, rank) => ({
    model, rank, column: Math.floor(rank / length), row: rank % length,
    colour: looks.get(model.family)?.colour ?? theme.context, symbol: looks.get(model.family)?.symbol ?? "circle",
  }));
}

function rowWords({ model, rank }: Row): string {
  const loo = model.loo === null ? "" : `\nR² leave-one-out ${decimal(model.loo.r2_loo, 3)}`;
  if (model.r2_online === null) return `${model.representation} (${model.family})\nbeing computed`;
  return `${rank + 1}. ${model.representation} (${model.family})\nR² online ${decimal(model.r2_online, 3)}, 95 % interval ${decimal(model.r2_low, 3)} to ${decimal(model.r2_high, 3)}${loo}\n${counted(model.participants, "participant")}`;
}

function drawing(width: number, rows: readonly Row[], columns: number, theme: Theme) {
  const length = Math.max(1, ...rows.map((row) => row.row + 1));
  const gap = NAME_PX + VALUE_PX + GUTTER_PX;
  const step = (width - NAME_PX - VALUE_PX + gap) / columns;
  const ticks = step - gap < 160 ? 2 : 4;
  const [low, high] = rankingDomain(rows.map((row) => row.model));
  const known = rows.filter((row) => row.model.r2_online !== null);
  const within = (value: number | null): number => Math.max(low, Math.min(high, value ?? low));
  const place = { fx: "column", y: "row" } as const;
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: AXIS_PX + ROW_PX * length,
    marginTop: AXIS_PX,
    marginBottom: 0,
    marginLeft: NAME_PX,
    marginRight: VALUE_PX,
    x: { domain: [low, high], axis: null },
    y: { domain: Array.from({ length }, (_, at) => at), axis: null, padding: 0 },
    fx: { domain: Array.from({ length: columns }, (_, at) => at), axis: null, padding: columns === 1 ? 0 : gap / step, paddingOuter: 0 },
    symbol: { type: "identity" },
    marks: [
      Plot.gridX({ ticks, stroke: theme.line, strokeOpacity: 1 }),
      Plot.axisX({ anchor: "top", ticks, label: null, tickSize: 0, fill: theme.muted }),
      Plot.ruleX([0], { stroke: theme.muted }),
      Plot.ruleY(known.filter((row) => row.model.r2_low !== null), {
        ...place, x1: (row: Row) => within(row.model.r2_low), x2: (row: Row) => within(row.model.r2_high), stroke: "colour", strokeWidth: 2.5, strokeOpacity: 0.55,
      }),
      Plot.tickX(rows.filter((row) => row.model.loo !== null), { ...place, x: (row: Row) => within(row.model.loo?.r2_loo ?? null), stroke: theme.text, strokeWidth: 2.5, inset: 4 }),
      Plot.dot(known, { ...place, x: (row: Row) => within(row.model.r2_online), fill: "colour", symbol: "symbol", r: 4.5, stroke: theme.surface, strokeWidth: 1 }),
      ...[rows.slice(0, BOLD_COUNT), rows.slice(BOLD_COUNT)].map((some, isLater) =>
        Plot.text(some, {
          ...place, frameAnchor: "left", textAnchor: "end", dx: -10, text: (row: Row) => fitted(row.model.representation, NAME_PX - 14, theme, isLater ? 400 : 700),
          fill: (row: Row) => (row.model.r2_online === null ? theme.muted : theme.text), fontWeight: isLater ? 400 : 700,
        })),
      Plot.text(rows, {
        ...place, frameAnchor: "right", textAnchor: "end", dx: VALUE_PX - 4, text: (row: Row) => (row.model.r2_online === null ? "…" : decimal(row.model.r2_online, 2)),
        fill: theme.muted, fontVariant: "tabular-nums",
      }),
      Plot.tip(rows, Plot.pointer({ ...place, x: (row: Row) => within(row.model.r2_online), title: rowWords, ...tipLook(theme) })),
    ],
  });
}

export interface RankingProps {
  group: Group | null;
  models: readonly GroupModel[];
  family: string | null;
  looks: ReadonlyMap<string, FamilyLook>;
  tools: ComponentChildren;
  theme: Theme;
  fileStem: string;
}

export function RankingChart({ group, models, family, looks, tools, theme, fileStem }: RankingProps) {
  const ranked = useMemo(() => rankedBy(models.filter((model) => family === null || model.family === family), (model) => model.r2_online), [models, family]);
  const draw = useMemo(() => {
    if (!ranked.some((model) => model.r2_online !== null)) return null;
    return (width: number) => {
      const columns = columnCount(width, ranked.length);
      return drawing(width, rowsOf(ranked, columns, looks, theme), columns, theme);
    };
  }, [ranked, looks, theme]);
  return (
    <Chart testid="ranking-chart" title="Which representations foresee people?" height={(width) => rankingHeight(width, ranked.length)} tools={tools}
      fileName={`${fileStem}-ranking`} theme={theme} draw={draw} table={() => rankingTable(ranked)}
      empty={group === null || group.trials > 0 ? "Being computed…" : "The ranking begins with the first response."}
      meaning="R² online: how much better than guessing each representation's learner predicted every response before it was made (0 is guessing, 1 is certainty); the line is its 95 % interval over participants. The mark │ is R² with each trial left out of a mixed model." />
  );
}
