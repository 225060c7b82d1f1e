// What the participant's page and the server say to each other. The names are the wire's own; nothing here is computed.

export type TaskKind = "category" | "reward";
export type Stage = "instructions" | "practice" | "trials" | "questionnaire" | "finish" | "finished";
export type Phase = "practice" | "trials";

/** 1 = right = Julty, 0 = left = Folty. */
export type Choice = 0 | 1;

export interface OpenStudy {
  study: { slug: string; title: string; task: TaskKind };
  consent: { text: string; sha256: string };
  is_open: boolean;
  is_full: boolean;
}

export interface Display {
  image_height_px: number;
  blank_ms: number;
  feedback_ms: number;
  is_fullscreen_required: boolean;
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

export interface Completion {
  url: string;
  code: string;
  pay_minor: number;
}

export interface SessionDocument {
  study: { slug: string; title: string; task: TaskKind };
  display: Display;
  pay: Pay;
  stage: Stage;
  comprehension: { question_ids: string[]; attempt_count: number };
  practice: PhasePlan;
  trials: PhasePlan;
  pay_so_far_minor: number;
  completion: Completion | null;
}

export interface ComprehensionReply {
  is_passed: boolean;
  attempt_count: number;
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
  input: "keyboard" | "touch" | "mouse";
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
  | "browser_checked";

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
