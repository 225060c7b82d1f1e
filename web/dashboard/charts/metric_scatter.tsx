// One metric of the representations against alignment: a dot each, coloured by family, with the straight line and the rank correlation.
//
// A plot is one stop of the Tab key; the arrow keys go from dot to dot along the metric. What is pointed at or focused is named, and Enter or
// a click opens its page.

import * as Plot from "@observablehq/plot";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Table } from "../csv.ts";
import { decimal } from "../format.ts";
import { correlationWords, shortCount } from "../parts/statistics_words.ts";
import { navigate } from "../router.ts";
import type { MetricPoint, Measure } from "../state/measures.ts";
import { linearTrend, spearman, type Pair } from "../state/rank_correlation.ts";
import { Chart } from "./chart.tsx";
import { familyColours } from "./family.ts";
import { FONT_PX } from "./frame.ts";
import { useSteady } from "./steady.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 340;

/** What is on the horizontal axis: a metric of ours, or a benchmark of others, whose name stays as it is. */
export interface ScatterMetric extends Omit<Measure, "key"> {
  key: string;
  axis?: string;
}

export interface MetricScatterProps {
  metric: ScatterMetric;
  /** Of the chosen alignment. */
  alignmentName: string;
  points: readonly MetricPoint[];
  /** All families of the study, so that a family has the same colour in every plot. */
  families: readonly string[];
  theme: Theme;
  fileStem: string;
  pathOf: (name: string) => string;
  /** Drawn large and named, the others faint. */
  own?: string;
  near?: readonly string[];
}

/** One row per point; the rank correlation is in the table of all metrics. */
export function scatterTable(metric: ScatterMetric, alignmentName: string, points: readonly MetricPoint[]): Table {
  return { columns: ["representation", "family", metric.name, alignmentName], rows: points.map((point) => [point.name, point.family, point.x, point.y]) };
}

/** Where the line goes: from the smallest to the largest x; on a logarithmic axis it is straight in the logarithm. */
function trendEnds(points: readonly MetricPoint[], isLogarithmic: boolean): { x: number; y: number }[] {
  const place = (x: number): number => (isLogarithmic ? Math.log10(x) : x);
  const trend = linearTrend(points.map((point): Pair => [place(point.x), point.y]));
  if (trend === null) return [];
  const xs = points.map((point) => point.x);
  return [Math.min(...xs), Math.max(...xs)].map((x) => ({ x, y: trend.intercept + trend.slope * place(x) }));
}

function nameOf(metric: ScatterMetric, alignmentName: string, point: MetricPoint): string {
  const x = metric.isLogarithmic ? shortCount(point.x) : decimal(point.x, metric.digits);
  return `${point.name} (${point.family})\n${metric.name} ${x}\n${alignmentName} ${decimal(point.y, 3)}`;
}

/** There is more room for a name to the right of a dot than to its left. */
function isInFirstHalf(points: readonly MetricPoint[], x: number, isLogarithmic: boolean): boolean {
  const place = (each: number): number => (isLogarithmic ? Math.log10(each) : each);
  const places = points.map((point) => place(point.x));
  return 2 * place(x) <= Math.min(...places) + Math.max(...places);
}

