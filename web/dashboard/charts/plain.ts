// What the group's charts share: type, ground, the line of chance, and words at the pointer.

import * as Plot from "@observablehq/plot";
import { FONT_PX } from "./frame.ts";
import type { Theme } from "./theme.ts";

export const CHANCE = 0.5;

export function plainOptions(theme: Theme): Plot.PlotOptions {
  return { style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent", overflow: "hidden" } };
}

export function chanceRule(theme: Theme): Plot.Markish {
  return Plot.ruleY([CHANCE], { stroke: theme.muted, strokeDasharray: "5 4" });
}

export function tipLook(theme: Theme): Plot.TipOptions {
  return { fill: theme.surface, stroke: theme.muted, fontSize: FONT_PX };
}

export function percentTick(value: number): string {
  return `${Math.round(value * 100)} %`;
}

let pen: CanvasRenderingContext2D | null = null;

/** As much of a name as fits into so many pixels, measured in the font that draws it. */
export function fitted(text: string, room_px: number, theme: Theme, weight = 400): string {
  pen ??= document.createElement("canvas").getContext("2d");
  if (pen === null) return text;
  pen.font = `${weight} ${FONT_PX}px ${theme.font}`;
  if (pen.measureText(text).width <= room_px) return text;
  let length = text.length - 1;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > room_px) length--;
  return `${text.slice(0, length)}…`;
}

/** Milliseconds as seconds, for axes: 0.2, 1, 10. */
export function secondsTick(ms: number): string {
  return `${ms / 1000}`;
}
