// How the belief in each representation moves: the posterior over representations as shares of one.

import * as Plot from "@observablehq/plot";
import { useMemo, useRef } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent } from "../format.ts";
import { drawnPlaces, posteriorSeries, summed, type Series } from "../state/series.ts";
import type { Trial } from "../types.ts";
import { Chart } from "./chart.tsx";
import { areaPath, endLabels, planeOptions, PLACES_MOST, project, svgElement, svgGroup, trialAxis, type EndLabel, type Plane } from "./frame.ts";
import { withHover, type Found, type Pointer } from "./hover.ts";
import type { Lanes } from "./lane.ts";
import type { ModelChartProps } from "./race.tsx";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 340;
const LABEL_SHARE_MIN = 0.02; // below this a band among many is too thin to point at

/** One band of the stack, bottom up. */
interface Band {
  label: string;
  colour: string;
  shade: number;
  isChosen: boolean;
  share: Series;
  lower: Series;
  upper: Series;
}

/** One band per representation that stands out, and one for all others together. */
function bandsOf(lanes: Lanes, all: readonly Series[], theme: Theme): Band[] {
  const length = all[0]?.length ?? 0;
  const own = lanes.standing.map(({ model, label, colour, shade, isChosen }) => ({ label, colour, shade, isChosen, share: all[model] ?? [] }));
  const context = lanes.all.filter((lane) => lane.isContext);
  const others = { label: context.length === 1 ? (context[0]?.label ?? "") : `${context.length} others`, colour: theme.context, shade: 0.3, isChosen: false,
    share: summed(context.map((lane) => all[lane.model] ?? []), length) };
  let lower: Series = new Array<number>(length).fill(0);
  return [...own, ...(context.length > 0 ? [others] : [])].map((band) => {
    const below = lower;
    lower = band.share.map((share, at) => share + (below[at] ?? 0));
    return { ...band, lower: below, upper: lower };
  });
}

export function posteriorTable(lanes: Lanes, trials: readonly Trial[]): Table {
  return {
    columns: ["trial", ...lanes.all.map((lane) => lane.label)],
    rows: trials.map((trial) => [trial.trial_index + 1, ...lanes.all.map((lane) => trial.posterior[lane.model] ?? null)]),
  };
}

function bandLabels(bands: readonly Band[], last: number, theme: Theme): EndLabel[] {
  return bands.flatMap((band) => {
    const share = band.share[last] ?? 0;
    if (bands.length > 4 && share < LABEL_SHARE_MIN && !band.isChosen) return [];
    const colour = band.colour === theme.context ? theme.muted : band.colour;
    return [{ label: band.label, colour, isChosen: band.isChosen, trial: last, value: ((band.lower[last] ?? 0) + (band.upper[last] ?? 0)) / 2, text: percent(share) }];
  });
}

function posteriorDrawing(plane: Plane, bands: readonly Band[], last: number, pointer: Pointer): SVGElement | HTMLElement {
  const { theme } = plane;
  const to = project(plane);
  const places = drawnPlaces(last, PLACES_MOST);
  const options = planeOptions(plane, "posterior");
  const areas = (): SVGElement => svgGroup(
    bands.map((band) => svgElement("path", {
      d: areaPath(band.lower, band.upper, places, to), fill: band.colour, "fill-opacity": band.shade, stroke: theme.surface, "stroke-width": 1.5,
    })),
  );
  const drawing = Plot.plot({
    ...options,
    y: { ...options.y, tickFormat: (share: number) => `${Math.round(share * 100)} %` },
    marks: [areas, trialAxis(plane.width), Plot.ruleY([0], { stroke: theme.muted }), () => endLabels(plane, bandLabels(bands, last, theme))],
  });
  return withHover(drawing, pointer, theme, (x, y): Found | null => {
    const trial = Math.round(to.trial(x));
    if (trial < 0 || trial > last) return null;
    const at = to.value(y);
    const band = bands.find((each) => at >= (each.lower[trial] ?? 0) && at <= (each.upper[trial] ?? 0));
    if (band === undefined) return null;
    return { x: to.x(trial), y, colour: band.colour, lines: [band.label, `after trial ${trial}: ${percent(band.share[trial])}`] };
  });
}

export function PosteriorChart({ models, trials, trialCount, lanes, theme, fileStem }: ModelChartProps) {
  const pointer = useRef<Pointer>({ at: null });
  const draw = useMemo(() => {
    const all = posteriorSeries(models, trials);
    const last = (all[0]?.length ?? 0) - 1;
    if (!all.some((series) => series.some((share) => share > 0)) || last < 1) return null;
    const bands = bandsOf(lanes, all, theme);
    return (width: number) => posteriorDrawing({ width, height: HEIGHT_PX, trialCount, low: 0, high: 1, theme }, bands, last, pointer.current);
  }, [models, trials, trialCount, lanes, theme]);

  return (
    <Chart
      testid="posterior-chart"
      title="Which representation?"
      meaning="Posterior over the representations, from equal shares at the start. The wider a band, the more this person's responses speak for it against the others. The best and the highlighted ones have bands of their own."
      height={HEIGHT_PX}
      fileName={`${fileStem}-posterior`}
      theme={theme}
      draw={draw}
      empty="The posterior moves with the first response."
      table={() => posteriorTable(lanes, trials)}
    />
  );
}
