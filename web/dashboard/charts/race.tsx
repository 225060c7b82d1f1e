// The race: how far each representation's predictions of this person are ahead of guessing, trial by trial.

import * as Plot from "@observablehq/plot";
import { useMemo, useRef } from "preact/hooks";
import type { Table } from "../csv.ts";
import { signed } from "../format.ts";
import { aboveChance, drawnPlaces, endOf, raceSeries, type Series } from "../state/series.ts";
import type { LiveModel, Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { endLabels, linePath, planeOptions, PLACES_MOST, project, svgElement, svgGroup, trialAxis, type Plane } from "./frame.ts";
import { withHover, type Found, type Pointer } from "./hover.ts";
import type { Lane, Lanes } from "./lane.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 420;
const STEP_NATS = 2; // the vertical axis grows by whole steps, so that it rests between them
const DEPTH_NATS = 6;
const DEPTH_SHARE = 0.3;
const REACH_PX = 24; // the pointer is on a line when it is this near
const CONTEXT_PLACES_MOST = 200;

export interface ModelChartProps {
  models: readonly LiveModel[];
  /** Up to the position that is shown. */
  trials: readonly Trial[];
  /** All that are known, for axes that rest while the position moves. */
  known: readonly Trial[];
  trialCount: number;
  lanes: Lanes;
  theme: Theme;
  fileStem: string;
  /** Chooses a representation, or no longer. */
  onToggle: (model: number) => void;
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

/**
 * The vertical axis over everything known, in whole steps. A few hopeless representations must not flatten the others: below a share of the
 * height above chance lines run along the bottom, unless they are highlighted.
 */
function range(all: readonly Series[], chosen: readonly number[]): { low: number; high: number } {
  let [low, high, lowChosen] = [-1, 1, -1];
  all.forEach((series, model) => {
    const isChosen = chosen.includes(model);
    for (const value of series) {
      if (value < low) low = value;
      if (value > high) high = value;
      if (isChosen && value < lowChosen) lowChosen = value;
    }
  });
  const shownLow = Math.min(lowChosen, Math.max(low, -Math.max(DEPTH_NATS, DEPTH_SHARE * high)));
  return { low: Math.floor(shownLow / STEP_NATS) * STEP_NATS, high: Math.ceil(high / STEP_NATS) * STEP_NATS };
}

function raceLines(plane: Plane, lanes: Lanes, all: readonly Series[]): SVGElement {
  const to = project(plane);
  const { theme } = plane;
  const last = (all[0]?.length ?? 1) - 1;
  const places = drawnPlaces(last, PLACES_MOST);
  const contextPlaces = drawnPlaces(last, CONTEXT_PLACES_MOST);
  const isCalm = lanes.standing.some((lane) => lane.isChosen);
  const none: Series = [];
  // One path per family: a path for each of a hundred lines costs the browser more than the page has time for between two trials.
  const families = new Map<string, string>();
  for (const lane of lanes.all) {
    if (lane.isContext) families.set(lane.colour, (families.get(lane.colour) ?? "") + linePath(all[lane.model] ?? none, contextPlaces, to));
  }
  const context = [...families].map(([colour, d]) => svgElement("path", { d, stroke: colour, "stroke-width": 1, "stroke-opacity": 0.3 }));
  const line = (lane: Lane): SVGElement[] => {
    const d = linePath(all[lane.model] ?? none, places, to);
    const isLeader = lane.model === lanes.ranked[0];
    const width = lane.isChosen ? 4 : isLeader ? 3.5 : 2;
    const halo = lane.isChosen ? [svgElement("path", { d, stroke: theme.surface, "stroke-width": width + 4 })] : [];
    return [...halo, svgElement("path", { d, stroke: lane.colour, "stroke-width": width, "stroke-dasharray": lane.dash, "stroke-opacity": isCalm && !lane.isChosen ? 0.75 : 1 })];
  };
  // What matters most is drawn last, above the rest.
  const standing = [...lanes.standing].reverse().flatMap(line);
  return svgGroup([...context, ...standing], { fill: "none", "stroke-linejoin": "round" });
}

function raceLabels(plane: Plane, lanes: Lanes, all: readonly Series[]): SVGElement {
  const ends = lanes.standing.flatMap((lane) => {
    const end = endOf(all[lane.model] ?? []);
    return end === null ? [] : [{ label: lane.label, colour: lane.colour, isChosen: lane.isChosen, ...end, text: signed(end.value, 1) }];
  });
  const chance = { label: "chance", colour: plane.theme.muted, isChosen: false, trial: ends[0]?.trial ?? 0, value: 0, text: "" };
  return endLabels(plane, [...ends, chance]);
}

/** The line that the pointer is on: the nearest at its trial, those that stand out before the context. */
function nearest(plane: Plane, lanes: Lanes, all: readonly Series[], x: number, y: number): (Found & { model: number }) | null {
  const to = project(plane);
  const last = (all[0]?.length ?? 1) - 1;
  const trial = Math.min(last, Math.max(0, Math.round(to.trial(x))));
  let best: { lane: Lane; value: number; far: number } | null = null;
  for (const lane of lanes.all) {
    const value = all[lane.model]?.[trial] ?? NaN;
    if (Number.isNaN(value)) continue;
    const far = Math.abs(to.y(value) - y) + (lane.isContext ? 4 : 0);
    if (far <= REACH_PX && (best === null || far < best.far)) best = { lane, value, far };
  }
  if (best === null || Math.abs(to.x(trial) - x) > REACH_PX) return null;
  const { lane, value } = best;
  return {
    model: lane.model, x: to.x(trial), y: to.y(value), colour: lane.colour,
    lines: [`${lane.label} (${lane.family})`, `after trial ${trial}: ${signed(value, 2)} nats`, lane.isChosen ? "click: no longer highlight" : "click: highlight"],
  };
}

function raceDrawing(plane: Plane, lanes: Lanes, all: readonly Series[], pointer: Pointer, onToggle: (model: number) => void): SVGElement | HTMLElement {
  const drawing = Plot.plot({
    ...planeOptions(plane, "nats above chance"),
    marks: [
      Plot.ruleY([0], { stroke: plane.theme.muted, strokeWidth: 1.5 }),
      trialAxis(plane.width),
      () => raceLines(plane, lanes, all),
      () => raceLabels(plane, lanes, all),
    ],
  });
  const find = (x: number, y: number): (Found & { model: number }) | null => nearest(plane, lanes, all, x, y);
  drawing.addEventListener("click", () => {
    const found = pointer.at === null ? null : find(pointer.at.x, pointer.at.y);
    if (found !== null) onToggle(found.model);
  });
  return withHover(drawing, pointer, plane.theme, find);
}

export function RaceChart({ models, trials, known, trialCount, lanes, theme, fileStem, onToggle }: ModelChartProps) {
  const pointer = useRef<Pointer>({ at: null });
  const everything = useMemo(() => raceSeries(models, known), [models, known]);
  const chosen = lanes.standing.filter((lane) => lane.isChosen).map((lane) => lane.model).join();
  const axis = useMemo(() => range(everything, chosen === "" ? [] : chosen.split(",").map(Number)), [everything, chosen]);
  const draw = useMemo(() => {
    const all = everything.map((series) => series.slice(0, (trials.at(-1)?.trial_index ?? -1) + 2));
    if (!all.some((series) => series.length > 1 && endOf(series) !== null)) return null;
    return (width: number) => raceDrawing({ width, height: HEIGHT_PX, trialCount, ...axis, theme }, lanes, all, pointer.current, onToggle);
  }, [everything, axis, trials, trialCount, lanes, theme, onToggle]);

  return (
    <Chart
      testid="race-chart"
      title="The race"
      meaning="Log evidence of each representation relative to guessing. Above the chance line, it predicts this person better than a coin; 2.3 nats are odds of ten to one. The best and the highlighted ones have names; the others are faint."
      height={HEIGHT_PX}
      fileName={`${fileStem}-race`}
      theme={theme}
      draw={draw}
      empty="The race starts with the first response."
      table={() => raceTable(lanes, trials)}
    />
  );
}
