// How long people take: all response times, and how they change over the session.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { counted, duration } from "../format.ts";
import type { Group, ResponseTimes } from "../types.ts";
import { Chart } from "./chart.tsx";
import { NARROW_PX } from "./frame.ts";
import { plainOptions, secondsTick, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 260;
const TICKS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

type HistogramBin = ResponseTimes["histogram"][number];
type RtBin = ResponseTimes["curve"][number];

interface Props {
  group: Group | null;
  trialCount: number;
  theme: Theme;
  fileStem: string;
}

function histogramDrawing(width: number, bins: readonly HistogramBin[], median_ms: number | null, theme: Theme) {
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEIGHT_PX,
    marginTop: 24,
    marginBottom: 38,
    marginLeft: 48,
    marginRight: 12,
    x: {
      type: "log", domain: [bins[0]?.from_ms ?? 100, bins.at(-1)?.to_ms ?? 32_000], label: "response time, seconds", labelAnchor: "center", labelArrow: "none",
      ticks: TICKS_MS, tickFormat: secondsTick,
    },
    y: { label: null, grid: true, ticks: 4 },
    marks: [
      Plot.rect(bins, { x1: "from_ms", x2: "to_ms", y1: () => 0, y2: "count", fill: theme.accent, insetLeft: 0.5, insetRight: 0.5 }),
      Plot.ruleY([0], { stroke: theme.muted }),
      ...(median_ms === null ? [] : [
        Plot.ruleX([median_ms], { stroke: theme.text, strokeWidth: 2 }),
        Plot.text([median_ms], { x: (ms: number) => ms, frameAnchor: "top", dy: -16, text: () => `median ${duration(median_ms)}`, fontWeight: 700 }),
      ]),
      Plot.tip(bins, Plot.pointerX({
        x: (bin: HistogramBin) => Math.sqrt(bin.from_ms * bin.to_ms), y: "count", ...tipLook(theme),
        title: (bin: HistogramBin) => `${duration(bin.from_ms)} to ${duration(bin.to_ms)}\n${counted(bin.count, "response")}`,
      })),
    ],
  });
}

export function ResponseTimeHistogram({ group, theme, fileStem }: Props) {
  const times = group?.response_times;
  const draw = useMemo(() => {
    if (times === undefined || !times.histogram.some((bin) => bin.count > 0)) return null;
    return (width: number) => histogramDrawing(width, times.histogram, times.median_ms, theme);
  }, [times, theme]);
  const table = (): Table => ({ columns: ["from_ms", "to_ms", "responses"], rows: (times?.histogram ?? []).map((bin) => [bin.from_ms, bin.to_ms, bin.count]) });
  return (
    <Chart testid="rt-histogram" title="Response times" height={HEIGHT_PX} fileName={`${fileStem}-response-times`} theme={theme} draw={draw} table={table}
      empty={group === null ? "Being computed…" : "No response yet."}
      meaning="How many responses took how long, from the image's appearance to the key. The scale is logarithmic; the first and last bar hold what is faster and slower." />
  );
}

function curveDrawing(width: number, bins: readonly RtBin[], trialCount: number, theme: Theme) {
  const middle = (bin: RtBin): number => (bin.from + bin.to) / 2;
  const known = bins.filter((bin) => bin.median_ms !== null);
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEIGHT_PX,
    marginTop: 24,
    marginBottom: 38,
    marginLeft: 48,
    marginRight: 12,
    x: { domain: [0, trialCount], label: "trial", labelAnchor: "center", labelArrow: "none", ticks: width < NARROW_PX ? 3 : 8 },
    y: { label: "seconds", labelArrow: "none", grid: true, ticks: 5, tickFormat: secondsTick, zero: true, nice: true },
    marks: [
      Plot.areaY(known, { x: middle, y1: "q1_ms", y2: "q3_ms", fill: theme.accent, fillOpacity: 0.2 }),
      Plot.line(known, { x: middle, y: "median_ms", stroke: theme.accent, strokeWidth: 3 }),
      Plot.dot(known, { x: middle, y: "median_ms", r: 4, fill: theme.accent, stroke: theme.surface, strokeWidth: 1.5 }),
      Plot.tip(known, Plot.pointerX({
        x: middle, y: "median_ms", ...tipLook(theme),
        title: (bin: RtBin) => `trials ${bin.from} to ${bin.to}\nmedian ${duration(bin.median_ms ?? 0)}\nhalf of them ${duration(bin.q1_ms ?? 0)} to ${duration(bin.q3_ms ?? 0)}`,
      })),
    ],
  });
}

export function ResponseTimeCurve({ group, trialCount, theme, fileStem }: Props) {
  const bins = group?.response_times.curve ?? [];
  const draw = useMemo(() => (bins.some((bin) => bin.median_ms !== null) ? (width: number) => curveDrawing(width, bins, trialCount, theme) : null), [bins, trialCount, theme]);
  const table = (): Table => ({
    columns: ["from_trial", "to_trial", "median_ms", "q1_ms", "q3_ms"],
    rows: bins.map((bin) => [bin.from, bin.to, bin.median_ms, bin.q1_ms, bin.q3_ms]),
  });
  return (
    <Chart testid="rt-curve" title="Response times over trials" height={HEIGHT_PX} fileName={`${fileStem}-response-times-over-trials`} theme={theme} draw={draw} table={table}
      empty={group === null ? "Being computed…" : "No response yet."}
      meaning="Median response time in each part of the session; the band holds the middle half of all responses." />
  );
}
