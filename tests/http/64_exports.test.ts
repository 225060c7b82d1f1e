// What is taken home: every kind in every format, whole, resumed, broken, and by the command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { join, relative } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import type { OpenStudy } from "../../web/wire/types.ts";
import { expectStatus, parsed, Participant, QUESTIONNAIRE, Researcher, responseBody, send } from "./support/client.ts";
import { parseCsv, rowsOf } from "./support/csv.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 8;

interface Laboratory { folder: string; data: string; server: Server; researcher: Researcher }

/** Both tasks on one server; in each, one session finished and one under way. */
async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const random = seeded(640);
  const names = pictureNames(30);
  const data = await importPictures(folder, 30);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [1, 2].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)) });
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [1, 2].map((at) => rewardCondition(random, at, names, TRIAL_COUNT, 1)) });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  for (const slug of ["cat", "rew"]) {
    const [done, underWay] = [new Participant(server), new Participant(server)];
    await done.begin(slug);
    await done.play(() => coin(random));
    await done.finish();
    await underWay.begin(slug);
    for (let index = 0; index < 3; index++) await underWay.respond("trials", index, coin(random));
  }
  return { folder, data, server, researcher };
}

const TABLES = ["trials", "above_chance", "sessions", "events", "questionnaire", "fits", "fit-trials", "jspsych"];

test("the command line writes every kind in every format, and says how many rows", async (t) => {
  const { folder, data } = await laboratory(t);
  const asked = [
    ...TABLES.flatMap((table) => [[table, "csv"], [table, "ndjson"]]),
    ["psych-ds", "csv"], ["sqlite", "csv"], ["all", "csv"], ["bonus", "csv"], ["bonus", "prolific"], ["platform-ids", "csv"],
  ];
  for (const [what = "", format = ""] of asked) {
    const out = join(folder, `${what}.${format}`);
    const outcome = await dinolab("export", "--data", data, "--study", "rew", "--what", what, "--format", format, "--out", out);
    assert.equal(outcome.status, 0, `${what} ${format}: ${outcome.stderr}`);
    assert.match(outcome.stderr, /^\d+ [a-z ]+\n/, `${what} ${format}`);
  }
  assert.ok(readdirSync(join(folder, "all.csv")).includes("manifest.json"));
});

interface Raw { status: number; headers: IncomingHttpHeaders; body: Buffer }

function ask(researcher: Researcher, path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(researcher.server.url + path, { headers: { Cookie: researcher.cookie, ...headers } }, resolve).once("error", reject);
  });
}

/** The bytes as they came: no decoding. */
async function raw(researcher: Researcher, path: string, headers: Record<string, string> = {}): Promise<Raw> {
  const reply = await ask(researcher, path, headers);
  const parts: Buffer[] = [];
  for await (const part of reply) parts.push(part as Buffer);
  assert.ok(reply.complete);
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(parts) };
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** As the papers' files have them. */
const PAPERS: Record<string, string[]> = {
  cat: "image,choice,true_category_name,true_category_binary,correct,cond_file,participant,include,bonus_payment,dimension,trial".split(","),
  rew: ("left_image,right_image,dimension,left_reward,right_reward,max_reward,min_reward,choice,reward_received,cond_file,trial,bonus_payment,include,participant,"
    + "regret,chance_regret,correct").split(","),
};

interface ManifestFile { file: string; table: string; format: string; rows: number; bytes: number; sha256: string }
interface Manifest { study: string; program_version: string; settings_sha256: string; stimulus_set_sha256: string; representations_sha256: string; audit: { entries: number; head: string }; files: ManifestFile[] }

