// Where this participant is in the session: what the server said last, moved on by its replies. No DOM, no network.
import type { Completion, Feedback, Phase, PhasePlan, SessionDocument, Stage, StudyDocument } from "../wire/types";

export interface Progress {
  done: number;
  count: number;
}

export class Run {
  constructor(private document: SessionDocument) {}

  get session(): SessionDocument {
    return this.document;
  }
  get stage(): Stage {
    return this.document.stage;
  }

  /** The server knows better: after a reload, or when it refused a response. */
  replace(document: SessionDocument): void {
    this.document = document;
  }

  plan(phase: Phase): PhasePlan {
    return this.document[phase];
  }

  /** The phase that takes responses now. */
  phase(): Phase | null {
    return this.document.stage === "practice" || this.document.stage === "trials" ? this.document.stage : null;
  }

  nextIndex(phase: Phase): number {
    return this.plan(phase).next_index;
  }

  nextStimuli(phase: Phase): string[] {
    const stimuli = this.plan(phase).stimuli[this.nextIndex(phase)];
    if (stimuli === undefined) throw new Error(`there is no ${phase} trial ${String(this.nextIndex(phase))}`);
    return stimuli;
  }

  /** What is still to be shown in the next `trialCount` trials, in the order of the task. */
  stimuliAhead(trialCount = Infinity): string[] {
    const ahead = (["practice", "trials"] as const).flatMap((phase) => {
      const plan = this.plan(phase);
      return plan.stimuli.slice(plan.next_index);
    });
    return [...new Set(ahead.slice(0, trialCount).flat())];
  }

  /** The trial that shows it. */
  placeOf(stimulus: string): { phase: Phase; index: number } | null {
    for (const phase of ["practice", "trials"] as const) {
      const index = this.plan(phase).stimuli.findIndex((stimuli) => stimuli.includes(stimulus));
      if (index >= 0) return { phase, index };
    }
    return null;
  }

  comprehensionAnswered(isPassed: boolean, attemptCount: number): void {
    const stage = isPassed ? this.stageAfter("instructions") : "instructions";
    this.document = { ...this.document, stage, comprehension: { ...this.document.comprehension, attempt_count: attemptCount } };
  }

  responseStored(phase: Phase, index: number, feedback: Feedback): void {
    const plan = { ...this.plan(phase), next_index: index + 1 };
    this.document = { ...this.document, [phase]: plan, pay_so_far_minor: feedback.pay_so_far_minor };
    if (plan.next_index >= plan.count) this.document = { ...this.document, stage: this.stageAfter(phase) };
  }

  questionnaireStored(): void {
    this.document = { ...this.document, stage: "finish" };
  }

  finished(completion: Completion, debriefing: StudyDocument | null): void {
    this.document = { ...this.document, stage: "finished", completion, debriefing, pay_so_far_minor: completion.pay_minor };
  }

  progress(phase: Phase): Progress {
    const plan = this.plan(phase);
    return { done: Math.min(plan.next_index, plan.count), count: plan.count };
  }

  private stageAfter(stage: "instructions" | Phase): Stage {
    if (stage === "instructions" && this.document.practice.next_index < this.document.practice.count) return "practice";
    if (stage !== "trials" && this.document.trials.next_index < this.document.trials.count) return "trials";
    return "questionnaire";
  }
}
