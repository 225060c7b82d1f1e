// The form of a study: fields from the settings' schema, what is typed, what is wrong, and what is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { blindRuleOf, blindUntil } from "../dashboard/state/blind_rule.ts";
import { frozenBecause, languagesOf, materialFields, slugOf, textFields, TITLE_FIELD } from "../dashboard/state/study_basics.ts";
import {
  descriptionOf, fieldsOf, grouped, initialValues, isFrozen, isInitial, parse, patchOf, placed, problemsOf, rangeOf, withLine, type Field, type Raw,
} from "../dashboard/state/study_form.ts";
import { canTry, stepsFrom } from "../dashboard/state/study_steps.ts";
import type { JsonObject, SettingsSchema } from "../dashboard/study_types.ts";

const SCHEMA: SettingsSchema = {
  type: "object",
  properties: {
    trial_count: { type: "integer", title: "Trials", description: "How many.", default: 120, minimum: 1, maximum: 1000, "x-unit": "trials", "x-group": "trials", "x-changes": ["draft", "pilot"] },
    is_fullscreen_required: { type: "boolean", default: true, "x-group": "display" },
    inputs: { type: "array", items: { type: "string", enum: ["keyboard", "touch", "mouse"] }, default: ["keyboard"], minItems: 1, "x-group": "display" },
    consent_text: { type: "string", default: "Please.", maxLength: 8191, minLength: 1, "x-group": "texts" },
    currency: { type: "string", default: "GBP", pattern: "^[A-Z]{3}$", "x-group": "pay" },
    dimensions: { type: "array", items: { type: "integer" }, default: [0, 1, 2], "x-group": "trials" },
    stop_at: { type: "string", default: "", "x-unit": "UTC", maxLength: 23, "x-group": "trials" },
    recruitment: {
      type: "object", "x-group": "recruitment", "x-changes": ["draft", "pilot", "open", "paused"],
      properties: {
        platform: { type: "string", enum: ["none", "prolific"], default: "none" },
        quota: { type: "integer", default: 0, minimum: 0 },
        opens_at: { type: "string", format: "date-time", default: "" },
        excludes: { type: "array", items: { type: "string" }, default: [], maxItems: 2 },
        eligibility: { type: "array", items: { type: "object" }, default: [] },
      },
    },
    learners: { type: "array", items: { type: "string", examples: ["logistic", "exemplar"] }, default: ["logistic"], "x-group": "models" },
  },
};

const FIELDS = fieldsOf(SCHEMA);

function named(path: string): Field {
  const found = FIELDS.find((field) => field.path === path);
  assert.ok(found !== undefined, path);
  return found;
}

function typed(changes: Record<string, Raw>, before = initialValues(FIELDS)): Map<string, Raw> {
  return new Map([...before, ...Object.entries(changes)]);
}

test("every setting of the schema is a field with its kind, unit, range and default, and objects are taken apart", () => {
  assert.deepEqual(FIELDS.map(({ path, kind }) => [path.replace("settings.", ""), kind]), [
    ["trial_count", "integer"], ["is_fullscreen_required", "boolean"], ["inputs", "choices"], ["consent_text", "long_text"], ["currency", "text"], ["dimensions", "numbers"], ["stop_at", "time"],
    ["recruitment.platform", "choice"], ["recruitment.quota", "integer"], ["recruitment.opens_at", "time"], ["recruitment.excludes", "list"],
    ["recruitment.eligibility", "json"], ["learners", "list"],
  ]);
  assert.equal(rangeOf(named("settings.trial_count")), "1 to 1000 trials");
  assert.equal(rangeOf(named("settings.recruitment.quota")), "at least 0");
  assert.equal(named("settings.is_fullscreen_required").title, "Is fullscreen required");
  assert.deepEqual(named("settings.recruitment.quota").changes, ["draft", "pilot", "open", "paused"]);
  assert.deepEqual(grouped(FIELDS).map(({ group }) => group), ["trials", "display", "texts", "pay", "recruitment", "models"]);
});

