// Every number of a participant's page is what `dinolab fit` says of the exported trials: live, back in time, and after the record changed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PASSWORD, Researcher } from "../http/support/client.ts";
import { number, query } from "../http/support/database.ts";
import { untilTablesReady } from "../http/support/live.ts";
import { dinolabDone, PROGRAM, serve, temporaryFolder, TOP, until, type Server } from "../http/support/program.ts";
import { importPictures, type Task } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { fitted, type Fitted } from "./support/fitted.ts";
import { createSampledStudy, exportedTrials } from "./support/material.ts";
import { liveDocument } from "./support/stored.ts";
import { numbersOf, type Row } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const DEMO = join(TOP, "build", "demo");
const REPRESENTATIONS = ["task", "words", "pixels", "noise"];
const TRIAL_COUNT = 30;
/** More than half, so that there are trials of the second half. */
const STOP_AFTER = 20;
const TOLERANCE = 1e-9;

/** Lets simulated people of a known seed play until the slowest has so many trials, then ends them in the middle of what they do. */
async function playUntil(server: Server, task: Task, trialCount: number): Promise<void> {
  const simulator = spawn(PROGRAM, ["simulate", "--url", server.url, "--study", "stopped", "--participants", "2", "--think-ms", "30", "--seed", "11",
    "--beta", task === "category" ? "2" : "0.1", "--stimuli", join(DEMO, "stimuli.csv"), "--representation", `words=${join(DEMO, "words.npy")}`], { stdio: "ignore" });
  const ended = once(simulator, "exit");
  try {
    await until("two people have played", () => Promise.resolve(number(server.data,
      `SELECT count(*) FROM (SELECT 1 FROM trial WHERE phase = 'main' GROUP BY session_id HAVING count(*) >= ${String(trialCount)})`) === 2 ? true : null));
  } finally {
    simulator.kill("SIGKILL");
    await ended;
  }
}

interface Stopped { folder: string; task: Task; server: Server; sessionId: string; page: Page; visitor: Visitor; researcher: Researcher }

/** A session whose people went away in the middle, on a server that has been started anew since, and its page. */
async function stopped(t: TestContext, task: Task): Promise<Stopped> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, REPRESENTATIONS);
  await createSampledStudy(folder, data, { slug: "stopped", task, representations: REPRESENTATIONS, conditionCount: 2, settings: { trial_count: TRIAL_COUNT } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await playUntil(server, task, STOP_AFTER);
  await untilTablesReady(researcher, "stopped");
  await server.stop(); // answers what was under way, so that the record is at rest
  await server.restart();
  const sessionId = query<{ id: string }>(data, "SELECT public_id AS id FROM session WHERE state = 'active' ORDER BY session_id LIMIT 1")[0]?.id ?? "";
  assert.notEqual(sessionId, "", "the session stays open");
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => (text.includes("401") && /\/api\/v1\/(account|login)$/.test(url)) || /net::ERR_(CONNECTION|EMPTY|INCOMPLETE)/.test(text));
  return { folder, task, server, sessionId, page: await visitor.newPage(), visitor, researcher };
}

async function open({ page, server, sessionId }: Stopped, query = ""): Promise<void> {
  await page.goto(`${server.url}/studies/stopped/sessions/${sessionId}${query}`);
  if (await page.getByTestId("login-name").or(page.getByTestId("account-name")).first().getAttribute("data-testid") === "login-name") {
    await page.getByTestId("login-name").fill("ada");
    await page.getByTestId("login-password").fill(PASSWORD);
    await page.getByTestId("login-submit").click();
  }
  await page.getByTestId("race-chart").locator("svg").waitFor();
}

async function rowsOf({ server, sessionId }: Stopped): Promise<Record<string, string>[]> {
  return (await exportedTrials(server.data, "stopped")).filter((row) => row.session === sessionId);
}

async function fitOf(laboratory: Stopped, rows: readonly Record<string, string>[]): Promise<Fitted[]> {
  const live = await liveDocument(laboratory.researcher, "stopped", laboratory.sessionId, (await rowsOf(laboratory)).length);
  return fitted(laboratory.folder, { task: laboratory.task, learner: live.models[0]?.learner ?? "", representations: REPRESENTATIONS, rows });
}

function near(shown: string | null | undefined, wanted: number | null, where: string): void {
  if (wanted === null) return assert.equal(shown, null, where);
  assert.ok(shown !== null && shown !== undefined && shown !== "", `${where}: nothing is shown`);
  assert.ok(Math.abs(Number(shown) - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)), `${where}: ${shown} is not ${String(wanted)}`);
}

