// Statistics of the pages of representations. Expected values are those of the commands beside them (scipy 1.10, R 4).
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { absences, columnsFor, found, sorted, tableFile } from "../dashboard/state/representation_table.ts";
import { choicesQuery, parseChoices } from "../dashboard/state/representation_address.ts";
import { ledBy } from "../dashboard/state/led_sessions.ts";
import { learnerNames, measured, metricPoints, neighbours, rankOf, rowsOf } from "../dashboard/state/measures.ts";
import { comparisonsOf, pairedDifference, pairsOf } from "../dashboard/state/paired_differences.ts";
import { linearTrend, midRanks, spearman, type Pair } from "../dashboard/state/rank_correlation.ts";
import { criticalT, twoSidedT } from "../dashboard/state/student_t.ts";
import { EMPTY_STUDY_STATE, reduceStudy } from "../dashboard/state/study_state.ts";
import { correlationWords, differenceWords, ordinal, shortCount } from "../dashboard/parts/statistics_words.ts";
import type { Group, GroupModel, Representation, Session, StudySnapshot } from "../dashboard/types.ts";

function near(actual: number | null, wanted: number, tolerance = 1e-12): void {
  assert.ok(actual !== null && Math.abs(actual - wanted) <= tolerance * Math.max(1e-300, Math.abs(wanted)), `${String(actual)} instead of ${wanted}`);
}

function pairs(x: number[], y: number[]): Pair[] {
  return x.map((value, at) => [value, y[at] ?? NaN]);
}

const TIED_X = [1, 2, 2, 4, 5, 7, 7, 9, 10, 12];
const TIED_Y = [0.1, 0.4, 0.3, 0.3, 0.9, 0.5, 0.8, 0.8, 1.2, 1.0];

describe("Student's t", () => {
  it("has the tails of scipy: 2*stats.t.sf(t, d)", () => {
    near(twoSidedT(2.2, 3), 0.1151719519764707);
    near(twoSidedT(0.5, 84), 0.6183824089156946);
    near(twoSidedT(8, 84), 6.0658081646320166e-12, 1e-10);
    near(twoSidedT(-1, 1), 0.5);
    near(twoSidedT(40, 200), 2.248739653520226e-97, 1e-9);
    assert.equal(twoSidedT(0, 5), 1);
    assert.equal(twoSidedT(Infinity, 5), 0);
  });
  it("has the quantiles of scipy, stats.t.ppf(.975, d), and the closed forms of one and two degrees", () => {
    near(criticalT(0.05, 1), Math.tan(0.475 * Math.PI));
    near(criticalT(0.05, 2), 0.95 / Math.sqrt(2 * 0.975 * 0.025));
    near(criticalT(0.05, 5), 2.5705818366147395, 1e-9);
    near(criticalT(0.05, 30), 2.0422724563012373, 1e-9);
    near(criticalT(0.05, 85), 1.9882679073103775, 1e-9);
  });
});

describe("Spearman's rank correlation", () => {
  it("gives equal values the mean of their ranks, as stats.rankdata does", () => {
    assert.deepEqual(midRanks(TIED_X), [1, 2.5, 2.5, 4, 5, 6.5, 6.5, 8, 9, 10]);
    assert.deepEqual(midRanks([3, 3, 3]), [2, 2, 2]);
    assert.deepEqual(midRanks([]), []);
  });
  it("with ties is what scipy.stats.spearmanr and R's cor.test(x, y, method = 'spearman', exact = FALSE) say", () => {
    const { rho, p_value, n } = spearman(pairs(TIED_X, TIED_Y));
    near(rho, 0.8773006134969326);
    near(p_value, 0.0008529528541536751, 1e-10);
    assert.equal(n, 10);
  });
  it("of few points takes its p value from all orderings: R's cor.test(1:5, c(1,3,2,5,4), method = 'spearman')", () => {
    const five = spearman(pairs([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]));
    near(five.rho, 0.8);
    near(five.p_value, 0.1333333333333333);
    // Not "p = 0", which Student's t would say of three points in a row.
    assert.deepEqual(spearman(pairs([1, 2, 3], [2, 5, 9])), { n: 3, rho: 1, p_value: 2 / 6 });
  });
  it("of few points with ties: scipy's rho, and the share of itertools.permutations(ranks) that is as far from zero", () => {
    const six = spearman(pairs([3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]));
    near(six.rho, -0.1343433226559697);
    near(six.p_value, 0.8111111111111111);
  });
  it("is turned around with the order, and does not depend on it otherwise", () => {
    const there = spearman(pairs(TIED_X, TIED_Y));
    const back = spearman(pairs(TIED_X.map((x) => -Math.exp(x)), TIED_Y));
    near(back.rho, -(there.rho ?? NaN));
    near(back.p_value, there.p_value ?? NaN, 1e-9);
  });
  it("does not exist below three points or where one side is constant", () => {
    assert.deepEqual(spearman([]), { n: 0, rho: null, p_value: null });
    assert.deepEqual(spearman(pairs([1, 2], [3, 4])), { n: 2, rho: null, p_value: null });
    assert.deepEqual(spearman(pairs([1, 2, 3, 4], [5, 5, 5, 5])), { n: 4, rho: null, p_value: null });
    assert.deepEqual(spearman(pairs([2, 2, 2], [1, 2, 3])), { n: 3, rho: null, p_value: null });
  });
  it("of points in one row is one, and never more", () => {
    const x = Array.from({ length: 11 }, (_, at) => at * 0.1);
    assert.deepEqual(spearman(pairs(x, x)), { n: 11, rho: 1, p_value: 0 });
  });
});

