// Every person's accuracy as a dot, beside chance.

import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Table } from "../csv.ts";
import { percent, pValue } from "../format.ts";
import { stacked } from "../state/group_state.ts";
import type { Group, GroupParticipant } from "../types.ts";
import { Chart } from "./chart.tsx";
import { CHANCE, percentTick, plainOptions, tipLook } from "./plain.ts";
import type { Theme } from "./theme.ts";

const HEIGHT_PX = 240;
const MARGIN = { top: 24, bottom: 38, left: 24, right: 24 };
const DOT_MAX_PX = 12;
const COLUMNS = 50; // two per cent each

interface Dot {
  item: GroupParticipant;
  level: number;
}

function columnOf(person: GroupParticipant): number {
  return Math.min(COLUMNS - 1, Math.floor((person.accuracy ?? 0) * COLUMNS));
}

export function peopleTable(people: readonly GroupParticipant[]): Table {
  return {
    columns: ["number", "session_id", "state", "responses", "scored", "correct", "accuracy", "p_value", "median_rt_ms", "is_included", "exclusions", "is_counted"],
    rows: people.map((person) => [
      person.number, person.session_id, person.state, person.responses, person.scored, person.correct, person.accuracy, person.p_value, person.median_rt_ms,
      person.is_included, person.exclusions.join(" "), person.is_counted,
    ]),
  };
}

function drawing(width: number, people: readonly GroupParticipant[], theme: Theme) {
  const dots = stacked(people, columnOf);
  const inner = { width: width - MARGIN.left - MARGIN.right, height: HEIGHT_PX - MARGIN.top - MARGIN.bottom };
  const highest = Math.max(1, ...dots.map((dot) => dot.level + 1));
  const across = Math.min(DOT_MAX_PX, inner.width / COLUMNS);
  const rise = Math.min(across, inner.height / highest); // many people overlap rather than leave the frame
  const x = (dot: Dot): number => (columnOf(dot.item) + 0.5) / COLUMNS;
  const y = (dot: Dot): number => dot.level * rise + across / 2;
  const size = Math.max(1.5, across / 2 - 0.5);
  return Plot.plot({
    ...plainOptions(theme),
    width,
    height: HEIGHT_PX,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    x: { domain: [0, 1], label: "right responses", labelAnchor: "center", labelArrow: "none", tickFormat: percentTick, ticks: 5 },
    y: { domain: [0, inner.height], axis: null },
    marks: [
      Plot.ruleX([CHANCE], { stroke: theme.muted, strokeDasharray: "5 4" }),
      Plot.text(["chance"], { x: () => CHANCE, frameAnchor: "top", dy: -16, fill: theme.muted, text: (word: string) => word }),
      Plot.ruleY([0], { stroke: theme.muted }),
      Plot.dot(dots.filter((dot) => dot.item.is_counted), { x, y, r: size, fill: theme.accent }),
      Plot.dot(dots.filter((dot) => !dot.item.is_counted), { x, y, r: size, symbol: "times", stroke: theme.wrong, strokeWidth: 1.8 }),
      Plot.tip(dots, Plot.pointer({
        x, y, ...tipLook(theme),
        title: ({ item }: Dot) => `participant ${item.number}${item.is_counted ? "" : " (left out)"}\n${percent(item.accuracy)} right of ${item.scored}, ${pValue(item.p_value)}`,
      })),
    ],
  });
}

export function PeopleChart({ group, theme, fileStem }: { group: Group | null; theme: Theme; fileStem: string }) {
  const people = group?.people ?? [];
  const draw = useMemo(() => {
    const known = people.filter((person) => person.accuracy !== null);
    return known.length === 0 ? null : (width: number) => drawing(width, known, theme);
  }, [people, theme]);
  return (
    <Chart testid="people-chart" title="How well does each person do?" height={HEIGHT_PX} fileName={`${fileStem}-people`} theme={theme} draw={draw} table={() => peopleTable(people)}
      empty={group === null ? "Being computed…" : "Nobody has responded yet."}
      meaning="One dot per person: the share of right responses so far, in steps of two per cent. Crosses are people who are left out." />
  );
}
