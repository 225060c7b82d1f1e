// A whole session over a bad line: whatever befalls it, each response is stored once, in order, as it was pressed, and its feedback is shown once.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { query } from "../../http/support/database.ts";
import { serve, temporaryFolder } from "../../http/support/program.ts";
import { coin, seeded } from "../../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../../http/support/study.ts";
import { Visitor } from "./browser.ts";
import { exportedTrials } from "./material.ts";
import { assertWholeRecord, Participant, type Choice, type TaskName } from "./participant.ts";
import { Proxy, type BadLine } from "./proxy.ts";
import type { ShownTrial } from "./recorder.ts";

const SLUG = "bad-line";
const PRACTICE_COUNT = 2;

export interface BadLineSession {
  task: TaskName;
  trialCount: number;
  line: BadLine;
  /** Where the line turns bad. */
  from: "consent" | "trials";
  /** Before these trials the page is loaded again. */
  reloadsBefore?: readonly number[];
}

/** Each request that fails is reported by the browser itself. */
function isOfTheLine(text: string): boolean {
  return /net::ERR_(CONNECTION|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING|SOCKET|INVALID_HTTP_RESPONSE|ABORTED|FAILED)/.test(text);
}

/** Pages and their scripts are the browser's to load, not the task's: a person reloads them until they are there, on a calm line. */
async function calmly(proxy: Proxy, load: () => Promise<unknown>): Promise<void> {
  proxy.isCalm = true;
  await load();
  proxy.isCalm = false;
}

export async function playOverBadLine(t: TestContext, browser: Browser, session: BadLineSession): Promise<Proxy> {
  const { task, trialCount, line } = session;
  const folder = temporaryFolder(t);
  const names = pictureNames(Math.max(40, (task === "category" ? 1 : 2) * (trialCount + PRACTICE_COUNT)));
  const data = await importPictures(folder, names.length);
  const random = seeded(line.seed);
  const condition = task === "category" ? categoryCondition(random, 1, names, trialCount) : rewardCondition(random, 1, names, trialCount, PRACTICE_COUNT);
  const settings = { feedback_ms: 30, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: 30 } : {}) };
  await createStudy(folder, data, { slug: SLUG, task, conditions: [condition], settings });
  const server = await serve(t, data);
  const proxy = await Proxy.start(t, server, line);

  const visitor = await Visitor.arrive(browser);
  visitor.expect(isOfTheLine);
  const person = new Participant(await visitor.newPage(), task, proxy.url(SLUG));
  await person.arrive();
  await person.stage("consent");
  proxy.isCalm = session.from !== "consent";
  await person.agree();
  await person.stage("instructions");
  await person.readInstructions();
  await person.answerComprehension();
  proxy.isCalm = false;
  await person.begin();
  if (task === "reward") {
    await person.play("practice", () => coin(random));
    await person.page.getByTestId("practice-over-continue").click();
  }

  const responses: Choice[] = [];
  const shown: ShownTrial[] = [];
  const stops = [...(session.reloadsBefore ?? []), Infinity];
  for (const [at, stop] of stops.entries()) {
    if (at > 0) {
      await person.due("trials", responses.length);
      shown.push(...(await recorded(person)).slice(0, -1));
      await calmly(proxy, async () => {
        await person.page.reload();
        await person.stage("begin", "preload");
      });
      await person.begin();
    }
    responses.push(...await person.play("trials", () => coin(random), responses.length, stop));
  }
  await person.stage("questionnaire");
  shown.push(...await recorded(person));
  await person.answerQuestionnaire();
  await person.finish();
  await visitor.leave();

  assert.equal(responses.length, trialCount);
  assertWholeRecord(shown, responses, task);
  const rows = await exportedTrials(data, SLUG);
  assert.deepEqual(rows.map((row) => [row.trial, row.choice]), responses.map((response, index) => [String(index), String(response)]));
  assert.deepEqual(query(data, "SELECT count(*) AS sessions FROM session"), [{ sessions: 1 }]);
  const practised = query<{ count: number }>(data, "SELECT count(*) AS count FROM trial WHERE phase = 'practice'")[0]?.count;
  assert.equal(practised, task === "reward" ? PRACTICE_COUNT : 0);
  t.diagnostic(`what befell the line: ${Object.entries(proxy.counts).map(([fault, count]) => `${fault} ${String(count)}`).join(", ")}`);
  return proxy;
}

async function recorded(person: Participant): Promise<ShownTrial[]> {
  return (await person.shown()).filter((trial) => trial.phase === "trials");
}
