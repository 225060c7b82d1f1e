// The states of a study and the steps between them.

import type { StudyState } from "../study_types.ts";

export const STATES: readonly StudyState[] = ["draft", "pilot", "open", "paused", "closed"];

export interface Step {
  to: StudyState;
  name: string;
  /** The question to ask first, where a slip would be dear; null: the step is easily undone. */
  question: string | null;
}

const OPENING = "Open the study? Its task, pictures, conditions and number of trials are settled with that, and whoever comes from now on gives live data.";
const OPENING_AGAIN = "Open the study again? Whoever comes from now on gives live data.";
const CLOSING = "Close the study? Nobody can begin any more.";

export function stepsFrom(state: string): Step[] {
  const close: Step = { to: "closed", name: "Close", question: CLOSING };
  switch (state) {
    case "draft":
      return [{ to: "pilot", name: "Start the pilot", question: null }, { to: "open", name: "Open", question: OPENING }];
    case "pilot":
      return [{ to: "open", name: "Open", question: OPENING }, { to: "draft", name: "Back to draft", question: null }, close];
    case "open":
      return [{ to: "paused", name: "Pause", question: null }, close];
    case "paused":
      return [{ to: "open", name: "Open again", question: null }, close];
    case "closed":
      return [{ to: "open", name: "Open again", question: OPENING_AGAIN }];
    default:
      return [];
  }
}

/** What the state means, in a sentence. */
export const STATE_MEANS: Readonly<Record<StudyState, string>> = {
  draft: "Nobody can take part yet, and everything can still change.",
  pilot: "It can be tried out by its link; what is played now is marked as pilot for ever.",
  open: "Participants can begin, and their data are live.",
  paused: "Nobody new can begin; whoever is in the middle can go on.",
  closed: "It is over. Its data stay.",
};

export function isStudyState(state: string): state is StudyState {
  return (STATES as readonly string[]).includes(state);
}

/** Trying out by the link is possible only before live data can come of it. */
export function canTry(state: string): boolean {
  return state === "draft" || state === "pilot";
}
