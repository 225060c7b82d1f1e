// What the server says to the dashboard, word for word as on the wire. A `null` number is one that does not exist yet (a value table
// that is still being computed, a session without a trial); it is never zero.

export type TaskName = "category" | "reward";
export type SessionState = "active" | "finished" | "left";
export type Stage = "instructions" | "practice" | "trials" | "questionnaire" | "finish" | "finished";

export interface Account {
  name: string;
}

/** The reply to setup, login and account. */
export interface Login {
  account: Account;
  csrf_token: string;
}

export interface SessionCounts {
  active: number;
  finished: number;
  left: number;
}

export interface ValueTables {
  planned: number;
  ready: number;
}

export interface StudyModel {
  representation: string;
  family: string;
  learner: string;
  looks_ahead: boolean;
}

export interface Study {
  slug: string;
  title: string;
  task: TaskName;
  state: string;
  trial_count: number;
  condition_count: number;
  sessions_per_condition: number;
  session_counts: SessionCounts;
  participant_path: string;
  models: StudyModel[];
  value_tables: ValueTables;
}

export interface Leading {
  representation: string;
  learner: string;
  posterior: number;
}

export interface Session {
  session_id: string;
  number: number;
  state: SessionState;
  stage: Stage;
  condition_number: number;
  trial_count: number;
  response_count: number;
  correct_count: number;
  /** Responses that accuracy counts: those to ties are left out. */
  scored_count: number;
  started_at_ms: number;
  last_seen_at_ms: number;
  pay_minor: number;
  currency: string;
  leading: Leading | null;
}

export interface Beta {
  mean: number;
  low: number;
  high: number;
}

/** What is known now of one model for one participant. */
export interface ModelNumbers {
  r2_online: number | null;
  beta: Beta | null;
}

export interface LiveModel extends StudyModel, ModelNumbers {
  is_ready: boolean;
}

export interface Trial {
  trial_index: number;
  response: 0 | 1;
  is_correct: boolean;
  is_tie: boolean;
  rt_ms: number;
  stimuli: string[];
  category?: "julty" | "folty";
  points?: [number, number];
  /** Per model: probability of the response that was made, before it was made. */
  prob: (number | null)[];
  /** Per model: log evidence up to and including this trial, in nats. */
  log_evidence: (number | null)[];
  /** Per model: sums to 1 over the models that are ready. */
  posterior: (number | null)[];
}

/** One participant, all that the server knows: the snapshot of a session's stream. */
export interface Live {
  session: Session;
  study: { slug: string; title: string; task: TaskName };
  models: LiveModel[];
  trials: Trial[];
}

export interface StudySnapshot {
  study: Study;
  sessions: Session[];
}

export interface TrialEvent {
  session: Session;
  trial: Trial;
  models?: ModelNumbers[];
}
