// For the count of those who open a study's link. Nobody waits for it, and nobody hears of it when it fails: it is not the participant's
// matter. A random number of this browser's own for this study lets the server count reloads once; it leads to nothing else.
import { ApiError, makeToken, reportArrival } from "../wire/api";
import type { Keep } from "../wire/keep";

function keyOf(slug: string): string {
  return `dinolab.visit.${slug}`;
}

export async function countVisit(slug: string, keep: Keep): Promise<void> {
  try {
    const visit = keep.get(keyOf(slug)) ?? makeToken();
    keep.set(keyOf(slug), visit);
    await reportArrival(slug, visit);
  } catch (error) {
    // The link was opened all the same; one visit fewer is counted. There is nothing to remember of a study that does not exist.
    if (error instanceof ApiError && error.status === 404) forgetVisit(slug, keep);
  }
}

/** Who does not take part leaves nothing behind in the browser. */
export function forgetVisit(slug: string, keep: Keep): void {
  keep.remove(keyOf(slug));
}
