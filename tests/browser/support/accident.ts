// A session with which something happens, and what must be true of it afterwards.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Browser, CDPSession, Page } from "playwright-core";
import { query } from "../../http/support/database.ts";
import { serve, temporaryFolder, type Server } from "../../http/support/program.ts";
import { seeded } from "../../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../../http/support/study.ts";
import { Visitor } from "./browser.ts";
import { exportedTrials, pictureNamesBySha } from "./material.ts";
import { Participant, type Choice, type TaskName } from "./participant.ts";
import type { ShownTrial } from "./recorder.ts";
import { assertCategoryRows, serverUrl } from "./stored.ts";

export const TRIAL_COUNT = 12;
export const SLUG = "interrupted";

export interface Accident {
  data: string;
  server: Server;
  visitor: Visitor;
  person: Participant;
}

/** At the door of a study with twelve trials, for reward learning with three for practice before them. */
export async function arrive(t: TestContext, browser: Browser, task: TaskName = "category", trialCount = TRIAL_COUNT): Promise<Accident> {
  const folder = temporaryFolder(t);
  const names = pictureNames(Math.max(40, trialCount));
  const data = await importPictures(folder, names.length);
  const random = seeded(3);
  const conditions = [1, 2].map((number) => task === "category"
    ? categoryCondition(random, number, names, trialCount)
    : rewardCondition(random, number, names, trialCount, 3));
  await createStudy(folder, data, {
    slug: SLUG, task, conditions, settings: { feedback_ms: 30, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: 30 } : {}) },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  return { data, server, visitor, person: new Participant(await visitor.newPage(), task, serverUrl(server, SLUG)) };
}

/** Of a server that is killed, or a network that is taken away, on purpose. */
export function isCutOff(text: string): boolean {
  return /net::ERR_(CONNECTION|EMPTY_RESPONSE|SOCKET|INTERNET_DISCONNECTED|FAILED|NETWORK)/.test(text);
}

export async function saysThatItIsOffline(person: Participant): Promise<void> {
  await person.page.waitForFunction(() => document.body.dataset.state === "offline");
  assert.equal(await person.text("status"), "Connection lost – your answer is kept; trying again.");
}

/** To the end: every trial of one session of category learning is stored once, as it was pressed and shown. */
export async function finishAndCompare({ data, person, visitor }: Accident, shown: readonly ShownTrial[], responses: readonly Choice[]): Promise<void> {
  await person.answerQuestionnaire();
  await person.finish();
  assertCategoryRows(await exportedTrials(data, SLUG), { names: pictureNamesBySha(), shown, responses });
  assert.deepEqual(query(data, "SELECT count(*) AS sessions, count(DISTINCT condition_id) AS conditions FROM session"), [{ sessions: 1, conditions: 1 }]);
  await visitor.leave();
}

/** To the end, for sessions in which times were not kept to: the rows, each stored once, in order, as it was pressed. */
export async function finishedRows({ data, person, visitor }: Accident, responses: readonly Choice[]): Promise<Record<string, string>[]> {
  await person.answerQuestionnaire();
  await person.finish();
  const rows = await exportedTrials(data, SLUG);
  assert.deepEqual(rows.map((row) => [row.trial, row.choice]), responses.map((response, index) => [String(index), String(response)]));
  assert.equal(rows.length, TRIAL_COUNT);
  assert.deepEqual(query(data, "SELECT count(*) AS sessions FROM session"), [{ sessions: 1 }]);
  await visitor.leave();
  return rows;
}

export interface StoredEvent {
  kind: string;
  trial_index: number | null;
  detail: string | null;
}

export function storedEvents(data: string, ...kinds: string[]): StoredEvent[] {
  return query<StoredEvent>(data, "SELECT kind, trial_index, detail FROM event ORDER BY event_index").filter(({ kind }) => kinds.includes(kind));
}

interface Internals {
  _connection: { toImpl: (page: Page) => { delegate: { _mainFrameSession: { _client: { send: (method: string, params: object) => Promise<unknown> } } } } };
}

/** Playwright has every page believe that it is seen. After this, a page behind another tab is hidden as it is for people, and can be frozen. */
export async function letBeHidden(page: Page): Promise<CDPSession> {
  const { delegate } = (page as unknown as Internals)._connection.toImpl(page);
  await delegate._mainFrameSession._client.send("Emulation.setFocusEmulationEnabled", { enabled: false });
  return page.context().newCDPSession(page);
}
