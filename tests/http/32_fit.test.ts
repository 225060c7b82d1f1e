// `dinolab fit`: made-up people who mostly choose what is worth more. What it prints and writes is computed again here from the rows.
import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { dinolab, dinolabDone, PROGRAM, run, temporaryFolder } from "./support/program.ts";
import { below, seeded, shuffled, type Random } from "./support/random.ts";

const STIMULUS_COUNT = 60;
const FEATURE_COUNT = 4;
const PEOPLE = ["1", "2", "10", "anna", "\"o, brian\""];
const TRIAL_COUNT = 24;

interface Fit {
  representation: string; learner: string; participants: number; trials: number; nll: number; seconds: number;
  r2_online?: number; r2_fit?: number; r2_loo?: number; r2_low: number | null; r2_high: number | null; task_accuracy: number | null; looks_ahead: boolean;
  iteration_limit_trials: number; singular_trials: number; at_bound?: number; slope?: number; slope_sd?: number; singular?: boolean; refits_not_converged?: number;
}
interface Compared { model: string; frequency: number; exceedance_prob: number; protected_exceedance_prob: number }
interface Comparison { compare: Compared[]; omnibus_risk: number; participants: number; iterations: number; converged: boolean }
interface Row { participant: string; trial: number; representation: string; learner: string; left: number; right: number; prob: number; logLik: number }

interface Lab { folder: string; stimuli: string; good: string; noise: string; trials: string; choices: Map<string, number>; lines: string[] }

function matrixText(random: Random): number[][] {
  return Array.from({ length: STIMULUS_COUNT }, () => Array.from({ length: FEATURE_COUNT }, () => random() * 2 - 1));
}

function lines(rows: number[][]): string {
  return rows.map((row) => row.join(" ")).join("\n") + "\n";
}

/** Points and categories follow the first feature of `good`; every person but the first two sees an order of their own. */
function makeLab(t: TestContext, task: "reward" | "category", people = PEOPLE): Lab {
  const random = seeded(5);
  const folder = temporaryFolder(t);
  const good = matrixText(random);
  const worth = good.map((row) => Math.round(50 + 50 * (row[0] ?? 0)));
  const choices = new Map<string, number>();
  const rows: string[] = [];
  const pairs = Array.from({ length: TRIAL_COUNT }, (_, i) => [2 * i, 2 * i + 1] as const);
  people.forEach((person, index) => {
    const seen = index < 2 ? pairs : shuffled(random, pairs);
    seen.forEach(([left, right], trial) => {
      const difference = task === "reward" ? (worth[right] ?? 0) - (worth[left] ?? 0) : (worth[left] ?? 0) - 50;
      const choice = random() < 1 / (1 + Math.exp(-difference / 10)) ? 1 : 0;
      choices.set(`${person.replaceAll("\"", "")} ${String(trial)}`, choice);
      rows.push(task === "reward" ? `${person},${String(trial)},s${String(left)},s${String(right)},${String(worth[left])},${String(worth[right])},${String(choice)},500`
        : `${person},${String(trial)},s${String(left)},${(worth[left] ?? 0) > 50 ? "julty" : "folty"},${String(choice)},500`);
    });
  });
  const lab = { folder, stimuli: `${folder}/stimuli.csv`, good: `${folder}/good.txt`, noise: `${folder}/noise.txt`, trials: `${folder}/trials.csv`, choices,
    lines: [task === "reward" ? "participant,trial,left_image,right_image,left_reward,right_reward,choice,rt_ms" : "participant,trial,image,category,choice,rt_ms", ...rows] };
  writeFileSync(lab.stimuli, ["id", ...good.map((_, i) => `s${String(i)}`)].join("\n") + "\n");
  writeFileSync(lab.good, lines(good));
  writeFileSync(lab.noise, lines(matrixText(random)));
  writeFileSync(lab.trials, lab.lines.join("\n") + "\n");
  return lab;
}

function wordsOf(lab: Lab, task: "reward" | "category", ...more: string[]): string[] {
  return ["fit", "--task", task, "--trials", lab.trials, "--stimuli", lab.stimuli, "--representation", `good=${lab.good}`, "--representation", `noise=${lab.noise}`,
    "--learner", task === "reward" ? "bayes_ridge" : "logistic_ridge", ...more];
}

function fitsOf(stdout: string): Fit[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as Fit | Comparison).filter((line): line is Fit => "nll" in line);
}

function comparisonOf(stdout: string): Comparison {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Comparison;
}

