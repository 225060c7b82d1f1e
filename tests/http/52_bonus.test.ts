// Who is owed what and why, and who that is on the platform: at the command line of the data folder's owner, nowhere else.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { ArrivalIds, OpenStudy } from "../../web/wire/types.ts";
import { errorOf, expectStatus, Participant, parsed, Researcher, send } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, type CategoryCondition } from "./support/study.ts";

const TRIAL_COUNT = 12;
const PAY = { currency: "GBP", base_minor: 200, per_correct_minor: 4, partial_minimum_minor: 50, partial_per_trial_minor: 3 };

type Row = Record<string, string>;

interface Laboratory { folder: string; data: string; server: Server; researcher: Researcher; condition: CategoryCondition }

async function laboratory(t: TestContext, platform: string): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const condition = categoryCondition(seeded(520), 1, pictureNames(20), TRIAL_COUNT);
  await createStudy(folder, data, {
    slug: "cat", task: "category", conditions: [condition],
    settings: { ...PAY, sessions_per_condition: 20, recruitment: { platform, code_completed: "DONE" } },
  });
  const server = await serve(t, data);
  return { folder, data, server, researcher: await Researcher.setUp(server), condition };
}

/** Arrives with what the platform put into the link, and is at the first trial. */
async function arrive(server: Server, arrival: ArrivalIds): Promise<Participant> {
  const person = new Participant(server);
  const open = parsed<OpenStudy>(expectStatus(await send(server, "GET", "/api/v1/open-studies/cat"), 200));
  const enrolment = { consent_sha256: open.consent.sha256, data_protection_sha256: open.data_protection?.sha256, age: 30, arrival };
  expectStatus(await person.send("POST", "/api/v1/open-studies/cat/sessions", enrolment), 201);
  await person.understand();
  return person;
}

/** Right but for the first `wrong` trials. */
async function playAll({ condition }: Laboratory, person: Participant, wrong: number): Promise<void> {
  await person.play((index) => ((condition.trials[index]?.category === "julty") === index >= wrong ? 1 : 0));
  await person.finish();
}

/** Answers some trials; then the session's row is what it is after its participant has stopped. */
async function stop(data: string, person: Participant, trials: number, sessionId: number): Promise<void> {
  for (let index = 0; index < trials; index++) await person.respond("trials", index, 1);
  query(data, "UPDATE session SET state = 'left', end_reason = 'withdrawn', ended_at_ms = seen_at_ms + 1,"
    + ` change_number = (SELECT max(change_number) + 1 FROM session) WHERE session_id = ${String(sessionId)}`);
}

function exported(data: string, ...words: string[]): Promise<string> {
  return dinolabDone("export", "--data", data, "--study", "cat", ...words, "--out", "-");
}

const prolific = (at: number): ArrivalIds => ({ PROLIFIC_PID: `5c1b2a00000000000000000${String(at)}`, STUDY_ID: "study1", SESSION_ID: `visit${String(at)}` });

test("Prolific: finished sessions are owed what goes beyond the base, parts what the rule says, each with its reason", async (t) => {
  const lab = await laboratory(t, "prolific");
  const { data, server } = lab;
  const people: Participant[] = [];
  for (let at = 0; at < 5; at++) people.push(await arrive(server, prolific(at)));
  const [best, good, stopped, early, underWay] = people as [Participant, Participant, Participant, Participant, Participant];
  await playAll(lab, best, 0);
  await playAll(lab, good, 5);
  await stop(data, stopped, 4, 3);
  await stop(data, early, 0, 4);
  await underWay.respond("trials", 0, 1);

  const rows = parseCsv(await exported(data, "--what", "bonus"));
  const ids = query<{ id: string }>(data, "SELECT public_id AS id FROM session ORDER BY session_id").map(({ id }) => id);
  const expected = [
    { amount: "0.48", reason: "finished: 12 of 12 correct" },
    { amount: "0.28", reason: "finished: 7 of 12 correct" },
    { amount: "0.62", reason: "stopped after 4 of 12 trials: minimum 0.50 + 4 x 0.03" },
    { amount: "0.00", reason: "stopped before the first trial" },
  ];
  assert.deepEqual(rows, expected.map((what, at): Row => ({
    participant: String(at + 1), session: ids[at] ?? "", platform: "prolific", platform_id: prolific(at).PROLIFIC_PID ?? "", currency: "GBP", ...what,
  })), "who still plays is owed nothing yet");
  assert.equal(await exported(data, "--what", "bonus", "--format", "prolific"),
    [[0, "0.48"], [1, "0.28"], [2, "0.62"]].map(([at, amount]) => `${prolific(Number(at)).PROLIFIC_PID ?? ""},${String(amount)}\n`).join(""));
  assert.equal(await exported(data, "--what", "bonus", "--format", "prolific", "--mode", "pilot"), "");

  const known = parseCsv(await exported(data, "--what", "platform-ids"));
  assert.deepEqual(known.map(({ participant, session, platform, PROLIFIC_PID, STUDY_ID, SESSION_ID }) => ({ participant, session, platform, PROLIFIC_PID, STUDY_ID, SESSION_ID })),
    people.map((_, at) => ({ participant: String(at + 1), session: ids[at], platform: "prolific", ...prolific(at) })));
  assert.ok(known.every(({ workerId, survey_code }) => workerId === "" && survey_code === ""));
});

