// The form of a study: fields made from the settings' JSON Schema, what is typed into them, what is wrong with it, and the description
// that is sent. Pure: no page, no server.

import type { Json, JsonObject, Problem, SettingsSchema, StudyState } from "../study_types.ts";

export type FieldKind = "integer" | "number" | "boolean" | "choice" | "choices" | "text" | "long_text" | "list" | "numbers" | "time" | "json";

/** A field as the page holds it: text as typed, a switch, or what is chosen of a list. */
export type Raw = string | boolean | readonly string[];
export type Values = ReadonlyMap<string, Raw>;

export interface Field {
  /** Where its value is in the description: `settings.recruitment.quota`. */
  path: string;
  kind: FieldKind;
  group: string;
  title: string;
  description: string;
  unit: string;
  initial: Json;
  minimum: number | null;
  maximum: number | null;
  /** Of a text: its letters; of a list: its items. */
  minLength: number;
  maxLength: number | null;
  pattern: string | null;
  options: readonly string[];
  /** Of a list whose items are free: the usual ones. */
  suggestions: readonly string[];
  /** States in which it may change; null: the schema does not say. */
  changes: readonly StudyState[] | null;
  isRequired: boolean;
}

export type Parsed = { value: Json } | { problem: string };

const LONG_TEXT = 600;

/** One field of the form; what is not said is at its most permissive. */
export function field(path: string, kind: FieldKind, group: string, title: string, rest: Partial<Field> = {}): Field {
  return {
    path, kind, group, title, description: "", unit: "", initial: kind === "boolean" ? false : kind === "choices" || kind === "list" ? [] : "",
    minimum: null, maximum: null, minLength: 0, maxLength: null, pattern: null, options: [], suggestions: [], changes: null, isRequired: false, ...rest,
  };
}

function kindOf(schema: SettingsSchema): FieldKind {
  if (schema.enum !== undefined && schema.type !== "array") return "choice";
  switch (schema.type) {
    case "boolean":
    case "integer":
    case "number":
      return schema.type;
    case "array":
      if (schema.items?.enum !== undefined) return "choices";
      if (schema.items?.type === "integer" || schema.items?.type === "number") return "numbers";
      return schema.items?.type === "object" ? "json" : "list";
    case "object":
      return "json";
    default:
      if (schema.format === "date-time" || schema["x-unit"] === "UTC") return "time";
      return (schema.maxLength ?? 0) >= LONG_TEXT ? "long_text" : "text";
  }
}

/** "per_correct_minor" -> "Per correct minor", for a schema without titles. */
function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Objects with properties are taken apart, so that each of their members is a field. */
export function fieldsOf(schema: SettingsSchema, path = "settings", above: Partial<Field> = {}): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
    const here = `${path}.${name}`;
    const common = { group: part["x-group"] ?? above.group ?? "other", changes: part["x-changes"] ?? above.changes ?? null };
    if (part.properties !== undefined) return fieldsOf(part, here, common);
    const given: Partial<Field> = {
      description: part.description ?? "", unit: part["x-unit"] ?? "", minimum: part.minimum ?? null, maximum: part.maximum ?? null,
      minLength: part.minLength ?? part.minItems ?? 0, maxLength: part.maxLength ?? part.maxItems ?? null, pattern: part.pattern ?? null,
      options: (part.enum ?? part.items?.enum ?? []).map(String), suggestions: (part.items?.examples ?? []).map(String), changes: common.changes,
    };
    if (part.default !== undefined) given.initial = part.default;
    return [field(here, kindOf(part), common.group, part.title ?? titleOf(name), given)];
  });
}

/** A value of the description as the page holds it. */
export function rawOf(field: Field, value: Json | undefined): Raw {
  const known = value === undefined ? field.initial : value;
  switch (field.kind) {
    case "boolean":
      return known === true;
    case "choices":
      return Array.isArray(known) ? known.map(String) : [];
    case "list":
      return Array.isArray(known) ? known.map(String).join("\n") : "";
    case "numbers":
      return Array.isArray(known) ? known.map(String).join(", ") : "";
    case "json":
      return known === null || known === "" ? "" : JSON.stringify(known, null, 2);
    case "time":
      return String(known ?? "").replace(/(:00)?Z$/, "");
    default:
      return known === null ? "" : typeof known === "object" ? JSON.stringify(known) : String(known);
  }
}

