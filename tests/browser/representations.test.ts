// The pages of representations: every number is the server's own, and the statistics are what this test makes of those numbers by itself.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Group, GroupModel, Representation, RepresentationsReply, StudySnapshot } from "../../web/dashboard/types.ts";
import { PASSWORD, Researcher } from "../http/support/client.ts";
import { untilTablesReady } from "../http/support/live.ts";
import { dinolabDone, serve, temporaryFolder, TOP, until } from "../http/support/program.ts";
import { importPictures, SET } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { createSampledStudy } from "./support/material.ts";
import { assertColumn, numbersOf } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const DEMO = join(TOP, "build", "demo");
const NAMES = ["task", "words", "pixels", "noise"];
const TRIALS = 3 * 30;

const METRICS = ["class_separation", "class_separation_paper", "cka", "intrinsic_dimension"] as const;

/** Pearson's correlation of ranks counted by hand: how many are smaller, and half of those that are equal. */
function rankCorrelation(pairs: readonly (readonly [number, number])[]): number | null {
  const rank = (all: number[], value: number): number => all.filter((other) => other < value).length + all.filter((other) => other === value).length / 2;
  const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  const [rx, ry] = [x.map((a) => rank(x, a)), y.map((b) => rank(y, b))];
  const middle = pairs.length / 2;
  const sum = (each: (at: number) => number): number => pairs.reduce((total, _, at) => total + each(at), 0);
  const scale = Math.sqrt(sum((at) => ((rx[at] ?? 0) - middle) ** 2) * sum((at) => ((ry[at] ?? 0) - middle) ** 2));
  return pairs.length < 3 || scale === 0 ? null : sum((at) => ((rx[at] ?? 0) - middle) * ((ry[at] ?? 0) - middle)) / scale;
}

interface Documents { representations: Map<string, Representation>; models: Map<string, GroupModel> }

async function documents(researcher: Researcher): Promise<Documents> {
  const { representations } = await until("all metrics are there or explained", async () => {
    const reply = await researcher.read<RepresentationsReply>("/api/v1/studies/known/representations");
    return reply.representations.every((each) => METRICS.every((key) => each[key].value !== null || each[key].reason !== null)) ? reply : null;
  });
  const { models } = await until("the group has counted every trial", async () => {
    const group = await researcher.read<Group>("/api/v1/studies/known/group");
    return group.trials === TRIALS && group.models.every(({ trials, r2_online: r2 }) => trials === TRIALS && r2 !== null) ? group : null;
  });
  return {
    representations: new Map(representations.map((each) => [each.name, each])),
    models: new Map(models.map((model) => [model.representation, model])),
  };
}

function wanted({ representations, models }: Documents, name: string): Record<string, number | null | undefined> {
  const [each, model] = [representations.get(name), models.get(name)];
  return {
    parameter_count: each?.parameter_count, training_image_count: each?.training_image_count, feature_count: each?.feature_count,
    task_accuracy: model?.task_accuracy, class_separation: each?.class_separation.value, class_separation_paper: each?.class_separation_paper.value,
    cka: each?.cka.value, intrinsic_dimension: each?.intrinsic_dimension.value, r2_online: model?.r2_online,
  };
}

async function assertTable(page: Page, documents: Documents): Promise<void> {
  for (const name of NAMES) {
    const cells = await page.locator(`[data-testid=metric-row][data-representation=${name}] td[data-column]`).evaluateAll((found) =>
      found.map((cell) => [(cell as HTMLElement).dataset.column ?? "", (cell as HTMLElement).dataset.value ?? null] as const));
    assert.deepEqual(
      Object.fromEntries(cells.map(([column, value]) => [column, value === null ? null : Number(value)])),
      Object.fromEntries(Object.entries(wanted(documents, name)).map(([column, value]) => [column, value ?? null])), name,
    );
  }
}

async function assertPlots(page: Page, documents: Documents): Promise<void> {
  for (const [key, column] of [["task_accuracy", "Task accuracy"], ["class_separation", "Class separation"], ["cka", "CKA"], ["intrinsic_dimension", "Intrinsic dimension"]] as const) {
    const all = [...documents.representations.keys()].map((name) => wanted(documents, name));
    const points = all.filter((each) => each[key] !== null);
    const cell = page.locator(`[data-testid=correlation-table] tr[data-metric=${key}] td[data-family=all]`);
    const { value, n } = await cell.evaluate((element) => ({ value: element.dataset.value ?? null, n: element.dataset.n }));
    const rho = rankCorrelation(points.map((each) => [each[key] ?? NaN, each.r2_online ?? NaN]));
    assert.equal(Number(n), points.length, key);
    if (rho === null) assert.equal(value, null, key);
    else assert.ok(Math.abs(Number(value) - rho) < 1e-12, `${key}: ${String(value)} instead of ${rho}`);
    if (points.length === 0) continue;
    const table = await numbersOf(page, `scatter-${key}-numbers`);
    assertColumn(table, column, points.map((each) => each[key]));
    assertColumn(table, "R² online", points.map((each) => each.r2_online));
  }
}

