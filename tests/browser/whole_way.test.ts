// The whole way of a new researcher, in the browser: an account, a study of a folder of pictures and three matrices, tried out, opened, played by
// simulated people, watched, and taken home in every format.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { PASSWORD } from "../http/support/client.ts";
import { parseCsv } from "../http/support/csv.ts";
import { query } from "../http/support/database.ts";
import { png } from "../http/support/pictures.ts";
import { dinolab, serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded, shuffled, type Random } from "../http/support/random.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { Participant } from "./support/participant.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const OBJECTS = 60;
const TRIALS = 10;
const PEOPLE = 3;
const IDS = Array.from({ length: OBJECTS }, (_, at) => `thing${String(at)}/thing${String(at)}_01b`);
/** Features of each matrix; the first generates the trials, and all of its dimensions fill their bins. */
const MATRICES = { task: 2, words: 3, pixels: 5 } as const;

function writePictures(folder: string): string {
  const pictures = join(folder, "my things");
  for (const [at, id] of IDS.entries()) {
    mkdirSync(join(pictures, id, ".."), { recursive: true });
    writeFileSync(join(pictures, `${id}.png`), png(40 + (at % 7), 36, 4 * at));
  }
  writeFileSync(join(pictures, "notes.txt"), "Not a picture.\n");
  return pictures;
}

/** Equal steps from 0 to 2 in an order of its own for each feature. Rows are in the order of `ids`, which is not that of the set. */
function writeMatrix(path: string, featureCount: number, random: Random): void {
  const columns = Array.from({ length: featureCount }, () => shuffled(random, IDS.map((_, at) => (2 * (at + 0.5)) / OBJECTS)));
  writeFileSync(path, `${IDS.map((_, row) => columns.map((column) => String(column[row])).join(" ")).join("\n")}\n`);
}

async function makeAccount(page: Page, server: Server): Promise<void> {
  await page.goto(`${server.url}/setup#${server.setupToken ?? ""}`);
  await page.getByTestId("setup-name").fill("mary");
  await page.getByTestId("setup-password").fill(PASSWORD);
  await page.getByTestId("setup-submit").click();
  await page.getByTestId("new-study").waitFor();
}

async function bringMaterial(page: Page, folder: string, random: Random): Promise<void> {
  await page.getByTestId("nav-pictures").click();
  await page.getByTestId("folder-input").setInputFiles(writePictures(folder));
  await page.getByTestId("zip-name").filter({ hasText: "my things.zip" }).waitFor();
  assert.equal(await page.getByTestId("set-name").inputValue(), "my-things");
  await page.getByTestId("picture-import-submit").click();
  await page.locator("[data-testid=import-status][data-state=done]").waitFor();
  await page.getByTestId("import-set").click();
  await page.getByTestId("import-representation").click();
  writeFileSync(join(folder, "ids.csv"), ["id", ...IDS].join("\n") + "\n");
  for (const [name, featureCount] of Object.entries(MATRICES)) {
    writeMatrix(join(folder, `${name}.txt`), featureCount, random);
    await page.getByTestId("matrix-file").setInputFiles(join(folder, `${name}.txt`));
    await page.getByTestId("ids-file").setInputFiles(join(folder, "ids.csv"));
    await page.getByTestId("fact-family").fill(name === "task" ? "task" : "vision");
    await page.getByTestId("import-submit").click();
    await page.getByTestId("import-done").filter({ hasText: `${name} is there, with ${String(featureCount)} features.` }).waitFor();
  }
}

async function makeStudy(page: Page): Promise<void> {
  await page.getByTestId("nav-studies").click();
  await page.getByTestId("new-study").click();
  const input = (path: string) => page.getByTestId(`input-${path}`);
  await input("title").fill("Who likes my things?");
  await input("slug").fill("things");
  assert.equal(await input("stimulus_set").inputValue(), "my-things");
  await input("settings.trial_count").fill(String(TRIALS));
  await input("settings.feedback_ms").fill("30");
  await input("condition_count").fill("4");
  await input("settings.completion_url").fill("https://example.org/done");
  assert.equal(await input("settings.dimensions").inputValue(), "0, 1", "all that the representation has");
  await page.getByTestId("bins-verdict").filter({ hasText: "Every bin" }).waitFor();
  await page.getByTestId("create-study").click();
  await page.locator("[data-testid=state-bar][data-state=draft]").waitFor();
}