function nearColumn(rows: readonly Row[], column: string, wanted: readonly number[], what: string): void {
  assert.equal(rows.length, wanted.length, `${what}: rows`);
  wanted.forEach((value, at) => { near(rows[at]?.[column], value, `${what}, ${column}, trial ${String(at + 1)}`); });
}

/** The table of representations: per representation and column what its cell carries. */
function modelTable(page: Page): Promise<Record<string, Record<string, string | null>>> {
  return page.getByTestId("model-table").evaluate((table) => {
    const keys = [...table.querySelectorAll("thead th")].map((head) => head.querySelector<HTMLElement>("[data-testid]")?.dataset.testid?.replace("sort-", "") ?? "");
    return Object.fromEntries([...table.querySelectorAll<HTMLElement>("tbody tr")].map((row) => [row.dataset.representation ?? "",
      Object.fromEntries([...row.children].map((cell, at) => [keys[at] ?? "", (cell as HTMLElement).dataset.value ?? null]))]));
  });
}

/** Trials of the second half in which the best fit and the person agree against the fit of `task`. */
function tellingOf(fits: readonly Fitted[], count: number): { best: Fitted; reference: Fitted; trials: number[] } {
  const best = [...fits].sort((a, b) => (b.race.at(-1) ?? 0) - (a.race.at(-1) ?? 0))[0];
  const reference = fits.find((fit) => fit.representation === "task");
  assert.ok(best !== undefined && reference !== undefined);
  const trials = Array.from({ length: count }, (_, at) => at)
    .filter((at) => at >= TRIAL_COUNT / 2 && (best.prob[at] ?? 0) > 0.5 + TOLERANCE && (reference.prob[at] ?? 1) < 0.5 - TOLERANCE);
  return { best, reference, trials };
}

/** Beta is known where the newest trial is shown, and nowhere else. */
async function assertBetas(page: Page, fits: readonly Fitted[], isNewest: boolean): Promise<void> {
  const rows = await numbersOf(page, "beta-chart-numbers");
  assert.equal(rows.length, fits.length);
  for (const fit of fits) {
    const row = rows.find((each) => each.representation === fit.representation);
    if (isNewest) {
      near(row?.beta, fit.betaMean, `beta of ${fit.representation}`);
      near(row?.low, fit.betaLow, `beta of ${fit.representation}, low`);
      near(row?.high, fit.betaHigh, `beta of ${fit.representation}, high`);
    } else assert.deepEqual([row?.beta, row?.low, row?.high], ["–", "–", "–"]);
  }
}

async function assertPage(laboratory: Stopped, rows: readonly Record<string, string>[], isNewest: boolean): Promise<Fitted[]> {
  const { page } = laboratory;
  const fits = await fitOf(laboratory, rows);
  const [trials, race, posterior, probability, telling] = [
    await numbersOf(page, "trials-numbers"), await numbersOf(page, "race-chart-numbers"), await numbersOf(page, "posterior-chart-numbers"),
    await numbersOf(page, "probability-chart-numbers"), await tellingRows(page),
  ];
  assert.deepEqual(trials.map((row) => [row.trial, row.response]), rows.map((row, at) => [String(at + 1), row.choice]));
  assert.deepEqual(race.map((row) => row.chance), rows.map(() => "0"));
  const table = await modelTable(page);
  for (const fit of fits) {
    const name = fit.representation;
    nearColumn(race, name, fit.race, "race");
    nearColumn(posterior, name, fit.posterior, "posterior");
    nearColumn(probability, name, fit.prob, "probability");
    const wanted = { posterior: fit.posterior.at(-1) ?? NaN, evidence: fit.race.at(-1) ?? NaN, accuracy: fit.accuracy, agreement: fit.agreement,
      r2_online: fit.r2Online, beta: isNewest ? fit.betaMean : null };
    for (const [key, value] of Object.entries(wanted)) near(table[name]?.[key], value, `${name} in the table, ${key}`);
  }
  const { best, reference, trials: parting } = tellingOf(fits, rows.length);
  assert.deepEqual(telling.map((row) => row.trial), parting.map((at) => String(at + 1)), "trials in which they part");
  nearColumn(telling, "prob_best", parting.map((at) => best.prob[at] ?? NaN), "parting");
  nearColumn(telling, "prob_reference", parting.map((at) => reference.prob[at] ?? NaN), "parting");
  await assertBetas(page, fits, isNewest);
  return fits;
}