async function difference(page: Page, comparison: string, measure: string): Promise<Record<string, string | undefined>> {
  return page.locator(`[data-testid=difference-table] tr[data-comparison="${comparison}"] td[data-measure=${measure}]`).evaluate((cell) => ({ ...cell.dataset }));
}

test("the pages of representations show the server's numbers, and statistics that follow from them", { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, NAMES);
  const about = (name: string, ...words: string[]): Promise<string> => dinolabDone("import", "about", "--data", data, "--set", SET, "--name", name, ...words);
  await about("words", "--size-class", "small", "--loss", "language", "--parameters", "1000000", "--training-images", "20000");
  await about("pixels", "--size-class", "small", "--loss", "none", "--parameters", "3000");
  await about("noise", "--baseline-of", "pixels", "--aligned-by", "shuffling");
  await createSampledStudy(folder, data, {
    slug: "known", title: "What is known", task: "category", representations: NAMES, conditionCount: 3, settings: { trial_count: 30, practice_count: 0, learners: ["logistic_ridge"] },
  });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, "known");
  await dinolabDone("simulate", "--url", server.url, "--study", "known", "--participants", "3", "--think-ms", "0", "--seed", "5",
    "--stimuli", join(DEMO, "stimuli.csv"), "--representation", `task=${join(DEMO, "task.npy")}`);
  const known = await documents(researcher);

  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => text.includes("401") && url.endsWith("/api/v1/account"));
  const page = await visitor.newPage();
  await page.goto(`${server.url}/studies/known/representations`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("based-on").filter({ hasText: `From 3 participants and ${TRIALS} trials.` }).waitFor();
  await page.getByTestId("scatter-cka").locator("svg a").first().waitFor();
  await assertTable(page, known);
  await assertPlots(page, known);
  const r2 = (name: string): number => known.models.get(name)?.r2_online ?? NaN;
  // One pair: a mean difference without an interval.
  assert.deepEqual(await difference(page, "loss:language:none", "alignment"), { measure: "alignment", value: String(r2("pixels") - r2("words")), n: "1" });
  assert.deepEqual(await difference(page, "aligned_by:shuffling", "alignment"), { measure: "alignment", value: String(r2("noise") - r2("pixels")), n: "1" });
  await keepScreenshot(page, "representations-light", true);

  // Sorted by the keyboard alone; a second time turns it around.
  const order = (): Promise<(string | undefined)[]> => page.getByTestId("metric-row").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.representation));
  const byAccuracy = [...NAMES].sort((a, b) => (known.models.get(b)?.task_accuracy ?? 0) - (known.models.get(a)?.task_accuracy ?? 0));
  await page.getByTestId("sort-task_accuracy").press("Enter");
  assert.deepEqual(await order(), byAccuracy);
  await page.getByTestId("sort-task_accuracy").press("Enter");
  assert.deepEqual(await order(), byAccuracy.reverse());
  await page.getByTestId("search").fill("pix");
  assert.deepEqual(await order(), ["pixels"]);

  // From dot to dot by arrow keys; Enter opens the page of the one that is focused.
  const dots = page.getByTestId("scatter-task_accuracy").locator("svg a");
  await dots.first().focus();
  await page.keyboard.press("ArrowRight");
  const path = await page.evaluate(() => document.activeElement?.getAttribute("href") ?? document.activeElement?.getAttribute("xlink:href"));
  await page.keyboard.press("Enter");
  await page.getByTestId("ranks").waitFor();
  const name = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  assert.equal(path, `/studies/known/representations/${name}`);
  const ranked = [...NAMES].sort((a, b) => r2(b) - r2(a));
  const rank = page.locator("[data-testid=ranks] tr[data-measure=r2_online] td").last();
  await rank.filter({ hasText: " of 4" }).waitFor(); // the group's numbers come by themselves
  assert.equal(await rank.innerText(), `${["1st", "2nd", "3rd", "4th"][ranked.indexOf(name)] ?? ""} of 4`);
  const { learning_curve: people } = await researcher.read<Group>("/api/v1/studies/known/group");
  const curve = await numbersOf(page, "own-curve-numbers");
  assertColumn(curve, "people", people.map(({ accuracy }) => accuracy));
  assertColumn(curve, name, known.models.get(name)?.curve ?? []);
  const { sessions } = await researcher.read<StudySnapshot>("/api/v1/studies/known");
  const led = sessions.filter(({ leading }) => leading?.representation === name).map(({ session_id: id }) => id);
  const shown = await page.locator("[data-testid=led-table] tr[data-session]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.session ?? ""));
  assert.deepEqual(shown.sort(), led.sort());
  await keepScreenshot(page, "representation-light", true);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => document.documentElement.scrollWidth === 390);
  await page.goto(`${server.url}/studies/known/representations`);
  await page.getByTestId("scatter-cka").locator("svg a").first().waitFor();
  await page.waitForFunction(() => document.documentElement.scrollWidth === 390);
  await keepScreenshot(page, "representations-phone", true);
  await visitor.leave();
});
