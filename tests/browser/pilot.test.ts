// A study that is being tried out says so wherever it is shown, says why people left, and offers the tables of its pilots.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { ComprehensionReply } from "../../web/wire/types.ts";
import { expectStatus, parsed, Participant, PASSWORD, Researcher } from "../http/support/client.ts";
import { dinolabDone, serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createProject, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

function isBeforeLogin(text: string, url: string): boolean {
  return text.includes("401") && /\/api\/v1\/(account|login)$/.test(url);
}

async function logIn(page: Page): Promise<void> {
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("account-name").waitFor();
}

async function download(page: Page, table: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId(`export-${table}`).click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

test("pilots are marked on every page, live pages have no mark, and downloads are of whom one asks for", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const conditions = [1, 2, 3, 4].map((at) => categoryCondition(seeded(540 + at), at, pictureNames(20), 6));
  const settings = { comprehension_attempts_max: 1 };
  await createStudy(folder, data, { slug: "tried", title: "Who likes what?", task: "category", conditions, settings });
  await createStudy(folder, data, { slug: "live", title: "The real thing", task: "category", conditions });
  await createProject(data, "both", ["tried", "live"]);
  await dinolabDone("study", "pilot", "--data", data, "--study", "tried");
  const server = await serve(t, data);
  await Researcher.setUp(server);
  const [finished, failed, playing, real] = [new Participant(server), new Participant(server), new Participant(server), new Participant(server)];
  await finished.begin("tried");
  await failed.enrol("tried");
  const reply = expectStatus(await failed.send("POST", "/api/v1/session/comprehension", { answers: [0, 0, 0] }), 200);
  assert.equal(parsed<ComprehensionReply>(reply).is_over, true);
  await playing.begin("tried");
  await real.begin("live");
  await finished.play(() => 1);
  await finished.finish();
  for (let index = 0; index < 3; index++) await playing.respond("trials", index, 0);
  await real.respond("trials", 0, 1);

  const visitor = await Visitor.arrive(browser);
  visitor.expect(isBeforeLogin);
  const page = await visitor.newPage();
  await page.goto(`${server.url}/`);
  await logIn(page);
  const card = (slug: string) => page.locator(`[data-testid=study-card][data-slug=${slug}]`);
  await card("tried").getByTestId("pilot").waitFor();
  assert.equal(await card("live").getByTestId("pilot").count(), 0);
  await keepScreenshot(page, "pilot-studies");

  await page.goto(`${server.url}/projects/both`);
  await page.locator("[data-testid=project-study][data-slug=tried]").getByTestId("pilot").waitFor();
  assert.equal(await page.locator("[data-testid=project-study][data-slug=live]").getByTestId("pilot").count(), 0);

  await page.goto(`${server.url}/studies/live`);
  await page.getByTestId("session-row").waitFor();
  assert.equal(await page.getByTestId("pilot").count() + await page.getByTestId("pilot-notice").count(), 0, "nothing of a live study is marked");
  assert.equal(await page.getByTestId("export-mode").inputValue(), "live");

  await page.goto(`${server.url}/studies/tried`);
  await page.getByTestId("pilot-notice").waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLElement>("[data-testid=count-left]")?.innerText === "1");
  assert.equal(await page.getByTestId("session-row").count(), 3);
  assert.equal(await page.getByTestId("session-row").getByTestId("pilot").count(), 3);
  const left = page.locator("[data-testid=session-row][data-number='2']");
  assert.match(await left.getByTestId("session-state").innerText(), /Left\W+questions failed/);
  assert.equal(await left.getByTestId("session-pay").innerText(), "£0.00", "no base for a session that left");
  await keepScreenshot(page, "pilot-study", true);
  await page.setViewportSize({ width: 390, height: 844 });
  await keepScreenshot(page, "pilot-study-phone", true);
  await page.setViewportSize({ width: 1280, height: 800 });

  assert.equal(await page.getByTestId("export-mode").inputValue(), "pilot", "whoever tries a study out comes for its pilots");
  for (const table of ["trials", "jspsych", "sessions"]) {
    const { name, text } = await download(page, table);
    assert.equal(name, `tried-${table}-pilot.csv`);
    assert.equal(text, await dinolabDone("export", "--data", data, "--study", "tried", "--what", table, "--mode", "pilot", "--out", "-"));
  }
  await page.getByTestId("export-mode").selectOption("live");
  const live = await download(page, "trials");
  assert.equal(live.name, "tried-trials.csv");
  assert.equal(live.text.trim().split("\r\n").length, 1, "a header and nobody");

  for (const place of ["group", "representations"]) {
    await page.getByTestId(`study-nav-${place}`).click();
    await page.locator(".title-line").getByTestId("pilot").waitFor();
    await page.goBack();
    await page.getByTestId("pilot-notice").waitFor();
  }
  await left.getByTestId("session-link").click();
  await page.locator("h1", { hasText: "Participant 2" }).waitFor();
  await page.locator(".participant-head").getByTestId("pilot").waitFor();
  assert.match(await page.locator(".participant-head").getByTestId("session-state").innerText(), /Left\W+questions failed/);
  await keepScreenshot(page, "pilot-session");
  await visitor.leave();
});
