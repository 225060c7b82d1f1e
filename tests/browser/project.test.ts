// A project's page puts its studies together: every number on it follows from the studies' group documents, and these from the exports.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Group, GroupModel, ModelKind } from "../../web/dashboard/types.ts";
import type { Choice } from "../../web/wire/types.ts";
import { expectStatus, Participant, PASSWORD, QUESTIONNAIRE, Researcher } from "../http/support/client.ts";
import { parseCsv } from "../http/support/csv.ts";
import { dinolabDone, serve, temporaryFolder, until } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createProject, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { assertColumn, numbersOf } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUGS = ["cat", "rew"] as const;
const TRIALS = { cat: 16, rew: 12 } as const;
/** The reward study does not fit `noise`, and nothing on principal components. */
const REPRESENTATIONS = { cat: ["task", "words", "noise"], rew: ["task", "words"] } as const;
const LEARNERS = { cat: ["logistic_ridge", "logistic_lasso", "logistic_ridge:pca=2"], rew: ["bayes_ridge", "ard"] } as const;

async function play(person: Participant, slug: (typeof SLUGS)[number], seed: number, isIncluded = true): Promise<void> {
  const random = seeded(seed);
  await person.begin(slug);
  await person.play((): Choice => (random() < 0.7 ? 1 : 0));
  expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", { ...QUESTIONNAIRE, is_included: isIncluded }), 200);
  expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200);
}

/** The group's document once it has so many trials and every model its number. */
function groupOf(researcher: Researcher, slug: string, trials: number, exclude = ""): Promise<Group> {
  return until(`${slug} has ${String(trials)} trials`, async () => {
    const group = await researcher.read<Group>(`/api/v1/studies/${slug}/group${exclude === "" ? "" : `?exclude=${exclude}`}`);
    return group.trials === trials && group.models.every(({ nll }) => nll !== null) ? group : null;
  });
}

function modelOf(group: Group, representation: string, kind: ModelKind): GroupModel | undefined {
  return group.models.find((model) => model.representation === representation && model.kind === kind);
}

/** Waits for the page to have these documents' trials, then holds every number against them. */
async function assertPageShows(page: Page, groups: Group[]): Promise<void> {
  await page.waitForFunction((wanted) => {
    const shown = [...document.querySelectorAll<HTMLElement>("[data-testid=trials]")].map((figure) => figure.innerText);
    return JSON.stringify(shown) === JSON.stringify(wanted);
  }, groups.map(({ trials }) => String(trials)));
  const r2 = (representation: string): number[] => groups.map((group) => modelOf(group, representation, "main")?.r2_online ?? NaN);
  const means = ["task", "words"].map((representation) => ({ representation, mean: ((r2(representation)[0] ?? NaN) + (r2(representation)[1] ?? NaN)) / 2 }))
    .sort((left, right) => right.mean - left.mean);
  const rows = await numbersOf(page, "alignment-chart-numbers");
  assert.deepEqual(rows.map(({ representation }) => representation), means.map(({ representation }) => representation), "noise is not of both studies");
  assertColumn(rows, "mean_r2", means.map(({ mean }) => mean));
  SLUGS.forEach((slug, at) => { assertColumn(rows, `${slug} r2`, means.map(({ representation }) => r2(representation)[at])); });

  for (const representation of REPRESENTATIONS.cat) {
    const cells = page.locator(`[data-testid=likelihood-row][data-representation=${representation}] td`);
    const shown = await cells.evaluateAll((found) => found.map((cell) => (cell as HTMLElement).dataset.value ?? null));
    const wanted = groups.flatMap((group) => (["main", "sparse", "pca"] as const).map((kind) => modelOf(group, representation, kind)?.nll ?? null));
    assert.deepEqual(shown.map((value) => (value === null ? null : Number(value))), wanted, representation);
  }
  const bold = await page.locator("[data-testid=likelihood-table] td strong").evaluateAll((found) => found.map((one) => Number(one.closest("td")?.dataset.value)));
  const best = groups.flatMap((group) => (["main", "sparse", "pca"] as const).flatMap((kind) => {
    const all = group.models.filter((model) => model.kind === kind).map(({ nll }) => nll ?? Infinity);
    return all.length === 0 ? [] : [Math.min(...all)];
  }));
  assert.deepEqual(bold.sort((a, b) => a - b), best.sort((a, b) => a - b), "the best of each column is bold, and nothing else");
}

