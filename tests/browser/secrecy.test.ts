// Nothing that the browser receives tells the answer to a trial before its response is stored.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition, type Condition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 6;

interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Writes down every answer of the server, headers and body, on its way to the page: what the page reads piece by piece, the browser does not keep. */
async function listen(page: Page): Promise<Received[]> {
  const received: Received[] = [];
  await page.route(/^https?:/, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    received.push({ method: route.request().method(), path: new URL(route.request().url()).pathname, headers: response.headers(), body: body.toString("latin1") });
    await route.fulfill({ response, body });
  });
  return received;
}

/** All that a participant's documents may be made of; a name that is not here, wherever it stands, is a leak until somebody has looked. */
const NAMES_BEFORE_RESPONSE = new Set([
  "is_counted",
  "study", "slug", "title", "task", "consent", "text", "sha256", "is_open", "is_full", "display", "image_height_px", "blank_ms", "feedback_ms",
  "is_fullscreen_required", "pay", "currency", "base_minor", "per_correct_minor", "max_bonus_minor", "stage", "comprehension", "question_ids", "attempt_count",
  "practice", "trials", "count", "next_index", "stimuli", "pay_so_far_minor", "completion", "url", "code", "pay_minor", "is_passed", "stored_count", "is_stored",
  "is_pilot", "platform", "language", "version", "data_protection", "contact", "age", "min", "max", "eligibility", "inputs", "closed_reason",
  "no_consent_return", "quota_full_return", "method", "fields", "debriefing", "page_number", "session", "attempts_left", "is_over", "return",
]);
/** And what the reply to one trial's response adds about that trial, and about no other. */
const NAMES_OF_FEEDBACK = new Set(["trial_index", "response", "is_correct", "category", "points", "pay_so_far_minor", "next"]);

function namesIn(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return names;
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name);
    namesIn(inner, names);
  }
  return names;
}

interface FeedbackLike {
  trial_index: number;
  next: { trial_index: number; stimuli: string[] } | null;
}

function assertTellsNothing({ method, path, body }: Received): void {
  const document = JSON.parse(body) as unknown;
  const trial = /^\/api\/v1\/session\/(?:trials|practice)\/(\d+)$/.exec(path);
  if (method === "PUT" && trial !== null) {
    const feedback = document as FeedbackLike;
    assert.deepEqual([...Object.keys(feedback)].filter((name) => !NAMES_OF_FEEDBACK.has(name)), [], path);
    assert.equal(feedback.trial_index, Number(trial[1]), "feedback is of the trial that was responded to");
    if (feedback.next !== null) assert.deepEqual(Object.keys(feedback.next).sort(), ["stimuli", "trial_index"], `${path}: what is told of the next trial`);
  } else assert.deepEqual([...namesIn(document)].filter((name) => !NAMES_BEFORE_RESPONSE.has(name)), [], `${method} ${path}`);
}

/** The same session in two conditions that differ only in their answers; gives all that the browser received in each. */
async function receivedIn(t: TestContext, task: TaskName, condition: Condition): Promise<Received[]> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 60);
  await createStudy(folder, data, { slug: "secret", task, conditions: [condition], settings: { feedback_ms: 20, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: 20 } : {}) } });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  const received = await listen(page);
  const person = new Participant(page, task, serverUrl(server, "secret"));
  await person.reachTrials();
  if (task === "reward") {
    await person.play("practice", () => 1);
    await page.getByTestId("practice-over-continue").click();
  }
  await person.play("trials", () => 1, 0, TRIAL_COUNT - 1);
  await person.due("trials", TRIAL_COUNT - 1);
  await page.unrouteAll({ behavior: "wait" });
  await visitor.leave();
  return received;
}

/** What may differ between two runs of the same session: clocks, and which of six parallel downloads came first. */
function comparable(received: readonly Received[], isWanted: (one: Received) => boolean): string[] {
  return received.filter(isWanted).map(({ method, path, headers, body }) => {
    const kept = Object.entries(headers).filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`).sort();
    return JSON.stringify({ method, path, kept, body });
  }).sort();
}

function assertNoAnswers(received: readonly Received[], responseCount: number): void {
  const api = received.filter(({ path }) => path.startsWith("/api/"));
  api.forEach(assertTellsNothing);
  assert.equal(api.filter(({ method, path }) => method === "PUT" && path.includes("/trials/")).length, responseCount);
  assert.ok(received.some(({ path }) => path.startsWith("/media/")), "the images came over the network, and were looked at");
}

const isOfTrial = ({ method, path }: Received): boolean => method === "PUT" && path.includes("/session/trials/");

test("category learning: no answer reaches the browser before the response, and swapped categories change nothing else", async (t) => {
  const condition = categoryCondition(seeded(21), 1, pictureNames(60), TRIAL_COUNT);
  const swapped = { ...condition, trials: condition.trials.map(({ image, category }) => ({ image, category: category === "julty" ? "folty" as const : "julty" as const })) };
  const [one, other] = [await receivedIn(t, "category", condition), await receivedIn(t, "category", swapped)];
  assertNoAnswers(one, TRIAL_COUNT - 1);
  assertNoAnswers(other, TRIAL_COUNT - 1);
  assert.deepEqual(comparable(one, (received) => !isOfTrial(received)), comparable(other, (received) => !isOfTrial(received)));
  assert.notDeepEqual(comparable(one, isOfTrial), comparable(other, isOfTrial), "the feedback does differ");
});

test("reward learning: no points reach the browser before the response, and swapped points change nothing else", async (t) => {
  const condition = rewardCondition(seeded(22), 1, pictureNames(60), TRIAL_COUNT, 2);
  const swapped = { ...condition, trials: condition.trials.map((trial) => ({ ...trial, left_points: trial.right_points, right_points: trial.left_points })) };
  const [one, other] = [await receivedIn(t, "reward", condition), await receivedIn(t, "reward", swapped)];
  assertNoAnswers(one, TRIAL_COUNT - 1);
  assertNoAnswers(other, TRIAL_COUNT - 1);
  assert.deepEqual(comparable(one, (received) => !isOfTrial(received)), comparable(other, (received) => !isOfTrial(received)));
  assert.notDeepEqual(comparable(one, isOfTrial), comparable(other, isOfTrial), "the feedback does differ");
});
