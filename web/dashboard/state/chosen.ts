// Which representations a researcher chose to see, and how the address says it: ?show=words,clip_vitl14. Pure.

import type { StudyModel } from "../types.ts";

/** As many as can be told apart in one chart. */
export const CHOSEN_MAX = 8;

/** A name per model for addresses: its representation; the learner follows where one representation has several. */
export function modelKeys(models: readonly StudyModel[]): string[] {
  const uses = new Map<string, number>();
  for (const model of models) uses.set(model.representation, (uses.get(model.representation) ?? 0) + 1);
  return models.map((model) => (uses.get(model.representation) === 1 ? model.representation : `${model.representation}/${model.learner}`));
}

/** The models that an address names, in its order; names that no model has are passed over. */
export function chosenOf(query: string, models: readonly StudyModel[]): number[] {
  const value = /[?&]show=([^&]*)/.exec(query)?.[1] ?? "";
  const keys = modelKeys(models);
  const found = value.split(",").map((name) => keys.indexOf(decoded(name)));
  return [...new Set(found.filter((model) => model >= 0))].slice(0, CHOSEN_MAX);
}

/** The same address with these models instead. */
export function queryWith(query: string, chosen: readonly number[], models: readonly StudyModel[]): string {
  const rest = query.replace(/^\?/, "").split("&").filter((part) => part !== "" && !part.startsWith("show="));
  const keys = modelKeys(models);
  const show = chosen.flatMap((model) => keys[model] ?? []).map(encodeURIComponent).join(",");
  const parts = show === "" ? rest : [...rest, `show=${show}`];
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** Adds a model, or takes it away. At the limit nothing is added. */
export function toggled(chosen: readonly number[], model: number): number[] {
  if (chosen.includes(model)) return chosen.filter((each) => each !== model);
  return chosen.length < CHOSEN_MAX ? [...chosen, model] : [...chosen];
}

/** Models whose representation, family or learner holds every word of the search, those that start with it first. */
export function searched(models: readonly StudyModel[], search: string): number[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found = models.flatMap((model, i) => {
    const text = `${model.representation} ${model.family} ${model.learner}`.toLowerCase();
    return words.every((word) => text.includes(word)) ? [i] : [];
  });
  const start = (model: number): number => (models[model]?.representation.toLowerCase().startsWith(words[0] ?? "") === true ? 0 : 1);
  return words.length === 0 ? found : found.sort((a, b) => start(a) - start(b) || a - b);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return part;
  }
}
