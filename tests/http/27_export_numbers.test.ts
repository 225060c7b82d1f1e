// A page's number equals the export's number, to the last digit: numbers of the documents that pages are drawn from, looked up in what
// `fits.csv` and `sessions.csv` say of the same people, some of whom are still playing.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Choice } from "../../web/wire/types.ts";
import type { Group } from "../../web/dashboard/types.ts";
import { expectStatus, Participant, QUESTIONNAIRE, Researcher } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { query } from "./support/database.ts";
import { untilTablesReady, untilTrials, type Live } from "./support/live.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

type Row = Record<string, string>;

const TRIAL_COUNT = 14;
/** A category study with one person who has finished and one in the middle, and a reward study with one in the middle. */
const PLAYED = { cat: [TRIAL_COUNT, 5], rew: [9] } as const;

interface Laboratory { data: string; server: Server; researcher: Researcher; ids: Record<"cat" | "rew", string[]>; tokens: string[] }

async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const names = pictureNames(40);
  const representations = ["task", "words", "noise"];
  const data = await importPictures(folder, 40, representations);
  const random = seeded(77);
  await createStudy(folder, data, {
    slug: "cat", task: "category", representations, settings: { learners: ["logistic_ridge", "chance"] },
    conditions: [1, 2].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)),
  });
  const tied = rewardCondition(random, 1, names, TRIAL_COUNT);
  Object.assign(tied.trials[3] ?? {}, { left_points: 20, right_points: 20 });
  await createStudy(folder, data, { slug: "rew", task: "reward", representations, settings: { learners: ["bayes_ridge", "bayes_ridge:pca=2"] }, conditions: [tied] });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const tokens: string[] = [];
  for (const slug of ["cat", "rew"] as const) {
    for (const count of PLAYED[slug]) {
      const person = new Participant(server);
      tokens.push(person.token);
      await person.begin(slug);
      for (let index = 0; index < count; index++) await person.respond("trials", index, coin(random) as Choice);
      if (count < TRIAL_COUNT) continue;
      expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", { ...QUESTIONNAIRE, strategy: "by \"colour\", mostly" }), 200);
      expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200);
    }
    await untilTablesReady(researcher, slug);
  }
  const idsOf = (slug: string): string[] => query<{ id: string }>(data, `SELECT public_id AS id FROM session JOIN study USING (study_id) WHERE slug = '${slug}' ORDER BY session_id`).map(({ id }) => id);
  return { data, server, researcher, ids: { cat: idsOf("cat"), rew: idsOf("rew") }, tokens };
}

async function table(researcher: Researcher, slug: string, name: string): Promise<Row[]> {
  const reply = expectStatus(await researcher.get(`/api/v1/studies/${slug}/exports/${name}.csv`), 200);
  assert.match(reply.headers.get("Content-Disposition") ?? "", new RegExp(`filename="${slug}-${name}\\.csv"`));
  return parseCsv(reply.text);
}

function only(rows: Row[], wanted: Row): Row {
  const found = rows.filter((row) => Object.entries(wanted).every(([column, value]) => row[column] === value));
  assert.equal(found.length, 1, JSON.stringify(wanted));
  return found[0] ?? {};
}

/** Digit by digit: the same double is written in the same way. */
function assertSame(exported: string | undefined, onPage: number | null | undefined, what: string): void {
  assert.notEqual(exported, undefined, `${what}: there is no such column`);
  if (onPage === null || onPage === undefined) assert.equal(exported, "", what);
  else assert.ok(exported !== "" && Number(exported) === onPage, `${what}: the export says ${String(exported)}, the page ${String(onPage)}`);
}

function groupWith(researcher: Researcher, slug: string, trials: number): Promise<Group> {
  return until(`the group of ${slug} has ${String(trials)} trials`, async () => {
    const group = await researcher.read<Group>(`/api/v1/studies/${slug}/group`);
    return group.trials === trials && group.models.every((model) => model.nll !== null) ? group : null;
  });
}

test("every number of the participants' pages is the export's number, of those who still play too", async (t) => {
  const { researcher, ids } = await laboratory(t);
  for (const slug of ["cat", "rew"] as const) {
    const documents: Live[] = [];
    for (const [at, id] of ids[slug].entries()) documents.push(await untilTrials(researcher, slug, id, PLAYED[slug][at] ?? -1));
    const [fits, sessions] = [await table(researcher, slug, "fits"), await table(researcher, slug, "sessions")];
    assert.equal(sessions.length, documents.length);
    assert.equal(fits.length, documents.reduce((sum, { models }) => sum + models.length, 0));
    for (const { session, models, trials } of documents) {
      const last = trials.at(-1);
      const own = only(sessions, { session: session.session_id, participant: String(session.number), state: session.state, stage: session.stage });
      assertSame(own.trials, session.response_count, "trials");
      for (const [index, model] of models.entries()) {
        const row = only(fits, { session: session.session_id, representation: model.representation, learner: model.learner });
        assert.equal(row.looks_ahead, model.looks_ahead ? "1" : "0");
        assert.equal(row.family, model.family);
        assertSame(row.r2_online, model.r2_online, "r2_online");
        assertSame(row.accuracy, model.accuracy, "accuracy");
        assertSame(row.agreement, model.agreement, "agreement");
        assertSame(row.log_evidence, last?.log_evidence[index], "log_evidence");
        assertSame(row.posterior, last?.posterior[index], "posterior");
        assertSame(row.beta_mean, model.beta?.mean, "beta_mean");
        assertSame(row.beta_low, model.beta?.low, "beta_low");
        assertSame(row.beta_high, model.beta?.high, "beta_high");
      }
    }
  }
});

