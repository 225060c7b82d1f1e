// A finished data set comes in as a closed study: the published R2 on the human data of 2022, what a small table says and does not say, and
// what is refused. The first skips without the data.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Group, Study, Trial } from "../../web/dashboard/types.ts";
import { errorOf, expectStatus, Participant, parsed, Researcher, send, type Reply } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { number, query } from "./support/database.ts";
import { untilTablesReady } from "./support/live.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, until } from "./support/program.ts";

const DATA = `${TOP}/../shared/data/reward2022`;
const skip = existsSync(DATA) ? false : `no ${DATA}`;
const PUBLISHED_R2 = 0.266738;
/** Columns that say what happened here, of which data from elsewhere say nothing. */
const NOT_KNOWN = {
  trials: ["bonus_payment", "onset_ms", "frame_ms", "is_visible", "is_fullscreen", "input", "previous_reply_ms", "received_at_ms", "program_version"],
  sessions: ["consented_at_ms", "comprehension_passed_at_ms", "ended_at_ms", "last_seen_at_ms", "comprehension_attempts", "practice_trials", "pay", "currency", "gender", "age",
    "strategy", "program_version", "settings_sha256", "consent_sha256"],
  jspsych: ["input", "onset_ms", "early_key_count", "trial_type", "plugin_version", "time_elapsed"],
} as const;
/** The group scales differences on the responses that are left (`--scale training`), the authors scaled once on all (`--scale all`): that moves R2 by 3.4e-7; the rest is their rounding. */
const PUBLISHED_TOLERANCE = 1e-6;
const FIT_TOLERANCE = 1e-9;

async function exported(data: string, slug: string, what: string, format = "csv"): Promise<Record<string, string>[]> {
  return parseCsv(await dinolabDone("export", "--data", data, "--study", slug, "--what", what, "--format", format, "--out", "-"));
}

function groupWith(researcher: Researcher, slug: string, what: string, isThere: (group: Group) => boolean): Promise<Group> {
  return until(what, async () => {
    const now = await researcher.read<Group>(`/api/v1/studies/${slug}/group`);
    return isThere(now) ? now : null;
  });
}

test("the human data of 2022 as a study: group numbers, R2 as published, exports", { skip, timeout: 120_000 }, async (t) => {
  const data = join(temporaryFolder(t), "data");
  const material = ["--stimuli", `${DATA}/stimuli.csv`, "--representation", `spose14=${DATA}/spose_embedding_14d_sorted.npy`];
  assert.match(await dinolabDone("import", "trials", "--data", data, "--slug", "reward2022", "--title", "Reward learning 2022", "--task", "reward", "--trials", `${DATA}/trials.csv`,
    ...material, "--learners", "bayes_ridge:standardize=none"), /25 participants, 3750 trials, 25 conditions, 1854 stimuli without pictures/);
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, "reward2022");
  const { study } = await researcher.read<{ study: Study }>("/api/v1/studies/reward2022");
  assert.deepEqual([study.state, study.is_imported, study.is_pilot, study.trial_count, study.session_counts.finished], ["closed", true, false, 150, 25]);

  await groupWith(researcher, "reward2022", "everybody counts", ({ trials, models }) => trials === 3750 && models.every(({ participants }) => participants === 25));
  expectStatus(await researcher.post("/api/v1/studies/reward2022/group/loo", {}), 202);
  const group = await groupWith(researcher, "reward2022", "every trial was left out", ({ loo_job, models }) => loo_job === null && models.every(({ loo, mixed }) => loo !== null && mixed !== null));
  const [model] = group.models;
  assert.ok(Math.abs((model?.loo?.r2_loo ?? NaN) - PUBLISHED_R2) < PUBLISHED_TOLERANCE, `r2_loo ${String(model?.loo?.r2_loo)}`);
  const fitted = JSON.parse(await dinolabDone("fit", "--task", "reward", "--trials", `${DATA}/trials.csv`, ...material, "--learner", "bayes_ridge", "--standardize", "none",
    "--choice", "glmm-loo")) as { r2_loo: number; slope: number };
  assert.ok(Math.abs((model?.loo?.r2_loo ?? NaN) - fitted.r2_loo) < FIT_TOLERANCE && Math.abs((model?.mixed?.slope ?? NaN) - fitted.slope) < 1e-6);
  assert.deepEqual([group.funnel.finished, group.funnel.passed_comprehension, group.people.length, group.learning_curve.at(-1)?.to], [25, 25, 25, 150]);

  // What was brought in is what goes out: the same columns in the order of people and trials.
  const given = parseCsv(readFileSync(`${DATA}/trials.csv`, "utf8"));
  const trials = await exported(data, "reward2022", "trials");
  assert.equal(trials.length, given.length);
  for (const [at, trial] of trials.entries()) {
    const from = given[at];
    assert.deepEqual([Number(trial.participant), trial.trial, trial.left_image, trial.right_image, trial.left_reward, trial.right_reward, trial.choice, Number(trial.rt_ms)],
      [Number(from?.participant), from?.trial, from?.left_image, from?.right_image, from?.left_reward, from?.right_reward, from?.choice, Number(from?.rt_ms)]);
    const [left, right, choice] = [Number(from?.left_reward), Number(from?.right_reward), Number(from?.choice)];
    const received = choice === 1 ? right : left;
    const [best, worst] = [Math.max(left, right), Math.min(left, right)];
    assert.deepEqual([trial.max_reward, trial.min_reward, trial.reward_received, trial.regret, trial.chance_regret, trial.correct].map(Number),
      [best, worst, received, best - received, (best - worst) / 2, Number(received === best)]);
    assert.deepEqual([trial.is_imported, trial.dimension, trial.include, trial.bonus_payment], ["1", "", "", ""]);
    assert.deepEqual(NOT_KNOWN.trials.filter((column) => trial[column] !== ""), []);
  }
});

