// Colour and shape of each family: whoever does not tell the colours apart tells the shapes.

import { familyColours } from "./family.ts";
import type { Theme } from "./theme.ts";

export type FamilySymbol = "circle" | "square" | "triangle" | "diamond" | "star" | "cross" | "hexagon";

export interface FamilyLook {
  colour: string;
  symbol: FamilySymbol;
}

/** The same shapes as characters, for legends. */
export const FAMILY_SIGNS: Record<FamilySymbol, string> = { circle: "●", square: "■", triangle: "▲", diamond: "◆", star: "★", cross: "✚", hexagon: "⬢" };

const SYMBOLS: readonly FamilySymbol[] = ["circle", "square", "triangle", "diamond", "star", "cross"];

export function familyLooks(families: Iterable<string>, theme: Theme): ReadonlyMap<string, FamilyLook> {
  const colours = familyColours(families, theme);
  return new Map([...colours].map(([family, colour]) => {
    const slot = theme.series.indexOf(colour);
    return [family, { colour, symbol: SYMBOLS[slot] ?? "hexagon" }];
  }));
}
