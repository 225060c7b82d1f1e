// One response per trial: repeats, changed minds, jumps, and whatever else a client may send.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, parsed, Participant, responseBody, send, type Reply } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 6;

async function start(test: TestContext): Promise<Server> {
  const folder = temporaryFolder(test);
  const data = await importPictures(folder, 24);
  const names = pictureNames(24);
  await createStudy(folder, data, {
    slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, names, TRIAL_COUNT)], settings: { sessions_per_condition: 100 },
  });
  await createStudy(folder, data, {
    slug: "rew", task: "reward", conditions: [rewardCondition(seeded(2), 1, names, TRIAL_COUNT, 2)], settings: { sessions_per_condition: 100 },
  });
  return serve(test, data);
}

async function atFirstTrial(server: Server, slug = "cat"): Promise<Participant> {
  const person = new Participant(server);
  await person.begin(slug);
  return person;
}

function storedTrials(server: Server): Record<string, unknown>[] {
  return query(server.data, "SELECT phase, trial_index, response, rt_ms, onset_ms, frame_ms, is_visible, is_fullscreen, input,"
    + " previous_reply_ms FROM trial ORDER BY trial_id");
}

test("a response is stored field by field as it was sent", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  await person.respond("trials", 0, 1);
  expectStatus(await person.put("trials", 1, { ...responseBody(1, 0), frame_ms: null, is_visible: false, input: "mouse", rt_ms: 0 }), 200);
  assert.deepEqual(storedTrials(server), [
    { phase: "main", trial_index: 0, response: 1, rt_ms: 350.25, onset_ms: 1000.5, frame_ms: 16.65, is_visible: 1, is_fullscreen: 1,
      input: "keyboard", previous_reply_ms: null },
    { phase: "main", trial_index: 1, response: 0, rt_ms: 0, onset_ms: 4000.5, frame_ms: null, is_visible: 0, is_fullscreen: 1,
      input: "mouse", previous_reply_ms: 3.5 },
  ]);
});

test("the same response again gives the same reply byte for byte and leaves one row", async (t) => {
  const server = await start(t);
  for (const slug of ["cat", "rew"]) {
    const person = new Participant(server);
    const { practice } = await person.enrol(slug);
    await person.understand();
    const first: { phase: "practice" | "trials"; index: number; text: string }[] = [];
    for (let index = 0; index < practice.count; index++) {
      first.push({ phase: "practice", index, text: expectStatus(await person.put("practice", index, responseBody(index, 0)), 200).text });
    }
    for (let index = 0; index < TRIAL_COUNT; index++) {
      const { text } = expectStatus(await person.put("trials", index, responseBody(index, 1)), 200);
      assert.equal(expectStatus(await person.put("trials", index, responseBody(index, 1)), 200).text, text);
      first.push({ phase: "trials", index, text });
    }
    for (const { phase, index, text } of first) {
      assert.equal(expectStatus(await person.put(phase, index, responseBody(index, phase === "trials" ? 1 : 0)), 200).text, text);
    }
  }
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 2 * TRIAL_COUNT + 2);
});

test("a repeat with other timings gives the stored reply and keeps the first row", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const first = expectStatus(await person.put("trials", 0, responseBody(0, 1)), 200);
  const again = expectStatus(await person.put("trials", 0, { ...responseBody(0, 1), rt_ms: 9999, previous_reply_ms: 1 }), 200);
  assert.equal(again.text, first.text);
  assert.deepEqual(storedTrials(server).map(({ rt_ms }) => rt_ms), [350.25]);
});

test("a hundred copies of one response at once are one row and a hundred equal replies", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const replies = await Promise.all(Array.from({ length: 100 }, () => person.put("trials", 0, responseBody(0, 0))));
  assert.deepEqual([...new Set(replies.map(({ status, text }) => `${String(status)} ${text}`))].length, 1);
  expectStatus(replies[0] as Reply, 200);
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 1);
});

test("two different responses to one trial at once: one is stored, the other is a conflict", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  for (let index = 0; index < TRIAL_COUNT; index++) {
    const replies = await Promise.all(([0, 1] as const).map((response) => person.put("trials", index, responseBody(index, response))));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
    const stored = query<{ response: number }>(server.data, `SELECT response FROM trial WHERE trial_index = ${String(index)}`);
    assert.deepEqual(stored.map(({ response }) => replies[response]?.status), [200]);
  }
});

test("another response to a stored trial is a conflict and the first stays", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const first = expectStatus(await person.put("trials", 0, responseBody(0, 1)), 200);
  const error = errorOf(expectStatus(await person.put("trials", 0, responseBody(0, 0)), 409));
  assert.equal(error.kind, "conflict");
  assert.match(error.message, /different response/);
  assert.equal(error.expected_index, undefined);
  assert.equal(expectStatus(await person.put("trials", 0, responseBody(0, 1)), 200).text, first.text);
  assert.deepEqual(storedTrials(server).map(({ response }) => response), [1]);
});

