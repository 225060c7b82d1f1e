// Studies that play by themselves: jsPsych's simulation mode from the link to the finished screen, on pilots only.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { query } from "../http/support/database.ts";
import { dinolabDone, serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 4;
const PRACTICE_COUNT = 2;
/** Accepted is what is tried last. */
const HAND = {
  id: "hand", question: { en: "Which hand do you write with?" }, options: { en: ["Left", "Right", "Both"] }, accepted: [2],
};

async function studyOf(t: TestContext, task: TaskName): Promise<Server> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const condition = (number: number) => task === "category"
    ? categoryCondition(seeded(number), number, pictureNames(20), TRIAL_COUNT)
    : rewardCondition(seeded(number), number, pictureNames(20), TRIAL_COUNT, PRACTICE_COUNT);
  await createStudy(folder, data, {
    slug: "trial-run", task, conditions: [1, 2].map(condition),
    settings: { feedback_ms: 30, ...(task === "reward" ? { blank_ms: 10 } : {}), recruitment: { eligibility: [HAND], age_min: 40, age_max: 50 } },
  });
  await dinolabDone("study", "pilot", "--data", data, "--study", "trial-run");
  return serve(t, data);
}

for (const task of ["category", "reward"] as const)
  test(`a pilot of ${task} learning plays by itself in both modes, and is stored as a pilot`, async (t) => {
    const server = await studyOf(t, task);
    const visitor = await Visitor.arrive(browser);
    visitor.expect((text, url) => text.includes("409") && url.endsWith("/sessions"));
    const pages = await Promise.all((["data-only", "visual"] as const).map(async (mode) => {
      const page = await visitor.newPage();
      await page.goto(`${serverUrl(server, "trial-run")}?simulate=${mode}`);
      return page;
    }));
    for (const page of pages) await new Participant(page, task, "").stage("finished");
    assert.deepEqual(
      query(server.data, "SELECT state, is_pilot, (SELECT count(*) FROM trial WHERE trial.session_id = session.session_id AND phase = 'main') AS trial_count FROM session"),
      Array.from({ length: 2 }, () => ({ state: "finished", is_pilot: 1, trial_count: TRIAL_COUNT })),
    );
    assert.deepEqual(query(server.data, "SELECT json_extract(eligibility, '$.age') AS age FROM session"), [{ age: 40 }, { age: 40 }]);
    assert.equal(await pages[0]?.evaluate(() => localStorage.length), 0, "a simulation must not be taken up by a person");
    await visitor.leave();
  });

test("a study that is not a pilot does not play by itself", async (t) => {
  const server = await studyOf(t, "category");
  await server.stop();
  await dinolabDone("study", "open", "--data", server.data, "--study", "trial-run");
  await server.restart();
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await page.goto(`${serverUrl(server, "trial-run")}?simulate=data-only`);
  await page.getByTestId("notice-no_simulation").waitFor();
  assert.deepEqual(query(server.data, "SELECT count(*) AS n FROM session"), [{ n: 0 }]);
  await visitor.leave();
});
