import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { ApiError, ConnectionError, makeToken } from "../wire/api";
import { EventQueue } from "../wire/events";
import { BrowserKeep, MemoryKeep } from "../wire/keep";
import { retryDelayMs, troubleOf, untilAnswered } from "../wire/retry";
import type { InteractionEvent } from "../wire/types";

// Browsers have it everywhere; node only from version 19 on.
if (!("crypto" in globalThis)) Object.defineProperty(globalThis, "crypto", { value: webcrypto });

const TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

test("a token is 43 characters of base64url and never the same", () => {
  const tokens = Array.from({ length: 50 }, makeToken);
  for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(new Set(tokens).size, 50);
});

test("delays grow to five seconds and no further", () => {
  const longest = Array.from({ length: 40 }, (_, attempt) => retryDelayMs(attempt, () => 0.999999));
  assert.ok(longest[0] !== undefined && longest[0] <= 250);
  assert.ok(longest.every((delay, at) => at === 0 || delay >= (longest[at - 1] ?? 0)));
  assert.ok(longest.every((delay) => delay <= 5000));
  assert.ok(retryDelayMs(39, () => 0) >= 3000);
});

test("only what may pass is tried again", () => {
  assert.equal(troubleOf(new ConnectionError("x")), "offline");
  assert.equal(troubleOf(new ApiError(503, "busy", "x")), "busy");
  assert.equal(troubleOf(new ApiError(429, "too_many", "x")), "busy");
  assert.equal(troubleOf(new ApiError(504, "unknown", "x")), "offline");
  for (const status of [400, 401, 403, 404, 409, 410, 413]) assert.equal(troubleOf(new ApiError(status, "x", "x")), null);
  assert.equal(troubleOf(new TypeError("our own mistake")), null);
});

test("the wait is at least what the server asks for", async () => {
  const waits: number[] = [];
  let attempt = 0;
  const answer = await untilAnswered(
    () => (attempt++ === 0 ? Promise.reject(new ApiError(429, "too_many", "x", null, 2000)) : Promise.resolve("done")),
    { pause: (ms) => { waits.push(ms); return Promise.resolve(); }, random: () => 0 },
  );
  assert.equal(answer, "done");
  assert.deepEqual(waits, [2000]);
});

test("storage that throws falls back to memory and nothing is lost", () => {
  const keep = new BrowserKeep(() => { throw new Error("denied"); });
  keep.set("a.1", "x");
  keep.set("a.2", "y");
  assert.equal(keep.get("a.1"), "x");
  assert.deepEqual(keep.keys("a.").sort(), ["a.1", "a.2"]);
  keep.remove("a.1");
  assert.equal(keep.get("a.1"), null);
});

test("storage that is full keeps the newest value in memory", () => {
  const stored: Record<string, string> = { k: "old" };
  let isFull = true;
  const storage = {
    getItem: (key: string) => stored[key] ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new Error("QuotaExceededError");
      stored[key] = value;
    },
  } as unknown as Storage;
  const keep = new BrowserKeep(() => storage);
  keep.set("k", "new");
  assert.equal(keep.get("k"), "new");
  isFull = false;
  keep.set("k", "newer");
  assert.equal(keep.get("k"), "newer");
  assert.equal(stored.k, "newer");
});

test("events are numbered across reloads and sent once", async () => {
  const keep = new MemoryKeep();
  const received: InteractionEvent[] = [];
  const post = (events: InteractionEvent[]): Promise<void> => {
    received.push(...events);
    return Promise.resolve();
  };
  const first = new EventQueue(TOKEN, keep, post, () => 1);
  first.add("page_loaded");
  first.add("focus_lost", { trial_index: 4 });
  await first.flush();
  const second = new EventQueue(TOKEN, keep, post, () => 2);
  second.add("page_loaded", { detail: "again" });
  await second.flush();
  await second.flush();
  assert.deepEqual(received, [
    { event_index: 0, kind: "page_loaded", at_ms: 1 },
    { event_index: 1, kind: "focus_lost", at_ms: 1, trial_index: 4 },
    { event_index: 2, kind: "page_loaded", at_ms: 2, detail: "again" },
  ]);
});

test("events that could not be sent wait; events added meanwhile are not lost; a batch that is refused is dropped", async () => {
  const keep = new MemoryKeep();
  let failure: Error | null = new ConnectionError("gone");
  const queue: EventQueue = new EventQueue(TOKEN, keep, () => {
    queue.add("focus_gained");
    return failure === null ? Promise.resolve() : Promise.reject(failure);
  });
  queue.add("focus_lost");
  await queue.flush();
  assert.equal(queue.waitingCount(), 2);
  failure = null;
  await queue.flush();
  assert.equal(queue.waitingCount(), 1);
  failure = new ApiError(400, "invalid", "x");
  await queue.flush();
  assert.equal(queue.waitingCount(), 1);
});

test("a batch has at most a hundred events, and a long absence does not fill the store", async () => {
  const sizes: number[] = [];
  const queue = new EventQueue(TOKEN, new MemoryKeep(), (events) => {
    sizes.push(events.length);
    return Promise.resolve();
  });
  for (let count = 0; count < 700; count++) queue.add("focus_lost");
  assert.equal(queue.waitingCount(), 500);
  await queue.flush();
  assert.deepEqual(sizes, [100]);
});

test("after the end of a session its events are neither sent nor kept, also those that were on their way", async () => {
  const keep = new MemoryKeep();
  let release: () => void = () => undefined;
  let sentCount = 0;
  const queue = new EventQueue(TOKEN, keep, () => {
    sentCount++;
    return new Promise<void>((resolve) => { release = resolve; });
  });
  queue.add("page_loaded");
  const sending = queue.flush();
  queue.add("focus_lost");
  queue.end();
  release();
  await sending;
  queue.add("focus_gained");
  await queue.flush();
  assert.equal(sentCount, 1);
  assert.deepEqual(keep.keys(""), []);
});

test("what is answered by something between page and server is waited out like no answer at all", () => {
  assert.equal(troubleOf(new ApiError(403, "unknown", "a firewall's page")), "offline");
  assert.equal(troubleOf(new ApiError(403, "forbidden", "the server's own word")), null);
  assert.equal(troubleOf(new ApiError(401, "unknown", "")), null);
});