test("a response out of order is a conflict that names the trial that is expected", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  for (const [stored, asked] of [[0, 1], [0, TRIAL_COUNT - 1], [2, 4]] as const) {
    for (let index = 0; index < stored; index++) await person.respond("trials", index, 1);
    const error = errorOf(expectStatus(await person.put("trials", asked, responseBody(asked, 1)), 409));
    assert.equal(error.kind, "conflict");
    assert.equal(error.expected_index, stored);
  }
  assert.equal((await person.session()).trials.next_index, 2);
});

test("trials wait for comprehension, and the main trials for practice", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.enrol("rew");
  for (const phase of ["practice", "trials"] as const) {
    assert.match(errorOf(expectStatus(await person.put(phase, 0, responseBody(0, 1)), 409)).message, /comprehension/);
  }
  await person.understand();
  assert.match(errorOf(expectStatus(await person.put("trials", 0, responseBody(0, 1)), 409)).message, /practice/);
  assert.equal(errorOf(expectStatus(await person.put("practice", 1, responseBody(1, 1)), 409)).expected_index, 0);
  await person.respond("practice", 0, 1);
  assert.match(errorOf(expectStatus(await person.put("trials", 0, responseBody(0, 1)), 409)).message, /practice/);
  await person.respond("practice", 1, 1);
  await person.respond("trials", 0, 1);
});

test("practice is no part of the pay", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.enrol("rew");
  await person.understand();
  for (const index of [0, 1]) assert.equal((await person.respond("practice", index, 1)).pay_so_far_minor, 200);
  assert.equal((await person.session()).pay_so_far_minor, 200);
});

test("an index beyond the end, or none at all, is 404", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  for (const index of [String(TRIAL_COUNT), "1000", "100000", "100001", "99999999999999999999", "-1", "1.0", "01x", "%20", "0x0", "NaN"]) {
    const reply = expectStatus(await person.send("PUT", `/api/v1/session/trials/${index}`, responseBody(0, 1)), 404);
    assert.equal(errorOf(reply).kind, "not_found");
  }
  expectStatus(await person.put("practice", 0, responseBody(0, 1)), 404);
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 0);
});

test("every request of a participant without a well-formed and known token is 401", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const calls: [string, string, unknown][] = [
    ["GET", "/api/v1/session", undefined], ["POST", "/api/v1/session/comprehension", { answers: [1, 0, 2] }],
    ["PUT", "/api/v1/session/practice/0", responseBody(0, 1)], ["PUT", "/api/v1/session/trials/0", responseBody(0, 1)],
    ["POST", "/api/v1/session/events", { events: [] }], ["PUT", "/api/v1/session/questionnaire", {}], ["POST", "/api/v1/session/finish", {}],
  ];
  const other = new Participant(server).token;
  for (const authorization of ["", "Bearer", `Bearer ${other}`, `bearer ${person.token}`, `Bearer ${person.token}x`, `Bearer ${person.token.slice(1)}`,
    `Bearer ${person.token} `.replace(/ $/, "="), `Basic ${person.token}`]) {
    for (const [method, path, body] of calls) {
      const reply = await send(server, method, path, { headers: authorization === "" ? {} : { Authorization: authorization }, body });
      assert.equal(errorOf(expectStatus(reply, 401)).kind, "unauthorized", `${authorization} ${method} ${path}`);
    }
  }
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), 0);
});

/** Send bytes as they are and read until the server closes or has answered. */
function raw(server: Server, text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => { socket.write(text); });
    socket.on("data", (bytes) => {
      answer += bytes.toString();
      if (answer.includes("\r\n\r\n")) socket.end();
    });
    socket.on("close", () => { resolve(answer); });
    socket.on("error", reject);
  });
}

test("an announced body of a gigabyte is refused before it is read", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const answer = await raw(server, `PUT /api/v1/session/trials/0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nContent-Length: 1000000000\r\n\r\n{`);
  assert.match(answer, /^HTTP\/1\.1 413 /);
});

test("a body that grows beyond the limit in chunks is refused", async (t) => {
  const server = await start(t);
  const person = await atFirstTrial(server);
  const chunk = `1000\r\n${" ".repeat(4096)}\r\n`;
  const answer = await raw(server, `PUT /api/v1/session/trials/0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nTransfer-Encoding: chunked\r\n\r\n`
    + `${chunk.repeat(20)}0\r\n\r\n`);
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.equal(parsed<{ trials: { next_index: number } }>(await person.send("GET", "/api/v1/session")).trials.next_index, 0);
});