function drawing(width: number, props: MetricScatterProps): SVGElement | HTMLElement {
  const { metric, points, theme, own } = props;
  const colours = familyColours(props.families, theme);
  const near = new Set(props.near ?? []);
  const isBright = (point: MetricPoint): boolean => own === undefined || point.name === own || near.has(point.name);
  const radius = (point: MetricPoint): number => (point.name === own ? 9 : 5.5);
  const named = points.filter((point) => point.name === own);
  const onLeft = named.filter((point) => isInFirstHalf(points, point.x, metric.isLogarithmic));
  const label = (anchor: "start" | "end", some: readonly MetricPoint[]): Plot.Markish =>
    Plot.text(some, {
      x: "x", y: "y", text: "name", textAnchor: anchor, dx: anchor === "start" ? 13 : -13, fill: theme.text, stroke: theme.surface, strokeWidth: 4,
      fontWeight: 600,
    });
  return Plot.plot({
    width,
    height: HEIGHT_PX,
    marginTop: 34,
    marginRight: 16,
    marginBottom: 42,
    marginLeft: 56,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: {
      type: metric.isLogarithmic ? "log" : "linear",
      label: metric.axis ?? metric.name.toLowerCase().replace("cka", "CKA"),
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      inset: 8,
      ticks: metric.isLogarithmic ? 4 : 5,
      ...(metric.isLogarithmic ? { tickFormat: shortCount } : {}),
    },
    r: { type: "identity" },
    y: { label: props.alignmentName, labelArrow: "none", grid: true, ticks: 6, nice: true, inset: 8 },
    marks: [
      Plot.ruleY([0], { stroke: theme.muted, strokeOpacity: points.some((point) => point.y <= 0) ? 1 : 0 }),
      Plot.line(trendEnds(points, metric.isLogarithmic), { x: "x", y: "y", stroke: theme.text, strokeWidth: 2, strokeDasharray: "6 4" }),
      Plot.dot(points, {
        x: "x",
        y: "y",
        r: radius,
        fill: (point: MetricPoint) => colours.get(point.family) ?? theme.context,
        fillOpacity: (point: MetricPoint) => (isBright(point) ? 0.95 : 0.35),
        stroke: (point: MetricPoint) => (near.has(point.name) ? theme.text : theme.surface),
        strokeWidth: (point: MetricPoint) => (near.has(point.name) ? 2 : 1),
        href: (point: MetricPoint) => props.pathOf(point.name),
        ariaLabel: (point: MetricPoint) => nameOf(metric, props.alignmentName, point),
        sort: (point: MetricPoint) => point.x,
      }),
      label("start", onLeft),
      label("end", named.filter((point) => !onLeft.includes(point))),
      Plot.text([correlationWords(spearman(points.map((point): Pair => [point.x, point.y])))], {
        frameAnchor: "top-right", dy: -26, textAnchor: "end", text: (words: string) => words, fill: theme.text, fontWeight: 600,
      }),
      Plot.tip(points, Plot.pointer<Plot.TipOptions>({
        x: "x", y: "y", title: (point: MetricPoint) => nameOf(metric, props.alignmentName, point), fill: theme.surface, stroke: theme.muted,
        fontSize: FONT_PX,
      })),
    ],
  });
}

function dotsOf(svg: Element): SVGAElement[] {
  return [...svg.querySelectorAll<SVGAElement>("a")];
}

/** Puts the tip where a dot is, as the pointer would. */
function pointAt(svg: Element, dot: Element, kind: "pointermove" | "pointerleave"): void {
  const box = dot.getBoundingClientRect();
  svg.dispatchEvent(new PointerEvent(kind, { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerType: "mouse" }));
}

/** Links as dots: one Tab stop, arrow keys between them, opened without loading the page anew. */
function makeReachable(svg: Element, onFocus: (path: string | null) => void): void {
  const dots = dotsOf(svg);
  dots.forEach((dot, at) => {
    dot.setAttribute("tabindex", at === 0 ? "0" : "-1");
    dot.setAttribute("aria-label", dot.querySelector("circle")?.getAttribute("aria-label")?.replaceAll("\n", ", ") ?? "");
    dot.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      navigate(dot.href.baseVal);
      scrollTo(0, 0);
    });
    dot.addEventListener("focus", () => {
      onFocus(dot.href.baseVal);
      pointAt(svg, dot, "pointermove");
    });
    dot.addEventListener("blur", () => {
      // A drawing that is replaced takes the focus with it: then the place is remembered.
      if (svg.isConnected) onFocus(null);
      pointAt(svg, dot, "pointerleave");
    });
    dot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      const next = step === undefined ? undefined : dots[at + step];
      if (next === undefined) return;
      event.preventDefault();
      dot.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}

export function MetricScatter(props: MetricScatterProps) {
  const focused = useRef<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const points = useSteady(props.points);
  const near = useSteady(props.near ?? []);
  const families = useSteady(props.families);
  const { metric, alignmentName, theme, own, pathOf } = props;

  const draw = useMemo(() => {
    if (points.length === 0) return null;
    return (width: number) => {
      const svg = drawing(width, { ...props, points, near, families });
      makeReachable(svg, (path) => {
        focused.current = path;
      });
      return svg;
    };
  }, [points, near, families, metric.key, alignmentName, theme, own, pathOf]);

  useLayoutEffect(() => {
    const path = focused.current;
    if (path === null || document.activeElement !== document.body || box.current === null) return;
    dotsOf(box.current).find((dot) => dot.href.baseVal === path)?.focus();
  });

  return (
    <div ref={box} class="scatter">
      <Chart
        testid={`scatter-${metric.key}`}
        title={`${metric.name} and alignment`}
        meaning={`${metric.meaning}${metric.isLogarithmic ? " Logarithmic axis." : ""}${near.length === 0 ? "" : ` Nearest: ${near.join(", ")}.`}`}
        height={HEIGHT_PX}
        fileName={`${props.fileStem}-${metric.key}`}
        theme={theme}
        draw={draw}
        empty={`No representation has both ${metric.name.toLowerCase()} and alignment yet.`}
        table={() => scatterTable(metric, alignmentName, props.points)}
        hasLinks
      />
    </div>
  );
}