function rowsOf(path: string): Row[] {
  const [header, ...rows] = readFileSync(path, "utf8").trim().split("\n");
  assert.equal(header, "participant,trial,representation,learner,value_left,value_right,prob,log_lik");
  return rows.map((row) => {
    const [, quoted, plain, rest] = /^(?:"([^"]*)"|([^",]*)),(.*)$/.exec(row) ?? [];
    const [trial, representation, learner, ...numbers] = (rest ?? "").split(",");
    const [left, right, prob, logLik] = numbers.map(Number);
    return { participant: quoted ?? plain ?? "", trial: Number(trial), representation: representation ?? "", learner: learner ?? "",
      left: left ?? NaN, right: right ?? NaN, prob: prob ?? NaN, logLik: logLik ?? NaN };
  });
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const close = (left: number, right: number, tolerance: number, what: string): void => {
  assert.ok(Math.abs(left - right) <= tolerance, `${what}: ${String(left)} and ${String(right)}`);
};
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const withoutSeconds = (stdout: string): string => stdout.replaceAll(/"seconds":[^,]*,/g, "");

/** The rows of each person of one representation, in order. */
function people(rows: Row[], representation: string): Row[][] {
  const own = rows.filter((row) => row.representation === representation);
  return [...new Set(own.map((row) => row.participant))].map((person) => own.filter((row) => row.participant === person));
}

/** Sums, names and R2 of the lines follow from the rows. */
function checkSums(fits: Fit[], rows: Row[], r2: "r2_online" | "r2_fit" | "r2_loo", lab: Lab): void {
  assert.deepEqual(fits.map((fit) => fit.representation), ["good", "noise"]);
  for (const fit of fits) {
    const own = rows.filter((row) => row.representation === fit.representation);
    assert.deepEqual([fit.participants, fit.trials, own.length], [PEOPLE.length, PEOPLE.length * TRIAL_COUNT, PEOPLE.length * TRIAL_COUNT]);
    assert.ok(own.every((row) => row.learner === fit.learner && row.prob > 0 && row.prob < 1));
    close(-sum(own.map((row) => row.logLik)), fit.nll, 1e-9, "nll");
    close(1 - fit.nll / (fit.trials * Math.LN2), fit[r2] ?? NaN, 1e-12, r2);
    assert.ok((fit.r2_low ?? NaN) <= (fit[r2] ?? NaN) && (fit[r2] ?? NaN) <= (fit.r2_high ?? NaN), "the interval holds the value");
    for (const row of own) {
      const choice = lab.choices.get(`${row.participant} ${String(row.trial)}`);
      close(Math.log(choice === 1 ? row.prob : 1 - row.prob), row.logLik, 1e-9, "log_lik");
    }
  }
}

for (const task of ["reward", "category"] as const) {
  test(`fit, ${task}: the grid's probabilities are those of a posterior over 101 betas, before each choice`, async (t) => {
    const lab = makeLab(t, task);
    const out = `${lab.folder}/rows.csv`;
    const outcome = await dinolab(...wordsOf(lab, task, "--out", out));
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.equal(outcome.stderr, "", "no progress into a pipe");
    assert.ok(!existsSync(`${out}.partial`));
    const fits = fitsOf(outcome.stdout), rows = rowsOf(out);
    assert.deepEqual(Object.keys(fits[0] ?? {}).slice(0, 7), ["representation", "learner", "participants", "trials", "nll", "r2_online", "seconds"]);
    checkSums(fits, rows, "r2_online", lab);
    assert.deepEqual(fits.map((fit) => fit.looks_ahead), [false, false]);
    assert.ok((fits[0]?.task_accuracy ?? 0) > (fits[1]?.task_accuracy ?? 1));
    for (const person of people(rows, "good")) {
      const betas = Array.from({ length: 101 }, (_, i) => 10 ** (i / 20 - 3));
      const weights = betas.map(() => 1 / betas.length);
      for (const row of person) {
        const drive = task === "reward" ? row.right - row.left : Math.log(row.right / row.left);
        const prob = sum(betas.map((beta, i) => (weights[i] ?? 0) * logistic(beta * drive))) / sum(weights);
        close(row.prob, prob, 1e-9, "prob");
        const choice = lab.choices.get(`${row.participant} ${String(row.trial)}`) ?? NaN;
        betas.forEach((beta, i) => { weights[i] = (weights[i] ?? 0) * logistic(choice === 1 ? beta * drive : -beta * drive); });
      }
    }
  });
}

