// A session that plays by itself, for trying a study out: jsPsych's simulation mode from the consent to the finished screen, on pilot studies only.
import type { Keep } from "../wire/keep";
import type { OpenStudy } from "../wire/types";
import { askConsent } from "./consent";
import type { ConsentAnswers } from "./consent_form";
import type { Page } from "./page";
import { COMPREHENSION_OPTION_COUNT } from "./questions";
import type { Run } from "./run";

export type SimulationMode = "data-only" | "visual";

/** Of the address; null for people. Any other value than the two is null too: a slip must not turn a person into a machine. */
export function simulationMode(search: string): SimulationMode | null {
  const mode = new URLSearchParams(search).get("simulate");
  return mode === "data-only" || mode === "visual" ? mode : null;
}

const ADULT_YEARS = 30;

/** Fills in the consent screen and presses its button, as a person would. */
export function simulatedConsent(open: OpenStudy, page: Page, keep: Keep, attempt: number): Promise<ConsentAnswers | null> {
  const answers = askConsent(open, page, keep);
  const press = (selector: string): void => { page.stageElement.querySelector<HTMLElement>(selector)?.click(); };
  const age = page.stageElement.querySelector<HTMLInputElement>("#consent-age");
  if (age !== null) age.value = String(Math.min(Math.max(ADULT_YEARS, open.age.min), open.age.max));
  choiceOf(attempt, open.eligibility.map(({ options }) => options.length)).forEach((option, at) => {
    press(`input[name=eligibility-${String(at)}][value="${String(option)}"]`);
  });
  press("[data-testid=consent-accept]");
  return answers;
}

/** How many ways there are to answer. */
export function choiceCount(optionCounts: readonly number[]): number {
  return optionCounts.reduce((product, count) => product * count, 1);
}

/** All ways to answer, one after the other, as an odometer counts: which answers are right, the page does not know. */
export function choiceOf(attempt: number, optionCounts: readonly number[]): number[] {
  let rest = attempt;
  return [...optionCounts].reverse().map((count) => {
    const option = rest % count;
    rest = Math.floor(rest / count);
    return option;
  }).reverse();
}

/** What is read once is looked at for a moment; what comes again is only passed through. */
const READING_MS = 250;
const PASSING_MS = 20;

function pace_ms(run: Run): number {
  return run.session.comprehension.attempt_count === 0 ? READING_MS : PASSING_MS;
}

/** jsPsych's simulation options of the screens, by the names that the screens have there. Trials draw their own responses. */
export function simulationOptions(run: Run): object {
  return {
    screen: { data: { rt: () => pace_ms(run) } },
    comprehension: {
      data: {
        response_index: () => comprehensionAttempt(run),
        response: () => Object.fromEntries(run.session.comprehension.question_ids.map((id) => [id, ""])),
        rt: () => 2 * pace_ms(run),
      },
    },
  };
}

function comprehensionAttempt(run: Run): number[] {
  const { question_ids, attempt_count } = run.session.comprehension;
  return choiceOf(attempt_count, question_ids.map(() => COMPREHENSION_OPTION_COUNT));
}

export function simulatedReading(run: Run, pageCount: number): object[] {
  return Array.from({ length: pageCount }, (_, page_index) => ({ page_index, viewing_time: pace_ms(run) }));
}

/** Fills in the final questions and sends them: the form's plugin has no simulation of its own. */
export function simulateQuestionnaire(form: HTMLFormElement): void {
  const press = (selector: string): void => { form.querySelector<HTMLElement>(selector)?.click(); };
  const type = (selector: string, text: string): void => {
    const field = form.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector);
    if (field === null || field.value !== "") return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  press("input[name=gender][value=not_said]");
  type("input[name=age]", String(ADULT_YEARS));
  type("textarea[name=strategy]", "simulated");
  press("input[name=is_included][value=no]");
  press("[type=submit]");
}