test("every table comes in both formats as the manifest has it, plain and compressed", async (t) => {
  const { data, researcher } = await laboratory(t);
  for (const slug of ["cat", "rew"]) {
    const base = `/api/v1/studies/${slug}/exports`;
    const manifest = await researcher.read<Manifest>(`${base}/manifest.json`);
    assert.deepEqual(manifest.files.map(({ table, format }) => `${table}.${format}`), TABLES.flatMap((table) => [`${table}.csv`, `${table}.ndjson`]));
    const heads = query<{ id: number; hash: string }>(data, "SELECT audit_id AS id, lower(hex(hash)) AS hash FROM audit");
    assert.equal(heads.find(({ id }) => id === manifest.audit.entries)?.hash, manifest.audit.head, "an entry of the log of what was done");
    const columns = new Map<string, string[]>();
    for (const file of manifest.files) {
      const { status, headers, body } = await raw(researcher, `${base}/${file.table}.${file.format}`);
      assert.equal(status, 200);
      assert.equal(body.length, file.bytes, file.file);
      assert.equal(sha256(body), file.sha256, file.file);
      assert.equal(headers.etag, `"${file.sha256}"`);
      assert.equal(headers["dinolab-rows"], String(file.rows));
      for (const name of ["settings", "stimulus_set", "representations"] as const)
        assert.equal(headers[`dinolab-${name.replace("_", "-")}-sha256`], manifest[`${name}_sha256`]);
      assert.equal(headers["dinolab-version"], manifest.program_version);
      const byFile = await raw(researcher, `${base}/${file.file}?sha256=${file.sha256}`);
      assert.ok(byFile.body.equals(body), "asked for by its file and hash");

      if (file.format === "csv") {
        const rows = parseCsv(body.toString());
        const header = body.toString().split("\r\n")[0]?.replaceAll('"', "").split(",") ?? [];
        columns.set(file.table, header);
        assert.equal(rows.length, file.rows, file.file);
        for (const row of rows) assert.equal(Object.keys(row).length, header.length);
      } else {
        const rows = body.toString().split("\n").slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
        assert.equal(rows.length, file.rows, file.file);
        for (const row of rows) assert.deepEqual(Object.keys(row), columns.get(file.table));
      }

      const compressed = await raw(researcher, `${base}/${file.table}.${file.format}.gz`);
      assert.equal(compressed.headers["content-encoding"], undefined);
      assert.ok(gunzipSync(compressed.body).equals(body), "as a file");
      const encoded = await raw(researcher, `${base}/${file.table}.${file.format}`, { "Accept-Encoding": "gzip" });
      assert.equal(encoded.headers["content-encoding"], "gzip");
      assert.ok(gunzipSync(encoded.body).equals(body), "on the way");
      assert.equal(await dinolabDone("export", "--data", data, "--study", slug, "--what", file.table, "--format", file.format, "--out", "-"), body.toString());
    }
    for (const table of ["trials", "above_chance"]) assert.deepEqual(columns.get(table)?.slice(0, PAPERS[slug]?.length), PAPERS[slug]);
    const rows = (table: string): number => manifest.files.find((file) => file.table === table)?.rows ?? -1;
    assert.equal(rows("trials"), TRIAL_COUNT + 3);
    assert.equal(rows("sessions"), 2);
    assert.equal(rows("questionnaire"), 1);
    assert.equal(rows("fits") * (TRIAL_COUNT + 3), rows("fit-trials") * 2, "per model, a row of each session, and of each trial");
    assert.equal((await raw(researcher, `${base}/trials.csv?sha256=${"0".repeat(64)}`)).status, 410);
  }
});

