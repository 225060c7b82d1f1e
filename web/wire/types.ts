// What the participant's page and the server say to each other. The names are the wire's own; nothing here is computed.

export type TaskKind = "category" | "reward";
export type Stage = "instructions" | "practice" | "trials" | "questionnaire" | "finish" | "finished";
export type Phase = "practice" | "trials";

/** 1 = right = Julty, 0 = left = Folty. */
export type Choice = 0 | 1;

export type Platform = "link" | "prolific" | "sona" | "mturk" | "personal";
export type InputKind = "keyboard" | "touch" | "mouse";

/** A text of the study in Markdown. `language` is the one it is written in, which need not be the one asked for. */
export interface StudyDocument {
  text: string;
  sha256: string;
  language: string;
  version: number;
}

/** How a participant gets back to the platform. */
export interface ReturnLink {
  /** "link": go to url; "form": POST fields to url, as MTurk wants it. */
  method: "link" | "form";
  /** "" when there is nowhere to go: then the code, if there is one, is shown. */
  url: string;
  /** For "form". */
  fields: Record<string, string>;
  code: string;
}

export interface EligibilityQuestion {
  id: string;
  /** In the language asked for. */
  question: string;
  options: string[];
}

export interface OpenStudy {
  study: { slug: string; title: string; task: TaskKind };
  is_pilot: boolean;
  platform: Platform;
  consent: StudyDocument;
  data_protection: StudyDocument | null;
  contact: StudyDocument | null;
  age: { min: number; max: number };
  eligibility: EligibilityQuestion[];
  inputs: InputKind[];
  /** is_open: participants are let in now, as far as time and state go. */
  is_open: boolean;
  /** Why not: "closed", "not_yet" or "over"; null when it is open. */
  closed_reason: "closed" | "not_yet" | "over" | null;
  is_full: boolean;
  /** Where who does not agree goes; null without a platform. */
  no_consent_return: ReturnLink | null;
  /** When is_full or not open. */
  quota_full_return: ReturnLink | null;
}

/** What the platform put into the study's link: PROLIFIC_PID, STUDY_ID, SESSION_ID; survey_code; assignmentId, hitId, workerId, turkSubmitTo; link. */
export type ArrivalIds = Record<string, string>;

export interface Enrolment {
  consent_sha256: string;
  /** Of the data-protection sheet that was shown with it. */
  data_protection_sha256?: string;
  language?: string;
  arrival?: ArrivalIds;
  age: number;
  /** Question id to option index. */
  eligibility?: Record<string, number>;
}

/** Why nobody is let in; `reason` in the error of a refused enrolment (409, 410). */
export type RefusalReason =
  | "closed" | "not_yet" | "over" | "full" | "screened_out" | "excluded" | "failed_comprehension" | "returning" | "finished"
  | "preview" | "no_id" | "consent_changed";

export interface Display {
  image_height_px: number;
  blank_ms: number;
  feedback_ms: number;
  is_fullscreen_required: boolean;
  inputs: InputKind[];
}

export interface Pay {
  currency: string;
  base_minor: number;
  per_correct_minor: number | null;
  max_bonus_minor: number | null;
}

export interface PhasePlan {
  count: number;
  next_index: number;
  /** Per trial: one image (category), or left and right (reward). */
  stimuli: string[][];
}

export interface Completion extends ReturnLink {
  pay_minor: number;
}

export interface SessionDocument {
  study: { slug: string; title: string; task: TaskKind };
  is_pilot: boolean;
  language: string;
  display: Display;
  pay: Pay;
  stage: Stage;
  comprehension: { question_ids: string[]; attempt_count: number };
  practice: PhasePlan;
  trials: PhasePlan;
  pay_so_far_minor: number;
  completion: Completion | null;
  /** When finished, and the study has one. */
  debriefing: StudyDocument | null;
}

/** The page that asked last is in charge; it says its number with each request (header Dinolab-Page), and an older page is told "superseded" (409). */
export interface PageClaim {
  page_number: number;
  session: SessionDocument;
}

export interface Withdrawal {
  is_deleted: boolean;
  trial_count: number;
  pay_minor: number;
  return: ReturnLink | null;
}

export interface ComprehensionReply {
  is_passed: boolean;
  attempt_count: number;
  /** null: no limit. */
  attempts_left: number | null;
  /** The last attempt was wrong: the session has ended. */
  is_over: boolean;
  /** When it is over. */
  return: ReturnLink | null;
}

export interface ResponseBody {
  response: Choice;
  /** Browser's monotonic clock, from onset to key. */
  rt_ms: number;
  /** performance.now() of the frame that painted the decoded images. */
  onset_ms: number;
  /** Estimated refresh interval of the display. */
  frame_ms?: number;
  is_visible: boolean;
  is_fullscreen: boolean;
  input: InputKind;
  /** Round trip of the previous response's request. */
  previous_reply_ms?: number;
}

interface FeedbackBase {
  trial_index: number;
  response: Choice;
  is_correct: boolean;
  pay_so_far_minor: number;
  next: { trial_index: number; stimuli: string[] } | null;
}
export interface CategoryFeedback extends FeedbackBase {
  category: "julty" | "folty";
}
export interface RewardFeedback extends FeedbackBase {
  /** Points of the left and of the right image. */
  points: [number, number];
}
export type Feedback = CategoryFeedback | RewardFeedback;

export type EventKind =
  | "focus_lost"
  | "focus_gained"
  | "fullscreen_entered"
  | "fullscreen_left"
  | "page_loaded"
  | "key_before_onset"
  | "image_failed"
  | "image_retried"
  | "connection_lost"
  | "connection_back"
  | "instructions_shown"
  | "browser_checked"
  | "page_superseded"
  | "clock_changed"
  | "withdraw_opened";

export interface InteractionEvent {
  event_index: number;
  kind: EventKind;
  at_ms: number;
  trial_index?: number;
  detail?: string;
}

export interface Questionnaire {
  gender: string;
  age: number;
  strategy: string;
  is_included: boolean;
}
