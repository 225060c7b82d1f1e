// Somebody is invited to a study by a link, comes in as a viewer, and sees what viewers see; the owner's tokens, dates and lists of submissions.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Participant, PASSWORD, Researcher, send } from "../http/support/client.ts";
import type { Server } from "../http/support/program.ts";
import { comeIn, PROLIFIC, serveStudies } from "../http/support/recruited.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const SLUG = "pro";

async function keepInBothWidths(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name, true);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, `${name}: must not scroll sideways on a phone`);
  await keepScreenshot(page, `${name}-phone`, true);
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("account-name").waitFor();
}

async function play(server: Server, id: string): Promise<void> {
  const person = new Participant(server);
  await comeIn(person, SLUG, { PROLIFIC_PID: id, STUDY_ID: "s", SESSION_ID: "t" });
  await person.understand();
  await person.play(() => 1);
  await person.finish();
}

/** By the link: mistakes are told beside their fields and do not use it up. */
async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByTestId("setup-name").fill("ada");
  await page.getByTestId("setup-password").fill("short");
  await page.getByTestId("setup-submit").click();
  await page.getByTestId("setup-password-problem").filter({ hasText: "at least 10 characters" }).waitFor();
  await page.getByTestId("setup-password").fill(PASSWORD);
  await page.getByTestId("setup-submit").click();
  await page.getByTestId("setup-name-problem").waitFor();
  await keepInBothWidths(page, "people-setup");
  await page.getByTestId("setup-name").fill("bob");
  await page.getByTestId("setup-submit").click();
  await page.getByTestId("account-name").filter({ hasText: "bob" }).waitFor();
}

async function present(page: Page, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map(async (id) => ((await page.getByTestId(id).count()) > 0 ? [id] : [])));
  return found.flat();
}

const CHANGES = ["state-paused", "state-closed", "duplicate", "study-file", "to-downloads", "study-nav-people", "nav-people"];

test("an invited viewer comes in by the link and sees a study without what changes it; its owner gives more", { timeout: 120_000 }, async (t) => {
  const server = await serveStudies(t, { slug: SLUG, recruitment: PROLIFIC });
  await Researcher.setUp(server);
  const [owner, guest] = await Promise.all([Visitor.arrive(browser), Visitor.arrive(browser)]);
  owner.expect((text, url) => text.includes("401") && url.endsWith("/api/v1/account"));
  guest.expect((text, url) => text.includes("409") && url.endsWith("/api/v1/setup"));
  const [page, theirs] = await Promise.all([owner.newPage(), guest.newPage()]);

  await logIn(page, server.url);
  await page.getByTestId("study-link").click();
  await page.getByTestId("state-bar").waitFor();
  assert.deepEqual(await present(page, CHANGES), CHANGES, "all of it is the owner's to use");
  await page.getByTestId("study-nav-people").click();
  await page.getByTestId("members-empty").waitFor();
  await page.getByTestId("study-invite-role").selectOption("viewer");
  await page.getByTestId("study-invite").click();
  const link = await page.getByTestId("invitation-link").inputValue();
  assert.match(link, new RegExp(`^${server.url}/setup#[\\w-]{43}$`));
  await page.getByTestId("invitation").filter({ hasText: "viewer in pro" }).waitFor();

  await enter(theirs, link);
  await theirs.getByTestId("study-card").waitFor();
  assert.deepEqual(await present(theirs, ["new-study", "study-import", "nav-people"]), []);
  await theirs.getByTestId("study-link").click();
  await theirs.getByTestId("state-bar").waitFor();
  await theirs.getByTestId("study-settings-link").click();
  await theirs.getByTestId("settings-read-only").waitFor();
  assert.equal(await theirs.getByTestId("input-settings.trial_count").isDisabled(), true);
  assert.deepEqual(await present(theirs, ["save-settings"]), []);
  await theirs.getByTestId("study-nav-overview").click();
  await theirs.getByTestId("state-bar").waitFor();
  assert.deepEqual(await present(theirs, CHANGES), []);
  await keepScreenshot(theirs, "people-viewer");

  // The owner sees who came, and makes a researcher of them.
  await page.reload();
  await page.locator("[data-testid=member][data-name=bob]").getByTestId("member-role").selectOption("researcher");
  await page.locator("[data-testid=member][data-name=bob]").getByTestId("member-role").and(page.locator("select:not(:disabled)")).waitFor();
  await theirs.reload();
  await theirs.getByTestId("export-trials").waitFor();
  assert.deepEqual(await present(theirs, CHANGES), CHANGES.filter((id) => id !== "nav-people"));
  await theirs.getByTestId("study-nav-people").click();
  await theirs.locator("[data-testid=member][data-name=bob]").filter({ hasText: "researcher" }).waitFor();
  assert.deepEqual(await present(theirs, ["study-invite", "add-member", "remove-member", "retention-until"]), [], "who is in it is for owners to say");
  await Promise.all([owner.leave(), guest.leave()]);
});

async function tokenStatus(server: Server, token: string): Promise<number> {
  return (await send(server, "GET", `/api/v1/studies/${SLUG}`, { token })).status;
}