describe("the straight line", () => {
  it("is that of R's coef(lm(y ~ x))", () => {
    const trend = linearTrend(pairs(TIED_X, TIED_Y));
    near(trend?.slope ?? null, 0.08270616493194556);
    near(trend?.intercept ?? null, 0.14203362690152121);
  });
  it("does not exist for two points or for one x", () => {
    assert.equal(linearTrend(pairs([1, 2], [1, 2])), null);
    assert.equal(linearTrend(pairs([1, 1, 1], [1, 2, 3])), null);
  });
});

function representation(name: string, given: Partial<Representation> = {}): Representation {
  const none = { value: null, reason: null };
  return {
    name, family: "supervised", description: "", feature_count: 3, size_class: null, loss: null, parameter_count: null, training_image_count: null,
    baseline_of: null, aligned_by: null, is_generative: false, class_separation: none, class_separation_paper: none, cka: none, intrinsic_dimension: none,
    ...given,
  };
}

function known(value: number): { value: number; reason: null } {
  return { value, reason: null };
}

describe("paired differences", () => {
  it("have the interval of R's t.test(c(0.3, 0.1, -0.05, 0.2, 0.4))", () => {
    const { pairs: n, mean, low, high } = pairedDifference([0.3, 0.1, -0.05, 0.2, 0.4].map((second) => ({ first: 0, second })));
    assert.equal(n, 5);
    near(mean, 0.19);
    near(low, -0.02684729483043686, 1e-10);
    near(high, 0.40684729483043686, 1e-10);
  });
  it("of one pair have no interval, of none no mean, of equal ones an interval without width", () => {
    assert.deepEqual(pairedDifference([{ first: 1, second: 3 }]), { pairs: 1, mean: 2, low: null, high: null });
    assert.deepEqual(pairedDifference([]), { pairs: 0, mean: null, low: null, high: null });
    assert.deepEqual(pairedDifference([{ first: 1, second: 2 }, { first: 4, second: 5 }]), { pairs: 2, mean: 1, low: 1, high: 1 });
  });

  const value = (each: Representation): number | null => each.cka.value;
  const SOME = [
    representation("a1", { loss: "contrastive", size_class: "small", cka: known(0.2) }),
    representation("a2", { loss: "contrastive", size_class: "small", cka: known(0.4) }),
    representation("b1", { loss: "supervised", size_class: "small", cka: known(0.7) }),
    representation("a3", { loss: "contrastive", size_class: "large", cka: known(0.5) }),
    representation("b2", { loss: "supervised", size_class: "large" }),
    representation("b3", { loss: "supervised", size_class: "huge", cka: known(0.9) }),
    representation("c1", { loss: "masked", size_class: "tiny", cka: known(0.1) }),
    representation("a1x", { loss: "supervised", size_class: "small", cka: known(0.25), baseline_of: "a1", aligned_by: "human" }),
    representation("b2x", { cka: known(0.25), baseline_of: "b2", aligned_by: "human" }),
    representation("lost", { cka: known(0.25), baseline_of: "elsewhere", aligned_by: "robust" }),
  ];
  it("are of losses that share a size class, and of what was changed from something here", () => {
    assert.deepEqual(comparisonsOf(SOME).map(({ key }) => key), ["loss:contrastive:supervised", "aligned_by:human"]);
    assert.deepEqual(comparisonsOf([representation("alone")]), []);
  });
  it("within a size class are of means, without changed versions and without what has no number", () => {
    const [byLoss, byAlignment] = comparisonsOf(SOME);
    assert.ok(byLoss !== undefined && byAlignment !== undefined);
    const [small, ...others] = pairsOf(SOME, byLoss, value);
    assert.deepEqual(others, [], "large has no number on one side, huge only one loss");
    near(small?.first ?? null, 0.3);
    assert.deepEqual({ ...small, first: 0 }, { label: "small", first: 0, second: 0.7, firstCount: 2, secondCount: 1 });
    assert.deepEqual(pairsOf(SOME, byAlignment, value), [{ label: "a1x", first: 0.2, second: 0.25, firstCount: 1, secondCount: 1 }]);
  });
});

