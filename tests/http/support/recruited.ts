// Studies whose people come from a platform, and people who come to them with the platform's ids.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { OpenStudy, ReturnLink, SessionDocument } from "../../../web/wire/types.ts";
import { expectStatus, parsed, send, type Participant, type Reply } from "./client.ts";
import { serve, temporaryFolder, type Server } from "./program.ts";
import { seeded } from "./random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./study.ts";

export const TRIAL_COUNT = 2;
const CONDITION_COUNT = 4;

export interface Plan { slug: string; recruitment: Record<string, unknown>; settings?: Record<string, unknown> }

export interface Place { folder: string; data: string }

export const PROLIFIC = {
  platform: "prolific", code_completed: "C-DONE", code_no_consent: "C-NO", code_failed_comprehension: "C-FAIL", code_screened_out: "C-OUT",
  code_quota_full: "C-FULL",
};

/** Where a Prolific code sends people. */
export function prolificReturn(code: string): ReturnLink {
  return { method: "link", url: `https://app.prolific.com/submissions/complete?cc=${code}`, fields: {}, code };
}

export async function addStudy({ folder, data }: Place, { slug, recruitment, settings }: Plan): Promise<void> {
  const names = pictureNames(20);
  const random = seeded(7);
  const conditions = Array.from({ length: CONDITION_COUNT }, (_, at) => categoryCondition(random, at + 1, names, TRIAL_COUNT));
  await createStudy(folder, data, { slug, task: "category", conditions, settings: { ...settings, recruitment } });
}

export async function makePlace(t: TestContext, ...plans: Plan[]): Promise<Place> {
  const folder = temporaryFolder(t);
  const place = { folder, data: await importPictures(folder, 20, ["task"]) };
  for (const plan of plans) await addStudy(place, plan);
  return place;
}

export async function serveStudies(t: TestContext, ...plans: Plan[]): Promise<Server> {
  return serve(t, (await makePlace(t, ...plans)).data);
}

export async function openStudy(server: Server, slug: string, language = "en"): Promise<OpenStudy> {
  return parsed(expectStatus(await send(server, "GET", `/api/v1/open-studies/${slug}?language=${language}`), 200));
}

/** Asks to be let in, as the page does; `answers` over age 30 and nothing else. */
export async function come(person: Participant, slug: string, arrival: Record<string, string>, answers: Record<string, unknown> = {}): Promise<Reply> {
  const { consent } = await openStudy(person.server, slug);
  return person.send("POST", `/api/v1/open-studies/${slug}/sessions`, { consent_sha256: consent.sha256, age: 30, arrival, ...answers });
}

export async function comeIn(person: Participant, slug: string, arrival: Record<string, string>, status = 201): Promise<SessionDocument> {
  return parsed(expectStatus(await come(person, slug, arrival), status));
}

export interface Refused { kind: string; message: string; reason: string; return: ReturnLink | null }

export function expectRefused(reply: Reply, status: number, reason: string, back: ReturnLink | null): Refused {
  const { error } = parsed<{ error: Refused }>(expectStatus(reply, status));
  assert.equal(error.reason, reason, reply.text);
  assert.deepEqual(error.return, back);
  assert.notEqual(error.message, "");
  return error;
}
