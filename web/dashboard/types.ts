// What the server says to the dashboard, word for word as on the wire. A `null` number is one that does not exist yet (a value table
// that is still being computed, a session without a trial); it is never zero.

export type TaskName = "category" | "reward";
export type SessionState = "active" | "finished" | "left";
export type EndReason = "absent" | "withdrawn" | "comprehension";
export type Stage = "instructions" | "practice" | "trials" | "questionnaire" | "finish" | "finished";

/** On the site, and in each study. Owners of the site are owners of every study. */
export type Role = "owner" | "researcher" | "viewer";

export interface Account {
  name: string;
  site_role: Role;
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
  /** Tables that could not be computed; they are tried again later. */
  failed: number;
  /** Estimate of the time until all are ready; null while it is not known, 0 when nothing is missing. */
  left_s: number | null;
}

/** What a model is for the tables of the papers: the task's main learner, its sparse variant, the main one on principal components. */
export type ModelKind = "main" | "sparse" | "pca" | "other";

export interface StudyModel {
  representation: string;
  family: string;
  learner: string;
  looks_ahead: boolean;
  kind: ModelKind;
}

export interface Study {
  slug: string;
  title: string;
  task: TaskName;
  state: string;
  /** It is being tried out: counts, sessions and the group are of its pilots. */
  is_pilot: boolean;
  /** Numbers of live sessions are hidden until its stop rule is met. */
  is_blind: boolean;
  /** Finished data from elsewhere. */
  is_imported: boolean;
  trial_count: number;
  condition_count: number;
  sessions_per_condition: number;
  session_counts: SessionCounts;
  participant_path: string;
  models: StudyModel[];
  value_tables: ValueTables;
  retention: Retention;
}

/** When personal data are deleted by themselves. */
export interface Retention {
  /** The end of the last day on which they are kept, in UTC; null: nobody has said. */
  until_ms: number | null;
  /** Time for a warning. */
  is_near: boolean;
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
  /** Why it left; null for others. */
  end_reason: EndReason | null;
  is_pilot: boolean;
  stage: Stage;
  condition_number: number;
  trial_count: number;
  response_count: number;
  /** Null while the study is blind, as the next and the pay. */
  correct_count: number | null;
  /** Responses that accuracy counts: those to ties are left out. */
  scored_count: number | null;
  started_at_ms: number;
  last_seen_at_ms: number;
  pay_minor: number | null;
  currency: string;
  leading: Leading | null;
  /** Outcomes of the last main trials, oldest first, at most 24: r right, w wrong, t tie. */
  recent: string;
  /** What the participant answered to "should we include your data?"; null before. */
  is_included: boolean | null;
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
  /** Share of this person's trials so far where the learner's own expectation points to the right answer; ties of the learner count one half, equal points are left out. */
  accuracy: number | null;
  /** Share of trials so far where the learner's preference is what the person chose; ties of the learner count one half. */
  agreement: number | null;
}

export interface LiveModel extends StudyModel, ModelNumbers {
  is_ready: boolean;
}

