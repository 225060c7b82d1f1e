// One function per request of the participant's page. Each is a single attempt; retry.ts decides what is tried again.
import type {
  ArrivalIds, Completion, ComprehensionReply, Enrolment, Feedback, InteractionEvent, OpenStudy, PageClaim, Phase, Questionnaire, RefusalReason, ResponseBody,
  ReturnLink, SessionDocument, StudyDocument, Withdrawal,
} from "./types";

/** Longer than a server is silent under load, shorter than people wait: a connection that hangs is given up and tried again. It is silence that counts:
 * an image that takes a minute over a slow line comes. */
const SILENCE_MAX_MS = 15_000;
/** Most requests are small, and somebody waits for their answers: the first attempts are given up sooner. */
const FIRST_SILENCE_MAX_MS = 5_000;

/** How long the `attempt`th attempt, from 0, bears silence. */
function silenceMaxMs(attempt: number): number {
  return Math.min(SILENCE_MAX_MS, FIRST_SILENCE_MAX_MS * (attempt + 1));
}

/** The server answered, and the answer was an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    message: string,
    /** With a response out of order: the trial that the server waits for. */
    readonly expectedIndex: number | null = null,
    /** How long the server asks us to wait, where it says so. */
    readonly retryAfterMs: number | null = null,
    /** Why nobody is let in, or not any more; null for other errors. */
    readonly reason: RefusalReason | null = null,
    /** With a reason: the way back to the platform. */
    readonly returnLink: ReturnLink | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** No answer arrived, or not a whole one. */
export class ConnectionError extends Error {
  constructor(cause: unknown) {
    super("no answer from the server");
    this.name = "ConnectionError";
    this.cause = cause;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const REFUSAL_REASONS: readonly RefusalReason[] = [
  "closed", "not_yet", "over", "full", "screened_out", "excluded", "failed_comprehension", "returning", "finished", "preview", "no_id", "consent_changed",
];

function retryAfterMs(header: string | null): number | null {
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** A proxy in front of the server answers in HTML: then the status alone is what we know. */
function errorOf(status: number, body: unknown, headers: Headers): ApiError {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  return new ApiError(
    status,
    typeof error.kind === "string" ? error.kind : "unknown",
    typeof error.message === "string" ? error.message : `The server answered with status ${String(status)}.`,
    typeof error.expected_index === "number" ? error.expected_index : null,
    retryAfterMs(headers.get("Retry-After")),
    REFUSAL_REASONS.find((reason) => reason === error.reason) ?? null,
    isRecord(error.return) ? (error.return as unknown as ReturnLink) : null,
  );
}

/** The whole body, or an exception when it stops halfway; `heard` is told of each piece. */
async function bodyOf(response: Response, heard: () => void): Promise<BlobPart[]> {
  const reader = response.body?.getReader();
  const pieces: BlobPart[] = [];
  for (;;) {
    const piece = await reader?.read();
    if (piece?.value === undefined) return pieces;
    heard();
    pieces.push(piece.value);
  }
}

async function send(path: string, init: RequestInit, silenceMax_ms = SILENCE_MAX_MS): Promise<Response> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => { abort.abort(); }, silenceMax_ms);
  };
  heard();
  try {
    const response = await fetch(path, { ...init, signal: abort.signal, cache: init.cache ?? "no-store" });
    heard();
    const type = response.headers.get("Content-Type") ?? "";
    const body = new Blob(await bodyOf(response, heard), { type });
    return new Response(response.status === 204 ? null : body, { status: response.status, headers: response.headers });
  } catch (cause) {
    throw new ConnectionError(cause);
  } finally {
    clearTimeout(timer);
  }
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (response.ok) throw new ConnectionError(cause);
    return null;
  }
}

/** Of one page of one session; see Charge. */
function headersOf(token: string, page: number | null): Record<string, string> {
  return { Authorization: `Bearer ${token}`, ...(page === null ? {} : { "Dinolab-Page": String(page) }) };
}

interface Asking {
  headers?: Record<string, string>;
  body?: unknown;
  silenceMax_ms?: number;
}

