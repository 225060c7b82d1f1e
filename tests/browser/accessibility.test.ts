// axe-core on every screen of both tasks, with its report in build/axe-report.json, and what axe cannot see: where the focus is when a screen comes, that
// feedback is said as well as shown, and that the order of the headings and the ways with the keyboard make sense.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { InputKind } from "../../web/wire/types.ts";
import { dinolabDone, Server, TOP } from "../http/support/program.ts";
import { createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";
import { takeTour, tourCondition, TOUR_SETTINGS, type Stop } from "./support/tour.ts";

const AXE = readFileSync(createRequire(join(TOP, "web", "package.json")).resolve("axe-core/axe.min.js"), "utf8");

interface ScreenReport {
  screen: string;
  passedRules: number;
  violations: { rule: string; impact: string; help: string; where: string[] }[];
  /** What axe could not decide by itself. */
  undecided: string[];
}

const report: ScreenReport[] = [];

async function runAxe(page: Page, screen: string): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const results = await page.evaluate(() => (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ resultTypes: ["violations"] }));
  const violations = results.violations.map((found) => ({
    rule: found.id, impact: String(found.impact), help: found.help, where: found.nodes.map((node) => node.html.slice(0, 160)),
  }));
  report.push({ screen, passedRules: results.passes.length, violations, undecided: results.incomplete.map((found) => found.id) });
}

/** A screen begins with one h1, which has the focus, and no level of heading is left out. */
async function assertBeginning(page: Page, screen: string): Promise<void> {
  const found = await page.evaluate(() => ({
    focus: document.activeElement?.tagName ?? "",
    levels: [...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName.slice(1))),
  }));
  assert.equal(found.focus, "H1", `${screen}: the focus is at the heading`);
  found.levels.forEach((level, at) => { assert.ok(at === 0 ? level === 1 : level > 1 && level <= (found.levels[at - 1] ?? 0) + 1, `${screen}: headings ${found.levels.join()}`); });
}

let browser: Browser;
let server: Server;
const folder = mkdtempSync(join(tmpdir(), "dinolab-axe-"));

before(async () => {
  const data = await importPictures(folder, 10);
  const make = (slug: string, task: TaskName, settings: Record<string, unknown>): Promise<void> => createStudy(folder, data, {
    slug, task, title: "How people learn about images", conditions: [tourCondition(task, pictureNames(10))], settings: { ...TOUR_SETTINGS[task], ...settings },
  });
  for (const task of ["category", "reward"] as const) await make(task, task, { inputs: ["keyboard", "touch", "mouse"] });
  await make("keys-only", "category", { inputs: ["keyboard"], sessions_per_condition: 1 });
  await make("closed", "category", {});
  await dinolabDone("study", "close", "--data", data, "--study", "closed");
  server = new Server(data);
  [browser] = await Promise.all([launch(), server.start()]);
});

after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The report as a whole, and the test's verdict on those of this test. */
function conclude(t: TestContext, from: number): void {
  mkdirSync(join(TOP, "build"), { recursive: true });
  writeFileSync(join(TOP, "build", "axe-report.json"), JSON.stringify(report, null, 2) + "\n");
  const own = report.slice(from);
  const broken = own.filter(({ violations }) => violations.length > 0);
  const passed = own.reduce((sum, { passedRules }) => sum + passedRules, 0);
  t.diagnostic(`${String(own.length)} screens, ${String(broken.length)} with violations, ${String(passed)} rules passed`);
  assert.ok(own.length > 0 && passed > 0);
  assert.deepEqual(broken, []);
}

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LAPTOP: BrowserContextOptions = { viewport: { width: 1280, height: 720 } };
const TOURS: [TaskName, string, InputKind, BrowserContextOptions, string][] = [
  ["category", "en", "keyboard", LAPTOP, "laptop"],
  ["reward", "de", "keyboard", LAPTOP, "laptop"],
  ["category", "de", "touch", PHONE, "phone"],
  ["reward", "en", "touch", PHONE, "phone"],
];

