// Who gets in, and which condition they get.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, parsed, Participant, responseBody, send } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { dinolabDone, serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const TRIAL_COUNT = 2;

async function start(t: TestContext, conditionCount: number, settings: Record<string, unknown> = {}, alone = true): Promise<Server> {
  const folder = temporaryFolder(t);
  const random = seeded(conditionCount);
  const names = pictureNames(60);
  const data = await importPictures(folder, 60, ["task"]);
  const conditions = Array.from({ length: conditionCount }, (_, at) => categoryCondition(random, at + 1, names, TRIAL_COUNT));
  await createStudy(folder, data, { slug: "cat", task: "category", conditions, settings });
  if (!alone) await createStudy(folder, data, { slug: "other", task: "category", conditions, settings });
  return serve(t, data);
}

/** The number of the condition that the newest session of a study holds. */
function newestCondition(server: Server): number {
  return number(server.data, "SELECT condition_number FROM session JOIN condition USING (condition_id) ORDER BY session_id DESC LIMIT 1");
}

async function enter(server: Server): Promise<{ person: Participant; condition: number }> {
  const person = new Participant(server);
  await person.enrol("cat");
  return { person, condition: newestCondition(server) };
}

async function playToTheEnd(person: Participant): Promise<void> {
  await person.understand();
  await person.play(() => 1);
  await person.finish();
}

test("fifty people joining at once get fifty different conditions, and the fifty-first is told that the study is full", async (t) => {
  const server = await start(t, 50);
  const people = Array.from({ length: 50 }, () => new Participant(server));
  await Promise.all(people.map((person) => person.enrol("cat")));
  assert.equal(number(server.data, "SELECT count(DISTINCT condition_id) FROM session"), 50);
  assert.equal(number(server.data, "SELECT count(DISTINCT participant_number) FROM participant WHERE participant_number BETWEEN 1 AND 50"), 50);
  const late = new Participant(server);
  assert.equal(errorOf(expectStatus(await late.tryEnrol("cat"), 409)).kind, "full");
  assert.deepEqual(parsed<{ is_open: boolean; is_full: boolean }>(await send(server, "GET", "/api/v1/open-studies/cat")).is_full, true);
  expectStatus(await late.send("GET", "/api/v1/session"), 401);
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 50);
});

test("a hundred people rushing into fifty places: fifty get in, fifty are told that it is full", async (t) => {
  const server = await start(t, 10, { sessions_per_condition: 5 });
  const replies = await Promise.all(Array.from({ length: 100 }, () => new Participant(server).tryEnrol("cat")));
  assert.deepEqual([201, 409].map((status) => replies.filter((reply) => reply.status === status).length), [50, 50]);
  assert.deepEqual(query<{ sessions: number }>(server.data, "SELECT DISTINCT count(*) AS sessions FROM session GROUP BY condition_id"), [{ sessions: 5 }]);
});

test("the same token again is the same session and the same lease, however often and however fast", async (t) => {
  const server = await start(t, 4);
  const person = new Participant(server);
  const replies = await Promise.all(Array.from({ length: 20 }, () => person.tryEnrol("cat")));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array.from({ length: 19 }, () => 200), 201]);
  assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
  await person.understand();
  await person.respond("trials", 0, 1);
  const resumed = parsed<{ trials: { next_index: number } }>(expectStatus(await person.tryEnrol("cat"), 200));
  assert.equal(resumed.trials.next_index, 1);
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 1);
  assert.equal(number(server.data, "SELECT count(*) FROM participant"), 1);
});

test("conditions go round by the least finished ones first, and a finished session frees its own", async (t) => {
  const server = await start(t, 3);
  const [a, b, c] = [await enter(server), await enter(server), await enter(server)];
  assert.deepEqual([a, b, c].map(({ condition }) => condition), [1, 2, 3]);
  assert.equal(errorOf(await new Participant(server).tryEnrol("cat")).kind, "full");
  await playToTheEnd(b.person);
  const d = await enter(server);
  assert.equal(d.condition, 2);
  for (const { person } of [a, c, d]) await playToTheEnd(person);
  // Finished so far: condition 1 once, 2 twice, 3 once.
  const [e, f, g] = [await enter(server), await enter(server), await enter(server)];
  assert.deepEqual([e, f, g].map(({ condition }) => condition), [1, 3, 2]);
});

test("with several sessions per condition the emptiest condition is taken first", async (t) => {
  const server = await start(t, 3, { sessions_per_condition: 2 });
  const conditions = [];
  for (let at = 0; at < 6; at++) conditions.push((await enter(server)).condition);
  assert.deepEqual(conditions, [1, 2, 3, 1, 2, 3]);
  assert.equal(errorOf(await new Participant(server).tryEnrol("cat")).kind, "full");
});

