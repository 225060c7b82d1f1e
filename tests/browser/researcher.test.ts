// What a researcher sees: from the one-time link to moving numbers to the downloaded data, without ever loading a page anew.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Live } from "../../web/dashboard/types.ts";
import { Participant as PlainParticipant, PASSWORD, Researcher } from "../http/support/client.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { createSampledStudy, exportedTrials } from "./support/material.ts";
import { liveDocument } from "./support/stored.ts";
import { assertColumn, numbersOf } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const DEMO = join(TOP, "build", "demo");
const REPRESENTATIONS = ["task", "words", "pixels", "noise"];

/** The page asks who is logged in, and is told: nobody yet. */
function isBeforeLogin(text: string, url: string): boolean {
  return text.includes("401") && /\/api\/v1\/(account|login)$/.test(url);
}

async function logIn(page: Page): Promise<void> {
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("account-name").waitFor();
}

/** A value that a new load of the page would wipe out. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => { (window as unknown as { isSamePage: boolean }).isSamePage = true; });
}
async function assertSamePage(page: Page): Promise<void> {
  assert.equal(await page.evaluate(() => (window as unknown as { isSamePage?: boolean }).isSamePage), true, "the page was loaded anew");
}

/** Trials answered in all rows of the study's page. */
function trialsOnPage(page: Page): Promise<number> {
  return page.getByTestId("session-trial").evaluateAll((cells) => cells.reduce((sum, cell) => sum + parseInt((cell as HTMLElement).innerText, 10), 0));
}

async function untilMoreTrials(page: Page, before: number): Promise<number> {
  await page.waitForFunction((count) =>
    [...document.querySelectorAll<HTMLElement>("[data-testid=session-trial]")].reduce((sum, cell) => sum + parseInt(cell.innerText, 10), 0) > count, before);
  return trialsOnPage(page);
}

/** How often the learner's preference was right, and how often it was the person's: a preference is more than one half, none counts one half. */
function sharesOf(live: Live, model: number): [accuracy: number, agreement: number] {
  const agrees = live.trials.map((trial): number => {
    const prob = trial.prob[model] ?? NaN;
    return Math.abs(prob - 0.5) < 1e-12 ? 0.5 : prob > 0.5 ? 1 : 0;
  });
  const scored = live.trials.flatMap((trial, at) => (trial.is_tie ? [] : [trial.is_correct ? (agrees[at] ?? NaN) : 1 - (agrees[at] ?? NaN)]));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean(scored), mean(agrees)];
}

/** Every number in the page's tables against the document that the server gives. */
async function assertTablesAgree(page: Page, live: Live): Promise<void> {
  const trials = await numbersOf(page, "trials-numbers");
  assertColumn(trials, "trial", live.trials.map((trial) => trial.trial_index + 1));
  assertColumn(trials, "response", live.trials.map((trial) => trial.response));
  assertColumn(trials, "rt_ms", live.trials.map((trial) => trial.rt_ms));
  assert.deepEqual(trials.map((row) => row.outcome), live.trials.map((trial) => (trial.is_tie ? "tie" : trial.is_correct ? "right" : "wrong")));
  if (live.study.task === "category") assert.deepEqual(trials.map((row) => row.meant_for), live.trials.map((trial) => trial.category));
  else {
    assertColumn(trials, "points_left", live.trials.map((trial) => trial.points?.[0]));
    assertColumn(trials, "points_right", live.trials.map((trial) => trial.points?.[1]));
  }
  const [race, posterior, probability] = [
    await numbersOf(page, "race-chart-numbers"), await numbersOf(page, "posterior-chart-numbers"), await numbersOf(page, "probability-chart-numbers"),
  ];
  live.models.forEach(({ representation }, model) => {
    // Relative to chance, which is -ln 2 per trial.
    assertColumn(race, representation, live.trials.map((trial) => (trial.log_evidence[model] ?? NaN) + (trial.trial_index + 1) * Math.LN2));
    assertColumn(posterior, representation, live.trials.map((trial) => trial.posterior[model]));
    assertColumn(probability, representation, live.trials.map((trial) => trial.prob[model]));
  });
  const last = live.trials.at(-1);
  for (const [model, { representation, r2_online, beta }] of live.models.entries()) {
    const cells = page.locator(`[data-testid=model-row][data-representation=${representation}] td`);
    const shown = await cells.evaluateAll((found) => found.map((cell) => (cell as HTMLElement).dataset.value ?? null));
    assert.deepEqual(
      shown.filter((value) => value !== null).map(Number),
      [last?.posterior[model], (last?.log_evidence[model] ?? NaN) + live.trials.length * Math.LN2, ...sharesOf(live, model), r2_online, beta?.mean],
      `${representation} in the table of representations`,
    );
  }
}