interface Table { data: string; import: (...more: string[]) => Promise<{ status: number; stderr: string; stdout: string }> }

/** Four stimuli with two features each; `trials` as it is given. */
function table(t: TestContext, task: "category" | "reward", trials: string): Table {
  const folder = temporaryFolder(t);
  const data = join(folder, "data");
  writeFileSync(join(folder, "trials.csv"), trials);
  writeFileSync(join(folder, "stimuli.csv"), "id\nant\nbee\ncar\nhot_dog\n");
  writeFileSync(join(folder, "two.txt"), "0.1 1\n0.4 0\n1.2 1\n1.9 0\n");
  return {
    data,
    import: (...more) => dinolab("import", "trials", "--data", data, "--slug", "old", "--title", "Old", "--task", task, "--trials", join(folder, "trials.csv"),
      "--stimuli", join(folder, "stimuli.csv"), "--representation", `two=${join(folder, "two.txt")}`, ...more),
  };
}

const CATEGORY = `participant,trial,image,true_category_name,choice,rt_ms,dimension,include
b,0,ant,Folty,1,512.5,2,1
b,1,bee,Julty,1,,2,1
b,2,hot_dog,Folty,0,300,2,1
a,0,ant,Folty,0,,2,0
a,1,bee,Julty,1,NA,2,0
a,2,hot_dog,Folty,0,,2,0
c,5,bee,Julty,0,100,2,
c,9,ant,Folty,0,200,2,
`;

test("what a table says is kept, what it does not say is missing and not made up", { timeout: 60_000 }, async (t) => {
  const old = table(t, "category", CATEGORY);
  const done = await old.import("--generative", "two");
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /3 participants, 8 trials, 2 conditions/); // a and b saw the same; c's own two
  assert.deepEqual(query(old.data, "SELECT condition_number, dimension, is_dimension_missing, high_dinosaur FROM condition"),
    [1, 2].map((at) => ({ condition_number: at, dimension: 1, is_dimension_missing: 0, high_dinosaur: "folty" })));
  assert.equal(number(old.data, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
  assert.equal(number(old.data, "SELECT count(*) FROM session WHERE is_imported = 1 AND state = 'finished' AND comprehension_passed_at_ms IS NULL"), 3);

  const server = await serve(t, old.data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, "old");
  const group = await groupWith(researcher, "old", "everybody counts", ({ trials }) => trials === 8);
  assert.deepEqual(group.people.map(({ median_rt_ms, correct, is_included }) => [median_rt_ms, correct, is_included]), [[null, 3, false], [406.25, 2, true], [150, 1, null]]);
  assert.equal(group.response_times.histogram.reduce((sum, bin) => sum + bin.count, 0), 4);
  assert.equal(group.excluded.not_included, 1);

  const live = await researcher.read<{ trials: Trial[] }>(`/api/v1/studies/old/sessions/${group.people[1]?.session_id ?? ""}`);
  assert.deepEqual(live.trials.map(({ labels, rt_ms, is_correct }) => [labels, rt_ms, is_correct]), [[["ant"], 512.5, false], [["bee"], null, true], [["hot_dog"], 300, true]]);
  const closed = await send(server, "GET", "/api/v1/open-studies/old");
  assert.equal((JSON.parse(closed.text) as { is_open: boolean }).is_open, false);
  await server.stop();

  const refused = await dinolab("study", "open", "--data", old.data, "--study", "old");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /the study was brought in finished and stays closed/);
  const sessions = await exported(old.data, "old", "sessions");
  assert.deepEqual(sessions.map(({ participant, state, condition, dimension, trials, median_rt_ms, pay, include, is_imported }) => [participant, state, condition, dimension, trials, median_rt_ms, pay, include, is_imported]),
    [["1", "finished", "1", "2", "3", "", "", "0", "1"], ["2", "finished", "1", "2", "3", "406.25", "", "1", "1"], ["3", "finished", "2", "2", "2", "150", "", "", "1"]]);
  await dinolabDone("rebuild", "--data", old.data, "--check");
});

