// Which response a key press means, if any.
import type { Choice } from "../wire/types";

/** Left, then right. Values of KeyboardEvent.key in lower case and of KeyboardEvent.code. */
export interface ResponseKeys {
  key: readonly [string, string];
  code: readonly [string, string];
}

export const CATEGORY_KEYS: ResponseKeys = { key: ["f", "j"], code: ["KeyF", "KeyJ"] };
export const REWARD_KEYS: ResponseKeys = { key: ["arrowleft", "arrowright"], code: ["ArrowLeft", "ArrowRight"] };

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "repeat" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">;

/** Null for other keys, for a key held down, and for shortcuts such as Ctrl+F.
 *
 * The letter counts, wherever the layout has it; only where a layout has no such letters (Greek, Cyrillic, ...) the place counts. */
export function choiceOfKey(press: KeyPress, keys: ResponseKeys): Choice | null {
  if (press.repeat || press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  const key = press.key.toLowerCase();
  if (key === keys.key[0]) return 0;
  if (key === keys.key[1]) return 1;
  if (/^[\x20-\x7e]+$/.test(key)) return null;
  if (press.code === keys.code[0]) return 0;
  if (press.code === keys.code[1]) return 1;
  return null;
}
