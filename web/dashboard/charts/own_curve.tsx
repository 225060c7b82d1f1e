// The learning curve of one representation's learner beside people's.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent } from "../format.ts";
import type { CurveBin } from "../types.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX } from "./frame.ts";
import { useSteady } from "./steady.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 320;

interface OwnCurveProps {
  name: string;
  people: readonly CurveBin[];
  curve: readonly (number | null)[];
  colour: string;
  theme: Theme;
  fileStem: string;
}

function middle(bin: CurveBin): number {
  return (bin.from + bin.to) / 2;
}

function curveTable({ name, people, curve }: OwnCurveProps): Table {
  return {
    columns: ["from_trial", "to_trial", "people", "low", "high", "responses", name],
    rows: people.map((bin, at) => [bin.from, bin.to, bin.accuracy, bin.low, bin.high, bin.responses, curve[at] ?? null]),
  };
}

/** From 40 % up, lower in steps of ten where somebody is lower. */
function lowest(people: readonly CurveBin[], curve: readonly (number | null)[]): number {
  const values = [...curve, ...people.flatMap((bin) => [bin.accuracy, bin.low])].filter((value) => value !== null);
  return Math.min(0.4, Math.floor(10 * Math.min(...values)) / 10);
}

function drawing(width: number, { name, people, curve, colour, theme }: OwnCurveProps): SVGElement | HTMLElement {
  const bins = people.filter((bin) => bin.accuracy !== null);
  const own = people.map((bin, at) => ({ trial: middle(bin), accuracy: curve[at] ?? null })).filter((point) => point.accuracy !== null);
  const words = (who: string, accuracy: number | null): string => `${who}: ${percent(accuracy)}`;
  const tips = people.map((bin, at) => ({
    trial: middle(bin), accuracy: bin.accuracy ?? curve[at] ?? 0.5,
    text: `Trials ${bin.from} to ${bin.to}\n${words("people", bin.accuracy)}\n${words(name, curve[at] ?? null)}`,
  }));
  return Plot.plot({
    width,
    height: HEIGHT_PX,
    marginTop: 34,
    marginRight: 16,
    marginBottom: 42,
    marginLeft: 56,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { domain: [0, people.at(-1)?.to ?? 1], label: "trial", labelAnchor: "center", labelArrow: "none" },
    y: { domain: [lowest(people, curve), 1], label: "right", labelArrow: "none", grid: true, ticks: 6, tickFormat: (share: number) => `${Math.round(100 * share)} %` },
    marks: [
      Plot.ruleY([0.5], { stroke: theme.muted, strokeDasharray: "2 4" }),
      Plot.areaY(bins, { x: middle, y1: (bin: CurveBin) => bin.low ?? bin.accuracy, y2: (bin: CurveBin) => bin.high ?? bin.accuracy, fill: theme.text, fillOpacity: 0.15 }),
      Plot.line(bins, { x: middle, y: "accuracy", stroke: theme.text, strokeWidth: 2.5 }),
      Plot.dot(bins, { x: middle, y: "accuracy", fill: theme.text, r: 3.5 }),
      Plot.line(own, { x: "trial", y: "accuracy", stroke: colour, strokeWidth: 2.5, strokeDasharray: "7 4" }),
      Plot.dot(own, { x: "trial", y: "accuracy", fill: colour, symbol: "square", r: 4 }),
      Plot.text([`● people   ■ ${name}`], { frameAnchor: "top-right", dy: -26, textAnchor: "end", text: (text: string) => text, fill: theme.text, fontWeight: 600 }),
      Plot.tip(tips, Plot.pointerX<Plot.TipOptions>({ x: "trial", y: "accuracy", title: "text", fill: theme.surface, stroke: theme.muted, fontSize: FONT_PX })),
    ],
  });
}

export function OwnCurve(props: OwnCurveProps) {
  const people = useSteady(props.people);
  const curve = useSteady(props.curve);
  const { name, colour, theme, fileStem } = props;
  const draw = useMemo(() => {
    if (!people.some((bin) => bin.accuracy !== null) && !curve.some((value) => value !== null)) return null;
    return (width: number) => drawing(width, { name, people, curve, colour, theme, fileStem });
  }, [people, curve, name, colour, theme, fileStem]);
  return (
    <Chart
      testid="own-curve"
      title="Learning curve beside people's"
      meaning="Share of right answers: people with 95 % interval, and the answers that the learner on this representation would have given in the same trials. Dotted: chance."
      height={HEIGHT_PX}
      fileName={`${fileStem}-curve`}
      theme={theme}
      draw={draw}
      empty="The curve begins with the first response."
      table={() => curveTable(props)}
    />
  );
}
