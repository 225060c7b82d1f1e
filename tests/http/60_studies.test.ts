// Making and running studies over the API: from a draft to its end, what may change on the way, and what is said of mistakes.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, Participant, parsed, Researcher, send, type Reply } from "./support/client.ts";
import { query } from "./support/database.ts";
import { untilTablesReady } from "./support/live.ts";
import { EventStream } from "./support/stream.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, type Server } from "./support/program.ts";
import { importPictures, SET } from "./support/study.ts";

interface Definition {
  slug: string; title: string; state: string; settings: Record<string, unknown> & { recruitment: Record<string, unknown> };
  representations: string[]; condition_count: number | null; seed: number | null; made_condition_count: number; frozen: string[];
  documents: Record<string, Record<string, string>>;
}

interface Laboratory { data: string; folder: string; server: Server; researcher: Researcher }

async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 300);
  const server = await serve(t, data);
  return { data, folder, server, researcher: await Researcher.setUp(server) };
}

function description(more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: "made", title: "Made", task: "category", stimulus_set: SET, representations: ["task", "noise"], generative: "task",
    condition_count: 3, seed: 1, settings: { trial_count: 10, sessions_per_condition: 5, ...settings }, ...more,
  };
}

function patch(researcher: Researcher, slug: string, body: unknown): Promise<Reply> {
  return send(researcher.server, "PATCH", `/api/v1/studies/${slug}`, { cookie: researcher.cookie, csrf: researcher.csrf, body });
}

function definition(researcher: Researcher, slug: string): Promise<Definition> {
  return researcher.read(`/api/v1/studies/${slug}/definition`);
}

function goTo(researcher: Researcher, slug: string, state: string): Promise<Reply> {
  return researcher.post(`/api/v1/studies/${slug}/state`, { state });
}

test("a study goes from a draft to its end, and only in these steps", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  assert.deepEqual(parsed(expectStatus(await researcher.post("/api/v1/studies", description()), 201)), { slug: "made" });
  const draft = await definition(researcher, "made");
  assert.deepEqual([draft.state, draft.made_condition_count, draft.condition_count, draft.seed], ["draft", 0, 3, 1]);
  assert.deepEqual(draft.frozen, ["slug", "task", "stimulus_set"]);
  assert.equal(errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)).kind, "conflict");

  const changed = parsed<Definition>(expectStatus(await patch(researcher, "made", { title: "Renamed", settings: { trial_count: 20, dimensions: [1, 0] }, seed: 5, condition_count: 4 }), 200));
  assert.deepEqual([changed.title, changed.settings.trial_count, changed.seed], ["Renamed", 20, 5]);
  for (const [state, status] of [["paused", 409], ["closed", 409], ["pilot", 200], ["draft", 200], ["pilot", 200]] as const) expectStatus(await goTo(researcher, "made", state), status);
  assert.equal((await definition(researcher, "made")).made_condition_count, 4);
  assert.deepEqual(query(data, "SELECT condition_number AS number, dimension, high_dinosaur AS high FROM condition"), [
    { number: 1, dimension: 1, high: "folty" }, { number: 2, dimension: 0, high: "folty" }, { number: 3, dimension: 1, high: "julty" }, { number: 4, dimension: 0, high: "julty" },
  ]);
  const pilot = new Participant(server);
  assert.deepEqual([(await pilot.enrol("made")).is_pilot, (await pilot.session()).trials.count], [true, 20]);
  await untilTablesReady(researcher, "made");

  expectStatus(await goTo(researcher, "made", "open"), 200);
  const person = new Participant(server);
  assert.equal((await person.enrol("made")).is_pilot, false, "a server that is running takes the step in");
  for (const [state, status] of [["pilot", 409], ["draft", 409], ["paused", 200]] as const) expectStatus(await goTo(researcher, "made", state), status);
  assert.equal(errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)).kind, "conflict");
  await person.understand();
  assert.equal((await person.respond("trials", 0, 1)).trial_index, 0, "who has begun goes on while a study is paused");
  for (const state of ["open", "closed"]) expectStatus(await goTo(researcher, "made", state), 200);
  const { studies } = await researcher.read<{ studies: { slug: string; state: string }[] }>("/api/v1/studies");
  assert.deepEqual(studies.map(({ slug, state }) => [slug, state]), [["made", "closed"]]);
  assert.deepEqual((await definition(researcher, "made")).frozen.slice(0, 5), ["slug", "task", "stimulus_set", "title", "documents"]);
});

