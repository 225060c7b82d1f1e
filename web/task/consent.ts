// The consent screen: what the study is about, who may take part, and the decision. In MTurk's preview it can be read, and nothing else.
import type { Keep } from "../wire/keep";
import type { OpenStudy } from "../wire/types";
import { ageOf, answersOf, consentFormHtml, draftOf, faultsOf, showFaults, type ConsentAnswers } from "./consent_form";
import { consentDocumentsHtml } from "./documents";
import { inputsNote, thisDevice } from "./inputs";
import { languageSwitch } from "./language";
import { escaped } from "./markup";
import type { Page } from "./page";

function aboutHtml(open: OpenStudy, { texts }: Page): string {
  return `<p class="study-title">${escaped(open.study.title)}</p><h1>${texts.html("consent_title")}</h1>
    ${consentDocumentsHtml(open, texts)}${inputsNote(texts, open.inputs, thisDevice())}`;
}

/** The consent can be read; what comes next is up to the platform. */
export function showPreview(open: OpenStudy, page: Page, keep: Keep): void {
  page.setStage("consent");
  page.showScreen(`<div class="preview-note" data-testid="preview-note">${page.texts.markup("preview_note")}</div>${aboutHtml(open, page)}`);
  languageSwitch(page, open.study.slug, keep);
}

/** Null when the person does not agree. */
export function askConsent(open: OpenStudy, page: Page, keep: Keep): Promise<ConsentAnswers | null> {
  const { texts } = page;
  page.setStage("consent");
  const screen = page.showScreen(
    `${aboutHtml(open, page)}${consentFormHtml(open, texts)}
     <div class="buttons">
       <button type="button" class="button" data-testid="consent-accept">${texts.html("consent_accept")}</button>
       <button type="button" class="button quiet" data-testid="consent-decline">${texts.html("consent_decline")}</button>
     </div>`,
  );
  languageSwitch(page, open.study.slug, keep);
  // Agreeing is an act of its own: Enter in a field must not be taken for it.
  screen.querySelector("form")?.addEventListener("submit", (event) => { event.preventDefault(); });
  return new Promise((resolve) => {
    let confirmedAge: number | null = null;
    screen.querySelector("[data-testid=consent-decline]")?.addEventListener("click", () => { resolve(null); });
    screen.querySelector("[data-testid=consent-accept]")?.addEventListener("click", () => {
      const draft = draftOf(screen, open);
      const faults = faultsOf(draft, open, confirmedAge);
      confirmedAge = ageOf(draft.age);
      showFaults(screen, faults, texts, draft.age.trim());
      if (faults.length === 0) resolve(answersOf(draft, open.eligibility));
    });
  });
}