test("the defaults have no problem and give themselves back", () => {
  const values = initialValues(FIELDS);
  assert.deepEqual([...problemsOf(FIELDS, values)], []);
  assert.deepEqual(descriptionOf(FIELDS, values), {
    settings: {
      trial_count: 120, is_fullscreen_required: true, inputs: ["keyboard"], consent_text: "Please.", currency: "GBP", dimensions: [0, 1, 2], stop_at: "",
      recruitment: { platform: "none", quota: 0, opens_at: "", excludes: [], eligibility: [] }, learners: ["logistic"],
    },
  });
});

test("what cannot be sent has a sentence beside its field", () => {
  const cases: [path: string, raw: Raw, sentence: string][] = [
    ["trial_count", "", "A number is needed here."],
    ["trial_count", "12.5", "This must be a whole number."],
    ["trial_count", "0", "This must be from 1 to 1000 trials."],
    ["recruitment.quota", "-1", "This must be at least 0."],
    ["inputs", [], "Choose at least one."],
    ["consent_text", "", "This cannot be empty."],
    ["currency", "pounds", "This does not have the right form."],
    ["dimensions", "0, one", "“one” is not a number; write numbers with commas between them."],
    ["recruitment.platform", "mturk", "“mturk” is not one of the choices."],
    ["recruitment.excludes", "a\nb\n\nc", "At most 2 are possible."],
    ["recruitment.eligibility", "[{", "This is not JSON: look for a missing quote, comma or bracket."],
  ];
  for (const [path, raw, sentence] of cases)
    assert.deepEqual([...problemsOf(FIELDS, typed({ [`settings.${path}`]: raw }))], [[`settings.${path}`, sentence]]);
});

test("times are of UTC, and lists are lines", () => {
  assert.deepEqual(parse(named("settings.recruitment.opens_at"), "2027-01-11T09:00"), { value: "2027-01-11T09:00:00Z" });
  const stored = initialValues(FIELDS, { settings: { recruitment: { opens_at: "2027-01-11T09:00:00Z", excludes: ["a", "b"] } } });
  assert.equal(stored.get("settings.recruitment.opens_at"), "2027-01-11T09:00");
  assert.equal(stored.get("settings.recruitment.excludes"), "a\nb");
});

test("the usual items of a free list go in and out of it", () => {
  assert.deepEqual(named("settings.learners").suggestions, ["logistic", "exemplar"]);
  assert.equal(withLine("logistic\n", "exemplar"), "logistic\nexemplar");
  assert.equal(withLine("logistic\n exemplar ", "logistic"), "exemplar");
});

test("a change sends what was changed and nothing else", () => {
  const definition: JsonObject = { title: "One", settings: { trial_count: 60, recruitment: { quota: 5 } } };
  const fields = [TITLE_FIELD, ...FIELDS];
  const before = initialValues(fields, definition);
  assert.deepEqual(patchOf(fields, before, before), {});
  const after = typed({ title: "Two", "settings.recruitment.quota": "7", "settings.trial_count": "60" }, before);
  assert.deepEqual(patchOf(fields, before, after), { title: "Two", settings: { recruitment: { quota: 7 } } });
  assert.equal(isInitial(named("settings.trial_count"), before.get("settings.trial_count")), false);
});

test("texts are sent by kind and language, and empty ones are not sent", () => {
  const fields = textFields(languagesOf({ contact: { fr: "Écrivez." } }, ["en"]));
  assert.ok(fields.some(({ path }) => path === "documents.consent.fr"));
  const values = initialValues(fields, { documents: { contact: { fr: "Écrivez." } } });
  assert.deepEqual(descriptionOf(fields, values), { documents: { contact: { fr: "Écrivez." } } });
  assert.deepEqual(patchOf(fields, values, typed({ "documents.consent.en": "# Yes?" }, values)), { documents: { consent: { en: "# Yes?" } } });
});

