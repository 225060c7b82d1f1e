// How well people learn, part by part of a session, beside chance and beside what each model would have answered by itself.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { decimal, percent } from "../format.ts";
import { rankedBy } from "../state/group_state.ts";
import { spreadLabels } from "../state/series.ts";
import type { CurveBin, Group, GroupModel } from "../types.ts";
import { Chart } from "./chart.tsx";
import type { FamilyLook } from "./family_look.ts";
import { NARROW_PX } from "./frame.ts";
import { CHANCE, chanceRule, fitted, percentTick, plainOptions, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 320;
const NAMED_COUNT = 3; // models whose names stand at their lines' ends
const LABEL_GAP_PX = 17;
const MARGIN = { top: 14, bottom: 38, left: 52 };

interface Place {
  x: number;
  value: number;
}
interface Line {
  model: GroupModel;
  places: Place[];
  isNamed: boolean;
}

function middle(bin: { from: number; to: number }): number {
  return (bin.from + bin.to) / 2;
}

function linesOf(models: readonly GroupModel[], bins: readonly CurveBin[]): Line[] {
  return rankedBy(models, (model) => model.r2_online).map((model, rank) => ({
    model,
    isNamed: rank < NAMED_COUNT && model.r2_online !== null,
    places: bins.flatMap((bin, at) => {
      const value = model.curve[at];
      return typeof value === "number" ? [{ x: middle(bin), value }] : [];
    }),
  }));
}

export function curveTable(bins: readonly CurveBin[], models: readonly GroupModel[]): Table {
  return {
    columns: ["from_trial", "to_trial", "responses", "accuracy", "low", "high", "chance", ...models.map((model) => model.representation)],
    rows: bins.map((bin, at) => [bin.from, bin.to, bin.responses, bin.accuracy, bin.low, bin.high, CHANCE, ...models.map((model) => model.curve[at] ?? null)]),
  };
}

interface CurveLabel extends Place {
  text: string;
  ink: string;
  weight: number;
}

/** Names beside the line ends, moved apart. */
function endNames(labels: readonly CurveLabel[], low: number, marginRight: number, theme: Theme): Plot.Markish[] {
  const inner = HEIGHT_PX - MARGIN.top - MARGIN.bottom;
  const depths = labels.map((label) => ((1 - label.value) / (1 - low)) * inner);
  const places = spreadLabels(depths, LABEL_GAP_PX, LABEL_GAP_PX / 2, inner - LABEL_GAP_PX / 2);
  return labels.map((label, at) =>
    Plot.text([label], {
      frameAnchor: "right", textAnchor: "start", dx: 10, y: 1 - ((places[at] ?? 0) / inner) * (1 - low), text: () => fitted(label.text, marginRight - 12, theme, label.weight),
      fill: label.ink, fontWeight: label.weight, stroke: theme.surface, strokeWidth: 4,
    }),
  );
}

function drawing(width: number, trialCount: number, bins: readonly CurveBin[], lines: readonly Line[], looks: ReadonlyMap<string, FamilyLook>, theme: Theme) {
  const people = bins.filter((bin) => bin.accuracy !== null);
  const lowest = Math.min(CHANCE, ...people.map((bin) => bin.low ?? bin.accuracy ?? CHANCE), ...lines.flatMap((line) => line.places.map((place) => place.value)));
  const low = Math.max(0, Math.floor(lowest * 10 - 0.2) / 10);
  const marginRight = width < NARROW_PX ? 108 : 150;
  const colour = (line: Line): string => looks.get(line.model.family)?.colour ?? theme.context;
  const labels: CurveLabel[] = lines.filter((line) => line.isNamed).flatMap((line) => {
    const end = line.places.at(-1);
    return end === undefined ? [] : [{ ...end, text: line.model.representation, ink: colour(line), weight: 500 }];
  });
  const end = people.at(-1);
  if (end !== undefined) labels.push({ x: middle(end), value: end.accuracy ?? CHANCE, text: `people ${percent(end.accuracy)}`, ink: theme.text, weight: 700 });
  labels.push({ x: trialCount, value: CHANCE, text: "chance", ink: theme.muted, weight: 400 });
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEIGHT_PX,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight,
    x: { domain: [0, trialCount], label: "trial", labelAnchor: "center", labelArrow: "none", ticks: width < NARROW_PX ? 3 : 8 },
    y: { domain: [low, 1], label: null, grid: true, ticks: 5, tickFormat: percentTick },
    marks: [
      chanceRule(theme),
      ...[...lines].reverse().map((line) =>
        Plot.line(line.places, { x: "x", y: "value", stroke: colour(line), strokeWidth: line.isNamed ? 1.8 : 1, strokeOpacity: line.isNamed ? 0.85 : 0.22 })),
      Plot.areaY(people.filter((bin) => bin.low !== null), { x: middle, y1: "low", y2: "high", fill: theme.text, fillOpacity: 0.14 }),
      Plot.line(people, { x: middle, y: "accuracy", stroke: theme.text, strokeWidth: 3 }),
      Plot.dot(people, { x: middle, y: "accuracy", r: 4.5, fill: theme.text, stroke: theme.surface, strokeWidth: 1.5 }),
      ...endNames(labels, low, marginRight, theme),
      Plot.tip(people, Plot.pointerX({
        x: middle, y: "accuracy", ...tipLook(theme),
        title: (bin: CurveBin) => `trials ${bin.from} to ${bin.to}\n${percent(bin.accuracy)} right of ${bin.responses} responses\n95 % interval ${decimal(bin.low, 3)} to ${decimal(bin.high, 3)}`,
      })),
    ],
  });
}

export interface LearningCurveProps {
  group: Group | null;
  models: readonly GroupModel[];
  trialCount: number;
  looks: ReadonlyMap<string, FamilyLook>;
  theme: Theme;
  fileStem: string;
}

export function LearningCurve({ group, models, trialCount, looks, theme, fileStem }: LearningCurveProps) {
  const bins = group?.learning_curve ?? [];
  const draw = useMemo(() => {
    if (!bins.some((bin) => bin.accuracy !== null)) return null;
    const lines = linesOf(models, bins);
    return (width: number) => drawing(width, trialCount, bins, lines, looks, theme);
  }, [bins, models, trialCount, looks, theme]);
  return (
    <Chart testid="curve-chart" title="Learning curve" height={HEIGHT_PX} fileName={`${fileStem}-learning-curve`} theme={theme} draw={draw}
      table={() => curveTable(bins, models)} empty={group === null ? "Being computed…" : "The curve begins with the first response."}
      meaning="Thick: share of right responses of all people, with its 95 % interval. Thin: what each representation's learner would have got right by itself on the same trials; the three that foresee people best are named." />
  );
}
