// Which language the page speaks: what the person chose here before, else what the link says (?lang=de), else what the browser prefers.
import type { Keep } from "../wire/keep";
import type { Page } from "./page";
import { LANGUAGES } from "./texts";

const PARAMETER = "lang";

function keyOf(slug: string): string {
  return `dinolab.language.${slug}`;
}

/** In the order in which they are wanted. `search` is the link's query, `preferred` the browser's list. */
export function wantedLanguages(slug: string, keep: Keep, search: string, preferred: readonly string[]): string[] {
  const linked = new URLSearchParams(search).get(PARAMETER);
  return [keep.get(keyOf(slug)), linked, ...preferred].filter((tag): tag is string => tag !== null && tag !== "");
}

/** A language's name in itself. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** The same link in another language. What else is in its query stays as it is, letter by letter: it is the platform's. */
export function linkInLanguage(href: string, tag: string): string {
  const [whole = "", fragment] = href.split("#");
  const [path = "", query = ""] = whole.split(/\?(.*)/s);
  const others = query.split("&").filter((part) => part !== "" && part.split("=")[0] !== PARAMETER);
  return `${path}?${[...others, `${PARAMETER}=${encodeURIComponent(tag)}`].join("&")}${fragment === undefined ? "" : `#${fragment}`}`;
}

/** Puts a choice of languages at the top of the screen that is shown. Choosing one loads the page again in it, so this is for a screen on which nothing was
 * filled in yet. Nothing is shown when there is only one language. */
export function languageSwitch(page: Page, slug: string, keep: Keep): void {
  if (LANGUAGES.length < 2) return;
  const list = document.createElement("nav");
  list.className = "languages";
  list.setAttribute("aria-label", page.texts.text("language_label"));
  for (const tag of LANGUAGES) {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = tag;
    button.textContent = languageName(tag);
    button.dataset.testid = `language-${tag}`;
    if (tag === page.texts.language) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => {
      keep.set(keyOf(slug), tag);
      // The link is changed as well: it remembers where the browser may not.
      location.replace(linkInLanguage(location.href, tag));
    });
    list.append(button);
  }
  page.stageElement.firstElementChild?.prepend(list);
}
