// A researcher drops a zip of pictures, sees how far it is and what is wrong with it, and then the pictures along a dimension in five bins.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { DimensionReply } from "../../web/dashboard/types.ts";
import { expectStatus, parsed, PASSWORD, Researcher, send } from "../http/support/client.ts";
import { parseCsv } from "../http/support/csv.ts";
import { png, zip } from "../http/support/pictures.ts";
import { serve, temporaryFolder, until } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { assertColumn, numbersOf } from "./support/tables.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const OBJECTS = 15;
const NAMES = Array.from({ length: 2 * OBJECTS }, (_, at) => `thing${String(at >> 1)}/thing${String(at >> 1)}_0${String(1 + (at % 2))}b`).sort();
/** Equal steps through 0 to 2 in another order than the names, and the same backwards. */
const VALUES = NAMES.map((_, at) => { const value = 2 * (((at * 7) % NAMES.length) + 0.5) / NAMES.length; return [value, 2 - value] as const; });

/** All pictures differ but the second, which is the first once more; one that is cut off is added. */
function zipOfPictures(): Buffer {
  const pictures = NAMES.map((name, at) => ({ name: `mine/${name}.png`, bytes: png(48, 40, 8 * Math.max(1, at)) }));
  return zip([...pictures, { name: "mine/thing3/cut_off.png", bytes: png(48, 40, 255).subarray(0, 90) }]);
}

