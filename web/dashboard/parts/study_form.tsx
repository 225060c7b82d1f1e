// The form of a study: fields under their headings, the list of headings with the number of mistakes under each, and texts by language.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { counted } from "../format.ts";
import { groupName, isLanguageTag, TEXTS } from "../state/study_basics.ts";
import { grouped, isFrozen, rawOf, type Field, type Raw, type Values } from "../state/study_form.ts";
import type { StudyState } from "../study_types.ts";
import { fieldId, FormField } from "./form_field.tsx";

export interface StudyFormProps {
  fields: readonly Field[];
  values: Values;
  /** Those that are to be shown now. */
  problems: ReadonlyMap<string, string>;
  frozen: readonly string[];
  state: StudyState;
  languages: readonly string[];
  /** Under a heading, below its fields. */
  below?: Readonly<Record<string, ComponentChildren>>;
  onChange: (path: string, raw: Raw) => void;
  onLeave: (path: string) => void;
  onLanguage: (language: string) => void;
}

export function StudyForm(props: StudyFormProps) {
  const groups = grouped(props.fields);
  return (
    <div class="study-form">
      <nav class="form-headings" aria-label="Parts of the form">
        {groups.map(({ group, fields }) => {
          const wrong = fields.filter(({ path }) => props.problems.has(path)).length;
          return (
            <a key={group} href={`#group-${group}`}>
              {groupName(group)}
              {wrong > 0 && <span class="mistakes" aria-label={counted(wrong, "mistake")}>{wrong}</span>}
            </a>
          );
        })}
      </nav>
      <div class="form-groups">
        {groups.map(({ group, fields }) => (
          <section key={group} class="card form-group" id={`group-${group}`} aria-labelledby={`group-${group}-name`} data-testid={`group-${group}`}>
            <h2 id={`group-${group}-name`}>{groupName(group)}</h2>
            {group === TEXTS ? <Texts {...props} fields={fields} /> : <Fields {...props} fields={fields} />}
            {props.below?.[group]}
          </section>
        ))}
      </div>
    </div>
  );
}

function Fields({ fields, values, problems, frozen, state, onChange, onLeave }: StudyFormProps) {
  const currency = values.get("settings.currency") ?? values.get("settings.pay.currency");
  return (
    <div class="fields">
      {fields.map((field) => (
        <FormField key={field.path} field={field} raw={values.get(field.path) ?? rawOf(field, undefined)} problem={problems.get(field.path) ?? null}
          frozenIn={isFrozen(field.path, frozen) ? state : null} currency={typeof currency === "string" ? currency : ""} onChange={onChange} onLeave={onLeave} />
      ))}
    </div>
  );
}

/** Of the texts only those of one language are shown at a time. */
function Texts(props: StudyFormProps) {
  const [chosen, setChosen] = useState(props.languages[0] ?? "en");
  const language = props.languages.includes(chosen) ? chosen : (props.languages[0] ?? "en");
  const isOfLanguage = ({ path }: Field): boolean => !path.startsWith("documents.") || path.endsWith(`.${language}`);
  const hasText = (tag: string): boolean => props.fields.some(({ path }) => path.startsWith("documents.") && path.endsWith(`.${tag}`) && (props.values.get(path) ?? "") !== "");
  return (
    <>
      <p class="muted small">Markdown. Where a study has no text of its own, the one that comes with the program serves; participants get their own language where there is one, else English.</p>
      <div class="text-languages">
        <div class="segments" role="group" aria-label="Language of the texts">
          {props.languages.map((tag) => (
            <button key={tag} type="button" aria-pressed={tag === language} data-testid={`language-${tag}`} onClick={() => setChosen(tag)}>
              {tag}
              {hasText(tag) && <span aria-label="has texts"> •</span>}
            </button>
          ))}
        </div>
        <AddLanguage onAdd={(tag) => { props.onLanguage(tag); setChosen(tag); }} />
      </div>
      <Fields {...props} fields={props.fields.filter(isOfLanguage)} />
    </>
  );
}

function AddLanguage({ onAdd }: { onAdd: (language: string) => void }) {
  const [text, setText] = useState("");
  const tag = text.trim();
  const isTag = isLanguageTag(tag);
  function add(): void {
    if (!isTag) return;
    onAdd(tag);
    setText("");
  }
  return (
    <span class="add-language">
      <input type="text" placeholder="fr, de-AT" aria-label="Another language, as a tag such as fr or de-AT" value={text} data-testid="language-new"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); add(); } }} />
      <button type="button" class="button quiet small" disabled={!isTag} onClick={add}>
        Add language
      </button>
    </span>
  );
}

/** Above the form after one tried to send it: how many mistakes, and the way to each. */
export function Mistakes({ fields, problems, general }: { fields: readonly Field[]; problems: ReadonlyMap<string, string>; general: readonly string[] }) {
  if (problems.size === 0 && general.length === 0) return null;
  const wrong = fields.filter(({ path }) => problems.has(path));
  return (
    <div class="card mistake-list" role="alert" data-testid="mistakes">
      <p><strong>{counted(wrong.length + general.length, "mistake")} to mend</strong></p>
      <ul>
        {general.map((sentence) => <li key={sentence}>{sentence}</li>)}
        {wrong.map(({ path, title }) => (
          <li key={path}>
            <button type="button" class="link" onClick={() => document.getElementById(fieldId(path))?.focus()}>{title}</button>: {problems.get(path)}
          </li>
        ))}
      </ul>
    </div>
  );
}
