// A participant stops, or asks for deletion: what is answered, what is left in the database and in its bytes, and what researchers see.
import assert from "node:assert/strict";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import type { Group } from "../../web/dashboard/types.ts";
import type { Withdrawal } from "../../web/wire/types.ts";
import { errorOf, expectStatus, parsed, Participant, Researcher, type Reply } from "./support/client.ts";
import { databaseOf, number, query } from "./support/database.ts";
import { untilTablesReady } from "./support/live.ts";
import { dinolab, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { EventStream } from "./support/stream.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const TRIAL_COUNT = 6;
const BASE_MINOR = 200;
const PER_TRIAL_MINOR = 7;
const MINIMUM_MINOR = 20;
const STRATEGY = "heliotrope umbrellas in the questionnaire";
const DETAIL = "vermilion kettles in an event";

interface Place { server: Server; researcher: Researcher }

async function place(t: TestContext, conditionCount = 3, recruitment: Record<string, unknown> = {}): Promise<Place> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40, ["task"]);
  const conditions = Array.from({ length: conditionCount }, (_, at) => categoryCondition(seeded(50 + at), at + 1, pictureNames(40), TRIAL_COUNT));
  await createStudy(folder, data, {
    slug: "leave", task: "category", conditions, representations: ["task"],
    settings: { recruitment, learners: ["logistic_ridge"], base_minor: BASE_MINOR, partial_minimum_minor: MINIMUM_MINOR, partial_per_trial_minor: PER_TRIAL_MINOR },
  });
  const server = await serve(t, data);
  return { server, researcher: await Researcher.setUp(server) };
}

function newestId(server: Server): string {
  return query<{ id: string }>(server.data, "SELECT public_id AS id FROM session ORDER BY session_id DESC LIMIT 1")[0]?.id ?? "";
}

function withdraw(person: Participant, isDeletion: boolean): Promise<Reply> {
  return person.send("POST", "/api/v1/session/withdraw", { is_deletion: isDeletion });
}

async function withdrawn(person: Participant, isDeletion: boolean): Promise<Withdrawal> {
  return parsed(expectStatus(await withdraw(person, isDeletion), 200));
}

async function begun(server: Server, trialCount: number): Promise<Participant> {
  const person = new Participant(server);
  await person.begin("leave");
  for (let index = 0; index < trialCount; index++) await person.respond("trials", index, 1);
  return person;
}

async function finished(server: Server): Promise<Participant> {
  const person = await begun(server, TRIAL_COUNT);
  expectStatus(await person.send("POST", "/api/v1/session/events", { events: [{ event_index: 0, kind: "image_failed", at_ms: 1, detail: DETAIL }] }), 200);
  expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", { gender: "other", age: 40, strategy: STRATEGY, is_included: true }), 200);
  expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200);
  return person;
}

const COUNTS = "SELECT (SELECT count(*) FROM trial) + (SELECT count(*) FROM event) + (SELECT count(*) FROM comprehension_attempt)"
  + " + (SELECT count(*) FROM questionnaire) + (SELECT count(*) FROM acceptance) + (SELECT count(*) FROM fit) + (SELECT count(*) FROM identity)"
  + " + (SELECT count(*) FROM session) + (SELECT count(*) FROM participant)";

function filesHave(server: Server, words: string): boolean {
  const files = [databaseOf(server.data), `${databaseOf(server.data)}-wal`];
  return files.some((file) => existsSync(file) && readFileSync(file).includes(words));
}

test("who stops is paid by the rule, has left for good, and frees the condition", async (t) => {
  const { server } = await place(t, 1);
  const person = await begun(server, 2);
  const expected = { is_deleted: false, trial_count: 2, pay_minor: MINIMUM_MINOR + 2 * PER_TRIAL_MINOR, return: null };
  assert.deepEqual(parsed(expectStatus(await person.send("GET", "/api/v1/session/withdraw"), 200)), expected, "said before");
  assert.equal(query(server.data, "SELECT state FROM session")[0]?.state, "active");
  assert.deepEqual(await withdrawn(person, false), expected);
  assert.deepEqual(await withdrawn(person, false), expected, "said again");
  assert.deepEqual(query(server.data, "SELECT state, end_reason FROM session"), [{ state: "left", end_reason: "withdrawn" }]);
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 2, "what was answered stays");
  assert.equal((await person.put("trials", 2, { response: 1, rt_ms: 400, onset_ms: 1, is_visible: true, is_fullscreen: true, input: "keyboard" })).status, 410);
  const early = await begun(server, 0);
  assert.deepEqual(await withdrawn(early, false), { ...expected, trial_count: 0, pay_minor: 0 });
});

