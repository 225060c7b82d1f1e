// The plane that line charts share: fixed margins, trials along the bottom up to the last one planned, labels at line ends. Lines are drawn
// as one path each, outside Plot's channels: with a hundred lines of a thousand trials those would cost more than a frame.

import * as Plot from "@observablehq/plot";
import { spreadLabels, type Series } from "../state/series.ts";
import { shortened } from "./lane.ts";
import type { Theme } from "./theme.ts";

export const FONT_PX = 13;
export const NARROW_PX = 500; // a phone: less room for names beside the lines
/** Points per line: about one per two pixels of the widest chart. */
export const PLACES_MOST = 400;
const LABEL_GAP_PX = 17;
const LEADER_PX = 12;
const LABEL_SPACE_PX = 3;
const MARGIN = { top: 30, bottom: 36 };

export interface Plane {
  width: number;
  height: number;
  trialCount: number;
  low: number;
  high: number;
  theme: Theme;
}

export interface EndLabel {
  label: string;
  colour: string;
  isChosen: boolean;
  trial: number;
  value: number;
  /** What follows the name. */
  text: string;
}

/** From trials and values to pixels, and back. */
export interface Projection {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (trial: number) => number;
  y: (value: number) => number;
  trial: (x: number) => number;
  value: (y: number) => number;
}

function marginsBeside(width: number): { left: number; right: number } {
  return width < NARROW_PX ? { left: 44, right: 126 } : { left: 54, right: 216 };
}

export function project(plane: Plane): Projection {
  const beside = marginsBeside(plane.width);
  const [left, right, top, bottom] = [beside.left, plane.width - beside.right, MARGIN.top, plane.height - MARGIN.bottom];
  const perTrial = (right - left) / plane.trialCount;
  const perValue = (bottom - top) / (plane.high - plane.low);
  return {
    left, right, top, bottom,
    x: (trial) => left + trial * perTrial,
    y: (value) => Math.min(bottom, bottom - (value - plane.low) * perValue), // what is below the axis runs along it
    trial: (x) => (x - left) / perTrial,
    value: (y) => plane.low + (bottom - y) / perValue,
  };
}

export function planeOptions(plane: Plane, yLabel: string): Plot.PlotOptions {
  const beside = marginsBeside(plane.width);
  return {
    width: plane.width,
    height: plane.height,
    marginTop: MARGIN.top,
    marginRight: beside.right,
    marginBottom: MARGIN.bottom,
    marginLeft: beside.left,
    style: { fontSize: `${FONT_PX}px`, fontFamily: plane.theme.font, color: plane.theme.text, background: "transparent" },
    x: { domain: [0, plane.trialCount] },
    y: { domain: [plane.low, plane.high], label: yLabel, grid: true, ticks: 6 },
  };
}

/** The axis along the bottom: said in full, because no mark of Plot's own speaks of trials. */
export function trialAxis(width: number): Plot.Markish {
  return Plot.axisX({ label: "trial", labelAnchor: "center", labelArrow: "none", ticks: width < NARROW_PX ? 3 : 12, tickFormat: "d" });
}

const SVG = "http://www.w3.org/2000/svg";

export type Attributes = Readonly<Record<string, string | number>>;

export function svgElement(name: string, attributes: Attributes, text?: string): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

export function svgGroup(children: readonly SVGElement[], attributes: Attributes = {}): SVGElement {
  const group = svgElement("g", attributes);
  group.append(...children);
  return group;
}

/** Tenths of a pixel: shorter text, and nothing to be seen of it. */
function tenth(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

export function linePath(series: Series, places: readonly number[], to: Projection): string {
  let path = "";
  let isDown = false;
  for (const at of places) {
    const value = series[at] ?? NaN;
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    path += `${isDown ? "L" : "M"}${tenth(to.x(at))},${tenth(to.y(value))}`;
    isDown = true;
  }
  return path;
}

export function areaPath(lower: Series, upper: Series, places: readonly number[], to: Projection): string {
  if (places.length === 0) return "";
  const corner = (at: number, value: number): string => `${tenth(to.x(at))},${tenth(to.y(value))}`;
  const there = places.map((at) => corner(at, upper[at] ?? 0));
  const back = [...places].reverse().map((at) => corner(at, lower[at] ?? 0));
  return `M${there.join("L")}L${back.join("L")}Z`;
}

/** Labels beside the line ends, moved apart, each joined to its line. */
export function endLabels(plane: Plane, labels: readonly EndLabel[]): SVGElement {
  const to = project(plane);
  const { theme, width } = plane;
  const nameLength = width < NARROW_PX ? 7 : 18;
  const half = LABEL_GAP_PX / 2;
  const places = spreadLabels(labels.map((label) => to.y(label.value)), LABEL_GAP_PX, to.top + half, to.bottom - half);
  const parts = labels.flatMap((label, i) => {
    const [x, y, place] = [to.x(label.trial), to.y(label.value), places[i] ?? 0];
    const { colour } = label;
    const name = svgElement("text", {
      x: x + LEADER_PX + LABEL_SPACE_PX, y: place, dy: "0.32em", fill: colour, stroke: theme.surface, "stroke-width": 4, "paint-order": "stroke",
      "stroke-linejoin": "round", "font-weight": label.isChosen ? 800 : 600, "font-variant-numeric": "tabular-nums", "text-anchor": "start",
    }, `${shortened(label.label, nameLength)} ${label.text}`);
    return [
      svgElement("line", { x1: x, y1: y, x2: x + LEADER_PX, y2: place, stroke: colour, "stroke-width": 1 }),
      svgElement("circle", { cx: x, cy: y, r: label.isChosen ? 4.5 : 3, fill: colour }),
      name,
    ];
  });
  return svgGroup(parts);
}
