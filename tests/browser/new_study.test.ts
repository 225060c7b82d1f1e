// A researcher makes a study in the browser: a mistake stands beside its field and is mended, the study is tried out, opened, changed and
// paused, copied, and its file comes back in under another name.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Study } from "../../web/dashboard/types.ts";
import type { StudyDefinition } from "../../web/dashboard/study_types.ts";
import { Participant, PASSWORD, Researcher } from "../http/support/client.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, SET } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

function isBeforeLogin(text: string, url: string): boolean {
  return text.includes("401") && /\/api\/v1\/(account|login)$/.test(url);
}

function input(page: Page, path: string) {
  return page.getByTestId(`input-${path}`);
}

/** The sentence beside a field. */
function problem(page: Page, path: string) {
  return page.locator(`[data-testid=field][data-path="${path}"]`).getByTestId("field-problem");
}

async function inState(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid=state-bar][data-state=${state}]`).waitFor();
}

async function keepInBothWidths(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name, true);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, `${name}: must not scroll sideways on a phone`);
  await keepScreenshot(page, `${name}-phone`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("new-study").waitFor();
}

test("a researcher makes a study, mends a mistake beside its field, tries it out, opens, changes, pauses and copies it", { timeout: 60_000 }, async (t) => {
  const data = await importPictures(temporaryFolder(t), 600, ["task", "words"]);
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const visitor = await Visitor.arrive(browser, { acceptDownloads: true });
  visitor.expect((text, url) => isBeforeLogin(text, url) || (text.includes("409") && url.endsWith("/api/v1/study-files")));
  const page = await visitor.newPage();
  await logIn(page, server.url);
  await page.getByTestId("new-study").click();
  await page.getByTestId("study-form").waitFor();

  // What is wrong in itself, what the server says to it, and what the pictures do not suffice for.
  assert.equal(await input(page, "stimulus_set").inputValue(), SET, "the only set there is");
  await page.getByTestId("create-study").click();
  assert.equal(await problem(page, "title").innerText(), "This cannot be empty.");
  await input(page, "title").fill("Which dinosaur likes what?");
  assert.equal(await input(page, "slug").inputValue(), "which-dinosaur-likes-what");
  await input(page, "settings.completion_url").fill("example.org/done");
  await problem(page, "settings.completion_url").filter({ hasText: "https://" }).waitFor();
  await input(page, "settings.completion_url").fill("https://example.org/done");
  await problem(page, "settings.completion_url").waitFor({ state: "detached" });
  await input(page, "settings.trial_count").fill("1001");
  await problem(page, "settings.trial_count").filter({ hasText: "1 to 1000" }).waitFor();
  await page.getByTestId("create-study").click();
  await page.getByTestId("mistakes").filter({ hasText: "1 mistake to mend" }).waitFor();
  assert.deepEqual((await researcher.read<{ studies: Study[] }>("/api/v1/studies")).studies, [], "nothing was made yet");
  await input(page, "settings.trial_count").fill("500");
  await page.getByTestId("bins-verdict").filter({ hasText: "cannot be filled" }).waitFor();
  await keepInBothWidths(page, "new-study-mistakes");
  await input(page, "settings.trial_count").fill("10");
  await input(page, "condition_count").fill("2");
  await page.getByTestId("bins-verdict").filter({ hasText: "Every bin" }).waitFor();
  await page.getByTestId("mistakes").waitFor({ state: "detached" });
  await page.getByTestId("create-study").click();

  await inState(page, "draft");
  const made = await researcher.read<StudyDefinition>("/api/v1/studies/which-dinosaur-likes-what/definition");
  assert.deepEqual(
    [made.title, made.task, made.stimulus_set, made.generative, made.representations, made.condition_count, made.settings.trial_count, made.state],
    ["Which dinosaur likes what?", "category", SET, "task", ["task", "words"], 2, 10, "draft"],
  );
  const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByTestId("try-out").click()]);
  await tab.waitForURL(`${server.url}/s/which-dinosaur-likes-what`);
  await tab.getByTestId("consent-age").waitFor();
  await tab.close();
  await inState(page, "pilot");
  await page.getByTestId("pilot-notice").waitFor();
  await page.getByTestId("state-open").click();
  await page.getByTestId("confirm").waitFor();
  await keepInBothWidths(page, "study-opening");
  await page.getByTestId("confirm-yes").click();
  await inState(page, "open");

  // What is open holds its trials; what can change is sent alone.
  await page.getByTestId("study-settings-link").click();
  await page.getByTestId("settings-form").waitFor();
  assert.equal(await input(page, "settings.trial_count").isDisabled(), true);
  await page.locator("[data-testid=field][data-path='settings.trial_count']").getByTestId("field-frozen").filter({ hasText: "only while it is a draft" }).waitFor();
  await input(page, "settings.recruitment.quota").fill("40");
  await input(page, "documents.contact.en").fill("Write to ada@example.org.");
  await keepInBothWidths(page, "study-settings");
  const [patch] = await Promise.all([page.waitForRequest((request) => request.method() === "PATCH"), page.getByTestId("save-settings").click()]);
  assert.deepEqual(patch.postDataJSON(), { settings: { recruitment: { quota: 40 } }, documents: { contact: { en: "Write to ada@example.org." } } });
  await page.getByTestId("settings-said").filter({ hasText: "Saved." }).waitFor();

  await page.getByTestId("study-nav-overview").click();
  await page.getByTestId("state-paused").click();
  await inState(page, "paused");
  assert.equal((await researcher.read<{ study: Study }>("/api/v1/studies/which-dinosaur-likes-what")).study.state, "paused");

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("study-file").click()]);
  const file = await download.path();
  await page.getByTestId("duplicate").click();
  await page.getByTestId("copy-title").fill("Once more");
  await page.getByTestId("confirm-yes").click();
  await page.waitForURL(`${server.url}/studies/once-more`);
  await inState(page, "draft");
  await page.getByTestId("nav-studies").click();
  await page.locator("[data-testid=study-card][data-slug=which-dinosaur-likes-what]").getByTestId("study-state").filter({ hasText: "paused" }).waitFor();
  await page.getByTestId("study-import-file").setInputFiles(file);
  await page.getByTestId("study-import-error").filter({ hasText: "exists already" }).waitFor();
  await page.getByTestId("import-title").fill("From the file");
  await page.getByTestId("confirm-yes").click();
  await page.waitForURL(`${server.url}/studies/from-the-file`);
  await inState(page, "draft");
  const again = await researcher.read<StudyDefinition>("/api/v1/studies/from-the-file/definition");
  assert.deepEqual(again.settings, { ...made.settings, recruitment: { ...(made.settings.recruitment as object), quota: 40 } });
  await visitor.leave();
});

test("a blind study shows no numbers of people or models until its owner says why it must", { timeout: 60_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const conditions = [categoryCondition(seeded(31), 1, pictureNames(20), 6)];
  const settings = { blind: { is_blind: true, stop_finished_sessions: 30, stop_at: "" } };
  await createStudy(folder, data, { slug: "sealed", task: "category", conditions, settings });
  const server = await serve(t, data);
  await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("sealed");
  await person.play(() => 1);

  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => isBeforeLogin(text, url) || (text.includes("403") && url.includes("/group/stream")));
  const page = await visitor.newPage();
  await logIn(page, server.url);
  await page.getByTestId("study-link").click();
  await page.getByTestId("blind-notice").filter({ hasText: "as soon as 30 live sessions have finished" }).waitFor();
  await page.getByTestId("session-row").waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /\d\s?%\s*right|£\d/, "neither accuracy nor pay, from which it follows");
  await page.getByTestId("session-link").click();
  await page.getByTestId("strip-trial").nth(5).waitFor();
  assert.deepEqual(await page.getByTestId("strip-trial").evaluateAll((marks) => marks.map((mark) => (mark as HTMLElement).dataset.outcome)), Array(6).fill("hidden"));
  await page.getByTestId("study-nav-group").click();
  await page.getByTestId("notice-hint").filter({ hasText: "blind" }).waitFor();
  await page.getByTestId("study-nav-overview").click();
  await page.getByTestId("unblind").click();
  assert.equal(await page.getByTestId("confirm-yes").isDisabled(), true, "not without a reason");
  await page.getByTestId("unblind-reason").fill("The ethics board asks for the numbers.");
  await keepInBothWidths(page, "study-blind");
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("blind-notice").waitFor({ state: "detached" });
  await page.getByText(/\d\s%/).first().waitFor();
  await visitor.leave();
});
