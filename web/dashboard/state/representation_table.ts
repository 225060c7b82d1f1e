// The table of representations: its columns, their order, and why cells are empty. Pure.

import type { Table } from "../csv.ts";
import { alignmentInterval, measure, measured, type Measured, type MeasureKey, type Row } from "./measures.ts";

export type ColumnKey = "name" | "family" | "size_class" | "loss" | Exclude<MeasureKey, "alignment">;

export interface Column {
  key: ColumnKey;
  heading: string;
  isNumber: boolean;
}

function numberColumn(key: Exclude<MeasureKey, "alignment">, heading: string): Column {
  return { key, heading, isNumber: true };
}

export const COLUMNS: readonly Column[] = [
  { key: "name", heading: "Representation", isNumber: false },
  { key: "family", heading: "Family", isNumber: false },
  { key: "size_class", heading: "Size class", isNumber: false },
  { key: "loss", heading: "Loss", isNumber: false },
  numberColumn("parameter_count", "Para\u00admeters"),
  numberColumn("training_image_count", "Training images"),
  numberColumn("feature_count", "Features"),
  numberColumn("task_accuracy", "Task accuracy"),
  numberColumn("class_separation", "Class separa\u00adtion"),
  numberColumn("class_separation_paper", "Separa\u00adtion, paper"),
  numberColumn("cka", "CKA"),
  numberColumn("intrinsic_dimension", "Intrinsic dimen\u00adsion"),
  numberColumn("r2_online", "R² online (95 %)"),
  numberColumn("r2_loo", "R² leave-one-out"),
];

/** Leave-one-out has a column only where somebody has asked for it. */
export function columnsFor(rows: readonly Row[]): Column[] {
  const hasLoo = rows.some((row) => (row.model?.loo ?? null) !== null);
  return COLUMNS.filter((column) => column.key !== "r2_loo" || hasLoo);
}

export function numberAt(row: Row, key: ColumnKey): Measured {
  if (key === "name" || key === "family" || key === "size_class" || key === "loss") return { value: null, reason: null };
  return measured(row, key, "online");
}

export function textAt(row: Row, key: ColumnKey): string | null {
  const { representation } = row;
  return key === "name" || key === "family" || key === "size_class" || key === "loss" ? representation[key] : null;
}

export interface Order {
  key: ColumnKey;
  isDescending: boolean;
}

/** What is missing comes last either way; equals by name. */
export function sorted(rows: readonly Row[], { key, isDescending }: Order): Row[] {
  const sign = isDescending ? -1 : 1;
  const isNumber = COLUMNS.some((column) => column.key === key && column.isNumber);
  const byName = (a: Row, b: Row): number => a.representation.name.localeCompare(b.representation.name);
  return [...rows].sort((a, b) => {
    const [one, other] = isNumber ? [numberAt(a, key).value, numberAt(b, key).value] : [textAt(a, key), textAt(b, key)];
    if (one === null || other === null) return one === other ? byName(a, b) : one === null ? 1 : -1;
    const step = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
    return step === 0 ? byName(a, b) : sign * step;
  });
}

/** Every word of the search in the name, the description, the family, the loss or the size class. */
export function found(rows: readonly Row[], family: string | null, search: string): Row[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return rows.filter(({ representation: each }) => {
    const text = [each.name, each.description, each.family, each.loss, each.size_class, each.aligned_by].join(" ").toLowerCase();
    return (family === null || each.family === family) && words.every((word) => text.includes(word));
  });
}

export interface Absence {
  heading: string;
  reason: string;
  names: string[];
}

/** Empty cells by column and reason: what a page says below its table. */
export function absences(rows: readonly Row[], columns: readonly Column[]): Absence[] {
  const result = new Map<string, Absence>();
  for (const { key, heading, isNumber } of columns) {
    if (!isNumber) continue;
    for (const row of rows) {
      const { reason } = numberAt(row, key);
      if (reason === null) continue;
      const absence = result.get(`${key}\n${reason}`) ?? { heading: key === "r2_online" ? measure(key).name : heading.replaceAll("\u00ad", ""), reason, names: [] };
      absence.names.push(row.representation.name);
      result.set(`${key}\n${reason}`, absence);
    }
  }
  return [...result.values()];
}

/** Everything, with all digits, for the file: names as in the documents of the server. */
export function tableFile(rows: readonly Row[], learner: string): Table {
  const numbers: Exclude<MeasureKey, "alignment">[] = [
    "feature_count", "parameter_count", "training_image_count", "task_accuracy", "class_separation", "class_separation_paper", "cka",
    "intrinsic_dimension", "r2_online",
  ];
  return {
    columns: [
      "representation", "family", "size_class", "loss", "baseline_of", "aligned_by", ...numbers, "r2_low", "r2_high", "r2_loo", "r2_loo_low",
      "r2_loo_high", "learner", "participants", "trials",
    ],
    rows: rows.map((row) => {
      const { representation: each, model } = row;
      const [online, loo] = [alignmentInterval(model, "online"), alignmentInterval(model, "loo")];
      return [
        each.name, each.family, each.size_class, each.loss, each.baseline_of, each.aligned_by,
        ...numbers.map((key) => measured(row, key, "online").value),
        online?.low, online?.high, model?.loo?.r2_loo, loo?.low, loo?.high, learner, model?.participants, model?.trials,
      ];
    }),
  };
}
