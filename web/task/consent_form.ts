// What the consent page asks beside the consent itself: the age and the study's own questions. Who may take part is for the server to say; here is
// only seen to it that every answer is one.
import type { EligibilityQuestion, OpenStudy } from "../wire/types";
import { escaped } from "./markup";
import type { Texts, TextKey } from "./texts";

/** As typed and chosen: "" and null where nothing is. */
export interface ConsentDraft {
  age: string;
  /** Option index per question, in their order. */
  chosen: (number | null)[];
}

export interface ConsentAnswers {
  age: number;
  /** Question id to option index. */
  eligibility: Record<string, number>;
}

export interface Fault {
  /** "age", or the place of the question in the study's list. */
  field: "age" | number;
  key: TextKey;
}

const AGE_MAX_YEARS = 130;

/** Whole years in any browser's spelling; null for what is no age. */
export function ageOf(typed: string): number | null {
  const text = typed.trim();
  if (!/^\d{1,3}$/.test(text)) return null;
  const age = Number(text);
  return age >= 1 && age <= AGE_MAX_YEARS ? age : null;
}

/** All that is missing, in the order of the page. An age that the study does not take is asked about once, because a slip of the finger would end
 * the participation for good; `confirmedAge` is the one that was asked about before. */
export function faultsOf(draft: ConsentDraft, open: Pick<OpenStudy, "age" | "eligibility">, confirmedAge: number | null): Fault[] {
  const faults: Fault[] = [];
  const age = ageOf(draft.age);
  if (age === null) faults.push({ field: "age", key: "consent_age_missing" });
  else if ((age < open.age.min || age > open.age.max) && age !== confirmedAge) faults.push({ field: "age", key: "consent_age_unusual" });
  open.eligibility.forEach((_, at) => {
    if ((draft.chosen[at] ?? null) === null) faults.push({ field: at, key: "consent_choice_missing" });
  });
  return faults;
}

/** Of a draft without faults. */
export function answersOf(draft: ConsentDraft, questions: readonly EligibilityQuestion[]): ConsentAnswers {
  return {
    age: ageOf(draft.age) ?? 0,
    eligibility: Object.fromEntries(questions.map(({ id }, at) => [id, draft.chosen[at] ?? 0])),
  };
}

function faultHtml(field: string): string {
  return `<p class="fault" id="fault-${field}" data-testid="fault-${field}"></p>`;
}

function questionHtml({ id, question, options }: EligibilityQuestion, at: number): string {
  const name = `eligibility-${String(at)}`;
  const choices = options.map((option, index) =>
    `<label class="option"><input type="radio" name="${name}" value="${String(index)}" data-testid="eligibility-${escaped(id)}-${String(index)}"
      aria-describedby="fault-${name}"> ${escaped(option)}</label>`);
  return `<fieldset data-testid="eligibility-${escaped(id)}"><legend>${escaped(question)}</legend>${choices.join("")}${faultHtml(name)}</fieldset>`;
}

export function consentFormHtml(open: OpenStudy, texts: Texts): string {
  return `<form class="consent-form" novalidate>
    <div class="field"><label for="consent-age">${texts.html("consent_age")}</label>
      <span><input id="consent-age" data-testid="consent-age" type="number" inputmode="numeric" min="1" max="${String(AGE_MAX_YEARS)}" step="1"
        autocomplete="off" aria-required="true" aria-describedby="fault-age"> ${texts.html("questionnaire_age_unit")}</span>${faultHtml("age")}</div>
    ${open.eligibility.map(questionHtml).join("")}</form>`;
}

export function draftOf(screen: HTMLElement, open: OpenStudy): ConsentDraft {
  const chosen = open.eligibility.map((_, at) => {
    const input = screen.querySelector<HTMLInputElement>(`input[name=eligibility-${String(at)}]:checked`);
    return input === null ? null : Number(input.value);
  });
  return { age: screen.querySelector<HTMLInputElement>("#consent-age")?.value ?? "", chosen };
}

/** Says each fault beside its field, and takes back what was said before. The focus goes to the first. */
export function showFaults(screen: HTMLElement, faults: readonly Fault[], texts: Texts, age: string): void {
  screen.querySelectorAll(".fault").forEach((place) => { place.textContent = ""; });
  screen.querySelectorAll("input").forEach((input) => { input.removeAttribute("aria-invalid"); });
  for (const { field, key } of faults) {
    const name = field === "age" ? "age" : `eligibility-${String(field)}`;
    const place = screen.querySelector(`#fault-${name}`);
    if (place !== null) place.textContent = texts.text(key, { age });
    inputsOf(screen, field).forEach((input) => { input.setAttribute("aria-invalid", "true"); });
  }
  const first = faults[0];
  if (first !== undefined) inputsOf(screen, first.field)[0]?.focus();
}

function inputsOf(screen: HTMLElement, field: Fault["field"]): HTMLInputElement[] {
  return [...screen.querySelectorAll<HTMLInputElement>(field === "age" ? "#consent-age" : `input[name=eligibility-${String(field)}]`)];
}
