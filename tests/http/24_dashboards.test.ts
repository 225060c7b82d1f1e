// Hundreds of open dashboards: every one gets every event, participants go on, and the system's own numbers say so.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { System } from "../../web/dashboard/types.ts";
import { Participant, Researcher } from "./support/client.ts";
import { query } from "./support/database.ts";
import { untilTablesReady, type TrialEvent } from "./support/live.ts";
import { serve, temporaryFolder, until } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { EventStream, type StreamEvent } from "./support/stream.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const STUDY_STREAM_COUNT = 300;
const SESSION_STREAM_COUNT = 40;
const TRIAL_COUNT = 12;

/** A study's stream tells sessions one by one or several in one event. */
function toldResponseCounts(events: StreamEvent[]): number[] {
  return events.flatMap(({ name, data }) => {
    const content = JSON.parse(data) as { response_count?: number; sessions?: { response_count: number }[] };
    return name === "session" ? [content.response_count ?? -1] : (content.sessions ?? []).map((session) => session.response_count);
  });
}

function trialIndices(events: StreamEvent[]): number[] {
  return events.filter(({ name }) => name === "trial").map(({ data }) => (JSON.parse(data) as TrialEvent).trial.trial_index);
}

test("three hundred dashboards on one study do not stop a participant, and each is told all that the participant did", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(61);
  const representations = ["task", "words", "noise"];
  const data = await importPictures(folder, 40, representations);
  const conditions = [categoryCondition(random, 1, pictureNames(40), TRIAL_COUNT)];
  await createStudy(folder, data, { slug: "watched", task: "category", conditions, representations });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("watched");
  const sessionId = query<{ id: string }>(data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
  await untilTablesReady(researcher, "watched");

  const open = (path: string, count: number): Promise<EventStream[]> =>
    Promise.all(Array.from({ length: count }, () => EventStream.open(server, path, researcher.cookie)));
  const studyStreams = await open("/api/v1/studies/watched/stream", STUDY_STREAM_COUNT);
  const sessionStreams = await open(`/api/v1/studies/watched/sessions/${sessionId}/stream`, SESSION_STREAM_COUNT);
  const streams = [...studyStreams, ...sessionStreams];
  await Promise.all(streams.map((stream) => stream.until("a snapshot", (events) => events[0]?.name === "snapshot")));
  assert.equal((await researcher.read<System>("/api/v1/system")).streams, streams.length);

  const feedbacks = await person.play(() => coin(random));
  assert.equal(feedbacks.length, TRIAL_COUNT);
  await Promise.all(sessionStreams.map((stream) => stream.until("all trials", (events) => trialIndices(events).length >= TRIAL_COUNT)));
  for (const stream of sessionStreams) assert.deepEqual(trialIndices(stream.events), feedbacks.map((_, index) => index));
  await Promise.all(studyStreams.map((stream) => stream.until("the last response", (events) => toldResponseCounts(events).includes(TRIAL_COUNT))));
  for (const stream of studyStreams) {
    const told = toldResponseCounts(stream.events.slice(1));
    assert.deepEqual(told, [...told].sort((left, right) => left - right));
  }

  const system = await researcher.read<System>("/api/v1/system");
  assert.equal(system.reply.count, TRIAL_COUNT);
  // An event is counted once for each dashboard that it was handed to; the last byte may still be on its way when it is counted.
  assert.ok(system.dashboard.count >= TRIAL_COUNT * SESSION_STREAM_COUNT, String(system.dashboard.count));
  assert.ok((system.reply.p99_ms ?? -1) >= (system.reply.p50_ms ?? NaN) && (system.dashboard.p99_ms ?? -1) >= (system.dashboard.p50_ms ?? NaN));
  assert.deepEqual(system.queues.map(({ name, length }) => [name, length]), [["writer", 0], ["reader", 0], ["exporter", 0], ["passwords", 0], ["fits", 0]]);
  assert.deepEqual(system.value_tables, { planned: 3, ready: 3, failed: 0, left_s: 0 });
  assert.equal(system.sessions_active, 1);
  assert.equal(system.sessions_in_memory, 1);
  assert.ok(system.memory_bytes > 0 && system.disk.total_bytes >= system.disk.free_bytes && system.disk.database_bytes > 0);

  for (const stream of streams) stream.close();
  await until("all streams are closed", async () => ((await researcher.read<System>("/api/v1/system")).streams === 0 ? true : null));
});