test("deletion leaves a tombstone without personal data, and no byte in the files", async (t) => {
  const { server, researcher } = await place(t);
  await untilTablesReady(researcher, "leave");
  const person = await finished(server);
  const id = newestId(server);
  await until("the fits are stored", () => Promise.resolve(number(server.data, "SELECT count(*) FROM fit") > 0 ? true : null));
  const tables = number(server.data, "SELECT count(*) FROM value_table");
  assert.equal((await withdraw(person, false)).status, 409, "there is nothing to stop");
  assert.ok(filesHave(server, STRATEGY) && filesHave(server, DETAIL));

  const reply = await withdrawn(person, true);
  assert.equal(reply.is_deleted, true);
  assert.equal(reply.trial_count, TRIAL_COUNT);
  assert.ok(reply.pay_minor >= BASE_MINOR, "what was earned is paid");
  assert.equal(number(server.data, COUNTS), 0);
  assert.equal(number(server.data, "SELECT count(*) FROM value_table"), tables);
  const [stone] = query(server.data, "SELECT * FROM tombstone");
  assert.deepEqual(Object.keys(stone ?? {}).sort(), ["change_number", "deleted_at_ms", "is_pilot", "participant_number", "public_id", "session_id", "study_id"]);
  assert.equal(stone?.public_id, id);
  await until("the log is empty of it", () => Promise.resolve(filesHave(server, STRATEGY) || filesHave(server, DETAIL) ? null : true));

  for (const path of ["/api/v1/session/withdraw", "/api/v1/session/finish"]) assert.equal((await person.send("POST", path, { is_deletion: true })).status, 401, path);
  const next = new Participant(server);
  await next.enrol("leave");
  assert.deepEqual(query(server.data, "SELECT session_id, participant_number FROM session JOIN participant USING (participant_id)"), [{ session_id: 2, participant_number: 2 }]);
  await server.stop();
  const check = await dinolab("rebuild", "--check", "--data", server.data);
  assert.equal(check.status, 0, check.stderr);
});

test("who watches loses the person at once, and is told why", async (t) => {
  const { server, researcher } = await place(t);
  await untilTablesReady(researcher, "leave");
  const person = await begun(server, 3);
  const id = newestId(server);
  const other = await begun(server, 2);
  const study = await EventStream.open(server, "/api/v1/studies/leave/stream", researcher.cookie);
  const session = await EventStream.open(server, `/api/v1/studies/leave/sessions/${id}/stream`, researcher.cookie);
  await Promise.all([study.take(1), session.take(1)]);
  await withdrawn(person, true);
  const events = await study.until("the deletion", (all) => all.some(({ name, data }) => name === "sessions" && (JSON.parse(data) as { deleted: string[] }).deleted.includes(id)));
  const news = events.map(({ name, data }) => ({ name, data: JSON.parse(data) as { deleted: string[]; session_counts: { active: number } } })).find(({ data }) => data.deleted?.includes(id));
  assert.equal(news?.data.session_counts.active, 1);
  const last = (await session.until("its end", (all) => all.some(({ name }) => name === "deleted"))).at(-1);
  assert.match((JSON.parse(last?.data ?? "{}") as { message: string }).message, /asked for deletion/);
  await until("the stream has ended", () => Promise.resolve(session.isEnded ? true : null));
  study.close();

  const gone = await researcher.get(`/api/v1/studies/leave/sessions/${id}`);
  assert.equal(gone.status, 410);
  assert.match(errorOf(gone).message, /asked for deletion/);
  assert.equal((await researcher.get(`/api/v1/studies/leave/sessions/${id}/stream`)).status, 410);
  assert.equal((await researcher.get("/api/v1/studies/leave/sessions/s-nobody")).status, 404);
  const document = await researcher.read<{ sessions: { session_id: string }[] }>("/api/v1/studies/leave");
  assert.deepEqual(document.sessions.map(({ session_id: one }) => one === id), [false]);
  await other.respond("trials", 2, 0);
  assert.equal((await researcher.read<{ sessions: unknown[] }>("/api/v1/studies/leave")).sessions.length, 1);
});

