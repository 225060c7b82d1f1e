// Which participants a representation leads, from a study's stream. Pure.

import type { Session } from "../types.ts";
import { newestFirst } from "./study_state.ts";

/** Those whose leading model is this one, the surest first. */
export function ledBy(sessions: Iterable<Session>, representation: string, learner: string): Session[] {
  return newestFirst(sessions)
    .filter(({ leading }) => leading !== null && leading.representation === representation && (learner === "" || leading.learner === learner))
    .sort((a, b) => (b.leading?.posterior ?? 0) - (a.leading?.posterior ?? 0));
}