test("fit: temperature finds the best beta of each person", async (t) => {
  const lab = makeLab(t, "reward");
  const out = `${lab.folder}/rows.csv`;
  const fits = fitsOf(await dinolabDone(...wordsOf(lab, "reward", "--choice", "temperature", "--out", out)));
  const rows = rowsOf(out);
  checkSums(fits, rows, "r2_fit", lab);
  for (const representation of ["good", "noise"]) {
    for (const person of people(rows, representation)) {
      const nllAt = (beta: number): number => -sum(person.map((row) =>
        Math.log(logistic((lab.choices.get(`${row.participant} ${String(row.trial)}`) === 1 ? 1 : -1) * beta * (row.right - row.left)))));
      const best = Math.min(...Array.from({ length: 5001 }, (_, i) => nllAt(10 ** (i / 1000 - 3))));
      const ours = -sum(person.map((row) => row.logLik));
      assert.ok(ours <= best + 1e-9 && ours > best - 1e-3, `${String(ours)} and ${String(best)}`);
    }
  }
  assert.ok(fits.every((fit) => (fit.at_bound ?? -1) >= 0 && (fit.at_bound ?? 9) <= PEOPLE.length));
});

test("fit: glmm-loo of one person is a logistic regression through the origin without the trial", async (t) => {
  const lab = makeLab(t, "reward", ["solo"]);
  const out = `${lab.folder}/rows.csv`;
  const fits = fitsOf(await dinolabDone(...wordsOf(lab, "reward", "--choice", "glmm-loo", "--scale", "all", "--out", out)));
  assert.deepEqual(fits.map((fit) => [fit.singular, fit.slope_sd, fit.refits_not_converged]), [[true, 0, 0], [true, 0, 0]]);
  for (const [person] of ["good", "noise"].map((representation) => people(rowsOf(out), representation))) {
    assert.ok(person !== undefined && person.length === TRIAL_COUNT);
    const raw = person.map((row) => row.right - row.left);
    const mean = sum(raw) / raw.length;
    const sd = Math.sqrt(sum(raw.map((x) => (x - mean) ** 2)) / (raw.length - 1));
    const x = raw.map((value) => (value - mean) / sd);
    const y = person.map((row) => lab.choices.get(`solo ${String(row.trial)}`) ?? NaN);
    person.forEach((row, out_) => {
      let slope = 0;
      for (let step = 0; step < 100; step++) {
        const kept = x.flatMap((value, i) => i === out_ ? [] : [{ value, prob: logistic(slope * value), choice: y[i] ?? NaN }]);
        slope += sum(kept.map(({ value, prob, choice }) => value * (choice - prob))) / sum(kept.map(({ value, prob }) => value * value * prob * (1 - prob)));
      }
      close(row.prob, logistic(slope * (x[out_] ?? NaN)), 1e-7, "prob");
    });
  }
});

test("fit: glmm-loo adds up, and both scalings differ", async (t) => {
  const lab = makeLab(t, "reward");
  const out = `${lab.folder}/rows.csv`;
  const training = fitsOf(await dinolabDone(...wordsOf(lab, "reward", "--choice", "glmm-loo", "--out", out)));
  checkSums(training, rowsOf(out), "r2_loo", lab);
  assert.ok(training.every((fit) => (fit.slope_sd ?? -1) >= 0 && fit.singular === (fit.slope_sd === 0) && fit.refits_not_converged === 0));
  const all = fitsOf(await dinolabDone(...wordsOf(lab, "reward", "--choice", "glmm-loo", "--scale", "all", "--out", out)));
  checkSums(all, rowsOf(out), "r2_loo", lab);
  assert.notEqual(all[0]?.nll, training[0]?.nll);
  close(all[0]?.nll ?? NaN, training[0]?.nll ?? NaN, 1, "nll of both scalings");
});