test("a mistake names its field, and what cannot change any more says why", async (t) => {
  const { server, researcher } = await laboratory(t);
  const mistakes: [Record<string, unknown>, string][] = [
    [description({ title: "" }), "title"], [description({}, { trial_count: 0 }), "settings.trial_count"], [description({}, { recruitment: { quota: -1 } }), "settings.recruitment.quota"],
    [description({}, { dimensions: [0, 0] }), "settings.dimensions[1]"], [description({}, { blind: { is_blind: true } }), "settings.blind.stop_finished_sessions"],
    [description({}, { recruitment: { platform: "prolific" } }), "settings.recruitment.code_completed"], [description({ representations: ["task", "task"] }), "representations[1]"],
  ];
  for (const [body, field] of mistakes) assert.equal((errorOf(expectStatus(await researcher.post("/api/v1/studies", body), 400)) as { field?: string }).field, field);
  expectStatus(await researcher.post("/api/v1/studies", description({ state: "open" })), 201);
  await new Participant(server).enrol("made");
  for (const [body, field] of [[{ settings: { trial_count: 20 } }, "settings.trial_count"], [{ seed: 2 }, "seed"], [{ representations: ["task"] }, "representations"], [{ settings: { base_minor: 1 } }, "settings.base_minor"], [{ settings: { learners: ["chance"] } }, "settings.learners"]] as const) {
    const error = errorOf(expectStatus(await patch(researcher, "made", body), 409)) as { field?: string; message: string };
    assert.equal(error.field, field);
    assert.ok((await definition(researcher, "made")).frozen.includes(field), field);
  }
  expectStatus(await patch(researcher, "made", { title: "New", settings: { trial_count: 10, recruitment: { quota: 1 } }, documents: { consent: { en: "Do you agree?" } } }), 200);
  const { documents, settings } = await definition(researcher, "made");
  assert.deepEqual([documents.consent, settings.recruitment.quota, settings.recruitment.age_min], [{ en: "Do you agree?" }, 1, 18]);
  assert.equal((errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)) as { reason?: string }).reason, "full", "a running server takes the quota in");
});

test("the schemas are the committed ones, and the settings that a study has are in them", async (t) => {
  const { researcher } = await laboratory(t);
  for (const task of ["category", "reward"]) {
    const { text } = expectStatus(await researcher.get(`/api/v1/study-settings/${task}`), 200);
    assert.equal(text, readFileSync(join(TOP, "schema", "json", `study-settings-${task}.json`), "utf8"));
    assert.equal(await dinolabDone("study", "settings", "--task", task), text);
    const { examples } = (JSON.parse(text) as { properties: { learners: { items: { examples: string[] } } } }).properties.learners.items;
    assert.equal(examples[0], task === "reward" ? "bayes_ridge" : "logistic_ridge", "learners can be chosen, the main one first");
  }
});

interface Check { problems: { field: string; message: string }[]; bins: { dimension: number; bins: { low: number; high: number; objects: number; needed: number }[] }[] }

const fieldsOf = ({ problems }: Check): string[] => problems.map(({ field }) => field);

test("a check says whether bins can be filled before anything is stored", async (t) => {
  const { data, researcher } = await laboratory(t);
  const check = async (body: unknown): Promise<Check> => parsed(expectStatus(await researcher.post("/api/v1/study-checks", body), 200));
  const fine = await check(description({}, { dimensions: [2, 0], bin_count: 2, loading_max: 3 }));
  assert.deepEqual(fine.problems, []);
  assert.deepEqual(fine.bins.map(({ dimension, bins }) => [dimension, bins.map(({ low, high, needed }) => [low, high, needed])]), [[2, [[0, 1.5, 5], [1.5, 3, 5]]], [0, [[0, 1.5, 5], [1.5, 3, 5]]]]);
  const tooMany = await check(description({}, { trial_count: 300 }));
  assert.match(tooMany.problems[0]?.message ?? "", /bin \d/);
  assert.ok(tooMany.bins.some(({ bins }) => bins.some(({ objects, needed }) => objects < needed)));
  assert.deepEqual(fieldsOf(tooMany), ["settings.dimensions[0]", "settings.dimensions[1]", "settings.dimensions[2]"]);
  assert.deepEqual(fieldsOf(await check(description({}, { trial_count: 0 }))), ["settings.trial_count"]);
  const many = await check(description(
    { title: "", seed: -1, representations: ["task", "nowhere", 3], colour: "red" },
    { feedback_ms: -1, learners: ["none"], blind: { is_blind: true }, recruitment: { quota: -1, excludes: ["nobody"], age_min: "x" } },
  ));
  assert.deepEqual(new Set(fieldsOf(many)), new Set([
    "title", "seed", "colour", "representations[1]", "representations[2]", "settings.feedback_ms", "settings.learners[0]", "settings.blind.stop_finished_sessions",
    "settings.recruitment.quota", "settings.recruitment.excludes", "settings.recruitment.age_min",
  ]));
  assert.equal(many.bins.length, 3, "bins are told as long as what they depend on can be read");
  assert.deepEqual(fieldsOf(await check({ task: "category", settings: { bin_count: 0 } })), ["slug", "title", "stimulus_set", "representations", "generative", "condition_count", "settings.bin_count"]);
  assert.equal(query(data, "SELECT 1 FROM study").length, 0);
});

