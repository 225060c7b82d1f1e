// What the pages that make and change a study share: asking the server again and again whether the form is right, and which of all
// sentences stand beside which field now.

import { useEffect, useState } from "preact/hooks";
import { ApiError, asSentence } from "../api.ts";
import { placed, problemsOf, type Field, type Raw, type Values } from "../state/study_form.ts";
import { studyApi } from "../study_api.ts";
import type { JsonObject, Problem, StudyCheck } from "../study_types.ts";

const CALM_MS = 400; // without a key pressed

export interface Checked {
  /** The description that was looked at, as text. */
  of: string;
  check: StudyCheck;
}

/** `description` null: there is not enough of it yet. The newest answer, also while a newer one is on its way. */
export function useCheck(description: JsonObject | null, onUnauthorized: () => void): { checked: Checked | null; isChecking: boolean } {
  const [checked, setChecked] = useState<Checked | null>(null);
  const text = description === null ? "" : JSON.stringify(description);
  useEffect(() => {
    if (text === "") return;
    let isOver = false;
    async function ask(): Promise<void> {
      try {
        const check = await studyApi.check(JSON.parse(text) as JsonObject);
        if (!isOver) setChecked({ of: text, check });
      } catch (failure) {
        if (isOver || !(failure instanceof ApiError)) return;
        if (failure.status === 401) return onUnauthorized();
        setChecked({ of: text, check: { problems: [{ field: failure.field, message: failure.message }], bins: [] } });
      }
    }
    const timer = setTimeout(() => void ask(), CALM_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text, onUnauthorized]);
  return { checked: text === "" ? null : checked, isChecking: text !== "" && checked?.of !== text };
}

export interface Told {
  fields: readonly Field[];
  values: Values;
  /** Left once, so that what is missing there may be said. */
  touched: ReadonlySet<string>;
  hasTried: boolean;
  /** What the server said to the last try; a field that was changed since is not in it. */
  refused: readonly Problem[];
  checked: Checked | null;
}

function isEmpty(raw: Raw | undefined): boolean {
  return raw === undefined || (typeof raw !== "boolean" && raw.length === 0);
}

/** The form's own sentence first, then what the server said to the last try, then what its check says. */
export function toldProblems({ fields, values, touched, hasTried, refused, checked }: Told): { byField: Map<string, string>; general: string[] } {
  const own = problemsOf(fields, values);
  const said = placed(fields, refused);
  const live = placed(fields, (checked?.check.problems ?? []).map(({ field, message }) => ({ field, message: asSentence(message) })));
  const byField = new Map<string, string>();
  for (const { path, isRequired } of fields) {
    const sentence = own.get(path) ?? said.byField.get(path) ?? live.byField.get(path);
    const isUntouched = isRequired && !hasTried && !touched.has(path) && isEmpty(values.get(path));
    if (sentence !== undefined && !isUntouched) byField.set(path, sentence);
  }
  return { byField, general: [...new Set([...said.general, ...live.general])] };
}

/** What a refusal says, for `refused`. */
export function problemOf(failure: unknown): Problem {
  if (failure instanceof ApiError) return { field: failure.field, message: failure.message };
  return { field: "", message: failure instanceof Error ? failure.message : String(failure) };
}
