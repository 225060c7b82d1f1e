// What the group's stream says, and what pages read from it. Pure.

import { learnerName } from "../format.ts";
import type { CurveBin, Group, GroupModel, ModelKind, StudyModel } from "../types.ts";

export interface GroupState {
  group: Group | null;
}

export type GroupAction = { kind: "snapshot"; id: string; data: Group };

export const EMPTY_GROUP_STATE: GroupState = { group: null };

/** Every event is whole: the last one is the state. */
export function reduceGroup(_state: GroupState, action: GroupAction): GroupState {
  return { group: action.data };
}

const KIND_ORDER: readonly ModelKind[] = ["main", "sparse", "pca", "other"];

/** The learners of a study, the task's main one first. */
export function learnersOf(models: readonly StudyModel[]): string[] {
  const ranks = new Map<string, number>();
  for (const { learner, kind } of models) if (!ranks.has(learner)) ranks.set(learner, KIND_ORDER.indexOf(kind));
  return [...ranks].sort(([, a], [, b]) => a - b).map(([learner]) => learner);
}

/** Short names where they tell learners apart, whole ones where they do not. */
export function learnerLabels(learners: readonly string[]): Map<string, string> {
  const short = learners.map(learnerName);
  return new Map(learners.map((learner, at) => {
    const name = short[at] ?? learner;
    return [learner, short.filter((other) => other === name).length > 1 ? learner : name];
  }));
}

/** "task", or "task, logistic lasso" where several learners stand side by side. */
export function groupLabel(model: StudyModel, labels: ReadonlyMap<string, string>): string {
  return labels.size <= 1 ? model.representation : `${model.representation}, ${labels.get(model.learner) ?? model.learner}`;
}

/** Largest first; what has no number yet comes last, by name. */
export function rankedBy(models: readonly GroupModel[], value: (model: GroupModel) => number | null): GroupModel[] {
  const depth = (model: GroupModel): number => value(model) ?? -Infinity;
  return [...models].sort((a, b) => (depth(a) === depth(b) ? a.representation.localeCompare(b.representation) : depth(b) > depth(a) ? 1 : -1));
}

/** Families in alphabetical order with how many representations each has. */
export function familyCounts(models: readonly StudyModel[]): { family: string; count: number }[] {
  const counts = new Map<string, Set<string>>();
  for (const { family, representation } of models) counts.set(family, (counts.get(family) ?? new Set()).add(representation));
  return [...counts].map(([family, names]) => ({ family, count: names.size })).sort((a, b) => a.family.localeCompare(b.family));
}

/** Values near enough to be one column of dots are stacked: the place of each in its column, from 0. */
export function stacked<Item>(items: readonly Item[], column: (item: Item) => number): { item: Item; level: number }[] {
  const heights = new Map<number, number>();
  return items.map((item) => {
    const at = column(item);
    const level = heights.get(at) ?? 0;
    heights.set(at, level + 1);
    return { item, level };
  });
}

/** Accuracy of all counted people together, from the parts of the session: of the people themselves only the newest are listed. */
export function pooledAccuracy(bins: readonly CurveBin[]): number | null {
  const responses = bins.reduce((sum, bin) => sum + bin.responses, 0);
  // Right responses are whole; what comes back from a share is rounded to them.
  const right = bins.reduce((sum, bin) => sum + Math.round((bin.accuracy ?? 0) * bin.responses), 0);
  return responses === 0 ? null : right / responses;
}

/** Whether models rest on different people, because of value tables that are still to come. */
export function isUneven(models: readonly GroupModel[]): boolean {
  return new Set(models.map((model) => model.participants)).size > 1;
}

/** What the omnibus risk says, in words. */
export function omnibusWords(risk: number): string {
  if (risk < 0.01) return "The models almost certainly differ in how many people they describe.";
  if (risk < 0.05) return "The models very probably differ in how many people they describe.";
  if (risk < 0.25) return "The models probably differ in how many people they describe, but chance is not ruled out.";
  return "The differences between the models' frequencies may well be chance.";
}

/** Whether the numbers shown are those that the page asks for. */
export function isOfExclusions(group: Group, exclude: readonly string[]): boolean {
  return group.exclude.length === exclude.length && exclude.every((name) => group.exclude.some((each) => each === name));
}