test("a download that breaks is seen to be broken, and is resumed with the same bytes", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  query(data, "WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 60000)"
    + " INSERT INTO event (session_id, event_index, kind, at_ms, detail, received_at_ms)"
    + " SELECT (SELECT min(session_id) FROM session), n + 100, 'picture_failed', n, hex(randomblob(150)), 1700000000000 FROM c");
  const path = "/api/v1/studies/cat/exports/events.csv";
  const broken = await ask(researcher, path);
  const tag = broken.headers.etag ?? "";
  const whole = Number(broken.headers["content-length"]);
  assert.ok(whole > 16e6, "more than the connection's buffers hold");
  const parts: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const part of broken) {
      if (parts.push(part as Buffer) === 1) await server.kill();
    }
  }, /aborted|ECONNRESET/);
  assert.equal(broken.complete, false);
  const first = Buffer.concat(parts);
  assert.ok(first.length < whole);

  await server.restart();
  query(data, "DELETE FROM event WHERE event_index > 50000"); /* the study has gone on */
  const rest = await raw(researcher, path, { Range: `bytes=${String(first.length)}-`, "If-Range": tag });
  assert.equal(rest.status, 206);
  assert.equal(rest.headers["content-range"], `bytes ${String(first.length)}-${String(whole - 1)}/${String(whole)}`);
  assert.equal(`"${sha256(Buffer.concat([first, rest.body]))}"`, tag);
  const other = await raw(researcher, path, { Range: `bytes=${String(first.length)}-`, "If-Range": `"${"0".repeat(64)}"` });
  assert.equal(other.status, 200, "no part of other bytes");
  assert.equal((await raw(researcher, `${path}?sha256=${tag.slice(1, -1)}`, { Range: `bytes=${String(whole)}-` })).status, 416);
});

/** Files of a zip, unpacked by a program that checks every CRC. */
interface Entries { names: string[]; text: (name: string) => string }

function unzipped(folder: string, archive: string): Entries {
  const place = join(folder, "unzipped");
  execFileSync("python3", ["-m", "zipfile", "-e", archive, place]);
  const names = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)));
  return { names, text: (name) => readFileSync(join(place, name), "utf8") };
}