/** May hold no row, which is not waited for. */
async function tellingRows(page: Page): Promise<Row[]> {
  const cards = await page.getByTestId("telling-trial").count();
  return cards === 0 ? [] : numbersOf(page, "telling-numbers");
}

async function scrubTo(page: Page, trial: number): Promise<void> {
  await page.getByTestId("scrub-slider").fill(String(trial));
  await page.waitForFunction((text) => document.querySelector<HTMLElement>("[data-testid=scrub-position]")?.innerText === text, `As it was after trial ${String(trial)}`);
}

for (const task of ["category", "reward"] as const) {
  test(`${task}: the page of somebody who stopped says what fit says, now, back in time, and after the record was changed and rebuilt`, { timeout: 180_000 }, async (t) => {
    const laboratory = await stopped(t, task);
    const { page, server } = laboratory;
    await open(laboratory);
    const rows = await rowsOf(laboratory);
    assert.ok(rows.length >= STOP_AFTER && rows.length < TRIAL_COUNT, `${String(rows.length)} trials were played`);
    const fits = await assertPage(laboratory, rows, true);
    for (const trial of [rows.length - 1, TRIAL_COUNT / 2 + 2, 7, 1]) {
      await scrubTo(page, trial);
      await assertPage(laboratory, rows.slice(0, trial), false);
    }
    await page.getByTestId("scrub-follow").click();
    await assertPage(laboratory, rows, true);

    await server.stop();
    query(server.data, `UPDATE trial SET response = 1 - response, is_correct = CASE is_tie WHEN 1 THEN 1 ELSE 1 - is_correct END
      WHERE phase = 'main' AND trial_index % 3 = 1 AND session_id = (SELECT session_id FROM session WHERE public_id = '${laboratory.sessionId}')`);
    await dinolabDone("rebuild", "--data", server.data);
    await server.restart();
    await open(laboratory);
    const changed = await rowsOf(laboratory);
    assert.equal(changed.filter((row, at) => row.choice !== rows[at]?.choice).length, rows.filter((_, at) => at % 3 === 1).length);
    const refitted = await assertPage(laboratory, changed, true);
    const moved = refitted.map((fit, at) => Math.abs((fit.race.at(-1) ?? NaN) - (fits[at]?.race.at(-1) ?? NaN)));
    assert.ok(Math.max(...moved) > 0.1, `another record has other numbers: ${moved.join(" ")}`);
    await laboratory.visitor.leave();
  });
}

test("what is highlighted stands in the address, by keyboard and by pointer, and the strip goes back in time by keys", { timeout: 120_000 }, async (t) => {
  const laboratory = await stopped(t, "category");
  const { page } = laboratory;
  await open(laboratory, "?show=noise,nothing");
  const tags = page.getByTestId("picker-tag");
  assert.deepEqual(await tags.evaluateAll((all) => all.map((tag) => tag.dataset.model)), ["3"]);
  await page.getByTestId("picker-search").focus();
  await page.keyboard.type("wor");
  await page.getByTestId("picker-option").filter({ hasText: "words" }).waitFor();
  await page.keyboard.press("Enter");
  await tags.nth(1).waitFor();
  assert.equal(new URL(page.url()).search, "?show=noise,words");
  assert.deepEqual(await page.locator("[data-testid=model-row]:has(input:checked)").evaluateAll((rows) => rows.map((row) => row.dataset.representation).sort()), ["noise", "words"]);
  await page.keyboard.press("Escape");
  await page.getByTestId("picker-list").waitFor({ state: "detached" });
  await page.reload();
  await tags.nth(1).waitFor();
  await page.locator("[data-testid=model-row][data-representation=noise] input").uncheck();
  await page.waitForFunction(() => location.search === "?show=words");
  await page.getByTestId("picker-clear").click();
  await page.waitForFunction(() => location.search === "");

  await page.getByTestId("sort-label").click();
  assert.deepEqual(await page.getByTestId("model-row").evaluateAll((rows) => rows.map((row) => row.dataset.representation)), [...REPRESENTATIONS].sort());
  const count = (await rowsOf(laboratory)).length;
  await page.getByTestId("trial-strip").focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByTestId("scrub-position").filter({ hasText: `As it was after trial ${String(count - 1)}` }).waitFor();
  await page.keyboard.press("PageUp");
  await page.getByTestId("scrub-position").filter({ hasText: `As it was after trial ${String(count - 11)}` }).waitFor();
  await page.getByTestId("strip-trial").nth(2).click();
  await page.getByTestId("scrub-position").filter({ hasText: "As it was after trial 3" }).waitFor();
  await laboratory.visitor.leave();
});
