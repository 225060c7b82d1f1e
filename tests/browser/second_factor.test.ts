// The second factor as a person meets it: set up on the account's page, asked for at the next login, turned off again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PASSWORD, Researcher } from "../http/support/client.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { codeOf, wrongCodeOf } from "../http/support/totp.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId("login-name").fill("ada");
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
}

test("the second factor is set up, asked for, and turned off", { timeout: 90_000 }, async (t) => {
  const server = await serve(t, temporaryFolder(t));
  await Researcher.setUp(server);
  const visitor = await Visitor.arrive(browser);
  visitor.expect((text, url) => text.includes("401") && /\/api\/v1\/(account|login)$/.test(url));
  visitor.expect((text, url) => text.includes("400") && url.endsWith("/totp/confirm"));
  visitor.expect((text, url) => text.includes("403") && url.endsWith("/totp/off"));
  const page = await visitor.newPage();
  await logIn(page, server.url);
  await page.getByTestId("account-name").waitFor();
  await page.goto(`${server.url}/account`);
  await page.getByTestId("totp-is-off").waitFor();
  await page.getByTestId("totp-begin").click();
  const secret = (await page.getByTestId("totp-secret").inputValue()).replaceAll(" ", "");
  assert.match(await page.getByTestId("totp-uri").getAttribute("href") ?? "", new RegExp(`^otpauth://totp/Dinolab:ada\\?secret=${secret}&`));
  await page.getByTestId("totp-code").fill(wrongCodeOf(secret));
  await page.getByTestId("totp-confirm").click();
  await page.getByTestId("totp-code-problem").waitFor();
  await keepScreenshot(page, "totp-set-up", true);
  await page.getByTestId("totp-code").fill(codeOf(secret));
  await page.getByTestId("totp-confirm").click();
  const recovery = (await page.getByTestId("totp-codes").inputValue()).split(" ");
  assert.equal(recovery.length, 10);
  await keepScreenshot(page, "totp-recovery", true);
  await page.getByTestId("totp-recovery-done").click();
  await page.getByTestId("totp-is-on").waitFor();

  await page.context().clearCookies();
  await logIn(page, server.url);
  await page.getByTestId("login-code").fill(wrongCodeOf(secret));
  await page.getByTestId("login-submit").click();
  await page.getByTestId("login-error").filter({ hasText: "This code is wrong" }).waitFor();
  assert.equal(await page.getByTestId("login-code").inputValue(), "");
  await keepScreenshot(page, "totp-login");
  await page.getByTestId("login-code").fill(recovery[0] ?? "");
  await page.getByTestId("login-submit").click();
  await page.getByTestId("account-name").waitFor();

  await page.goto(`${server.url}/account`);
  await page.getByTestId("totp-is-on").filter({ hasText: "9 recovery codes are left" }).waitFor();
  await page.getByTestId("totp-off").click();
  await page.getByTestId("totp-password").fill("wrong password");
  await page.getByTestId("totp-off-yes").click();
  await page.getByTestId("totp-password-problem").waitFor();
  await page.getByTestId("totp-password").fill(PASSWORD);
  await page.getByTestId("totp-off-yes").click();
  await page.getByTestId("totp-is-off").waitFor();
  await page.context().clearCookies();
  await logIn(page, server.url);
  await page.getByTestId("account-name").waitFor();
});
