// A session document such as the server sends at the beginning, for the tests.
import type { SessionDocument, TaskKind } from "../wire/types";

export function session(task: TaskKind, trialCount = task === "category" ? 120 : 60): SessionDocument {
  const practiceCount = task === "reward" ? 3 : 0;
  const stimuli = (prefix: string, count: number): string[][] =>
    Array.from({ length: count }, (_, at) => (task === "category" ? [`${prefix}${String(at)}`] : [`${prefix}${String(at)}l`, `${prefix}${String(at)}r`]));
  return {
    study: { slug: "demo", title: "Demo", task },
    is_pilot: false,
    language: "en",
    display: { image_height_px: 400, blank_ms: 1000, feedback_ms: 1500, is_fullscreen_required: true, inputs: ["keyboard"] },
    pay: { currency: "GBP", base_minor: 200, per_correct_minor: task === "category" ? 4 : null, max_bonus_minor: task === "reward" ? 400 : null },
    stage: "instructions",
    comprehension: { question_ids: [`${task}_goal`, `${task}_keys`], attempt_count: 0 },
    practice: { count: practiceCount, next_index: 0, stimuli: stimuli("p", practiceCount) },
    trials: { count: trialCount, next_index: 0, stimuli: stimuli("t", trialCount) },
    pay_so_far_minor: 200,
    completion: null,
    debriefing: null,
  };
}
