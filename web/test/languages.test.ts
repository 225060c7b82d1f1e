// Every texts.<tag>.json is whole, and the right one is chosen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { languageName, linkInLanguage, wantedLanguages } from "../task/language";
import { directionOf, LANGUAGES, TABLES, textsFor, type TextKey, type TextValue } from "../task/texts";
import { MemoryKeep } from "../wire/keep";

const english = TABLES.en;
assert.ok(english !== undefined);
const keys = Object.keys(english) as TextKey[];
const forms = (value: TextValue): Readonly<Record<string, string>> => (typeof value === "string" ? { other: value } : value);
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test("English and German are there", () => {
  assert.ok(LANGUAGES.includes("en") && LANGUAGES.includes("de"));
});

for (const [tag, table] of Object.entries(TABLES)) {
  test(`${tag}: every text of the page is there, and no other`, () => {
    assert.deepEqual(keys.filter((key) => !Object.hasOwn(table, key)), [], "missing");
    assert.deepEqual(Object.keys(table).filter((key) => !Object.hasOwn(english, key)), [], "not used");
    for (const key of keys) for (const text of Object.values(forms(table[key]))) assert.ok(text.trim() !== "", key);
  });

  test(`${tag}: every text has the same places to fill in`, () => {
    for (const key of keys) {
      const wanted = placeholders(forms(english[key]).other ?? "");
      for (const [form, text] of Object.entries(forms(table[key]))) {
        // "one" may say the number in a word.
        const isSame = form === "other" ? wanted.join() === placeholders(text).join() : placeholders(text).every((place) => wanted.includes(place));
        assert.ok(isSame, `${key} (${form}): ${text}`);
      }
    }
  });

  test(`${tag}: every plural text has the forms of its language`, () => {
    const wanted = [...new Intl.PluralRules(tag).resolvedOptions().pluralCategories].sort();
    for (const key of keys) {
      const value = table[key];
      if (typeof value !== "string") assert.deepEqual(Object.keys(value).sort(), wanted, key);
      else assert.ok(typeof english[key] === "string" || wanted.length === 1, `${key} needs plural forms`);
    }
  });

  test(`${tag}: has a name for itself, and its texts have its marks of emphasis in pairs`, () => {
    assert.notEqual(languageName(tag), tag);
    for (const key of keys) for (const text of Object.values(forms(table[key]))) assert.equal((text.match(/\*\*/g) ?? []).length % 2, 0, key);
  });
}

test("an unknown language gets English, a region its language", () => {
  assert.equal(textsFor(["xx", "tlh"]).language, "en");
  assert.equal(textsFor(["en-GB"]).language, "en");
  assert.equal(textsFor(["constructor"]).language, "en");
  assert.equal(textsFor(["xx", "de-AT", "en"]).language, "de");
  assert.equal(textsFor(["DE"]).language, "de");
});

test("what the person chose comes before the link, and the link before the browser", () => {
  const keep = new MemoryKeep();
  assert.deepEqual(wantedLanguages("demo", keep, "?PROLIFIC_PID=a&lang=de", ["fr", "en"]), ["de", "fr", "en"]);
  assert.deepEqual(wantedLanguages("demo", keep, "", ["fr"]), ["fr"]);
  keep.set("dinolab.language.demo", "en");
  assert.deepEqual(wantedLanguages("demo", keep, "?lang=de", ["fr"]), ["en", "de", "fr"]);
  assert.deepEqual(wantedLanguages("other", keep, "?lang=de", ["fr"]), ["de", "fr"]);
});

test("another language leaves the rest of the link as it was", () => {
  assert.equal(linkInLanguage("http://h/s/demo", "de"), "http://h/s/demo?lang=de");
  assert.equal(linkInLanguage("http://h/s/demo?A=1%20x&lang=en&B=a+b%2F&c=?#top", "de"), "http://h/s/demo?A=1%20x&B=a+b%2F&c=?&lang=de#top");
});

test("scripts that are written from the right are known", () => {
  for (const tag of ["ar", "he", "fa-IR", "ur", "ckb", "az-Arab", "ps"]) assert.equal(directionOf(tag), "rtl", tag);
  for (const tag of ["en", "de", "ku-Latn", "ja", "zh-Hant", "ur-Latn"]) assert.equal(directionOf(tag), "ltr", tag);
});
