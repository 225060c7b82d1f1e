import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, ConnectionError } from "../wire/api";
import { MemoryKeep } from "../wire/keep";
import { Outbox, type OutboxEntry } from "../wire/outbox";
import type { Feedback, Phase, ResponseBody } from "../wire/types";

const TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const pause = (): Promise<void> => Promise.resolve();

function entry(index: number, response: 0 | 1 = 1, phase: Phase = "trials"): OutboxEntry {
  const body: ResponseBody = { response, rt_ms: 512.3, onset_ms: 1000.5, is_visible: true, is_fullscreen: true, input: "keyboard" };
  return { phase, index, body };
}

function feedback(index: number, response: 0 | 1): Feedback {
  return { trial_index: index, response, is_correct: true, category: "julty", pay_so_far_minor: 204, next: null };
}

/** A server that fails as told, one failure per attempt, and then stores. */
class FakeServer {
  readonly attempts: { phase: Phase; index: number; body: ResponseBody }[] = [];
  constructor(readonly failures: Error[] = []) {}

  readonly put = (phase: Phase, index: number, body: ResponseBody): Promise<Feedback> => {
    this.attempts.push({ phase, index, body });
    const failure = this.failures.shift();
    return failure === undefined ? Promise.resolve(feedback(index, body.response)) : Promise.reject(failure);
  };
}

test("a response is kept before its first attempt and let go after its reply", async () => {
  const keep = new MemoryKeep();
  let keptDuringAttempt = 0;
  const outbox = new Outbox(TOKEN, keep, (_, index, body) => {
    keptDuringAttempt = outbox.waiting().length;
    return Promise.resolve(feedback(index, body.response));
  });
  const delivered = await outbox.deliver(entry(17));
  assert.equal(keptDuringAttempt, 1);
  assert.equal(delivered.feedback.trial_index, 17);
  assert.deepEqual(outbox.waiting(), []);
  assert.deepEqual(keep.keys(""), []);
});

test("a lost connection is told of and the same body is sent until it is answered", async () => {
  const server = new FakeServer([new ConnectionError("gone"), new ApiError(503, "busy", "later"), new ApiError(502, "unknown", "proxy")]);
  const outbox = new Outbox(TOKEN, new MemoryKeep(), server.put);
  const troubles: string[] = [];
  await outbox.deliver(entry(3), { pause, onTrouble: (trouble) => { troubles.push(trouble); } });
  assert.deepEqual(troubles, ["offline", "busy", "offline"]);
  assert.equal(server.attempts.length, 4);
  for (const attempt of server.attempts) assert.deepEqual(attempt, entry(3));
});

test("a page that went away while offline leaves its response to the next page, in the order of the task", async () => {
  const keep = new MemoryKeep();
  const stuck = new Outbox(TOKEN, keep, () => new Promise(() => undefined));
  void stuck.deliver(entry(10));
  void stuck.deliver(entry(9, 0));
  void stuck.deliver(entry(2, 1, "practice"));

  const server = new FakeServer();
  const next = new Outbox(TOKEN, keep, server.put);
  assert.equal(await next.resend({ pause }), 3);
  assert.deepEqual(server.attempts, [entry(2, 1, "practice"), entry(9, 0), entry(10)]);
  assert.deepEqual(next.waiting(), []);
});

test("the first response to a trial counts: a second one sends the first", async () => {
  const keep = new MemoryKeep();
  void new Outbox(TOKEN, keep, () => new Promise(() => undefined)).deliver(entry(5, 1));
  const server = new FakeServer();
  await new Outbox(TOKEN, keep, server.put).deliver(entry(5, 0));
  assert.equal(server.attempts[0]?.body.response, 1);
});

test("a conflict rejects, and the response is let go so that the server's state can be followed", async () => {
  const outbox = new Outbox(TOKEN, new MemoryKeep(), new FakeServer([new ApiError(409, "conflict", "another response", 18)]).put);
  await assert.rejects(outbox.deliver(entry(17), { pause }), (error: unknown) => error instanceof ApiError && error.expectedIndex === 18);
  assert.deepEqual(outbox.waiting(), []);
});

test("resending goes on after a response that the server refuses", async () => {
  const keep = new MemoryKeep();
  const stuck = new Outbox(TOKEN, keep, () => new Promise(() => undefined));
  void stuck.deliver(entry(4));
  void stuck.deliver(entry(5));
  const server = new FakeServer([new ApiError(409, "conflict", "stored already")]);
  const outbox = new Outbox(TOKEN, keep, server.put);
  assert.equal(await outbox.resend({ pause }), 1);
  assert.deepEqual(server.attempts.map((attempt) => attempt.index), [4, 5]);
  assert.deepEqual(outbox.waiting(), []);
});

test("a session that is closed or unknown keeps the response, which was not judged", async () => {
  for (const status of [401, 410]) {
    const outbox = new Outbox(TOKEN, new MemoryKeep(), new FakeServer([new ApiError(status, "x", "x")]).put);
    await assert.rejects(outbox.deliver(entry(1), { pause }), ApiError);
    assert.equal(outbox.waiting().length, 1);
  }
});

test("sessions do not see each other's responses, and damaged entries are dropped", () => {
  const keep = new MemoryKeep();
  const never = (): Promise<Feedback> => new Promise(() => undefined);
  void new Outbox(TOKEN, keep, never).deliver(entry(0));
  const other = new Outbox("Z" + TOKEN.slice(1), keep, never);
  assert.deepEqual(other.waiting(), []);
  const own = new Outbox(TOKEN, keep, never);
  for (const broken of ["{", "null", "{}", '{"response":2,"rt_ms":1}']) {
    keep.set(`dinolab.outbox.${TOKEN.slice(0, 12)}.trials.7`, broken);
    assert.deepEqual(own.waiting().map((waiting) => waiting.index), [0]);
  }
});

test("the reply time is that of the attempt that was answered", async () => {
  let clock_ms = 0;
  const server = new FakeServer([new ConnectionError("gone")]);
  const outbox = new Outbox(TOKEN, new MemoryKeep(), (phase, index, body) => {
    clock_ms += 40;
    return server.put(phase, index, body);
  }, () => clock_ms);
  const slowPause = (): Promise<void> => {
    clock_ms += 5000;
    return Promise.resolve();
  };
  const delivered = await outbox.deliver(entry(0), { pause: slowPause });
  assert.equal(delivered.reply_ms, 40);
});

test("a response of a page that is no longer in charge stays kept for the page that is", async () => {
  const keep = new MemoryKeep();
  const older = new Outbox(TOKEN, keep, new FakeServer([new ApiError(409, "superseded", "page 2 is in charge")]).put);
  await assert.rejects(older.deliver(entry(5), { pause }), /page 2/);
  const server = new FakeServer();
  const newer = new Outbox(TOKEN, keep, server.put);
  assert.equal(await newer.resend({ pause }), 1);
  assert.deepEqual(server.attempts, [entry(5)]);
  assert.deepEqual(newer.waiting(), []);
});

test("what is forgotten is not sent any more, and another session's stays", async () => {
  const keep = new MemoryKeep();
  const away = new Outbox(TOKEN, keep, () => Promise.reject(new ApiError(410, "gone", "It was closed.")));
  await assert.rejects(away.deliver(entry(3), { pause }));
  assert.equal(away.waiting().length, 1);
  keep.set("dinolab.outbox.another-token.trials.0", "{}");
  away.forget();
  assert.deepEqual(away.waiting(), []);
  assert.deepEqual(keep.keys("dinolab."), ["dinolab.outbox.another-token.trials.0"]);
});
