// No answer of a trial leaves the server before its response is stored: two worlds that differ only in answers look the same.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Choice, SessionDocument } from "../../web/wire/types.ts";
import { makeToken, Participant, QUESTIONNAIRE, responseBody, RIGHT_ANSWERS, send, type Reply } from "./support/client.ts";
import { serve, temporaryFolder, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import {
  categoryCondition, createStudy, importPictures, pictureNames, rewardCondition,
  type CategoryCondition, type Condition, type RewardCondition, type RewardTrial, type Task,
} from "./support/study.ts";

const TRIAL_COUNT = 8;
const PRACTICE_COUNT = 2;
const SLUG = "worlds";

/** Which trials have the other answer. */
type Swap = (index: number) => boolean;

function swapCategories(condition: CategoryCondition, swap: Swap): CategoryCondition {
  const trials = condition.trials.map(({ image, category }, index) => ({
    image, category: (category === "julty") === swap(index) ? "folty" as const : "julty" as const,
  }));
  return { ...condition, condition_number: 7, dimension: 2, high_dinosaur: "julty", trials };
}

function swapPoints(condition: RewardCondition, swap: Swap): RewardCondition {
  const swapped = (pairs: RewardTrial[], offset: number): RewardTrial[] => pairs.map((pair, index) => (swap(index + offset)
    ? { ...pair, left_points: pair.right_points, right_points: pair.left_points } : pair));
  return { condition_number: 7, dimension: 2, practice: swapped(condition.practice ?? [], -PRACTICE_COUNT), trials: swapped(condition.trials, 0) };
}

function conditionOf(task: Task): Condition {
  const names = pictureNames(24);
  if (task === "category") return categoryCondition(seeded(3), 1, names, TRIAL_COUNT);
  const condition = rewardCondition(seeded(4), 1, names, TRIAL_COUNT, PRACTICE_COUNT);
  // No ties: swapping the points of a tie would change nothing.
  const untied = (pair: RewardTrial, index: number): RewardTrial => ({ ...pair, left_points: 10 + index, right_points: 90 - index });
  return { ...condition, practice: (condition.practice ?? []).map(untied), trials: condition.trials.map(untied) };
}

async function world(t: TestContext, task: Task, condition: Condition): Promise<Server> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 24);
  await createStudy(folder, data, { slug: SLUG, task, conditions: [condition] });
  return serve(t, data);
}

async function twoWorlds(t: TestContext, task: Task, swap: Swap): Promise<[Server, Server]> {
  const condition = conditionOf(task);
  const other = task === "category" ? swapCategories(condition as CategoryCondition, swap) : swapPoints(condition as RewardCondition, swap);
  return [await world(t, task, condition), await world(t, task, other)];
}

/** One exchange, all of it that a browser can see; only the clock's header is left out. */
interface Exchange { call: string; reply: string }

