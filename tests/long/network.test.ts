// Whole sessions from the consent to the last answer, as long as the demo studies', over bad lines of many kinds, with reloads in between.
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { playOverBadLine } from "../browser/support/bad_line.ts";
import { launch } from "../browser/support/browser.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const FAULTS = { refused: 20, request_lost: 4, reply_lost: 4, request_cut: 60, reply_cut: 60, late: 100 };

for (let seed = 1; seed <= 10; seed++)
  for (const task of ["category", "reward"] as const) {
    test(`${task} learning, bad line ${String(seed)}: every response once, in order, as pressed, each with its feedback`, async (t) => {
      const trialCount = task === "category" ? 120 : 60;
      const line = { seed, faults: FAULTS, share: 0.1 + 0.05 * (seed % 8), lateMax_ms: 50 * seed };
      await playOverBadLine(t, browser, { task, trialCount, line, from: "consent", reloadsBefore: [10 + seed, 30 + seed] });
    });
  }