test("fit: the comparison of fits is the comparison of their log likelihoods", async (t) => {
  const lab = makeLab(t, "reward");
  const out = `${lab.folder}/rows.csv`;
  const compared = comparisonOf(await dinolabDone(...wordsOf(lab, "reward", "--compare", "--out", out)));
  assert.deepEqual(compared.compare.map(({ model }) => model), ["good bayes_ridge:standardize=online", "noise bayes_ridge:standardize=online"]);
  assert.equal(compared.participants, PEOPLE.length);
  assert.ok(compared.converged);
  close(sum(compared.compare.map(({ frequency }) => frequency)), 1, 1e-9, "frequencies");
  close(sum(compared.compare.map(({ exceedance_prob }) => exceedance_prob)), 1, 1e-6, "exceedance probabilities");
  assert.ok((compared.compare[0]?.frequency ?? 0) > 0.5, "these people follow the first");
  assert.ok(compared.omnibus_risk > 0 && compared.omnibus_risk < 1);

  const rows = rowsOf(out);
  const good = rows.filter((row) => row.representation === "good"), noise = rows.filter((row) => row.representation === "noise");
  const table = good.map((row, i) => `"${row.participant}",${String(row.logLik)},${String(noise[i]?.logLik)}`);
  writeFileSync(`${lab.folder}/loglik.csv`, ["\"p\",\"good\",\"noise\"", ...shuffled(seeded(2), table)].join("\n") + "\n");
  const again = comparisonOf(await dinolabDone("fit", "--loglik", `${lab.folder}/loglik.csv`, "--compare"));
  assert.deepEqual(again.compare.map(({ model }) => model), ["good", "noise"]);
  assert.equal(again.participants, PEOPLE.length);
  again.compare.forEach((model, i) => {
    close(model.frequency, compared.compare[i]?.frequency ?? NaN, 1e-9, "frequency");
    close(model.protected_exceedance_prob, compared.compare[i]?.protected_exceedance_prob ?? NaN, 1e-9, "protected");
  });
});

test("fit: neither the number of threads nor the order of the rows changes anything", async (t) => {
  const lab = makeLab(t, "reward");
  const outs = ["one", "two", "mixed"].map((name) => `${lab.folder}/${name}.csv`);
  const [one = "", two = "", mixed = ""] = outs;
  const first = await dinolabDone(...wordsOf(lab, "reward", "--compare", "--threads", "1", "--out", one));
  const second = await dinolabDone(...wordsOf(lab, "reward", "--compare", "--threads", "2", "--out", two));
  const [header = "", ...rows] = lab.lines;
  writeFileSync(lab.trials, [header, ...shuffled(seeded(8), rows)].join("\r\n"));
  const third = await dinolabDone(...wordsOf(lab, "reward", "--compare", "--out", mixed));
  assert.equal(withoutSeconds(second), withoutSeconds(first));
  assert.equal(withoutSeconds(third), withoutSeconds(first));
  const written = outs.map((path) => readFileSync(path, "utf8"));
  assert.equal(written[1], written[0]);
  assert.equal(written[2], written[0]);
  assert.deepEqual([...new Set(rowsOf(one).map((row) => row.participant))], ["1", "2", "10", "anna", "o, brian"]);
});

test("fit: one person and one trial are enough", async (t) => {
  for (const task of ["reward", "category"] as const) {
    const lab = makeLab(t, task);
    writeFileSync(lab.trials, lab.lines.slice(0, 2).join("\n"));
    for (const choice of ["grid", "temperature", "glmm-loo"]) {
      const [fit] = fitsOf(await dinolabDone(...wordsOf(lab, task, "--choice", choice)));
      assert.deepEqual([fit?.participants, fit?.trials], [1, 1]);
      assert.deepEqual([fit?.r2_low, fit?.r2_high], [null, null], "one person has no interval");
      close(fit?.nll ?? NaN, Math.LN2, 1e-9, `${choice}: nothing is known before the first trial`);
    }
  }
});

