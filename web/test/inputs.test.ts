// How a participant responds, and the words for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inputsNote, wayOf, type Device, type Way } from "../task/inputs";
import { instructionPages } from "../task/instructions";
import { comprehensionQuestion } from "../task/questions";
import { LANGUAGES, textsFor } from "../task/texts";
import type { InputKind } from "../wire/types";
import { session } from "./session";

const PHONE: Device = { hasTouch: true, hasMouse: false, hasKeyboard: false, isTouchFirst: true };
const DESK: Device = { hasTouch: false, hasMouse: true, hasKeyboard: true, isTouchFirst: false };
const BOTH: Device = { hasTouch: true, hasMouse: true, hasKeyboard: true, isTouchFirst: false };
const WAYS: Way[] = ["keys", "tap", "click", "keys_tap", "keys_click"];

test("the words follow what is allowed and what the device has", () => {
  const cases: [InputKind[], Device, Way][] = [
    [["keyboard"], DESK, "keys"], [["keyboard"], PHONE, "keys"], [["touch"], PHONE, "tap"], [["touch"], DESK, "tap"], [["mouse"], DESK, "click"],
    [["keyboard", "touch", "mouse"], PHONE, "tap"], [["keyboard", "touch", "mouse"], DESK, "keys_click"], [["keyboard", "touch", "mouse"], BOTH, "keys_click"],
    [["keyboard", "touch"], BOTH, "keys_tap"], [["keyboard", "touch"], DESK, "keys"], [["touch", "mouse"], PHONE, "tap"], [["touch", "mouse"], BOTH, "click"],
    [["keyboard", "mouse"], PHONE, "keys_click"], [["keyboard", "touch", "mouse"], { ...BOTH, isTouchFirst: true }, "keys_tap"],
  ];
  for (const [inputs, device, way] of cases) assert.equal(wayOf(inputs, device), way, `${inputs.join("+")} on ${JSON.stringify(device)}`);
});

test("a device that lacks what the study needs is told so before anybody agrees", () => {
  const texts = textsFor(["en"]);
  assert.match(inputsNote(texts, ["keyboard"], PHONE), /seems to have no keyboard/);
  assert.match(inputsNote(texts, ["touch"], DESK), /seems to have no touch screen/);
  assert.match(inputsNote(texts, ["mouse"], PHONE), /seems to have no mouse/);
  for (const device of [PHONE, DESK, BOTH]) assert.doesNotMatch(inputsNote(texts, ["keyboard", "touch", "mouse"], device), /seems/);
  assert.match(inputsNote(texts, ["keyboard"], DESK), /computer with a keyboard/);
});

for (const tag of LANGUAGES) {
  test(`${tag}: keys are named where there are keys, and nowhere else`, () => {
    const texts = textsFor([tag]);
    for (const way of WAYS) {
      const hasKeys = way.startsWith("keys");
      const category = instructionPages(session("category"), texts, (file) => file, way).join("\n");
      assert.equal(category.includes("<strong>F</strong>"), hasKeys, way);
      assert.equal(category.includes("<kbd>"), hasKeys, way);
      const reward = instructionPages(session("reward"), texts, (file) => file, way).join("\n");
      assert.equal(reward.includes("<kbd>"), hasKeys, way);
      for (const id of ["category_keys", "reward_keys"]) {
        const { prompt, options } = comprehensionQuestion(id, texts, way);
        assert.ok(prompt.endsWith("?"));
        assert.equal(new Set(options).size, 3, `${id} ${way}`);
        assert.equal(options.some((option) => /\bF\b/.test(option)), hasKeys, `${id} ${way}`);
      }
    }
  });
}
