import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aboveChance, assignSlots, modelLabels, posteriorPoints, probabilityPoints, racePoints, ranking, spreadLabels } from "../dashboard/state/series.ts";
import type { LiveModel, Trial } from "../dashboard/types.ts";

function model(representation: string, learner = "logistic_ridge"): LiveModel {
  return { representation, family: "f", learner, looks_ahead: false, kind: "main", is_ready: true, r2_online: null, beta: null, accuracy: null, agreement: null };
}

/** Trials from each model's probabilities of the responses; evidence and posterior follow from them. */
function played(probs: (number | null)[][]): Trial[] {
  const evidence = (probs[0] ?? []).map(() => 0);
  return probs.map((prob, trial_index) => {
    prob.forEach((each, i) => (evidence[i] = (evidence[i] ?? 0) + Math.log(each ?? 1)));
    const ready = prob.map((each, i) => (each === null ? null : Math.exp(evidence[i] ?? 0)));
    const sum = ready.reduce((total: number, each) => total + (each ?? 0), 0);
    return {
      trial_index, response: 1, is_correct: true, is_tie: false, rt_ms: 700, stimuli: ["sha"], category: "julty", prob,
      log_evidence: prob.map((each, i) => (each === null ? null : (evidence[i] ?? 0))), posterior: ready.map((each) => (each === null ? null : each / sum)),
    };
  });
}

const MODELS = [model("task"), model("words"), model("noise")];
const TRIALS = played([[0.5, 0.5, 0.5], [0.8, 0.6, 0.5], [0.9, 0.2, 0.5]]);

describe("the race", () => {
  it("is level with chance for a model that guesses, at every trial", () => {
    for (const point of racePoints(MODELS, TRIALS).filter((each) => each.model === 2)) assert.ok(Math.abs(point.value) < 1e-12);
  });
  it("starts at zero and is the sum of log(probability / one half)", () => {
    const points = racePoints(MODELS, TRIALS).filter((each) => each.model === 0);
    assert.deepEqual(points.map((point) => point.trial), [0, 1, 2, 3]);
    assert.equal(points[0]?.value, 0);
    assert.ok(Math.abs((points[3]?.value ?? 0) - Math.log(1.6 * 1.8)) < 1e-12);
  });
  it("leaves out a model without numbers", () => {
    assert.deepEqual(racePoints([model("a"), model("b")], played([[0.7, null]])).map((point) => point.model), [0, 0]);
    assert.equal(aboveChance(null, 3), null);
  });
  it("ranks by log evidence, with models without any last and in their own order", () => {
    assert.deepEqual(ranking(MODELS, TRIALS), [0, 2, 1]);
    assert.deepEqual(ranking([model("a"), model("b"), model("c")], played([[null, null, 0.9]])), [2, 0, 1]);
    assert.deepEqual(ranking(MODELS, []), [0, 1, 2]);
  });
});

describe("the posterior", () => {
  it("starts with equal shares and sums to one at every trial", () => {
    const points = posteriorPoints(MODELS, TRIALS);
    for (const trial of [0, 1, 2, 3]) {
      const sum = points.filter((point) => point.trial === trial).reduce((total, point) => total + point.value, 0);
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }
    assert.ok(points.filter((point) => point.trial === 0).every((point) => point.value === 1 / 3));
  });
  it("gives no share to a model that is not ready", () => {
    const points = posteriorPoints([model("a"), model("b")], played([[0.7, null], [0.7, null]]));
    assert.deepEqual(points.filter((point) => point.model === 1).map((point) => point.value), [0, 0, 0]);
    assert.deepEqual(points.filter((point) => point.model === 0).map((point) => point.value), [1, 1, 1]);
  });
});

describe("probabilities", () => {
  it("are those of the responses, and absent where there are none", () => {
    assert.deepEqual(probabilityPoints([model("a"), model("b")], played([[0.7, null], [0.2, 0.4]])), [
      { model: 0, trial: 1, value: 0.7 }, { model: 0, trial: 2, value: 0.2 }, { model: 1, trial: 2, value: 0.4 },
    ]);
  });
});

describe("labels", () => {
  it("name the learner only where one representation has several", () => {
    assert.deepEqual(modelLabels([model("task"), model("words", "exemplar"), model("words", "logistic_ridge:pca=49")]), ["task", "words, exemplar", "words, logistic ridge"]);
    assert.deepEqual(modelLabels([model("words", "logistic_ridge:pca=49"), model("words", "logistic_ridge")]), ["words, logistic_ridge:pca=49", "words, logistic_ridge"]);
  });
  it("are moved apart without leaving the frame or changing their order", () => {
    for (const wanted of [[50, 50, 50, 51], [0, 1, 2], [99, 100, 100], [10, 90], [80, 20, 22, 21]]) {
      const places = spreadLabels(wanted, 10, 0, 100);
      const sorted = [...places].sort((a, b) => a - b);
      sorted.forEach((place, i) => assert.ok(i === 0 || place - (sorted[i - 1] ?? 0) >= 10 - 1e-9));
      assert.ok(places.every((place) => place >= -1e-9 && place <= 100 + 1e-9));
      wanted.forEach((a, i) => wanted.forEach((b, j) => assert.ok(a >= b || (places[i] ?? 0) < (places[j] ?? 0))));
    }
  });
  it("stay where they are when they are apart, and share the room when there is not enough", () => {
    assert.deepEqual(spreadLabels([10, 40, 70], 10, 0, 100), [10, 40, 70]);
    assert.deepEqual(spreadLabels([5, 5, 5], 10, 0, 10), [0, 5, 10]);
    assert.deepEqual(spreadLabels([], 10, 0, 10), []);
  });
});

describe("colours", () => {
  it("belong to a model for ever where there is one for each", () => {
    assert.deepEqual(assignSlots(new Map(), [2, 0, 1], 6), new Map([[2, 2], [0, 0], [1, 1]]));
  });
  it("stay with a model for as long as it stands out, and the newcomer takes the free one", () => {
    const first = assignSlots(new Map(), [7, 3, 5, 1, 2], 3);
    assert.deepEqual(new Map(first), new Map([[7, 0], [3, 1], [5, 2]]));
    const second = assignSlots(first, [5, 1, 7, 3, 2], 3);
    assert.deepEqual(new Map(second), new Map([[7, 0], [5, 2], [1, 1]]));
  });
});
