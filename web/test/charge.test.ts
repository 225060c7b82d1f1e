import assert from "node:assert/strict";
import { test } from "node:test";
import { isSuperseded, SessionApi } from "../wire/api";
import { Charge, type Channel, type ChargeReports } from "../wire/charge";
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

function reports(name: string, heard: string[]): ChargeReports {
  return { onLost: () => { heard.push(`${name} lost`); }, onTaken: () => { heard.push(`${name} taken`); } };
}

test("the newest page is in charge; each older one is told once and says that it leaves, and pages of other sessions hear nothing", () => {
  const browser = new Browser();
  const heard: string[] = [];
  const open = (token: string, page_number: number, name: string): Charge => new Charge(token, page_number, reports(name, heard), browser.open);
  open(TOKEN, 1, "first");
  open(TOKEN.replace("a", "z"), 1, "another session");
  open(TOKEN, 2, "second");
  assert.deepEqual(heard, ["second taken", "first lost"]);
  open(TOKEN, 3, "third");
  assert.deepEqual(heard.slice(2), ["third taken", "second lost"]);
});

test("a page whose claim came first but was heard of last takes nothing over", () => {
  const browser = new Browser();
  const heard: string[] = [];
  new Charge(TOKEN, 6, reports("6", heard), browser.open);
  new Charge(TOKEN, 5, reports("5", heard), browser.open);
  assert.deepEqual(heard, []);
});

test("without channels nobody is told, and nothing breaks", () => {
  const heard: string[] = [];
  new Charge(TOKEN, 1, reports("only", heard), () => null).close();
  assert.deepEqual(heard, []);
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
  const tellers: string[] = [];
  api.onSuperseded = (teller) => { tellers.push(teller); };
  await api.claim({});
  await assert.rejects(api.read(), isSuperseded);
  await assert.rejects(api.read(), isSuperseded);
  await assert.rejects(api.image("00"), isSuperseded);
  api.supersede();
  assert.deepEqual(asked, [["/api/v1/session/page", undefined], ["/api/v1/session", "4"]]);
  assert.deepEqual(tellers, ["server"]);
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
