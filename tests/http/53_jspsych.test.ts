// jsPsych's own CSV: what jsPsych itself would write of the same data, row by row what the table of trials says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { InteractionEvent } from "../../web/wire/types.ts";
import { expectStatus, Participant, Researcher, responseBody } from "./support/client.ts";
import { parseCsv } from "./support/csv.ts";
import { query } from "./support/database.ts";
import { dinolabDone, serve, temporaryFolder, TOP } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 6;

/** jsPsych takes a browser for granted as it is loaded, to write a table it needs none. */
async function jsPsychCsv(rows: Record<string, unknown>[]): Promise<string> {
  (globalThis as { window?: unknown }).window ??= globalThis;
  const { DataCollection } = await import("jspsych");
  return new DataCollection(rows).csv();
}

/** As jsPsych reads data: text stays text, numbers, truths and lists become what they are. */
const TEXTS = new Set(["trial_type", "plugin_version", "category", "input", "session", "phase"]);
function valuesOf(row: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]): [string, unknown] =>
    [name, TEXTS.has(name) || (name === "stimulus" && !value.startsWith("[")) ? value : JSON.parse(value)]));
}

/** What a plugin says of itself and of its data. */
function plugin(file: string): { name: string; version: string; data: string[] } {
  const source = readFileSync(join(TOP, "web", "task", file), "utf8");
  const [, name = "", version = ""] = /const info = \{\s+name: "(\w+)",\s+version: "([\d.]+)"/.exec(source) ?? [];
  const [, data = ""] = /\n {2}data: \{\n([\s\S]*?)\n {2}\},\n/.exec(source) ?? [];
  return { name, version, data: [...data.matchAll(/^ {4}(\w+): \{/gm)].map(([, key = ""]) => key) };
}

const OWN = ["trial_type", "trial_index", "plugin_version", "time_elapsed"];
const OURS = ["participant", "session", "condition", "is_pilot", "phase", "trial"];

test("category: jsPsych would write the same, and every row is a row of the trials", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(530);
  const names = ["a \"quoted\" name", "one, two", "=1+1", "two\nlines", "ünïcode", "plain", "other", "more"];
  const data = await importPictures(folder, names.length, ["task"], names);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [1, 2].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)) });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const people = [new Participant(server), new Participant(server)] as const;
  for (const [at, person] of people.entries()) {
    await person.begin("cat");
    for (let index = 0; index < (at === 0 ? TRIAL_COUNT : 2); index++) await person.respond("trials", index, coin(random));
  }
  const early: InteractionEvent[] = [1, 1, 3].map((trial_index, event_index) => ({ event_index, kind: "key_before_onset", at_ms: 5, trial_index, detail: `trials ${trial_index === 3 ? "touch" : "keyboard"}` }));
  expectStatus(await people[0].send("POST", "/api/v1/session/events", { events: early }), 200);

  const { text } = expectStatus(await researcher.get("/api/v1/studies/cat/exports/jspsych.csv"), 200);
  const { name, version, data: columns } = plugin("plugin_delivery.ts");
  const rows = parseCsv(text);
  assert.deepEqual(Object.keys(rows[0] ?? {}), [...columns, ...OWN, ...OURS]);
  assert.equal(text, await jsPsychCsv(rows.map(valuesOf)), "jsPsych writes the same values in the same way");

  const trials = parseCsv((await researcher.get("/api/v1/studies/cat/exports/trials.csv")).text);
  assert.equal(rows.length, TRIAL_COUNT + 2);
  assert.equal(rows.length, trials.length);
  for (const [at, row] of rows.entries()) {
    const trial = trials[at] ?? {};
    const { category, is_correct, ...rest } = row;
    assert.equal(category, trial.true_category_name?.toLowerCase());
    assert.equal(is_correct, trial.correct === "1" ? "true" : "false");
    const earlyKeys = early.filter(({ trial_index }) => row.participant === "1" && String(trial_index) === trial.trial).length;
    assert.deepEqual({ ...rest, time_elapsed: "" }, {
      stimulus: trial.image, response: trial.choice, rt: trial.rt_ms, input: trial.input, onset_ms: trial.onset_ms, early_key_count: String(earlyKeys), trial_type: name, trial_index: trial.trial,
      plugin_version: version, time_elapsed: "", participant: trial.participant, session: trial.session, condition: trial.cond_file, is_pilot: "false", phase: "trials", trial: trial.trial,
    });
  }
  const consented = new Map(query<{ id: string; at: number }>(data, "SELECT public_id AS id, consented_at_ms AS at FROM session").map(({ id, at }) => [id, at]));
  for (const [at, row] of rows.entries())
    assert.equal(Number(row.time_elapsed), Number(trials[at]?.received_at_ms) - (consented.get(row.session ?? "") ?? 0), "from the session's beginning, by the server's clock");
  assert.equal(await dinolabDone("export", "--data", data, "--study", "cat", "--what", "jspsych", "--out", "-"), text, "the sub-command writes the same");
});

test("reward: pairs are lists, practice is there and marked, and the index goes on", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 30);
  const condition = rewardCondition(seeded(531), 1, pictureNames(30), TRIAL_COUNT, 2);
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [condition] });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("rew");
  await person.play(() => 1);
  const { text } = expectStatus(await researcher.get("/api/v1/studies/rew/exports/jspsych.csv"), 200);
  const { name, version, data: columns } = plugin("plugin_pair.ts");
  const rows = parseCsv(text);
  assert.deepEqual(Object.keys(rows[0] ?? {}), [...columns, ...OWN, ...OURS]);
  assert.equal(text, await jsPsychCsv(rows.map(valuesOf)));
  const pairs = [...(condition.practice ?? []), ...condition.trials];
  assert.equal(rows.length, pairs.length);
  let before = 0;
  for (const [index, pair] of pairs.entries()) {
    const isPractice = index < 2;
    const trial = isPractice ? index : index - 2;
    const { rt_ms, onset_ms, input } = responseBody(trial, 1);
    const row = valuesOf(rows[index] ?? {});
    assert.ok(Number(row.time_elapsed) >= before);
    before = Number(row.time_elapsed);
    const { session, time_elapsed, ...rest } = row;
    assert.match(String(session), /^s-/);
    assert.equal(typeof time_elapsed, "number");
    assert.deepEqual(rest, {
      stimulus: [pair.left_image, pair.right_image], response: 1, rt: rt_ms, input, onset_ms, early_key_count: 0, points: [pair.left_points, pair.right_points],
      is_correct: pair.right_points >= pair.left_points, trial_type: name, trial_index: index, plugin_version: version, participant: 1, condition: 1, is_pilot: false,
      phase: isPractice ? "practice" : "trials", trial,
    });
  }
});
