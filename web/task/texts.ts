// The page's words, one JSON file per language. A value is a text, or one text per plural form chosen by `count`.
import { tables } from "dinolab:languages";
import { escaped, htmlOfMarkup } from "./markup";
import type english from "./texts.en.json";

/** English is the language that a text is first written in; every other file has the same keys. */
export type TextKey = keyof typeof english;
export type TextValue = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type TextTable = Readonly<Record<TextKey, TextValue>>;
export type TextValues = Readonly<Record<string, string | number>>;

export type Direction = "ltr" | "rtl";

export interface Texts {
  readonly language: string;
  /** Which way the language is written. */
  readonly direction: Direction;
  /** Plain text, for textContent. */
  text(key: TextKey, values?: TextValues): string;
  /** The same, escaped, for a place inside HTML. */
  html(key: TextKey, values?: TextValues): string;
  /** Paragraphs and lists, as HTML; see markup.ts. */
  markup(key: TextKey, values?: TextValues): string;
}

function formOf(value: TextValue, language: string, values: TextValues): string {
  if (typeof value === "string") return value;
  const form = new Intl.PluralRules(language).select(Number(values.count ?? 0));
  return value[form] ?? value.other ?? "";
}

/** Fills `{name}`. A name without a value is our mistake and is thrown, so that no participant reads braces. */
export function filled(template: string, values: TextValues): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`text has no value for {${name}}: ${template}`);
    return String(value);
  });
}

const RTL_LANGUAGES = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]);
const RTL_SCRIPTS = new Set(["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"]);

export function directionOf(tag: string): Direction {
  const [language = "", second = ""] = tag.toLowerCase().split("-");
  const isRtl = second.length === 4 ? RTL_SCRIPTS.has(second) : RTL_LANGUAGES.has(language);
  return isRtl ? "rtl" : "ltr";
}

export function makeTexts(language: string, table: TextTable): Texts {
  const text = (key: TextKey, values: TextValues = {}): string => filled(formOf(table[key], language, values), values);
  return {
    language,
    direction: directionOf(language),
    text,
    html: (key, values) => escaped(text(key, values)),
    markup: (key, values) => htmlOfMarkup(text(key, values), 1),
  };
}

/** By tag. That each has all keys is what web/test/languages.test.ts is for. */
export const TABLES = tables as Readonly<Record<string, TextTable>>;
/** The tags that there is a file for. */
export const LANGUAGES: readonly string[] = Object.keys(TABLES);

/** pt-BR is served by pt-BR, else by pt, else by pt-PT: better a neighbour than a stranger. */
function fileFor(tag: string): string | undefined {
  const wanted = tag.toLowerCase();
  const base = wanted.split("-")[0] ?? "";
  const same = (name: string) => (known: string): boolean => known.toLowerCase() === name;
  return LANGUAGES.find(same(wanted)) ?? LANGUAGES.find(same(base)) ?? LANGUAGES.find((known) => known.toLowerCase().split("-")[0] === base);
}

/** The first of the wanted languages that there is a file for; English otherwise. */
export function textsFor(wanted: readonly string[]): Texts {
  const tag = wanted.map(fileFor).find((found) => found !== undefined) ?? "en";
  const table = TABLES[tag];
  if (table === undefined) throw new Error("there are no English texts");
  return makeTexts(tag, table);
}
