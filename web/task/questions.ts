// The wording of the comprehension questions. Which option is right is known to the server alone.
import type { Texts, TextKey } from "./texts";

const QUESTION_IDS = ["category_goal", "category_keys", "category_likes", "reward_goal", "reward_keys", "reward_points"] as const;
type QuestionId = (typeof QUESTION_IDS)[number];

/** Each question has so many. */
export const COMPREHENSION_OPTION_COUNT = 3;

export interface Question {
  prompt: string;
  options: string[];
}

export function comprehensionQuestion(id: string, texts: Texts): Question {
  const known: QuestionId | undefined = QUESTION_IDS.find((candidate) => candidate === id);
  if (known === undefined) throw new Error(`there is no wording for the question "${id}"`);
  const keys: TextKey[] = [`${known}_0`, `${known}_1`, `${known}_2`];
  return { prompt: texts.text(known), options: keys.map((key) => texts.text(key)) };
}
