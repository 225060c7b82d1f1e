// Images arrive as they are needed: the first twenty trials' before the page begins, the others behind the trials, a late one when it comes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page, Route } from "playwright-core";
import { query } from "../http/support/database.ts";
import { until } from "../http/support/program.ts";
import { arrive, finishAndCompare, storedEvents } from "./support/accident.ts";
import { keepScreenshot, launch } from "./support/browser.ts";
import { mixedStrategy, type Choice } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

declare global {
  interface Window {
    revokedCount: number;
  }
}

const TRIAL_COUNT = 24;
/** As the page has it. */
const WINDOW_TRIAL_COUNT = 20;

/** In the order of the trials of the only session. */
function stimuliOf(data: string): string[] {
  return query<{ sha256: string }>(data, `SELECT lower(hex(s.media_sha256)) AS sha256 FROM session JOIN condition_trial t USING (condition_id)
    JOIN stimulus s ON s.stimulus_id = t.left_stimulus_id WHERE t.phase = 'main' ORDER BY t.trial_index`).map(({ sha256 }) => sha256);
}

/** Images are held until the test lets them go. */
class Gate {
  readonly asked: string[] = [];
  mostAtOnce = 0;
  isOpen = false;
  private readonly held = new Map<string, Route>();

  static async on(page: Page): Promise<Gate> {
    const gate = new Gate();
    await page.route("**/media/*", async (route) => {
      const name = route.request().url().split("/").at(-1) ?? "";
      gate.asked.push(name);
      if (gate.isOpen) return route.continue();
      gate.held.set(name, route);
      gate.mostAtOnce = Math.max(gate.mostAtOnce, gate.held.size);
    });
    return gate;
  }

  /** Lets this one through, as soon as it is asked for. */
  async pass(name: string): Promise<void> {
    const route = await until(`${name} is asked for`, () => Promise.resolve(this.held.get(name) ?? null));
    this.held.delete(name);
    await route.continue();
  }

  async passAll(): Promise<void> {
    this.isOpen = true;
    const routes = [...this.held.values()];
    this.held.clear();
    await Promise.all(routes.map((route) => route.continue()));
  }
}

test("the page begins with the images of twenty trials, counted as they come; a trial whose image is late waits for it and for no other", async (t) => {
  const scene = await arrive(t, browser, "category", TRIAL_COUNT);
  const { person, data } = scene;
  const { page } = person;
  const gate = await Gate.on(page);
  await person.arrive();
  await person.agree();
  await person.stage("preload");
  const stimuli = stimuliOf(data);
  for (const [at, name] of stimuli.slice(0, WINDOW_TRIAL_COUNT).entries()) {
    await page.getByTestId("preload-count").filter({ hasText: `${String(at)} of ${String(WINDOW_TRIAL_COUNT)} images` }).waitFor();
    if (at === 7) await keepScreenshot(page, "preload");
    await gate.pass(name);
  }
  await person.stage("instructions");
  assert.equal(gate.mostAtOnce, 6);
  await person.readInstructions();
  await person.answerComprehension();
  await person.begin();
  const responses: Choice[] = await person.play("trials", mixedStrategy, 0, WINDOW_TRIAL_COUNT);

  const late = stimuli[WINDOW_TRIAL_COUNT] ?? "";
  await page.getByTestId("status").filter({ hasText: "Loading the picture …" }).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.body.dataset.trialIndex, document.body.dataset.state]), [String(WINDOW_TRIAL_COUNT), "waiting"]);
  await keepScreenshot(page, "late-picture");
  await gate.pass(late);
  await person.due("trials", WINDOW_TRIAL_COUNT);
  assert.equal(await page.getByTestId("status").isHidden(), true);
  await gate.passAll();
  responses.push(...await person.play("trials", mixedStrategy, WINDOW_TRIAL_COUNT));
  assert.deepEqual(gate.asked, stimuli, "each once, in the order of the trials");
  await finishAndCompare(scene, await person.shown(), responses);
});

test("an image that fails is named, tried again and shown when it comes; those of past trials are let go", async (t) => {
  const scene = await arrive(t, browser);
  const { person, data, visitor } = scene;
  const { page } = person;
  visitor.expect((text, url) => url.includes("/media/") || text.includes("net::ERR_FAILED"));
  await visitor.context.addInitScript(() => {
    window.revokedCount = 0;
    const revoke = URL.revokeObjectURL.bind(URL);
    URL.revokeObjectURL = (url) => {
      window.revokedCount++;
      revoke(url);
    };
  });
  let failureCount = 0;
  // The fourth image that is asked for: not there, then not an image, then cut off, then there.
  const failing = new Set<string>();
  await page.route("**/media/*", (route) => {
    const url = route.request().url();
    if (failing.size < 4) failing.add(url);
    if (url !== [...failing][3] || failureCount === 3) return route.continue();
    failureCount++;
    if (failureCount === 1) return route.fulfill({ status: 404, json: { error: { kind: "not_found", message: "no such image" } } });
    return failureCount === 2 ? route.fulfill({ contentType: "image/webp", body: "no image" }) : route.abort();
  });
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy);
  await person.stage("questionnaire");
  assert.equal(failureCount, 3);
  assert.equal(await page.evaluate(() => window.revokedCount), responses.length + 1, "every image once, and the one that was none");
  await finishAndCompare(scene, await person.shown(), responses);
  const [name = ""] = stimuliOf(data).slice(3, 4);
  const events = storedEvents(data, "image_failed", "image_retried");
  assert.deepEqual(events.map(({ kind, trial_index }) => [kind, trial_index]), [["image_failed", 3], ["image_retried", 3]]);
  for (const { detail } of events) assert.ok(detail?.startsWith(`trials ${name}: `), detail ?? "");
});
