// What a participant's page knows: a snapshot and the trials since. Pure, and indifferent to repeated, late and re-sent events, like
// study_state.ts. A trial that is missing between others makes `isTrialMissing` true: the page then asks for a new snapshot.

import { eventNumber, isAsRecent } from "./study_state.ts";
import type { Live, LiveModel, ModelNumbers, Session, Trial, TrialEvent } from "../types.ts";

export interface SessionState {
  live: Live | null;
  /** Id of the event with the newest model numbers, and of the one with the newest session; null where ids do not order. */
  newest: number | null;
  newestSession: number | null;
}

export type SessionAction =
  | { kind: "snapshot"; id: string; data: Live }
  | { kind: "trial"; id: string; data: TrialEvent }
  | { kind: "session"; id: string; data: Session };

export const EMPTY_SESSION_STATE: SessionState = { live: null, newest: null, newestSession: null };

function inOrder(trials: Trial[]): Trial[] {
  return [...trials].sort((a, b) => a.trial_index - b.trial_index);
}

function withTrial(trials: Trial[], trial: Trial, isNewest: boolean): Trial[] {
  const at = trials.findIndex((known) => known.trial_index === trial.trial_index);
  if (at < 0) return inOrder([...trials, trial]);
  // A newer event may bring the probabilities of a value table that came late; an older one has nothing to add.
  return isNewest ? trials.map((known, i) => (i === at ? trial : known)) : trials;
}

function withNumbers(models: LiveModel[], numbers: ModelNumbers[] | undefined, trial: Trial): LiveModel[] {
  return models.map((model, i) => {
    const isReady = model.is_ready || typeof trial.prob[i] === "number";
    const now = numbers?.[i];
    return now === undefined ? { ...model, is_ready: isReady } : { ...model, ...now, is_ready: isReady };
  });
}

/** What is known of the person beside the trials: stage, state, when they were seen. */
function takeSession(state: SessionState, id: number | null, session: Session): SessionState {
  const { live, newestSession } = state;
  if (live === null) return state;
  const isNewest = id !== null && newestSession !== null ? id > newestSession : isAsRecent(session, live.session);
  return isNewest ? { ...state, live: { ...live, session }, newestSession: id ?? newestSession } : state;
}

function takeTrial(state: SessionState, id: number | null, { session, trial, models }: TrialEvent): SessionState {
  const { live, newest } = state;
  if (live === null) return state; // nothing to add to: the snapshot, which holds this trial too, is still on its way
  const isNewest = id !== null && newest !== null ? id > newest : isAsRecent(session, live.session);
  const trials = withTrial(live.trials, trial, isNewest);
  if (!isNewest) return trials === live.trials ? state : { ...state, live: { ...live, trials } };
  return takeSession({ ...state, live: { ...live, models: withNumbers(live.models, models, trial), trials }, newest: id ?? newest }, id, session);
}

export function reduceSession(state: SessionState, action: SessionAction): SessionState {
  const id = eventNumber(action.id);
  switch (action.kind) {
    case "snapshot":
      return { live: { ...action.data, trials: inOrder(action.data.trials) }, newest: id, newestSession: id };
    case "session":
      return takeSession(state, id, action.data);
    case "trial":
      return takeTrial(state, id, action.data);
  }
}

/** True when trials before the last known one never arrived. */
export function isTrialMissing(live: Live): boolean {
  const last = live.trials.at(-1);
  return last !== undefined && last.trial_index !== live.trials.length - 1;
}
