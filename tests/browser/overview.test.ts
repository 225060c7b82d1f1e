// A study's overview and its group page show the group's document: every number of their tables is the one that the server gives, they move
// while people play, and leaving people out changes them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { rankedBy } from "../../web/dashboard/state/group_state.ts";
import type { Group, ModelKind } from "../../web/dashboard/types.ts";
import { Participant, PASSWORD, Researcher } from "../http/support/client.ts";
import { untilTablesReady } from "../http/support/live.ts";
import { dinolabDone, serve, temporaryFolder, TOP, until, type Server } from "../http/support/program.ts";
import { importPictures } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { createSampledStudy } from "./support/material.ts";
import { assertColumn, numbersOf } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const DEMO = join(TOP, "build", "demo");
const REPRESENTATIONS = ["task", "words", "pixels", "noise"];
const LEARNERS = ["logistic_ridge", "logistic_lasso"];
const PEOPLE_COUNT = 5;
const TRIAL_COUNT = 30;
const PARTIAL_COUNT = 6;
const SLOPE_TOLERANCE = 1e-6;

interface Scene { server: Server; researcher: Researcher; partial: Participant }

/** Some have finished, half of them by pictures of noise, and one is in the middle. */
async function scene(t: TestContext): Promise<Scene> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, REPRESENTATIONS);
  await createSampledStudy(folder, data, {
    slug: "seen", title: "Seen together", task: "category", representations: REPRESENTATIONS, conditionCount: 3,
    settings: { trial_count: TRIAL_COUNT, practice_count: 0, sessions_per_condition: 4, learners: LEARNERS },
  });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, "seen");
  await dinolabDone("simulate", "--url", server.url, "--study", "seen", "--participants", String(PEOPLE_COUNT), "--think-ms", "0", "--seed", "11",
    "--stimuli", join(DEMO, "stimuli.csv"), ...["task", "noise"].flatMap((name) => ["--representation", `${name}=${join(DEMO, name)}.npy`]));
  const partial = new Participant(server);
  await partial.begin("seen");
  for (let index = 0; index < PARTIAL_COUNT; index++) await partial.respond("trials", index, index % 2 === 0 ? 1 : 0);
  return { server, researcher, partial };
}

/** The group's document once it holds so many responses in every model. */
function groupWith(researcher: Researcher, trials: number | null, exclude = ""): Promise<Group> {
  return until("the group's numbers are there", async () => {
    const group = await researcher.read<Group>(`/api/v1/studies/seen/group${exclude}`);
    const isWhole = group.models.every((model) => model.participants === group.participants && model.r2_online !== null && model.mixed !== null);
    return isWhole && group.comparison?.participants === group.participants && (trials === null || group.trials === trials) ? group : null;
  });
}

async function open(page: Page, server: Server, path: string): Promise<void> {
  await page.goto(`${server.url}${path}`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("account-name").waitFor();
}

/** The page shows the numbers of these people: participants and responses of the line under the title. */
async function untilCounted(page: Page, group: Group): Promise<void> {
  const wanted = `${String(group.participants)} participants and ${String(group.trials)} responses`;
  await page.getByTestId("counted-line").filter({ hasText: wanted }).waitFor();
}

function learnerOf(group: Group, kind: ModelKind): string {
  return group.models.find((model) => model.kind === kind)?.learner ?? "";
}

function assertRanking(rows: Record<string, string>[], group: Group, kind: ModelKind): void {
  const ranked = rankedBy(group.models.filter((model) => model.kind === kind), (model) => model.r2_online);
  assert.deepEqual(rows.map((row) => row.representation), ranked.map((model) => model.representation));
  assertColumn(rows, "r2_online", ranked.map((model) => model.r2_online));
  assertColumn(rows, "low", ranked.map((model) => model.r2_low));
  assertColumn(rows, "nll", ranked.map((model) => model.nll));
  assertColumn(rows, "r2_loo", ranked.map((model) => model.loo?.r2_loo));
  // A mixed model that followed the data and one that is searched for all over agree to rounding: the page may show the later one.
  for (const [at, model] of ranked.entries())
    assert.ok(Math.abs(Number(rows[at]?.slope) - (model.mixed?.slope ?? NaN)) <= SLOPE_TOLERANCE, `slope of ${model.representation}: ${rows[at]?.slope}`);
}

async function assertGroupPage(page: Page, group: Group): Promise<void> {
  await untilCounted(page, group);
  const ranked = rankedBy(group.models, (model) => model.frequency);
  const frequencies = await numbersOf(page, "frequency-chart-numbers");
  assertColumn(frequencies, "frequency", ranked.map((model) => model.frequency));
  assertColumn(frequencies, "exceedance_prob", ranked.map((model) => model.exceedance_prob));
  assertColumn(frequencies, "protected_exceedance_prob", ranked.map((model) => model.protected_exceedance_prob));
  assert.equal(await page.getByTestId("omnibus-risk").getAttribute("data-value"), String(group.comparison?.omnibus_risk));
  const tests = await numbersOf(page, "trials-chart-numbers");
  assertColumn(tests, "accuracy", group.trial_tests.map((each) => each.accuracy));
  assertColumn(tests, "p_value", group.trial_tests.map((each) => each.p_value));
  assertColumn(tests, "high", group.trial_tests.map((each) => each.high));
  assertColumn(await numbersOf(page, "rt-histogram-numbers"), "responses", group.response_times.histogram.map((bin) => bin.count));
  assertColumn(await numbersOf(page, "rt-curve-numbers"), "median_ms", group.response_times.curve.map((bin) => bin.median_ms));
  assertColumn(await numbersOf(page, "people-chart-numbers"), "accuracy", group.people.map((person) => person.accuracy));
  const counted = await page.getByTestId("person-row").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.counted));
  assert.deepEqual(counted, group.people.map((person) => (person.is_counted ? "yes" : "no")));
}