test("an id that is more than letters and digits is never written as a payment, and a plain link's base is in its bonus", async (t) => {
  const lab = await laboratory(t, "prolific");
  const { data, server } = lab;
  const forged = await arrive(server, { PROLIFIC_PID: "5c1b\n600000000000000000000009,999.00", STUDY_ID: "s", SESSION_ID: "v" });
  const honest = await arrive(server, prolific(1));
  await playAll(lab, forged, 0);
  await playAll(lab, honest, 0);
  const outcome = await dinolab("export", "--data", data, "--study", "cat", "--what", "bonus", "--format", "prolific", "--out", "-");
  assert.equal(outcome.stdout, `${prolific(1).PROLIFIC_PID ?? ""},0.48\n`);
  assert.match(outcome.stderr, /1 more are owed something/);
  assert.equal(parseCsv(await exported(data, "--what", "bonus"))[0]?.amount, "0.48", "the table for people to read has everybody");

  const plain = await laboratory(t, "link");
  await playAll(plain, await arrive(plain.server, {}), 2);
  const [row] = parseCsv(await exported(plain.data, "--what", "bonus"));
  assert.deepEqual([row?.platform, row?.platform_id, row?.amount, row?.reason], ["link", "", "2.40", "finished: 10 of 12 correct, with the base of 2.00"]);
});

test("personal data stay with the data folder's owner", async (t) => {
  const { folder, data, server, researcher } = await laboratory(t, "prolific");
  await stop(data, await arrive(server, prolific(1)), 2, 1);
  const pid = prolific(1).PROLIFIC_PID ?? "";
  for (const name of ["bonus", "platform-ids"]) {
    const reply = expectStatus(await researcher.get(`/api/v1/studies/cat/exports/${name}.csv`), 404);
    assert.match(errorOf(reply).message, /personal data.*command line/);
    for (const mode of ["live", "pilot", "all"]) assert.ok(!(await researcher.get(`/api/v1/studies/cat/exports/${name}.csv?mode=${mode}`)).text.includes(pid));
  }
  for (const name of ["trials", "sessions", "fits", "jspsych"]) {
    const { text } = expectStatus(await researcher.get(`/api/v1/studies/cat/exports/${name}.csv?mode=all`), 200);
    for (const [key, value] of Object.entries(prolific(1))) assert.ok(!text.includes(value) && !text.includes(key), `${name} is pseudonymous`);
  }
  const file = join(folder, "bonus.csv");
  await dinolabDone("export", "--data", data, "--study", "cat", "--what", "bonus", "--out", file);
  assert.ok(readFileSync(file, "utf8").includes(pid));
  assert.equal(statSync(file).mode & 0o777, 0o600, "the file is its owner's alone");

  rmSync(join(data, "dinolab.key"));
  rmSync(file);
  for (const name of ["bonus", "platform-ids"]) {
    const outcome = await dinolab("export", "--data", data, "--study", "cat", "--what", name, "--out", file);
    assert.notEqual(outcome.status, 0, "without the key nobody can be named");
    assert.match(outcome.stderr, /dinolab\.key/);
  }
  assert.ok(!existsSync(file) && !existsSync(`${file}.partial`));
  expectStatus(await researcher.get("/api/v1/studies/cat/exports/trials.csv"), 200);
  assert.equal((await dinolab("export", "--data", data, "--study", "cat", "--what", "trials", "--format", "prolific", "--out", "-")).status, 2);
});
