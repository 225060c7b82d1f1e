// The data folder over its life: new, used again, locked, and of another program's version.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Participant, Researcher, expectStatus } from "./support/client.ts";
import { databaseOf, number, query } from "./support/database.ts";
import { dinolab, serve, Server, temporaryFolder, TOP } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

test("a database of a newer program is refused with a sentence by every sub-command, and not one byte of it is changed", async (t) => {
  const data = await importPictures(temporaryFolder(t), 5, ["task"]);
  query(data, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  const before = sha256(databaseOf(data));
  for (const words of [["serve", "--port", "0"], ["study", "list"], ["rebuild"]]) {
    const refused = await dinolab(...words, "--data", data);
    assert.equal(refused.status, 1, words.join(" "));
    assert.match(refused.stderr, /schema 99.*newer program/);
  }
  assert.equal(sha256(databaseOf(data)), before);
  assert.equal(number(data, "PRAGMA user_version"), 99);
});

test("a new data folder has the newest schema, each migration noted with the hash of its file", async (t) => {
  const data = await importPictures(temporaryFolder(t), 5, ["task"]);
  const files = readdirSync(`${TOP}/schema/sql`).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  assert.equal(number(data, "PRAGMA user_version"), files.length);
  assert.deepEqual(query(data, "SELECT migration_number AS number, name, lower(hex(sha256)) AS sha256 FROM migration ORDER BY 1"), files.map((file, at) =>
    ({ number: at + 1, name: file.slice(5, -4), sha256: sha256(`${TOP}/schema/sql/${file}`) })));
});

test("a second server on one data folder is refused with a sentence, and the first goes on", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 10, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(10), 3)] });
  const server = await serve(t, data);
  const person = new Participant(server);
  await person.begin("cat");
  for (const words of [["serve", "--port", "0"], ["study", "list"], ["study", "close", "--study", "cat"]]) {
    const second = await dinolab(...words, "--data", data);
    assert.equal(second.status, 1);
    assert.match(second.stderr, /another dinolab is working on the data folder/);
  }
  await person.respond("trials", 0, 1);
});

test("a server that was killed leaves no lock behind", async (t) => {
  const server = await serve(t, await importPictures(temporaryFolder(t), 5, ["task"]));
  await server.kill();
  await server.start();
  assert.equal(await server.stop(), 0);
});

test("a port that is taken is said in a sentence and the data folder is let go", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 5, ["task"]);
  const server = await serve(t, `${folder}/other`);
  const refused = await dinolab("serve", "--data", data, "--port", new URL(server.url).port);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /listen on 127\.0\.0\.1:\d+/);
  assert.equal((await dinolab("study", "list", "--data", data)).status, 0);
});

test("the demo's two studies are made once, and a second start keeps all data", async (t) => {
  const data = `${temporaryFolder(t)}/data`;
  const server = await serve(t, data, "--demo", `${TOP}/build/demo`);
  assert.deepEqual(query(data, "SELECT slug, task, state FROM study ORDER BY slug"),
    [{ slug: "category-demo", task: "category", state: "open" }, { slug: "reward-demo", task: "reward", state: "open" }]);
  const person = new Participant(server);
  await person.begin("reward-demo");
  const feedback = await person.respond("trials", 0, 1);
  const researcher = await Researcher.setUp(server);
  const counts = (): unknown => query(data, ["study", "condition", "condition_trial", "stimulus", "media", "representation", "session", "trial", "account"]
    .map((table) => `SELECT '${table}' AS name, count(*) AS count FROM ${table}`).join(" UNION ALL "));
  const before = counts();
  assert.equal(await server.stop(), 0);
  await server.start();
  assert.deepEqual(counts(), before);
  assert.equal((await person.session()).trials.next_index, 1);
  assert.deepEqual(await person.respond("trials", 0, 1), feedback);
  expectStatus(await researcher.get("/api/v1/studies"), 200);
});

