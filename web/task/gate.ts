// From the link to the session: what the browser must be able to do, who comes back, who agrees to take part.
import { ApiError, fetchOpenStudy, makeToken, SessionApi } from "../wire/api";
import { Charge } from "../wire/charge";
import { EventQueue } from "../wire/events";
import type { Keep } from "../wire/keep";
import { Outbox } from "../wire/outbox";
import type { ArrivalIds, Enrolment, OpenStudy, Platform, SessionDocument } from "../wire/types";
import { arrivalIds, isPreview, personIds, personMark, saysWho } from "./arrival";
import { askConsent, showPreview } from "./consent";
import type { ConsentAnswers } from "./consent_form";
import { ANSWER_WORDS, LOADING_WORDS, showHalt, type Line } from "./line";
import type { Page } from "./page";
import { showRefusal } from "./refusal";
import { choiceCount, simulatedConsent, type SimulationMode } from "./simulation";
import type { TextKey } from "./texts";
import { forgetVisit } from "./visit";

export interface Admission {
  api: SessionApi;
  outbox: Outbox;
  events: EventQueue;
  session: SessionDocument;
  isResumed: boolean;
}

/** A study that takes so few of the ways to answer is tried out by hand. */
const SIMULATED_CONSENT_MAX = 64;

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

export interface Entrance {
  slug: string;
  /** The part of the address with the platform's ids. */
  search: string;
  page: Page;
  line: Line;
  keep: Keep;
  /** Null for people. */
  simulation: SimulationMode | null;
}

/** Null when the page has said why there is no way in. */
export async function admit(entrance: Entrance): Promise<Admission | null> {
  const { slug, search, line, keep } = entrance;
  const tokenKey = `dinolab.session.${slug}${personMark(search)}`;
  const kept = keep.get(tokenKey);
  let platform: Platform = "link";
  try {
    const resumed = kept === null ? null : await resume(kept, personIds(search), line, keep);
    if (resumed !== null) return resumed;
    // Not known, erased, or of a pilot that is over: whoever takes part now begins with a token of their own.
    if (kept !== null) keep.remove(tokenKey);
    const open = await line.request(() => fetchOpenStudy(slug, entrance.page.texts.language), LOADING_WORDS);
    platform = open.platform;
    document.title = entrance.page.texts.text("page_title", { title: open.study.title });
    return await enter(open, tokenKey, entrance);
  } catch (error) {
    if (error instanceof ApiError && error.reason !== null) showRefusal(entrance.page, error.reason, { back: error.returnLink, platform });
    else if (error instanceof ApiError && error.status === 404) showRefusal(entrance.page, "not_found");
    else showHalt(entrance.page, error);
    return null;
  }
}

/** From the study's description to the session: everything that happens before anything is stored. */
async function enter(open: OpenStudy, tokenKey: string, entrance: Entrance): Promise<Admission | null> {
  const { slug, search, page, keep, simulation } = entrance;
  const arrival = arrivalIds(search, open.platform);
  if (!(await isLetIn(open, arrival, entrance))) return null;
  for (let attempt = 0; ; attempt++) {
    const answers = simulation === null ? await askConsent(open, page, keep) : await simulatedConsent(open, page, keep, attempt);
    if (answers === null) {
      forgetVisit(slug, keep);
      showRefusal(page, "declined", { back: open.no_consent_return, platform: open.platform });
      return null;
    }
    try {
      return await enrol(open, { arrival, ...answers }, tokenKey, entrance);
    } catch (error) {
      if (simulation === null || !isOtherAnswerDue(error, attempt, open)) throw error;
    }
  }
}

/** A simulated session goes through the answers until it is taken. */
function isOtherAnswerDue(error: unknown, attempt: number, open: OpenStudy): boolean {
  const count = Math.min(choiceCount(open.eligibility.map(({ options }) => options.length)), SIMULATED_CONSENT_MAX);
  return error instanceof ApiError && error.reason === "screened_out" && attempt + 1 < count;
}

async function enrol(
  open: OpenStudy, answers: ConsentAnswers & { arrival: ArrivalIds }, tokenKey: string, { slug, page, line, keep }: Entrance,
): Promise<Admission> {
  const known = keep.get(tokenKey);
  // The token is kept before the request that uses it: if the reply is lost, the session is not.
  const token = known ?? makeToken();
  keep.set(tokenKey, token);
  const parts = partsOf(token, keep);
  const enrolment: Enrolment = {
    consent_sha256: open.consent.sha256,
    ...(open.data_protection === null ? {} : { data_protection_sha256: open.data_protection.sha256 }),
    language: page.texts.language,
    ...answers,
  };
  try {
    await line.request((attempt) => parts.api.open(slug, enrolment, attempt), ANSWER_WORDS);
    const session = await claim(parts, answers.arrival, line);
    return { ...parts, session, isResumed: session.stage !== "instructions" };
  } catch (error) {
    // Who is not let in leaves nothing behind in the browser.
    if (error instanceof ApiError && error.reason !== null && known === null) keep.remove(tokenKey);
    throw error;
  }
}

/** Says why not when there is no place, no id, or a preview only. Who may have a session here already can ask for it: only the server can tell. */
async function isLetIn(open: OpenStudy, arrival: ArrivalIds, { page, search, keep, simulation }: Entrance): Promise<boolean> {
  const { platform } = open;
  if (simulation !== null && !open.is_pilot) {
    showRefusal(page, "no_simulation");
    return false;
  }
  if (platform === "mturk" && isPreview(search)) {
    showPreview(open, page, keep);
    return false;
  }
  // Whether researchers may try their study without an id, the server says.
  if (platform !== "link" && !saysWho(arrival, platform) && !open.is_pilot) {
    showRefusal(page, "no_id", { platform });
    return false;
  }
  const reason = !open.is_open ? (open.closed_reason ?? "closed") : open.is_full ? "full" : null;
  if (reason === null) return true;
  const place = { back: open.quota_full_return, platform };
  if (!saysWho(arrival, platform)) {
    showRefusal(page, reason, place);
    return false;
  }
  return new Promise((resolve) => { showRefusal(page, reason, { ...place, goOn: () => { resolve(true); } }); });
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
async function claim({ api, events }: Pick<Admission, "api" | "events">, arrival: ArrivalIds, line: Line): Promise<SessionDocument> {
  const session = await line.request((attempt) => api.claim(arrival, attempt), LOADING_WORDS);
  const reports = { onLost: () => { api.supersede(); }, onTaken: () => { events.add("page_superseded"); } };
  if (api.pageNumber !== null) new Charge(api.token, api.pageNumber, reports);
  return session;
}

/** Null when the server does not know the token: it was kept, but the request that used it never arrived. */
async function resume(token: string, arrival: ArrivalIds, line: Line, keep: Keep): Promise<Admission | null> {
  const parts = partsOf(token, keep);
  line.report = (kind) => { parts.events.add(kind); };
  try {
    let session = await claim(parts, arrival, line);
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
