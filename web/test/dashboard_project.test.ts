import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasLoo, likelihoodTable, meanRows, modelsOfKind, sortedRows, type StudyGroup } from "../dashboard/state/project_state.ts";
import type { Group, GroupModel, ModelKind, TaskName } from "../dashboard/types.ts";

interface Given { nll?: number | null; r2?: number | null; trials?: number; learner?: string; loo?: { r2_loo: number; nll: number; trials: number } }

function model(representation: string, kind: ModelKind, given: Given = {}): GroupModel {
  const { nll = 100, r2 = 0.2, trials = 200, learner = `${kind}-learner`, loo } = given;
  return {
    representation, kind, learner, family: `${representation}-family`, looks_ahead: kind === "pca", participants: 10, trials, nll, r2_online: r2, r2_low: null, r2_high: null,
    task_accuracy: null, agreement: null, curve: [], mixed: null, frequency: null, exceedance_prob: null, protected_exceedance_prob: null,
    loo: loo === undefined ? null : { ...loo, r2_low: null, r2_high: null, participants: 10, is_current: true },
  };
}

function study(slug: string, task: TaskName, models: GroupModel[] | null): StudyGroup {
  return { slug, title: slug, task, group: models === null ? null : ({ models } as Group) };
}

describe("the mean over studies", () => {
  it("is of representations that every study fits, largest first, those without a number last", () => {
    const studies = [
      study("cat", "category", [model("low", "main", { r2: 0.1 }), model("high", "main", { r2: 0.5 }), model("new", "main", { r2: null }), model("only-cat", "main")]),
      study("rew", "reward", [model("high", "main", { r2: 0.25 }), model("low", "main", { r2: 0.3 }), model("new", "main", { r2: 0.9 }), model("only-rew", "main")]),
    ];
    const { rows, left_out: leftOut } = meanRows(studies, "online");
    assert.deepEqual(rows.map(({ representation, mean }) => [representation, mean]), [["high", 0.375], ["low", 0.2], ["new", null]]);
    assert.deepEqual(rows[0]?.values.map(({ r2 }) => r2), [0.5, 0.25]);
    assert.deepEqual(leftOut, ["only-cat", "only-rew"]);
    assert.equal(rows[0]?.family, "high-family");
  });
  it("waits for every study's document, and takes the main models only", () => {
    const whole = study("cat", "category", [model("a", "sparse", { r2: 0.9 }), model("a", "main", { r2: 0.1 })]);
    assert.deepEqual(meanRows([whole, study("rew", "reward", null)], "online"), { rows: [], left_out: [] });
    assert.deepEqual(meanRows([], "online"), { rows: [], left_out: [] });
    assert.deepEqual(meanRows([whole], "online").rows.map(({ mean }) => mean), [0.1]);
  });
  it("takes what was left out on demand from its own place, and nothing where it was not computed", () => {
    const studies = [study("cat", "category", [model("a", "main", { r2: 0.1, loo: { r2_loo: 0.4, nll: 60, trials: 200 } }), model("b", "main", { r2: 0.2 })])];
    assert.deepEqual(meanRows(studies, "loo").rows.map(({ representation, mean }) => [representation, mean]), [["a", 0.4], ["b", null]]);
    assert.equal(hasLoo(studies), true);
    assert.equal(hasLoo([study("cat", "category", [model("a", "main")]), study("rew", "reward", null)]), false);
  });
});

describe("the table of likelihoods", () => {
  const studies = [
    study("cat", "category", [model("a", "main", { nll: 120 }), model("b", "main", { nll: 110 }), model("c", "main", { nll: 20, trials: 30 }), model("a", "pca", { nll: 90 })]),
    study("rew", "reward", [model("b", "main", { nll: null }), model("d", "sparse", { nll: 70 })]),
  ];
  const table = likelihoodTable(studies, "online");
  const row = (name: string) => table.rows.find(({ representation }) => representation === name);

  it("has a column per study and kind, and a row per representation of any study", () => {
    assert.deepEqual(table.columns.map(({ slug, kind }) => `${slug} ${kind}`), ["cat main", "cat sparse", "cat pca", "rew main", "rew sparse", "rew pca"]);
    assert.deepEqual(table.rows.map(({ representation }) => representation), ["a", "b", "c", "d"]);
    assert.deepEqual(table.columns.map(({ learners }) => learners.length), [1, 0, 1, 1, 1, 0]);
    assert.equal(table.columns[2]?.looks_ahead, true);
  });
  it("says which is best among those with all trials: fewer trials have a smaller sum for nothing", () => {
    assert.deepEqual(row("b")?.cells[0], { state: "there", nll: 110, trials: 200, is_partial: false, is_best: true });
    assert.deepEqual(row("a")?.cells[0], { state: "there", nll: 120, trials: 200, is_partial: false, is_best: false });
    assert.deepEqual(row("c")?.cells[0], { state: "there", nll: 20, trials: 30, is_partial: true, is_best: false });
  });
  it("tells what is not fitted from what has no number yet", () => {
    assert.deepEqual(row("a")?.cells.map(({ state }) => state), ["there", "not_fitted", "there", "not_fitted", "not_fitted", "not_fitted"]);
    assert.deepEqual(row("b")?.cells[3], { state: "waiting" });
  });
  it("takes the numbers of leaving one trial out from where they are", () => {
    const loo = likelihoodTable([study("cat", "category", [model("a", "main", { nll: 120, loo: { r2_loo: 0.1, nll: 60, trials: 190 } }), model("b", "main")])], "loo");
    assert.deepEqual(loo.rows.map(({ cells }) => cells[0]), [{ state: "there", nll: 60, trials: 190, is_partial: false, is_best: true }, { state: "waiting" }]);
  });
  it("sorts by name or number, either way, with what has no number last", () => {
    const names = (column: number | "representation", isDescending: boolean): string => sortedRows(table.rows, column, isDescending).map(({ representation }) => representation).join("");
    assert.equal(names("representation", false), "abcd");
    assert.equal(names("representation", true), "dcba");
    assert.equal(names(0, false), "cbad");
    assert.equal(names(0, true), "abcd");
    assert.equal(names(4, true), "dabc");
  });
  it("knows the first model of a kind where a study has several", () => {
    const { group } = study("cat", "category", [model("a", "main", { learner: "first" }), model("a", "main", { learner: "second" })]);
    assert.equal(group === null ? null : modelsOfKind(group, "main").get("a")?.learner, "first");
  });
});
