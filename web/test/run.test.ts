import assert from "node:assert/strict";
import { test } from "node:test";
import { medianFrameMs } from "../task/frames";
import { CATEGORY_KEYS, choiceOfKey, REWARD_KEYS, type KeyPress } from "../task/keys";
import { Run } from "../task/run";
import type { Feedback } from "../wire/types";
import { session } from "./session";

function reply(index: number, pay_so_far_minor = 200): Feedback {
  return { trial_index: index, response: 1, is_correct: true, points: [3, 80], pay_so_far_minor, next: null };
}

test("a reward session goes from instructions over practice and trials to its completion", () => {
  const run = new Run(session("reward", 2));
  assert.equal(run.phase(), null);
  run.comprehensionAnswered(false, 1);
  assert.equal(run.stage, "instructions");
  run.comprehensionAnswered(true, 2);
  assert.equal(run.stage, "practice");
  for (let index = 0; index < 3; index++) {
    assert.equal(run.nextIndex("practice"), index);
    assert.deepEqual(run.nextStimuli("practice"), [`p${String(index)}l`, `p${String(index)}r`]);
    run.responseStored("practice", index, reply(index));
  }
  assert.equal(run.phase(), "trials");
  run.responseStored("trials", 0, reply(0, 240));
  assert.equal(run.stage, "trials");
  assert.equal(run.session.pay_so_far_minor, 240);
  run.responseStored("trials", 1, reply(1, 280));
  assert.equal(run.stage, "questionnaire");
  run.questionnaireStored();
  assert.equal(run.stage, "finish");
  run.finished({ method: "link", fields: {}, url: "https://example.org", code: "C", pay_minor: 281 }, null);
  assert.equal(run.stage, "finished");
  assert.equal(run.session.pay_so_far_minor, 281);
});

test("a category session has no practice", () => {
  const run = new Run(session("category"));
  run.comprehensionAnswered(true, 1);
  assert.equal(run.stage, "trials");
  assert.deepEqual(run.progress("trials"), { done: 0, count: 120 });
});

test("a return in the middle goes on at the server's next trial and loads only what is ahead", () => {
  const document = session("reward", 5);
  document.stage = "trials";
  document.practice.next_index = 3;
  document.trials.next_index = 3;
  const run = new Run(document);
  assert.equal(run.nextIndex("trials"), 3);
  assert.deepEqual(run.stimuliAhead(), ["t3l", "t3r", "t4l", "t4r"]);
  assert.deepEqual(run.progress("trials"), { done: 3, count: 5 });
});

test("the server's state replaces the page's", () => {
  const run = new Run(session("category", 10));
  run.comprehensionAnswered(true, 1);
  run.responseStored("trials", 0, reply(0));
  const document = session("category", 10);
  document.stage = "trials";
  document.trials.next_index = 7;
  run.replace(document);
  assert.equal(run.nextIndex("trials"), 7);
});

test("asking for a trial beyond the last is an error, not an empty screen", () => {
  const document = session("category", 1);
  document.trials.next_index = 1;
  assert.throws(() => new Run(document).nextStimuli("trials"), /no trials trial 1/);
});

function press(key: string, code: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code, repeat: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more };
}

test("the two keys of each task are its two responses, in capitals too", () => {
  assert.equal(choiceOfKey(press("f", "KeyF"), CATEGORY_KEYS), 0);
  assert.equal(choiceOfKey(press("J", "KeyJ"), CATEGORY_KEYS), 1);
  assert.equal(choiceOfKey(press("ArrowLeft", "ArrowLeft"), REWARD_KEYS), 0);
  assert.equal(choiceOfKey(press("ArrowRight", "ArrowRight"), REWARD_KEYS), 1);
  assert.equal(choiceOfKey(press("ArrowRight", "ArrowRight"), CATEGORY_KEYS), null);
  assert.equal(choiceOfKey(press("Enter", "Enter"), CATEGORY_KEYS), null);
});

test("the letter counts on other layouts, and the place where a layout has no such letter", () => {
  assert.equal(choiceOfKey(press("f", "KeyY"), CATEGORY_KEYS), 0);
  assert.equal(choiceOfKey(press("u", "KeyF"), CATEGORY_KEYS), null);
  assert.equal(choiceOfKey(press("а", "KeyF"), CATEGORY_KEYS), 0);
  assert.equal(choiceOfKey(press("о", "KeyJ"), CATEGORY_KEYS), 1);
});

test("held keys, shortcuts and text composition are no responses", () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }]) {
    assert.equal(choiceOfKey(press("f", "KeyF", more), CATEGORY_KEYS), null);
  }
});

test("the refresh interval is the median, and unknown when there were too few frames", () => {
  const times = [0, 16.7, 33.3, 50, 66.7, 83.3, 100, 180, 196.7, 5000];
  const median = medianFrameMs(times);
  assert.ok(median !== null && Math.abs(median - 16.7) < 0.2);
  assert.equal(medianFrameMs([0, 16, 32]), null);
  assert.equal(medianFrameMs([]), null);
});
