// A study's list of downloads: every kind with its rows in every format, and each of them as the sub-command writes it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { gunzipSync } from "node:zlib";
import { Participant, PASSWORD, Researcher } from "../http/support/client.ts";
import { dinolabDone, serve, temporaryFolder } from "../http/support/program.ts";
import { coin, seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TABLES = ["trials", "above_chance", "sessions", "events", "questionnaire", "fits", "fit-trials", "jspsych"];

test("every kind is there with its rows, and comes as the sub-command writes it", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(644);
  const data = await importPictures(folder, 30);
  const conditions = [1, 2].map((at) => categoryCondition(random, at, pictureNames(30), 8));
  await createStudy(folder, data, { slug: "cat", title: "Who likes what?", task: "category", conditions });
  const server = await serve(t, data);
  await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("cat");
  await person.play(() => coin(random));
  await person.finish();

  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => url.endsWith("/api/v1/account") && text.includes("401"));
  const page = await visitor.newPage();
  await page.goto(`${server.url}/studies/cat`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("exports").waitFor();
  assert.equal(await page.getByTestId("export-row").count(), TABLES.length + 3);
  assert.equal(await page.getByTestId("export-rows-trials").innerText(), "8");
  assert.equal(await page.getByTestId("export-rows-sessions").innerText(), "1");

  const download = async (file: string): Promise<{ name: string; bytes: Buffer }> => {
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByTestId(`export-${file}`).click()]);
    return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
  };
  /** By its link, without a click: Chromium stops after ten downloads in a row. */
  const follow = async (file: string): Promise<Buffer> => {
    const link = page.getByTestId(`export-${file}`);
    return (await page.request.get(new URL(await link.getAttribute("href") ?? "", page.url()).href)).body();
  };
  for (const table of TABLES) {
    const [csv, lines] = await Promise.all(["csv", "ndjson"].map((format) =>
      dinolabDone("export", "--data", data, "--study", "cat", "--what", table, "--format", format, "--out", "-")));
    assert.equal((await follow(table)).toString(), csv);
    assert.equal(gunzipSync(await follow(`${table}.csv.gz`)).toString(), csv);
    assert.equal((await follow(`${table}.ndjson`)).toString(), lines);
    assert.equal(gunzipSync(await follow(`${table}.ndjson.gz`)).toString(), lines);
  }
  const [plain, packed] = [await download("trials"), await download("trials.csv.gz")];
  assert.deepEqual([plain.name, packed.name], ["cat-trials.csv", "cat-trials.csv.gz"]);
  assert.equal(gunzipSync(packed.bytes).toString(), plain.bytes.toString());
  assert.equal((await download("psych-ds.zip")).bytes.subarray(0, 2).toString(), "PK");
  assert.equal((await download("study.sqlite")).bytes.subarray(0, 15).toString(), "SQLite format 3");
  assert.equal((JSON.parse((await download("manifest.json")).bytes.toString()) as { study: string }).study, "cat");

  await page.getByTestId("export-mode").selectOption("pilot");
  await page.waitForFunction(() => document.querySelector<HTMLElement>("[data-testid=export-rows-trials]")?.innerText === "0");
  assert.equal((await download("trials")).name, "cat-trials-pilot.csv");
  await page.getByTestId("export-mode").selectOption("live");
  await page.getByTestId("to-downloads").click();
  await keepScreenshot(page, "downloads");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByTestId("exports").scrollIntoViewIfNeeded();
  await keepScreenshot(page, "downloads-phone");
  await visitor.leave();
});