async function call<T>(method: string, path: string, { headers = {}, body, silenceMax_ms }: Asking = {}): Promise<T> {
  const init: RequestInit = { method, headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await send(path, init, silenceMax_ms);
  const answer = await parsed(response);
  if (!response.ok) throw errorOf(response.status, answer, response.headers);
  return answer as T;
}

/** After a failure the browser's own copy is not trusted: it may be what failed. */
function cacheOf(attempt: number): RequestCache {
  return attempt === 0 ? "default" : "reload";
}

/** A file of the page itself, for everybody. */
export async function fetchAsset(path: string, attempt = 0): Promise<Blob> {
  const response = await send(path, { headers: {}, cache: cacheOf(attempt) });
  if (!response.ok) throw errorOf(response.status, await parsed(response), response.headers);
  return response.blob();
}

/** In the language wanted, where the study's texts have it. */
export function fetchOpenStudy(slug: string, language: string): Promise<OpenStudy> {
  return call("GET", `/api/v1/open-studies/${encodeURIComponent(slug)}?language=${encodeURIComponent(language)}`);
}

/** Says that this browser has opened the study's link; `visit` is a random token of its own. Safe to repeat. */
export async function reportArrival(slug: string, visit: string): Promise<void> {
  await call("POST", `/api/v1/open-studies/${encodeURIComponent(slug)}/arrivals`, { body: { visit } });
}

/** Another page has taken the session over. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.kind === "superseded";
}

/** As the server would say it. */
export function supersededError(): ApiError {
  return new ApiError(409, "superseded", "Another page is in charge of this session.");
}

export interface Finish {
  completion: Completion;
  debriefing: StudyDocument | null;
}

/** The session that belongs to one token, as one page asks about it. Once another page is in charge, nothing is asked any more: each request fails as
 * the server would have it fail. */
export class SessionApi {
  /** Given by the server when this page took the session over. */
  pageNumber: number | null = null;
  /** Called once, when it is known that another page is in charge, by the server's word or by that page's own. */
  onSuperseded: (teller: "server" | "page") => void = () => undefined;
  private hasEnded = false;

  constructor(readonly token: string) {}

  /** Safe to repeat: the same token gives the same session. */
  open(slug: string, enrolment: Enrolment, attempt?: number): Promise<SessionDocument> {
    return this.ask("POST", `/api/v1/open-studies/${encodeURIComponent(slug)}/sessions`, enrolment, attempt);
  }

  /** From now on this page is in charge, and no earlier one. `arrival`: what its link carries; ids beside the person's own may be new. */
  async claim(arrival: ArrivalIds, attempt?: number): Promise<SessionDocument> {
    const claim = await this.ask<PageClaim>("POST", "/api/v1/session/page", { arrival }, attempt);
    this.pageNumber = claim.page_number;
    return claim.session;
  }

  /** What a newer page of this browser says sooner than the server. */
  supersede(teller: "server" | "page" = "page"): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onSuperseded(teller);
  }

  read(attempt?: number): Promise<SessionDocument> {
    return this.ask("GET", "/api/v1/session", undefined, attempt);
  }

  comprehension(answers: number[], attempt?: number): Promise<ComprehensionReply> {
    return this.ask("POST", "/api/v1/session/comprehension", { answers }, attempt);
  }

  respond(phase: Phase, index: number, body: ResponseBody, attempt?: number): Promise<Feedback> {
    return this.ask("PUT", `/api/v1/session/${phase}/${String(index)}`, body, attempt);
  }

  events(events: InteractionEvent[]): Promise<{ stored_count: number }> {
    return this.ask("POST", "/api/v1/session/events", { events });
  }

  questionnaire(answers: Questionnaire, attempt?: number): Promise<{ is_stored: boolean }> {
    return this.ask("PUT", "/api/v1/session/questionnaire", answers, attempt);
  }

  finish(attempt?: number): Promise<Finish> {
    return this.ask("POST", "/api/v1/session/finish", {}, attempt);
  }

  /** What withdrawing now would give. */
  withdrawalNow(): Promise<Withdrawal> {
    return this.ask("GET", "/api/v1/session/withdraw");
  }

  /** Safe to repeat; after a deletion the token is not known any more (401). */
  withdraw(isDeletion: boolean, attempt?: number): Promise<Withdrawal> {
    return this.ask("POST", "/api/v1/session/withdraw", { is_deletion: isDeletion }, attempt);
  }

  /** Images never change, so the browser's own cache may keep them. */
  image(sha256: string, attempt = 0): Promise<Blob> {
    return this.whileInCharge(async () => {
      const response = await send(`/media/${sha256}`, { headers: headersOf(this.token, this.pageNumber), cache: cacheOf(attempt) });
      if (!response.ok) throw errorOf(response.status, await parsed(response), response.headers);
      return response.blob();
    });
  }

  /** `attempt`: from 0, of somebody who tries again and waits for it; without, the request may take its time. */
  private ask<T>(method: string, path: string, body?: unknown, attempt = Infinity): Promise<T> {
    return this.whileInCharge(() => call<T>(method, path, { headers: headersOf(this.token, this.pageNumber), body, silenceMax_ms: silenceMaxMs(attempt) }));
  }

  private async whileInCharge<T>(ask: () => Promise<T>): Promise<T> {
    if (this.hasEnded) throw supersededError();
    try {
      return await ask();
    } catch (error) {
      if (isSuperseded(error)) this.supersede("server");
      throw error;
    }
  }
}

/** 256 random bits in base64url, 43 characters. */
export function makeToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
