// What the participant's page may do beyond showing itself: nothing, unless its study's platform needs it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { send } from "./support/client.ts";
import { serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

/** The policy's parts by name, each with its sources. */
async function policyOf(server: Server, path: string): Promise<Record<string, string[]>> {
  const { status, headers } = await send(server, "GET", path);
  assert.equal(status, 200);
  return Object.fromEntries((headers.get("Content-Security-Policy") ?? "").split(";").map((part) => {
    const [name = "", ...sources] = part.trim().split(/\s+/);
    return [name, sources.sort()];
  }));
}

const MTURK = ["https://www.mturk.com", "https://worker.mturk.com", "https://workersandbox.mturk.com"];

test("forms go to MTurk and frames come from MTurk for a study there, and for no other study", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const conditions = [categoryCondition(seeded(1), 1, pictureNames(20), 4)];
  const platforms: Record<string, Record<string, unknown>> = {
    "on-mturk": { platform: "mturk", code_completed: "C1" },
    "on-mirror": { platform: "mturk", code_completed: "C1", platform_url: "http://127.0.0.1:8179/somewhere?x=1" },
    "on-prolific": { platform: "prolific", code_completed: "C1", platform_url: "https://prolific.example.org/complete" },
    "on-none": {},
  };
  for (const [slug, recruitment] of Object.entries(platforms)) await createStudy(folder, data, { slug, task: "category", conditions, settings: { recruitment } });
  const server = await serve(t, data);

  const mturk = await policyOf(server, "/s/on-mturk");
  assert.deepEqual(mturk["form-action"], ["'self'", ...MTURK].sort());
  assert.deepEqual(mturk["frame-ancestors"], [...MTURK].sort());
  const mirror = await policyOf(server, "/s/on-mirror");
  assert.deepEqual(mirror["form-action"], ["'self'", "http://127.0.0.1:8179", ...MTURK].sort());
  assert.deepEqual(mirror["frame-ancestors"], ["http://127.0.0.1:8179", ...MTURK].sort());

  const strict = await policyOf(server, "/s/on-none");
  assert.deepEqual([strict["form-action"], strict["frame-ancestors"]], [["'self'"], ["'none'"]]);
  for (const path of ["/s/on-prolific", "/s/no-such-study", "/studies/on-mturk", "/assets/participant.js"])
    assert.deepEqual(await policyOf(server, path), strict, path);
  const rest = (policy: Record<string, string[]>): unknown => ({ ...policy, "form-action": [], "frame-ancestors": [] });
  assert.deepEqual(rest(mturk), rest(strict), "the rest is as strict");
});
