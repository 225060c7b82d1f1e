// The way back to the platform: a link to follow, a form to send, or a code to copy.
import type { ReturnLink } from "../wire/types";
import { escaped } from "./markup";
import type { Texts, TextKey } from "./texts";

export interface ReturnWords {
  /** What is said before the link or the form. */
  note: TextKey;
  label: TextKey;
  /** For {platform} in the label. */
  platform?: string;
  /** Test ids begin with it: "completion" or "return". */
  name: "completion" | "return";
}

/** For who has finished. */
export const COMPLETION_WORDS: ReturnWords = { note: "finished_link_note", label: "finished_link", name: "completion" };
/** For who has not: the platform learns that the place is free. */
export const RETURN_WORDS: ReturnWords = { note: "return_note", label: "return_link", name: "return" };

/** An address of the web; what else a setting might hold, such as a script, is shown by leaving it out. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url);
}

function buttonHtml(back: ReturnLink, label: string, name: string): string {
  const testId = `data-testid="${name}-link"`;
  if (back.method === "link") return `<p class="buttons"><a class="button" ${testId} href="${escaped(back.url)}">${label}</a></p>`;
  const fields = Object.entries(back.fields).map(([field, value]) => `<input type="hidden" name="${escaped(field)}" value="${escaped(value)}">`);
  return `<form method="post" action="${escaped(back.url)}" data-testid="${name}-form">${fields.join("")}
    <p class="buttons"><button class="button" ${testId}>${label}</button></p></form>`;
}

/** "" when there is neither an address nor a code. */
export function returnHtml(back: ReturnLink, texts: Texts, words: ReturnWords): string {
  const hasAddress = isWebAddress(back.url);
  const button = hasAddress ? `<p>${texts.html(words.note)}</p>${buttonHtml(back, texts.html(words.label, { platform: words.platform ?? "" }), words.name)}` : "";
  if (back.code === "") return button;
  const code = `<p>${texts.html(hasAddress ? "return_code_besides" : "return_code_note")}</p>
    <p class="code"><span class="visually-hidden">${texts.html("return_code")}</span>
      <code data-testid="${words.name}-code">${escaped(back.code)}</code>
      <button type="button" class="button quiet" data-testid="${words.name}-copy">${texts.html("return_copy")}</button>
      <span class="note" role="status"></span></p>`;
  return button + code;
}

/** Makes the copy button of `returnHtml` work. Where the browser does not let a page copy, the code is selected, ready to be copied by hand. */
export function listenForCopy(screen: HTMLElement, texts: Texts): void {
  const code = screen.querySelector(".code code");
  const button = screen.querySelector<HTMLElement>(".code button");
  const status = screen.querySelector(".code [role=status]");
  button?.addEventListener("click", () => {
    if (code === null || status === null) return;
    getSelection()?.selectAllChildren(code);
    copied(code.textContent).then(
      () => { status.textContent = texts.text("return_copied"); },
      () => { status.textContent = texts.text("return_copy_by_hand"); },
    );
  });
}

async function copied(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
