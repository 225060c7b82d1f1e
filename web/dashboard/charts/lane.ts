// Which models stand out in all charts of one page, and as what: the same colour, pattern and label everywhere. Colour is the family's, as
// on every page; models of one family that stand out together differ by the pattern of their lines and the shade of their areas.

import { useMemo, useRef } from "preact/hooks";
import { assignSlots, modelLabels, ranking } from "../state/series.ts";
import type { LiveModel, Trial } from "../types.ts";
import { familyColours } from "./family.ts";
import { SERIES_COUNT, type Theme } from "./theme.ts";

export interface Lane {
  model: number;
  label: string;
  family: string;
  colour: string;
  /** Of lines: none is whole. */
  dash: string;
  /** Of areas, 0 to 1. */
  shade: number;
  isChosen: boolean;
  /** Neither among the best nor chosen. */
  isContext: boolean;
}

export interface Lanes {
  /** One per model, by its index. */
  all: readonly Lane[];
  /** Model indices, largest log evidence first. */
  ranked: readonly number[];
  /** Those that stand out: the chosen ones first, then the best in an order that does not change while they stay. */
  standing: readonly Lane[];
  /** The chosen ones only, or all that stand out while none is chosen. */
  rows: readonly Lane[];
}

const DASHES = ["none", "8 4", "2 4", "10 4 2 4", "5 3", "1 5"];
const SHADES = [1, 0.7, 0.45, 0.85, 0.58, 0.32];

/** Models that stand out, in the order of their slots. */
function standingModels(slots: ReadonlyMap<number, number>, chosen: readonly number[]): number[] {
  const best = [...slots].sort((a, b) => a[1] - b[1]).map(([model]) => model);
  return [...chosen, ...best.filter((model) => !chosen.includes(model))];
}

/** The slots are remembered from drawing to drawing, so that rows and patterns stay for as long as a model stands out. */
export function useLanes(models: readonly LiveModel[], trials: readonly Trial[], chosen: readonly number[], theme: Theme): Lanes {
  const slots = useRef<ReadonlyMap<number, number>>(new Map());
  return useMemo(() => {
    const ranked = ranking(models, trials);
    slots.current = assignSlots(slots.current, ranked, SERIES_COUNT);
    const order = standingModels(slots.current, chosen);
    const colours = familyColours(models.map((model) => model.family), theme);
    const labels = modelLabels(models);
    const seen = new Map<string, number>();
    const styles = new Map<number, number>();
    for (const model of order) {
      const family = models[model]?.family ?? "";
      styles.set(model, seen.get(family) ?? 0);
      seen.set(family, (seen.get(family) ?? 0) + 1);
    }
    const all = models.map((model, i): Lane => {
      const style = styles.get(i) ?? 0;
      return {
        model: i, label: labels[i] ?? model.representation, family: model.family, colour: colours.get(model.family) ?? theme.context,
        dash: DASHES[style % DASHES.length] ?? "none", shade: SHADES[style % SHADES.length] ?? 1,
        isChosen: chosen.includes(i), isContext: !styles.has(i),
      };
    });
    const standing = order.flatMap((model) => all[model] ?? []);
    return { all, ranked, standing, rows: chosen.length > 0 ? standing.filter((lane) => lane.isChosen) : standing };
  }, [models, trials, chosen, theme]);
}

/** Enough of a label to know it by, where space is fixed. */
export function shortened(label: string, length: number): string {
  return label.length <= length ? label : `${label.slice(0, length - 1)}…`;
}
