// The system page's memory of the last minutes, and its numbers as words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, HISTORY_MINUTES, lag, secondsBefore, withMoment, type Moment } from "../dashboard/state/system_history.ts";
import type { System } from "../dashboard/types.ts";

function momentAt(second: number, startedAtMs = 1): Moment {
  return { at_ms: second * 1000, system: { started_at_ms: startedAtMs, responses_per_s: second } as System };
}

test("the history keeps the last minutes in order", () => {
  let history: Moment[] = [];
  for (let second = 0; second <= HISTORY_MINUTES * 60 + 100; second++) history = withMoment(history, momentAt(second));
  assert.equal(history.length, HISTORY_MINUTES * 60 + 1);
  assert.equal(history[0]?.system.responses_per_s, 100);
  assert.equal(secondsBefore(history, history[0] ?? momentAt(0)), -HISTORY_MINUTES * 60);
});

test("a restarted server begins a new history", () => {
  const history = withMoment([momentAt(1), momentAt(2)], momentAt(3, 99));
  assert.deepEqual(history.map(({ at_ms: at }) => at), [3000]);
});

test("bytes and lags are said in plain words", () => {
  assert.deepEqual([0, 999, 1500, 254_000_000, 1_450_000_000].map(bytes), ["0\u00a0bytes", "999\u00a0bytes", "1.5\u00a0kB", "254\u00a0MB", "1.4\u00a0GB"]);
  assert.deepEqual([null, 0.421, 3.14, 27.4, 1204].map(lag), ["–", "0.42\u00a0ms", "3.1\u00a0ms", "27\u00a0ms", "1.20\u00a0s"]);
});