for (const [task, language, input, options, device] of TOURS) {
  test(`axe finds nothing wrong with ${task} learning in "${language}" on a ${device}`, async (t) => {
    const from = report.length;
    const look = async ({ screen, page, isTrial }: Stop): Promise<void> => {
      const name = `${task}, ${screen}, ${language}, ${device}`;
      await runAxe(page, name);
      if (!isTrial) await assertBeginning(page, name);
    };
    await takeTour(browser, { task, input, options, link: `${serverUrl(server, task)}?lang=${language}`, look });
    conclude(t, from);
  });
}

/** An answer of the server that stands for a state of the session which takes long to bring about. */
async function refuse(page: Page, path: RegExp, status: number, kind: string): Promise<void> {
  await page.route(path, (route) => route.fulfill({ status, json: { error: { kind, message: "the session cannot be continued" } } }));
}

test("axe finds nothing wrong with the notices", async (t) => {
  const from = report.length;
  const visitor = await Visitor.arrive(browser, LAPTOP);
  // The browser reports each request that is refused.
  visitor.expect((text) => text.startsWith("Failed to load resource"));
  const page = await visitor.newPage();
  const see = async (reason: string): Promise<void> => {
    await page.getByTestId(`notice-${reason}`).waitFor();
    await runAxe(page, `notice ${reason}`);
    await assertBeginning(page, `notice ${reason}`);
  };
  await page.goto(serverUrl(server, "nothing-here"));
  await see("not_found");
  await page.goto(serverUrl(server, "closed"));
  await see("closed");
  const person = new Participant(page, "category", serverUrl(server, "keys-only"));
  await person.consent();
  const second = await Visitor.arrive(browser, LAPTOP);
  const other = await second.newPage();
  await other.goto(serverUrl(server, "keys-only"));
  await other.getByTestId("notice-full").waitFor();
  await runAxe(other, "notice full");
  await second.leave();
  for (const [reason, status, kind] of [["gone", 410, "gone"], ["refused", 400, "invalid"]] as const) {
    await page.unrouteAll();
    await refuse(page, /\/api\/v1\/session(\/page)?$/, status, kind);
    await page.reload();
    await see(reason);
  }
  await visitor.leave();
  conclude(t, from);
});

test("a trial can be read out: the question, the image's place, both answers, the feedback, and what is saved", async () => {
  const visitor = await Visitor.arrive(browser, LAPTOP);
  const page = await visitor.newPage();
  const person = new Participant(page, "category", serverUrl(server, "category"));
  await person.reachTrials();
  await person.due("trials", 0);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Who likes this image?");
  await page.getByRole("img", { name: "The image to deliver" }).waitFor();
  // In the order of the answers, after the question.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid), "dinosaur-folty");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid), "dinosaur-julty");
  await page.getByRole("button", { name: "Folty press F or click" }).waitFor();
  const progress = page.getByRole("progressbar", { name: "0 of 3 images delivered" });
  await progress.waitFor();
  // Enter on a dinosaur is an answer by keyboard like any other.
  const status = page.getByTestId("feedback");
  assert.equal(await status.getAttribute("role"), "status");
  assert.equal((await status.innerText()).trim(), "");
  const said = page.waitForFunction(() => document.querySelector("[data-testid=feedback]")?.textContent?.replace(/\s+/g, " ").includes("CORRECT! This was for Julty."));
  await page.keyboard.press("Enter");
  await said;
  await person.due("trials", 1);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Who likes this image?");
  await visitor.leave();
});

test("who wants less motion sees none", async () => {
  const durations = async (reducedMotion: "reduce" | "no-preference"): Promise<string[]> => {
    const visitor = await Visitor.arrive(browser, { ...LAPTOP, reducedMotion });
    const page = await visitor.newPage();
    const person = new Participant(page, "category", serverUrl(server, "category"));
    await person.reachTrials();
    await person.due("trials", 0);
    await person.press(1);
    await page.waitForFunction(() => document.querySelector(".delivered") !== null);
    const found = await page.evaluate(() => [...document.querySelectorAll("*")].map((part) => getComputedStyle(part).transitionDuration).filter((time) => time !== "0s"));
    await visitor.leave();
    return found;
  };
  assert.deepEqual(await durations("reduce"), []);
  assert.ok((await durations("no-preference")).length > 0, "the image flies where nobody minds");
});
