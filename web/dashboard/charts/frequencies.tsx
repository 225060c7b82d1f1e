// Random-effects model selection: how common each model is among people.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { count, counted, percent, probability } from "../format.ts";
import { groupLabel, omnibusWords, rankedBy } from "../state/group_state.ts";
import type { Group, GroupModel } from "../types.ts";
import { Chart } from "./chart.tsx";
import type { FamilyLook } from "./family_look.ts";
import { NARROW_PX } from "./frame.ts";
import { fitted, plainOptions } from "./plain.ts";
import type { Theme } from "./theme.ts";

const SHOWN_MAX = 12;
const ROW_PX = 30;
const HEAD_PX = 26;

interface Bar {
  model: GroupModel;
  name: string;
  label: string;
  frequency: number;
  colour: string;
}

function drawing(width: number, bars: readonly Bar[], theme: Theme) {
  const isNarrow = width < NARROW_PX;
  const [nameWidth, columnWidth] = isNarrow ? [104, 44] : [width < 900 ? 190 : 290, 92];
  const right = 2 * columnWidth + 8;
  const column = (at: number) => ({ frameAnchor: "right", textAnchor: "end", dx: right - (1 - at) * columnWidth } as const);
  const head = (text: string, at: number) => Plot.text([text], { frameAnchor: "top-right", textAnchor: "end", dx: right - (1 - at) * columnWidth, dy: -18, text: () => text, fill: theme.muted });
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEAD_PX + ROW_PX * SHOWN_MAX,
    marginTop: HEAD_PX,
    marginBottom: ROW_PX * (SHOWN_MAX - bars.length),
    marginLeft: nameWidth,
    marginRight: right,
    x: { axis: null, domain: [0, 1.28 * Math.max(0.01, ...bars.map((bar) => bar.frequency))] },
    y: { axis: null, domain: bars.map((bar) => bar.name), padding: 0.3 },
    marks: [
      head(isNarrow ? "exc." : "exceedance", 0),
      head(isNarrow ? "prot." : "protected", 1),
      Plot.barX(bars, { x: "frequency", y: "name", fill: "colour", rx: 3 }),
      Plot.ruleX([0], { stroke: theme.muted }),
      ...[bars.slice(0, 1), bars.slice(1)].map((some, isLater) =>
        Plot.text(some, { y: "name", frameAnchor: "left", textAnchor: "end", dx: -10, text: (bar: Bar) => fitted(bar.label, nameWidth - 14, theme, isLater ? 400 : 700), fontWeight: isLater ? 400 : 700 })),
      Plot.text(bars, { x: "frequency", y: "name", text: (bar: Bar) => percent(bar.frequency), textAnchor: "start", dx: 6, fontWeight: 700 }),
      Plot.text(bars, { y: "name", ...column(0), text: (bar: Bar) => probability(bar.model.exceedance_prob), fontVariant: "tabular-nums" }),
      Plot.text(bars, { y: "name", ...column(1), text: (bar: Bar) => probability(bar.model.protected_exceedance_prob), fontVariant: "tabular-nums" }),
    ],
  });
}

export function frequencyTable(ranked: readonly GroupModel[]): Table {
  return {
    columns: ["representation", "family", "learner", "frequency", "exceedance_prob", "protected_exceedance_prob"],
    rows: ranked.map((model) => [model.representation, model.family, model.learner, model.frequency, model.exceedance_prob, model.protected_exceedance_prob]),
  };
}

export interface FrequencyProps {
  group: Group | null;
  labels: ReadonlyMap<string, string>;
  looks: ReadonlyMap<string, FamilyLook>;
  theme: Theme;
  fileStem: string;
}

export function FrequencyChart({ group, labels, looks, theme, fileStem }: FrequencyProps) {
  const ranked = useMemo(() => rankedBy(group?.models ?? [], (model) => model.frequency), [group?.models]);
  const draw = useMemo(() => {
    const bars = ranked.slice(0, SHOWN_MAX).flatMap((model): Bar[] => model.frequency === null ? [] : [{
      model, name: `${model.representation}/${model.learner}`, label: groupLabel(model, labels), frequency: model.frequency, colour: looks.get(model.family)?.colour ?? theme.context,
    }]);
    return bars.length === 0 ? null : (width: number) => drawing(width, bars, theme);
  }, [ranked, labels, looks, theme]);
  const comparison = group?.comparison ?? null;
  const shown = Math.min(SHOWN_MAX, ranked.length);
  return (
    <Chart testid="frequency-chart" title="Whose model is how common?" height={HEAD_PX + ROW_PX * SHOWN_MAX} fileName={`${fileStem}-frequencies`} theme={theme}
      draw={draw} table={() => frequencyTable(ranked)}
      empty={group !== null && group.participants === 0 ? "There is nobody to compare models for yet." : group !== null && group.models.length < 2 ? "One model alone cannot be compared: give the study another." : "Being computed… It needs people for whom every model is ready."}
      meaning={`Expected share of people whom each model describes best${shown < ranked.length ? ` (the first ${shown} of ${count(ranked.length)}; all are in the table)` : ""}. Exceedance: probability that no model is more common; protected: the same, allowing that all are equally common.`}
      tools={
        <p class="verdict" data-testid="omnibus">
          {comparison === null ? <span class="muted">{"\u00a0"}<br />{"\u00a0"}</span> : (
            <>
              {omnibusWords(comparison.omnibus_risk)} <span class="muted">Risk that they do not differ at all:{" "}
              <span data-testid="omnibus-risk" data-value={String(comparison.omnibus_risk)}>{probability(comparison.omnibus_risk)}</span>, from {counted(comparison.participants, "participant")}
              {comparison.is_converged ? "" : "; the computation has not settled"}.</span>
            </>
          )}
        </p>
      } />
  );
}
