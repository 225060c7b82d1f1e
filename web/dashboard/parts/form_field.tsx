// One field of the study's form: its name, what is typed, unit, sentence, range, the way back to the default, and what is wrong.

import { frozenBecause } from "../state/study_basics.ts";
import { isInitial, rangeOf, rawOf, withLine, type Field, type Raw } from "../state/study_form.ts";
import { money } from "../format.ts";
import type { StudyState } from "../study_types.ts";

export interface FieldProps {
  field: Field;
  raw: Raw;
  problem: string | null;
  /** The state that keeps it from changing; null: it can change. */
  frozenIn: StudyState | null;
  /** Of amounts in hundredths, for the sentence beside them. */
  currency: string;
  onChange: (path: string, raw: Raw) => void;
  onLeave: (path: string) => void;
}

export function fieldId(path: string): string {
  return `field-${path.replaceAll(".", "-")}`;
}

const WIDE = new Set(["long_text", "json", "list"]);

export function FormField(props: FieldProps) {
  const { field, problem, frozenIn } = props;
  const id = fieldId(field.path);
  const isSet = field.kind === "choices";
  const isWide = WIDE.has(field.kind) || (isSet && field.options.length > 8);
  return (
    <div class={`field ${isWide ? "wide" : ""} ${problem === null ? "" : "wrong"} ${frozenIn === null ? "" : "frozen"}`} data-testid="field" data-path={field.path}
      role={isSet ? "group" : undefined} aria-labelledby={isSet ? `${id}-name` : undefined} onFocusOut={() => props.onLeave(field.path)}>
      <div class="field-head">
        {isSet ? <span class="field-name" id={`${id}-name`}>{field.title}</span> : <label class="field-name" for={id} id={`${id}-name`}>{field.title}</label>}
        <Reset {...props} />
      </div>
      <div class="field-line">
        <Control {...props} id={id} />
        {field.unit !== "" && field.kind !== "boolean" && <span class="field-unit">{field.unit}</span>}
      </div>
      {field.suggestions.length > 0 && frozenIn === null && <Suggestions {...props} />}
      {problem !== null && (
        <p class="field-problem" id={`${id}-problem`} data-testid="field-problem" role="alert">
          {problem}
        </p>
      )}
      <p class="field-about" id={`${id}-about`}>
        {field.description} <span class="field-range">{facts(props)}</span>
      </p>
      {frozenIn !== null && (
        <p class="field-frozen" id={`${id}-frozen`} data-testid="field-frozen">
          {frozenBecause(field, frozenIn)}
        </p>
      )}
    </div>
  );
}

/** Range and default, and an amount of money in its own words. */
function facts({ field, raw, currency }: FieldProps): string {
  const facts: string[] = [];
  const initial = rawOf(field, undefined);
  const range = rangeOf(field);
  if (range !== "") facts.push(`${range.charAt(0).toUpperCase()}${range.slice(1)}.`);
  if (field.kind === "boolean") facts.push(`Default ${initial === true ? "on" : "off"}.`);
  else if (Array.isArray(initial) && initial.length > 0) facts.push(`Default ${initial.join(", ")}.`);
  else if (typeof initial === "string" && initial !== "" && initial.length <= 30 && field.kind !== "json") facts.push(`Default ${initial.replaceAll("\n", ", ")}.`);
  if (field.path.endsWith("_minor") && typeof raw === "string" && /^\d+$/.test(raw) && /^[A-Z]{3}$/.test(currency)) facts.push(`Now ${money(Number(raw), currency)}.`);
  return facts.join(" ");
}

function Reset({ field, raw, frozenIn, onChange }: FieldProps) {
  // A text that was once given to participants has no way back to none.
  if (frozenIn !== null || field.isRequired || field.path.startsWith("documents.") || isInitial(field, raw)) return null;
  return (
    <button type="button" class="field-reset" data-testid="field-reset" aria-label={`Reset ${field.title} to its default`}
      onClick={() => onChange(field.path, rawOf(field, undefined))}>
      Reset
    </button>
  );
}

function describedBy(id: string, { problem, frozenIn }: FieldProps): string {
  return [problem === null ? "" : `${id}-problem`, `${id}-about`, frozenIn === null ? "" : `${id}-frozen`].filter((part) => part !== "").join(" ");
}

function Control(props: FieldProps & { id: string }) {
  const { field, raw, problem, frozenIn, id, onChange } = props;
  const common = {
    id, disabled: frozenIn !== null, "aria-invalid": problem !== null, "aria-describedby": describedBy(id, props), "data-testid": `input-${field.path}`,
  };
  const text = typeof raw === "string" ? raw : "";
  const onInput = (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }): void => onChange(field.path, event.currentTarget.value);
  switch (field.kind) {
    case "boolean":
      return (
        <label class="switch">
          <input {...common} type="checkbox" checked={raw === true} onChange={(event) => onChange(field.path, event.currentTarget.checked)} />
          {raw === true ? "On" : "Off"}
        </label>
      );
    case "choice":
      return (
        <select {...common} class="select" value={text} onChange={(event) => onChange(field.path, event.currentTarget.value)}>
          {!field.options.includes(text) && <option value={text}>{text === "" ? "Choose…" : text}</option>}
          {field.options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    case "choices":
      return <Choices {...props} />;
    case "long_text":
    case "list":
    case "json":
      return <textarea {...common} class={field.kind === "json" ? "code" : ""} rows={field.kind !== "long_text" ? 3 : text === "" ? 4 : 10} value={text} spellcheck={field.kind === "long_text"} onInput={onInput} />;
    case "time":
      return <input {...common} type="datetime-local" step="60" value={text} onInput={onInput} />;
    default:
      return <input {...common} class={field.kind === "text" ? "" : "number"} type="text" inputMode={field.kind === "text" ? "text" : "numeric"} autocomplete="off" value={text} onInput={onInput} />;
  }
}

/** Puts a usual item into a list, or takes it out again. */
function Suggestions({ field, raw, onChange }: FieldProps) {
  const text = typeof raw === "string" ? raw : "";
  const lines = text.split("\n").map((line) => line.trim());
  return (
    <div class="field-suggestions" role="group" aria-label={`${field.title}: the usual ones`}>
      {field.suggestions.map((name) => (
        <button key={name} type="button" class="chip" aria-pressed={lines.includes(name)} data-testid={`suggest-${name}`} onClick={() => onChange(field.path, withLine(text, name))}>
          {name}
        </button>
      ))}
    </div>
  );
}

function Choices({ field, raw, problem, frozenIn, onChange }: FieldProps) {
  const chosen = Array.isArray(raw) ? (raw as readonly string[]) : [];
  const shown = [...field.options, ...chosen.filter((name) => !field.options.includes(name))];
  if (shown.length === 0) return <span class="muted">There is nothing to choose yet.</span>;
  const toggle = (name: string): void => onChange(field.path, chosen.includes(name) ? chosen.filter((other) => other !== name) : shown.filter((other) => other === name || chosen.includes(other)));
  const isAll = field.options.every((name) => chosen.includes(name));
  return (
    <div class="field-choices">
      {shown.map((name) => (
        <label key={name} class="switch">
          <input type="checkbox" checked={chosen.includes(name)} disabled={frozenIn !== null} aria-invalid={problem !== null} data-testid={`input-${field.path}-${name}`}
            onChange={() => toggle(name)} />
          {name}
        </label>
      ))}
      {field.options.length > 3 && frozenIn === null && (
        <button type="button" class="field-reset" onClick={() => onChange(field.path, isAll ? [] : field.options)}>
          {isAll ? "None" : "All"}
        </button>
      )}
    </div>
  );
}