test("group numbers are those of the others, as if the person had never been there", async (t) => {
  const { server, researcher } = await place(t);
  await untilTablesReady(researcher, "leave");
  const people = [await finished(server), await finished(server), await finished(server)];
  const counted = (count: number): Promise<Group> => until(`${String(count)} people count`, async () => {
    const group = await researcher.read<Group>("/api/v1/studies/leave/group");
    return group.participants === count && group.models.every(({ mixed }) => mixed !== null) ? group : null;
  });
  await counted(3);
  expectStatus(await researcher.post("/api/v1/studies/leave/group/loo", {}), 202);
  await until("predictions are made", async () => {
    const { models } = await researcher.read<Group>("/api/v1/studies/leave/group");
    return models.every(({ loo }) => loo !== null) ? true : null;
  });
  assert.ok(people[1] !== undefined);
  await withdrawn(people[1], true);
  const after = await counted(2);
  assert.equal(after.models.every(({ loo }) => loo === null), true, "predictions from the erased responses are gone");
  await server.stop();
  await server.restart();
  const again = await Researcher.logIn(server);
  const fresh = await until("the numbers are there again", async () => {
    const group = await again.read<Group>("/api/v1/studies/leave/group");
    return group.models.every(({ mixed }) => mixed !== null) ? group : null;
  });
  assert.deepEqual(fresh.learning_curve, after.learning_curve);
  assert.equal(fresh.participants, 2);
  assert.deepEqual(fresh.models.map(({ nll, r2_online: r2 }) => [nll, r2]), after.models.map(({ nll, r2_online: r2 }) => [nll, r2]));
});

test("the platform's way back comes with the reply, and the ids go with the session", async (t) => {
  const { server } = await place(t, 3, { platform: "prolific", code_completed: "CDONE", code_no_consent: "CNONE" });
  const open = parsed<{ consent: { sha256: string } }>(await new Participant(server).send("GET", "/api/v1/open-studies/leave"));
  const arrive = async (pid: string): Promise<Participant> => {
    const person = new Participant(server);
    const arrival = { PROLIFIC_PID: pid, STUDY_ID: "5f0000000000000000000001", SESSION_ID: "6f0000000000000000000001" };
    expectStatus(await person.send("POST", "/api/v1/open-studies/leave/sessions", { consent_sha256: open.consent.sha256, age: 30, arrival }), 201);
    await person.understand();
    return person;
  };
  const [stops, goes] = [await arrive("5e0000000000000000000001"), await arrive("5e0000000000000000000002")];
  for (let index = 0; index < TRIAL_COUNT; index++) await goes.respond("trials", index, 1);
  await goes.finish();
  assert.equal(number(server.data, "SELECT count(*) FROM identity"), 2);
  const back = "https://app.prolific.com/submissions/complete?cc=";
  assert.equal((await withdrawn(stops, false)).return?.url, `${back}CNONE`);
  assert.equal((await withdrawn(goes, true)).return?.url, `${back}CDONE`, "what was finished counts as finished");
  assert.equal(number(server.data, "SELECT count(*) FROM identity"), 1);
  assert.equal((await withdrawn(stops, true)).return?.url, `${back}CNONE`);
  assert.equal(number(server.data, "SELECT (SELECT count(*) FROM identity) + (SELECT count(*) FROM participant)"), 0);
});

test("a body that does not say which is refused, and nothing happens", async (t) => {
  const { server } = await place(t);
  const person = await begun(server, 1);
  for (const body of [{}, { is_deletion: "yes" }, { is_deletion: true, sure: true }]) assert.equal((await person.send("POST", "/api/v1/session/withdraw", body)).status, 400);
  assert.equal((await new Participant(server).send("POST", "/api/v1/session/withdraw", { is_deletion: true })).status, 401);
  assert.deepEqual(query(server.data, "SELECT state FROM session"), [{ state: "active" }]);
});

test("copies of the database that an update made are removed after the days set", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20, ["task"]);
  const copy = (number: number, daysAgo: number): string => {
    const path = `${databaseOf(data)}.before-000${String(number)}`;
    writeFileSync(path, "what was before");
    const at = Date.now() / 1000 - daysAgo * 24 * 60 * 60;
    utimesSync(path, at, at);
    return path;
  };
  const [old, young] = [copy(3, 11), copy(4, 9)];
  const server = await serve(t, data, "--backup-days", "10");
  await until("the old copy is gone", () => Promise.resolve(existsSync(old) ? null : true));
  assert.ok(existsSync(young));
  await server.stop();
  assert.equal((await dinolab("serve", "--data", data, "--backup-days", "-1")).status, 2);
});

test("two who ask at once for the same deletion are both told", async (t) => {
  const { server } = await place(t);
  const person = await begun(server, 1);
  const statuses = (await Promise.all([withdraw(person, true), withdraw(person, true)])).map(({ status }) => status).sort();
  assert.ok(statuses[0] === 200 && (statuses[1] === 401 || statuses[1] === 200), String(statuses));
  assert.equal(number(server.data, "SELECT count(*) FROM tombstone"), 1);
});