async function drop(page: Page, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle((base64) => {
    const made = new DataTransfer();
    made.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], "My Pictures.zip", { lastModified: 1 }));
    return made;
  }, bytes.toString("base64"));
  await page.getByTestId("zip-drop").dispatchEvent("drop", { dataTransfer: transfer });
  await page.getByTestId("zip-name").filter({ hasText: "My Pictures.zip" }).waitFor();
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/stimulus-sets`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("picture-import").waitFor();
}

async function sendMatrix(researcher: Researcher, set: string): Promise<void> {
  const upload = async (name: string, text: string): Promise<string> => {
    const body = Buffer.from(text);
    const { upload: id } = parsed<{ upload: string }>(expectStatus(await researcher.post("/api/v1/uploads", { name, byte_count: body.length }), 201));
    expectStatus(await send(researcher.server, "PUT", `/api/v1/uploads/${id}/0`, { cookie: researcher.cookie, csrf: researcher.csrf, body }), 200);
    return id;
  };
  const matrix = await upload("task.txt", VALUES.map((row) => row.join(" ")).join("\n") + "\n");
  const ids = await upload("ids.csv", ["id", ...NAMES].join("\n") + "\n");
  expectStatus(await researcher.post(`/api/v1/stimulus-sets/${set}/representations`, { name: "task", family: "task", upload: matrix, ids_upload: ids }), 201);
}

interface ShownPicture { id: string; value: number; isChosen: boolean; bin: number }

async function shownPictures(page: Page): Promise<ShownPicture[]> {
  return page.getByTestId("dimension-picture").evaluateAll((pictures) => pictures.map((picture) => {
    const { id = "", value } = (picture as HTMLElement).dataset;
    return { id, value: Number(value), isChosen: picture.classList.contains("chosen"), bin: Number(picture.closest<HTMLElement>("[data-bin]")?.dataset.bin) };
  }));
}

async function assertBins(page: Page, dimension: 0 | 1): Promise<void> {
  const wanted = NAMES.map((id, at) => ({ id, value: VALUES[at]?.[dimension] ?? NaN })).sort((a, b) => a.value - b.value);
  const last = wanted.at(-1)?.id ?? "";
  await page.locator(`[data-testid=dimension-bin][data-bin="5"] [data-testid=dimension-picture]:last-child[data-id="${last}"]`).waitFor();
  const shown = await shownPictures(page);
  assert.deepEqual(shown.map(({ id, bin }) => [id, bin]), wanted.map(({ id, value }) => [id, Math.ceil(value / 0.4)]));
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>("[data-testid=dimension-picture] img")].every((image) => image.complete && image.naturalWidth > 0));
}

async function keepInBothWidths(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name, true);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, `${name}: must not scroll sideways on a phone`);
  await keepScreenshot(page, `${name}-phone`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("a zip is dropped, goes on after the page was closed, says what is damaged, and becomes pictures in five bins", { timeout: 60_000 }, async (t) => {
  const server = await serve(t, temporaryFolder(t));
  const researcher = await Researcher.setUp(server);
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect((text, url) => text.includes("401") && url.endsWith("/api/v1/account"));
  const page = await visitor.newPage();
  await logIn(page, server.url);

  // The first piece never arrives: the page is closed meanwhile. The same zip goes on with the same upload.
  let created = 0;
  page.on("request", (request) => { if (request.method() === "POST" && request.url().endsWith("/api/v1/uploads")) created++; });
  const pieces = "**/api/v1/uploads/*/0";
  await page.route(pieces, () => undefined);
  await drop(page, zipOfPictures());
  assert.equal(await page.getByTestId("set-name").inputValue(), "my-pictures");
  await page.getByTestId("picture-import-submit").click();
  await page.getByTestId("upload-progress").filter({ hasText: "Sending: 0.0 MiB of" }).waitFor();
  await page.unroute(pieces);
  await page.reload();
  await drop(page, zipOfPictures());
  await page.getByTestId("picture-import-submit").click();

  // The cut-off picture is named; the set is made without it, and says which picture comes twice.
  await page.locator("[data-testid=import-status][data-state=failed]").waitFor();
  assert.equal(created, 1);
  assert.match(await page.getByTestId("import-damaged").innerText(), /1 picture cannot be used\s+.*thing3\/cut_off\.png/);
  await page.getByTestId("import-without").click();
  await page.locator("[data-testid=import-status][data-state=done]").waitFor();
  assert.match(await page.getByTestId("import-duplicates").innerText(), /1 picture comes more than once/);
  assert.match(await page.getByTestId("set-card").innerText(), /my-pictures\s+pictures\s+30\s+objects\s+15\s/);
  await keepInBothWidths(page, "stimulus-sets");
  await page.getByTestId("import-set").click();
  await page.getByTestId("notice-hint").filter({ hasText: "none yet" }).waitFor();

  await sendMatrix(researcher, "my-pictures");
  expectStatus(await researcher.post("/api/v1/studies", {
    slug: "cat", title: "Cats", task: "category", stimulus_set: "my-pictures", representations: ["task"], state: "open",
    settings: { trial_count: 10, practice_count: 0, completion_url: "https://example.org/done" }, conditions: [1, 2].map((number) => categoryCondition(seeded(number), number, NAMES, 10)),
  }), 201);
  await page.reload();
  await assertBins(page, 0);
  await page.getByTestId("dimension-after").click();
  await assertBins(page, 1);

  // A condition's choice, by the page's controls; the address is the same view.
  await page.getByTestId("choose-study").selectOption("cat");
  await page.getByTestId("condition-after").click();
  const path = "/api/v1/stimulus-sets/my-pictures/dimensions/task/1?study=cat&condition=2";
  const reply = await researcher.read<DimensionReply>(path);
  const chosen = reply.bins.flatMap(({ stimuli }) => stimuli).filter(({ is_chosen: isChosen }) => isChosen === true).map(({ id }) => id).sort();
  assert.equal(chosen.length, 10);
  await until("the second condition's choice is ringed", async () => (JSON.stringify((await shownPictures(page)).filter(({ isChosen }) => isChosen).map(({ id }) => id).sort()) === JSON.stringify(chosen) ? true : null));
  assert.equal(new URL(page.url()).search, "?representation=task&dimension=1&study=cat&condition=2");
  await keepInBothWidths(page, "stimulus-set-made");

  // Exact values, as a table and as a file.
  const table = await numbersOf(page, "dimension-numbers");
  assertColumn(table, "value", VALUES.map(([, value]) => value).sort((a, b) => a - b));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("dimension-csv").click()]);
  const rows = parseCsv(readFileSync(await download.path(), "utf8"));
  assert.deepEqual(rows.map(({ id, value }) => [id, Number(value)]), (await shownPictures(page)).map(({ id, value }) => [id, value]));
  assert.deepEqual(rows.filter(({ is_chosen: isChosen }) => isChosen === "true").map(({ id }) => id).sort(), chosen);
  await visitor.leave();
});
