// What the page of a stimulus set says of a dimension: which one is asked for by the address, and its numbers as a table.

import type { Table } from "../csv.ts";
import type { DimensionReply, DimensionStimulus, StimulusSet } from "../types.ts";

export interface DimensionChoice {
  representation: string;
  /** From 0. */
  dimension: number;
  condition: { study: string; number: number } | null;
}

function wholeNumber(text: string | null, least: number): number | null {
  return text !== null && /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : null;
}

/** What the address asks for, as far as the set has it; else `task`, from which conditions are drawn, or the first. Null: there is none. */
export function dimensionChoice(query: string, set: StimulusSet): DimensionChoice | null {
  const said = new URLSearchParams(query);
  const asked = said.get("representation");
  const found =
    set.representations.find(({ name }) => name === asked) ?? set.representations.find(({ name }) => name === "task") ?? set.representations[0];
  if (found === undefined) return null;
  const study = said.get("study");
  return {
    representation: found.name,
    dimension: Math.min(wholeNumber(said.get("dimension"), 0) ?? 0, found.feature_count - 1),
    condition: study === null || study === "" ? null : { study, number: wholeNumber(said.get("condition"), 1) ?? 1 },
  };
}

export function choiceQuery({ representation, dimension, condition }: DimensionChoice): string {
  const query = new URLSearchParams({ representation, dimension: String(dimension) });
  if (condition !== null) {
    query.set("study", condition.study);
    query.set("condition", String(condition.number));
  }
  return `?${query}`;
}

/** From low to high, as they stand in the figure; what is equal stays in the server's order. */
export function fromLowToHigh(stimuli: readonly DimensionStimulus[]): DimensionStimulus[] {
  return [...stimuli].sort((a, b) => a.value - b.value);
}

export function dimensionTable({ bins }: DimensionReply, hasCondition: boolean): Table {
  return {
    columns: ["bin", "id", "object", "value", ...(hasCondition ? ["is_chosen"] : [])],
    rows: bins.flatMap(({ stimuli }, at) =>
      fromLowToHigh(stimuli).map(({ id, object, value, is_chosen: isChosen }) => [at + 1, id, object, value, ...(hasCondition ? [isChosen === true] : [])]),
    ),
  };
}

/** How many of a bin's pictures are not shown. */
export function hiddenCount({ bins }: DimensionReply): number {
  return bins.reduce((sum, bin) => sum + bin.stimulus_count - bin.stimuli.length, 0);
}

/** What is wrong with the pictures of an import, apart from those that only look the same. */
export function sortProblems(problems: readonly string[]): { damaged: string[]; duplicates: string[] } {
  const isDuplicate = (line: string): boolean => / same picture as /.test(line);
  return { damaged: problems.filter((line) => !isDuplicate(line)), duplicates: problems.filter(isDuplicate) };
}
