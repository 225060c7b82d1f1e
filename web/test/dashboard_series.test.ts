import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aboveChance, assignSlots, drawnPlaces, endOf, modelLabels, posteriorSeries, probabilitySeries, raceSeries, ranking, spreadLabels, summed } from "../dashboard/state/series.ts";
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
    for (const value of raceSeries(MODELS, TRIALS)[2] ?? []) assert.ok(Math.abs(value) < 1e-12);
  });
  it("starts at zero and is the sum of log(probability / one half)", () => {
    const series = raceSeries(MODELS, TRIALS)[0] ?? [];
    assert.equal(series.length, 4);
    assert.equal(series[0], 0);
    assert.ok(Math.abs((series[3] ?? 0) - Math.log(1.6 * 1.8)) < 1e-12);
  });
  it("leaves out a model without numbers, also before the first trial", () => {
    assert.deepEqual(raceSeries([model("a"), model("b")], played([[0.7, null]]))[1], [NaN, NaN]);
    assert.equal(endOf([NaN, NaN]), null);
    assert.deepEqual(endOf([0, 3, NaN]), { trial: 1, value: 3 });
    assert.equal(aboveChance(null, 3), null);
  });
  it("keeps every trial at its own place when one is missing", () => {
    const [first, , third] = TRIALS;
    assert.ok(first !== undefined && third !== undefined);
    const series = raceSeries(MODELS, [first, third])[1] ?? [];
    assert.equal(series.length, 4);
    assert.ok(Number.isNaN(series[2]) && !Number.isNaN(series[3]));
  });
  it("ranks by log evidence, with models without any last and in their own order", () => {
    assert.deepEqual(ranking(MODELS, TRIALS), [0, 2, 1]);
    assert.deepEqual(ranking([model("a"), model("b"), model("c")], played([[null, null, 0.9]])), [2, 0, 1]);
    assert.deepEqual(ranking(MODELS, []), [0, 1, 2]);
  });
});

describe("the posterior", () => {
  it("starts with equal shares and sums to one at every trial", () => {
    const all = posteriorSeries(MODELS, TRIALS);
    for (const sum of summed(all, 4)) assert.ok(Math.abs(sum - 1) < 1e-12);
    assert.ok(all.every((series) => series[0] === 1 / 3));
  });
  it("gives no share to a model that is not ready", () => {
    const all = posteriorSeries([model("a"), model("b")], played([[0.7, null], [0.7, null]]));
    assert.deepEqual(all, [[1, 1, 1], [0, 0, 0]]);
  });
});

describe("probabilities", () => {
  it("are those of the responses, and absent where there are none", () => {
    assert.deepEqual(probabilitySeries([model("a"), model("b")], played([[0.7, null], [0.2, 0.4]])), [[NaN, 0.7, 0.2], [NaN, NaN, 0.4]]);
  });
});

describe("the places of a line", () => {
  it("are all of them while they are few", () => {
    assert.deepEqual(drawnPlaces(4, 10), [0, 1, 2, 3, 4]);
    assert.deepEqual(drawnPlaces(0, 10), [0]);
  });
  it("are thinned evenly when they are many, with the first and the last", () => {
    const places = drawnPlaces(1000, 300);
    assert.equal(places[0], 0);
    assert.equal(places.at(-1), 1000);
    assert.ok(places.length <= 301);
    assert.deepEqual([...new Set(places)], [...places].sort((a, b) => a - b));
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
