// What the overview and the group page read from the group's document.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cellsPerRow, conditionUseHeight } from "../dashboard/charts/condition_use.tsx";
import { familyLooks } from "../dashboard/charts/family_look.ts";
import { columnCount, rankingDomain, rankingHeight, rankingTable } from "../dashboard/charts/ranking.tsx";
import type { Theme } from "../dashboard/charts/theme.ts";
import { isSignificant, trialTestWords } from "../dashboard/charts/trial_tests.tsx";
import { recentWords } from "../dashboard/parts/sparkline.tsx";
import { exclusionQuery, parseExclusions, toggled } from "../dashboard/state/exclusion.ts";
import {
  EMPTY_GROUP_STATE, familyCounts, groupLabel, isOfExclusions, learnerLabels, learnersOf, omnibusWords, pooledAccuracy, rankedBy, reduceGroup, stacked,
} from "../dashboard/state/group_state.ts";
import type { CurveBin, Group, GroupModel, TrialTest } from "../dashboard/types.ts";

function model(representation: string, more: Partial<GroupModel> = {}): GroupModel {
  return {
    representation, family: "supervised", learner: "logistic_ridge", looks_ahead: false, kind: "main", participants: 3, trials: 90, nll: 50, r2_online: null,
    r2_low: null, r2_high: null, task_accuracy: null, agreement: null, curve: [], mixed: null, loo: null, frequency: null, exceedance_prob: null,
    protected_exceedance_prob: null, ...more,
  };
}

function trialTest(trial: number, p_value: number | null): TrialTest {
  return { trial, responses: 10, accuracy: p_value === null ? null : 0.7, p_value, low: 0.5, high: 0.9 };
}

describe("exclusions in an address", () => {
  it("are read in one order, without what is none and without repeats", () => {
    assert.deepEqual(parseExclusions(""), []);
    assert.deepEqual(parseExclusions("?exclude=not_included,everybody,below_chance,below_chance"), ["below_chance", "not_included"]);
  });
  it("are written as they are read", () => {
    for (const query of ["", "?exclude=below_chance", "?exclude=not_included", "?exclude=below_chance,not_included"])
      assert.equal(exclusionQuery(parseExclusions(query)), query);
  });
  it("go in and out by one switch each", () => {
    assert.deepEqual(toggled([], "not_included"), ["not_included"]);
    assert.deepEqual(toggled(["not_included"], "below_chance"), ["below_chance", "not_included"]);
    assert.deepEqual(toggled(["below_chance", "not_included"], "not_included"), ["below_chance"]);
  });
});

describe("the group's document", () => {
  it("is replaced as a whole by each event", () => {
    const first = { exclude: [], participants: 1 } as unknown as Group;
    const second = { exclude: [], participants: 2 } as unknown as Group;
    const state = [first, second].reduce((before, data) => reduceGroup(before, { kind: "snapshot", id: "1", data }), EMPTY_GROUP_STATE);
    assert.equal(state.group, second);
  });
  it("says whose numbers it holds", () => {
    const group = { exclude: ["not_included", "below_chance"] } as unknown as Group;
    assert.ok(isOfExclusions(group, ["below_chance", "not_included"]));
    assert.ok(!isOfExclusions(group, ["below_chance"]));
    assert.ok(!isOfExclusions(group, []));
  });
  it("is ranked with what has no number last, by name", () => {
    const models = [model("z"), model("low", { r2_online: -0.1 }), model("high", { r2_online: 0.3 }), model("a")];
    assert.deepEqual(rankedBy(models, (each) => each.r2_online).map((each) => each.representation), ["high", "low", "a", "z"]);
    assert.deepEqual(models.map((each) => each.representation), ["z", "low", "high", "a"], "the document is left as it was");
  });
  it("lists learners with the main one first, and tells them apart by short names where these do", () => {
    const models = [model("a", { learner: "logistic_lasso", kind: "sparse" }), model("a"), model("b")];
    assert.deepEqual(learnersOf(models), ["logistic_ridge", "logistic_lasso"]);
    assert.deepEqual([...learnerLabels(["logistic_ridge", "logistic_lasso"]).values()], ["logistic ridge", "logistic lasso"]);
    const twice = ["logistic_ridge:pca=10", "logistic_ridge"];
    assert.deepEqual([...learnerLabels(twice).values()], twice);
  });
  it("names a model by its learner only where there are several", () => {
    assert.equal(groupLabel(model("clip"), learnerLabels(["logistic_ridge"])), "clip");
    assert.equal(groupLabel(model("clip"), learnerLabels(["logistic_ridge", "logistic_lasso"])), "clip, logistic ridge");
  });
  it("counts representations of a family once, however many learners there are", () => {
    const models = [model("a"), model("a", { learner: "logistic_lasso" }), model("b"), model("c", { family: "language" })];
    assert.deepEqual(familyCounts(models), [{ family: "language", count: 1 }, { family: "supervised", count: 2 }]);
  });
  it("has an accuracy of all responses of those who count", () => {
    const bin = (accuracy: number | null, responses: number): CurveBin => ({ from: 1, to: 2, low: null, high: null, accuracy, responses });
    assert.equal(pooledAccuracy([bin(1, 10), bin(1 / 3, 30), bin(null, 0)]), 0.5);
    assert.equal(pooledAccuracy([bin(null, 0)]), null);
  });
});