test("a copy and a file give the same conditions, and other material is refused", async (t) => {
  const { data, folder, researcher } = await laboratory(t);
  expectStatus(await researcher.post("/api/v1/studies", description({ state: "pilot", documents: { consent: { de: "Einverstanden?" } } })), 201);
  assert.deepEqual(parsed(expectStatus(await researcher.post("/api/v1/studies/made/duplicate", { slug: "copy", title: "Copy" }), 201)), { slug: "copy" });
  assert.deepEqual([(await definition(researcher, "copy")).seed, (await definition(researcher, "copy")).state], [1, "draft"]);
  expectStatus(await goTo(researcher, "copy", "pilot"), 200);
  const file = parsed<{ study: Record<string, unknown>; checksums: Record<string, unknown> }>(expectStatus(await researcher.get("/api/v1/studies/made/file"), 200));
  const again = { ...file, study: { ...file.study, slug: "again" } };
  expectStatus(await researcher.post("/api/v1/study-files", again), 201);
  assert.deepEqual((await definition(researcher, "again")).documents, { consent: { de: "Einverstanden?" } });
  const hashes = query<{ slug: string; sha: string }>(data, "SELECT slug, hex(c.sha256) AS sha FROM condition AS c JOIN study USING (study_id) ORDER BY slug, condition_number");
  const of = (slug: string): string[] => hashes.filter((row) => row.slug === slug).map(({ sha }) => sha);
  assert.equal(of("made").length, 3);
  assert.deepEqual([of("copy"), of("again")], [of("made"), of("made")]);
  for (const [member, field] of [["stimulus_set", "checksums.stimulus_set"], ["representations", "checksums.representations.task"]] as const) {
    const other = { ...again, study: { ...again.study, slug: "other" }, checksums: { ...file.checksums, [member]: member === "stimulus_set" ? "0".repeat(64) : {} } };
    assert.equal((errorOf(expectStatus(await researcher.post("/api/v1/study-files", other), 409)) as { field?: string }).field, field);
  }
  assert.equal(query(data, "SELECT 1 FROM study WHERE slug = 'other'").length, 0, "what is refused leaves nothing");
  const elsewhere = join(folder, "made.json");
  await dinolabDone("study", "export", "--data", data, "--study", "made", "--out", elsewhere);
  assert.deepEqual(JSON.parse(readFileSync(elsewhere, "utf8")), file);
});

