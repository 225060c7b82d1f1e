// What a study consists of beside its settings: title, address, task, material, conditions and texts, as fields of the same form.

import type { Documents, JsonObject, StimulusSet, StudyState } from "../study_types.ts";
import type { TaskName } from "../types.ts";
import { field, type Field } from "./study_form.ts";

export const ABOUT = "about";
export const MATERIAL = "material";
export const TEXTS = "texts";

/** The address of a study as made from its title: "Which dinosaur?" -> "which-dinosaur". */
export function slugOf(title: string): string {
  return title.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 64).replace(/-+$/, "");
}

export const TITLE_FIELD = field("title", "text", ABOUT, "Title", {
  description: "What the dashboard calls this study; participants do not see it before they begin.", maxLength: 200, isRequired: true,
});

export const SLUG_FIELD = field("slug", "text", ABOUT, "Address", {
  description: "Small letters, digits, hyphens and underscores; it is part of the link for participants and cannot change later.", pattern: "^[a-z0-9_-]+$",
  maxLength: 64, isRequired: true,
});

/** Sets are chosen from what the server has; representations from what the chosen set has. */
export function materialFields(sets: readonly StimulusSet[], chosen: string): Field[] {
  const names = (sets.find(({ name }) => name === chosen)?.representations ?? []).map(({ name }) => name);
  return [
    field("stimulus_set", "choice", MATERIAL, "Stimulus set", {
      description: "The pictures that participants see.", options: sets.map(({ name }) => name), isRequired: true,
    }),
    field("generative", "choice", MATERIAL, "Generative representation", {
      description: "Its dimensions decide which answers are right; which of them is a setting of the trials.", options: names, isRequired: true,
    }),
    field("representations", "choices", MATERIAL, "Representations to fit", {
      description: "Each learner is fitted to every participant on each of these.", options: names, isRequired: true,
    }),
    field("condition_count", "integer", MATERIAL, "Conditions", {
      description: "How many different sequences of trials are drawn; participants are spread over them evenly.", unit: "conditions", initial: 48, minimum: 1,
      maximum: 1000,
    }),
    field("seed", "integer", MATERIAL, "Seed", {
      description: "The same seed draws the same conditions again, on any computer.", initial: 1, minimum: 0, maximum: 2147483647,
    }),
  ];
}

export const TEXT_KINDS: readonly { kind: string; name: string; about: string }[] = [
  { kind: "consent", name: "Consent", about: "What participants agree to before they begin." },
  { kind: "data_protection", name: "Data protection", about: "Who keeps which data, for how long, and what rights participants have." },
  { kind: "contact", name: "Contact", about: "Whom to ask. Without it, no contact is shown." },
  { kind: "debriefing", name: "Debriefing", about: "What participants read at the end." },
];

const TEXT_MAX = 64 * 1024;

export function textPath(kind: string, language: string): string {
  return `documents.${kind}.${language}`;
}

/** A language tag as participants' browsers send it: en, de, de-AT. */
export function isLanguageTag(text: string): boolean {
  return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text);
}

export function languagesOf(documents: Documents | undefined, always: readonly string[]): string[] {
  return [...new Set([...always, ...Object.values(documents ?? {}).flatMap((texts) => Object.keys(texts))])];
}

/** One field for each kind and language. */
export function textFields(languages: readonly string[]): Field[] {
  return TEXT_KINDS.flatMap(({ kind, name, about }) => languages.map((language) => field(textPath(kind, language), "long_text", TEXTS, `${name} (${language})`, {
    description: about, maxLength: TEXT_MAX,
  })));
}

/** A definition of the server as plain JSON, whose paths the fields are. */
export function asJson(definition: object): JsonObject {
  return definition as JsonObject;
}

const GROUP_NAMES: Readonly<Record<string, string>> = {
  about: "About", material: "Pictures and representations", trials: "Trials", display: "Display", pay: "Pay", recruitment: "Recruitment", eligibility: "Who may take part",
  models: "Learners", blind: "Blind analysis", texts: "Texts for participants", sessions: "Sessions", completion: "The way back", other: "More settings",
};

export function groupName(group: string): string {
  return GROUP_NAMES[group] ?? group.charAt(0).toUpperCase() + group.slice(1).replaceAll("_", " ");
}

export function taskChoices(): { task: TaskName; name: string; about: string }[] {
  return [
    { task: "category", name: "Category learning", about: "One picture at a time: which of two dinosaurs is it for?" },
    { task: "reward", name: "Reward learning", about: "Two pictures at a time: which of them is worth more points?" },
  ];
}

const STATE_NAMES: Readonly<Record<StudyState, string>> = { draft: "a draft", pilot: "a pilot", open: "open", paused: "paused", closed: "closed" };

/** Why a field is shown but cannot be changed. */
export function frozenBecause(field: Field, state: StudyState): string {
  if (field.changes?.includes(state) === true) return "This cannot change any more: people have begun with it.";
  if (field.changes === null || field.changes.length === 0) return `This cannot change while the study is ${STATE_NAMES[state]}.`;
  const names = field.changes.map((name) => STATE_NAMES[name]);
  const list = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
  return `The study is ${STATE_NAMES[state]}; this can change only while it is ${list ?? ""}.`;
}
