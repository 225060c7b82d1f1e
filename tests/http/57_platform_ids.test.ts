// What leads to a person is sealed: on disk, in the log, over HTTP; and who has the key file can still pay them after an accident.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expectStatus, Participant, Researcher, RIGHT_ANSWERS, responseBody, send, QUESTIONNAIRE } from "./support/client.ts";
import { number } from "./support/database.ts";
import { dinolab, dinolabDone, serve, Server } from "./support/program.ts";
import { come, comeIn, makePlace, openStudy, PROLIFIC, serveStudies } from "./support/recruited.ts";

const IDS = { PROLIFIC_PID: "5f1ePLAINPID0001", STUDY_ID: "6a2bPLAINSTUDY02", SESSION_ID: "7c3dPLAINSESSION3" };
const WORKER = { assignmentId: "3PLAINASSIGNMENT4", hitId: "3PLAINHIT5", workerId: "A1PLAINWORKER6", turkSubmitTo: "https://workersandbox.mturk.com" };

/** Files of a data folder, the database's companions among them, that hold any of the texts. */
function filesWith(folder: string, texts: string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.some((file) => file.endsWith("dinolab.db")), "the database is among them");
  return files.filter((file) => { const bytes = readFileSync(file); return texts.some((text) => bytes.includes(text)); });
}

function keyOf(data: string): string { return join(data, "dinolab.key"); }

async function playThrough(person: Participant): Promise<void> {
  await person.understand();
  await person.play(() => 1);
  await person.finish();
}

test("no id of a platform is in plain text in the data folder, the log or anything that the server gives; a refused person's is not either", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC }, { slug: "mturk", recruitment: { platform: "mturk", code_completed: "M-DONE" } });
  const [ann, worker] = [new Participant(server), new Participant(server)];
  await comeIn(ann, "pro", IDS);
  await comeIn(worker, "mturk", WORKER);
  expectStatus(await come(new Participant(server), "pro", { PROLIFIC_PID: "8e4fPLAINREFUSED7" }, { age: 12 }), 409);
  const secrets = [...Object.values(IDS), "3PLAINHIT5", "A1PLAINWORKER6", "8e4fPLAINREFUSED7"];
  const assignment = WORKER.assignmentId;
  assert.deepEqual(filesWith(server.data, [...secrets, assignment]), []); // while the WAL holds what was written
  await playThrough(ann);
  const researcher = await Researcher.setUp(server);
  const replies = [
    await ann.send("GET", "/api/v1/session"), await worker.send("GET", "/api/v1/session"), await send(server, "GET", "/api/v1/open-studies/pro"),
    await researcher.get("/api/v1/studies"), await researcher.get("/api/v1/studies/pro"),
    ...await Promise.all(["trials", "sessions", "jspsych", "fits", "bonus", "platform-ids"].flatMap((name) =>
      ["pro", "mturk"].map((slug) => researcher.get(`/api/v1/studies/${slug}/exports/${name}.csv`)))),
  ];
  assert.ok(replies.filter(({ status }) => status === 200).length >= 9);
  for (const { text } of replies) for (const secret of [...secrets, assignment]) assert.equal(text.includes(secret), false, `${secret} in ${text.slice(0, 300)}`);
  await server.stop();
  assert.deepEqual(filesWith(server.data, [...secrets, assignment]), []);
  for (const secret of [...secrets, assignment]) assert.equal(server.stderr.includes(secret), false);
});

test("the key is made once, for nobody else to read, and survives a kill right after an enrolment with what it sealed", async (t) => {
  const { data } = await makePlace(t, { slug: "pro", recruitment: PROLIFIC });
  const server = await serve(t, data);
  assert.equal(statSync(keyOf(data)).mode & 0o777, 0o600);
  const key = readFileSync(keyOf(data), "utf8");
  assert.match(key, /^[0-9a-f]{64}\n$/);
  const person = new Participant(server);
  await comeIn(person, "pro", IDS);
  await server.kill();
  await server.restart();
  assert.equal(readFileSync(keyOf(data), "utf8"), key);
  await comeIn(new Participant(server), "pro", IDS, 200);
  const table = await dinolabDone("export", "--data", data, "--study", "pro", "--what", "platform-ids", "--out", "-");
  for (const id of Object.values(IDS)) assert.ok(table.includes(id), table);
  assert.equal(number(data, "SELECT count(*) FROM session"), 1);
});

/** A server that should refuse to start; what it says. */
async function refusal(data: string): Promise<string> {
  const outcome = await dinolab("serve", "--data", data, "--port", "0");
  assert.notEqual(outcome.status, 0);
  return outcome.stderr;
}

test("without the key, with a broken one or with another one the server does not start where ids are sealed, and leaves the file alone", async (t) => {
  const { data } = await makePlace(t, { slug: "pro", recruitment: PROLIFIC });
  const server = await serve(t, data);
  await comeIn(new Participant(server), "pro", IDS);
  await server.stop();
  renameSync(keyOf(data), `${keyOf(data)}.kept`);
  assert.match(await refusal(data), /dinolab\.key is missing, and participants' ids are sealed with it; put it back/);
  assert.equal(existsSync(keyOf(data)), false);
  writeFileSync(keyOf(data), "not a key\n");
  assert.match(await refusal(data), /is not a key: 64 hex digits are expected/);
  assert.equal(readFileSync(keyOf(data), "utf8"), "not a key\n");
  writeFileSync(keyOf(data), `${"ab".repeat(32)}\n`);
  assert.match(await refusal(data), /is not the one with which participants' ids are sealed/);
  renameSync(`${keyOf(data)}.kept`, keyOf(data));
  const again = new Server(data);
  t.after(() => again.kill());
  await again.start();
  await comeIn(new Participant(again), "pro", IDS, 200);
});

test("no reply before the end holds the code that pays, and no message of an error does", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC, settings: { comprehension_attempts_max: 3 } });
  const person = new Participant(server);
  const seen: string[] = [];
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const reply = await person.send(method, path, body);
    seen.push([`${method} ${path} ${String(reply.status)}`, ...[...reply.headers].map(([name, value]) => `${name}: ${value}`), reply.text].join("\n"));
  };
  const lookAround = async (): Promise<void> => {
    await ask("GET", "/api/v1/session");
    await ask("POST", "/api/v1/session/page", {});
    await ask("POST", "/api/v1/session/finish", {});
    await ask("GET", "/api/v1/open-studies/pro");
    await ask("GET", "/s/pro");
  };
  await lookAround();
  const { consent } = await openStudy(server, "pro");
  await ask("POST", "/api/v1/open-studies/pro/sessions", { consent_sha256: consent.sha256, age: 30, arrival: IDS });
  await lookAround();
  await ask("POST", "/api/v1/session/comprehension", { answers: [0, 0, 0] });
  await ask("POST", "/api/v1/session/comprehension", { answers: RIGHT_ANSWERS });
  await lookAround();
  for (const index of [0, 1]) {
    await ask("PUT", `/api/v1/session/trials/${String(index)}`, responseBody(index, 1));
    await lookAround();
  }
  await ask("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE);
  await ask("GET", "/api/v1/session");
  await ask("POST", "/api/v1/open-studies/pro/sessions", { consent_sha256: consent.sha256, age: 30, arrival: IDS });
  for (const text of seen) for (const code of ["C-DONE", "SECRET-CODE", "SECRET-LINK"]) assert.equal(text.includes(code), false, text);
  seen.length = 0;
  await ask("POST", "/api/v1/session/finish", {});
  assert.ok(seen[0]?.includes("C-DONE"));
});