function patch(researcher: Researcher, path: string, body: unknown): Promise<Reply> {
  return send(researcher.server, "PATCH", path, { cookie: researcher.cookie, csrf: researcher.csrf, body });
}

test("it stays as it was brought in: no step, no change, no copy, no file, and nobody is shown what has no picture", { timeout: 60_000 }, async (t) => {
  const old = table(t, "category", CATEGORY);
  assert.equal((await old.import("--generative", "two")).status, 0);
  const before = query(old.data, "SELECT * FROM study");
  const server = await serve(t, old.data);
  const researcher = await Researcher.setUp(server);
  const refused = async (reply: Promise<Reply>, sentence: RegExp): Promise<void> => {
    const { kind, message } = errorOf(expectStatus(await reply, 409));
    assert.equal(kind, "conflict");
    assert.match(message, sentence);
  };
  for (const state of ["draft", "pilot", "open", "paused"]) await refused(researcher.post("/api/v1/studies/old/state", { state }), /brought in finished and stays closed/);
  for (const body of [{ title: "Renamed" }, { settings: { trial_count: 2 } }, { representations: ["two"] }, { seed: 3 }, { documents: { consent: { en: "Yes?" } } }, {}])
    await refused(patch(researcher, "/api/v1/studies/old", body), /'old' was brought in finished and stays as it is/);
  await refused(researcher.post("/api/v1/studies/old/duplicate", { slug: "copy", title: "Copy" }), /'old' was brought in finished.*cannot be copied.*dinolab import trials/);
  await refused(send(server, "GET", "/api/v1/studies/old/file", { cookie: researcher.cookie }), /'old' was brought in finished.*cannot be copied/);
  await refused(researcher.post("/api/v1/studies/old/unblind", { reason: "to see" }), /are shown already/);
  await refused(new Participant(server).tryEnrol("old"), /not open/);

  // What it is about has no pictures: no other study is made of it either, sampled, written out or from a file.
  const description = { slug: "new", title: "New", task: "category", stimulus_set: "old", representations: ["two"], settings: { trial_count: 2, practice_count: 0 } };
  const sampled = { ...description, generative: "two", condition_count: 1 };
  const written = { ...description, conditions: [{ condition_number: 1, dimension: 0, high_dinosaur: "folty", trials: [{ image: "ant", category: "folty" }, { image: "bee", category: "julty" }] }] };
  for (const study of [sampled, written]) {
    await refused(researcher.post("/api/v1/studies", study), /'stimulus_set': the stimulus set 'old' came with finished data and has no picture of 'ant'/);
    const { problems } = parsed<{ problems: { field: string; message: string }[] }>(expectStatus(await researcher.post("/api/v1/study-checks", study), 200));
    assert.deepEqual(problems.map(({ field }) => field), ["stimulus_set"]);
  }
  await refused(researcher.post("/api/v1/study-files", { format: "dinolab-study", format_version: 1, program_version: "0.1.0", study: written, checksums: {} }), /has no picture of 'ant'/);
  await server.stop();
  assert.deepEqual(query(old.data, "SELECT * FROM study"), before);

  writeFileSync(join(old.data, "..", "consent.md"), "Do you agree?\n");
  const document = await dinolab("study", "document", "--data", old.data, "--study", "old", "--kind", "consent", "--language", "en", "--file", join(old.data, "..", "consent.md"));
  assert.equal(document.status, 1);
  assert.match(document.stderr, /nobody reads a text of it/);
  assert.match(await dinolabDone("account", "audit", "--data", old.data), /import trials.*old/);
});

