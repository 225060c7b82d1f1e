// What is taken home: every kind in every format, whole, resumed, broken, and by the command line.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { Participant, Researcher } from "./support/client.ts";
import { dinolab, serve, temporaryFolder, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 8;

interface Laboratory { folder: string; data: string; server: Server; researcher: Researcher }

/** Both tasks on one server; in each, one session finished and one under way. */
async function laboratory(t: TestContext): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const random = seeded(640);
  const names = pictureNames(30);
  const data = await importPictures(folder, 30);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [1, 2].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)) });
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [1, 2].map((at) => rewardCondition(random, at, names, TRIAL_COUNT, 1)) });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  for (const slug of ["cat", "rew"]) {
    const [done, underWay] = [new Participant(server), new Participant(server)];
    await done.begin(slug);
    await done.play(() => coin(random));
    await done.finish();
    await underWay.begin(slug);
    for (let index = 0; index < 3; index++) await underWay.respond("trials", index, coin(random));
  }
  return { folder, data, server, researcher };
}

const TABLES = ["trials", "above_chance", "sessions", "events", "questionnaire", "fits", "fit-trials", "jspsych"];

test("the command line writes every kind in every format, and says how many rows", async (t) => {
  const { folder, data } = await laboratory(t);
  const asked = [
    ...TABLES.flatMap((table) => [[table, "csv"], [table, "ndjson"]]),
    ["psych-ds", "csv"], ["all", "csv"], ["bonus", "csv"], ["bonus", "prolific"], ["platform-ids", "csv"],
  ];
  for (const [what = "", format = ""] of asked) {
    const out = join(folder, `${what}.${format}`);
    const outcome = await dinolab("export", "--data", data, "--study", "rew", "--what", what, "--format", format, "--out", out);
    assert.equal(outcome.status, 0, `${what} ${format}: ${outcome.stderr}`);
    assert.match(outcome.stderr, /^\d+ [a-z ]+\n/, `${what} ${format}`);
  }
  assert.ok(readdirSync(join(folder, "all.csv")).includes("manifest.json"));
});
