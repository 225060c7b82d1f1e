// Trials are enduring, fits are derived: `dinolab rebuild` gives the same numbers again, and its check finds any that differ.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Participant, Researcher } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { expectNear, untilTablesReady, untilTrials, type Live } from "./support/live.ts";
import { dinolab, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 10;
const TOLERANCE = 1e-12;
const FIT_COLUMNS = "public_id, representation_id, learner, trial_count, log_evidence, r2_online, posterior_prob, beta_mean, beta_low, beta_high";
const ALL_FITS = `SELECT ${FIT_COLUMNS} FROM fit JOIN session USING (session_id) ORDER BY public_id, representation_id, learner`;
const ALL_TABLES = "SELECT condition_id, representation_id, learner, hex(value_pairs) AS pairs, status FROM value_table ORDER BY 1, 2, 3";

interface Played { server: Server; researcher: Researcher; finished: string[]; active: string[] }

/** Two studies with finished and unfinished sessions, everything derived computed, the server stopped. */
async function played(t: TestContext): Promise<Played> {
  const folder = temporaryFolder(t);
  const random = seeded(50);
  const names = pictureNames(30);
  const data = await importPictures(folder, 30);
  const representations = ["task", "noise"];
  await createStudy(folder, data, { slug: "cat", task: "category", representations, conditions: [1, 2].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)) });
  await createStudy(folder, data, { slug: "rew", task: "reward", representations, conditions: [1, 2].map((at) => rewardCondition(random, at, names, TRIAL_COUNT)) });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  for (const slug of ["cat", "rew"]) {
    const [one, two] = [new Participant(server), new Participant(server)];
    await one.begin(slug);
    await two.begin(slug);
    await one.play(() => coin(random));
    await one.finish();
    for (let index = 0; index < 4; index++) await two.respond("trials", index, coin(random));
    await untilTablesReady(researcher, slug);
  }
  await until("the fits of the finished sessions are stored", () => Promise.resolve(number(data, "SELECT count(*) FROM fit") === 4 ? true : null));
  const ids = (state: string): string[] => query<{ id: string }>(data, `SELECT public_id AS id FROM session WHERE state = '${state}' ORDER BY session_id`).map(({ id }) => id);
  return { server, researcher, finished: ids("finished"), active: ids("active") };
}

async function allLive({ researcher, finished, active }: Played): Promise<Live[]> {
  const documents: Live[] = [];
  for (const [at, slug] of ["cat", "rew"].entries()) {
    documents.push(await untilTrials(researcher, slug, finished[at] ?? "", TRIAL_COUNT));
    documents.push(await untilTrials(researcher, slug, active[at] ?? "", 4));
  }
  return documents;
}

test("the numbers are the same live, after a restart, and after everything derived was thrown away and rebuilt", async (t) => {
  const laboratory = await played(t);
  const { server } = laboratory;
  const live = await allLive(laboratory);
  await server.stop();
  const [fits, tables] = [query(server.data, ALL_FITS), query(server.data, ALL_TABLES)];
  assert.equal(tables.length, 8);
  const rebuilt = await dinolab("rebuild", "--data", server.data);
  assert.equal(rebuilt.status, 0, rebuilt.stderr);
  expectNear(query(server.data, ALL_FITS), fits, TOLERANCE);
  assert.deepEqual(query(server.data, ALL_TABLES), tables);
  await server.start();
  expectNear(await allLive(laboratory), live, TOLERANCE);
});

test("the stored fits are the numbers of the live document", async (t) => {
  const laboratory = await played(t);
  for (const live of (await allLive(laboratory)).filter(({ session }) => session.state === "finished")) {
    for (const [at, model] of live.models.entries()) {
      const [stored] = query<Record<string, number>>(laboratory.server.data, `SELECT fit.* FROM fit JOIN session USING (session_id) JOIN representation USING (representation_id)`
        + ` WHERE public_id = '${live.session.session_id}' AND name = '${model.representation}' AND learner = '${model.learner}'`);
      const last = live.trials.at(-1);
      expectNear([stored?.trial_count, stored?.log_evidence, stored?.posterior_prob, stored?.r2_online, stored?.beta_mean, stored?.beta_low, stored?.beta_high],
        [TRIAL_COUNT, last?.log_evidence[at], last?.posterior[at], model.r2_online, model.beta?.mean, model.beta?.low, model.beta?.high], TOLERANCE);
    }
  }
});

