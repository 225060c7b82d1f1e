// Pilots and live sessions are apart: in what a study's pages say, and in what is taken home.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Group, Session, SessionsEvent, Study, StudySnapshot } from "../../web/dashboard/types.ts";
import { expectStatus, makeToken, Participant, Researcher, send } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { untilTablesReady } from "./support/live.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { EventStream } from "./support/stream.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const TRIAL_COUNT = 6;
const TABLES = ["trials", "sessions", "fits", "jspsych"] as const;

interface Laboratory { data: string; server: Server; researcher: Researcher; pilots: [Participant, Participant]; pilotIds: string[] }

/** Two conditions with one place each; two pilots, of whom one has finished and one is in the middle. */
async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const conditions = [1, 2].map((at) => categoryCondition(seeded(510 + at), at, pictureNames(20), TRIAL_COUNT));
  await createStudy(folder, data, { slug: "cat", task: "category", representations: ["task", "noise"], conditions, settings: { sessions_per_condition: 1 } });
  await dinolabDone("study", "pilot", "--data", data, "--study", "cat");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const pilots: [Participant, Participant] = [new Participant(server), new Participant(server)];
  for (const pilot of pilots) assert.equal((await pilot.begin("cat")).is_pilot, true);
  const random = seeded(512);
  await pilots[0].play(() => coin(random));
  await pilots[0].finish();
  for (let index = 0; index < 2; index++) await pilots[1].respond("trials", index, 1);
  for (let visit = 0; visit < 3; visit++) expectStatus(await send(server, "POST", "/api/v1/open-studies/cat/arrivals", { body: { visit: makeToken() } }), 200);
  await untilTablesReady(researcher, "cat");
  const { sessions } = await overview(researcher);
  return { data, server, researcher, pilots, pilotIds: sessions.map(({ session_id }) => session_id) };
}

function overview(researcher: Researcher): Promise<StudySnapshot> {
  return researcher.read("/api/v1/studies/cat");
}

function groupWith(researcher: Researcher, trials: number): Promise<Group> {
  return until(`the group has ${String(trials)} trials and nothing is left to compute`, async () => {
    const group = await researcher.read<Group>("/api/v1/studies/cat/group");
    return group.trials === trials && group.models.every((model) => trials === 0 || model.nll !== null) ? group : null;
  });
}

async function table(researcher: Researcher, name: string, mode: string): Promise<Record<string, string>[]> {
  const reply = expectStatus(await researcher.get(`/api/v1/studies/cat/exports/${name}.csv${mode === "" ? "" : `?mode=${mode}`}`), 200);
  assert.match(reply.headers.get("Content-Disposition") ?? "", new RegExp(`filename="cat-${name}${mode === "" || mode === "live" ? "" : `-${mode}`}\\.csv"`));
  return parseCsv(reply.text);
}

function sessionsIn(rows: Record<string, string>[]): string[] {
  return [...new Set(rows.map(({ session }) => session ?? ""))].sort();
}

test("a study that is tried out shows its pilots, marked, and its live tables are empty", async (t) => {
  const { data, researcher, pilotIds } = await laboratory(t);
  const { study, sessions } = await overview(researcher);
  assert.equal(study.is_pilot, true);
  assert.deepEqual(study.session_counts, { active: 1, finished: 1, left: 0 });
  assert.deepEqual(sessions.map(({ is_pilot, end_reason }) => [is_pilot, end_reason]), [[true, null], [true, null]]);
  const { studies } = await researcher.read<{ studies: Study[] }>("/api/v1/studies");
  assert.deepEqual(studies.map(({ slug, is_pilot }) => [slug, is_pilot]), [["cat", true]]);
  const group = await groupWith(researcher, TRIAL_COUNT + 2);
  assert.equal(group.is_pilot, true);
  assert.deepEqual([group.funnel.arrived, group.funnel.consented, group.funnel.finished], [3, 2, 1]);
  assert.deepEqual(group.people.map(({ session_id }) => session_id).sort(), [...pilotIds].sort());
  for (const name of TABLES) {
    assert.deepEqual(await table(researcher, name, ""), [], `${name}: live is what one gets without asking`);
    assert.deepEqual(sessionsIn(await table(researcher, name, "pilot")), [...pilotIds].sort(), name);
    const { text } = await researcher.get(`/api/v1/studies/cat/exports/${name}.csv?mode=pilot`);
    assert.equal(await dinolabDone("export", "--data", data, "--study", "cat", "--what", name, "--mode", "pilot", "--out", "-"), text, `${name}: the sub-command writes the same`);
  }
  assert.match(expectStatus(await researcher.get("/api/v1/studies/cat/exports/trials.csv?mode=test"), 400).text, /live, pilot or all/);
  assert.match((await dinolab("export", "--data", data, "--study", "cat", "--mode", "test", "--out", "-")).stderr, /live, pilot or all/);
});

