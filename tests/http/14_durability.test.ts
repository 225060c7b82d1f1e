// Commit, then feedback: what was acknowledged is there after the process was killed at any moment.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Choice, Feedback } from "../../web/wire/types.ts";
import { expectStatus, parsed, Participant, responseBody } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { serve, temporaryFolder } from "./support/program.ts";
import { below, coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const ROUND_COUNT = 20;
const PEOPLE_COUNT = 8;
const TRIAL_COUNT = 120;
const ACKNOWLEDGED_PER_ROUND_MAX = 45;
const NAMES = pictureNames(TRIAL_COUNT + 10);

/** One person's side of the story, kept outside the server. */
interface Witness {
  person: Participant;
  stimuli: string;
  choices: Choice[];
  /** The bodies of the replies that came, by trial. */
  acknowledged: string[];
}

test("after each of twenty kills every acknowledged response is there once and everybody goes on where they were", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(20);
  const data = await importPictures(folder, NAMES.length);
  await createStudy(folder, data, {
    slug: "long", task: "category", conditions: Array.from({ length: PEOPLE_COUNT }, (_, at) => categoryCondition(random, at + 1, NAMES, TRIAL_COUNT)),
  });
  const server = await serve(t, data);
  const witnesses = await Promise.all(Array.from({ length: PEOPLE_COUNT }, async (): Promise<Witness> => {
    const person = new Participant(server);
    const document = await person.begin("long");
    return { person, stimuli: JSON.stringify(document.trials.stimuli), choices: Array.from({ length: TRIAL_COUNT }, () => coin(random)), acknowledged: [] };
  }));
  assert.equal(new Set(witnesses.map(({ stimuli }) => stimuli)).size, PEOPLE_COUNT);
  const put = (witness: Witness, index: number): ReturnType<Participant["put"]> =>
    witness.person.put("trials", index, responseBody(index, witness.choices[index] ?? 0));

  for (let round = 0; round < ROUND_COUNT; round++) {
    let left = 1 + below(random, ACKNOWLEDGED_PER_ROUND_MAX);
    let killed: Promise<void> | null = null;
    await Promise.all(witnesses.map(async (witness) => {
      while (killed === null && witness.acknowledged.length < TRIAL_COUNT) {
        const reply = await put(witness, witness.acknowledged.length).catch(() => null);
        if (reply === null) return; // killed under this request: whether it was stored, nobody was told
        witness.acknowledged.push(expectStatus(reply, 200).text);
        left--;
        if (left === 0) killed = server.kill();
      }
    }));
    await (killed ?? server.kill());
    await server.start();
    for (const witness of witnesses) {
      const { trials, stage } = await witness.person.session();
      const count = witness.acknowledged.length;
      assert.ok(trials.next_index === count || trials.next_index === count + 1, `${String(count)} acknowledged, the next is ${String(trials.next_index)}`);
      assert.equal(JSON.stringify(trials.stimuli), witness.stimuli);
      assert.equal(stage, trials.next_index < TRIAL_COUNT ? "trials" : "questionnaire");
      if (count > 0) assert.equal(expectStatus(await put(witness, count - 1), 200).text, witness.acknowledged[count - 1]);
    }
  }

  for (const witness of witnesses) {
    for (let index = witness.acknowledged.length; index < TRIAL_COUNT; index++) witness.acknowledged.push(expectStatus(await put(witness, index), 200).text);
    await witness.person.finish();
  }
  const rows = query<{ responses: string }>(data,
    "SELECT group_concat(response, '') AS responses FROM (SELECT session_id, response FROM trial ORDER BY session_id, trial_index) GROUP BY session_id");
  assert.deepEqual(rows.map(({ responses }) => responses).sort(), witnesses.map(({ choices }) => choices.join("")).sort());
  assert.equal(number(data, "SELECT count(*) FROM trial"), PEOPLE_COUNT * TRIAL_COUNT);
  for (const { choices, acknowledged } of witnesses) {
    assert.deepEqual(acknowledged.map((text) => (JSON.parse(text) as Feedback).response), choices);
  }
});

test("a kill right after the reply to each other message loses none of them", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [rewardCondition(seeded(3), 1, pictureNames(20), 2, 1)] });
  const server = await serve(t, data);
  const person = new Participant(server);
  const killAndStart = async (): Promise<void> => {
    await server.kill();
    await server.start();
  };

  const document = await person.enrol("rew");
  await killAndStart();
  assert.deepEqual(await person.session(), document);
  await person.understand();
  await killAndStart();
  assert.equal((await person.session()).stage, "practice");
  await person.respond("practice", 0, 1);
  await killAndStart();
  assert.equal((await person.session()).stage, "trials");
  expectStatus(await person.send("POST", "/api/v1/session/events", { events: [{ event_index: 0, kind: "focus_lost", at_ms: 1 }] }), 200);
  await killAndStart();
  assert.equal(number(data, "SELECT count(*) FROM event"), 1);
  await person.play(() => 1);
  await killAndStart();
  assert.equal((await person.session()).stage, "questionnaire");
  const completion = await person.finish();
  await killAndStart();
  assert.deepEqual((await person.session()).completion, completion);
  const again = expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200);
  assert.deepEqual(parsed<{ completion: unknown }>(again).completion, completion);
});

test("a stop while responses are on their way answers or drops each of them, and keeps all that were answered", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(4), 1, pictureNames(40), 40)], settings: { sessions_per_condition: 30 } });
  const server = await serve(t, data);
  const people = await Promise.all(Array.from({ length: 30 }, async () => {
    const person = new Participant(server);
    await person.begin("cat");
    return { person, count: 0 };
  }));
  let stopped: Promise<number | null> | null = null;
  let total = 0;
  await Promise.all(people.map(async (one) => {
    for (let index = 0; index < 40 && stopped === null; index++) {
      const reply = await one.person.put("trials", index, responseBody(index, 1)).catch(() => null);
      if (reply?.status !== 200) return;
      one.count++;
      total++;
      if (total === 200) stopped = server.stop();
    }
  }));
  assert.equal(await stopped, 0);
  await server.start();
  for (const { person, count } of people) {
    const { next_index: next } = (await person.session()).trials;
    assert.ok(next === count || next === count + 1);
  }
});
