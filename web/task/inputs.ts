// By what a participant may respond, as the study allows and this device can, and the words that go with it.
import type { InputKind, TaskKind } from "../wire/types";
import type { TextKey, Texts } from "./texts";

/** What a device seems to have. No browser tells of a keyboard; what comes without a mouse and is touched comes without one. */
export interface Device {
  hasTouch: boolean;
  hasMouse: boolean;
  hasKeyboard: boolean;
  /** The finger comes first, as on a phone. */
  isTouchFirst: boolean;
}

export function thisDevice(): Device {
  const matches = (query: string): boolean => window.matchMedia(query).matches;
  const hasTouch = navigator.maxTouchPoints > 0 || matches("(any-pointer: coarse)");
  const hasMouse = matches("(any-pointer: fine)") || !hasTouch;
  return { hasTouch, hasMouse, hasKeyboard: hasMouse, isTouchFirst: hasTouch && (!hasMouse || matches("(pointer: coarse)")) };
}

/** How the words say it: keys, a finger, a mouse, or the keys and one of the two. */
export type Way = "keys" | "tap" | "click" | "keys_tap" | "keys_click";

function has(device: Device, input: InputKind): boolean {
  switch (input) {
    case "keyboard":
      return device.hasKeyboard;
    case "touch":
      return device.hasTouch;
    case "mouse":
      return device.hasMouse;
  }
}

/** What is allowed and there; what is allowed, where nothing of it seems to be there. */
function usable(inputs: readonly InputKind[], device: Device): readonly InputKind[] {
  const there = inputs.filter((input) => has(device, input));
  return there.length > 0 ? there : inputs;
}

export function wayOf(inputs: readonly InputKind[], device: Device): Way {
  const left = usable(inputs, device);
  const tap = left.includes("touch") && (device.isTouchFirst || !left.includes("mouse"));
  const pointing = tap ? "tap" : left.includes("mouse") ? "click" : null;
  if (pointing === null) return "keys";
  return left.includes("keyboard") ? `keys_${pointing}` : pointing;
}

export function usesKeys(way: Way): boolean {
  return way.startsWith("keys");
}

function neededKey(inputs: readonly InputKind[]): TextKey {
  const touch = inputs.includes("touch");
  const mouse = inputs.includes("mouse");
  if (inputs.includes("keyboard")) return touch ? "inputs_any" : mouse ? "inputs_keyboard_mouse" : "inputs_keyboard";
  return touch && mouse ? "inputs_any" : touch ? "inputs_touch" : "inputs_mouse";
}

/** Before somebody agrees: what the study needs, and whether this device seems to lack it. Sentences as HTML. */
export function inputsNote(texts: Texts, inputs: readonly InputKind[], device: Device): string {
  const isLacking = !inputs.some((input) => has(device, input));
  const first = (["keyboard", "touch", "mouse"] as const).find((input) => inputs.includes(input));
  return texts.markup(neededKey(inputs)) + (isLacking && first !== undefined ? `<div class="warning">${texts.markup(`inputs_lacking_${first}`)}</div>` : "");
}

/** What to use instead of an input that the study does not allow. */
export function useInstead(task: TaskKind, way: Way): TextKey {
  return `use_${task}_${way}`;
}

/** The wording of a question that asks how to respond. The right option has the same place in each. */
export function wordingOf(question: TextKey & `${TaskKind}_keys`, way: Way): { prompt: TextKey; options: TextKey & (`${TaskKind}_keys` | `${TaskKind}_tap` | `${TaskKind}_click`) } {
  if (way === "keys") return { prompt: question, options: question };
  if (usesKeys(way)) return { prompt: `${question}_both`, options: question };
  const task = question === "category_keys" ? "category" : "reward";
  const asked = `${task}_${way === "tap" ? "tap" : "click"}` as const;
  return { prompt: asked, options: asked };
}
