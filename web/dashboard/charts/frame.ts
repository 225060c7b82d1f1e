// The plane that line charts share: fixed margins, trials along the bottom up to the last one planned, and labels at line ends.

import * as Plot from "@observablehq/plot";
import type { Point } from "../state/series.ts";
import { spreadLabels } from "../state/series.ts";
import { shortened, type Lane } from "./lane.ts";
import type { Theme } from "./theme.ts";

export const FONT_PX = 13;
const LABEL_GAP_PX = 17;
const LEADER_PX = 12;
const MARGIN = { top: 30, bottom: 36, left: 54 };
export const NARROW_PX = 500; // a phone: less room for names beside the lines

function marginRight(width: number): number {
  return width < NARROW_PX ? 108 : 122;
}

export interface Plane {
  width: number;
  height: number;
  trialCount: number;
  low: number;
  high: number;
  theme: Theme;
}

export interface EndLabel {
  lane: Lane;
  trial: number;
  value: number;
  /** What follows the representation's name. */
  text: string;
}

export function planeOptions(plane: Plane, yLabel: string): Plot.PlotOptions {
  return {
    width: plane.width,
    height: plane.height,
    marginTop: MARGIN.top,
    marginRight: marginRight(plane.width),
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: { fontSize: `${FONT_PX}px`, fontFamily: plane.theme.font, color: plane.theme.text, background: "transparent" },
    x: { domain: [0, plane.trialCount], label: "trial", labelAnchor: "center", labelArrow: "none", ticks: plane.width < NARROW_PX ? 3 : 8 },
    y: { domain: [plane.low, plane.high], label: yLabel, grid: true, ticks: 6 },
  };
}

/** Labels beside the line ends, moved apart, each joined to its line. */
export function endLabels(plane: Plane, labels: readonly EndLabel[]): Plot.Markish[] {
  const inner = { width: plane.width - MARGIN.left - marginRight(plane.width), height: plane.height - MARGIN.top - MARGIN.bottom };
  const perPixel = (plane.high - plane.low) / inner.height;
  const nameLength = plane.width < NARROW_PX ? 8 : 13;
  const half = LABEL_GAP_PX / 2;
  const depths = labels.map((label) => (plane.high - label.value) / perPixel);
  const places = spreadLabels(depths, LABEL_GAP_PX, half, inner.height - half);
  const leader = (LEADER_PX * plane.trialCount) / Math.max(1, inner.width);
  return labels.flatMap((label, i) => {
    const y = plane.high - (places[i] ?? 0) * perPixel;
    const { colour } = label.lane;
    return [
      Plot.link([label], { x1: label.trial, y1: label.value, x2: label.trial + leader, y2: y, stroke: colour, strokeWidth: 1 }),
      Plot.dot([label], { x: label.trial, y: label.value, r: 3, fill: colour }),
      Plot.text([label], {
        x: label.trial + leader,
        y,
        dx: 3,
        text: () => `${shortened(label.lane.label, nameLength)} ${label.text}`,
        textAnchor: "start",
        fill: label.lane.ink,
        stroke: plane.theme.surface,
        strokeWidth: 4,
        fontWeight: 600,
        fontVariant: "tabular-nums",
      }),
    ];
  });
}

/** What the pointer is nearest to, in words. */
export function pointerTip(plane: Plane, points: readonly Point[], title: (point: Point) => string): Plot.Markish {
  return Plot.tip(
    points,
    Plot.pointer<Plot.TipOptions>({
      x: "trial",
      y: "value",
      title: (point: Point) => title(point),
      fill: plane.theme.surface,
      stroke: plane.theme.muted,
      fontSize: FONT_PX,
    }),
  );
}