test("once it is live nothing that is said of the study is of a pilot, though a pilot still plays", async (t) => {
  const { data, server, researcher, pilots, pilotIds } = await laboratory(t);
  await server.stop();
  await dinolabDone("study", "open", "--data", data, "--study", "cat");
  await server.restart();
  const before = await overview(researcher);
  assert.equal(before.study.is_pilot, false);
  assert.deepEqual(before.study.session_counts, { active: 0, finished: 0, left: 0 });
  assert.deepEqual(before.sessions, []);
  const empty = await groupWith(researcher, 0);
  assert.deepEqual(empty.funnel, { arrived: 0, consented: 0, passed_comprehension: 0, playing: 0, finished: 0, left: 0, places: 2 });
  for (const { active, finished, left } of empty.conditions) assert.deepEqual([active, finished, left], [0, 0, 0]);

  const stream = await EventStream.open(server, "/api/v1/studies/cat/stream", researcher.cookie);
  t.after(() => { stream.close(); });
  const people = [new Participant(server), new Participant(server)];
  for (const person of people) assert.equal((await person.begin("cat")).is_pilot, false, "an active pilot takes no place of a live session");
  for (let index = 0; index < 3; index++) {
    for (const person of people) await person.respond("trials", index, index === 1 ? 0 : 1);
    if (index < 2) await pilots[1].respond("trials", 2 + index, 1);
  }
  const told = new Map<string, Session>();
  await stream.until("all that the live people did", (events) => {
    for (const { name, data: json } of events)
      if (name === "sessions") for (const session of (JSON.parse(json) as SessionsEvent).sessions) told.set(session.session_id, session);
    return told.size >= 2 && [...told.values()].filter(({ response_count }) => response_count === 3).length === 2;
  });
  assert.ok([...told.values()].every(({ is_pilot }) => !is_pilot), "events are of live sessions");

  const { study, sessions } = await overview(researcher);
  assert.deepEqual(study.session_counts, { active: 2, finished: 0, left: 0 });
  const liveIds = sessions.map(({ session_id }) => session_id).sort();
  assert.deepEqual(liveIds, [...told.keys()].sort());
  const group = await groupWith(researcher, 6);
  assert.deepEqual(group.people.map(({ session_id }) => session_id).sort(), liveIds);
  assert.deepEqual([group.is_pilot, group.funnel.consented], [false, 2]);
  assert.deepEqual(group.conditions.map(({ active, finished }) => [active, finished]), [[1, 0], [1, 0]]);
  const fits = await table(researcher, "fits", "live");
  for (const model of group.models) {
    const own = fits.filter(({ representation, learner }) => representation === model.representation && learner === model.learner);
    const nll = own.reduce((sum, row) => sum - Number(row.log_evidence), 0);
    assert.ok(model.nll !== null && Math.abs(nll - model.nll) < 1e-12, "models are compared on live sessions alone");
  }

  for (const name of TABLES) {
    assert.deepEqual(sessionsIn(await table(researcher, name, "")), liveIds, name);
    assert.deepEqual(sessionsIn(await table(researcher, name, "pilot")), [...pilotIds].sort(), name);
    const all = await table(researcher, name, "all");
    assert.deepEqual(sessionsIn(all), [...pilotIds, ...liveIds].sort(), name);
    for (const row of all) assert.equal(["1", "true"].includes(row.is_pilot ?? ""), pilotIds.includes(row.session ?? ""), `${name} says which is which`);
  }
  for (const id of pilotIds) {
    const { session } = await researcher.read<{ session: Session }>(`/api/v1/studies/cat/sessions/${id}`);
    assert.equal(session.is_pilot, true, "a pilot's own page is there as ever");
  }
  const { sessions_active } = await researcher.read<{ sessions_active: number }>("/api/v1/system");
  assert.equal(sessions_active, 3, "the machine works for all of them");
});
