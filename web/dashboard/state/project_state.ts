// What a project's page makes of its studies' group documents: the mean over studies per representation (the papers' figure 4, vertical
// axis) and the negative log likelihoods of all kinds of models (their table 1). Pure: numbers come from the documents as they are; only
// the mean over studies is made here.

import type { Group, GroupModel, ModelKind, TaskName } from "../types.ts";

/** Online: predicted before each response, while people play. Loo: a mixed model that leaves one trial out, on demand. */
export type Measure = "online" | "loo";

export interface StudyGroup {
  slug: string;
  title: string;
  task: TaskName;
  /** Null until its document has come. */
  group: Group | null;
}

export const KINDS: readonly ModelKind[] = ["main", "sparse", "pca"];

/** The first model of a kind for each representation: a study's settings name its learners in the order of their weight. */
export function modelsOfKind(group: Group, kind: ModelKind): ReadonlyMap<string, GroupModel> {
  const models = new Map<string, GroupModel>();
  for (const model of group.models) if (model.kind === kind && !models.has(model.representation)) models.set(model.representation, model);
  return models;
}

export interface StudyValue {
  r2: number | null;
  low: number | null;
  high: number | null;
  learner: string;
}

export interface MeanRow {
  representation: string;
  family: string;
  /** Null until every study has its number. */
  mean: number | null;
  /** Per study, in the project's order. */
  values: StudyValue[];
}

function r2Of(model: GroupModel, measure: Measure): StudyValue {
  if (measure === "online") return { r2: model.r2_online, low: model.r2_low, high: model.r2_high, learner: model.learner };
  return { r2: model.loo?.r2_loo ?? null, low: model.loo?.r2_low ?? null, high: model.loo?.r2_high ?? null, learner: model.learner };
}

function isNumber(value: number | null): value is number {
  return value !== null;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const numbers = values.filter(isNumber);
  return numbers.length === values.length && numbers.length > 0 ? numbers.reduce((sum, value) => sum + value, 0) / numbers.length : null;
}

/** Largest first; what has no number yet at the end, by name. */
function byMean(left: MeanRow, right: MeanRow): number {
  if (left.mean !== null && right.mean !== null && left.mean !== right.mean) return right.mean - left.mean;
  if ((left.mean === null) !== (right.mean === null)) return left.mean === null ? 1 : -1;
  return left.representation.localeCompare(right.representation);
}

/** Representations that every study fits, by name, each with its main model. `left_out` are those that only some studies fit. */
export function meanRows(studies: readonly StudyGroup[], measure: Measure): { rows: MeanRow[]; left_out: string[] } {
  const groups = studies.map((study) => study.group).filter((group): group is Group => group !== null);
  if (groups.length === 0 || groups.length < studies.length) return { rows: [], left_out: [] };
  const maps = groups.map((group) => modelsOfKind(group, "main"));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const rows = names.flatMap((representation): MeanRow[] => {
    const models = maps.map((map) => map.get(representation));
    if (!models.every((model): model is GroupModel => model !== undefined)) return [];
    const values = models.map((model) => r2Of(model, measure));
    return [{ representation, family: models[0]?.family ?? "", mean: meanOf(values.map(({ r2 }) => r2)), values }];
  });
  const kept = new Set(rows.map((row) => row.representation));
  return { rows: rows.sort(byMean), left_out: names.filter((name) => !kept.has(name)).sort((a, b) => a.localeCompare(b)) };
}

export interface LikelihoodColumn {
  study: number;
  slug: string;
  task: TaskName;
  kind: ModelKind;
  /** Of the column's models; empty when the study fits no model of this kind. */
  learners: string[];
  looks_ahead: boolean;
  /** The largest number of trials that a model of the column has: those with fewer cannot be compared with it. */
  trials: number;
  best: number | null;
}

export type LikelihoodCell =
  | { state: "not_fitted" }
  | { state: "waiting" }
  | { state: "there"; nll: number; trials: number; is_best: boolean; is_partial: boolean };

export interface LikelihoodRow {
  representation: string;
  family: string;
  cells: LikelihoodCell[];
}

export interface LikelihoodTable {
  columns: LikelihoodColumn[];
  rows: LikelihoodRow[];
}

function nllOf(model: GroupModel, measure: Measure): { nll: number; trials: number } | null {
  if (measure === "loo") return model.loo === null ? null : { nll: model.loo.nll, trials: model.loo.trials };
  return model.nll === null || model.trials === 0 ? null : { nll: model.nll, trials: model.trials };
}

function columnOf(studies: readonly StudyGroup[], at: number, kind: ModelKind, measure: Measure): { column: LikelihoodColumn; models: ReadonlyMap<string, GroupModel> } {
  const study = studies[at];
  const models = study === undefined || study.group === null ? new Map<string, GroupModel>() : modelsOfKind(study.group, kind);
  const numbers = [...models.values()].flatMap((model) => nllOf(model, measure) ?? []);
  const trials = Math.max(0, ...numbers.map((number) => number.trials));
  const whole = numbers.filter((number) => number.trials === trials).map(({ nll }) => nll);
  const column: LikelihoodColumn = {
    kind, trials, study: at, slug: study?.slug ?? "", task: study?.task ?? "category",
    learners: [...new Set([...models.values()].map((model) => model.learner))],
    looks_ahead: [...models.values()].some((model) => model.looks_ahead),
    best: whole.length === 0 ? null : Math.min(...whole),
  };
  return { column, models };
}

/** Every representation that any study fits, by every study and kind. */
export function likelihoodTable(studies: readonly StudyGroup[], measure: Measure): LikelihoodTable {
  const filled = studies.flatMap((_, at) => KINDS.map((kind) => columnOf(studies, at, kind, measure)));
  const families = new Map<string, string>();
  for (const { models } of filled) for (const model of models.values()) if (!families.has(model.representation)) families.set(model.representation, model.family);
  const rows = [...families].map(([representation, family]): LikelihoodRow => ({
    representation,
    family,
    cells: filled.map(({ column, models }): LikelihoodCell => {
      const model = models.get(representation);
      if (model === undefined) return { state: "not_fitted" };
      const number = nllOf(model, measure);
      if (number === null) return { state: "waiting" };
      const isPartial = number.trials < column.trials;
      return { state: "there", ...number, is_partial: isPartial, is_best: !isPartial && number.nll === column.best };
    }),
  }));
  return { columns: filled.map(({ column }) => column), rows };
}

/** By the name, or by a column's number; whatever has none comes last, either way round. */
export function sortedRows(rows: readonly LikelihoodRow[], column: number | "representation", isDescending: boolean): LikelihoodRow[] {
  const sign = isDescending ? -1 : 1;
  const byName = (left: LikelihoodRow, right: LikelihoodRow): number => left.representation.localeCompare(right.representation);
  if (column === "representation") return [...rows].sort((left, right) => sign * byName(left, right));
  const value = (row: LikelihoodRow): number | null => {
    const cell = row.cells[column];
    return cell?.state === "there" ? cell.nll : null;
  };
  return [...rows].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === null || b === null) return a === b ? byName(left, right) : a === null ? 1 : -1;
    return a === b ? byName(left, right) : sign * (a - b);
  });
}

/** Whether any model of any study has been fitted leaving one trial out. */
export function hasLoo(studies: readonly StudyGroup[]): boolean {
  return studies.some((study) => study.group?.models.some((model) => model.loo !== null) === true);
}