test("an API token is shown once and is of no use when it is revoked; mistakes with passwords are told where they are", { timeout: 120_000 }, async (t) => {
  const server = await serveStudies(t, { slug: SLUG, recruitment: PROLIFIC });
  await Researcher.setUp(server);
  const owner = await Visitor.arrive(browser);
  owner.expect((text, url) => /40[13]/.test(text) && /\/api\/v1\/account(\/password)?$/.test(url));
  const page = await owner.newPage();
  await logIn(page, server.url);
  await page.getByTestId("account-name").click();
  await page.getByTestId("tokens-empty").waitFor();
  await page.getByTestId("token-name").fill("laptop");
  await page.getByTestId("token-days").fill("0");
  await page.getByTestId("make-token").click();
  await page.getByTestId("token-days-problem").waitFor();
  await page.getByTestId("token-days").fill("7");
  await page.getByTestId("token-study").selectOption(SLUG);
  await page.getByTestId("make-token").click();
  const token = await page.getByTestId("token").inputValue();
  assert.equal(await tokenStatus(server, token), 200);
  await page.locator("[data-testid=api-token][data-name=laptop]").filter({ hasText: `read only, study ${SLUG}` }).waitFor();

  await page.getByTestId("old-password").fill("not the password");
  await page.getByTestId("new-password").fill("another password");
  await page.getByTestId("change-password").click();
  await page.getByTestId("old-password-problem").filter({ hasText: "wrong" }).waitFor();
  await keepInBothWidths(page, "people-account");
  await page.getByTestId("old-password").fill(PASSWORD);
  await page.getByTestId("change-password").click();
  await page.getByTestId("password-said").filter({ hasText: "is changed" }).waitFor();

  await page.getByTestId("revoke-token").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("tokens-empty").waitFor();
  assert.equal(await tokenStatus(server, token), 401);
  assert.equal(await page.getByTestId("token").count(), 0, "what is revoked is not shown any more");

  // What was done is in the log, which owners of the site read.
  await page.getByTestId("nav-people").click();
  await page.getByTestId("invite-role").selectOption("viewer");
  await page.getByTestId("invite").click();
  await page.getByTestId("invitation-link").waitFor();
  await page.getByTestId("audit-again").click();
  await page.getByTestId("audit-entry").first().filter({ hasText: "made an invitation" }).waitFor();
  assert.match((await page.getByTestId("audit-entry").allInnerTexts()).join("\n"), /revoked an API token[^]*changed their password[^]*made an API token/);
  await keepInBothWidths(page, "people-site");
  await page.getByTestId("take-back").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("invitation").waitFor({ state: "detached" });
  assert.equal(await page.getByTestId("invitation-link").count(), 0);

  await page.getByTestId("account-name").click();
  await page.getByTestId("end-logins").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("login-name").waitFor();
  await owner.leave();
});

test("a list of submissions is dropped and both differences are seen; a date for personal data warns when it is near", { timeout: 120_000 }, async (t) => {
  const server = await serveStudies(t, { slug: SLUG, recruitment: PROLIFIC });
  await Researcher.setUp(server);
  await play(server, "aaa");
  await play(server, "bbb");
  const owner = await Visitor.arrive(browser);
  owner.expect((text, url) => (text.includes("401") && url.endsWith("/api/v1/account")) || (text.includes("400") && url.endsWith("/reconciliation")));
  const page = await owner.newPage();
  await logIn(page, `${server.url}/studies/${SLUG}/people`);
  const choose = (text: string): Promise<void> => page.getByTestId("reconciliation-file").setInputFiles({ name: "submissions.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await choose("Participant id\r\naaa\r\n");
  await page.getByTestId("reconciliation-problem").filter({ hasText: "Status" }).waitFor();
  await choose(["Submission id,Participant id,Status,Completion code", "1,aaa,APPROVED,C-DONE", "2,nobody,AWAITING REVIEW,C-DONE", "3,bbb,RETURNED,", ""].join("\r\n"));
  await page.getByTestId("reconciliation").waitFor();
  const figures = await Promise.all(["submission-count", "both-count", "there-count", "here-count"].map((id) => page.getByTestId(id).innerText()));
  assert.deepEqual(figures, ["3", "1", "1", "1"]);
  const rows = (list: string): Promise<string[]> => page.getByTestId(`list-${list}`).getByTestId("reconciliation-row").allInnerTexts();
  const [there, here] = [await rows("there_only"), await rows("here_only")];
  assert.match(there.join("\n"), /^nobody\s+awaiting review\s+no session/);
  assert.match(here.join("\n"), /^bbb\s+returned\s+P2\s+finished/);

  const until = new Date(Date.now() + 10 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.getByTestId("retention-until").fill("2020-01-31");
  await page.getByTestId("retention-save").click();
  await page.getByTestId("retention-problem").filter({ hasText: "after today" }).waitFor();
  await page.getByTestId("retention-until").fill(until);
  await page.getByTestId("retention-save").click();
  await page.getByTestId("retention-now").filter({ hasText: "then deleted by themselves" }).waitFor();
  await keepInBothWidths(page, "people-study");
  await page.getByTestId("study-nav-overview").click();
  await page.getByTestId("retention-notice").filter({ hasText: /in (9|10) days/ }).waitFor();
  await keepScreenshot(page, "people-retention");
  await owner.leave();
});
