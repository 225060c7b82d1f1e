// Bad luck on the participant's side: the clock is changed, the lid closed, the page gone back from, the browser keeps nothing or no more. Each session
// ends with every trial stored once, as it was pressed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser } from "playwright-core";
import { query } from "../http/support/database.ts";
import { arrive, finishAndCompare, finishedRows, isCutOff, letBeHidden, saysThatItIsOffline, storedEvents } from "./support/accident.ts";
import { ARGUMENTS, launch } from "./support/browser.ts";
import { assertWholeRecord, mixedStrategy } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const HOUR_MS = 3_600_000;

declare global {
  interface Window {
    /** What tests change: by how much the date is wrong, and whether the store is full. */
    dateError_ms: number;
    isStoreFull: boolean;
  }
}

/** The page's date is wrong by window.dateError_ms; its monotonic clock is not. */
function wrongDate(): void {
  const True = Date;
  window.dateError_ms = -400 * 24 * 3_600_000;
  class Wrong extends True {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(True.now() + window.dateError_ms);
      else super(...(given as [number]));
    }
    static override now(): number {
      return True.now() + window.dateError_ms;
    }
  }
  window.Date = Wrong as DateConstructor;
}

test("a date that is wrong from the start, and moved by hours forwards and back, changes no time and no trial", async (t) => {
  const scene = await arrive(t, browser);
  const { person, data, visitor } = scene;
  await visitor.context.addInitScript(wrongDate);
  await person.reachTrials();
  assert.ok((await person.page.evaluate(() => Date.now())) < Date.now() - 399 * 24 * HOUR_MS);
  const responses = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  await person.page.evaluate((hour_ms) => { window.dateError_ms += 5 * hour_ms; }, HOUR_MS);
  responses.push(...await person.play("trials", mixedStrategy, 3, 6));
  await person.due("trials", 6);
  await person.page.evaluate((hour_ms) => { window.dateError_ms -= 9 * hour_ms; }, HOUR_MS);
  responses.push(...await person.play("trials", mixedStrategy, 6));
  await finishAndCompare(scene, await person.shown(), responses);
  const changes = storedEvents(data, "clock_changed");
  assert.deepEqual(changes.map(({ trial_index, detail }) => [trial_index, Math.round(parseInt(detail ?? "", 10) / HOUR_MS)]), [[4, 5], [7, -9]]);
});

test("a lid closed while a response is on its way: the response is sent after waking; nothing begins while nobody sees it", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  const { page } = person;
  visitor.expect(isCutOff);
  const lid = await letBeHidden(page);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 3);

  // Looking elsewhere between the onset and the response is stored with the trial.
  await person.due("trials", 3);
  const other = await visitor.newPage();
  await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === "hidden", undefined, { polling: 20 });
  await page.bringToFront();
  await page.waitForFunction(() => document.visibilityState === "visible", undefined, { polling: 20 });
  responses.push(...await person.play("trials", mixedStrategy, 3, 4));

  await person.due("trials", 4);
  server.freeze();
  await person.press(1);
  responses.push(1);
  await page.waitForFunction(() => document.body.dataset.state === "saving");
  await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === "hidden", undefined, { polling: 20 });
  await lid.send("Page.setWebLifecycleState", { state: "frozen" });
  await server.kill();
  await server.restart();
  assert.deepEqual(query(scene.data, "SELECT trial_id FROM trial WHERE trial_index = 4"), [], "a page that is frozen sends nothing");
  await lid.send("Page.setWebLifecycleState", { state: "active" });

  // Awake, but behind another tab: the response goes to the server, and its feedback and the next trial wait until somebody sees them.
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name, duration }) => name.endsWith("/trials/4") && duration > 0), undefined, { polling: 20 });
  assert.equal((await person.shown()).at(-1)?.feedback ?? null, null, "no feedback in a hidden page");
  await page.bringToFront();
  await person.due("trials", 5);
  responses.push(...await person.play("trials", mixedStrategy, 5));
  await person.stage("questionnaire");
  assertWholeRecord(await person.shown(), responses, "category");
  const rows = await finishedRows(scene, responses);
  assert.deepEqual(rows.map((row) => row.is_visible), rows.map((_, index) => (index === 3 ? "0" : "1")), "only the trial that was left was not seen all the time");
});

