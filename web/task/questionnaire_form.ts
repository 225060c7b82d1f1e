// The fields of the final questions, and what they become on the wire.
import type { Questionnaire } from "../wire/types";
import { escaped } from "./markup";
import type { Texts } from "./texts";

/** Whom a study admits is decided before; here nobody is kept from the end. */
const AGE_MIN = 1;
const AGE_MAX = 130;
const STRATEGY_MAX_LENGTH = 5000;
const GENDERS = ["female", "male", "non_binary", "other", "not_said"] as const;

/** The form's fields as the form gives them. */
export type QuestionnaireDraft = Partial<Record<"gender" | "age" | "strategy" | "is_included", string>>;

export function questionnaireOf(draft: QuestionnaireDraft): Questionnaire {
  return {
    gender: draft.gender ?? "",
    age: Number(draft.age),
    strategy: (draft.strategy ?? "").trim(),
    is_included: draft.is_included === "yes",
  };
}

function radio(name: string, value: string, label: string, draft: QuestionnaireDraft): string {
  const checked = draft[name as keyof QuestionnaireDraft] === value ? " checked" : "";
  return `<label class="option"><input type="radio" name="${name}" value="${value}" data-testid="${name}-${value}" required${checked}> ${label}</label>`;
}

export function questionnaireHtml(texts: Texts, draft: QuestionnaireDraft): string {
  const genders = GENDERS.map((gender) => radio("gender", gender, texts.html(`questionnaire_gender_${gender}`), draft)).join("");
  const included = (["yes", "no"] as const).map((answer) => radio("is_included", answer, texts.html(`questionnaire_included_${answer}`), draft));
  return `
    <fieldset><legend>${texts.html("questionnaire_gender")}</legend>${genders}</fieldset>
    <div class="field"><label for="age">${texts.html("questionnaire_age")}</label>
      <span><input id="age" name="age" data-testid="age" type="number" inputmode="numeric" min="${String(AGE_MIN)}" max="${String(AGE_MAX)}" step="1"
        required value="${escaped(draft.age ?? "")}"> ${texts.html("questionnaire_age_unit")}</span></div>
    <div class="field"><label for="strategy">${texts.html("questionnaire_strategy")}</label>
      <textarea id="strategy" name="strategy" data-testid="strategy" rows="5" maxlength="${String(STRATEGY_MAX_LENGTH)}"
        required>${escaped(draft.strategy ?? "")}</textarea></div>
    <fieldset><legend>${texts.html("questionnaire_included")}</legend>
      <p class="note">${texts.html("questionnaire_included_note")}</p>${included.join("")}</fieldset>`;
}
