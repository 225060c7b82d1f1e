// What the server says about making and changing a study, word for word as on the wire.

import type { TaskName } from "./types.ts";

export type StudyState = "draft" | "pilot" | "open" | "paused" | "closed";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** The part of JSON Schema 2020-12 that the settings of a study are described in. */
export interface SettingsSchema {
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  title?: string;
  description?: string;
  default?: Json;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  enum?: readonly Json[];
  /** What is usual, where more than that is possible. */
  examples?: readonly Json[];
  minItems?: number;
  maxItems?: number;
  items?: SettingsSchema;
  properties?: Readonly<Record<string, SettingsSchema>>;
  /** Such as "ms" or "px". */
  "x-unit"?: string;
  /** The heading that it stands under. */
  "x-group"?: string;
  /** States of a study in which it may change. */
  "x-changes"?: readonly StudyState[];
}

/** What is wrong, and with which field: a path such as `settings.trial_count`; "" where it is no single one. */
export interface Problem {
  field: string;
  message: string;
}

export interface Bin {
  low: number;
  high: number;
  /** Objects that have a picture in this bin, and how many the conditions need. */
  objects: number;
  needed: number;
}

export interface StudyCheck {
  problems: Problem[];
  bins: { dimension: number; bins: Bin[] }[];
}

/** Kind of text, then language, then the text (Markdown). */
export type Documents = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A study's description: what POST /studies takes. */
export interface StudyDescription {
  slug: string;
  title: string;
  task: TaskName;
  stimulus_set: string;
  /** Null, as the next two: the conditions were written out. */
  generative?: string | null;
  representations: string[];
  condition_count?: number | null;
  seed?: number | null;
  settings: JsonObject;
  documents?: Documents;
  state?: StudyState;
}

export interface StudyDefinition extends StudyDescription {
  state: StudyState;
  /** Conditions that are there; those of a draft are made when it is tried out or opened. */
  made_condition_count: number;
  /** Paths of fields that cannot change now. */
  frozen: string[];
}

export interface StimulusSet {
  name: string;
  stimulus_count: number;
  object_count: number;
  representations: { name: string; family: string; feature_count: number }[];
}
