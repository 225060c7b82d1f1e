// When the numbers of a blind study are shown, in a sentence.

import { counted } from "../format.ts";
import type { JsonObject } from "../study_types.ts";

export interface BlindRule {
  stop_finished_sessions: number;
  /** ISO 8601, UTC; "": no such time. */
  stop_at: string;
}

/** Of a study's settings; null: it is not blind. */
export function blindRuleOf(settings: JsonObject): BlindRule | null {
  const blind = settings.blind;
  if (typeof blind !== "object" || blind === null || Array.isArray(blind)) return null;
  const rule = blind as JsonObject;
  if (rule.is_blind !== true) return null;
  return {
    stop_finished_sessions: typeof rule.stop_finished_sessions === "number" ? rule.stop_finished_sessions : 0,
    stop_at: typeof rule.stop_at === "string" ? rule.stop_at : "",
  };
}

export function blindUntil({ stop_finished_sessions: finished, stop_at: at }: BlindRule): string {
  const rules: string[] = [];
  if (finished > 0) rules.push(`${counted(finished, "live session")} ${finished === 1 ? "has" : "have"} finished`);
  if (at !== "") rules.push(`it is ${at.replace("T", " ").replace(/(:00)?Z$/, "")} UTC`);
  return rules.length === 0 ? "They are shown only when somebody unblinds the study." : `They are shown as soon as ${rules.join(" or ")}.`;
}
