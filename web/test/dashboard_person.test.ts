// A participant's page: numbers at any position, trials that tell representations apart, what is highlighted, how rows are sorted.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chosenOf, CHOSEN_MAX, modelKeys, queryWith, searched, toggled } from "../dashboard/state/chosen.ts";
import { bestModel, defaultReference, secondHalf, tellingTrials } from "../dashboard/state/disagreement.ts";
import { sortedRows } from "../dashboard/state/model_rows.ts";
import { placeAfterKey } from "../dashboard/parts/trial_strip.tsx";
import { accuracy, agreement, agreementAt, numbersAt, r2Online } from "../dashboard/state/position.ts";
import type { LiveModel, Trial } from "../dashboard/types.ts";

function model(representation: string, more: Partial<LiveModel> = {}): LiveModel {
  return { representation, family: "f", learner: "logistic_ridge", looks_ahead: false, kind: "main", is_ready: true, r2_online: null, beta: null, accuracy: null, agreement: null, ...more };
}

function trial(index: number, prob: (number | null)[], more: Partial<Trial> = {}): Trial {
  return { trial_index: index, response: 1, is_correct: true, is_tie: false, rt_ms: 600, stimuli: ["sha"], prob, log_evidence: prob.map((each) => (each === null ? null : Math.log(each))), posterior: prob, ...more };
}

describe("the numbers at a position", () => {
  it("count a learner as agreeing when the response had more than one half, and half when it had no preference", () => {
    assert.deepEqual([0.7, 0.2, 0.5, 0.5 + 1e-15, null, undefined].map(agreementAt), [1, 0, 0.5, 0.5, null, null]);
    assert.equal(agreement([trial(0, [0.7]), trial(1, [0.5]), trial(2, [0.1]), trial(3, [null])], 0), 0.5);
    assert.equal(agreement([], 0), null);
  });
  it("count a learner as right when it agrees with a right response or disagrees with a wrong one, ties of the task left out", () => {
    const trials = [trial(0, [0.7]), trial(1, [0.7], { is_correct: false }), trial(2, [0.2], { is_correct: false }), trial(3, [0.9], { is_tie: true }), trial(4, [0.5])];
    assert.equal(accuracy(trials, 0), 2.5 / 4);
    assert.equal(accuracy([trial(0, [0.9], { is_tie: true })], 0), null);
  });
  it("have R² of 0 for guessing and near 1 for a sure model", () => {
    assert.equal(r2Online([trial(0, [0.5])], 0), 0);
    assert.ok((r2Online([trial(0, [0.999])], 0) ?? 0) > 0.99);
    assert.equal(r2Online([], 0), null);
  });
  it("are the server's own at the newest trial, and have no beta before it", () => {
    const beta = { mean: 1, low: 0.5, high: 2 };
    const models = [model("a", { beta, r2_online: 0.123, accuracy: 0.75, agreement: 0.5 })];
    const [newest] = numbersAt(models, [trial(0, [0.7])], true);
    assert.deepEqual([newest?.beta, newest?.r2_online, newest?.accuracy, newest?.agreement], [beta, 0.123, 0.75, 0.5]);
    const [before] = numbersAt(models, [trial(0, [0.7])], false);
    assert.deepEqual([before?.beta, before?.accuracy, before?.agreement], [null, 1, 1]);
  });
});

describe("the trials that tell representations apart", () => {
  const trials = [trial(0, [0.9, 0.1]), trial(1, [0.9, 0.9]), trial(2, [0.9, 0.1]), trial(3, [0.1, 0.9]), trial(4, [0.9, 0.5])];
  it("are those of the second half where the best agrees with the person and the reference prefers the other answer", () => {
    assert.deepEqual(tellingTrials(trials, 4, 0, 1).map((each) => each.trial_index), [2]);
    assert.deepEqual(tellingTrials(trials, 4, 1, 0).map((each) => each.trial_index), [3]);
    assert.deepEqual(tellingTrials(trials, 4, 0, 0), []);
    assert.deepEqual(tellingTrials(trials, 10, 0, 1), []);
  });
  it("begin after the larger half of an odd number", () => {
    assert.equal(secondHalf(120), 60);
    assert.equal(secondHalf(5), 3);
  });
  it("are compared with the first of family task, else with the first", () => {
    assert.equal(defaultReference([model("a"), model("b", { family: "task" }), model("c", { family: "task" })]), 1);
    assert.equal(defaultReference([model("a"), model("b")]), 0);
    assert.equal(defaultReference([]), null);
  });
  it("have no best before there is evidence", () => {
    assert.equal(bestModel([model("a"), model("b")], []), null);
    assert.equal(bestModel([model("a")], [trial(0, [null])]), null);
    assert.equal(bestModel([model("a"), model("b")], [trial(0, [0.3, 0.6])]), 1);
  });
});

