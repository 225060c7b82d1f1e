// What a study's page knows: a snapshot and the events since. Pure: the same events in any order, dropped and sent again, or repeated
// end in the same state.
//
// Every event carries the stream's id, which grows. For each session the largest id seen wins, so that a late or repeated event changes
// nothing. Ids that are not numbers are accepted: then a session's own progress decides.

import type { Session, SessionsEvent, Study, StudySnapshot, ValueTables } from "../types.ts";

export interface StudyState {
  study: Study | null;
  sessions: ReadonlyMap<string, Session>;
  /** Per session id, and under VALUE_TABLES and COUNTS: the id of the event that its content came from. */
  sources: ReadonlyMap<string, number>;
  /** Ids of those who are gone for good: whatever comes late of them is not taken. */
  deleted: ReadonlySet<string>;
  /** The study has taken a step since the snapshot: conditions, mode and counts may be other ones. */
  isOutdated: boolean;
}

export type StudyAction =
  | { kind: "snapshot"; id: string; data: StudySnapshot }
  | { kind: "sessions"; id: string; data: SessionsEvent }
  | { kind: "value_tables"; id: string; data: ValueTables }
  | { kind: "state"; id: string; data: { state: string } };

const VALUE_TABLES = "value_tables";
const COUNTS = "session_counts";
/** As many as a snapshot holds: the newest. */
const SESSIONS_MAX = 1000;

export const EMPTY_STUDY_STATE: StudyState = { study: null, sessions: new Map(), sources: new Map(), deleted: new Set(), isOutdated: false };

/** The id as a number, or null where it does not order. */
export function eventNumber(id: string): number | null {
  return /^\d+$/.test(id) ? Number(id) : null;
}

/** True where `next` cannot be older than `current`: a session never loses responses, and is never seen earlier. */
export function isAsRecent(next: Session, current: Session): boolean {
  if (next.response_count !== current.response_count) return next.response_count > current.response_count;
  return next.last_seen_at_ms >= current.last_seen_at_ms;
}

function fromSnapshot(id: string, data: StudySnapshot, deleted: ReadonlySet<string>): StudyState {
  const sources = new Map<string, number>();
  const source = eventNumber(id);
  if (source !== null) {
    sources.set(VALUE_TABLES, source);
    sources.set(COUNTS, source);
    for (const session of data.sessions) sources.set(session.session_id, source);
  }
  const there = data.sessions.filter((session) => !deleted.has(session.session_id));
  return { study: data.study, sessions: new Map(there.map((session) => [session.session_id, session])), sources, deleted, isOutdated: false };
}

/** Whether an event may replace what came from `known`; null means that the ids do not tell. */
function isNewer(id: string, known: number | undefined): boolean | null {
  const source = eventNumber(id);
  return source === null || known === undefined ? null : source > known;
}

function dropOldest(sessions: Map<string, Session>, sources: Map<string, number>): void {
  const surplus = sessions.size - SESSIONS_MAX;
  if (surplus <= 0) return;
  for (const { session_id: key } of [...sessions.values()].sort((a, b) => a.number - b.number).slice(0, surplus)) {
    sessions.delete(key);
    sources.delete(key);
  }
}

function takeSessions(state: StudyState, id: string, data: SessionsEvent): StudyState {
  const source = eventNumber(id);
  const deleted = data.deleted.length === 0 ? state.deleted : new Set([...state.deleted, ...data.deleted]);
  const fresh = data.sessions.filter((session) => {
    if (deleted.has(session.session_id)) return false;
    const current = state.sessions.get(session.session_id);
    return isNewer(id, state.sources.get(session.session_id)) ?? (current === undefined || isAsRecent(session, current));
  });
  const areCountsFresh = state.study !== null && isNewer(id, state.sources.get(COUNTS)) !== false;
  if (fresh.length === 0 && !areCountsFresh && deleted === state.deleted) return state;
  const sessions = new Map(state.sessions);
  const sources = new Map(state.sources);
  for (const session of fresh) {
    sessions.set(session.session_id, session);
    if (source !== null) sources.set(session.session_id, source);
  }
  for (const gone of data.deleted) {
    sessions.delete(gone);
    sources.delete(gone);
  }
  if (areCountsFresh && source !== null) sources.set(COUNTS, source);
  const study = areCountsFresh && state.study !== null ? { ...state.study, session_counts: data.session_counts } : state.study;
  dropOldest(sessions, sources);
  return { ...state, study, sessions, sources, deleted };
}

export function reduceStudy(state: StudyState, action: StudyAction): StudyState {
  switch (action.kind) {
    case "snapshot":
      return fromSnapshot(action.id, action.data, state.deleted);
    case "sessions":
      return takeSessions(state, action.id, action.data);
    case "state":
      if (state.study === null || state.study.state === action.data.state) return state;
      return { ...state, study: { ...state.study, state: action.data.state }, isOutdated: true };
    case "value_tables": {
      if (state.study === null || isNewer(action.id, state.sources.get(VALUE_TABLES)) === false) return state;
      const source = eventNumber(action.id);
      const sources = source === null ? state.sources : new Map(state.sources).set(VALUE_TABLES, source);
      return { ...state, study: { ...state.study, value_tables: action.data }, sources };
    }
  }
}

/** Counts by state from the sessions themselves, so that tiles, filter and counts can never disagree. */
export function countSessions(sessions: Iterable<Session>): { active: number; finished: number; left: number } {
  const counts = { active: 0, finished: 0, left: 0 };
  for (const session of sessions) counts[session.state] += 1;
  return counts;
}

/** Newest participant first: an order that no event changes, so that rows never move under the pointer. */
export function newestFirst(sessions: Iterable<Session>): Session[] {
  return [...sessions].sort((a, b) => b.number - a.number);
}
