// Simulated people are real clients: they play whole sessions of both demo studies without one error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { number, query } from "./support/database.ts";
import { dinolab, serve, temporaryFolder, TOP } from "./support/program.ts";

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