function model(name: string, given: Partial<GroupModel> = {}): GroupModel {
  return {
    representation: name, family: "supervised", learner: "ridge", looks_ahead: false, kind: "main", participants: 2, trials: 10, nll: 1, r2_online: null,
    r2_low: null, r2_high: null, task_accuracy: null, agreement: null, curve: [], mixed: null, loo: null, frequency: null, exceedance_prob: null,
    protected_exceedance_prob: null, ...given,
  };
}
function groupOf(models: GroupModel[]): Group {
  return { models } as unknown as Group; // what these functions read of it
}

describe("measures of representations", () => {
  const representations = [
    representation("a", { family: "x", parameter_count: 1000, cka: known(0.1) }),
    representation("b", { family: "y", parameter_count: 100, cka: { value: null, reason: "constant features" } }),
    representation("c", { family: "x", cka: known(0.1) }),
    representation("d", { family: "x", parameter_count: 10, cka: known(0.9) }),
  ];
  const loo = { r2_loo: 0.5, r2_low: 0.4, r2_high: 0.6, nll: 1, participants: 2, trials: 10, is_current: true };
  const group = groupOf([
    model("a", { r2_online: 0.3, loo }), model("b", { r2_online: 0.2 }), model("d", { r2_online: null, trials: 0 }), model("a", { learner: "lasso", kind: "sparse", r2_online: 0.1 }),
  ]);
  const rows = rowsOf(representations, group, "ridge");

  it("belong to the chosen learner", () => {
    assert.deepEqual(rows.map((row) => row.model?.r2_online ?? null), [0.3, 0.2, null, null]);
    assert.deepEqual(rowsOf(representations, group, "lasso").map((row) => row.model?.r2_online ?? null), [0.1, null, null, null]);
    assert.deepEqual(learnerNames([...group.models].reverse()), ["ridge", "lasso"]);
  });
  it("say why there is none", () => {
    const reasons = (key: Parameters<typeof measured>[1]): (string | null)[] => rows.map((row) => measured(row, key, "online").reason);
    assert.deepEqual(reasons("cka"), [null, "constant features", null, null]);
    assert.deepEqual(reasons("alignment"), [null, null, "no number for this learner yet", "no trial whose value table is ready yet"]);
    assert.deepEqual(reasons("parameter_count")[2], "not given when the representation was imported");
    assert.deepEqual(reasons("class_separation"), Array(4).fill("still being computed"));
    const said = absences(rows, columnsFor(rows)).filter(({ heading }) => heading === "CKA");
    assert.deepEqual(said, [{ heading: "CKA", reason: "constant features", names: ["b"] }]);
  });
  it("have ranks in which equal ones share the best", () => {
    assert.deepEqual(["a", "b", "c", "d"].map((name) => rankOf(rows, name, "cka", "online")), [{ rank: 2, of: 3 }, null, { rank: 2, of: 3 }, { rank: 1, of: 3 }]);
  });
  it("become points where both numbers are", () => {
    assert.deepEqual(metricPoints(rows, "parameter_count", "online").map(({ name, x, y }) => [name, x, y]), [["a", 1000, 0.3], ["b", 100, 0.2]]);
    assert.deepEqual(metricPoints(rows, "cka", "loo").map(({ name, y }) => [name, y]), [["a", 0.5]]);
  });
  it("have neighbours by the ranges of both axes", () => {
    const points = [["a", 1, 0], ["b", 10, 0.1], ["c", 1000, 0.1], ["d", 100, 1]].map(([name, x, y]) => ({ name: String(name), family: "", x: Number(x), y: Number(y) }));
    assert.deepEqual(neighbours(points, "a", true, 2).map(({ name }) => name), ["b", "c"]);
    assert.deepEqual(neighbours(points, "nobody", false, 2), []);
  });
  it("are sorted with what is missing last either way, and equal ones by name", () => {
    const names = (isDescending: boolean): string => sorted(rows, { key: "cka", isDescending }).map((row) => row.representation.name).join("");
    assert.equal(names(true), "dacb");
    assert.equal(names(false), "acdb");
    assert.equal(sorted(rows, { key: "family", isDescending: true }).map((row) => row.representation.name).join(""), "bacd");
  });
  it("are found by family and words", () => {
    assert.deepEqual(found(rows, "x", "").map((row) => row.representation.name), ["a", "c", "d"]);
    assert.deepEqual(found(rows, null, " B  y ").map((row) => row.representation.name), ["b"]);
    assert.deepEqual(found(rows, "x", "b"), []);
  });
  it("go to a file with all digits, leave-one-out among them", () => {
    const { columns, rows: cells } = tableFile(rows, "ridge");
    const cell = (column: string): unknown => cells[0]?.[columns.indexOf(column)];
    assert.deepEqual(["representation", "r2_online", "r2_loo", "r2_loo_low", "learner", "trials"].map(cell), ["a", 0.3, 0.5, 0.4, "ridge", 10]);
    assert.ok(cells.every((row) => row.length === columns.length));
  });
});

