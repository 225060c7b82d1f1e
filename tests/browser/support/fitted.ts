// What `dinolab fit` says of one session's exported trials, in the shape of a participant's page.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Choice } from "../../../web/wire/types.ts";
import { fitModel, posterior } from "../../http/support/choice.ts";
import { dinolabDone, TOP } from "../../http/support/program.ts";
import type { Task } from "../../http/support/study.ts";
import { parseCsv } from "../../http/support/csv.ts";

const DEMO = join(TOP, "build", "demo");

/** Of one representation; arrays have one number per trial. */
export interface Fitted {
  representation: string;
  /** Of the response that was made. */
  prob: number[];
  /** Log evidence above that of guessing, up to and including the trial. */
  race: number[];
  posterior: number[];
  accuracy: number | null;
  agreement: number;
  r2Online: number;
  betaMean: number;
  betaLow: number;
  betaHigh: number;
}

export interface FitOf {
  task: Task;
  learner: string;
  representations: readonly string[];
  /** Rows of `dinolab export --what trials`, of one session, in order. */
  rows: readonly Record<string, string>[];
}

function trialsCsv({ task, rows }: FitOf): string {
  const columns = task === "category" ? ["image", "category"] : ["left_image", "right_image", "left_reward", "right_reward"];
  const lines = rows.map((row) => ["one", row.trial, ...columns.map((name) => (name === "category" ? row.true_category_name?.toLowerCase() : row[name])), row.choice].join(","));
  return [["participant", "trial", ...columns, "choice"].join(","), ...lines].join("\n") + "\n";
}

function sums(numbers: readonly number[]): number[] {
  let sum = 0;
  return numbers.map((number) => (sum += number));
}

interface Line { representation: string; r2_online: number; task_accuracy: number | null }

/** Runs the sub-command on the rows and adds up what it wrote. Beta, which it does not print, follows from its values by the choice rule. */
export async function fitted(folder: string, of: FitOf): Promise<Fitted[]> {
  const [trials, out] = [join(folder, "fit-trials.csv"), join(folder, "fit-rows.csv")];
  writeFileSync(trials, trialsCsv(of));
  const stdout = await dinolabDone("fit", "--choice", "grid", "--task", of.task, "--trials", trials, "--stimuli", join(DEMO, "stimuli.csv"), "--learner", of.learner,
    ...of.representations.flatMap((name) => ["--representation", `${name}=${join(DEMO, `${name}.npy`)}`]), "--out", out);
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line) as Line);
  const written = parseCsv(readFileSync(out, "utf8"));
  const choices = of.rows.map((row) => Number(row.choice) as Choice);
  const fits = of.representations.map((representation): Fitted => {
    const own = written.filter((row) => row.representation === representation);
    const line = lines.find((each) => each.representation === representation);
    assert.ok(line !== undefined && own.length === choices.length, `fit of ${representation}`);
    const prob = own.map((row, at) => (choices[at] === 1 ? Number(row.prob) : 1 - Number(row.prob)));
    const race = sums(own.map((row) => Number(row.log_lik) + Math.LN2));
    const { beta } = fitModel(of.task, own.map((row) => [Number(row.value_left), Number(row.value_right)]), choices);
    const agrees: number[] = prob.map((each) => (Math.abs(each - 0.5) < 1e-12 ? 0.5 : each > 0.5 ? 1 : 0));
    return {
      representation, prob, race, posterior: [], accuracy: line.task_accuracy, agreement: (sums(agrees).at(-1) ?? NaN) / agrees.length, r2Online: line.r2_online,
      betaMean: beta.mean, betaLow: beta.low, betaHigh: beta.high,
    };
  });
  // All models lose the same ln 2 per trial to chance, so that their posterior is that of the race.
  const shares = choices.map((_, at) => posterior(fits.map((fit) => fit.race[at] ?? NaN)));
  return fits.map((fit, model) => ({ ...fit, posterior: shares.map((share) => share[model] ?? NaN) }));
}