async function keepInAllLooks(page: Page, name: string): Promise<void> {
  await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = false; scrollTo(0, 0); });
  await keepScreenshot(page, `${name}-light`, true);
  await page.emulateMedia({ colorScheme: "dark" });
  await keepScreenshot(page, `${name}-dark`, true);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => [...document.querySelectorAll("figure svg")].every((svg) => svg.getBoundingClientRect().right <= innerWidth));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, `${name}: must not scroll sideways on a phone`);
  await keepScreenshot(page, `${name}-phone`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("the overview shows the group's numbers, follows a response, and leaves trials out on demand", { timeout: 90_000 }, async (t) => {
  const { server, researcher, partial } = await scene(t);
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect((text, url) => text.includes("401") && /\/api\/v1\/(account|login)$/.test(url));
  const page = await visitor.newPage();
  await open(page, server, "/studies/seen");
  const group = await groupWith(researcher, PEOPLE_COUNT * TRIAL_COUNT + PARTIAL_COUNT);
  await untilCounted(page, group);
  const { funnel } = group;
  assertColumn(await numbersOf(page, "funnel-chart-numbers"), "people",
    [funnel.arrived, funnel.consented, funnel.passed_comprehension, funnel.playing, funnel.finished, funnel.left]);
  assert.equal(await page.getByTestId("count-finished").innerText(), String(funnel.finished));
  const curve = await numbersOf(page, "curve-chart-numbers");
  assertColumn(curve, "accuracy", group.learning_curve.map((bin) => bin.accuracy));
  assertColumn(curve, "low", group.learning_curve.map((bin) => bin.low));
  for (const model of group.models.filter(({ kind }) => kind === "main")) assertColumn(curve, model.representation, model.curve);
  assertRanking(await numbersOf(page, "ranking-chart-numbers"), group, "main");
  assertColumn(await numbersOf(page, "conditions-chart-numbers"), "finished", group.conditions.map((condition) => condition.finished));

  await page.getByTestId(`learner-${learnerOf(group, "sparse")}`).click();
  assertRanking(await numbersOf(page, "ranking-chart-numbers"), group, "sparse");
  await page.getByTestId(`learner-${learnerOf(group, "main")}`).click();
  const family = group.models[0]?.family ?? "";
  await page.getByTestId(`family-${family}`).click();
  const ofFamily = new Set(group.models.filter((model) => model.family === family).map((model) => model.representation));
  assert.deepEqual(new Set((await numbersOf(page, "ranking-chart-numbers")).map((row) => row.representation)), ofFamily);
  await page.getByTestId("family-all").click();

  const tile = page.getByTestId("session-tile");
  assert.equal((await tile.getByTestId("sparkline").getAttribute("data-recent"))?.length, PARTIAL_COUNT);
  await partial.respond("trials", PARTIAL_COUNT, 1);
  const next = await groupWith(researcher, group.trials + 1);
  await untilCounted(page, next);
  assertRanking(await numbersOf(page, "ranking-chart-numbers"), next, "main");
  await page.waitForFunction((count) => document.querySelector<HTMLElement>("[data-testid=sparkline]")?.dataset.recent?.length === count, PARTIAL_COUNT + 1);

  await page.getByTestId("loo-compute").click();
  await page.getByTestId("loo-state").filter({ hasText: "of all responses so far" }).waitFor();
  assertRanking(await numbersOf(page, "ranking-chart-numbers"), await groupWith(researcher, next.trials), "main");

  const [png] = await Promise.all([page.waitForEvent("download"), page.getByTestId("ranking-chart-png").click()]);
  const picture = await readFile(await png.path());
  assert.equal(picture.subarray(1, 4).toString("latin1"), "PNG");
  const width = await page.getByTestId("ranking-chart").locator("svg").evaluate((svg) => svg.clientWidth);
  assert.equal(picture.readUInt32BE(16), 2 * width, "two pixels for each of the page's");
  await keepInAllLooks(page, "study-overview");
  await visitor.leave();
});

test("leaving people out is in the address and in every number of the group page, and the overview keeps it", { timeout: 90_000 }, async (t) => {
  const { server, researcher } = await scene(t);
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => text.includes("401") && /\/api\/v1\/(account|login)$/.test(url));
  const page = await visitor.newPage();
  await open(page, server, "/studies/seen");
  await page.getByTestId("study-nav-group").click();
  const all = await groupWith(researcher, PEOPLE_COUNT * TRIAL_COUNT + PARTIAL_COUNT);
  await assertGroupPage(page, all);
  await keepInAllLooks(page, "group");

  assert.ok(all.excluded.below_chance > 0, "somebody who sees noise learns nothing");
  await page.getByTestId("exclude-below_chance").check();
  assert.match(page.url(), /\/studies\/seen\/group\?exclude=below_chance$/);
  const some = await groupWith(researcher, null, "?exclude=below_chance");
  assert.equal(some.participants, all.participants - all.excluded.below_chance);
  await assertGroupPage(page, some);
  assert.notDeepEqual(some.trial_tests, all.trial_tests);

  await page.getByTestId("study-nav-overview").click();
  assert.match(page.url(), /\/studies\/seen\?exclude=below_chance$/);
  await untilCounted(page, some);
  assertRanking(await numbersOf(page, "ranking-chart-numbers"), some, "main");
  await page.reload();
  await untilCounted(page, some);
  await page.getByTestId("exclude-below_chance").uncheck();
  await untilCounted(page, all);
  assert.match(page.url(), /\/studies\/seen$/);
  await visitor.leave();
});