test("a blind study hides its numbers until the stop rule is met or its owner says why not", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  const blind = { is_blind: true, stop_finished_sessions: 1 };
  expectStatus(await researcher.post("/api/v1/studies", description({ state: "open" }, { blind })), 201);
  expectStatus(await researcher.post("/api/v1/studies", description({ state: "open", slug: "second" }, { blind })), 201);
  const numbers = async (slug: string): Promise<Record<string, unknown>> => (await researcher.read<{ sessions: Record<string, unknown>[] }>(`/api/v1/studies/${slug}`)).sessions[0] ?? {};
  const person = new Participant(server);
  for (const one of [person, new Participant(server)]) {
    await one.begin(one === person ? "made" : "second");
    await one.play((index) => (index % 2 === 0 ? 1 : 0));
  }
  for (const slug of ["made", "second"]) {
    const { session_id: id, correct_count: correct, pay_minor: pay, leading, recent } = await numbers(slug);
    assert.deepEqual([correct, pay, leading, recent], [null, null, null, ""]);
    const live = await researcher.read<{ trials: { is_correct: unknown; category: unknown; prob: unknown[] }[]; models: { accuracy: unknown; r2_online: unknown }[] }>(`/api/v1/studies/${slug}/sessions/${String(id)}`);
    for (const trial of live.trials) assert.deepEqual([trial.is_correct, trial.category, trial.prob.every((one) => one === null)], [null, null, true]);
    for (const model of live.models) assert.deepEqual([model.accuracy, model.r2_online], [null, null]);
    for (const path of ["group", "scores", "exports/trials.csv", "exports/fits.csv", "exports/sessions.csv", "exports/jspsych.csv"]) {
      assert.match(errorOf(expectStatus(await researcher.get(`/api/v1/studies/${slug}/${path}`), 403)).message, /is blind: its numbers are shown once 1 live sessions have finished/);
    }
    for (const what of ["trials", "bonus"]) {
      const { status, stderr } = await dinolab("export", "--data", data, "--study", slug, "--what", what, "--out", "-");
      assert.equal(status, 1);
      assert.match(stderr, /is blind/);
    }
    assert.equal((await dinolab("export", "--data", data, "--study", slug, "--what", "platform-ids", "--out", "-")).status, 0);
  }
  await person.finish();
  assert.equal(typeof (await numbers("made")).correct_count, "number", "the stop rule is met");
  expectStatus(await researcher.get("/api/v1/studies/made/exports/trials.csv"), 200);
  expectStatus(await researcher.get("/api/v1/studies/second/exports/trials.csv"), 403);
  expectStatus(await researcher.post("/api/v1/studies/second/unblind", { reason: "A picture was broken." }), 200);
  assert.equal(typeof (await numbers("second")).correct_count, "number");
  assert.deepEqual(query(data, "SELECT unblind_reason AS reason FROM study WHERE slug = 'second'"), [{ reason: "A picture was broken." }]);
  expectStatus(await researcher.post("/api/v1/studies/second/unblind", { reason: "Again." }), 409);
});

test("the sentence of a blind study says its rule, of sessions, of time, or of both", async (t) => {
  const { researcher } = await laboratory(t);
  const stop_at = "2099-12-31T10:30:00Z";
  const rules: [string, Record<string, unknown>, string][] = [
    ["time", { stop_at }, "from 2099-12-31 10:30 UTC on"],
    ["sessions", { stop_finished_sessions: 2 }, "once 2 live sessions have finished"],
    ["both", { stop_finished_sessions: 2, stop_at }, "as soon as 2 live sessions have finished or it is 2099-12-31 10:30 UTC, whichever comes first"],
  ];
  for (const [slug, rule, words] of rules) {
    expectStatus(await researcher.post("/api/v1/studies", description({ slug, state: "open" }, { blind: { is_blind: true, ...rule } })), 201);
    assert.equal(errorOf(expectStatus(await researcher.get(`/api/v1/studies/${slug}/exports/trials.csv`), 403)).message, `the study '${slug}' is blind: its numbers are shown ${words}, or when its owner unblinds it`);
  }
  expectStatus(await researcher.post("/api/v1/studies", description({ slug: "over", state: "open" }, { blind: { is_blind: true, stop_finished_sessions: 2, stop_at: "2020-01-01T00:00:00Z" } })), 201);
  expectStatus(await researcher.get("/api/v1/studies/over/exports/trials.csv"), 200);
});

/** More than are stored at once. */
const MANY = 120;

interface Made { number: number; sha: string }

function conditionsOf(data: string, slug: string): Made[] {
  return query(data, `SELECT condition_number AS number, hex(c.sha256) AS sha FROM condition AS c JOIN study USING (study_id) WHERE slug = '${slug}' ORDER BY condition_number`);
}

function stepsInLog(data: string, slug: string): string[] {
  return query<{ action: string }>(data, `SELECT action FROM audit WHERE object = '/api/v1/studies/${slug}/state' OR object = '/api/v1/studies/${slug}' ORDER BY 1`).map(({ action }) => action);
}

