import assert from "node:assert/strict";
import { test } from "node:test";
import { isSuperseded, SessionApi } from "../wire/api";
import { Charge, type Channel } from "../wire/charge";
import { ClockWatch } from "../wire/clock";

/** Pages of one browser. */
class Browser {
  private readonly channels = new Set<Channel & { name: string }>();

  readonly open = (name: string): Channel => {
    const channel = {
      name,
      onmessage: null as Channel["onmessage"],
      postMessage: (message: object): void => {
        for (const other of this.channels) if (other !== channel && other.name === name) other.onmessage?.({ data: message } as MessageEvent);
      },
      close: (): void => { this.channels.delete(channel); },
    };
    this.channels.add(channel);
    return channel;
  };
}

const TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

test("the newest page is in charge; each older one is told once, and pages of other sessions never", () => {
  const browser = new Browser();
  const lost: string[] = [];
  new Charge(TOKEN, 1, () => { lost.push("first"); }, browser.open);
  new Charge(TOKEN.replace("a", "z"), 1, () => { lost.push("another session"); }, browser.open);
  new Charge(TOKEN, 2, () => { lost.push("second"); }, browser.open);
  assert.deepEqual(lost, ["first"]);
  new Charge(TOKEN, 3, () => { lost.push("third"); }, browser.open);
  assert.deepEqual(lost, ["first", "second"]);
});

test("a page whose claim came first but was heard of last takes nothing over", () => {
  const browser = new Browser();
  const lost: number[] = [];
  new Charge(TOKEN, 6, () => { lost.push(6); }, browser.open);
  new Charge(TOKEN, 5, () => { lost.push(5); }, browser.open);
  assert.deepEqual(lost, []);
});

test("without channels nobody is told, and nothing breaks", () => {
  new Charge(TOKEN, 1, () => { assert.fail(); }, () => null).close();
});

test("a page that is no longer in charge asks for nothing more, and hears the server's words", async (t) => {
  const asked: [string, unknown][] = [];
  t.mock.method(globalThis, "fetch", (path: string, init: RequestInit) => {
    asked.push([path, (init.headers as Record<string, string>)["Dinolab-Page"]]);
    const claim = path.endsWith("/page");
    return Promise.resolve(new Response(JSON.stringify(claim ? { page_number: 4, session: {} } : { error: { kind: "superseded", message: "page 5" } }), {
      status: claim ? 200 : 409,
    }));
  });
  const api = new SessionApi(TOKEN);
  let told = 0;
  api.onSuperseded = () => { told++; };
  await api.claim();
  await assert.rejects(api.read(), isSuperseded);
  await assert.rejects(api.read(), isSuperseded);
  await assert.rejects(api.image("00"), isSuperseded);
  api.supersede();
  assert.deepEqual(asked, [["/api/v1/session/page", undefined], ["/api/v1/session", "4"]]);
  assert.equal(told, 1);
});

test("a date that is moved, or a computer that slept, is noticed once; a clock that runs a little wrong is not", () => {
  let date_ms = 1.7e12;
  let monotonic_ms = 100;
  const watch = new ClockWatch(() => date_ms, () => monotonic_ms);
  const pass = (dated_ms: number, true_ms: number): number | null => {
    date_ms += dated_ms;
    monotonic_ms += true_ms;
    return watch.look();
  };
  assert.equal(pass(3000, 3000), null);
  assert.equal(pass(3_603_000, 3000), 3_600_000);
  assert.equal(pass(3000, 3000), null);
  assert.equal(pass(-7_197_000, 3000), -7_200_000);
  for (let trial = 0; trial < 8; trial++) assert.equal(pass(5_200, 5_000), null);
  assert.equal(pass(5_000, 4_000), 2_600, "small steps add up");
});