test("a closed study lets nobody in, and those who are in go on", async (t) => {
  const server = await start(t, 3);
  const { person } = await enter(server);
  await server.stop();
  await dinolabDone("study", "close", "--data", server.data, "--study", "cat");
  await server.start();
  assert.equal(parsed<{ is_open: boolean }>(await send(server, "GET", "/api/v1/open-studies/cat")).is_open, false);
  const refused = errorOf(expectStatus(await new Participant(server).tryEnrol("cat"), 409));
  assert.equal(refused.kind, "conflict");
  assert.match(refused.message, /not open/);
  expectStatus(await person.tryEnrol("cat"), 200);
  await playToTheEnd(person);
});

test("an unknown study is 404, also with names that no study can have", async (t) => {
  const server = await start(t, 1);
  for (const slug of ["nothing", "CAT", "cat%20", "%00", "%2e%2e%2fcat", "x".repeat(2000), "cat'--"]) {
    const path = `/api/v1/open-studies/${slug}`;
    const replies = [await send(server, "GET", path), await new Participant(server).send("POST", `${path}/sessions`, { consent_sha256: "0".repeat(64), age: 30 })];
    for (const reply of replies) assert.equal(errorOf(expectStatus(reply, 404)).kind, "not_found", slug);
  }
});

test("consent to another text than the study's is a conflict and takes no condition", async (t) => {
  const server = await start(t, 1);
  const person = new Participant(server);
  const reply = expectStatus(await person.send("POST", "/api/v1/open-studies/cat/sessions", { consent_sha256: "ab".repeat(32), age: 30 }), 409);
  assert.match(errorOf(reply).message, /consent/);
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 0);
  await person.enrol("cat");
});

test("a token that belongs to one study is refused by another", async (t) => {
  const server = await start(t, 2, {}, false);
  const person = new Participant(server);
  await person.enrol("cat");
  assert.match(errorOf(expectStatus(await person.tryEnrol("other"), 409)).message, /another study/);
});

test("enrolment without a well-formed token is 401", async (t) => {
  const server = await start(t, 1);
  for (const token of ["", "short", "x".repeat(42), "x".repeat(44), `${"x".repeat(42)}=`, `${"x".repeat(42)}+`]) {
    const reply = await send(server, "POST", "/api/v1/open-studies/cat/sessions", { token, body: { consent_sha256: "0".repeat(64), age: 30 } });
    assert.equal(errorOf(expectStatus(reply, 401)).kind, "unauthorized");
  }
});

const TWO_MINUTES_MS = 120_000;

/** Make the stored sign of life of one session older, with the server stopped: no test waits for a clock. */
function makeOlder(data: string, condition: number, trialsToo: boolean): void {
  const session = `(SELECT session_id FROM session JOIN condition USING (condition_id) WHERE condition_number = ${String(condition)})`;
  query(data, `UPDATE session SET seen_at_ms = seen_at_ms - ${String(TWO_MINUTES_MS)} WHERE session_id = ${session}`);
  if (trialsToo) query(data, `UPDATE trial SET received_at_ms = received_at_ms - ${String(TWO_MINUTES_MS)} WHERE session_id = ${session}`);
}

test("nobody is closed for the time that the server was away; a session closed for absence is gone for its owner, its condition free again; others are not touched", async (t) => {
  const server = await start(t, 3, { absence_minutes: 1 });
  const people = [await enter(server), await enter(server), await enter(server)];
  for (const { person } of people) {
    await person.understand();
    await person.respond("trials", 0, 1);
  }
  const [absent, slow, there] = people;
  assert.ok(absent !== undefined && slow !== undefined && there !== undefined);
  await server.stop();
  makeOlder(server.data, absent.condition, true);
  makeOlder(server.data, slow.condition, false); // nothing but a trial within the last minute: a sign of life
  await server.start();
  for (const { person } of people) expectStatus(await person.send("GET", "/api/v1/session"), 200);
  await server.stop();
  const session = `(SELECT session_id FROM session JOIN condition USING (condition_id) WHERE condition_number = ${String(absent.condition)})`;
  query(server.data, `UPDATE session SET state = 'left', ended_at_ms = seen_at_ms WHERE session_id = ${session}`);
  await server.start();

  for (const reply of [
    await absent.person.send("GET", "/api/v1/session"), await absent.person.put("trials", 1, responseBody(1, 1)),
    await absent.person.put("trials", 0, responseBody(0, 1)), await absent.person.tryEnrol("cat"), await absent.person.send("POST", "/api/v1/session/finish", {}),
    await absent.person.send("POST", "/api/v1/session/events", { events: [{ event_index: 0, kind: "focus_gained", at_ms: 0 }] }),
  ]) assert.equal(errorOf(expectStatus(reply, 410)).kind, "gone");
  assert.equal(number(server.data, "SELECT count(*) FROM trial WHERE trial_index = 0"), 3);
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 3);
  await slow.person.respond("trials", 1, 0);
  await there.person.respond("trials", 1, 0);
  const heir = await enter(server);
  assert.equal(heir.condition, absent.condition);
});