export interface Trial {
  trial_index: number;
  response: 0 | 1;
  /** Null while the study is blind, as the next. */
  is_correct: boolean | null;
  is_tie: boolean | null;
  /** Null: imported data did not say it. */
  rt_ms: number | null;
  stimuli: string[];
  /** By side: what stands for a picture that there is not. */
  labels?: (string | null)[];
  category?: "julty" | "folty" | null;
  points?: [number, number] | null;
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

/** The newest sessions, at most 1,000; the counts of the study are of all. */
export interface StudySnapshot {
  study: Study;
  sessions: Session[];
}

/** The `sessions` event of a study's stream: sessions that have changed, at most 128 at a time. */
export interface SessionsEvent {
  sessions: Session[];
  /** Ids of sessions whose participants asked for deletion: they are gone. */
  deleted: string[];
  session_counts: SessionCounts;
}

export interface TrialEvent {
  session: Session;
  trial: Trial;
  models?: ModelNumbers[];
}

// --- the group: all participants of a study, or those left after exclusions -------------------------------------------------

export type Exclusion = "below_chance" | "not_included";

export interface Interval {
  low: number | null;
  high: number | null;
}

/** 95 % intervals are percentile bootstraps over participants unless said otherwise; null where there is no number yet. */
export interface GroupModel extends StudyModel {
  participants: number;
  trials: number;
  nll: number | null;
  r2_online: number | null;
  r2_low: number | null;
  r2_high: number | null;
  /** The learner's own accuracy over the trials that were played. */
  task_accuracy: number | null;
  agreement: number | null;
  /** Per bin of the learning curve: the learner's own accuracy. */
  curve: (number | null)[];
  /** Mixed model of all trials (one random slope per participant), refreshed while data come in. */
  mixed: { slope: number; slope_sd: number; log_likelihood: number; is_singular: boolean; is_converged: boolean } | null;
  /** The same, leaving one trial out: on demand. `is_current` is false once more responses have come in. */
  loo: { r2_loo: number; r2_low: number | null; r2_high: number | null; nll: number; participants: number; trials: number; is_current: boolean } | null;
  frequency: number | null;
  exceedance_prob: number | null;
  protected_exceedance_prob: number | null;
}

export interface CurveBin extends Interval {
  /** First and last trial, from 1. */
  from: number;
  to: number;
  accuracy: number | null;
  responses: number;
}

export interface TrialTest extends Interval {
  /** From 1. */
  trial: number;
  responses: number;
  accuracy: number | null;
  /** Two-sided exact binomial test against one half; low and high are Clopper and Pearson's. */
  p_value: number | null;
}

export interface GroupParticipant {
  session_id: string;
  number: number;
  state: SessionState;
  responses: number;
  scored: number;
  correct: number;
  accuracy: number | null;
  /** One-sided exact binomial probability of at least as many right by guessing. */
  p_value: number | null;
  median_rt_ms: number | null;
  is_included: boolean | null;
  /** Which exclusions fit this person, whether they are applied or not. */
  exclusions: Exclusion[];
  is_counted: boolean;
}

export interface ResponseTimes {
  median_ms: number | null;
  /** Logarithmic bins. */
  histogram: { from_ms: number; to_ms: number; count: number }[];
  /** Median per bin of the learning curve, with the quartiles. */
  curve: { from: number; to: number; median_ms: number | null; q1_ms: number | null; q3_ms: number | null }[];
}

export interface Group {
  study: { slug: string; title: string; task: TaskName };
  /** The study is being tried out: all numbers are of its pilots. */
  is_pilot: boolean;
  exclude: Exclusion[];
  participants: number;
  trials: number;
  /** How many each exclusion fits, applied or not; `no_trials` are sessions without a response, which never count. */
  excluded: { below_chance: number; not_included: number; no_trials: number };
  funnel: { arrived: number; consented: number; passed_comprehension: number; playing: number; finished: number; left: number; places: number };
  learning_curve: CurveBin[];
  trial_tests: TrialTest[];
  response_times: ResponseTimes;
  models: GroupModel[];
  /** Random-effects model selection over participants for whom every model is ready; null before there is one. */
  comparison: { participants: number; omnibus_risk: number; is_converged: boolean } | null;
  loo_job: { done: number; total: number; left_s: number | null } | null;
  people: GroupParticipant[];
  /** Per condition: sessions of each state. */
  conditions: { number: number; active: number; finished: number; left: number }[];
  computed_at_ms: number;
  /** How long the last refresh took. */
  refresh_ms: number;
}

// --- representations ---------------------------------------------------------------------------------------------------------

export interface Metric {
  value: number | null;
  /** Why there is no value; null while it is being computed or when there is one. */
  reason: string | null;
}

export interface Representation {
  name: string;
  family: string;
  description: string;
  feature_count: number;
  size_class: string | null;
  loss: string | null;
  parameter_count: number | null;
  training_image_count: number | null;
  /** Name of the representation that this one is a changed version of, and what changed it. */
  baseline_of: string | null;
  aligned_by: string | null;
  is_generative: boolean;
  class_separation: Metric;
  class_separation_paper: Metric;
  /** Linear CKA with the study's generative representation. */
  cka: Metric;
  intrinsic_dimension: Metric;
}

export interface RepresentationsReply {
  study: { slug: string; title: string; task: TaskName };
  representations: Representation[];
}

// --- projects ----------------------------------------------------------------------------------------------------------------

export interface Project {
  slug: string;
  title: string;
  studies: { slug: string; title: string; task: TaskName; state: string; is_pilot: boolean; session_counts: SessionCounts }[];
}

// --- the system --------------------------------------------------------------------------------------------------------------

export interface LagSummary {
  /** Of the last minute. */
  count: number;
  p50_ms: number | null;
  p99_ms: number | null;
}

export interface System {
  version: string;
  started_at_ms: number;
  /** Response received to its reply handed over, and response received to its event handed to an open dashboard. */
  reply: LagSummary;
  dashboard: LagSummary;
  commits_per_s: number;
  responses_per_s: number;
  queues: { name: string; length: number; longest: number }[];
  value_tables: ValueTables;
  streams: number;
  sessions_active: number;
  /** Sessions whose numbers are in memory. */
  sessions_in_memory: number;
  memory_bytes: number;
  disk: { free_bytes: number; total_bytes: number; database_bytes: number };
}

// --- material ---

export interface StimulusSet {
  name: string;
  stimulus_count: number;
  object_count: number;
  representations: { name: string; family: string; feature_count: number }[];
}

export interface StimulusSetsReply { stimulus_sets: StimulusSet[] }

/** An import of pictures; `left_s` is null while it is not known. */
export interface ImportStatus {
  name: string;
  state: "running" | "done" | "failed";
  done: number;
  total: number;
  left_s: number | null;
  message: string;
  problems: string[];
}

export interface DimensionStimulus {
  id: string;
  object: string;
  value: number;
  /** Hashes: addresses below /media. */
  thumbnail: string;
  picture: string;
  /** Only when a condition was asked for. */
  is_chosen?: boolean;
}

export interface DimensionBin {
  low: number;
  high: number;
  object_count: number;
  stimulus_count: number;
  chosen_count?: number;
  stimuli: DimensionStimulus[];
}

export interface DimensionReply { bins: DimensionBin[]; out_of_range_count: number }