test("fit: what is wrong ends with a sentence and status 2", async (t) => {
  const lab = makeLab(t, "reward");
  const [header = "", ...rows] = lab.lines;
  const refused = async (pattern: RegExp, ...words: string[]): Promise<void> => {
    const outcome = await dinolab(...words);
    assert.equal(outcome.status, 2, `${words.join(" ")}: ${outcome.stderr}`);
    assert.match(outcome.stderr, pattern);
  };
  const withRows = async (pattern: RegExp, ...changed: string[]): Promise<void> => {
    writeFileSync(lab.trials, changed.join("\n") + "\n");
    await refused(pattern, ...wordsOf(lab, "reward"));
    writeFileSync(lab.trials, lab.lines.join("\n") + "\n");
  };
  await withRows(/trials\.csv, line 3: .*'s99' is not in .*stimuli\.csv/, header, rows[0] ?? "", "1,1,s99,s2,1,2,0,5");
  await withRows(/trials\.csv, line 2: left_reward is a number, not 'many'/, header, "1,1,s1,s2,many,2,0,5");
  await withRows(/trials\.csv, line 2: choice/, header, "1,1,s1,s2,1,2,3,5");
  await withRows(/trials\.csv, line 2: 3 fields/, header, "1,1,s1");
  await withRows(/trials\.csv, line 3: trial 1 .* comes twice/, header, "1,1,s1,s2,1,2,0,5", "1,1,s3,s4,1,2,0,5");
  await withRows(/trials\.csv: .* no column 'left_image'/, "participant,trial,image,category,choice", "1,1,s1,julty,0");
  writeFileSync(`${lab.folder}/short.txt`, lines(matrixText(below.bind(null, seeded(1), 9)).slice(1)));
  await refused(/short\.txt has 59 rows, .*stimuli\.csv names 60 stimuli/, ...wordsOf(lab, "reward", "--representation", `short=${lab.folder}/short.txt`));
  await refused(/there is no file .*missing\.npy/, ...wordsOf(lab, "reward", "--representation", `gone=${lab.folder}/missing.npy`));
  await refused(/two with the name 'good'/, ...wordsOf(lab, "reward", "--representation", `good=${lab.noise}`));
  await refused(/'bayes' is not a learner of the reward task/, ...wordsOf(lab, "reward", "--learner", "bayes"));
  await refused(/unknown argument --colour/, ...wordsOf(lab, "reward", "--colour", "red"));
  await refused(/--scale is for --choice glmm-loo only/, ...wordsOf(lab, "reward", "--scale", "all"));
  await refused(/no evidence/, ...wordsOf(lab, "reward", "--choice", "temperature", "--compare"));
  await refused(/--task is missing/, "fit");
  await refused(/--loglik needs --compare/, "fit", "--loglik", lab.trials);
  writeFileSync(`${lab.folder}/loglik.csv`, "p,a,b\n1,-1,-2\n2,-1,none\n");
  await refused(/loglik\.csv, line 3: b is a number or -inf, not 'none'/, "fit", "--loglik", `${lab.folder}/loglik.csv`, "--compare");
  writeFileSync(`${lab.folder}/loglik.csv`, "a,b\n-1,-2\n");
  await refused(/loglik\.csv: .* no column 'p'/, "fit", "--loglik", `${lab.folder}/loglik.csv`, "--compare");
});

test("fit: what fails half-way leaves the file that was there, and the lines before it printed", async (t) => {
  const lab = makeLab(t, "reward");
  const out = `${lab.folder}/rows.csv`;
  writeFileSync(out, "older\n");
  writeFileSync(lab.noise, "1 2\n3 4\n");
  const outcome = await dinolab(...wordsOf(lab, "reward", "--out", out));
  assert.equal(outcome.status, 2);
  assert.deepEqual(fitsOf(outcome.stdout).map((fit) => fit.representation), ["good"]);
  assert.match(outcome.stderr, /noise\.txt has 2 rows/);
  assert.equal(readFileSync(out, "utf8"), "older\n");
  assert.ok(!existsSync(`${out}.partial`));
});

test("fit: --out replaces neither an input nor what is no file, and nothing is written into a stream that was closed", async (t) => {
  const lab = makeLab(t, "reward");
  symlinkSync(lab.stimuli, `${lab.folder}/link.csv`);
  for (const out of [lab.trials, lab.good, `${lab.folder}/link.csv`]) {
    const before = readFileSync(out, "utf8");
    const outcome = await dinolab(...wordsOf(lab, "reward", "--out", out));
    assert.equal(outcome.status, 2);
    assert.match(outcome.stderr, /--out .* would replace the input/);
    assert.equal(readFileSync(out, "utf8"), before);
  }
  renameSync(lab.trials, `${lab.folder}/all.csv.partial`);
  const partial = await dinolab(...wordsOf({ ...lab, trials: `${lab.folder}/all.csv.partial` }, "reward", "--out", `${lab.folder}/all.csv`));
  assert.deepEqual([partial.status, existsSync(`${lab.folder}/all.csv.partial`)], [2, true]);
  renameSync(`${lab.folder}/all.csv.partial`, lab.trials);
  const folder = await dinolab(...wordsOf(lab, "reward", "--out", lab.folder));
  assert.deepEqual([folder.status, folder.stdout], [2, ""]);
  assert.match(folder.stderr, /is there and is not a file/);
  const rows = `${lab.folder}/rows.csv`;
  const closed = await run("sh", "-c", `"$0" "$@" >&-`, PROGRAM, ...wordsOf(lab, "reward", "--out", rows));
  assert.equal(closed.status, 1);
  assert.ok(!existsSync(rows) && !existsSync(`${rows}.partial`));
});

test("fit: --help says how", async () => {
  const help = await dinolabDone("fit", "--help");
  for (const word of ["--task", "--trials", "--stimuli", "--representation", "--learner", "--standardize", "--choice", "--scale", "--out", "--compare", "--threads", "--loglik"])
    assert.ok(help.includes(word), word);
});
