// The published results on the human data of 2022 (Demircan et al. 2022), by the command that a reader would type. Skips without the data.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { dinolabDone, TOP } from "./support/program.ts";

const DATA = `${TOP}/../shared/data/reward2022`;
const skip = existsSync(DATA) ? false : `no ${DATA}`;

const FIT = ["fit", "--task", "reward", "--trials", `${DATA}/trials.csv`, "--stimuli", `${DATA}/stimuli.csv`, "--representation", `spose14=${DATA}/spose_embedding_14d_sorted.npy`,
  "--standardize", "none", "--choice", "glmm-loo", "--scale", "all", "--learner"];

test("published: leave-one-trial-out R2 of the linear learner, the equal weights and the single cue", { skip }, async () => {
  const published: [string, number, number][] = [["bayes_ridge", 0.266738, 1e-6], ["equal_weights", 0.024443, 1e-6], ["single_cue", 0.2359, 0.001], ["single_cue:lookahead=1", 0.126, 0.02]];
  const lines = (await dinolabDone(...FIT, published.map(([learner]) => learner).join(","))).trim().split("\n");
  for (const [index, [learner, expected, tolerance]] of published.entries()) {
    const fit = JSON.parse(lines[index] ?? "") as { learner: string; participants: number; trials: number; r2_loo: number; singular: boolean; refits_not_converged: number };
    assert.equal(fit.learner, `${learner}:standardize=none`);
    assert.deepEqual([fit.participants, fit.trials, fit.singular, fit.refits_not_converged], [25, 3750, false, 0]);
    assert.ok(Math.abs(fit.r2_loo - expected) < tolerance, `${learner}: ${String(fit.r2_loo)}`);
  }
});

test("published: model frequencies of the authors' own log likelihoods", { skip }, async () => {
  const { compare } = JSON.parse(await dinolabDone("fit", "--loglik", `${DATA}/published_loo_14.csv`, "--compare")) as { compare: { model: string; frequency: number }[] };
  assert.deepEqual(compare.map(({ model }) => model), ["Linear", "GP", "SingleCue", "EqualWeighting"]);
  for (const [index, expected] of [0.378216, 0.601799, 0.010359, 0.009626].entries()) assert.ok(Math.abs((compare[index]?.frequency ?? NaN) - expected) < 1e-6);
});
