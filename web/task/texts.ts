// The page's words, one JSON file per language. A value is a text, or one text per plural form chosen by `count`.
import { escaped, htmlOfMarkup } from "./markup";
import english from "./texts.en.json";

export type TextKey = keyof typeof english;
export type TextValue = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type TextTable = Readonly<Record<TextKey, TextValue>>;
export type TextValues = Readonly<Record<string, string | number>>;

export interface Texts {
  readonly language: string;
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

export function makeTexts(language: string, table: TextTable): Texts {
  const text = (key: TextKey, values: TextValues = {}): string => filled(formOf(table[key], language, values), values);
  return {
    language,
    text,
    html: (key, values) => escaped(text(key, values)),
    markup: (key, values) => htmlOfMarkup(text(key, values), 1),
  };
}

const TABLES: Readonly<Record<string, TextTable>> = { en: english };

/** The first of the wanted languages that there is a file for; English otherwise. */
export function textsFor(wanted: readonly string[]): Texts {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    const table = Object.hasOwn(TABLES, language) ? TABLES[language] : undefined;
    if (table !== undefined) return makeTexts(language, table);
  }
  return makeTexts("en", english);
}
