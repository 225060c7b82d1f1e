// Whom the group's numbers leave out, as it stands in a page's address and in that of its stream.

import type { Exclusion } from "../types.ts";

export const EXCLUSIONS: readonly Exclusion[] = ["below_chance", "not_included"];

/** From the query of an address; what is no exclusion is left out. Always in the same order. */
export function parseExclusions(query: string): Exclusion[] {
  const names = (new URLSearchParams(query).get("exclude") ?? "").split(",");
  return EXCLUSIONS.filter((exclusion) => names.includes(exclusion));
}

/** "?exclude=below_chance,not_included", or nothing where nobody is left out. */
export function exclusionQuery(exclude: readonly Exclusion[]): string {
  const names = EXCLUSIONS.filter((exclusion) => exclude.includes(exclusion));
  return names.length === 0 ? "" : `?exclude=${names.join(",")}`;
}

export function toggled(exclude: readonly Exclusion[], exclusion: Exclusion): Exclusion[] {
  return EXCLUSIONS.filter((each) => (each === exclusion ? !exclude.includes(each) : exclude.includes(each)));
}
