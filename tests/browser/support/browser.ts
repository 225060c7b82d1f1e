// Debian's Chromium, driven by Playwright, and pages that are watched: an error in the console, an exception or a breach of the content security
// policy fails the test that caused it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import assert from "node:assert/strict";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type ConsoleMessage, type Page } from "playwright-core";
import { TOP } from "../../http/support/program.ts";
import { installRecorder } from "./recorder.ts";

export const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
/** Generous, because other work may share the machine; nothing waits for it when all is well. */
export const PATIENCE_MS = 20_000;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS });
}

/** One person's browser: what it keeps (localStorage, cookies) is shared by its pages and by no other visitor. */
export class Visitor {
  private readonly faults: string[] = [];
  private readonly expected: ((text: string, url: string) => boolean)[] = [];

  private constructor(readonly context: BrowserContext) {
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("console", (message) => { this.hear(message); });
    context.on("weberror", (error) => { this.faults.push(`exception: ${String(error.error().stack ?? error.error())}`); });
  }

  static async arrive(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", reducedMotion: "reduce", ...options });
    await context.addInitScript(installRecorder);
    return new Visitor(context);
  }

  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  /** The browser itself reports each request that fails; where a test makes them fail, they are no fault. */
  expect(isExpected: (text: string, url: string) => boolean): void {
    this.expected.push(isExpected);
  }

  /** Ends the visit, and the test with it when anything went wrong on its pages. */
  async leave(): Promise<void> {
    const breaches = await Promise.all(
      this.context.pages().map((page) => page.evaluate(() => window.recorder.breaches).catch(() => [] as string[])),
    );
    await this.context.close();
    assert.deepEqual([...this.faults, ...breaches.flat()], [], "the pages must be free of errors");
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const { url } = message.location();
    if (this.expected.some((isExpected) => isExpected(message.text(), url))) return;
    this.faults.push(`${message.type()}: ${message.text()} (${url})`);
  }
}

/** Keeps a picture of the page in build/screenshots. */
export async function keepScreenshot(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = join(TOP, "build", "screenshots");
  await mkdir(folder, { recursive: true });
  // What is out of sight need not be drawn; on a picture of the whole page everything is in sight.
  const style = fullPage ? "* { content-visibility: visible !important; }" : "";
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage, style });
}
