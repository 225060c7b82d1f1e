// The choice rule written a second time, plainly, from its definition: beta on 101 log-spaced points of [1e-3, 1e2] with equal prior
// weight, P(right) = s(beta * drive).
import type { Choice } from "../../../web/wire/types.ts";
import type { Task } from "./study.ts";

const POINT_COUNT = 101;
const BETAS = Array.from({ length: POINT_COUNT }, (_, at) => 10 ** (-3 + (5 * at) / (POINT_COUNT - 1)));
const PROB_MIN = 1e-15;

export type Pair = [left: number, right: number];

/** log(1 / (1 + exp(-x))) without overflow. */
function logLogistic(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

function logSumExp(terms: number[]): number {
  const most = Math.max(...terms);
  return most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0));
}

function drive(task: Task, [left, right]: Pair): number {
  if (task === "reward") return right - left;
  const prob = Math.min(Math.max(right, PROB_MIN), 1 - PROB_MIN);
  return Math.log(prob) - Math.log1p(-prob);
}

export interface ModelFit {
  /** Of the response that was made, before it was made; per trial. */
  prob: number[];
  logEvidence: number[];
  r2: number;
  beta: { mean: number; low: number; high: number };
}

export function fitModel(task: Task, pairs: Pair[], choices: Choice[]): ModelFit {
  let joint = BETAS.map(() => -Math.log(POINT_COUNT));
  const fit: ModelFit = { prob: [], logEvidence: [], r2: 0, beta: { mean: 0, low: 0, high: 0 } };
  for (const [index, choice] of choices.entries()) {
    const towards = (choice === 1 ? 1 : -1) * drive(task, pairs[index] ?? [NaN, NaN]);
    const before = logSumExp(joint);
    joint = joint.map((log, at) => log + logLogistic((BETAS[at] ?? NaN) * towards));
    const after = logSumExp(joint);
    fit.prob.push(Math.exp(after - before));
    fit.logEvidence.push(after);
  }
  const evidence = logSumExp(joint);
  const weights = joint.map((log) => Math.exp(log - evidence));
  const quantile = (share: number): number => {
    let sum = 0;
    const at = weights.findIndex((weight) => (sum += weight) >= share);
    return BETAS[at] ?? NaN;
  };
  fit.beta = { mean: weights.reduce((sum, weight, at) => sum + weight * (BETAS[at] ?? NaN), 0), low: quantile(0.025), high: quantile(0.975) };
  if (choices.length > 0) fit.r2 = 1 + evidence / (choices.length * Math.LN2);
  return fit;
}

/** Over models, with equal prior, from their log evidences. */
export function posterior(logEvidences: number[]): number[] {
  const all = logSumExp(logEvidences);
  return logEvidences.map((log) => Math.exp(log - all));
}
