// What happens to a session when the server, the page or the network goes away in the middle: nothing is lost, nothing is stored twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { query } from "../http/support/database.ts";
import { coin, seeded } from "../http/support/random.ts";
import { arrive, finishAndCompare, isCutOff, saysThatItIsOffline, SLUG, storedEvents, TRIAL_COUNT } from "./support/accident.ts";
import { keepScreenshot, launch } from "./support/browser.ts";
import { exportedTrials, pictureNamesBySha } from "./support/material.ts";
import { mixedStrategy, Participant } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

test("a server killed while a response is on its way to it gets the response after its restart, once", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  visitor.expect(isCutOff);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 4);

  const trial = await person.due("trials", 4);
  assert.ok(trial !== null);
  server.freeze();
  await person.press(1);
  responses.push(1);
  await person.page.waitForFunction(() => document.body.dataset.state === "saving");
  await person.page.getByTestId("status").filter({ hasText: "Saving …" }).waitFor();
  await server.kill();
  await saysThatItIsOffline(person);
  await keepScreenshot(person.page, "category-offline");
  await person.press(0);
  assert.equal((await person.shown()).length, 5, "the task does not go on without the server");

  await server.restart();
  await person.due("trials", 5);
  assert.equal(await person.page.getByTestId("status").isHidden(), true, "the page no longer says that the connection is lost");
  responses.push(...await person.play("trials", mixedStrategy, 5));
  await finishAndCompare(scene, await person.shown(), responses);
  const kinds = storedEvents(scene.data, "connection_lost", "connection_back").map(({ kind }) => kind);
  assert.deepEqual(kinds, ["connection_lost", "connection_back"]);
});

test("a server killed while the participant thinks is waited for with the response", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  visitor.expect(isCutOff);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 3);
  await person.due("trials", 3);
  await server.kill();
  await person.press(0);
  responses.push(0);
  await saysThatItIsOffline(person);
  await server.restart();
  responses.push(...await person.play("trials", mixedStrategy, 4));
  await finishAndCompare(scene, await person.shown(), responses);
});

test("a response that was stored although its reply got lost is stored once, and its feedback is shown", async (t) => {
  const scene = await arrive(t, browser);
  const { person, data, visitor } = scene;
  visitor.expect((text) => text.includes("net::ERR_FAILED"));
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 2);
  let storedBeforeLoss = 0;
  await person.page.route("**/api/v1/session/trials/2", async (route) => {
    await route.fetch();
    storedBeforeLoss = query(data, "SELECT trial_id FROM trial WHERE trial_index = 2").length;
    await route.abort();
  }, { times: 1 });
  responses.push(...await person.play("trials", mixedStrategy, 2));
  assert.equal(storedBeforeLoss, 1, "the response was stored before its reply was lost");
  await finishAndCompare(scene, await person.shown(), responses);
});

test("after a reload, and after a closed tab, the session goes on at the first trial without a response", async (t) => {
  const scene = await arrive(t, browser);
  const { person, visitor } = scene;
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 5);
  await person.due("trials", 5);
  const shown = (await person.shown()).slice(0, 5);

  await person.page.reload();
  await person.stage("begin");
  assert.match(await person.page.locator("#stage").innerText(), /Welcome back/);
  assert.equal(await person.text("progress-label"), `5 of ${String(TRIAL_COUNT)} images delivered`);
  await keepScreenshot(person.page, "category-welcome-back");
  await person.begin();
  responses.push(...await person.play("trials", mixedStrategy, 5, 8));
  await person.due("trials", 8);
  shown.push(...(await person.shown()).slice(0, 3));
  await person.page.close();

  const again = new Participant(await visitor.newPage(), "category", person.link);
  await again.arrive();
  await again.begin();
  responses.push(...await again.play("trials", mixedStrategy, 8));
  shown.push(...await again.shown());
  await finishAndCompare({ ...scene, person: again }, shown, responses);
});

test("a response kept by a tab that was closed while the server was away is sent by the next tab, and not asked for again", async (t) => {
  const scene = await arrive(t, browser);
  const { person, server, visitor } = scene;
  visitor.expect(isCutOff);
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy, 0, 2);
  await person.due("trials", 2);
  await server.kill();
  await person.press(1);
  responses.push(1);
  await saysThatItIsOffline(person);
  const shown = await person.shown();
  await person.page.close();
  await server.restart();

  const again = new Participant(await visitor.newPage(), "category", person.link);
  await again.arrive();
  await again.begin();
  assert.equal((await again.due("trials", 3))?.index, 3);
  responses.push(...await again.play("trials", mixedStrategy, 3));
  assert.equal(responses.length, TRIAL_COUNT);
  await again.answerQuestionnaire();
  await again.finish();
  const rows = await exportedTrials(scene.data, SLUG);
  assert.deepEqual(rows.map((row) => [row.trial, row.choice]), responses.map((response, index) => [String(index), String(response)]));
  assert.equal(rows[2]?.image, pictureNamesBySha().get(shown[2]?.stimuli[0] ?? ""));
  await visitor.leave();
});

test("a reload in the practice, before the questions and in the final questions loses nothing", async (t) => {
  const scene = await arrive(t, browser, "reward");
  const { person, data, visitor } = scene;
  await person.consent();
  await person.page.reload();
  await person.stage("instructions");
  await person.readInstructions();
  await person.answerComprehension();
  await person.begin();
  const random = seeded(9);
  await person.play("practice", () => coin(random), 0, 2);
  await person.due("practice", 2);
  await person.page.reload();
  await person.begin();
  await person.play("practice", () => coin(random), 2);
  await person.page.getByTestId("practice-over-continue").click();
  await person.play("trials", () => coin(random));

  await person.stage("questionnaire");
  await person.page.getByTestId("strategy").fill("The red ones.");
  await person.page.reload();
  await person.stage("questionnaire");
  assert.equal(await person.page.getByTestId("strategy").inputValue(), "The red ones.", "what was typed is still there");
  await person.answerQuestionnaire();
  await person.finish();
  await person.page.reload();
  await person.stage("finished");
  assert.equal(await person.text("completion-code"), "SECRET-CODE", "the code is still there after another reload");
  assert.deepEqual(query(data, "SELECT phase, count(*) AS count FROM trial GROUP BY phase ORDER BY phase"), [
    { phase: "main", count: TRIAL_COUNT }, { phase: "practice", count: 3 },
  ]);
  await visitor.leave();
});
