// The dashboard's numbers: snapshot, events, documents and the choice rule all say the same, before and after a restart.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Choice } from "../../web/wire/types.ts";
import { Participant, Researcher } from "./support/client.ts";
import { query } from "./support/database.ts";
import { expectChoiceRule, expectNear, untilTablesReady, untilTrials, type Live, type LiveModel, type TrialEvent } from "./support/live.ts";
import { serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { EventStream, type StreamEvent } from "./support/stream.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition, type Task } from "./support/study.ts";

const TRIAL_COUNT = 16;
/** Between two implementations of one formula in double precision. */
const OWN_TOLERANCE = 1e-9;
const RESTART_TOLERANCE = 1e-12;
const LEARNERS = { category: ["logistic_ridge", "chance"], reward: ["bayes_ridge"] } as const;

interface Laboratory { server: Server; researcher: Researcher; person: Participant; sessionId: string; choices: Choice[] }

async function laboratory(t: TestContext, task: Task): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const names = pictureNames(40);
  const representations = ["task", "words", "noise"];
  const data = await importPictures(folder, 40, representations);
  const random = seeded(task === "category" ? 31 : 32);
  const conditions = [1, 2].map((at) => (task === "category" ? categoryCondition(random, at, names, TRIAL_COUNT) : rewardCondition(random, at, names, TRIAL_COUNT)));
  await createStudy(folder, data, { slug: "live", task, conditions, representations, settings: { learners: LEARNERS[task] } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("live");
  const sessionId = query<{ id: string }>(data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
  return { server, researcher, person, sessionId, choices: Array.from({ length: TRIAL_COUNT }, () => coin(random)) };
}

function streamPath(sessionId: string): string {
  return `/api/v1/studies/live/sessions/${sessionId}/stream`;
}

function trialsOf(events: StreamEvent[]): TrialEvent[] {
  return events.filter(({ name }) => name === "trial").map(({ data }) => JSON.parse(data) as TrialEvent);
}

/** The state that a dashboard has: the last snapshot with the events after it. */
function folded(events: StreamEvent[]): Live {
  let live: Live | null = null;
  for (const { name, data } of events) {
    if (name === "snapshot") live = JSON.parse(data) as Live;
    assert.ok(live !== null, "an event came before the snapshot");
    if (name === "session") live = { ...live, session: JSON.parse(data) as Live["session"] };
    if (name !== "trial") continue;
    const { session, trial, models } = JSON.parse(data) as TrialEvent;
    live = { ...live, session, trials: [...live.trials, trial], models: live.models.map((model, at): LiveModel => ({ ...model, ...models[at] })) };
  }
  assert.ok(live !== null);
  return live;
}

for (const task of ["category", "reward"] as const) {
  test(`${task}: a stream gives a snapshot, then one event per trial with growing ids, and folds into the document`, async (t) => {
    const { server, researcher, person, sessionId, choices } = await laboratory(t, task);
    await untilTablesReady(researcher, "live");
    const stream = await EventStream.open(server, streamPath(sessionId), researcher.cookie);
    const [snapshot] = await stream.take(1);
    assert.equal(snapshot?.name, "snapshot");
    assert.deepEqual((JSON.parse(snapshot.data) as Live).trials, []);
    await person.play((index) => choices[index] ?? 0);
    const events = await stream.until("all trials", (all) => trialsOf(all).length === TRIAL_COUNT);
    stream.close();

    assert.deepEqual(trialsOf(events).map(({ trial }) => [trial.trial_index, trial.response]), choices.map((choice, index) => [index, choice]));
    for (const [at, event] of events.entries()) assert.ok(at === 0 || BigInt(event.id) > BigInt(events[at - 1]?.id ?? "0"), `${event.id} after ${String(events[at - 1]?.id)}`);
    const document = await untilTrials(researcher, "live", sessionId, TRIAL_COUNT);
    const watched = folded(events);
    assert.deepEqual(watched.trials, document.trials);
    assert.deepEqual(watched.models, document.models);
    assert.equal(document.session.response_count, TRIAL_COUNT);
    assert.equal(document.session.stage, "questionnaire");
  });

  test(`${task}: probability, log evidence, posterior, R2 and beta follow from the stored value tables by the choice rule`, async (t) => {
    const { server, researcher, person, sessionId, choices } = await laboratory(t, task);
    await person.play((index) => choices[index] ?? 0);
    const live = await untilTrials(researcher, "live", sessionId, TRIAL_COUNT);
    assert.equal(live.models.length, 3 * LEARNERS[task].length);
    expectChoiceRule(server.data, live, choices, OWN_TOLERANCE);
    for (const [index, trial] of live.trials.entries()) {
      for (const [at, model] of live.models.entries()) {
        if (!model.learner.startsWith("chance")) continue;
        expectNear(trial.log_evidence[at], -(index + 1) * Math.LN2, OWN_TOLERANCE);
        expectNear(trial.prob[at], 0.5, OWN_TOLERANCE);
      }
      expectNear(trial.posterior.reduce<number>((sum, share) => sum + (share ?? NaN), 0), 1, OWN_TOLERANCE);
    }
    const best = live.trials.at(-1)?.posterior.map((share) => share ?? NaN) ?? [];
    expectNear(live.session.leading?.posterior, Math.max(...best), OWN_TOLERANCE);
  });

  test(`${task}: after a kill and a start the live numbers are those from before, and the session goes on with them`, async (t) => {
    const { server, researcher, person, sessionId, choices } = await laboratory(t, task);
    for (let index = 0; index < 9; index++) await person.respond("trials", index, choices[index] ?? 0);
    const before = await untilTrials(researcher, "live", sessionId, 9);
    await server.kill();
    await server.start();
    const after = await untilTrials(researcher, "live", sessionId, 9);
    expectNear(after, before, RESTART_TOLERANCE);
    await person.play((index) => choices[index] ?? 0);
    expectChoiceRule(server.data, await untilTrials(researcher, "live", sessionId, TRIAL_COUNT), choices, OWN_TOLERANCE);
  });
}

test("with Last-Event-ID a stream goes on after that event, without a snapshot and without a gap", async (t) => {
  const { server, researcher, person, sessionId, choices } = await laboratory(t, "category");
  await untilTablesReady(researcher, "live");
  const first = await EventStream.open(server, streamPath(sessionId), researcher.cookie);
  await first.take(1);
  for (let index = 0; index < 6; index++) await person.respond("trials", index, choices[index] ?? 0);
  const seen = await first.until("six trials", (events) => trialsOf(events).length === 6);
  first.close();
  for (let index = 6; index < 8; index++) await person.respond("trials", index, choices[index] ?? 0);
  const third = seen.filter(({ name }) => name === "trial")[2];
  const second = await EventStream.open(server, streamPath(sessionId), researcher.cookie, third?.id);
  const events = await second.until("the trials after the third", (all) => trialsOf(all).length === 5);
  second.close();
  assert.deepEqual(trialsOf(events).map(({ trial }) => trial.trial_index), [3, 4, 5, 6, 7]);
  assert.deepEqual(events.filter(({ name }) => name === "snapshot"), []);
  for (const event of seen.slice(seen.findIndex(({ id }) => id === third?.id) + 1)) assert.deepEqual(events.find(({ id }) => id === event.id), event);
});

test("with the Last-Event-ID of a server that was killed, or with nonsense, a stream begins with a snapshot", async (t) => {
  const { server, researcher, person, sessionId, choices } = await laboratory(t, "category");
  const stream = await EventStream.open(server, streamPath(sessionId), researcher.cookie);
  await person.respond("trials", 0, choices[0] ?? 0);
  const last = (await stream.until("a trial", (events) => JSON.stringify(events).includes("trial_index"))).at(-1);
  await server.kill();
  await stream.untilEnded();
  await server.start();
  for (const id of [last?.id ?? "", "nonsense", "-1", "99999999999999999999999", "9223372036854775807"]) {
    const again = await EventStream.open(server, streamPath(sessionId), researcher.cookie, id);
    const [event] = await again.take(1);
    again.close();
    assert.equal(event?.name, "snapshot", id);
    assert.equal((JSON.parse(event.data) as Live).trials.length, 1);
  }
});

test("a study's stream tells who comes, who responds and who finishes, and a stop ends it", async (t) => {
  const { server, researcher, person } = await laboratory(t, "reward");
  await untilTablesReady(researcher, "live");
  const stream = await EventStream.open(server, "/api/v1/studies/live/stream", researcher.cookie);
  const [snapshot] = await stream.take(1);
  const start = JSON.parse(snapshot?.data ?? "{}") as { study: { slug: string }; sessions: { number: number }[] };
  assert.deepEqual([snapshot?.name, start.study.slug, start.sessions.map(({ number }) => number)], ["snapshot", "live", [1]]);
  const second = new Participant(server);
  await second.enrol("live");
  await person.play(() => 1);
  await person.finish();
  const sessions = (events: StreamEvent[]): { number: number; state: string; response_count: number }[] => events.filter(({ name }) => name === "sessions")
    .flatMap(({ data }) => (JSON.parse(data) as { sessions: { number: number; state: string; response_count: number }[] }).sessions);
  const events = await stream.until("the second person and the end of the first", (all) => sessions(all).some(({ number }) => number === 2)
    && sessions(all).some(({ number, state, response_count }) => number === 1 && state === "finished" && response_count === TRIAL_COUNT));
  for (const [at, event] of events.entries()) assert.ok(at === 0 || BigInt(event.id) > BigInt(events[at - 1]?.id ?? "0"));
  assert.equal(await server.stop(), 0);
  await stream.untilEnded();
});

test("a hundred dashboards on one session all see the same events", async (t) => {
  const { server, researcher, person, sessionId, choices } = await laboratory(t, "category");
  await untilTablesReady(researcher, "live");
  const streams = await Promise.all(Array.from({ length: 100 }, () => EventStream.open(server, streamPath(sessionId), researcher.cookie)));
  await Promise.all(streams.map((stream) => stream.take(1)));
  await person.play((index) => choices[index] ?? 0);
  const seen = await Promise.all(streams.map((stream) => stream.until("all trials", (events) => trialsOf(events).length === TRIAL_COUNT)));
  assert.equal(new Set(seen.map((events) => JSON.stringify(events.filter(({ name }) => name === "trial")))).size, 1);
  for (const stream of streams) stream.close();
  await until("the server still answers", async () => ((await researcher.get("/api/v1/studies/live")).status === 200 ? true : null));
});
