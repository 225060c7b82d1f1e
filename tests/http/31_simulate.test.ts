// Simulated people are real clients: they play whole sessions of both demo studies without one error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { number, query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const DEMO = `${TOP}/build/demo`;
const PEOPLE_COUNT = 10;

interface Summary { sessions: number; trials: number; trials_per_s: number; reply_ms: { p50: number; p99: number; p999: number }; errors: number }

function summaryOf(stdout: string): Summary {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Summary;
}

for (const [slug, trialCount] of [["category-demo", 120], ["reward-demo", 60]] as const) {
  test(`ten simulated people play ${slug} to the end with no errors, and every trial is stored`, async (t) => {
    const data = `${temporaryFolder(t)}/data`;
    const server = await serve(t, data, "--demo", DEMO);
    const outcome = await dinolab("simulate", "--url", server.url, "--study", slug, "--participants", String(PEOPLE_COUNT), "--think-ms", "0", "--seed", "7",
      "--stimuli", `${DEMO}/stimuli.csv`, "--representation", `task=${DEMO}/task.npy`, "--representation", `words=${DEMO}/words.npy`);
    assert.equal(outcome.status, 0, outcome.stderr);
    const summary = summaryOf(outcome.stdout);
    assert.deepEqual([summary.sessions, summary.trials, summary.errors], [PEOPLE_COUNT, PEOPLE_COUNT * trialCount, 0]);
    assert.ok(summary.trials_per_s > 0);
    assert.ok(summary.reply_ms.p50 > 0 && summary.reply_ms.p50 <= summary.reply_ms.p99 && summary.reply_ms.p99 <= summary.reply_ms.p999);
    assert.equal(number(data, "SELECT count(*) FROM trial WHERE phase = 'main'"), PEOPLE_COUNT * trialCount);
    assert.deepEqual(query(data, "SELECT state, count(*) AS count FROM session GROUP BY state"), [{ state: "finished", count: PEOPLE_COUNT }]);
    assert.equal(number(data, "SELECT count(DISTINCT condition_id) FROM session"), PEOPLE_COUNT);
  });
}

test("a simulation of a study that is not there ends with a sentence and is not a success", async (t) => {
  const server = await serve(t, `${temporaryFolder(t)}/data`, "--demo", DEMO);
  const outcome = await dinolab("simulate", "--url", server.url, "--study", "none", "--participants", "2", "--learner", "random", "--think-ms", "0");
  assert.notEqual(outcome.status, 0);
  assert.match(outcome.stderr, /none/);
});

test("before a study, --recover tells for each model how many of its own people it wins; the data folder stays as it is", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(31);
  const names = pictureNames(40);
  const data = await importPictures(folder, 40);
  await createStudy(folder, data, { slug: "cat", task: "category", representations: ["task", "noise"], conditions: [1, 2].map((at) => categoryCondition(random, at, names, 40)) });
  const words = ["simulate", "--recover", "--data", data, "--study", "cat", "--participants", "20"];
  const lines = (await dinolabDone(...words)).trim().split("\n").map((line) => JSON.parse(line) as { model: string; participants: number; won?: number; best_r2_online?: number });
  assert.deepEqual(lines.map(({ model }) => model.split(" ")[0]), ["task", "noise", "guessing"]);
  for (const line of lines.slice(0, -1)) assert.ok(line.participants === 0 || (line.won !== undefined && line.won >= 0 && line.won <= 1));
  assert.equal(typeof lines.at(-1)?.best_r2_online, "number");
  assert.equal(await dinolabDone(...words), await dinolabDone(...words));
  assert.equal(number(data, "SELECT count(*) FROM value_table"), 0);
  for (const wrong of [["--study", "none"], ["--participants", "0"], ["--seed", "x"], ["--think-ms", "5"]])
    assert.equal((await dinolab(...words, ...wrong)).status, 2, wrong.join(" "));
});