/** In one click, and by jsPsych's simulation mode on the page that it opens. */
async function tryOut(page: Page, server: Server): Promise<void> {
  const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByTestId("try-out").click()]);
  await tab.waitForURL(`${server.url}/s/things`);
  await tab.goto(`${server.url}/s/things?simulate=data-only`);
  await new Participant(tab, "category", "").stage("finished");
  await tab.close();
  await page.getByTestId("pilot-notice").waitFor();
  await page.locator("[data-testid=session-row]").waitFor();
}

async function letPeoplePlay(page: Page, server: Server): Promise<void> {
  await page.getByTestId("state-open").click();
  await page.getByTestId("confirm-yes").click();
  await page.locator("[data-testid=state-bar][data-state=open]").waitFor();
  const outcome = await dinolab("simulate", "--url", server.url, "--study", "things", "--participants", String(PEOPLE), "--think-ms", "0", "--learner", "random", "--seed", "4");
  assert.equal(outcome.status, 0, outcome.stderr);
  await page.locator("[data-testid=session-row]").nth(PEOPLE - 1).waitFor();
  await page.getByTestId("count-finished").filter({ hasText: String(PEOPLE) }).waitFor();
  await page.getByTestId("export-rows-trials").filter({ hasText: String(PEOPLE * TRIALS) }).waitFor();
}

/** Every file that the page offers, by name. */
async function downloadAll(page: Page): Promise<Map<string, Buffer>> {
  const links = page.locator("[data-testid=exports] a[href*='/exports/']");
  const addresses = new Set(await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href)));
  const files = new Map<string, Buffer>();
  for (const address of addresses) {
    const reply = await page.request.get(address);
    assert.equal(reply.status(), 200, address);
    files.set(new URL(address).pathname.split("/").at(-1) ?? "", await reply.body());
  }
  return files;
}

interface Manifest { files: { file: string; rows: number; bytes: number; sha256: string }[] }

function assertTakenHome(files: Map<string, Buffer>, data: string): void {
  const manifest = JSON.parse(files.get("manifest.json")?.toString() ?? "") as Manifest;
  const trials = parseCsv(files.get("trials.csv")?.toString() ?? "");
  const stored = query<{ response: number }>(data, "SELECT t.response FROM trial AS t JOIN session AS s USING (session_id) WHERE s.is_pilot = 0 AND t.phase = 'main' ORDER BY s.session_id, t.trial_index");
  assert.equal(stored.length, PEOPLE * TRIALS);
  assert.deepEqual(trials.map(({ choice }) => choice), stored.map(({ response }) => String(response)));
  assert.equal(manifest.files.length, 16, "eight tables in two formats");
  for (const { file, bytes, sha256 } of manifest.files) {
    const name = [file, file.replace("all.", "trials.")].find((one) => files.has(one)) ?? file.replaceAll("_", "-");
    const body = files.get(name);
    assert.ok(body !== undefined, `${file} is offered`);
    if (!/fit|events/.test(file)) assert.deepEqual([body.length, createHash("sha256").update(body).digest("hex")], [bytes, sha256], file);
  }
  for (const [name, body] of files) {
    if (name.endsWith(".gz") && !name.startsWith("study") && !name.startsWith("fit"))
      assert.deepEqual(gunzipSync(body), files.get(name.replace(/\.gz$/, "")), name);
  }
  assert.equal(files.get("study.sqlite")?.subarray(0, 15).toString(), "SQLite format 3");
  assert.equal(files.get("psych-ds.zip")?.subarray(0, 2).toString(), "PK");
}

test("a new researcher brings pictures and matrices, makes a study, tries it out, opens it, and takes what people did home", { timeout: 120_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const server = await serve(t, join(folder, "data"));
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect((text, url) => text.includes("401") && url.endsWith("/api/v1/account"));
  const page = await visitor.newPage();
  await makeAccount(page, server);
  await bringMaterial(page, folder, seeded(86));
  await makeStudy(page);
  await tryOut(page, server);
  await letPeoplePlay(page, server);
  await keepScreenshot(page, "whole-way", true);
  const files = await downloadAll(page);
  for (const saved of ["trials", "trials.ndjson", "psych-ds.zip"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(`export-${saved}`).click()]);
    assert.ok((await readFile(await download.path())).length > 0, saved);
  }
  assertTakenHome(files, server.data);
  await visitor.leave();
});