test("a study with many conditions opens in short steps while others play, and they are the same as ever", async (t) => {
  const { data, folder, server, researcher } = await laboratory(t);
  expectStatus(await researcher.post("/api/v1/studies", description({ slug: "played", state: "open" })), 201);
  for (const slug of ["made", "twice"]) expectStatus(await researcher.post("/api/v1/studies", description({ slug, condition_count: MANY })), 201);
  const people = Array.from({ length: 3 }, () => new Participant(server));
  for (const person of people) await person.begin("played");
  const playing = people.map((person) => person.play(() => 1));
  expectStatus(await researcher.post("/api/v1/studies", description({ slug: "at-once", condition_count: MANY, state: "open" })), 201);
  expectStatus(await goTo(researcher, "made", "open"), 200);
  const both = await Promise.all([goTo(researcher, "twice", "pilot"), goTo(researcher, "twice", "pilot")]);
  for (const reply of both) expectStatus(reply, 200);
  assert.deepEqual((await Promise.all(playing)).map((feedbacks) => feedbacks.length), [10, 10, 10]);
  for (const person of people) await person.finish();

  await server.stop();
  writeFileSync(join(folder, "command.json"), JSON.stringify(description({ slug: "command", condition_count: MANY })));
  await dinolabDone("study", "create", "--data", data, "--file", join(folder, "command.json"));
  const expected = conditionsOf(data, "command");
  assert.deepEqual([expected.length, new Set(expected.map(({ sha }) => sha)).size], [MANY, MANY]);
  for (const slug of ["made", "twice", "at-once"]) assert.deepEqual(conditionsOf(data, slug), expected, slug);
  assert.deepEqual(query(data, "SELECT slug, state, is_pilot, is_draft FROM study WHERE slug IN ('made', 'twice', 'at-once') ORDER BY 1"), [
    { slug: "at-once", state: "open", is_pilot: 0, is_draft: 0 }, { slug: "made", state: "open", is_pilot: 0, is_draft: 0 }, { slug: "twice", state: "open", is_pilot: 1, is_draft: 0 },
  ]);
  assert.deepEqual(stepsInLog(data, "made"), ["POST /api/v1/studies/{}/state"], "one step is one entry of the log");
  await server.start();
  await new Participant(server).begin("at-once");
});

test("a change of many conditions makes room in short steps", async (t) => {
  const { data, researcher } = await laboratory(t);
  expectStatus(await researcher.post("/api/v1/studies", description({ slug: "other", condition_count: MANY, seed: 2, state: "open" })), 201);
  expectStatus(await researcher.post("/api/v1/studies", description({ condition_count: MANY, state: "pilot" })), 201);
  expectStatus(await goTo(researcher, "made", "draft"), 200);
  assert.equal((await definition(researcher, "made")).made_condition_count, MANY);
  const refused = errorOf(expectStatus(await patch(researcher, "made", { seed: 2, settings: { trial_count: 0 } }), 400)) as { field?: string };
  assert.deepEqual([refused.field, conditionsOf(data, "made").length], ["settings.trial_count", MANY], "a mistake costs nothing");
  const changed = parsed<Definition>(expectStatus(await patch(researcher, "made", { seed: 2 }), 200));
  assert.deepEqual([changed.seed, changed.made_condition_count], [2, 0]);
  expectStatus(await goTo(researcher, "made", "open"), 200);
  assert.deepEqual(conditionsOf(data, "made"), conditionsOf(data, "other"));
  assert.deepEqual(stepsInLog(data, "made"), ["PATCH /api/v1/studies/{}", "POST /api/v1/studies/{}/state", "POST /api/v1/studies/{}/state"]);
});

test("killed while it opens, a study is a draft or open, and nobody meets half of it", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  const count = 1000;
  expectStatus(await researcher.post("/api/v1/studies", description({ condition_count: count })), 201);
  expectStatus(await researcher.post("/api/v1/studies", description({ slug: "whole", condition_count: count, state: "open" })), 201);
  const expected = conditionsOf(data, "whole");
  const opening = goTo(researcher, "made", "open").catch(() => null);
  let isOpening = true;
  void opening.then(() => { isOpening = false; });
  while (isOpening && conditionsOf(data, "made").length === 0) await new Promise((resolve) => { setImmediate(resolve); });
  await server.kill();
  await opening;
  const [{ state, draft, some } = { state: "", draft: -1, some: -1 }] = query<{ state: string; draft: number; some: number }>(data, "SELECT state, is_draft AS draft, (SELECT count(*) FROM condition AS c WHERE c.study_id = s.study_id) AS some FROM study AS s WHERE slug = 'made'");
  assert.ok(state === "open" ? some === count : draft === 1 && some > 0, `${state}, ${String(some)} conditions`);
  assert.equal(query(data, "SELECT 1 FROM condition AS c JOIN study USING (study_id) WHERE slug = 'made' AND (SELECT count(*) FROM condition_trial AS t WHERE t.condition_id = c.condition_id) != 10").length, 0);
  query(data, "DELETE FROM condition_trial WHERE condition_id IN (SELECT condition_id FROM condition JOIN study USING (study_id) WHERE slug = 'made' AND condition_number > 60); DELETE FROM condition WHERE study_id = (SELECT study_id FROM study WHERE slug = 'made') AND condition_number > 60; UPDATE study SET state = 'closed', is_draft = 1, opened_at_ms = NULL WHERE slug = 'made'");
  const left = conditionsOf(data, "made").length;
  assert.ok(left > 0 && left <= 60);

  await server.start();
  const again = await Researcher.logIn(server);
  assert.equal(errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)).kind, "conflict");
  const file = parsed<{ study: Record<string, unknown> }>(expectStatus(await again.get("/api/v1/studies/made/file"), 200));
  assert.deepEqual([file.study.condition_count, file.study.conditions], [count, undefined], "half of the conditions are not those of the study");
  query(data, "UPDATE condition SET sha256 = zeroblob(32) WHERE condition_number = 1 AND study_id = (SELECT study_id FROM study WHERE slug = 'made')");
  expectStatus(await goTo(again, "made", "open"), 200);
  assert.deepEqual(conditionsOf(data, "made"), expected, "what was left over and is something else is replaced");
  await new Participant(server).begin("made");
});

