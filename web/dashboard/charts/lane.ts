// Which models stand out in all charts of one page, and as what: the same colour and label everywhere.

import { useMemo, useRef } from "preact/hooks";
import { assignSlots, modelLabels, ranking } from "../state/series.ts";
import type { LiveModel, Trial } from "../types.ts";
import { SERIES_COUNT, type Theme } from "./theme.ts";

export interface Lane {
  model: number;
  label: string;
  /** Of lines and areas. */
  colour: string;
  /** Of text: context is too faint to be read. */
  ink: string;
  isContext: boolean;
}

export interface Lanes {
  /** One per model, by its index. */
  all: readonly Lane[];
  /** Model indices, largest log evidence first. */
  ranked: readonly number[];
}

/** The slots are remembered from drawing to drawing, so that a line keeps its colour for as long as it stands out. */
export function useLanes(models: readonly LiveModel[], trials: readonly Trial[], theme: Theme): Lanes {
  const slots = useRef<ReadonlyMap<number, number>>(new Map());
  return useMemo(() => {
    const ranked = ranking(models, trials);
    slots.current = assignSlots(slots.current, ranked, SERIES_COUNT);
    const all = modelLabels(models).map((label, model): Lane => {
      const slot = slots.current.get(model);
      if (slot === undefined) return { model, label, colour: theme.context, ink: theme.muted, isContext: true };
      const colour = theme.series[slot] ?? theme.context;
      return { model, label, colour, ink: colour, isContext: false };
    });
    return { all, ranked };
  }, [models, trials, theme]);
}

/** Enough of a label to know it by, where space is fixed. */
export function shortened(label: string, length: number): string {
  return label.length <= length ? label : `${label.slice(0, length - 1)}…`;
}