test("with another task, what was changed stays and the rest takes the new default", () => {
  const other = fieldsOf({ properties: { trial_count: { type: "integer", default: 60 }, currency: { type: "string", default: "EUR" } } });
  const changed = new Map<string, Raw>([["settings.currency", "USD"], ["settings.recruitment.quota", "9"]]);
  assert.deepEqual(descriptionOf(other, changed), { settings: { trial_count: 60, currency: "USD" } });
});

test("the server's sentences stand beside the field that they mean, and the others above the form", () => {
  const { byField, general } = placed([TITLE_FIELD, ...FIELDS], [
    { field: "settings.trial_count", message: "Too many." }, { field: "settings.learners[1]", message: "Unknown." }, { field: "recruitment.quota", message: "Low." },
    { field: "settings.recruitment.eligibility[0].question", message: "Empty." }, { field: "title", message: "Long." }, { field: "", message: "No pictures." },
    { field: "conditions", message: "None." },
  ]);
  assert.deepEqual([...byField].sort(), [
    ["settings.learners", "Unknown."], ["settings.recruitment.eligibility", "Empty."], ["settings.recruitment.quota", "Low."],
    ["settings.trial_count", "Too many."], ["title", "Long."],
  ]);
  assert.deepEqual(general, ["No pictures.", "None."]);
});

test("a field is frozen by itself or by what it is in, and says why", () => {
  assert.equal(isFrozen("settings.trial_count", ["settings.trial"]), false);
  assert.equal(isFrozen("settings.recruitment.quota", ["settings.recruitment"]), true);
  assert.equal(frozenBecause(named("settings.trial_count"), "open"), "The study is open; this can change only while it is a draft or a pilot.");
  assert.equal(frozenBecause(named("settings.recruitment.quota"), "open"), "This cannot change any more: people have begun with it.");
  assert.equal(frozenBecause(TITLE_FIELD, "closed"), "This cannot change while the study is closed.");
});

test("material is chosen from what the server has, and an address is made of the title", () => {
  const sets = [{ name: "demo", stimulus_count: 9, object_count: 9, representations: [{ name: "task", family: "human", feature_count: 3 }] }];
  const fields = materialFields(sets, "demo");
  assert.deepEqual(fields.find(({ path }) => path === "generative")?.options, ["task"]);
  assert.deepEqual([...problemsOf(fields, initialValues(fields)).keys()], ["stimulus_set", "generative", "representations"]);
  assert.equal(slugOf("Which dinosaur likes what? (Übung)"), "which-dinosaur-likes-what-ubung");
  assert.equal(slugOf("a".repeat(63) + " b"), "a".repeat(63));
});

test("a study goes from draft to closed, opening and closing ask first, and only live data end the trying out", () => {
  const steps = (state: string): [string, boolean][] => stepsFrom(state).map(({ to, question }) => [to, question !== null]);
  assert.deepEqual(steps("draft"), [["pilot", false], ["open", true]]);
  assert.deepEqual(steps("open"), [["paused", false], ["closed", true]]);
  assert.deepEqual(steps("paused"), [["open", false], ["closed", true]]);
  assert.deepEqual(steps("pilot"), [["open", true], ["draft", false], ["closed", true]]);
  assert.deepEqual(steps("closed"), [["open", true]]);
  assert.deepEqual(["draft", "pilot", "open", "paused", "closed"].map(canTry), [true, true, false, false, false]);
});

test("a blind study says until when its numbers are hidden", () => {
  assert.equal(blindRuleOf({ blind: { is_blind: false, stop_finished_sessions: 3 } }), null);
  assert.equal(blindRuleOf({}), null);
  const until = (rule: JsonObject): string => {
    const found = blindRuleOf({ blind: { is_blind: true, ...rule } });
    assert.ok(found !== null);
    return blindUntil(found);
  };
  assert.equal(until({ stop_finished_sessions: 1, stop_at: "" }), "They are shown as soon as 1 live session has finished.");
  assert.equal(until({ stop_finished_sessions: 48, stop_at: "2027-01-11T09:00:00Z" }), "They are shown as soon as 48 live sessions have finished or it is 2027-01-11 09:00 UTC.");
  assert.equal(until({}), "They are shown only when somebody unblinds the study.");
});
