// Which participants a representation leads, from a study's stream. Pure.

import type { Session, SessionsEvent } from "../types.ts";
import { newestFirst, reduceStudy, type StudyAction, type StudyState } from "./study_state.ts";

/** The study's events, with those that carry several sessions at once. */
export type LedAction = StudyAction | { kind: "sessions"; id: string; data: SessionsEvent };

export function reduceLed(state: StudyState, action: LedAction): StudyState {
  if (action.kind !== "sessions") return reduceStudy(state, action);
  return action.data.sessions.reduce((next, session) => reduceStudy(next, { kind: "session", id: action.id, data: session }), state);
}

/** Those whose leading model is this one, the surest first. */
export function ledBy(sessions: Iterable<Session>, representation: string, learner: string): Session[] {
  return newestFirst(sessions)
    .filter(({ leading }) => leading !== null && leading.representation === representation && (learner === "" || leading.learner === learner))
    .sort((a, b) => (b.leading?.posterior ?? 0) - (a.leading?.posterior ?? 0));
}