test("the check finds nothing after a clean stop, nor after a kill", async (t) => {
  const { server } = await played(t);
  for (const end of [() => server.stop(), () => server.kill()]) {
    await end();
    const checked = await dinolab("rebuild", "--check", "--data", server.data);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    await server.start();
  }
});

test("the check names a value, a status or a fit that was changed by hand, changes nothing itself, and a rebuild repairs it", async (t) => {
  const { server, finished } = await played(t);
  await server.stop();
  const original = [query(server.data, ALL_TABLES), query(server.data, ALL_FITS)];
  const rewards = "(SELECT value_table_id FROM value_table JOIN condition USING (condition_id) JOIN study USING (study_id) WHERE slug = 'rew' AND condition_number = 2 ORDER BY 1 LIMIT 1)";
  const changes: [sql: string, named: RegExp][] = [
    // The last eight bytes are the double -1.
    [`UPDATE value_table SET value_pairs = CAST(substr(value_pairs, 1, length(value_pairs) - 8) || x'000000000000F0BF' AS BLOB) WHERE value_table_id = ${rewards}`,
      new RegExp(`'rew', condition 2, bayes_ridge\\S* on (task|noise): trial ${String(TRIAL_COUNT - 1)}, right: -1 is stored`)],
    [`UPDATE value_table SET status = 'singular' WHERE value_table_id = ${rewards}`, /'rew', condition 2, .*singular is stored/],
    [`UPDATE fit SET log_evidence = log_evidence + 0.001 WHERE session_id = (SELECT session_id FROM session WHERE public_id = '${finished[0] ?? ""}') AND representation_id = 1`,
      new RegExp(`${finished[0] ?? "?"}.*log_evidence`)],
    [`UPDATE fit SET beta_high = 3 * beta_high + 1 WHERE session_id = (SELECT session_id FROM session WHERE public_id = '${finished[1] ?? ""}')`,
      new RegExp(`${finished[1] ?? "?"}.*beta_high`)],
  ];
  for (const [sql, named] of changes) {
    query(server.data, sql);
    const spoiled = [query(server.data, ALL_TABLES), query(server.data, ALL_FITS)];
    const checked = await dinolab("rebuild", "--check", "--data", server.data);
    assert.equal(checked.status, 1, `${sql}: ${checked.stdout}${checked.stderr}`);
    assert.match(checked.stdout, named);
    assert.deepEqual([query(server.data, ALL_TABLES), query(server.data, ALL_FITS)], spoiled);
    assert.equal((await dinolab("rebuild", "--data", server.data)).status, 0);
    expectNear([query(server.data, ALL_TABLES), query(server.data, ALL_FITS)], original, TOLERANCE);
    assert.equal((await dinolab("rebuild", "--check", "--data", server.data)).status, 0);
  }
});

test("value tables that were deleted are computed again by the next start, with the same values", async (t) => {
  const { server, researcher } = await played(t);
  await server.stop();
  const tables = query(server.data, ALL_TABLES);
  query(server.data, "DELETE FROM value_table; DELETE FROM fit");
  await server.start();
  for (const slug of ["cat", "rew"]) await untilTablesReady(researcher, slug);
  assert.deepEqual(query(server.data, ALL_TABLES), tables);
  await until("the fits are stored again", () => Promise.resolve(number(server.data, "SELECT count(*) FROM fit") === 4 ? true : null));
});

test("a rebuild beside a running server, or of a folder that is not there, is refused with a sentence", async (t) => {
  const { server } = await played(t);
  for (const words of [["rebuild"], ["rebuild", "--check"]]) {
    const beside = await dinolab(...words, "--data", server.data);
    assert.equal(beside.status, 1);
    assert.match(beside.stderr, /another dinolab/);
    const missing = join(server.data, "nothing-here");
    const nowhere = await dinolab(...words, "--data", missing);
    assert.equal(nowhere.status, 2);
    assert.match(nowhere.stderr, /no data folder/);
    assert.equal(existsSync(missing), false);
  }
});