test("going back from the middle of a trial, and forward again, loses no trial and repeats none", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server } = scene;
  const { page } = person;
  scene.visitor.expect((text, url) => text.includes("404") && url.includes("another-study"));
  await page.goto(`${server.url}/s/another-study`);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 4);
  await person.due("trials", 4);
  const shown = (await person.shown()).slice(0, 4);
  await page.goBack();
  await person.stage("notice");
  await page.goForward();
  await person.begin();
  responses.push(...await person.play("trials", mixedStrategy, 4));
  shown.push(...await person.shown());
  await finishAndCompare(scene, shown, responses);
});

test("a page that the browser put aside whole, when it was gone back from, goes on where it was", async (t) => {
  const keeping = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS, ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  t.after(() => keeping.close());
  const scene = await arrive(t, keeping);
  const { person, server } = scene;
  const { page } = person;
  scene.visitor.expect((text, url) => text.includes("404") && url.includes("another-study"));
  await page.goto(`${server.url}/s/another-study`);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 4);
  await person.due("trials", 4);
  await page.evaluate(() => { history.back(); });
  await person.stage("notice");
  await page.evaluate(() => { history.forward(); });
  await person.stage("trials", "begin", "preload");
  const isWhole = await page.evaluate(() => document.body.dataset.stage === "trials");
  t.diagnostic(isWhole ? "the browser gave the page back as it was" : "the browser loaded the page again");
  if (!isWhole) await person.begin();
  responses.push(...await person.play("trials", mixedStrategy, 4));
  const rows = await finishedRows(scene, responses);
  assert.deepEqual(rows.map((row) => row.is_visible), rows.map((_, index) => (isWhole && index === 4 ? "0" : "1")), "the trial that was left is the one not seen all the time");
});

/** As with site data blocked: to name a store is an error. */
function noStores(): void {
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(window, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });
}

test("a browser that keeps nothing plays to the end from memory, also past a server that was away; a reload begins anew", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  visitor.expect(isCutOff);
  await visitor.context.addInitScript(noStores);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 5);
  await person.due("trials", 5);
  await server.kill();
  await person.press(0);
  responses.push(0);
  await saysThatItIsOffline(person);
  await server.restart();
  responses.push(...await person.play("trials", mixedStrategy, 6));
  const shown = await person.shown();
  await person.stage("questionnaire");
  const reloaded = await visitor.newPage();
  await reloaded.goto(person.link);
  await reloaded.waitForFunction(() => document.body.dataset.stage === "consent");
  await finishAndCompare(scene, shown, responses);
});

/** As long as window.isStoreFull, nothing more fits. */
function fillableStore(): void {
  const setItem = Object.getOwnPropertyDescriptor(Storage.prototype, "setItem")?.value as Storage["setItem"];
  Storage.prototype.setItem = function set(this: Storage, key: string, value: string): void {
    if (window.isStoreFull) throw new DOMException("no space left", "QuotaExceededError");
    setItem.call(this, key, value);
  };
}

test("a store that is full from the middle on loses nothing: what does not fit is kept in memory until it is sent", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  visitor.expect(isCutOff);
  await visitor.context.addInitScript(fillableStore);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  await person.page.evaluate(() => { window.isStoreFull = true; });
  responses.push(...await person.play("trials", mixedStrategy, 3, 5));
  await person.due("trials", 5);
  await server.kill();
  await person.press(1);
  responses.push(1);
  await saysThatItIsOffline(person);
  assert.deepEqual(await person.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("outbox"))), []);
  await server.restart();
  await person.due("trials", 6);
  const shown = (await person.shown()).slice(0, 6);
  // The store is still full on the next page, which finds the session by what was kept before.
  await visitor.context.addInitScript(() => { window.isStoreFull = true; });
  await person.page.reload();
  await person.begin();
  responses.push(...await person.play("trials", mixedStrategy, 6));
  shown.push(...await person.shown());
  await finishAndCompare(scene, shown, responses);
});