export function initialValues(fields: readonly Field[], description?: JsonObject): Map<string, Raw> {
  return new Map(fields.map((field) => [field.path, rawOf(field, description === undefined ? undefined : at(description, field.path))]));
}

/** Whether a field is as it comes; what is not in the values is. */
export function isInitial(field: Field, raw: Raw | undefined): boolean {
  return raw === undefined || JSON.stringify(raw) === JSON.stringify(rawOf(field, undefined));
}

function withUnit(field: Field, value: number): string {
  return field.unit === "" ? String(value) : `${value} ${field.unit}`;
}

/** "1 to 1000 ms", "at least 1"; empty where there are no bounds. */
export function rangeOf(field: Field): string {
  const { minimum, maximum, kind, maxLength } = field;
  if (kind === "integer" || kind === "number") {
    if (minimum !== null && maximum !== null) return `${minimum} to ${withUnit(field, maximum)}`;
    if (minimum !== null) return `at least ${withUnit(field, minimum)}`;
    return maximum === null ? "" : `at most ${withUnit(field, maximum)}`;
  }
  if (maxLength === null || kind === "choice") return "";
  if (kind === "time") return "";
  return kind === "list" || kind === "numbers" || kind === "choices" || kind === "json" ? `at most ${maxLength} items` : `at most ${maxLength} characters`;
}

function parsedNumber(field: Field, text: string): Parsed {
  const pattern = field.kind === "integer" ? /^[+-]?\d+$/ : /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
  if (text === "") return { problem: "A number is needed here." };
  const value = Number(text);
  if (!pattern.test(text) || !Number.isFinite(value)) return { problem: field.kind === "integer" ? "This must be a whole number." : "This must be a number." };
  if ((field.minimum !== null && value < field.minimum) || (field.maximum !== null && value > field.maximum))
    return { problem: `This must be ${field.minimum !== null && field.maximum !== null ? "from " : ""}${rangeOf(field)}.` };
  return { value };
}

function parsedList(field: Field, items: readonly string[]): Parsed {
  if (field.isRequired && items.length === 0) return { problem: "Choose at least one." };
  if (items.length < field.minLength) return { problem: field.minLength === 1 ? "Choose at least one." : `At least ${field.minLength} are needed.` };
  if (field.maxLength !== null && items.length > field.maxLength) return { problem: `At most ${field.maxLength} are possible.` };
  return { value: items };
}

/** "0, 1, 2" */
function parsedNumbers(field: Field, text: string): Parsed {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  const wrong = words.find((word) => !/^-?\d+(\.\d+)?$/.test(word));
  if (wrong !== undefined) return { problem: `“${wrong}” is not a number; write numbers with commas between them.` };
  const list = parsedList(field, words);
  return "problem" in list ? list : { value: words.map(Number) };
}

function parsedText(field: Field, text: string): Parsed {
  if (text === "" && (field.isRequired || field.minLength > 0)) return { problem: "This cannot be empty." };
  if (text.length < field.minLength) return { problem: `At least ${field.minLength} characters are needed.` };
  if (field.maxLength !== null && text.length > field.maxLength) return { problem: `This has ${text.length} characters; at most ${field.maxLength} are possible.` };
  if (field.pattern !== null && text !== "" && !new RegExp(field.pattern, "u").test(text)) return { problem: `This does not have the right form. ${field.description}`.trim() };
  return { value: text };
}

function parsedJson(text: string): Parsed {
  if (text.trim() === "") return { value: [] };
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { problem: "This is not JSON: look for a missing quote, comma or bracket." };
  }
}

/** What was typed as a value, or the sentence about why it is none. */
export function parse(field: Field, raw: Raw | undefined): Parsed {
  const now = raw ?? rawOf(field, undefined);
  if (typeof now === "boolean") return { value: now };
  if (typeof now !== "string") return parsedList(field, now);
  switch (field.kind) {
    case "integer":
    case "number":
      return parsedNumber(field, now.trim());
    case "list":
      return parsedList(field, now.split("\n").map((line) => line.trim()).filter((line) => line !== ""));
    case "numbers":
      return parsedNumbers(field, now);
    case "json":
      return parsedJson(now);
    case "choice": {
      if (now === "") return field.isRequired ? { problem: "Choose one." } : { value: "" };
      return field.options.includes(now) ? { value: now } : { problem: `“${now}” is not one of the choices.` };
    }
    case "time":
      return { value: now === "" ? "" : `${now}${/T\d\d:\d\d$/.test(now) ? ":00" : ""}Z` };
    default:
      return parsedText(field, field.kind === "long_text" ? now : now.trim());
  }
}

