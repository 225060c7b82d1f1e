// The participant's screens as pictures, in every language, on a laptop and on a phone, and what can be checked of their looks without eyes: nothing is
// cut off, nothing scrolls sideways, and a trial is in sight as a whole, also at 200 % zoom, on a small phone, and where one reads from the right.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { InputKind } from "../../web/wire/types.ts";
import { Server } from "../http/support/program.ts";
import { createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch } from "./support/browser.ts";
import type { TaskName } from "./support/participant.ts";
import { serverUrl } from "./support/stored.ts";
import { takeTour, tourCondition, TOUR_SETTINGS, type Stop } from "./support/tour.ts";

interface Size {
  width: number;
  height: number;
}

interface Kind {
  input: InputKind;
  options: BrowserContextOptions & { viewport: Size };
  /** Other windows that the same screens must fit. */
  alsoIn: Size[];
}

const DEVICES: Readonly<Record<"laptop" | "phone", Kind>> = {
  // The second is the same laptop at 200 % zoom.
  laptop: { input: "keyboard", options: { viewport: { width: 1280, height: 720 } }, alsoIn: [{ width: 640, height: 360 }] },
  phone: {
    input: "touch",
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    alsoIn: [{ width: 360, height: 640 }, { width: 320, height: 568 }],
  },
};

let browser: Browser;
let server: Server;
const folder = mkdtempSync(join(tmpdir(), "dinolab-screens-"));
before(async () => {
  const data = await importPictures(folder, 10);
  for (const task of ["category", "reward"] as const) {
    await createStudy(folder, data, {
      slug: task, task, title: "How people learn about images", conditions: [tourCondition(task, pictureNames(10))],
      settings: { ...TOUR_SETTINGS[task], inputs: ["keyboard", "touch", "mouse"] },
    });
  }
  server = new Server(data);
  [browser] = await Promise.all([launch(), server.start()]);
});
after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What sticks out of the window or of what holds it. */
async function assertFits(page: Page, where: string, mayScroll: boolean): Promise<void> {
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const parts = [...document.querySelectorAll<HTMLElement>("#bar *, #stage *")].filter((part) => part.checkVisibility({ visibilityProperty: true }));
    const cut = parts.filter((part) => {
      const box = part.getBoundingClientRect();
      return part.closest(".visually-hidden") === null && box.width > 1 && (box.left < -1 || box.right > clientWidth + 1);
    });
    return { sideways: scrollWidth - clientWidth, down: scrollHeight - clientHeight, cut: cut.map((part) => part.outerHTML.slice(0, 100)) };
  });
  assert.equal(found.sideways, 0, `${where}: must not scroll sideways`);
  assert.deepEqual(found.cut, [], `${where}: cut off`);
  if (!mayScroll) assert.equal(found.down, 0, `${where}: a trial must be in sight as a whole`);
}

/** Where one reads from the right, the screen fits as well, and the left of the task is still on the left. */
async function assertTurns(page: Page, name: string, isTrial: boolean): Promise<void> {
  const isLtr = await page.evaluate(() => {
    const was = document.documentElement.dir;
    document.documentElement.dir = "rtl";
    return was === "ltr";
  });
  assert.ok(isLtr, `${name}: written from the left`);
  await assertFits(page, `${name}, from the right`, !isTrial);
  const order = await page.evaluate(() => {
    const middle = (selector: string): number | null => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      return box === undefined ? null : box.left + box.width / 2;
    };
    const bar = [middle("#bar-label"), middle("#bar-pay")];
    return { left: middle("[data-choice='0']"), right: middle("[data-choice='1']"), bar };
  });
  if (isTrial) {
    assert.ok(order.left !== null && order.right !== null && order.left < order.right, `${name}: left stays left`);
    assert.ok((order.bar[0] ?? 0) > (order.bar[1] ?? Infinity), `${name}: the bar turns`);
  }
  await page.evaluate(() => { document.documentElement.dir = "ltr"; });
}

/** Of all that one can scroll to. (The browser's own way of it would make the phone a laptop: it forgets what is touched.) */
async function keepWholePicture(page: Page, name: string, { width, height }: Size): Promise<void> {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  if (whole > height) await page.setViewportSize({ width, height: whole });
  await keepScreenshot(page, name);
  if (whole > height) await page.setViewportSize({ width, height });
}

async function lookAt({ screen, page, isTrial }: Stop, name: string, device: Kind): Promise<void> {
  await assertFits(page, name, !isTrial);
  await keepWholePicture(page, name, device.options.viewport);
  await assertTurns(page, name, isTrial);
  for (const size of device.alsoIn) {
    await page.setViewportSize(size);
    // The page hears of it with its next frame.
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }));
    await assertFits(page, `${name} in ${String(size.width)} x ${String(size.height)}`, !isTrial);
    if (screen === "trial-right") await keepScreenshot(page, `${name}-${String(size.width)}x${String(size.height)}`);
  }
  await page.setViewportSize(device.options.viewport);
}

for (const language of ["en", "de"])
  for (const deviceName of ["laptop", "phone"] as const)
    for (const task of ["category", "reward"] as const satisfies TaskName[])
      test(`${task} learning in "${language}" fits a ${deviceName}`, async () => {
        const device = DEVICES[deviceName];
        await takeTour(browser, {
          task, link: `${serverUrl(server, task)}?lang=${language}`, input: device.input, options: device.options,
          look: (stop) => lookAt(stop, `${task}-${stop.screen}-${deviceName}-${language}`, device),
        });
      });
