import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ImageStore, type Timing } from "../task/images";
import { ApiError, ConnectionError } from "../wire/api";

/** Images come when the test says so. */
class Source {
  readonly asked: string[] = [];
  readonly attempts = new Map<string, number>();
  private readonly open = new Map<string, { resolve: (blob: Blob) => void; reject: (error: unknown) => void }>();

  readonly fetch = (name: string, attempt: number): Promise<Blob> => {
    this.asked.push(name);
    this.attempts.set(name, attempt);
    return new Promise((resolve, reject) => { this.open.set(name, { resolve, reject }); });
  };

  underWay(): string[] {
    return [...this.open.keys()];
  }

  async come(name: string): Promise<void> {
    this.take(name).resolve(new Blob([name]));
    await settled();
  }

  async fail(name: string, error: Error): Promise<void> {
    this.take(name).reject(error);
    await settled();
  }

  private take(name: string): { resolve: (blob: Blob) => void; reject: (error: unknown) => void } {
    const request = this.open.get(name);
    assert.ok(request !== undefined, `${name} was not asked for`);
    this.open.delete(name);
    return request;
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

interface Setting {
  source: Source;
  store: ImageStore;
  revoked: string[];
  events: string[];
  troubles: boolean[];
  /** Lets time go by. */
  tick: (ms: number) => Promise<void>;
}

function setUp(t: TestContext): Setting {
  let now_ms = 0;
  const timers = new Map<() => void, number>();
  const timing: Timing = {
    now: () => now_ms,
    after: (ms, run) => {
      timers.set(run, now_ms + ms);
      return () => { timers.delete(run); };
    },
  };
  const revoked: string[] = [];
  t.mock.method(URL, "revokeObjectURL", (url: string) => { revoked.push(url); });
  const source = new Source();
  const store = new ImageStore(source.fetch, async (blob) => `blob:${await blob.text()}`, timing);
  const events: string[] = [];
  const troubles: boolean[] = [];
  store.reports = {
    onEvent: (kind, name, detail) => { events.push(`${kind} ${name} ${detail}`); },
    onTrouble: (isOffline) => { troubles.push(isOffline); },
  };
  const tick = async (ms: number): Promise<void> => {
    now_ms += ms;
    for (const [run, due_ms] of [...timers]) {
      if (due_ms > now_ms || !timers.delete(run)) continue;
      run();
    }
    await settled();
  };
  return { source, store, revoked, events, troubles, tick };
}

const NAMES = Array.from({ length: 30 }, (_, at) => `i${String(at)}`);

test("six at a time while somebody waits, four behind; always the next that is needed", async (t) => {
  const { source, store } = setUp(t);
  store.want(NAMES);
  assert.deepEqual(source.underWay(), NAMES.slice(0, 4));
  const counts: string[] = [];
  let isReady = false;
  void store.ready(NAMES.slice(0, 8), (done, count) => { counts.push(`${String(done)}/${String(count)}`); }).then(() => { isReady = true; });
  assert.deepEqual(source.underWay(), NAMES.slice(0, 6));
  for (const name of NAMES.slice(0, 8)) {
    assert.equal(isReady, false);
    assert.ok(source.underWay().length <= 6);
    await source.come(name);
  }
  assert.equal(isReady, true);
  assert.deepEqual(counts, ["0/8", "1/8", "2/8", "3/8", "4/8", "5/8", "6/8", "7/8", "8/8"]);
  for (let left = NAMES.length - 8; left > 0; left--) {
    await source.come(source.underWay()[0] ?? "");
    assert.ok(source.underWay().length <= 6);
  }
  assert.deepEqual(source.asked, NAMES, "each once, in the order of need");
  assert.ok(store.has(NAMES));
});

test("what is no longer needed is let go, also when it comes late", async (t) => {
  const { source, store, revoked } = setUp(t);
  store.want(NAMES.slice(0, 3));
  await source.come("i0");
  await source.come("i1");
  assert.equal(store.url("i0"), "blob:i0");
  store.want(["i1"]);
  assert.deepEqual(revoked, ["blob:i0"]);
  assert.throws(() => store.url("i0"), /was not loaded/);
  assert.equal(store.url("i1"), "blob:i1");
  await source.come("i2");
  assert.deepEqual(revoked, ["blob:i0", "blob:i2"]);
});

test("an image that fails is asked for again after a pause that grows, is named once, and holds no other image up", async (t) => {
  const { source, store, events, troubles, tick } = setUp(t);
  store.want(NAMES.slice(0, 6));
  await source.fail("i0", new ApiError(404, "not_found", "no such image"));
  assert.deepEqual(events, []);
  assert.deepEqual(troubles, [false]);
  assert.ok(!source.underWay().includes("i0") && source.underWay().includes("i4"), "its place is taken by the next");
  await tick(100);
  assert.ok(!source.underWay().includes("i0"), "not at once");
  for (const name of ["i1", "i2", "i3", "i4", "i5"]) await source.come(name);
  await tick(200);
  await source.fail("i0", new ConnectionError("cut"));
  assert.deepEqual(events, ["image_failed i0 ConnectionError: no answer from the server"]);
  await tick(300);
  assert.deepEqual(source.underWay(), [], "the second pause is longer");
  await tick(250);
  await source.fail("i0", new ApiError(500, "storage", "a disk"));
  await tick(1000);
  assert.equal(source.attempts.get("i0"), 3);
  await source.come("i0");
  assert.deepEqual(events.slice(1), ["image_retried i0 came at attempt 4"]);
});

test("somebody who waits, and a network that is back, do not wait for the pause to end", async (t) => {
  const { source, store } = setUp(t);
  store.want(["i0", "i1"]);
  await source.come("i1");
  await source.fail("i0", new ConnectionError("cut"));
  assert.deepEqual(source.underWay(), []);
  let isReady = false;
  void store.ready(["i0"]).then(() => { isReady = true; });
  assert.deepEqual(source.underWay(), ["i0"]);
  await source.fail("i0", new ConnectionError("cut"));
  store.tryAgainNow();
  await source.come("i0");
  assert.equal(isReady, true);
});

test("with the server away a few images are tried again and again, and not each of them once", async (t) => {
  const { source, store, tick } = setUp(t);
  store.want(NAMES);
  for (let turn = 0; turn < 40; turn++) {
    for (const name of source.underWay()) await source.fail(name, new ConnectionError("away"));
    await tick(1000);
  }
  assert.equal(new Set(source.asked).size, 6);
  while (!store.has(NAMES)) {
    for (const name of source.underWay()) await source.come(name);
    await tick(5000);
  }
});

test("a session that the server refuses ends the waiting; nothing more is asked for", async (t) => {
  const { source, store, tick } = setUp(t);
  store.want(NAMES);
  const waiting = store.ready(NAMES.slice(0, 2));
  const refused = assert.rejects(waiting, (error) => error instanceof ApiError && error.status === 410);
  await source.fail("i1", new ApiError(410, "gone", "closed"));
  await refused;
  const askedCount = source.asked.length;
  await tick(60_000);
  await assert.rejects(store.ready(["i9"]), /closed/);
  assert.equal(source.asked.length, askedCount);
});
