// The wording of the comprehension questions. Which option is right is known to the server alone.
import { wordingOf, type Way } from "./inputs";
import type { Texts, TextKey } from "./texts";

const QUESTION_IDS = ["category_goal", "category_keys", "category_likes", "reward_goal", "reward_keys", "reward_points"] as const;
type QuestionId = (typeof QUESTION_IDS)[number];

/** Each question has so many. */
export const COMPREHENSION_OPTION_COUNT = 3;

export interface Question {
  prompt: string;
  options: string[];
}

function wording(id: QuestionId, way: Way): { prompt: TextKey; options: QuestionId | ReturnType<typeof wordingOf>["options"] } {
  return id === "category_keys" || id === "reward_keys" ? wordingOf(id, way) : { prompt: id, options: id };
}

/** `way` is how this participant responds: nobody is asked about keys who has none. */
export function comprehensionQuestion(id: string, texts: Texts, way: Way): Question {
  const known: QuestionId | undefined = QUESTION_IDS.find((candidate) => candidate === id);
  if (known === undefined) throw new Error(`there is no wording for the question "${id}"`);
  const { prompt, options } = wording(known, way);
  const keys: TextKey[] = [`${options}_0`, `${options}_1`, `${options}_2`];
  return { prompt: texts.text(prompt), options: keys.map((key) => texts.text(key)) };
}