async function keepInAllLooks(page: Page, name: string): Promise<void> {
  await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = false; });
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

test("both tasks together: means, likelihoods, exclusions and sorting, all with the numbers of the documents and the exports", { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const names = pictureNames(60);
  const data = await importPictures(folder, 60, ["task", "words", "noise"]);
  const random = seeded(5);
  await createStudy(folder, data, {
    slug: "cat", task: "category", representations: [...REPRESENTATIONS.cat], conditions: [1, 2, 3, 4].map((at) => categoryCondition(random, at, names, TRIALS.cat)),
    settings: { learners: [...LEARNERS.cat] },
  });
  await createStudy(folder, data, {
    slug: "rew", task: "reward", representations: [...REPRESENTATIONS.rew], conditions: [1, 2, 3, 4].map((at) => rewardCondition(random, at, names, TRIALS.rew)),
    settings: { learners: [...LEARNERS.rew] },
  });
  await createProject(data, "both", [...SLUGS]);
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  for (const slug of SLUGS) {
    await play(new Participant(server), slug, 11);
    await play(new Participant(server), slug, 12, slug === "rew");
  }
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect((text, url) => text.includes("401") && /\/api\/v1\/(account|login)$/.test(url));
  const page = await visitor.newPage();
  await page.goto(`${server.url}/projects`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("project-card").waitFor();
  assert.equal(await page.getByTestId("count-finished").innerText(), "4");
  await keepScreenshot(page, "projects");
  await page.getByTestId("project-link").click();
  await page.getByTestId("alignment-chart").locator("svg").waitFor();

  const groups = [await groupOf(researcher, "cat", 2 * TRIALS.cat), await groupOf(researcher, "rew", 2 * TRIALS.rew)];
  await assertPageShows(page, groups);
  for (const [at, slug] of SLUGS.entries()) {
    const fits = parseCsv(await dinolabDone("export", "--data", data, "--study", slug, "--what", "fits", "--out", "-"));
    for (const model of groups[at]?.models ?? []) {
      const own = fits.filter(({ representation, learner }) => representation === model.representation && learner === model.learner)
        .sort((left, right) => Number(left.participant) - Number(right.participant));
      assert.equal(own.length, 2);
      assert.equal(own.reduce((nll, row) => nll - Number(row.log_evidence), 0), model.nll, `${slug} ${model.representation} ${model.learner}`);
    }
  }
  await keepInAllLooks(page, "project");

  // Somebody plays on: the page moves by itself.
  await play(new Participant(server), "cat", 13);
  await assertPageShows(page, [await groupOf(researcher, "cat", 3 * TRIALS.cat), groups[1] ?? assert.fail()]);

  // Who asked not to be included is left out of every number, by the address too.
  await page.getByTestId("exclude-not_included").check();
  const excluding = [await groupOf(researcher, "cat", 2 * TRIALS.cat, "not_included"), groups[1] ?? assert.fail()];
  await assertPageShows(page, excluding);
  assert.match(page.url(), /\?exclude=not_included$/);
  await page.reload();
  await assertPageShows(page, excluding);
  assert.equal(await page.getByTestId("exclude-not_included").isChecked(), true);

  // Sorting, with what is not fitted last either way; the file has what the table shows.
  const order = (): Promise<(string | undefined)[]> => page.getByTestId("likelihood-row").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.representation));
  const byReward = [...REPRESENTATIONS.rew].sort((left, right) => (modelOf(excluding[1] as Group, left, "main")?.nll ?? 0) - (modelOf(excluding[1] as Group, right, "main")?.nll ?? 0));
  await page.getByTestId("sort-3").click();
  assert.deepEqual(await order(), [...byReward, "noise"]);
  await page.getByTestId("sort-3").click();
  assert.deepEqual(await order(), [...byReward.reverse(), "noise"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("likelihoods-csv").click()]);
  const rows = parseCsv(await readFile(await download.path(), "utf8"));
  assert.deepEqual(rows.map(({ representation }) => representation), [...byReward, "noise"]);
  for (const row of rows)
    for (const [at, slug] of SLUGS.entries())
      assert.equal(row[`${slug} main nll`], String(modelOf(excluding[at] as Group, row.representation ?? "", "main")?.nll ?? ""));
  await visitor.leave();
});
