// A colour for each family of representations, the same on every page. The common families have fixed places; others take what is left
// in alphabetical order, so that a colour depends on the set of families only. Text stays in the text's colour: the name carries the meaning.

import type { Theme } from "./theme.ts";

const FIXED: readonly string[] = ["task", "supervised", "self-supervised", "multimodal", "language", "pixels"];

export function familyColours(families: Iterable<string>, theme: Theme): ReadonlyMap<string, string> {
  const names = [...new Set(families)].sort();
  const colours = new Map<string, string>();
  const free = theme.series.map((_, slot) => slot).filter((slot) => !names.includes(FIXED[slot] ?? ""));
  for (const name of names) {
    const fixed = FIXED.indexOf(name);
    const slot = fixed >= 0 ? fixed : free.shift();
    colours.set(name, slot === undefined ? theme.context : (theme.series[slot] ?? theme.context));
  }
  return colours;
}
