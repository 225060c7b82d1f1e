// What the pointer is on, in words beside it. Looked up when the pointer moves, so that a redraw prepares nothing for it; where the pointer
// rests is remembered, so that the words stay while the chart is drawn anew.

import { FONT_PX, svgElement, svgGroup } from "./frame.ts";
import type { Theme } from "./theme.ts";

export interface Found {
  /** Where it is, in pixels of the drawing. */
  x: number;
  y: number;
  lines: string[];
  colour: string;
}

/** The pointer's place over a chart, kept from one drawing to the next. */
export interface Pointer {
  at: { x: number; y: number } | null;
}

const LINE_PX = 18;
const SPACE_PX = 10;

function box(found: Found, width: number, height: number, theme: Theme): SVGElement {
  const boxWidth = Math.min(width - 4, 2 * SPACE_PX + Math.max(...found.lines.map((line) => line.length)) * FONT_PX * 0.58);
  const boxHeight = SPACE_PX + LINE_PX * found.lines.length;
  const left = found.x + SPACE_PX + boxWidth < width ? found.x + SPACE_PX : Math.max(2, found.x - SPACE_PX - boxWidth);
  const top = Math.min(Math.max(2, found.y - boxHeight - SPACE_PX), height - boxHeight - 2);
  const frame = svgElement("rect", { x: left, y: top, width: boxWidth, height: boxHeight, rx: 5, fill: theme.surface, stroke: theme.muted });
  const texts = found.lines.map((line, i) => svgElement("text", {
    x: left + SPACE_PX, y: top + SPACE_PX / 2 + LINE_PX * (i + 0.5), dy: "0.32em", fill: theme.text, "font-size": FONT_PX,
    "font-weight": i === 0 ? 700 : 400, "text-anchor": "start",
  }, line));
  return svgGroup([frame, ...texts]);
}

export function withHover<Drawing extends SVGElement | HTMLElement>(
  drawing: Drawing,
  pointer: Pointer,
  theme: Theme,
  find: (x: number, y: number) => Found | null,
): Drawing {
  const width = Number(drawing.getAttribute("width"));
  const height = Number(drawing.getAttribute("height"));
  const layer = svgElement("g", { "pointer-events": "none", "data-hover": "" });
  drawing.append(layer);
  function show(): void {
    const found = pointer.at === null ? null : find(pointer.at.x, pointer.at.y);
    if (found === null) layer.replaceChildren();
    else layer.replaceChildren(svgElement("circle", { cx: found.x, cy: found.y, r: 5, fill: found.colour, stroke: theme.surface, "stroke-width": 2 }), box(found, width, height, theme));
  }
  drawing.addEventListener("pointermove", (event) => {
    const frame = drawing.getBoundingClientRect();
    pointer.at = { x: (event as PointerEvent).clientX - frame.left, y: (event as PointerEvent).clientY - frame.top };
    show();
  });
  drawing.addEventListener("pointerleave", () => {
    pointer.at = null;
    show();
  });
  show();
  return drawing;
}
