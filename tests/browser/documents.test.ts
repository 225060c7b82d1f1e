// The study's texts on the consent screen: in their own language and direction, the data-protection sheet unfolded by the keyboard, and files to keep.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { dinolabDone, Server, TOP } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

const HEBREW = "# לפני שמתחילים\n\nאנחנו מזמינים אותך להשתתף.\n\n1. אחת\n2. שתיים\n\n<script>document.title = \"no\"</script>\n";
const CONTACT = "Dr. Ada Beispiel\\\nUniversity of Example\\\n<ada@example.org>\n";

let browser: Browser;
let server: Server;
const folder = mkdtempSync(join(tmpdir(), "dinolab-documents-"));
before(async () => {
  const data = await importPictures(folder, 5, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(5), 3)] });
  for (const [kind, language, text] of [["consent", "he", HEBREW], ["contact", "en", CONTACT]] as const) {
    const file = join(folder, `${kind}.md`);
    writeFileSync(file, text);
    await dinolabDone("study", "document", "--data", data, "--study", "cat", "--kind", kind, "--language", language, "--file", file);
  }
  server = new Server(data);
  [browser] = await Promise.all([launch(), server.start()]);
});
after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a text in another language says so and runs in its own direction; nothing of it is a tag", async () => {
  const visitor = await Visitor.arrive(browser, { viewport: { width: 390, height: 844 } });
  const page = await visitor.newPage();
  await page.goto(`${server.url}/s/cat`);
  const consent = page.getByTestId("consent-text");
  assert.deepEqual([await consent.getAttribute("lang"), await page.evaluate(() => document.documentElement.lang)], ["he", "en"]);
  const look = await consent.evaluate((element) => [getComputedStyle(element).direction, element.querySelectorAll("h2, ol > li").length, element.querySelectorAll("script").length]);
  assert.deepEqual(look, ["rtl", 3, 0]);
  assert.ok((await consent.innerText()).includes("<script>"));
  const contact = page.getByTestId("contact");
  assert.equal(await contact.evaluate((element) => getComputedStyle(element).direction), "ltr");
  assert.equal(await contact.getByRole("link").getAttribute("href"), "mailto:ada@example.org");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing scrolls sideways");
  await keepScreenshot(page, "documents-phone", true);
  await visitor.leave();
});

test("the data-protection sheet unfolds by the keyboard, and it and the consent can be kept as files", async () => {
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await page.goto(`${server.url}/s/cat`);
  const sheet = page.getByTestId("data-protection-text");
  await page.getByTestId("data-protection").waitFor();
  assert.equal(await sheet.isVisible(), false);
  await page.getByTestId("data-protection").locator("summary").focus();
  await page.keyboard.press("Enter");
  await sheet.waitFor({ state: "visible" });
  assert.ok((await sheet.innerText()).includes("What is recorded"));
  assert.ok(await page.getByTestId("consent-accept").isVisible(), "Enter has agreed to nothing");
  await keepScreenshot(page, "documents-laptop", true);
  const kept: string[][] = [];
  for (const kind of ["data_protection", "consent"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(`keep-${kind}`).click()]);
    kept.push([download.suggestedFilename(), readFileSync(await download.path(), "utf8")]);
  }
  assert.deepEqual(kept, [
    ["cat-data_protection-en-v0.md", readFileSync(join(TOP, "schema", "documents", "data_protection.en.md"), "utf8")],
    ["cat-consent-he-v1.md", HEBREW],
  ]);
  await visitor.leave();
});
