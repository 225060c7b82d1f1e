// Both tasks over a line that delays, loses, cuts and refuses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { playOverBadLine } from "./support/bad_line.ts";
import { launch } from "./support/browser.ts";
import type { Proxy } from "./support/proxy.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** What is lost without a word costs seconds of the page's patience: one in each test. The long tests have more of everything. */
const CUTS = { refused: 1, request_cut: 2, reply_cut: 2, late: 2 };

function faultCount({ counts }: Proxy): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

test("category learning over a bad line: every response once, in order, as pressed, each with its feedback", async (t) => {
  const line = { seed: 11, faults: { ...CUTS, request_lost: 1 }, share: 0.6, lateMax_ms: 300 };
  const proxy = await playOverBadLine(t, browser, { task: "category", trialCount: 8, line, from: "trials", reloadsBefore: [4] });
  assert.ok(faultCount(proxy) >= 4, "the line was not bad");
});

test("reward learning over a bad line: every response once, in order, as pressed, each with its feedback", async (t) => {
  const line = { seed: 12, faults: { ...CUTS, reply_lost: 1 }, share: 0.6, lateMax_ms: 300 };
  const proxy = await playOverBadLine(t, browser, { task: "reward", trialCount: 6, line, from: "trials" });
  assert.ok(faultCount(proxy) >= 4, "the line was not bad");
});
