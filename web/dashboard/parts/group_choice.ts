// What the charts of one page share: the chosen learner and family, the models that are left, and how families look.

import { useMemo, useState } from "preact/hooks";
import { familyLooks, type FamilyLook } from "../charts/family_look.ts";
import type { Theme } from "../charts/theme.ts";
import { familyCounts, learnerLabels, learnersOf } from "../state/group_state.ts";
import type { Group, GroupModel } from "../types.ts";

export interface GroupChoice {
  labels: ReadonlyMap<string, string>;
  learner: string;
  chooseLearner: (learner: string) => void;
  /** Of the chosen learner. */
  models: readonly GroupModel[];
  families: readonly { family: string; count: number }[];
  looks: ReadonlyMap<string, FamilyLook>;
  family: string | null;
  chooseFamily: (family: string | null) => void;
}

export function useGroupChoice(group: Group | null, theme: Theme): GroupChoice {
  const [chosen, chooseLearner] = useState<string | null>(null);
  const [family, chooseFamily] = useState<string | null>(null);
  const all = group?.models;
  // The names change seldom, the numbers every second: what depends on names only is kept.
  const names = (all ?? []).map((model) => `${model.representation}\n${model.family}\n${model.learner}`).join("\n\n");
  const fixed = useMemo(() => {
    const learners = learnersOf(all ?? []);
    return { learners, labels: learnerLabels(learners), families: familyCounts(all ?? []) };
  }, [names]);
  const looks = useMemo(() => familyLooks(fixed.families.map((each) => each.family), theme), [fixed, theme]);
  const learner = chosen !== null && fixed.labels.has(chosen) ? chosen : (fixed.learners[0] ?? "");
  const models = useMemo(() => (all ?? []).filter((model) => model.learner === learner), [all, learner]);
  return { labels: fixed.labels, learner, chooseLearner, models, families: fixed.families, looks, family, chooseFamily };
}
