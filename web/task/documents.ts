// The study's own texts on the screen: what is agreed to, the data-protection sheet that unfolds, whom to write to, and the debriefing.
// A text may be in another language than the page, and run in the other direction: it says so itself.
import type { OpenStudy, StudyDocument } from "../wire/types";
import { escaped, htmlOfMarkup, type TopLevel } from "./markup";
import type { Texts } from "./texts";

type KeptKind = "consent" | "data_protection" | "contact";

/** Where the text can be had as a file. */
export function documentAddress(slug: string, kind: KeptKind, document: StudyDocument): string {
  return `/api/v1/open-studies/${encodeURIComponent(slug)}/documents/${kind}?language=${encodeURIComponent(document.language)}`;
}

/** `lang` only where it is another language: a screen reader changes its voice at every one. */
function languageAttribute(document: StudyDocument, texts: Texts): string {
  return document.language.toLowerCase() === texts.language.toLowerCase() ? "" : ` lang="${escaped(document.language)}"`;
}

function documentHtml(document: StudyDocument, texts: Texts, topLevel: TopLevel, className: string, testId: string): string {
  const html = htmlOfMarkup(document.text, topLevel);
  return `<div class="document ${className}" data-testid="${testId}"${languageAttribute(document, texts)} dir="auto">${html}</div>`;
}

function keepLink(slug: string, kind: KeptKind, document: StudyDocument, label: string): string {
  return `<a class="document-file" data-testid="keep-${kind}" href="${escaped(documentAddress(slug, kind, document))}" download>${label}</a>`;
}

function dataProtectionHtml(sheet: StudyDocument, texts: Texts): string {
  return `<details class="document-more" data-testid="data-protection">
    <summary>${texts.html("document_data_protection")}</summary>
    ${documentHtml(sheet, texts, 3, "document-sheet", "data-protection-text")}
  </details>`;
}

function contactHtml(contact: StudyDocument, texts: Texts): string {
  return `<section class="document-contact" data-testid="contact" aria-labelledby="document-contact-title">
    <h2 id="document-contact-title">${texts.html("document_contact")}</h2>${documentHtml(contact, texts, 3, "", "contact-text")}
  </section>`;
}

/** Below the screen's own title (h1): the consent text, then what belongs to it. */
export function consentDocumentsHtml(open: OpenStudy, texts: Texts): string {
  const { slug } = open.study;
  const { consent, data_protection: sheet, contact } = open;
  const files = [
    keepLink(slug, "consent", consent, texts.html("document_keep_consent")),
    ...(sheet === null ? [] : [keepLink(slug, "data_protection", sheet, texts.html("document_keep_data_protection"))]),
  ];
  return [
    documentHtml(consent, texts, 2, "consent-text", "consent-text"),
    sheet === null ? "" : dataProtectionHtml(sheet, texts),
    contact === null ? "" : contactHtml(contact, texts),
    `<ul class="document-files">${files.map((file) => `<li>${file}</li>`).join("")}</ul>`,
  ].join("\n");
}

/** Below the screen's own title; "" where the study has none. */
export function debriefingHtml(document: StudyDocument | null, texts: Texts): string {
  return document === null ? "" : documentHtml(document, texts, 2, "debriefing", "debriefing");
}
