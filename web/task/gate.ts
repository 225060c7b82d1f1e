// From the link to the session: what the browser must be able to do, who comes back, who agrees to take part.
import { ApiError, fetchOpenStudy, makeToken, SessionApi } from "../wire/api";
import { Charge } from "../wire/charge";
import { EventQueue } from "../wire/events";
import type { Keep } from "../wire/keep";
import { Outbox } from "../wire/outbox";
import type { OpenStudy, SessionDocument } from "../wire/types";
import { inputsNote, thisDevice } from "./inputs";
import { languageSwitch } from "./language";
import { consentDocumentsHtml } from "./documents";
import { ANSWER_WORDS, LOADING_WORDS, showHalt, type Line } from "./line";
import { escaped } from "./markup";
import type { Page } from "./page";
import type { TextKey } from "./texts";
import { forgetVisit } from "./visit";

export interface Admission {
  api: SessionApi;
  outbox: Outbox;
  events: EventQueue;
  session: SessionDocument;
  isResumed: boolean;
}

const WEBP_PIXEL = "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";

async function showsWebp(): Promise<boolean> {
  const image = new Image();
  image.src = WEBP_PIXEL;
  try {
    await image.decode();
    return image.width === 1;
  } catch {
    return false;
  }
}

/** What the study needs and this browser lacks. */
export async function missingFeatures(): Promise<TextKey[]> {
  const missing: TextKey[] = [];
  if (typeof fetch !== "function" || typeof AbortController !== "function") missing.push("check_fetch");
  if (typeof crypto === "undefined" || typeof crypto.getRandomValues !== "function") missing.push("check_crypto");
  if (typeof requestAnimationFrame !== "function" || typeof performance === "undefined") missing.push("check_frames");
  if (typeof HTMLImageElement.prototype.decode !== "function") missing.push("check_decode");
  else if (!(await showsWebp())) missing.push("check_webp");
  return missing;
}

/** Null when the page has said why there is no way in. */
export async function admit(slug: string, page: Page, line: Line, keep: Keep): Promise<Admission | null> {
  const tokenKey = `dinolab.session.${slug}`;
  const kept = keep.get(tokenKey);
  try {
    if (kept !== null) {
      const resumed = await resume(kept, line, keep);
      if (resumed !== null) return resumed;
    }
    const open = await line.request(() => fetchOpenStudy(slug), LOADING_WORDS);
    if (!isOpenTo(open, page)) return null;
    if (!(await consents(open, page, keep))) {
      forgetVisit(slug, keep);
      return null;
    }
    // The token is kept before the request that uses it: if the reply is lost, the session is not.
    const token = keep.get(tokenKey) ?? makeToken();
    keep.set(tokenKey, token);
    const parts = partsOf(token, keep);
    await line.request((attempt) => parts.api.open(slug, open.consent.sha256, attempt), ANSWER_WORDS);
    const session = await claim(parts.api, line);
    return { ...parts, session, isResumed: false };
  } catch (error) {
    showRefusal(error, page);
    return null;
  }
}

function partsOf(token: string, keep: Keep): Pick<Admission, "api" | "outbox" | "events"> {
  const api = new SessionApi(token);
  return {
    api,
    outbox: new Outbox(token, keep, (phase, index, body, attempt) => api.respond(phase, index, body, attempt)),
    events: new EventQueue(token, keep, (events) => api.events(events)),
  };
}

/** This page is in charge from now on; an older one of the same browser is told at once. */
async function claim(api: SessionApi, line: Line): Promise<SessionDocument> {
  const session = await line.request((attempt) => api.claim(attempt), LOADING_WORDS);
  if (api.pageNumber !== null) new Charge(api.token, api.pageNumber, () => { api.supersede(); });
  return session;
}

/** Null when the server does not know the token: it was kept, but the request that used it never arrived. */
async function resume(token: string, line: Line, keep: Keep): Promise<Admission | null> {
  const parts = partsOf(token, keep);
  line.report = (kind) => { parts.events.add(kind); };
  try {
    let session = await claim(parts.api, line);
    // What was answered before the page went away, or in the page that was in charge before, comes first: the session document then begins after it.
    if (parts.outbox.waiting().length > 0) {
      await line.wait((settings) => parts.outbox.resend(settings), ANSWER_WORDS);
      session = await line.request((attempt) => parts.api.read(attempt), LOADING_WORDS);
    }
    return { ...parts, session, isResumed: true };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

function isOpenTo(open: OpenStudy, page: Page): boolean {
  document.title = page.texts.text("page_title", { title: open.study.title });
  const reason = !open.is_open ? "closed" : open.is_full ? "full" : null;
  if (reason !== null) showNoPlace(reason, page);
  return reason === null;
}

function showNoPlace(reason: "closed" | "full" | "not_found", page: Page): void {
  page.showNotice(reason, page.texts.text(`${reason}_title`), page.texts.markup(`${reason}_body`));
}

async function consents(open: OpenStudy, page: Page, keep: Keep): Promise<boolean> {
  const { texts } = page;
  page.setStage("consent");
  const asked = page.ask(
    `<p class="study-title">${escaped(open.study.title)}</p><h1>${texts.html("consent_title")}</h1>
     ${consentDocumentsHtml(open, texts)}${inputsNote(texts, open.inputs, thisDevice())}`,
    [
      { testId: "consent-accept", label: texts.text("consent_accept") },
      { testId: "consent-decline", label: texts.text("consent_decline"), isQuiet: true },
    ],
  );
  languageSwitch(page, open.study.slug, keep);
  const answer = await asked;
  if (answer === "consent-accept") return true;
  page.showNotice("declined", texts.text("declined_title"), texts.markup("declined_body"));
  return false;
}

function showRefusal(error: unknown, page: Page): void {
  if (error instanceof ApiError && error.status === 404) showNoPlace("not_found", page);
  else if (error instanceof ApiError && error.kind === "full") showNoPlace("full", page);
  else if (error instanceof ApiError && error.status === 409) showNoPlace("closed", page);
  else showHalt(page, error);
}
