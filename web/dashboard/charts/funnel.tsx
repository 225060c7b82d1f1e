// How far people come: of those who arrived, how many reach each step, and where those who passed are now.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { count, share } from "../format.ts";
import type { Group } from "../types.ts";
import { Chart } from "./chart.tsx";
import { plainOptions } from "./plain.ts";
import type { Theme } from "./theme.ts";

const STEPS = [
  { key: "arrived", name: "arrived" },
  { key: "consented", name: "consented" },
  { key: "passed_comprehension", name: "passed questions" },
  { key: "playing", name: "here now" },
  { key: "finished", name: "finished" },
  { key: "left", name: "left" },
] as const;
const ROW_PX = 53;
const LABEL_PX = 138;
const VALUE_PX = 104;
const WIDTH_MIN_PX = LABEL_PX + VALUE_PX + 20;

type Step = (typeof STEPS)[number] & { people: number; colour: string; text: string };

function stepsOf(funnel: Group["funnel"], theme: Theme): Step[] {
  const colour = { arrived: theme.context, consented: theme.context, passed_comprehension: theme.context, playing: theme.right, finished: theme.accent, left: theme.wrong };
  return STEPS.map((step) => {
    const people = funnel[step.key];
    const part = step.key === "arrived" || people === 0 ? "" : `  ${share(people, funnel.arrived)}`;
    return { ...step, people, colour: colour[step.key], text: `${count(people)}${part}` };
  });
}

function drawing(width: number, steps: readonly Step[], theme: Theme) {
  return Plot.plot({
    ...plainOptions(theme),
    width: Math.max(width, WIDTH_MIN_PX), // while the page folds, a card is no wider than its edges for a moment
    height: ROW_PX * steps.length,
    marginLeft: LABEL_PX,
    marginRight: VALUE_PX,
    marginTop: 0,
    marginBottom: 0,
    x: { axis: null, domain: [0, Math.max(1, ...steps.map((step) => step.people))] },
    y: { axis: null, domain: steps.map((step) => step.name), padding: 0.38 },
    marks: [
      Plot.barX(steps, { x: "people", y: "name", fill: "colour", rx: 3 }),
      Plot.text(steps, { y: "name", text: "name", frameAnchor: "left", textAnchor: "end", dx: -10 }),
      Plot.text(steps, { x: "people", y: "name", text: "text", textAnchor: "start", dx: 8, fontWeight: 700, fontVariant: "tabular-nums" }),
    ],
  });
}

export function FunnelChart({ group, theme, fileStem }: { group: Group | null; theme: Theme; fileStem: string }) {
  const steps = useMemo(() => (group === null ? [] : stepsOf(group.funnel, theme)), [group?.funnel, theme]);
  const draw = useMemo(() => (steps.length === 0 || steps[0]?.people === 0 ? null : (width: number) => drawing(width, steps, theme)), [steps, theme]);
  const table = (): Table => ({ columns: ["step", "people"], rows: steps.map((step) => [step.key, step.people]) });
  return (
    <Chart testid="funnel-chart" title="How far people come" height={ROW_PX * STEPS.length} fileName={`${fileStem}-funnel`} theme={theme} draw={draw} table={table}
      meaning="Shares are of all who arrived; the last three say where those who consented are now."
      empty={group === null ? "Being computed…" : "Nobody has arrived yet."} />
  );
}