/** What reaches furthest to the right, in the browser. */
function widest(): string {
  const edge = (element: Element): number => element.getBoundingClientRect().right;
  const [first] = [...document.querySelectorAll("main *")].sort((a, b) => edge(b) - edge(a));
  return first === undefined ? "nothing is there" : `${first.outerHTML.slice(0, 200)} reaches to ${String(edge(first))}`;
}

function keepInAllLooks(name: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.evaluate(() => { scrollTo(0, 0); });
    await keepScreenshot(page, `${name}-light`, true);
    await page.emulateMedia({ colorScheme: "dark" });
    await keepScreenshot(page, `${name}-dark`, true);
    await page.emulateMedia({ colorScheme: "light" });
    const size = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForFunction(() => [...document.querySelectorAll("figure svg")].every((svg) => svg.getBoundingClientRect().right <= innerWidth));
    // Laid out anew chart by chart.
    await page.waitForFunction(() => document.documentElement.scrollWidth === innerWidth).catch(async () => {
      assert.fail(`${name}: must not scroll sideways on a phone, but ${await page.evaluate(widest)}`);
    });
    await keepScreenshot(page, `${name}-phone`, true);
    if (size !== null) await page.setViewportSize(size);
  };
}

test("a researcher sets a password by the one-time link, watches simulated people play, and downloads what they did", { timeout: 90_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, REPRESENTATIONS);
  await createSampledStudy(folder, data, {
    slug: "watched", title: "Which dinosaur likes what?", task: "category", representations: REPRESENTATIONS, conditionCount: 4, settings: { trial_count: 40 },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect(isBeforeLogin);
  const page = await visitor.newPage();

  await page.goto(server.url);
  await page.getByTestId("login-name").waitFor();
  await page.goto(`${server.url}/setup#${server.setupToken ?? ""}`);
  await page.getByTestId("setup-name").fill("ada");
  await page.getByTestId("setup-password").fill(PASSWORD);
  await keepScreenshot(page, "researcher-setup");
  await page.getByTestId("setup-submit").click();
  await page.getByTestId("study-card").waitFor();
  await page.getByTestId("logout").click();
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill("not the password");
  await page.getByTestId("login-submit").click();
  await page.getByTestId("login-error").filter({ hasText: "The name or the password is wrong." }).waitFor();
  await logIn(page);
  await keepScreenshot(page, "researcher-studies");
  await mark(page);
  await page.getByTestId("study-link").click();
  await page.getByTestId("sessions-empty").waitFor();
  assert.equal(await page.getByTestId("participant-link").inputValue(), `${server.url}/s/watched`);

  const simulation = dinolab(
    "simulate", "--url", server.url, "--study", "watched", "--participants", "3", "--concurrency", "3", "--think-ms", "250", "--seed", "5",
    "--stimuli", join(DEMO, "stimuli.csv"), "--representation", `task=${join(DEMO, "task.npy")}`, "--representation", `pixels=${join(DEMO, "pixels.npy")}`,
  );
  await page.getByTestId("session-row").nth(2).waitFor();
  let trialCount = await trialsOnPage(page);
  for (let look = 0; look < 5; look++) trialCount = await untilMoreTrials(page, trialCount);
  await untilMoreTrials(page, 30);
  await page.locator("[data-testid=session-leading]:not(:has(.muted))").first().waitFor();
  await keepInAllLooks("study-playing")(page);
  await assertSamePage(page);

  await page.locator("[data-testid=session-row][data-number='1'] [data-testid=session-link]").click();
  await page.getByTestId("race-chart").locator("svg").waitFor();
  // The table and the drawing change in the same pass, but a look at the one may fall before it and at the other after it.
  let drawing = await page.getByTestId("race-chart").locator("svg").innerHTML();
  let shownCount = 0;
  for (let look = 0; look < 3; look++) {
    const rows = await numbersOf(page, "trials-numbers");
    assert.ok(rows.length > shownCount, "the table grows by itself");
    shownCount = rows.length;
    await page.waitForFunction((count) => document.querySelectorAll("[data-testid=trials-numbers] tbody tr").length > count, shownCount);
    await page.waitForFunction((before) => document.querySelector("[data-testid=race-chart] svg")?.innerHTML !== before, drawing);
    drawing = await page.getByTestId("race-chart").locator("svg").innerHTML();
  }
  await keepScreenshot(page, "participant-playing");
  await assertSamePage(page);

  const simulated = await simulation;
  assert.equal(simulated.status, 0, simulated.stderr);
  await page.locator("[data-testid=session-state]", { hasText: "Finished" }).waitFor();
  await assertSamePage(page);
  const researcher = await Researcher.logIn(server);
  const sessionId = page.url().split("/").at(-1) ?? "";
  const live = await liveDocument(researcher, "watched", sessionId, 40);
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=trials-numbers] tbody tr").length === 40);
  await assertTablesAgree(page, live);
  const rows = (await exportedTrials(data, "watched")).filter((row) => row.session === sessionId);
  assert.deepEqual(rows.map((row) => [row.trial, row.choice, row.correct]), live.trials.map((trial) => [String(trial.trial_index), String(trial.response), trial.is_correct ? "1" : "0"]));

  const csv = await Promise.all([page.waitForEvent("download"), page.getByTestId("race-chart-csv").click()]).then(([download]) => download.path());
  assert.match(await readFile(csv, "utf8"), /^trial,chance,task,words,pixels,noise\r\n1,0,/);
  await page.getByTestId("scrub-slider").fill("7");
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=trials-numbers] tbody tr").length === 7);
  assert.equal(await page.getByTestId("scrub-position").innerText(), "As it was after trial 7");
  await page.getByTestId("scrub-follow").click();
  await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = false; });
  await keepInAllLooks("participant")(page);

  await page.goBack();
  await page.getByTestId("session-table").waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLElement>("[data-testid=count-finished]")?.innerText === "3");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("export-trials").click()]);
  assert.equal(download.suggestedFilename(), "watched-trials.csv");
  const exported = await dinolabDone("export", "--data", data, "--study", "watched", "--what", "trials", "--out", "-");
  assert.equal(await readFile(await download.path(), "utf8"), exported, "the download is what the sub-command writes");
  assert.equal((await exportedTrials(data, "watched")).length, 3 * 40);
  await assertSamePage(page);
  await visitor.leave();
});

