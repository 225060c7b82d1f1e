// Making and running studies over the API: from a draft to its end, what may change on the way, and what is said of mistakes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, Participant, parsed, Researcher, send, type Reply } from "./support/client.ts";
import { query } from "./support/database.ts";
import { untilTablesReady } from "./support/live.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, type Server } from "./support/program.ts";
import { importPictures, SET } from "./support/study.ts";

interface Definition {
  slug: string; title: string; state: string; settings: Record<string, unknown> & { recruitment: Record<string, unknown> };
  representations: string[]; condition_count: number | null; seed: number | null; made_condition_count: number; frozen: string[];
  documents: Record<string, Record<string, string>>;
}

interface Laboratory { data: string; folder: string; server: Server; researcher: Researcher }

async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 300);
  const server = await serve(t, data);
  return { data, folder, server, researcher: await Researcher.setUp(server) };
}

function description(more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: "made", title: "Made", task: "category", stimulus_set: SET, representations: ["task", "noise"], generative: "task",
    condition_count: 3, seed: 1, settings: { trial_count: 10, sessions_per_condition: 5, ...settings }, ...more,
  };
}

function patch(researcher: Researcher, slug: string, body: unknown): Promise<Reply> {
  return send(researcher.server, "PATCH", `/api/v1/studies/${slug}`, { cookie: researcher.cookie, csrf: researcher.csrf, body });
}

function definition(researcher: Researcher, slug: string): Promise<Definition> {
  return researcher.read(`/api/v1/studies/${slug}/definition`);
}

function goTo(researcher: Researcher, slug: string, state: string): Promise<Reply> {
  return researcher.post(`/api/v1/studies/${slug}/state`, { state });
}

test("a study goes from a draft to its end, and only in these steps", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  assert.deepEqual(parsed(expectStatus(await researcher.post("/api/v1/studies", description()), 201)), { slug: "made" });
  const draft = await definition(researcher, "made");
  assert.deepEqual([draft.state, draft.made_condition_count, draft.condition_count, draft.seed], ["draft", 0, 3, 1]);
  assert.deepEqual(draft.frozen, ["slug", "task", "stimulus_set"]);
  assert.equal(errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)).kind, "conflict");

  const changed = parsed<Definition>(expectStatus(await patch(researcher, "made", { title: "Renamed", settings: { trial_count: 20, dimensions: [1, 0] }, seed: 5, condition_count: 4 }), 200));
  assert.deepEqual([changed.title, changed.settings.trial_count, changed.seed], ["Renamed", 20, 5]);
  for (const [state, status] of [["paused", 409], ["closed", 409], ["pilot", 200], ["draft", 200], ["pilot", 200]] as const) expectStatus(await goTo(researcher, "made", state), status);
  assert.equal((await definition(researcher, "made")).made_condition_count, 4);
  assert.deepEqual(query(data, "SELECT condition_number AS number, dimension, high_dinosaur AS high FROM condition"), [
    { number: 1, dimension: 1, high: "folty" }, { number: 2, dimension: 0, high: "folty" }, { number: 3, dimension: 1, high: "julty" }, { number: 4, dimension: 0, high: "julty" },
  ]);
  const pilot = new Participant(server);
  assert.deepEqual([(await pilot.enrol("made")).is_pilot, (await pilot.session()).trials.count], [true, 20]);
  await untilTablesReady(researcher, "made");

  expectStatus(await goTo(researcher, "made", "open"), 200);
  const person = new Participant(server);
  assert.equal((await person.enrol("made")).is_pilot, false, "a server that is running takes the step in");
  for (const [state, status] of [["pilot", 409], ["draft", 409], ["paused", 200]] as const) expectStatus(await goTo(researcher, "made", state), status);
  assert.equal(errorOf(expectStatus(await new Participant(server).tryEnrol("made"), 409)).kind, "conflict");
  await person.understand();
  assert.equal((await person.respond("trials", 0, 1)).trial_index, 0, "who has begun goes on while a study is paused");
  for (const state of ["open", "closed"]) expectStatus(await goTo(researcher, "made", state), 200);
  const { studies } = await researcher.read<{ studies: { slug: string; state: string }[] }>("/api/v1/studies");
  assert.deepEqual(studies.map(({ slug, state }) => [slug, state]), [["made", "closed"]]);
  assert.deepEqual((await definition(researcher, "made")).frozen.slice(0, 5), ["slug", "task", "stimulus_set", "title", "documents"]);
});