/** The sentence beside each field that cannot be sent as it is. */
export function problemsOf(fields: readonly Field[], values: Values): Map<string, string> {
  const problems = new Map<string, string>();
  for (const field of fields) {
    const parsed = parse(field, values.get(field.path));
    if ("problem" in parsed) problems.set(field.path, parsed.problem);
  }
  return problems;
}

export function at(json: JsonObject, path: string): Json | undefined {
  let here: Json | undefined = json;
  for (const part of path.split(".")) {
    if (here === undefined || here === null || typeof here !== "object" || Array.isArray(here)) return undefined;
    here = (here as JsonObject)[part];
  }
  return here;
}

function put(target: Record<string, Json>, path: string, value: Json): void {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const below = target[first];
  const next: Record<string, Json> = typeof below === "object" && below !== null && !Array.isArray(below) ? (below as Record<string, Json>) : {};
  target[first] = next;
  put(next, rest.join("."), value);
}

/** Everything that can be sent, each at its path. What has a problem is left out, and so is what may be empty and is. */
export function descriptionOf(fields: readonly Field[], values: Values): JsonObject {
  const description: Record<string, Json> = {};
  for (const field of fields) {
    const parsed = parse(field, values.get(field.path));
    if ("problem" in parsed) continue;
    const isEmpty = parsed.value === "" && !field.path.startsWith("settings.");
    if (!isEmpty) put(description, field.path, parsed.value);
  }
  return description;
}

/** Paths of what differs from the values that the server has. */
export function changedPaths(fields: readonly Field[], before: Values, after: Values): string[] {
  return fields.map(({ path }) => path).filter((path) => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)));
}

/** The body of a PATCH: what was changed and nothing else. */
export function patchOf(fields: readonly Field[], before: Values, after: Values): JsonObject {
  const changed = new Set(changedPaths(fields, before, after));
  const patch: Record<string, Json> = {};
  for (const field of fields) {
    if (!changed.has(field.path)) continue;
    const parsed = parse(field, after.get(field.path));
    if ("value" in parsed) put(patch, field.path, parsed.value);
  }
  return patch;
}

/** The lines of a list with one more, or without it where it was there. */
export function withLine(text: string, line: string): string {
  const lines = text.split("\n").map((one) => one.trim()).filter((one) => one !== "");
  return (lines.includes(line) ? lines.filter((one) => one !== line) : [...lines, line]).join("\n");
}

export function isFrozen(path: string, frozen: readonly string[]): boolean {
  return frozen.some((held) => path === held || path.startsWith(`${held}.`));
}

/** The field that the server means: itself, the one that it is an item of, or the first one inside of it. Null: none of these. */
function fieldMeant(fields: readonly Field[], name: string): Field | null {
  const clean = name.replace(/\[\d+\]/g, "");
  for (const path of [clean, `settings.${clean}`]) {
    const exact = fields.find((field) => field.path === path);
    if (exact !== undefined) return exact;
    const around = fields.filter((field) => path.startsWith(`${field.path}.`));
    if (around[0] !== undefined) return around[0];
    const inside = fields.find((field) => path !== "" && field.path.startsWith(`${path}.`));
    if (inside !== undefined) return inside;
  }
  return null;
}

/** The server's sentences, each beside its field; `general` are those that belong to none. */
export function placed(fields: readonly Field[], problems: readonly Problem[]): { byField: Map<string, string>; general: string[] } {
  const byField = new Map<string, string>();
  const general: string[] = [];
  for (const { field: name, message } of problems) {
    const meant = fieldMeant(fields, name);
    if (meant === null) general.push(message);
    else byField.set(meant.path, byField.has(meant.path) ? `${byField.get(meant.path) ?? ""} ${message}` : message);
  }
  return { byField, general };
}

/** Fields under their headings, in the order in which the headings first come. */
export function grouped(fields: readonly Field[]): { group: string; fields: Field[] }[] {
  const groups = new Map<string, Field[]>();
  for (const field of fields) groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  return [...groups].map(([group, members]) => ({ group, fields: members }));
}