test("a participant's page of reward learning outlives a restart of the server and shows the same numbers after it", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 80, REPRESENTATIONS);
  await createStudy(folder, data, {
    slug: "pairs", title: "Which image is worth more?", task: "reward", representations: REPRESENTATIONS,
    conditions: [rewardCondition(seeded(8), 1, pictureNames(80), 20, 2)],
  });
  const server = await serve(t, data);
  const person = new PlainParticipant(server);
  await person.begin("pairs");
  const random = seeded(12);
  await person.play(() => (random() < 0.6 ? 1 : 0));
  const researcher = await Researcher.setUp(server);
  const sessionId = (await exportedTrials(data, "pairs"))[0]?.session ?? "";
  const live = await liveDocument(researcher, "pairs", sessionId, 20);

  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => isBeforeLogin(text, url) || /net::ERR_(CONNECTION|EMPTY|INCOMPLETE)/.test(text));
  const page = await visitor.newPage();
  await page.goto(`${server.url}/studies/pairs/sessions/${sessionId}`);
  await logIn(page);
  await page.getByTestId("race-chart").locator("svg").waitFor();
  await mark(page);
  await assertTablesAgree(page, live);

  await server.kill();
  await page.locator("[data-testid=stream-status][data-status=lost]").waitFor();
  await keepScreenshot(page, "participant-connection-lost");
  await server.restart();
  await page.locator("[data-testid=stream-status][data-status=live]").waitFor();
  await assertTablesAgree(page, live);
  await person.finish();
  await page.locator("[data-testid=session-state]", { hasText: "Finished" }).waitFor();
  await assertSamePage(page);
  await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = false; });
  await keepInAllLooks("participant-reward")(page);
  await visitor.leave();
});