describe("what is highlighted", () => {
  const models = [model("task"), model("a,b &c"), model("words"), model("words", { learner: "exemplar" })];
  it("survives its way through an address, whatever the names are", () => {
    const query = queryWith("?x=1", [1, 3, 0], models);
    assert.deepEqual(chosenOf(query, models), [1, 3, 0]);
    assert.ok(query.startsWith("?x=1&show="));
    assert.deepEqual(modelKeys(models), ["task", "a,b &c", "words/logistic_ridge", "words/exemplar"]);
  });
  it("is what a person types, and passes over what there is not", () => {
    assert.deepEqual(chosenOf("?show=words/exemplar,nothing,task,task", models), [3, 0]);
    assert.deepEqual(chosenOf("?show=", models), []);
    assert.deepEqual(chosenOf("?show=%", models), []);
    assert.deepEqual(chosenOf("", models), []);
  });
  it("leaves no trace in the address when nothing is highlighted", () => {
    assert.equal(queryWith("?show=task", [], models), "");
    assert.equal(queryWith("?show=task&x=1", [], models), "?x=1");
  });
  it("is toggled, and does not grow beyond what can be told apart", () => {
    assert.deepEqual(toggled([1, 2], 2), [1]);
    assert.deepEqual(toggled([1], 2), [1, 2]);
    const full = Array.from({ length: CHOSEN_MAX }, (_, i) => i);
    assert.deepEqual(toggled(full, 99), full);
    assert.deepEqual(toggled(full, 3), full.filter((each) => each !== 3));
  });
  it("is found by parts of names, families and learners in any order", () => {
    const many = [model("clip_vit", { family: "multimodal" }), model("vit_large", { family: "supervised" }), model("resnet", { family: "supervised" })];
    assert.deepEqual(searched(many, "VIT"), [1, 0]);
    assert.deepEqual(searched(many, "supervised vit"), [1]);
    assert.deepEqual(searched(many, " "), [0, 1, 2]);
    assert.deepEqual(searched(many, "nothing"), []);
  });
});

describe("the rows of the table", () => {
  const models = [model("b10"), model("b9"), model("c")];
  const numbers = [{ accuracy: 0.2 }, { accuracy: null }, { accuracy: 0.9 }].map((each) => ({ r2_online: null, beta: null, agreement: null, ...each }));
  const labels = models.map((each) => each.representation);
  const last = trial(0, [0.5, 0.5, 0.7]);
  const rows = (key: Parameters<typeof sortedRows>[4]["key"], isDown: boolean) => sortedRows(models, numbers, last, labels, { key, isDown });
  it("are sorted both ways, with what has no number last", () => {
    assert.deepEqual(rows("accuracy", true), [2, 0, 1]);
    assert.deepEqual(rows("accuracy", false), [0, 2, 1]);
  });
  it("keep the models' order where they are equal, and sort names as people count", () => {
    assert.deepEqual(rows("evidence", true), [2, 0, 1]);
    assert.deepEqual(rows("beta", true), [0, 1, 2]);
    assert.deepEqual(rows("label", false), [1, 0, 2]);
  });
});

describe("keys on the strip of trials", () => {
  it("go one or ten trials back or forth and to both ends, and never beyond", () => {
    const to = (key: string, from: number) => placeAfterKey(key, from, 30);
    assert.deepEqual(["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"].map((key) => to(key, 15)), [14, 16, 5, 25, 0, 30]);
    assert.deepEqual([to("ArrowLeft", 0), to("ArrowRight", 30), to("PageUp", 4)], [0, 30, 0]);
  });
  it("that mean nothing here, or come before the first trial, do nothing", () => {
    assert.equal(placeAfterKey("a", 15, 30), null);
    assert.equal(placeAfterKey("ArrowLeft", 0, 0), null);
  });
});