test("the numbers of the group's page follow from the exports, to the last digit", async (t) => {
  const { researcher, ids } = await laboratory(t);
  for (const slug of ["cat", "rew"] as const) {
    const group = await groupWith(researcher, slug, PLAYED[slug].reduce<number>((sum, count) => sum + count, 0));
    const [fits, sessions] = [await table(researcher, slug, "fits"), await table(researcher, slug, "sessions")];
    assert.equal(group.people.length, ids[slug].length);
    for (const person of group.people) {
      const row = only(sessions, { session: person.session_id });
      assertSame(row.accuracy, person.accuracy, "accuracy");
      assertSame(row.median_rt_ms, person.median_rt_ms, "median_rt_ms");
      assertSame(row.correct, person.correct, "correct");
      assertSame(row.scored, person.scored, "scored");
      assert.equal(row.include, person.is_included === null ? "" : person.is_included ? "1" : "0");
    }
    for (const model of group.models) {
      const rows = fits.filter(({ representation, learner }) => representation === model.representation && learner === model.learner)
        .sort((left, right) => Number(left.participant) - Number(right.participant));
      assert.equal(rows.reduce((nll, row) => nll - Number(row.log_evidence), 0), model.nll, "nll");
      if (rows.length > 1) continue;
      assertSame(rows[0]?.accuracy, model.task_accuracy, "the learner's own accuracy");
      assertSame(rows[0]?.agreement, model.agreement, "agreement");
      assertSame(rows[0]?.r2_online, model.r2_online, "r2_online");
    }
  }
});

test("sessions.csv says who took part and with what, and no token of anybody", async (t) => {
  const { data, researcher, ids, tokens } = await laboratory(t);
  const [finished, playing] = await table(researcher, "cat", "sessions");
  assert.deepEqual([finished?.session, playing?.session], ids.cat);
  assert.deepEqual([finished?.gender, finished?.age, finished?.strategy, finished?.include], [QUESTIONNAIRE.gender, String(QUESTIONNAIRE.age), "by \"colour\", mostly", "1"]);
  assert.deepEqual([playing?.gender, playing?.age, playing?.strategy, playing?.include, playing?.ended_at_ms], ["", "", "", "", ""]);
  assert.deepEqual([finished?.comprehension_attempts, finished?.trials, playing?.trials], ["1", String(TRIAL_COUNT), "5"]);
  const stored = query<{ hash: string; settings: string; at: number; ended: number }>(data,
    "SELECT hex(token_hash) AS hash, lower(hex(settings_sha256)) AS settings, consented_at_ms AS at, ended_at_ms AS ended FROM session ORDER BY session_id");
  assert.deepEqual([finished?.settings_sha256, finished?.consented_at_ms, finished?.ended_at_ms], [stored[0]?.settings, String(stored[0]?.at), String(stored[0]?.ended)]);
  for (const name of ["trials", "sessions", "fits", "jspsych"]) {
    const { text } = await researcher.get(`/api/v1/studies/cat/exports/${name}.csv`);
    for (const token of tokens) assert.ok(!text.includes(token), name);
    for (const { hash } of stored) assert.ok(!text.toLowerCase().includes(hash.toLowerCase()), name);
  }
});

test("the sub-command writes byte for byte what the page downloads, of every table, and refuses what it does not know", async (t) => {
  const { data, researcher } = await laboratory(t);
  for (const slug of ["cat", "rew"]) {
    for (const name of ["trials", "sessions", "fits", "jspsych"]) {
      const { text } = await researcher.get(`/api/v1/studies/${slug}/exports/${name}.csv`);
      assert.equal(await dinolabDone("export", "--data", data, "--study", slug, "--what", name, "--out", "-"), text);
    }
  }
  const unknown = await dinolab("export", "--data", data, "--study", "cat", "--what", "tokens", "--out", "-");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /trials, above_chance, sessions/);
  for (const file of ["tokens.csv", "fits", "fits.csvx", "fits.CSV", ".csv"]) expectStatus(await researcher.get(`/api/v1/studies/cat/exports/${file}`), 404);
  expectStatus(await researcher.get("/api/v1/studies/none/exports/fits.csv"), 404);
});