test("every export of it works, and says nothing that is not known", { timeout: 60_000 }, async (t) => {
  const old = table(t, "category", CATEGORY.replaceAll(/(,[01],[0-9.NA]*),2(,[01]?\n)/g, "$1,$2")); // no dimension either
  const done = await old.import();
  assert.equal(done.status, 0, done.stderr);
  for (const what of ["trials", "sessions", "jspsych"] as const) {
    const rows = await exported(old.data, "old", what);
    assert.equal(rows.length, what === "sessions" ? 3 : 8);
    for (const row of rows) assert.deepEqual(NOT_KNOWN[what].filter((column) => row[column] !== (what === "jspsych" ? "null" : "")), [], what);
  }
  for (const what of ["events", "questionnaire"]) assert.deepEqual(await exported(old.data, "old", what), []);
  assert.equal((await exported(old.data, "old", "fits")).length, 3);
  const [, second] = await exported(old.data, "old", "sessions");
  const person = JSON.parse(await dinolabDone("export", "--data", old.data, "--study", "old", "--what", "person", "--session", second?.session ?? "", "--out", "-")) as
    { session: Record<string, unknown>; trials: Record<string, unknown>[]; platform: null; acceptances: [] };
  const none = (row: Record<string, unknown>, columns: readonly string[]): void => { assert.deepEqual(columns.filter((column) => row[column] !== null), []); };
  none(person.session, ["created_at_ms", "language", "dimension", "consented_at_ms", "comprehension_passed_at_ms", "ended_at_ms", "seen_at_ms", "page_number", "program_version", "settings_sha256"]);
  assert.deepEqual([person.session.is_imported, person.session.imported_include, person.platform, person.acceptances], [1, 1, null, []]);
  assert.deepEqual(person.trials.map(({ left_picture, category, response, rt_ms }) => [left_picture, category, response, rt_ms]),
    [["ant", "folty", 1, 512.5], ["bee", "julty", 1, null], ["hot_dog", "folty", 0, 300]]);
  for (const trial of person.trials) none(trial, ["onset_ms", "frame_ms", "is_visible", "is_fullscreen", "input", "previous_reply_ms", "received_at_ms"]);

  const folder = join(old.data, "..", "out");
  await dinolabDone("export", "--data", old.data, "--study", "old", "--what", "all", "--out", folder);
  const { files } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { files: { file: string; table: string; rows: number }[] };
  assert.deepEqual(files.filter(({ table: name }) => name === "trials").map(({ rows }) => rows), [8, 8]);
  for (const what of ["psych-ds", "sqlite"]) await dinolabDone("export", "--data", old.data, "--study", "old", "--what", what, "--out", join(folder, what));
  const copied = execFileSync("sqlite3", [join(folder, "sqlite"), "SELECT count(*), sum(is_imported), max(program_version) FROM session"], { encoding: "utf8" });
  assert.equal(copied, "3|3|\n");
  for (const [what, format] of [["bonus", "csv"], ["bonus", "prolific"], ["platform-ids", "csv"]] as const) {
    const outcome = await dinolab("export", "--data", old.data, "--study", "old", "--what", what, "--format", format, "--out", join(folder, "personal"));
    assert.equal(outcome.status, 1, what);
    assert.match(outcome.stderr, /'old' was brought in finished: it pays nobody, and knows nobody's ids/);
    assert.ok(!existsSync(join(folder, "personal")));
  }
});

test("what does not fit is refused in a sentence, and nothing of it stays", { timeout: 60_000 }, async (t) => {
  const head = "participant,trial,left_image,right_image,left_reward,right_reward,choice,dimension\n";
  for (const [rows, more, sentence] of [
    ["a,0,ant,bee,1,2.5,1,1\n", [], /participant 'a', trial 0: points must be whole numbers, not 2\.5/],
    ["a,0,ant,bee,1,2,1,1\na,1,car,bee,1,2,1,2\n", [], /participant 'a', trial 1: dimension is not that of the trials before/],
    ["a,0,ant,cow,1,2,1,1\n", [], /line 2: the image 'cow' is not in/],
    ["a,0,ant,bee,1,2,1,1\n", ["--learners", "ridges"], /ridges/],
    ["a,0,ant,bee,1,2,1,1\n", ["--generative", "other"], /there is no representation 'other'/],
    ["a,0,ant,bee,1,2,1,1\n", ["--representation", `three=${TOP}/Makefile`], /representation 'three'/],
  ] as const) {
    const old = table(t, "reward", head + rows);
    const outcome = await old.import(...more);
    assert.equal(outcome.status, 2, outcome.stderr);
    assert.match(outcome.stderr, sentence);
    if (existsSync(join(old.data, "dinolab.db"))) assert.equal(number(old.data, "SELECT (SELECT count(*) FROM study) + (SELECT count(*) FROM stimulus_set) + (SELECT count(*) FROM session)"), 0);
  }
  const old = table(t, "reward", `${head}a,0,ant,bee,1,2,1,1\n`);
  assert.equal((await old.import()).status, 0);
  const again = await old.import();
  assert.equal(again.status, 1);
  assert.match(again.stderr, /'old'/);
  assert.equal(number(old.data, "SELECT count(*) FROM session"), 1);
});

const CONDITIONS = `${TOP}/../shared/data/conditions`;
const EMBEDDING = `${TOP}/../shared/data/spose_embedding_49d_sorted.txt`;
const skipConditions = existsSync(CONDITIONS) && existsSync(EMBEDDING) && existsSync(DATA) ? false : `no ${CONDITIONS} or ${EMBEDDING}`;
/** One grey pixel: what these tests hold does not depend on what pictures show. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mM4AQAAygDJNEIn8wAAAABJRU5ErkJggg==", "base64");

interface PublishedTrial { stimulus: string; true_category: string }
interface PublishedPairs { arm_0_image: Record<string, string>; arm_1_image: Record<string, string>; arm_0_reward: Record<string, number>; arm_1_reward: Record<string, number> }

/** The published objects as a set with `idOf` an object's stimulus, and the embedding as its representation. */
async function publishedMaterial(t: TestContext, idsOf: (object: string) => string[]): Promise<{ folder: string; data: string }> {
  const folder = temporaryFolder(t);
  const data = join(folder, "data");
  const objects = readFileSync(`${DATA}/stimuli.csv`, "utf8").trim().split(/\r?\n/).slice(1);
  const loadings = readFileSync(EMBEDDING, "utf8").trim().split("\n");
  writeFileSync(join(folder, "pixel.png"), PIXEL);
  const stimuli = objects.flatMap((object, at) => idsOf(object).map((id) => ({ object, id, loading: loadings[at] ?? "" })));
  writeFileSync(join(folder, "stimuli.csv"), ["id,object,file", ...stimuli.map(({ id, object }) => `${id},${object},pixel.png`)].join("\n"));
  writeFileSync(join(folder, "spose49.txt"), stimuli.map(({ loading }) => loading).join("\n"));
  await dinolabDone("import", "stimuli", "--data", data, "--set", "things", "--csv", join(folder, "stimuli.csv"));
  await dinolabDone("import", "representation", "--data", data, "--set", "things", "--name", "spose49", "--matrix", join(folder, "spose49.txt"));
  return { folder, data };
}

function describePublished(folder: string, task: "category" | "reward", settings: object = task === "reward" ? { practice_count: 0 } : {}): string {
  const path = join(folder, `${task}.json`);
  writeFileSync(path, JSON.stringify({ slug: `published-${task}`, title: "Published", task, stimulus_set: "things", representations: ["spose49"], generative: "spose49", settings }));
  return path;
}

function objectOf(path: string): string {
  return path.split("/").at(-2) ?? "";
}

interface PlannedRow { condition: number; dimension: number; high_dinosaur: string | null; trial: number; left: string; right: string | null; category: string | null; left_points: number | null; right_points: number | null }

function planned(data: string, slug: string): PlannedRow[] {
  return query<PlannedRow>(data, "SELECT c.condition_number AS condition, c.dimension, c.high_dinosaur, t.trial_index AS trial, l.object AS 'left', r.object AS 'right', t.category, t.left_points, t.right_points"
    + " FROM condition AS c JOIN study AS s USING (study_id) JOIN condition_trial AS t USING (condition_id) JOIN stimulus AS l ON l.stimulus_id = t.left_stimulus_id"
    + ` LEFT JOIN stimulus AS r ON r.stimulus_id = t.right_stimulus_id WHERE s.slug = '${slug}' ORDER BY 1, 4`);
}

test("all 48 condition files come in, agree with the embedding, and are what the files say", { skip: skipConditions, timeout: 120_000 }, async (t) => {
  const { folder, data } = await publishedMaterial(t, (object) => [object]);
  for (const task of ["category", "reward"] as const) {
    const said = await dinolabDone("import", "conditions", "--data", data, "--study-file", describePublished(folder, task), "--files", `${CONDITIONS}/${task}`);
    assert.match(said, /has the 24 conditions of .*, which agree with its generative representation/);
    const rows = planned(data, `published-${task}`);
    assert.equal(rows.length, 24 * (task === "category" ? 120 : 60));
    for (const row of rows) assert.equal(row.dimension, (row.condition - 1) % 3);
    for (let at = 1; at <= 24; at++) {
      const mine = rows.filter(({ condition }) => condition === at);
      const file = JSON.parse(readFileSync(`${CONDITIONS}/${task}/${String(at)}.json`, "utf8")) as PublishedTrial[] | PublishedPairs;
      if (Array.isArray(file)) {
        assert.deepEqual(mine.map(({ left, category }) => [left, category]), file.map(({ stimulus, true_category }) => [objectOf(stimulus), true_category.toLowerCase()]));
        assert.ok(mine.every(({ high_dinosaur }) => high_dinosaur === "folty"), "Julty gets the low half");
      } else {
        assert.deepEqual(mine.map(({ left, right, left_points, right_points }) => [left, right, left_points, right_points]),
          mine.map((_, trial) => [objectOf(file.arm_0_image[trial] ?? ""), objectOf(file.arm_1_image[trial] ?? ""), file.arm_0_reward[trial], file.arm_1_reward[trial]]));
      }
    }
  }
});

test("with several pictures of an object the file decides; what does not agree is named with file, trial and image", { skip: skipConditions, timeout: 120_000 }, async (t) => {
  const first = JSON.parse(readFileSync(`${CONDITIONS}/category/1.json`, "utf8")) as PublishedTrial[];
  const named = new Map(first.map(({ stimulus }) => [objectOf(stimulus), stimulus.split("/").at(-1) ?? ""]));
  const { folder, data } = await publishedMaterial(t, (object) => [`${object}/${object}_other.jpg`, `${object}/${named.get(object) ?? `${object}_rest.jpg`}`]);
  const files = join(folder, "files");
  mkdirSync(files);
  const importFiles = (task: "category" | "reward", file: object, settings?: object): ReturnType<typeof dinolab> => {
    writeFileSync(join(files, "1.json"), JSON.stringify(file));
    return dinolab("import", "conditions", "--data", data, "--study-file", describePublished(folder, task, settings), "--files", files);
  };
  const flipped = first.map((trial, at) => (at === 7 ? { ...trial, true_category: trial.true_category === "Julty" ? "Folty" : "Julty" } : trial));
  const strange = first.map((trial, at) => (at === 3 ? { ...trial, stimulus: "stimuli/unicorn/unicorn_01.jpg" } : trial));
  const unlike = first.map((trial, at) => (at === 3 ? { ...trial, stimulus: trial.stimulus.replace(/[^/]+$/, "nothing.jpg") } : trial));
  const pairs = JSON.parse(readFileSync(`${CONDITIONS}/reward/1.json`, "utf8")) as PublishedPairs;
  for (const [outcome, sentence] of [
    [await importFiles("category", flipped), /1\.json: it does not agree with 'spose49': trial 7, image '\S+': the file says (julty|folty), but \S+ on dimension 1 is in the (low|high) half/],
    [await importFiles("category", strange), /1\.json: trial 3: the stimulus set has no image 'stimuli\/unicorn\/unicorn_01\.jpg' and none of 'unicorn'/],
    [await importFiles("category", unlike), /1\.json: trial 3: the stimulus set has several images of '\w+', and none is/],
    [await importFiles("reward", pairs), /1\.json: trial 0: the stimulus set has several images of 'tool', and none is 'stimuli\/tool\/tool_06s\.jpg'/],
    [await importFiles("category", []), /1\.json: there are not 1 to 1000 trials/],
  ] as const) {
    assert.equal(outcome.status, 2, outcome.stderr);
    assert.match(outcome.stderr, sentence);
  }
  assert.equal(number(data, "SELECT count(*) FROM study"), 0);
  const done = await importFiles("category", first);
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(query<{ name: string }>(data, "SELECT i.name FROM condition_trial AS t JOIN stimulus AS i ON i.stimulus_id = t.left_stimulus_id ORDER BY t.trial_index").map(({ name }) => name),
    first.map(({ stimulus }) => stimulus.replace("stimuli/", "")));
});