describe("how the group is drawn", () => {
  it("puts dots of one column on top of each other", () => {
    assert.deepEqual(stacked([5, 7, 5, 5], (value) => value).map(({ level }) => level), [0, 0, 1, 2]);
  });
  it("gives the ranking as many columns as fit, and a height that depends on width and number only", () => {
    assert.deepEqual([390, 800, 1280].map((width) => columnCount(width, 86)), [1, 2, 3]);
    assert.equal(columnCount(1280, 3), 1);
    const heights = [390, 800, 1280].map((width) => rankingHeight(width, 86));
    assert.ok(heights.every((height, at) => at === 0 || height < (heights[at - 1] ?? 0)));
  });
  it("keeps every interval inside the ranking's axis, but for hopeless ones", () => {
    assert.deepEqual(rankingDomain([model("a", { r2_online: 0.2, r2_low: -0.02, r2_high: 0.33 })]), [-0.05, 0.35]);
    assert.deepEqual(rankingDomain([model("a")]), [0, 0.05]);
    assert.equal(rankingDomain([model("a", { r2_online: -3, r2_low: -4, r2_high: -2 })])[0], -0.5);
  });
  it("writes the ranking's numbers as they came", () => {
    const table = rankingTable([model("a", { r2_online: 0.123456789012345, loo: { r2_loo: 0.2, r2_low: null, r2_high: null, nll: 1, participants: 3, trials: 90, is_current: true } })]);
    const row = Object.fromEntries(table.columns.map((column, at) => [column, table.rows[0]?.[at]]));
    assert.deepEqual([row.rank, row.representation, row.r2_online, row.r2_loo, row.slope], [1, "a", 0.123456789012345, 0.2, null]);
  });
  it("draws all conditions inside its height, many or few", () => {
    for (const width of [300, 1170])
      for (const conditions of [1, 6, 100, 1000]) {
        const perRow = cellsPerRow(width, conditions);
        const cell = Math.min(44, width / perRow);
        assert.ok(perRow >= 1 && perRow * cell <= width + 1e-9);
        assert.ok(Math.ceil(conditions / perRow) * cell <= conditionUseHeight(width, conditions) + 1e-9, `${conditions} conditions at ${width} px`);
      }
  });
  it("gives each family a colour and a shape of its own while there are colours", () => {
    const theme = { series: ["#1", "#2", "#3", "#4", "#5", "#6"], context: "#c" } as unknown as Theme;
    const looks = familyLooks(["task", "supervised", "self-supervised", "multimodal", "language", "pixels", "other"], theme);
    assert.equal(new Set([...looks.values()].map((look) => look.symbol)).size, 7);
    assert.deepEqual(looks.get("other"), { colour: "#c", symbol: "hexagon" });
  });
  it("tells from which trial on people differ from guessing", () => {
    const tests = [trialTest(1, 0.4), trialTest(2, 0.04), trialTest(3, 0.001), trialTest(4, null)];
    assert.deepEqual(tests.map(isSignificant), [false, true, true, false]);
    assert.equal(trialTestWords(tests), "In 2 of 3 trials people differ from guessing, first in trial 2.");
    assert.equal(trialTestWords(tests.slice(0, 1)), "In none of 1 trial do people differ from guessing.");
  });
  it("tells the last trials and the omnibus risk in words", () => {
    assert.equal(recentWords("rrwt"), "2 of the last 4 trials right");
    assert.equal(recentWords(""), "no trial yet");
    assert.equal(new Set([0.001, 0.03, 0.1, 0.9].map(omnibusWords)).size, 4);
  });
});