function exchange(call: string, reply: Reply): Exchange {
  const headers = [...reply.headers].filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`);
  return { call, reply: [String(reply.status), ...headers.sort(), reply.text].join("\n") };
}

/** A whole session that asks for everything there is at every step; `lengths[k]` exchanges came before response k was answered. */
async function playCurious(server: Server, token: string, choose: (index: number) => Choice): Promise<{ seen: Exchange[]; lengths: number[] }> {
  const person = new Participant(server, token);
  const seen: Exchange[] = [];
  const lengths: number[] = [];
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const reply = await person.send(method, path, body);
    seen.push(exchange(`${method} ${path} ${JSON.stringify(body ?? null)}`, reply));
    return reply;
  };
  const lookAround = async (): Promise<void> => {
    const reply = await call("GET", "/api/v1/session");
    const { practice, trials } = JSON.parse(reply.text) as SessionDocument;
    for (const sha of [...practice.stimuli, ...trials.stimuli].flat()) await call("GET", `/media/${sha}`);
    await call("POST", "/api/v1/session/finish", {});
    await call("PUT", "/api/v1/session/trials/7", responseBody(7, 1));
    await call("GET", `/api/v1/studies/${SLUG}/exports/trials.csv`);
  };

  seen.push(exchange("page", await send(server, "GET", `/s/${SLUG}`)));
  const open = await call("GET", `/api/v1/open-studies/${SLUG}`);
  const consent = (JSON.parse(open.text) as { consent: { sha256: string } }).consent.sha256;
  const enrolled = await call("POST", `/api/v1/open-studies/${SLUG}/sessions`, { consent_sha256: consent, age: 30 });
  const document = JSON.parse(enrolled.text) as SessionDocument;
  await call("GET", `/api/v1/open-studies/${SLUG}`);
  await lookAround();
  await call("POST", "/api/v1/session/events", { events: [{ event_index: 0, kind: "page_loaded", at_ms: 5 }] });
  await call("POST", "/api/v1/session/comprehension", { answers: [0, 1, 1] });
  await call("POST", "/api/v1/session/comprehension", { answers: RIGHT_ANSWERS });
  for (let index = 0; index < document.practice.count; index++) {
    lengths.push(seen.length);
    await call("PUT", `/api/v1/session/practice/${String(index)}`, responseBody(index, choose(index)));
  }
  for (let index = 0; index < document.trials.count; index++) {
    if (index === 0 || index === 4) await lookAround();
    lengths.push(seen.length);
    await call("PUT", `/api/v1/session/trials/${String(index)}`, responseBody(index, choose(index)));
  }
  await call("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE);
  await call("POST", "/api/v1/session/finish", {});
  await call("GET", "/api/v1/session");
  return { seen, lengths };
}

async function playBoth(t: TestContext, task: Task, swap: Swap): Promise<{ left: Exchange[]; right: Exchange[]; lengths: number[] }> {
  const [one, two] = await twoWorlds(t, task, swap);
  const token = makeToken();
  const random = seeded(12);
  const choices = Array.from({ length: TRIAL_COUNT }, () => coin(random));
  const choose = (index: number): Choice => choices[index] ?? 0;
  const [left, right] = [await playCurious(one, token, choose), await playCurious(two, token, choose)];
  assert.deepEqual(left.lengths, right.lengths);
  return { left: left.seen, right: right.seen, lengths: left.lengths };
}

/** The exchanges are the same up to response `trial` (counted with practice before it) and differ in the reply to it. */
function expectSameBefore(both: { left: Exchange[]; right: Exchange[]; lengths: number[] }, response: number): void {
  const before = both.lengths[response] ?? NaN;
  assert.ok(before > 0);
  assert.deepEqual(both.left.slice(0, before), both.right.slice(0, before));
  assert.equal(both.left[before]?.call, both.right[before]?.call);
  assert.notEqual(both.left[before]?.reply, both.right[before]?.reply);
}

test("with all categories swapped, every byte until the first response is the same", async (t) => {
  const both = await playBoth(t, "category", () => true);
  expectSameBefore(both, 0);
  assert.ok((both.lengths[0] ?? 0) > 2 * TRIAL_COUNT);
});

test("with all points swapped, practice included, every byte until the first response is the same", async (t) => {
  expectSameBefore(await playBoth(t, "reward", () => true), 0);
});

for (const k of [1, 5, TRIAL_COUNT - 1]) {
  test(`with categories swapped from trial ${String(k)} on, every byte until the response to it is the same`, async (t) => {
    expectSameBefore(await playBoth(t, "category", (index) => index >= k), k);
  });

  test(`with points swapped from trial ${String(k)} on, every byte until the response to it is the same`, async (t) => {
    expectSameBefore(await playBoth(t, "reward", (index) => index >= k), PRACTICE_COUNT + k);
  });
}

test("after k responses only the feedback of trials before k and the pay differ", async (t) => {
  for (const task of ["category", "reward"] as const) {
    const both = await playBoth(t, task, (index) => index >= 0 && index < 3);
    const masked = (seen: Exchange[]): Exchange[] => seen.map(({ call, reply }) => ({
      call,
      reply: (/trials\/[012] /.test(call) ? reply.replace(/"(is_correct|category|points)":(\[[^\]]*\]|"[^"]*"|true|false)/g, '"$1":_') : reply)
        .replace(/"(pay_so_far_minor|pay_minor)":\d+/g, '"$1":_').replace(/^content-length: \d+$/m, ""),
    }));
    assert.notDeepEqual(both.left, both.right);
    assert.deepEqual(masked(both.left), masked(both.right));
  }
});

test("the completion link is in no byte before the reply to finish", async (t) => {
  const { left } = await playBoth(t, "category", () => true);
  const last = left.findIndex(({ call, reply }) => call.startsWith("POST /api/v1/session/finish") && reply.startsWith("200"));
  assert.ok(last > 0);
  for (const { call, reply } of left.slice(0, last)) assert.ok(!reply.includes("SECRET-LINK") && !reply.includes("SECRET-CODE"), call);
  assert.ok(left[last]?.reply.includes("SECRET-LINK"));
});