/** Of the published rules (psychds-docs.readthedocs.io, "Rules and Conventions") those that are errors; what is against them. */
function psychDsProblems({ names, text }: Entries): string[] {
  const problems: string[] = [];
  if (!names.includes("dataset_description.json")) return ["no dataset_description.json in the root"];
  const description = JSON.parse(text("dataset_description.json")) as Record<string, unknown>;
  if (description["@context"] !== "https://schema.org" && description["@context"] !== "https://schema.org/") problems.push("@context");
  if (description["@type"] !== "Dataset") problems.push("@type");
  for (const field of ["name", "description"]) if (typeof description[field] !== "string" || description[field] === "") problems.push(field);
  const measured = (description.variableMeasured as (string | { "@type": string; name: string; description?: string })[] | undefined) ?? [];
  const told = new Set<string>();
  for (const variable of measured) {
    const name = typeof variable === "string" ? variable : variable.name;
    if (typeof variable !== "string" && variable["@type"] !== "PropertyValue") problems.push(`variable ${name} is no PropertyValue`);
    if (told.has(name)) problems.push(`variable ${name} twice`);
    told.add(name);
  }
  const files = names.filter((name) => name.startsWith("data/") && !name.endsWith("/"));
  if (files.length === 0) problems.push("no data");
  for (const file of files) {
    if (!/^data\/(?:.*\/)?([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv$/.test(file)) problems.push(`name of ${file}`);
    const [header = [], ...rows] = rowsOf(text(file));
    if (header.length === 0 || new Set(header).size !== header.length) problems.push(`header of ${file}`);
    for (const column of header) if (!told.has(column)) problems.push(`${column} of ${file} is not in variableMeasured`);
    if (rows.some((row) => row.length !== header.length)) problems.push(`rows of ${file}`);
    const id = header.indexOf("row_id");
    if (id >= 0 && new Set(rows.map((row) => row[id])).size !== rows.length) problems.push(`row_id of ${file}`);
  }
  return problems;
}

test("the Psych-DS dataset keeps the published rules, and the checker knows what breaks them", async (t) => {
  const { folder, data, researcher } = await laboratory(t);
  for (const slug of ["cat", "rew"]) {
    const archive = join(folder, `${slug}.zip`);
    const { status, headers, body } = await raw(researcher, `/api/v1/studies/${slug}/exports/psych-ds.zip`);
    assert.equal(status, 200);
    assert.equal(headers.etag, `"${sha256(body)}"`);
    writeFileSync(archive, body);
    const place = mkdtempSync(join(folder, "psych-ds-"));
    const entries = unzipped(place, archive);
    assert.deepEqual(psychDsProblems(entries), []);
    const manifest = await researcher.read<Manifest>(`/api/v1/studies/${slug}/exports/manifest.json`);
    for (const table of ["trials", "sessions", "events", "questionnaire", "fits", "fit-trials"]) {
      const file = `data/study-${slug}_description-${table.replace("-", "")}_data.csv`;
      assert.equal(sha256(Buffer.from(entries.text(file))), manifest.files.find((line) => line.table === table && line.format === "csv")?.sha256, file);
    }
    const codebook = parseCsv(entries.text("documentation/codebook.csv"));
    for (const { column, type, description } of codebook) assert.ok(column !== "" && type !== "" && description !== "", column);
    if (slug === "cat") {
      const change = (name: string, to: (text: string) => string): string[] =>
        psychDsProblems({ names: entries.names, text: (asked) => (asked === name ? to(entries.text(asked)) : entries.text(asked)) });
      assert.deepEqual(change("dataset_description.json", (text) => text.replace('"Dataset"', '"Book"')), ["@type"]);
      assert.match(change("data/study-cat_description-trials_data.csv", (text) => text.replace("image", "picture")).join(), /picture .* is not in variableMeasured/);
      assert.match(psychDsProblems({ ...entries, names: [...entries.names, "data/study-cat.csv"], text: (asked) => (asked === "data/study-cat.csv" ? "image\r\n" : entries.text(asked)) }).join(), /name of/);
    }
  }
  const byCommand = join(folder, "command.zip");
  await dinolabDone("export", "--data", data, "--study", "cat", "--what", "psych-ds", "--out", byCommand);
  assert.deepEqual(psychDsProblems(unzipped(mkdtempSync(join(folder, "psych-ds-")), byCommand)), []);
});

/** All of a study's rows in the tables that have any, from a database file. */
function rowsIn(file: string, sql: string): Record<string, unknown>[] {
  const out = execFileSync("sqlite3", ["-json", file, sql], { encoding: "utf8" });
  return out.trim() === "" ? [] : JSON.parse(out) as Record<string, unknown>[];
}

test("the database of a study holds all of it and nothing else", async (t) => {
  const { folder, data, researcher } = await laboratory(t);
  const file = join(folder, "study.sqlite");
  const { status, headers, body } = await raw(researcher, "/api/v1/studies/cat/exports/study.sqlite");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/vnd.sqlite3");
  assert.equal(headers.etag, `"${sha256(body)}"`);
  assert.ok(gunzipSync((await raw(researcher, "/api/v1/studies/cat/exports/study.sqlite.gz")).body).equals(body));
  writeFileSync(file, body);
  assert.deepEqual(rowsIn(file, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  assert.deepEqual(rowsIn(file, "PRAGMA foreign_key_check"), []);
  assert.deepEqual(rowsIn(file, "PRAGMA user_version"), query(data, "PRAGMA user_version"));
  assert.deepEqual(rowsIn(file, "SELECT slug FROM study"), [{ slug: "cat" }]);

  const mine = "(SELECT session_id FROM session WHERE study_id = (SELECT study_id FROM study WHERE slug = 'cat'))";
  const ofSessions = ["trial", "comprehension_attempt", "event", "questionnaire", "acceptance", "fit"];
  for (const table of ofSessions)
    assert.deepEqual(rowsIn(file, `SELECT * FROM ${table}`), query(data, `SELECT * FROM ${table} WHERE session_id IN ${mine}`), table);
  for (const table of ["condition", "study_document", "study_representation"])
    assert.deepEqual(rowsIn(file, `SELECT * FROM ${table}`), query(data, `SELECT * FROM ${table} WHERE study_id = (SELECT study_id FROM study WHERE slug = 'cat')`), table);
  assert.ok(rowsIn(file, "SELECT * FROM trial").length >= TRIAL_COUNT + 3);
  assert.equal(rowsIn(file, "SELECT * FROM value_table").length > 0, true);
  assert.equal(rowsIn(file, "SELECT * FROM condition_trial").length, 2 * TRIAL_COUNT);

  const tables = rowsIn(file, "SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name);
  for (const table of ["account", "login", "setup_link", "identity", "refusal", "personal_link"]) assert.ok(!tables.includes(table), table);
  for (const { hash } of query<{ hash: string }>(data, "SELECT hex(token_hash) AS hash FROM session UNION ALL SELECT hex(visit_hash) FROM arrival"
    + " UNION ALL SELECT hex(token_hash) FROM login UNION ALL SELECT hex(password_hash) FROM account"))
    assert.ok(!body.includes(Buffer.from(hash, "hex")), "no secret is in the file");
  for (const secret of ["SECRET-CODE", "SECRET-LINK", "Test of reward learning"]) assert.ok(!body.includes(secret), secret);
  assert.ok(readFileSync(join(data, "dinolab.db")).includes("SECRET-CODE"), "the search finds what is there");

  const byCommand = join(folder, "command.sqlite");
  await dinolabDone("export", "--data", data, "--study", "cat", "--what", "sqlite", "--mode", "pilot", "--out", byCommand);
  assert.deepEqual(rowsIn(byCommand, "SELECT (SELECT count(*) FROM session) AS sessions, (SELECT count(*) FROM participant) AS people, (SELECT count(*) FROM condition) AS conditions"),
    [{ sessions: 0, people: 0, conditions: 2 }]);
  assert.deepEqual(readdirSync(join(data, "exports-cache")).filter((name) => name.startsWith("partial")), [], "nothing is left behind");
});

interface Person {
  session: Record<string, unknown>; acceptances: { kind: string; text: string }[]; comprehension_attempts: { answers: number[] }[]; trials: Record<string, unknown>[];
  events: unknown[]; questionnaire: Record<string, unknown> | null; fits: unknown[]; refusals: unknown[]; platform?: string | null; ids?: Record<string, string> | null; other_sessions?: unknown[];
}

test("everything about one person, and about nobody else", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const condition = categoryCondition(seeded(641), 1, pictureNames(20), TRIAL_COUNT);
  for (const slug of ["cat", "dog"])
    await createStudy(folder, data, { slug, task: "category", conditions: [condition], settings: { sessions_per_condition: 20, recruitment: { platform: "prolific", code_completed: "DONE" } } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const arrive = async (slug: string, at: number): Promise<Participant> => {
    const person = new Participant(server);
    const open = parsed<OpenStudy>(expectStatus(await send(server, "GET", `/api/v1/open-studies/${slug}`), 200));
    const arrival = { PROLIFIC_PID: `5c1b2a00000000000000000${String(at)}`, STUDY_ID: "study1", SESSION_ID: `visit${String(at)}` };
    const enrolment = { consent_sha256: open.consent.sha256, data_protection_sha256: open.data_protection?.sha256, age: 34, arrival };
    expectStatus(await person.send("POST", `/api/v1/open-studies/${slug}/sessions`, enrolment), 201);
    await person.understand();
    return person;
  };
  const one = await arrive("cat", 1);
  const two = await arrive("cat", 2);
  await arrive("dog", 1);
  await one.play((index) => (index % 2 === 0 ? 1 : 0));
  await one.finish();
  await two.respond("trials", 0, 1);
  const [first = "", second = "", elsewhere = ""] = query<{ id: string }>(data, "SELECT public_id AS id FROM session ORDER BY session_id").map(({ id }) => id);

  const path = (slug: string, session: string): string => `/api/v1/studies/${slug}/exports/person.json?session=${session}`;
  const online = await researcher.read<Person>(path("cat", first));
  assert.deepEqual({ study: online.session.study, session: online.session.session, participant: online.session.participant, state: online.session.state },
    { study: "cat", session: first, participant: 1, state: "finished" });
  assert.match(JSON.stringify(online.session.eligibility), /34/);
  assert.deepEqual(online.acceptances.map(({ kind }) => kind), ["consent", "data_protection"]);
  for (const { text } of online.acceptances) assert.ok(text.length > 100);
  assert.equal(online.comprehension_attempts.length, 1);
  assert.ok(Array.isArray(online.comprehension_attempts[0]?.answers));
  assert.deepEqual(online.trials.map(({ phase, trial, left_picture, response, rt_ms }) => ({ phase, trial, left_picture, response, rt_ms })),
    condition.trials.map(({ image }, index) => ({ phase: "main", trial: index, left_picture: image, response: index % 2 === 0 ? 1 : 0, rt_ms: responseBody(index, 1).rt_ms })));
  assert.deepEqual(online.questionnaire && { ...online.questionnaire, received_at_ms: 0 }, { ...QUESTIONNAIRE, is_included: 1, received_at_ms: 0 });
  assert.equal(online.ids, undefined, "who it is stays sealed over HTTP");
  assert.equal(online.other_sessions, undefined);
  const text = JSON.stringify(online);
  for (const other of ["5c1b2a", second, "token", "hash"]) assert.ok(!text.includes(other), other);
  assert.equal((await researcher.read<Person>(path("cat", second))).questionnaire, null);

  const file = join(folder, "person.json");
  await dinolabDone("export", "--data", data, "--study", "cat", "--what", "person", "--session", first, "--out", file);
  const { platform, ids, other_sessions: others, ...rest } = JSON.parse(readFileSync(file, "utf8")) as Person;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(platform, "prolific");
  assert.deepEqual(ids, { PROLIFIC_PID: "5c1b2a000000000000000001", STUDY_ID: "study1", SESSION_ID: "visit1" });
  assert.match(JSON.stringify(others), new RegExp(`"study":"dog","session":"${elsewhere}"`));
  assert.deepEqual({ ...rest, taken_at_ms: 0 }, { ...online, taken_at_ms: 0 });

  expectStatus(await researcher.get(path("dog", first)), 404);
  expectStatus(await researcher.get("/api/v1/studies/cat/exports/person.json"), 400);
  expectStatus(await send(server, "GET", path("cat", first)), 401);
  expectStatus(await two.send("POST", "/api/v1/session/withdraw", { is_deletion: true }), 200);
  assert.match(expectStatus(await researcher.get(path("cat", second)), 410).text, /asked for deletion/);
  assert.equal((await dinolab("export", "--data", data, "--study", "cat", "--what", "person", "--out", "-")).status, 2, "which person?");
});

test("above_chance has the trials of those whom the group page does not find below chance", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const condition = categoryCondition(seeded(642), 1, pictureNames(20), 12);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [condition], settings: { sessions_per_condition: 20 } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const right = (index: number): 0 | 1 => (condition.trials[index]?.category === "julty" ? 1 : 0);
  const wrong = (index: number): 0 | 1 => (right(index) === 1 ? 0 : 1);
  // 9 of 12 is p = 0.073 and 10 of 12 is p = 0.019; the last two have not ended, and one of them has nothing left to play
  const played = [{ right: 12, of: 12, ends: true }, { right: 9, of: 12, ends: true }, { right: 10, of: 12, ends: true }, { right: 0, of: 12, ends: true },
    { right: 6, of: 12, ends: false }, { right: 0, of: 4, ends: false }];
  for (const person of played) {
    const participant = new Participant(server);
    await participant.begin("cat");
    for (let index = 0; index < person.of; index++) await participant.respond("trials", index, index < person.right ? right(index) : wrong(index));
    if (person.ends) await participant.finish();
  }
  const trialCount = played.reduce((sum, { of }) => sum + of, 0);
  interface People { trials: number; people: { session_id: string; exclusions: string[] }[] }
  const { people } = await until("the group page has all of it", async () => {
    const group = await researcher.read<People>("/api/v1/studies/cat/group");
    return group.trials === trialCount && group.people.length === played.length ? group : null;
  });
  const kept = people.filter(({ exclusions }) => !exclusions.includes("below_chance")).map(({ session_id }) => session_id).sort();
  const rows = parseCsv((await raw(researcher, "/api/v1/studies/cat/exports/above_chance.csv")).body.toString());
  assert.deepEqual([...new Set(rows.map(({ session = "" }) => session))].sort(), kept);
  assert.deepEqual([...new Set(rows.map(({ participant }) => participant))], ["1", "3", "6"]);
});