describe("the address", () => {
  it("keeps learner, alignment and exclusions, and nothing that is none", () => {
    const query = "?exclude=below_chance,not_included&learner=logistic_ridge%3Aselection%3Devidence&alignment=loo";
    assert.equal(choicesQuery(parseChoices(query)), query);
    assert.deepEqual(parseChoices("?exclude=everybody,not_included&alignment=none"), { learner: null, alignment: "online", exclude: ["not_included"] });
    assert.equal(choicesQuery(parseChoices("")), "");
  });
});

describe("whom a representation leads", () => {
  const session = (number: number, representation: string, posterior: number, responses = 1): Session =>
    ({ session_id: `s${number}`, number, response_count: responses, last_seen_at_ms: responses, leading: { representation, learner: "ridge", posterior } }) as Session;
  it("follows events of one and of several sessions, and is not moved by a late one", () => {
    let state = EMPTY_STUDY_STATE;
    const data = { study: {}, sessions: [session(1, "a", 0.5), session(2, "b", 0.6)] } as never;
    state = reduceStudy(state, { kind: "snapshot", id: "1", data });
    state = reduceStudy(state, { kind: "sessions", id: "3", data: { sessions: [session(2, "a", 0.9, 2), session(3, "a", 0.7)], deleted: [], session_counts: { active: 3, finished: 0, left: 0 } } });
    state = reduceStudy(state, { kind: "sessions", id: "2", data: { sessions: [session(2, "b", 0.6)], deleted: [], session_counts: { active: 2, finished: 0, left: 0 } } });
    assert.deepEqual(ledBy(state.sessions.values(), "a", "ridge").map(({ number }) => number), [2, 3, 1]);
    assert.deepEqual(ledBy(state.sessions.values(), "a", "lasso"), []);
  });
});

describe("a study's step", () => {
  it("is shown at once, and asks for a new snapshot, which a repeated event does not", () => {
    const data = { study: { state: "open" }, sessions: [] } as unknown as StudySnapshot;
    const open = reduceStudy(EMPTY_STUDY_STATE, { kind: "snapshot", id: "1", data });
    assert.equal(reduceStudy(open, { kind: "state", id: "2", data: { state: "open" } }).isOutdated, false);
    const paused = reduceStudy(open, { kind: "state", id: "2", data: { state: "paused" } });
    assert.deepEqual([paused.study?.state, paused.isOutdated], ["paused", true]);
    assert.equal(reduceStudy(paused, { kind: "snapshot", id: "3", data }).isOutdated, false);
  });
});

describe("statistics in words", () => {
  it("are those of a paper", () => {
    assert.equal(correlationWords({ rho: -0.534, p_value: 0.0321, n: 20 }), "ρ = −0.53, p = .032, n = 20");
    assert.equal(correlationWords({ rho: 0.9, p_value: 1e-9, n: 86 }), "ρ = 0.90, p < .001, n = 86");
    assert.equal(correlationWords({ rho: null, p_value: null, n: 2 }), "ρ –, n = 2");
    assert.equal(differenceWords({ pairs: 3, mean: 0.0312, low: -0.002, high: 0.064 }, 3), "+0.031 (−0.002 to +0.064)");
    assert.deepEqual([86_400_000, 1_281_167, 400_000_000, 512, 2048, 2e9].map((value) => shortCount(value).replace("\u00a0", " ")), ["86 M", "1.3 M", "400 M", "512", "2 k", "2 B"]);
    assert.deepEqual([1, 2, 3, 4, 11, 12, 21, 86, 113].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "86th", "113th"]);
  });
});
