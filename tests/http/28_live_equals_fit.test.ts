// The live numbers of every session are those of `dinolab fit` on the exported trials: while people play, after a kill, after a rebuild,
// and after the stored responses of somebody were changed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createSampledStudy } from "../browser/support/material.ts";
import { Participant, Researcher } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { query } from "./support/database.ts";
import { expectNear, untilTablesReady, untilTrials, type Live, type LiveModel } from "./support/live.ts";
import { dinolabDone, serve, temporaryFolder, TOP, type Server } from "./support/program.ts";
import { importPictures, type Task } from "./support/study.ts";

const DEMO = join(TOP, "build", "demo");
const SLUG = "equal";
const REPRESENTATIONS = ["task", "words", "noise"];
const PEOPLE_COUNT = 4;
const TRIAL_COUNT = 30;
/** Of the one who stops in the middle. */
const PARTIAL_COUNT = 9;
/** The last one looks ahead, at the pictures of all trials: of somebody who has not finished, fit knows those that were played only. */
const LEARNERS = { category: ["logistic_ridge", "logistic_lasso", "logistic_ridge:pca=2"], reward: ["bayes_ridge", "equal_weights", "bayes_ridge:pca=2"] } as const;
const TOLERANCE = 1e-9;

interface Laboratory { folder: string; data: string; server: Server; researcher: Researcher; task: Task }
/** That fit knows as much as the server does. */
function isComparable({ session }: Live, model: LiveModel): boolean {
  return !model.looks_ahead || session.state === "finished";
}

interface Played { id: string; number: number; count: number }
type Row = Record<string, string>;

async function laboratory(t: TestContext, task: Task): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, REPRESENTATIONS);
  await createSampledStudy(folder, data, {
    slug: SLUG, task, representations: REPRESENTATIONS, conditionCount: 3,
    settings: { trial_count: TRIAL_COUNT, practice_count: 0, sessions_per_condition: 20, learners: LEARNERS[task] },
  });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, SLUG);
  const said = await dinolabDone("simulate", "--url", server.url, "--study", SLUG, "--participants", String(PEOPLE_COUNT), "--think-ms", "0", "--seed", "28",
    "--stimuli", join(DEMO, "stimuli.csv"), ...["task", "noise"].flatMap((name) => ["--representation", `${name}=${join(DEMO, name)}.npy`]));
  assert.equal((JSON.parse(said.trim().split("\n").at(-1) ?? "") as { errors: number }).errors, 0);
  const person = new Participant(server);
  await person.begin(SLUG);
  for (let index = 0; index < PARTIAL_COUNT; index++) await person.respond("trials", index, index % 3 === 0 ? 1 : 0);
  return { folder, data, server, researcher, task };
}

function playedBy(data: string): Played[] {
  return query<Played>(data, "SELECT public_id AS id, participant_number AS number, count(*) AS count FROM session JOIN participant USING (participant_id)"
    + " JOIN trial USING (session_id) WHERE phase = 'main' GROUP BY session_id ORDER BY participant_number");
}

/** The documents of all sessions, by participant. */
async function documents({ data, researcher }: Laboratory): Promise<Live[]> {
  const people = playedBy(data);
  assert.deepEqual(people.map(({ count }) => count), [...Array.from({ length: PEOPLE_COUNT }, () => TRIAL_COUNT), PARTIAL_COUNT]);
  const all: Live[] = [];
  for (const { id, count } of people) all.push(await untilTrials(researcher, SLUG, id, count));
  return all;
}

/** Fit on some exported rows: its lines, and its row of every trial by participant, trial, representation and learner. */
async function fit({ folder, task }: Laboratory, lines: string[]): Promise<{ fits: Record<string, unknown>[]; rows: Map<string, Row> }> {
  const [trials, out] = [join(folder, "trials.csv"), join(folder, "rows.csv")];
  writeFileSync(trials, lines.join("\n"));
  const said = await dinolabDone("fit", "--task", task, "--trials", trials, "--stimuli", join(DEMO, "stimuli.csv"), "--choice", "grid", "--out", out,
    ...REPRESENTATIONS.flatMap((name) => ["--representation", `${name}=${join(DEMO, name)}.npy`]), "--learner", LEARNERS[task].join(","));
  const rows = parseCsv(readFileSync(out, "utf8"));
  return {
    fits: said.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>),
    rows: new Map(rows.map((row) => [[row.participant, row.trial, row.representation, row.learner].join(" "), row])),
  };
}

async function exportedLines(data: string): Promise<string[]> {
  return (await dinolabDone("export", "--data", data, "--study", SLUG, "--what", "trials", "--out", "-")).trim().split(/\r?\n/);
}