test("the two demo studies show 120 pictures of different objects each, and practice shows none of them", async (t) => {
  const data = `${temporaryFolder(t)}/data`;
  const server = await serve(t, data, "--demo", `${TOP}/build/demo`);
  for (const [slug, count, practice] of [["category-demo", 120, 0], ["reward-demo", 60, 3]] as const) {
    const document = await new Participant(server).enrol(slug);
    assert.deepEqual([document.trials.count, document.practice.count], [count, practice]);
    assert.equal(new Set(document.trials.stimuli.flat()).size, 120);
    assert.equal(new Set([...document.practice.stimuli, ...document.trials.stimuli].flat()).size, 120 + 2 * practice);
  }
  const objects = query<{ objects: number; images: number; halves: number | null }>(data, "SELECT count(DISTINCT object) AS objects, count(*) AS images FROM condition_trial"
    + " JOIN stimulus ON stimulus_id IN (left_stimulus_id, right_stimulus_id) WHERE phase = 'main' GROUP BY condition_id");
  assert.equal(objects.length, 96);
  for (const condition of objects) assert.deepEqual([condition.objects, condition.images], [120, 120]);
  const halves = query<{ julty: number }>(data, "SELECT DISTINCT sum(category = 'julty') AS julty FROM condition_trial WHERE category IS NOT NULL GROUP BY condition_id");
  assert.deepEqual(halves, [{ julty: 60 }]);
});

test("wrong use is exit status 2 with the usage, and makes no data folder", async (t) => {
  const nowhere = `${temporaryFolder(t)}/data`;
  for (const words of [["serve"], ["serve", "--data", nowhere, "--port", "65536"], ["serve", "--data", nowhere, "--port", "x"], ["nothing"], [], ["serve", "--data", nowhere, "--fast"],
    ["study", "create", "--data", nowhere], ["export", "--data", nowhere]]) {
    const outcome = await dinolab(...words);
    assert.equal(outcome.status, 2, words.join(" "));
    assert.match(outcome.stderr, /usage:|dinolab serve|--port/);
  }
  assert.equal(existsSync(nowhere), false);
});

test("a study that cannot be made leaves nothing behind and says why", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 10, ["task"]);
  const good = categoryCondition(seeded(1), 1, pictureNames(10), 3);
  const bad: [Parameters<typeof createStudy>[2], RegExp][] = [
    [{ slug: "cat", task: "category", conditions: [good, { ...good, trials: good.trials.slice(1), condition_number: 2 }] }, /condition 2/],
    [{ slug: "cat", task: "category", conditions: [{ ...good, trials: [{ image: "no-such-picture", category: "julty" }] }] }, /no-such-picture/],
    [{ slug: "cat", task: "category", conditions: [good], settings: { trial_count: 4 } }, /3 trials/],
    [{ slug: "cat", task: "category", conditions: [good], settings: { speed: 1 } }, /'speed'/],
    [{ slug: "cat", task: "category", conditions: [good], representations: ["clip"] }, /clip/],
    [{ slug: "Cat", task: "category", conditions: [good] }, /'slug'/],
  ];
  for (const [study, sentence] of bad) await assert.rejects(createStudy(folder, data, study), sentence);
  assert.equal(number(data, "SELECT (SELECT count(*) FROM study) + (SELECT count(*) FROM condition)"), 0);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [good] });
  await assert.rejects(createStudy(folder, data, { slug: "cat", task: "category", conditions: [good] }), /cat/);
});

test("one server after another on the same folder keeps every session apart and in order", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 10, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(10), 3)], settings: { sessions_per_condition: 9 } });
  for (let round = 0; round < 3; round++) {
    const server = new Server(data);
    t.after(() => server.kill());
    await server.start();
    const person = new Participant(server);
    await person.begin("cat");
    await person.play(() => 1);
    await person.finish();
    assert.equal(await server.stop(), 0);
  }
  assert.deepEqual(query(data, "SELECT participant_number AS number, count(*) AS trials FROM trial JOIN session USING (session_id) JOIN participant USING (participant_id) GROUP BY 1"),
    [1, 2, 3].map((at) => ({ number: at, trials: 3 })));
});
