// One session in two tabs: the newer one is in charge, the older one says so and goes quiet, and nothing that was answered in either is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Request } from "playwright-core";
import { arrive, finishedRows, saysThatItIsOffline, storedEvents, type Accident } from "./support/accident.ts";
import { keepScreenshot, launch } from "./support/browser.ts";
import { mixedStrategy, Participant, type Choice } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** The study once more, in a second tab of the same browser. */
async function duplicated({ visitor, person }: Accident): Promise<Participant> {
  const again = new Participant(await visitor.newPage(), person.task, person.link);
  await again.arrive();
  await again.begin();
  return again;
}

async function saysThatAnotherIsInCharge(person: Participant): Promise<void> {
  await person.page.getByTestId("notice-superseded").waitFor();
  assert.match(await person.page.locator("#stage").innerText(), /goes on in another tab/);
}

/** The browser reports the refusal itself. */
function isRefusal(text: string): boolean {
  return text.includes("409");
}

function isFailed(text: string): boolean {
  return text.includes("net::ERR_FAILED");
}

test("an older tab hears of the newer one at once, takes no key and asks for nothing; its button takes the session back", async (t) => {
  const scene = await arrive(t, browser);
  const { person, data } = scene;
  await person.reachTrials();
  const responses: Choice[] = await person.play("trials", mixedStrategy, 0, 4);
  await person.due("trials", 4);
  const again = await duplicated(scene);
  assert.deepEqual((await again.due("trials", 4))?.index, 4, "the newer tab goes on at the same trial");
  await saysThatAnotherIsInCharge(person);
  await keepScreenshot(person.page, "superseded");

  const asked: Request[] = [];
  person.page.on("request", (request) => asked.push(request));
  await person.page.bringToFront();
  await person.press(1);
  await person.press(0);
  responses.push(...await again.play("trials", mixedStrategy, 4, 7));
  await again.due("trials", 7);
  assert.deepEqual(asked.map((request) => request.url()), [], "the older tab is quiet");

  await person.page.getByTestId("notice-button").click();
  await person.begin();
  await saysThatAnotherIsInCharge(again);
  responses.push(...await person.play("trials", mixedStrategy, 7));
  await finishedRows(scene, responses);
  assert.equal(storedEvents(data, "page_superseded").length, 2);
});

test("a response that an older tab could not send is sent by the newer one, and not asked for again", async (t) => {
  const scene = await arrive(t, browser);
  const { person, visitor } = scene;
  visitor.expect(isFailed);
  await person.reachTrials();
  const responses: Choice[] = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  await person.page.route("**/api/v1/session/trials/3", (route) => route.abort());
  await person.press(1);
  responses.push(1);
  await saysThatItIsOffline(person);
  const again = await duplicated(scene);
  await saysThatAnotherIsInCharge(person);
  assert.equal((await again.due("trials", 4))?.index, 4);
  responses.push(...await again.play("trials", mixedStrategy, 4));
  await finishedRows({ ...scene, person: again }, responses);
});

test("a browser whose tabs cannot speak to one another: the server tells the older tab, and what it answered counts", async (t) => {
  const scene = await arrive(t, browser);
  const { person, visitor } = scene;
  visitor.expect(isRefusal);
  await visitor.context.addInitScript(() => { Object.defineProperty(window, "BroadcastChannel", { value: undefined }); });
  await person.reachTrials();
  const responses: Choice[] = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  const again = await duplicated(scene);
  responses.push(...await again.play("trials", mixedStrategy, 3, 5));
  await again.due("trials", 5);
  // Three is answered already; the older tab does not know.
  await person.page.bringToFront();
  await person.press(1);
  await saysThatAnotherIsInCharge(person);
  await again.page.bringToFront();
  responses.push(...await again.play("trials", mixedStrategy, 5));
  await finishedRows({ ...scene, person: again }, responses);
  assert.deepEqual(storedEvents(scene.data, "page_superseded").map(({ trial_index }) => trial_index), [3]);
});

test("an answer of the older tab to the trial that both show counts as the first, once", async (t) => {
  const scene = await arrive(t, browser);
  const { person, visitor } = scene;
  visitor.expect(isRefusal);
  await visitor.context.addInitScript(() => { Object.defineProperty(window, "BroadcastChannel", { value: undefined }); });
  await person.reachTrials();
  const responses: Choice[] = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  const again = await duplicated(scene);
  await again.due("trials", 3);
  await person.page.bringToFront();
  await person.press(1);
  await saysThatAnotherIsInCharge(person);
  await again.page.bringToFront();
  await again.press(0);
  responses.push(1);
  responses.push(...await again.play("trials", mixedStrategy, 4));
  await finishedRows({ ...scene, person: again }, responses);
});
