// One measure of representations that belong together: two columns of dots, joined pairwise, and the mean difference.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { counted, decimal } from "../format.ts";
import { differenceWords } from "../parts/statistics_words.ts";
import type { Measure } from "../state/measures.ts";
import { pairedDifference, type Comparison, type ValuePair } from "../state/paired_differences.ts";
import { Chart } from "./chart.tsx";
import { FONT_PX } from "./frame.ts";
import { useSteady } from "./steady.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 300;

export interface PairedChartProps {
  measure: Measure;
  comparison: Comparison;
  pairs: readonly ValuePair[];
  theme: Theme;
  fileStem: string;
}

interface End {
  side: string;
  value: number;
  label: string;
}

export function pairedTable({ first, second }: Comparison, pairs: readonly ValuePair[]): Table {
  return {
    columns: ["pair", first, second, "difference"],
    rows: pairs.map((pair) => [pair.label, pair.first, pair.second, pair.second - pair.first]),
  };
}

function drawing(width: number, { measure, comparison, pairs, theme }: PairedChartProps): SVGElement | HTMLElement {
  const { first, second } = comparison;
  const ends = pairs.flatMap((pair): End[] => [
    { side: first, value: pair.first, label: pair.label },
    { side: second, value: pair.second, label: pair.label },
  ]);
  const mean = (side: string): End => {
    const own = ends.filter((end) => end.side === side);
    return { side, value: own.reduce((sum, end) => sum + end.value, 0) / own.length, label: "mean" };
  };
  const means = [mean(first), mean(second)];
  return Plot.plot({
    width,
    height: HEIGHT_PX,
    marginTop: 34,
    marginRight: 12,
    marginBottom: 30,
    marginLeft: 56,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { type: "point", domain: [first, second], padding: 0.5, label: null },
    y: { label: measure.name.toLowerCase().replace("cka", "CKA"), labelArrow: "none", grid: true, ticks: 5, nice: true, inset: 8 },
    marks: [
      Plot.line(ends, { x: "side", y: "value", z: "label", stroke: theme.context, strokeWidth: 1.5 }),
      Plot.dot(ends, { x: "side", y: "value", r: 4.5, fill: theme.series[0] ?? theme.text, stroke: theme.surface }),
      Plot.line(means, { x: "side", y: "value", stroke: theme.text, strokeWidth: 3.5 }),
      Plot.dot(means, { x: "side", y: "value", r: 6.5, symbol: "diamond", fill: theme.text, stroke: theme.surface }),
      Plot.text([differenceWords(pairedDifference(pairs), measure.digits)], {
        frameAnchor: "top-right", dy: -26, textAnchor: "end", text: (words: string) => words, fill: theme.text, fontWeight: 600,
      }),
      Plot.tip(ends, Plot.pointer<Plot.TipOptions>({
        x: "side", y: "value", title: (end: End) => `${end.label}\n${end.side}: ${decimal(end.value, measure.digits)}`, fill: theme.surface,
        stroke: theme.muted, fontSize: FONT_PX,
      })),
    ],
  });
}

export function PairedChart(props: PairedChartProps) {
  const pairs = useSteady(props.pairs);
  const comparison = useSteady(props.comparison);
  const { measure, theme, fileStem } = props;
  const draw = useMemo(
    () => (pairs.length === 0 ? null : (width: number) => drawing(width, { measure, comparison, pairs, theme, fileStem })),
    [pairs, comparison, measure.key, theme, fileStem],
  );
  return (
    <Chart
      testid={`paired-${measure.key}`}
      title={measure.name}
      meaning={pairs.length === 0 ? measure.meaning : `${counted(pairs.length, "pair")}; the thick line joins the means.`}
      height={HEIGHT_PX}
      fileName={`${fileStem}-pairs-${measure.key}`}
      theme={theme}
      draw={draw}
      empty="No pair has this number on both sides yet."
      table={() => pairedTable(comparison, pairs)}
    />
  );
}
