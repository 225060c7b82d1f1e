// What the pages of representations keep in their address: learner, kind of alignment, and whom the group leaves out. Pure.

import type { Exclusion } from "../types.ts";
import { parseExclusions } from "./exclusion.ts";
import type { Alignment } from "./measures.ts";

export interface Choices {
  /** Null: the task's main learner. */
  learner: string | null;
  alignment: Alignment;
  exclude: Exclusion[];
}

export function parseChoices(query: string): Choices {
  const parameters = new URLSearchParams(query);
  return {
    learner: parameters.get("learner"),
    alignment: parameters.get("alignment") === "loo" ? "loo" : "online",
    exclude: parseExclusions(query),
  };
}

/** Empty, or from the question mark on; commas stay readable. */
export function choicesQuery({ learner, alignment, exclude }: Choices): string {
  const parts = [
    ...(exclude.length === 0 ? [] : [`exclude=${exclude.join(",")}`]),
    ...(learner === null ? [] : [`learner=${encodeURIComponent(learner)}`]),
    ...(alignment === "loo" ? ["alignment=loo"] : []),
  ];
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

const WORDS: Record<Exclusion, string> = { below_chance: "who are not above chance (p of guessing at least 5 %)", not_included: "who asked to be left out" };

export function exclusionWords(exclude: readonly Exclusion[]): string {
  return exclude.map((exclusion) => WORDS[exclusion]).join(" or ");
}
