// The numbers that a representation has, from two documents: what it is (GET /representations) and how it does (the group's stream, for one
// learner). Pure.

import type { Group, GroupModel, Metric, Representation, StudyModel } from "../types.ts";

export type Alignment = "online" | "loo";

export interface Row {
  representation: Representation;
  /** Of the chosen learner; null where the group has no such model. */
  model: GroupModel | null;
}

export interface Measured {
  value: number | null;
  /** Why there is no value; null when there is one. */
  reason: string | null;
}

export interface Measure {
  key: MeasureKey;
  /** As a heading and on an axis. */
  name: string;
  /** What it says, in a sentence. */
  meaning: string;
  digits: number;
  isLogarithmic: boolean;
}

export const MEASURE_KEYS = [
  "alignment", "r2_online", "r2_loo", "task_accuracy", "class_separation", "class_separation_paper", "cka", "intrinsic_dimension",
  "feature_count", "parameter_count", "training_image_count",
] as const;
export type MeasureKey = (typeof MEASURE_KEYS)[number];

const NAMES: Record<MeasureKey, Omit<Measure, "key">> = {
  alignment: { name: "Alignment", meaning: "How well the learner on this representation predicts what people choose.", digits: 3, isLogarithmic: false },
  r2_online: { name: "R² online", meaning: "Each response predicted from those before it.", digits: 3, isLogarithmic: false },
  r2_loo: { name: "R² leave-one-out", meaning: "Each response predicted from all others.", digits: 3, isLogarithmic: false },
  task_accuracy: { name: "Task accuracy", meaning: "Share of the trials played that the learner itself gets right.", digits: 3, isLogarithmic: false },
  class_separation: { name: "Class separation", meaning: "How far apart the two classes lie, against their spread.", digits: 3, isLogarithmic: false },
  class_separation_paper: { name: "Class separation, paper", meaning: "Class separation by the paper's formula.", digits: 3, isLogarithmic: false },
  cka: { name: "CKA", meaning: "Linear centred kernel alignment with the embedding that the task was made from.", digits: 3, isLogarithmic: false },
  intrinsic_dimension: { name: "Intrinsic dimension", meaning: "How many dimensions the pictures fill.", digits: 1, isLogarithmic: false },
  feature_count: { name: "Features", meaning: "Numbers per picture.", digits: 0, isLogarithmic: true },
  parameter_count: { name: "Parameters", meaning: "Size of the network.", digits: 0, isLogarithmic: true },
  training_image_count: { name: "Training images", meaning: "Pictures that the network was trained on.", digits: 0, isLogarithmic: true },
};

export function measure(key: MeasureKey): Measure {
  return { key, ...NAMES[key] };
}

/** Figure 5: each of these against alignment. */
export const SCATTER_KEYS: readonly MeasureKey[] = [
  "task_accuracy", "class_separation", "cka", "intrinsic_dimension", "parameter_count", "training_image_count",
];
/** Figures 6 and 7: each of these by pairs. */
export const PAIRED_KEYS: readonly MeasureKey[] = ["alignment", "task_accuracy", "class_separation", "cka", "intrinsic_dimension"];

const NOT_COMPUTED = "still being computed";
const NOT_GIVEN = "not given when the representation was imported";

function ofMetric(metric: Metric): Measured {
  return { value: metric.value, reason: metric.value === null ? (metric.reason ?? NOT_COMPUTED) : null };
}

function ofModel(row: Row, value: (model: GroupModel) => number | null, otherwise: string): Measured {
  if (row.model === null) return { value: null, reason: "no number for this learner yet" };
  const number = value(row.model);
  const reason = row.model.trials === 0 ? "no trial whose value table is ready yet" : otherwise;
  return { value: number, reason: number === null ? reason : null };
}

function ofMetadata(value: number | null): Measured {
  return { value, reason: value === null ? NOT_GIVEN : null };
}

