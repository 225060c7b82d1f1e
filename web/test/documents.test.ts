import assert from "node:assert/strict";
import { test } from "node:test";
import { consentDocumentsHtml, debriefingHtml } from "../task/documents";
import { textsFor } from "../task/texts";
import type { OpenStudy, StudyDocument } from "../wire/types";

const texts = textsFor(["en"]);

function written(text: string, language = "en", version = 1): StudyDocument {
  return { text, sha256: "0".repeat(64), language, version };
}

function openStudy(parts: Partial<OpenStudy>): OpenStudy {
  return {
    study: { slug: "cat", title: "Cat", task: "category" }, is_pilot: false, platform: "link", consent: written("# Agree\n\nDo you?"),
    data_protection: null, contact: null, age: { min: 18, max: 90 }, eligibility: [], inputs: ["keyboard"], is_open: true,
    closed_reason: null, is_full: false, no_consent_return: null, quota_full_return: null, ...parts,
  };
}

test("consent, sheet and contact are shown with their files to keep", () => {
  const html = consentDocumentsHtml(openStudy({ data_protection: written("# Sheet"), contact: written("Write to <ada@x.org>.") }), texts);
  assert.match(html, /data-testid="consent-text" dir="auto"><h2>Agree<\/h2>/);
  assert.match(html, /<details[^>]*>\s*<summary>Data protection[^<]*<\/summary>\s*<div[^>]*data-testid="data-protection-text"[^>]*><h3>Sheet<\/h3>/);
  assert.ok(html.includes('<a href="mailto:ada@x.org"'));
  assert.ok(html.includes('href="/api/v1/open-studies/cat/documents/consent?language=en" download'));
  assert.ok(html.includes('href="/api/v1/open-studies/cat/documents/data_protection?language=en" download'));
});

test("what a study does not have leaves no trace", () => {
  const html = consentDocumentsHtml(openStudy({}), texts);
  assert.ok(!/details|contact|data_protection/.test(html), html);
  assert.equal(debriefingHtml(null, texts), "");
});

test("a text in another language than the page says so, and its file is asked for in it", () => {
  const html = consentDocumentsHtml(openStudy({ consent: written("\u05e9\u05dc\u05d5\u05dd", "he"), contact: written("Hallo", "EN") }), texts);
  assert.match(html, /data-testid="consent-text" lang="he" dir="auto"/);
  assert.match(html, /data-testid="contact-text" dir="auto"/);
  assert.ok(html.includes("documents/consent?language=he"));
  assert.match(debriefingHtml(written("# Warum", "de"), texts), /^<div class="document debriefing" data-testid="debriefing" lang="de" dir="auto"><h2>Warum<\/h2><\/div>$/);
});

test("nothing of a text, its language or the study's name becomes a tag", () => {
  const bad = '"><script>alert(1)</script>';
  const html = consentDocumentsHtml(openStudy({ study: { slug: bad, title: bad, task: "reward" }, consent: written(bad, bad), contact: written(bad) }), texts)
    + debriefingHtml(written(bad, bad), texts);
  assert.ok(!html.includes("<script"), html);
});