/** Trial by trial and model by model, against one fit of everybody's trials. */
async function expectRows(lab: Laboratory, lives: Live[]): Promise<void> {
  const { rows } = await fit(lab, await exportedLines(lab.data));
  let compared = 0;
  for (const live of lives) {
    const { session, trials } = live;
    for (const [at, model] of live.models.entries()) {
      const { representation, learner, r2_online } = model;
      let evidence = 0;
      if (!isComparable(live, model)) continue;
      for (const { trial_index, response, prob, log_evidence } of trials) {
        const where = [session.number, trial_index, representation, learner].join(" ");
        const row = rows.get(where);
        assert.ok(row !== undefined, `fit has no row of ${where}`);
        evidence += Number(row.log_lik);
        expectNear(prob[at], response === 1 ? Number(row.prob) : 1 - Number(row.prob), TOLERANCE, `prob of ${where}`);
        expectNear(log_evidence[at], evidence, TOLERANCE, `log evidence of ${where}`);
        compared++;
      }
      expectNear(r2_online, 1 + evidence / (trials.length * Math.LN2), TOLERANCE, `r2 of ${String(session.number)} ${representation} ${learner}`);
    }
  }
  const lookingAhead = PARTIAL_COUNT * REPRESENTATIONS.length;
  assert.equal(rows.size, (PEOPLE_COUNT * TRIAL_COUNT + PARTIAL_COUNT) * REPRESENTATIONS.length * LEARNERS[lab.task].length);
  assert.equal(compared, rows.size - lookingAhead);
}

/** What fit says of one participant alone: its R2 and the learner's own accuracy are those of the session. */
async function expectAlone(lab: Laboratory, live: Live): Promise<void> {
  const { session, models, trials } = live;
  const [header = "", ...lines] = await exportedLines(lab.data);
  const at = header.split(",").indexOf("participant");
  const { fits } = await fit(lab, [header, ...lines.filter((line) => line.split(",")[at] === String(session.number))]);
  assert.equal(fits.length, models.length);
  for (const { representation, learner, r2_online, accuracy } of models.filter((model) => isComparable(live, model))) {
    const said = fits.find((one) => one.representation === representation && one.learner === learner);
    const expected = { participants: said?.participants, trials: said?.trials, r2_online: said?.r2_online, task_accuracy: said?.task_accuracy };
    expectNear({ participants: 1, trials: trials.length, r2_online, task_accuracy: accuracy }, expected, TOLERANCE, `${String(session.number)} ${representation} ${learner}`);
  }
}

async function expectAll(lab: Laboratory, lives: Live[]): Promise<void> {
  await expectRows(lab, lives);
  for (const live of lives) await expectAlone(lab, live);
}

/** Every third response of a participant is the other one, with all that is stored beside it: as if it had been made so. */
function changeResponses(data: string, { id }: Played): void {
  const own = `session_id = (SELECT session_id FROM session WHERE public_id = '${id}') AND phase = 'main'`;
  query(data, `
    UPDATE trial SET response = 1 - response, is_correct = CASE WHEN is_tie = 1 THEN 1 ELSE 1 - is_correct END WHERE ${own} AND trial_index % 3 = 0;
    UPDATE trial SET total_correct = sums.correct, total_regret = sums.regret FROM (
      SELECT trial_id, sum(is_correct AND NOT is_tie) OVER so_far AS correct, sum((NOT is_correct) * spread) OVER so_far AS regret FROM (
        SELECT *, total_chance_regret_doubled - lag(total_chance_regret_doubled, 1, 0) OVER (ORDER BY trial_index) AS spread FROM trial WHERE ${own})
      WINDOW so_far AS (ORDER BY trial_index)) AS sums
    WHERE trial.trial_id = sums.trial_id`);
}

for (const task of ["category", "reward"] as const) {
  test(`${task}: every session's numbers are those of fit on the export, after a kill, a rebuild and a change of the stored responses too`, { timeout: 120_000 }, async (t) => {
    const lab = await laboratory(t, task);
    const live = await documents(lab);
    await expectAll(lab, live);

    await lab.server.kill();
    await lab.server.restart();
    assert.deepEqual(await documents(lab), live, "bit for bit after a kill");

    await lab.server.stop();
    await dinolabDone("rebuild", "--data", lab.data);
    await lab.server.restart();
    assert.deepEqual(await documents(lab), live, "bit for bit after a rebuild");

    await lab.server.stop();
    const [changed] = playedBy(lab.data);
    assert.ok(changed !== undefined);
    changeResponses(lab.data, changed);
    await dinolabDone("rebuild", "--data", lab.data);
    await lab.server.restart();
    const after = await documents(lab);
    assert.deepEqual(after.slice(1), live.slice(1), "the others are as they were");
    assert.deepEqual(after[0]?.trials.map(({ response }) => response), live[0]?.trials.map(({ response, trial_index }) => (trial_index % 3 === 0 ? 1 - response : response)));
    assert.notDeepEqual(after[0]?.models, live[0]?.models);
    await expectRows(lab, after);
    assert.ok(after[0] !== undefined);
    await expectAlone(lab, after[0]);
  });
}
