// How well each representation predicts people over all of a project's studies: the mean R2 as a dot, each study's own beside it.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { decimal, task as taskWords } from "../format.ts";
import type { MeanRow, Measure, StudyGroup } from "../state/project_state.ts";
import { Chart } from "./chart.tsx";
import { familyColours } from "./family.ts";
import { FONT_PX, NARROW_PX } from "./frame.ts";
import { shortened } from "./lane.ts";
import type { Theme } from "./theme.ts";

const ROW_PX = 22;
const MARGIN = { top: 34, bottom: 52 };
/** By the study's place in the project. */
const SYMBOLS = ["diamond", "triangle", "square", "times", "star"] as const;

export interface AlignmentProps {
  rows: readonly MeanRow[];
  /** Of all rows there are, so that a filter moves nothing and changes no colour. */
  allRows: readonly MeanRow[];
  studies: readonly StudyGroup[];
  measure: Measure;
  theme: Theme;
  fileStem: string;
}

interface Dot {
  representation: string;
  study: string;
  symbol: (typeof SYMBOLS)[number];
  r2: number;
}

export function symbolOf(study: number): (typeof SYMBOLS)[number] {
  return SYMBOLS[study % SYMBOLS.length] ?? "diamond";
}

/** "Category learning", or the title where several studies have the same task. */
export function studyName(studies: readonly StudyGroup[], at: number): string {
  const study = studies[at];
  if (study === undefined) return "";
  return studies.filter((other) => other.task === study.task).length > 1 ? study.title : taskWords(study.task);
}

export function alignmentTable(rows: readonly MeanRow[], studies: readonly StudyGroup[]): Table {
  return {
    columns: ["rank", "representation", "family", "mean_r2", ...studies.flatMap(({ slug }) => [`${slug} r2`, `${slug} low`, `${slug} high`, `${slug} learner`])],
    rows: rows.map((row, at) => [at + 1, row.representation, row.family, row.mean, ...row.values.flatMap(({ r2, low, high, learner }) => [r2, low, high, learner])]),
  };
}

function domainOf(rows: readonly MeanRow[]): [number, number] {
  const all = rows.flatMap((row) => row.values.map(({ r2 }) => r2)).filter((r2): r2 is number => r2 !== null);
  return [Math.min(0, ...all) - 0.01, Math.max(0.1, ...all) + 0.01];
}

function drawing(width: number, props: AlignmentProps): SVGElement | HTMLElement {
  const { rows, allRows, studies, theme } = props;
  const isNarrow = width < NARROW_PX;
  const ticks = isNarrow ? 4 : 8;
  const colours = familyColours(allRows.map((row) => row.family), theme);
  const names = rows.map((row) => row.representation);
  const dots = rows.flatMap((row) => row.values.flatMap(({ r2 }, at): Dot[] =>
    r2 === null ? [] : [{ representation: row.representation, study: studyName(studies, at), symbol: symbolOf(at), r2 }]));
  const means = rows.filter((row): row is MeanRow & { mean: number } => row.mean !== null);
  const spans = means.map((row) => ({ representation: row.representation, low: Math.min(...row.values.map(({ r2 }) => r2 ?? row.mean)), high: Math.max(...row.values.map(({ r2 }) => r2 ?? row.mean)) }));
  return Plot.plot({
    width,
    height: MARGIN.top + MARGIN.bottom + rows.length * ROW_PX,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: isNarrow ? 128 : 230,
    marginRight: isNarrow ? 12 : 150,
    style: { fontSize: `${FONT_PX}px`, fontFamily: theme.font, color: theme.text, background: "transparent" },
    x: { domain: domainOf(allRows), grid: true, ticks },
    y: { domain: names, label: null, tickSize: 0, tickFormat: (name: string) => shortened(name, isNarrow ? 16 : 30) },
    symbol: { domain: [...SYMBOLS], range: [...SYMBOLS] },
    marks: [
      Plot.axisX({ anchor: "top", label: null, ticks }),
      Plot.axisX({ anchor: "bottom", label: "R² (0: no better than guessing)", labelAnchor: "center", labelArrow: "none", labelOffset: 38, ticks }),
      Plot.ruleX([0], { stroke: theme.muted, strokeDasharray: "5 4", strokeWidth: 1.5 }),
      Plot.ruleY(spans, { y: "representation", x1: "low", x2: "high", stroke: theme.context, strokeWidth: 1.5 }),
      Plot.dot(dots, { x: "r2", y: "representation", symbol: "symbol", r: 4, stroke: theme.muted, strokeWidth: 1.5, fill: theme.surface }),
      Plot.dot(means, { x: "mean", y: "representation", r: 6, fill: (row: MeanRow) => colours.get(row.family) ?? theme.context, stroke: theme.surface, strokeWidth: 1 }),
      ...(isNarrow ? [] : [Plot.text(rows, { y: "representation", text: (row: MeanRow) => shortened(row.family, 18), frameAnchor: "right", dx: 10, textAnchor: "start", fill: theme.muted })]),
      Plot.tip(means, Plot.pointerY({
        x: "mean", y: "representation", fill: theme.surface, stroke: theme.muted, fontSize: FONT_PX,
        title: (row: MeanRow) => [`${row.representation} (${row.family})`, `mean ${decimal(row.mean, 3)}`,
          ...row.values.map(({ r2 }, at) => `${studyName(studies, at)} ${decimal(r2, 3)}`)].join("\n"),
      })),
    ],
  });
}

const MEANINGS: Record<Measure, string> = {
  online: "McFadden's R² of each representation's main model, predicted before each response while people play; the mean over the studies is the filled dot, its colour the family.",
  loo: "McFadden's R² of a mixed model that leaves one trial out; the mean over the studies is the filled dot, its colour the family.",
};

export function AlignmentChart(props: AlignmentProps) {
  const { rows, allRows, studies, measure, theme } = props;
  const draw = useMemo(() => {
    if (!rows.some((row) => row.values.some(({ r2 }) => r2 !== null))) return null;
    return (width: number) => drawing(width, props);
  }, [rows, allRows, studies, theme]);

  return (
    <Chart
      testid="alignment-chart"
      title="How well representations predict people, over all studies"
      meaning={MEANINGS[measure]}
      height={MARGIN.top + MARGIN.bottom + Math.max(4, rows.length) * ROW_PX}
      fileName={`${props.fileStem}-alignment`}
      theme={theme}
      draw={draw}
      empty={measure === "loo" ? "No study has been fitted leaving one trial out. The page of each study starts it." : "There is no number yet: it takes a response in every study."}
      table={() => alignmentTable(rows, studies)}
    />
  );
}
