// The race: how far each representation's predictions of this person are ahead of guessing, trial by trial.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { signed } from "../format.ts";
import { aboveChance, racePoints, type Point } from "../state/series.ts";
import type { LiveModel, Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { endLabels, planeOptions, pointerTip, type Plane } from "./frame.ts";
import type { Lane, Lanes } from "./lane.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 380;
const STEP_NATS = 2; // the vertical axis grows by whole steps, so that it rests between them

export interface ModelChartProps {
  models: readonly LiveModel[];
  trials: readonly Trial[];
  trialCount: number;
  lanes: Lanes;
  theme: Theme;
  fileStem: string;
}

export function raceTable(lanes: Lanes, trials: readonly Trial[]): Table {
  return {
    columns: ["trial", "chance", ...lanes.all.map((lane) => lane.label)],
    rows: trials.map((trial) => [
      trial.trial_index + 1,
      0,
      ...lanes.all.map((lane) => aboveChance(trial.log_evidence[lane.model], trial.trial_index + 1)),
    ]),
  };
}

function raceDrawing(plane: Plane, lanes: Lanes, points: readonly Point[]): SVGElement | HTMLElement {
  const leader = lanes.ranked[0];
  const line = (isContext: boolean): Point[] => points.filter((point) => lanes.all[point.model]?.isContext === isContext);
  const outstanding = lanes.all.filter((lane) => !lane.isContext);
  const last = (model: number): Point | undefined => points.filter((point) => point.model === model).at(-1);
  const ends = outstanding.flatMap((lane) => {
    const end = last(lane.model);
    return end === undefined ? [] : [{ lane, trial: end.trial, value: end.value, text: signed(end.value, 1) }];
  });
  const { theme } = plane;
  const chance: Lane = { model: -1, label: "chance", colour: theme.muted, ink: theme.muted, isContext: true };
  return Plot.plot({
    ...planeOptions(plane, "nats above chance"),
    marks: [
      Plot.ruleY([0], { stroke: theme.muted, strokeWidth: 1.5 }),
      Plot.line(line(true), { x: "trial", y: "value", z: "model", stroke: theme.context, strokeWidth: 1, strokeOpacity: 0.7 }),
      ...outstanding.map((lane) =>
        Plot.line(
          points.filter((point) => point.model === lane.model),
          { x: "trial", y: "value", stroke: lane.colour, strokeWidth: lane.model === leader ? 3.5 : 2 },
        ),
      ),
      ...endLabels(plane, [...ends, { lane: chance, trial: ends[0]?.trial ?? 0, value: 0, text: "" }]),
      pointerTip(plane, points, (point) => `${lanes.all[point.model]?.label}\nafter trial ${point.trial}: ${signed(point.value, 3)} nats`),
    ],
  });
}

export function RaceChart({ models, trials, trialCount, lanes, theme, fileStem }: ModelChartProps) {
  const draw = useMemo(() => {
    const points = racePoints(models, trials);
    if (points.length === 0) return null;
    const values = points.map((point) => point.value);
    const low = Math.floor(Math.min(-1, ...values) / STEP_NATS) * STEP_NATS;
    const high = Math.ceil(Math.max(1, ...values) / STEP_NATS) * STEP_NATS;
    return (width: number) => raceDrawing({ width, height: HEIGHT_PX, trialCount, low, high, theme }, lanes, points);
  }, [models, trials, trialCount, lanes, theme]);

  return (
    <Chart
      testid="race-chart"
      title="The race"
      meaning="Log evidence of each representation relative to guessing. Above the chance line, it predicts this person better than a coin; 2.3 nats are odds of ten to one."
      height={HEIGHT_PX}
      fileName={`${fileStem}-race`}
      theme={theme}
      draw={draw}
      empty="The race starts with the first response."
      table={() => raceTable(lanes, trials)}
    />
  );
}
