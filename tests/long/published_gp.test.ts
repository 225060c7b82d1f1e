// The published result of the Gaussian process on the human data of 2022: half a minute and more. Skips without the data.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { dinolabDone, TOP } from "../http/support/program.ts";

const DATA = `${TOP}/../shared/data/reward2022`;

test("published: leave-one-trial-out R2 of the Gaussian process", { skip: existsSync(DATA) ? false : `no ${DATA}` }, async () => {
  const fit = JSON.parse(await dinolabDone("fit", "--task", "reward", "--trials", `${DATA}/trials.csv`, "--stimuli", `${DATA}/stimuli.csv`, "--representation", `spose14=${DATA}/spose_embedding_14d_sorted.npy`,
    "--learner", "gaussian_process", "--standardize", "none", "--choice", "glmm-loo", "--scale", "all")) as { r2_loo: number; iteration_limit_trials: number };
  assert.ok(Math.abs(fit.r2_loo - 0.2688) < 0.003, String(fit.r2_loo));
  assert.equal(fit.iteration_limit_trials, 0);
});
