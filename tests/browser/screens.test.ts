// The participant's screens as pictures, on a laptop and on a narrow window, and what can be checked of their looks without eyes.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { Participant, type TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** The ends of the range: a small laptop and a phone, which has no keyboard but may be all that somebody has to read the consent. */
const SIZES = { laptop: { width: 1280, height: 720 }, phone: { width: 390, height: 844 } } as const;

async function assertFits(page: Page, where: string, mayScroll: boolean): Promise<void> {
  const overflow = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    down: document.documentElement.scrollHeight - document.documentElement.clientHeight,
  }));
  assert.equal(overflow.sideways, 0, `${where}: must not scroll sideways`);
  if (!mayScroll) assert.equal(overflow.down, 0, `${where}: a trial must be in sight as a whole`);
}

/** Everything that a trial is made of, inside the window. */
async function assertInSight(page: Page, testIds: readonly string[], where: string): Promise<void> {
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  for (const testId of testIds) {
    const box = await page.getByTestId(testId).boundingBox();
    assert.ok(box !== null && box.width > 0 && box.height > 0, `${where}: ${testId} is not shown`);
    assert.ok(box.x >= -1 && box.y >= -1 && box.x + box.width <= size.width + 1 && box.y + box.height <= size.height + 1, `${where}: ${testId} is cut off`);
  }
}

const IN_SIGHT: Readonly<Record<TaskName, { trial: string[]; feedback: string[] }>> = {
  category: { trial: ["stimulus", "dinosaur-folty", "dinosaur-julty", "progress-label", "pay"], feedback: ["stimulus", "feedback-word", "feedback-for", "pay"] },
  reward: { trial: ["stimulus-left", "stimulus-right", "progress-label", "pay"], feedback: ["stimulus-left", "stimulus-right", "points-left", "points-right", "pay"] },
};

async function lookAround(t: TestContext, task: TaskName, sizeName: keyof typeof SIZES): Promise<void> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 40);
  const random = seeded(6);
  const condition = task === "category" ? categoryCondition(random, 1, pictureNames(40), 4) : rewardCondition(random, 1, pictureNames(40), 4, 3);
  // Feedback for as long as it takes to look at it closely.
  await createStudy(folder, data, {
    slug: "looks", task, title: "How people learn about images", conditions: [condition],
    settings: { feedback_ms: 1200, is_fullscreen_required: false, ...(task === "reward" ? { blank_ms: 50 } : {}) },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser, { viewport: SIZES[sizeName] });
  const page = await visitor.newPage();
  const person = new Participant(page, task, serverUrl(server, "looks"));
  const keep = async (screen: string, mayScroll = true): Promise<void> => {
    await assertFits(page, `${task} ${screen} ${sizeName}`, mayScroll);
    await keepScreenshot(page, `${task}-${screen}-${sizeName}`);
  };

  await person.arrive();
  await page.getByTestId("consent-accept").waitFor();
  await keep("consent");
  await person.agree();
  for (let at = 0; at < 4; at++) {
    await page.locator(`[data-testid=instructions-page][data-page="${String(at)}"]`).waitFor();
    await keep(`instructions-${String(at + 1)}`);
    await page.getByTestId("instructions-next").click();
  }
  await person.stage("comprehension");
  await keep("comprehension");
  await person.answerComprehension(3);
  await page.getByTestId("comprehension-again").waitFor();
  await keep("comprehension-failed");
  await page.getByTestId("comprehension-again").click();
  await person.readInstructions();
  await person.answerComprehension();
  await person.stage("begin");
  await keep("begin");
  await person.begin();
  const phase = task === "reward" ? "practice" : "trials";
  for (const response of [0, 1] as const) {
    await person.due(phase, response);
    await keep(response === 0 ? "trial" : "second-trial", false);
    await assertInSight(page, IN_SIGHT[task].trial, `${task} trial ${sizeName}`);
    await person.press(response);
    await page.waitForFunction(() => document.body.dataset.state === "feedback");
    await keep(response === 0 ? "feedback" : "second-feedback", false);
    await assertInSight(page, IN_SIGHT[task].feedback, `${task} feedback ${sizeName}`);
  }
  if (task === "reward") {
    await person.due("practice", 2);
    await person.press(1);
    await page.getByTestId("practice-over-continue").waitFor();
    await keep("practice-over");
  }
  await visitor.leave();
}

for (const sizeName of ["laptop", "phone"] as const)
  for (const task of ["category", "reward"] as const)
    test(`the screens of ${task} learning fit a ${sizeName}`, (t) => lookAround(t, task, sizeName));
