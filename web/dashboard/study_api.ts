// The dashboard's calls to make and change studies.

import { call } from "./api.ts";
import type { JsonObject, SettingsSchema, StimulusSet, StudyCheck, StudyDefinition, StudyState } from "./study_types.ts";
import type { TaskName } from "./types.ts";

function at(slug: string, rest = ""): string {
  return `/studies/${encodeURIComponent(slug)}${rest}`;
}

export const studyApi = {
  schema: (task: TaskName) => call<SettingsSchema>("GET", `/study-settings/${task}`),
  stimulusSets: async () => (await call<{ stimulus_sets: StimulusSet[] }>("GET", "/stimulus-sets")).stimulus_sets,
  /** What is wrong with a description, and whether its bins can be filled; stores nothing. */
  check: (description: JsonObject) => call<StudyCheck>("POST", "/study-checks", description),
  create: async (description: JsonObject) => (await call<{ slug: string }>("POST", "/studies", description)).slug,
  definition: (slug: string) => call<StudyDefinition>("GET", at(slug, "/definition")),
  change: (slug: string, patch: JsonObject) => call<StudyDefinition>("PATCH", at(slug), patch),
  setState: async (slug: string, state: StudyState) => (await call<{ state: StudyState }>("POST", at(slug, "/state"), { state })).state,
  duplicate: async (slug: string, copy: { slug: string; title: string }) => (await call<{ slug: string }>("POST", at(slug, "/duplicate"), copy)).slug,
  importFile: async (file: JsonObject) => (await call<{ slug: string }>("POST", "/study-files", file)).slug,
  unblind: (slug: string, reason: string) => call<object>("POST", at(slug, "/unblind"), { reason }),
};

/** A study as one file, for another server or for keeping. */
export function studyFileUrl(slug: string): string {
  return `/api/v1${at(slug, "/file")}`;
}