test("the same by command line on a server that is running, with an API token", async (t) => {
  const { folder, server, researcher } = await laboratory(t);
  const body = { name: "command line", scope: "write", days: 1 };
  const { token } = parsed<{ token: string }>(expectStatus(await researcher.post("/api/v1/account/tokens", body), 201));
  const place = ["--server", server.url, "--token", token];
  const path = (name: string, content: unknown): string => {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    return join(folder, name);
  };
  path("consent.md", "Do you agree?");
  assert.equal(await dinolabDone("study", "create", ...place, "--file", path("study.json", description({ state: "draft", documents: { consent: { en: "consent.md" } } }))), "study 'made' is made\n");
  assert.deepEqual((await definition(researcher, "made")).documents, { consent: { en: "Do you agree?" } });
  assert.equal(await dinolabDone("study", "change", ...place, "--study", "made", "--file", path("change.json", { title: "Renamed" })), "study 'made' is draft\n");
  assert.equal(await dinolabDone("study", "pilot", ...place, "--study", "made"), "the study is pilot\n");
  assert.equal(await dinolabDone("study", "duplicate", ...place, "--study", "made", "--slug", "copy", "--title", "Copy"), "study 'copy' is made\n");
  await dinolabDone("study", "export", ...place, "--study", "copy", "--out", join(folder, "copy.json"));
  const file = JSON.parse(readFileSync(join(folder, "copy.json"), "utf8")) as { study: Record<string, unknown> };
  assert.equal(await dinolabDone("study", "import", ...place, "--file", path("again.json", { ...file, study: { ...file.study, slug: "again" } })), "study 'again' is made\n");
  const states = await Promise.all(["made", "copy", "again"].map(async (slug) => (await definition(researcher, slug)).state));
  assert.deepEqual(states, ["pilot", "draft", "draft"]);

  const refused: [string[], RegExp][] = [
    [["close", ...place, "--study", "copy"], /a study cannot go from draft to closed/], [["pilot", "--server", server.url, "--token", "dl_no", "--study", "copy"], /API token/],
    [["pilot", "--server", server.url, "--study", "copy"], /DINOLAB_TOKEN/], [["pilot", ...place, "--data", folder, "--study", "copy"], /either --data DIR, or --server URL/],
    [["pilot", "--server", "http://127.0.0.1:1", "--token", token, "--study", "copy"], /cannot be asked/],
  ];
  for (const [words, sentence] of refused) {
    const { status, stderr } = await dinolab("study", ...words);
    assert.notEqual(status, 0);
    assert.match(stderr, sentence);
  }
});

test("a step is told to every open page of the study", async (t) => {
  const { server, researcher } = await laboratory(t);
  expectStatus(await researcher.post("/api/v1/studies", description({ state: "open" })), 201);
  const other = await EventStream.open(server, "/api/v1/studies/made/stream", researcher.cookie);
  await other.until("a snapshot", (events) => events.some(({ name }) => name === "snapshot"));
  expectStatus(await goTo(researcher, "made", "pilot"), 200);
  expectStatus(await goTo(researcher, "made", "paused"), 409);
  expectStatus(await goTo(researcher, "made", "closed"), 200);
  const steps = (await other.until("two steps", (events) => events.filter(({ name }) => name === "state").length === 2)).filter(({ name }) => name === "state");
  assert.deepEqual(steps.map(({ data }) => JSON.parse(data) as unknown), [{ state: "pilot" }, { state: "closed" }]);
  other.close();
});
