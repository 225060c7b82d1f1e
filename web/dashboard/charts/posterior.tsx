// How the belief in each representation moves: the posterior over representations as shares of one.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent } from "../format.ts";
import { posteriorPoints, type Point } from "../state/series.ts";
import type { Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { endLabels, planeOptions, type EndLabel, type Plane } from "./frame.ts";
import type { Lane, Lanes } from "./lane.ts";
import type { ModelChartProps } from "./race.tsx";

const HEIGHT_PX = 380;

interface Layer {
  lane: Lane;
  points: Point[];
}

/** One layer per representation that stands out, and one for all others together. */
function layers(lanes: Lanes, points: readonly Point[]): Layer[] {
  const own = lanes.all.filter((lane) => !lane.isContext);
  const context = lanes.all.find((lane) => lane.isContext);
  const result = own.map((lane) => ({ lane, points: points.filter((point) => point.model === lane.model) }));
  if (context === undefined) return result;
  const sums = new Map<number, number>();
  for (const point of points)
    if (lanes.all[point.model]?.isContext === true) sums.set(point.trial, (sums.get(point.trial) ?? 0) + point.value);
  const others: Lane = { ...context, label: "all others" };
  return [...result, { lane: others, points: [...sums].map(([trial, value]) => ({ model: context.model, trial, value })) }];
}

export function posteriorTable(lanes: Lanes, trials: readonly Trial[]): Table {
  return {
    columns: ["trial", ...lanes.all.map((lane) => lane.label)],
    rows: trials.map((trial) => [trial.trial_index + 1, ...lanes.all.map((lane) => trial.posterior[lane.model] ?? null)]),
  };
}

const LABEL_SHARE_MIN = 0.02; // below this a band among many is too thin to point at

function labelsOf(stack: readonly Layer[]): EndLabel[] {
  const isCrowded = stack.some((layer) => layer.lane.isContext);
  let top = 0;
  return stack.flatMap(({ lane, points }) => {
    const end = points.at(-1);
    if (end === undefined) return [];
    const middle = top + end.value / 2;
    top += end.value;
    if (isCrowded && end.value < LABEL_SHARE_MIN) return [];
    return [{ lane, trial: end.trial, value: middle, text: percent(end.value) }];
  });
}

function posteriorDrawing(plane: Plane, lanes: Lanes, points: readonly Point[]): SVGElement | HTMLElement {
  const stack = layers(lanes, points);
  const { theme } = plane;
  const flat = stack.flatMap((layer) => layer.points.map((point) => ({ ...point, colour: layer.lane.colour, label: layer.lane.label })));
  const options = planeOptions(plane, "posterior");
  return Plot.plot({
    ...options,
    y: { ...options.y, tickFormat: (share: number) => `${Math.round(share * 100)} %` },
    marks: [
      Plot.areaY(flat, { x: "trial", y: "value", z: "model", fill: "colour", stroke: theme.surface, strokeWidth: 1.5 }),
      Plot.ruleY([0], { stroke: theme.muted }),
      ...endLabels(plane, labelsOf(stack)),
      Plot.tip(
        flat,
        Plot.pointer(
          Plot.stackY({
            x: "trial",
            y: "value",
            z: "model",
            title: (point: Point & { label: string }) => `${point.label}\nafter trial ${point.trial}: ${percent(point.value)}`,
            fill: theme.surface,
            stroke: theme.muted,
          }),
        ),
      ),
    ],
  });
}

export function PosteriorChart({ models, trials, trialCount, lanes, theme, fileStem }: ModelChartProps) {
  const draw = useMemo(() => {
    const points = posteriorPoints(models, trials);
    if (!points.some((point) => point.value > 0)) return null;
    return (width: number) => posteriorDrawing({ width, height: HEIGHT_PX, trialCount, low: 0, high: 1, theme }, lanes, points);
  }, [models, trials, trialCount, lanes, theme]);

  return (
    <Chart
      testid="posterior-chart"
      title="Which representation?"
      meaning="Posterior over the representations, from equal shares at the start. The wider a band, the more this person's responses speak for it against the others."
      height={HEIGHT_PX}
      fileName={`${fileStem}-posterior`}
      theme={theme}
      draw={draw}
      empty="The posterior moves with the first response."
      table={() => posteriorTable(lanes, trials)}
    />
  );
}