export function measured(row: Row, key: MeasureKey, alignment: Alignment): Measured {
  const { representation } = row;
  switch (key) {
    case "alignment":
      return measured(row, alignment === "loo" ? "r2_loo" : "r2_online", alignment);
    case "r2_online":
      return ofModel(row, (model) => model.r2_online, NOT_COMPUTED);
    case "r2_loo":
      return ofModel(row, (model) => model.loo?.r2_loo ?? null, "leave-one-out has not been asked for, or is not done");
    case "task_accuracy":
      return ofModel(row, (model) => model.task_accuracy, NOT_COMPUTED);
    case "class_separation":
    case "class_separation_paper":
    case "cka":
    case "intrinsic_dimension":
      return ofMetric(representation[key]);
    case "feature_count":
      return { value: representation.feature_count, reason: null };
    case "parameter_count":
    case "training_image_count":
      return ofMetadata(representation[key]);
  }
}

/** The interval of alignment; null where there is none. */
export function alignmentInterval(model: GroupModel | null, alignment: Alignment): { low: number; high: number } | null {
  const of = alignment === "loo" ? model?.loo : model;
  const { r2_low: low, r2_high: high } = of ?? { r2_low: null, r2_high: null };
  return low === null || high === null ? null : { low, high };
}

/** Every representation with its numbers for one learner, in the order of the documents. */
export function rowsOf(representations: readonly Representation[], group: Group | null, learner: string): Row[] {
  const models = new Map((group?.models ?? []).filter((model) => model.learner === learner).map((model) => [model.representation, model]));
  return representations.map((representation) => ({ representation, model: models.get(representation.name) ?? null }));
}

/** The learners of a study, the task's main one first; others in their order. */
export function learnerNames(models: readonly StudyModel[]): string[] {
  const main = models.filter((model) => model.kind === "main").map((model) => model.learner);
  return [...new Set([...main, ...models.map((model) => model.learner)])];
}

export interface Rank {
  /** From 1, largest first; equal values share the best of their ranks. */
  rank: number;
  of: number;
}

export function rankOf(rows: readonly Row[], name: string, key: MeasureKey, alignment: Alignment): Rank | null {
  const values = new Map(rows.map((row) => [row.representation.name, measured(row, key, alignment).value]));
  const own = values.get(name) ?? null;
  if (own === null) return null;
  const known = [...values.values()].filter((value): value is number => value !== null);
  return { rank: 1 + known.filter((value) => value > own).length, of: known.length };
}

export interface MetricPoint {
  name: string;
  family: string;
  x: number;
  y: number;
}

/** One point for each representation that has both numbers; on a logarithmic axis only what is above zero. */
export function metricPoints(rows: readonly Row[], key: MeasureKey, alignment: Alignment): MetricPoint[] {
  return rows.flatMap((row) => {
    const [x, y] = [measured(row, key, alignment).value, measured(row, "alignment", alignment).value];
    if (x === null || y === null || (NAMES[key].isLogarithmic && x <= 0)) return [];
    return [{ name: row.representation.name, family: row.representation.family, x, y }];
  });
}

/** The nearest points to one of them, each axis measured by its own range; nearest first. */
export function neighbours(points: readonly MetricPoint[], name: string, isLogarithmic: boolean, count: number): MetricPoint[] {
  const own = points.find((point) => point.name === name);
  if (own === undefined) return [];
  const place = (point: MetricPoint): [number, number] => [isLogarithmic ? Math.log10(point.x) : point.x, point.y];
  const range = (axis: 0 | 1): number => {
    const values = points.map((point) => place(point)[axis]);
    return Math.max(...values) - Math.min(...values) || 1;
  };
  const [xRange, yRange] = [range(0), range(1)];
  const distance = (point: MetricPoint): number =>
    Math.hypot((place(point)[0] - place(own)[0]) / xRange, (place(point)[1] - place(own)[1]) / yRange);
  return points.filter((point) => point.name !== name).sort((a, b) => distance(a) - distance(b)).slice(0, count);
}
