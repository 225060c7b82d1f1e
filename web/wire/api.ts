// One function per request of the participant's page. Each is a single attempt; retry.ts decides what is tried again.
import type {
  Completion, ComprehensionReply, Enrolment, Feedback, InteractionEvent, OpenStudy, Phase, Questionnaire, RefusalReason, ResponseBody, ReturnLink,
  SessionDocument, StudyDocument,
} from "./types";

/** Longer than a server needs under load, shorter than people wait: a connection that hangs is given up and tried again. */
const REQUEST_TIMEOUT_MS = 15_000;

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

async function send(path: string, init: RequestInit): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => { abort.abort(); }, REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(path, { ...init, signal: abort.signal, cache: init.cache ?? "no-store" });
    // The body is read under the same time limit: a reply can stop halfway.
    const body = await response.arrayBuffer();
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

async function call<T>(method: string, path: string, token: string | null, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await send(path, init);
  const answer = await parsed(response);
  if (!response.ok) throw errorOf(response.status, answer, response.headers);
  return answer as T;
}

/** A file of the page itself, for everybody. */
export async function fetchAsset(path: string): Promise<Blob> {
  const response = await send(path, { headers: {}, cache: "default" });
  if (!response.ok) throw errorOf(response.status, await parsed(response), response.headers);
  return response.blob();
}

/** In the language wanted, where the study's texts have it. */
export function fetchOpenStudy(slug: string, language: string): Promise<OpenStudy> {
  return call("GET", `/api/v1/open-studies/${encodeURIComponent(slug)}?language=${encodeURIComponent(language)}`, null);
}

/** Says that this browser has opened the study's link; `visit` is a random token of its own. Safe to repeat. */
export async function reportArrival(slug: string, visit: string): Promise<void> {
  await call("POST", `/api/v1/open-studies/${encodeURIComponent(slug)}/arrivals`, null, { visit });
}

export interface Finish {
  completion: Completion;
  debriefing: StudyDocument | null;
}

/** The session that belongs to one token. */
export class SessionApi {
  constructor(readonly token: string) {}

  /** Safe to repeat: the same token gives the same session. */
  open(slug: string, enrolment: Enrolment): Promise<SessionDocument> {
    return call("POST", `/api/v1/open-studies/${encodeURIComponent(slug)}/sessions`, this.token, enrolment);
  }

  read(): Promise<SessionDocument> {
    return call("GET", "/api/v1/session", this.token);
  }

  comprehension(answers: number[]): Promise<ComprehensionReply> {
    return call("POST", "/api/v1/session/comprehension", this.token, { answers });
  }

  respond(phase: Phase, index: number, body: ResponseBody): Promise<Feedback> {
    return call("PUT", `/api/v1/session/${phase}/${String(index)}`, this.token, body);
  }

  events(events: InteractionEvent[]): Promise<{ stored_count: number }> {
    return call("POST", "/api/v1/session/events", this.token, { events });
  }

  questionnaire(answers: Questionnaire): Promise<{ is_stored: boolean }> {
    return call("PUT", "/api/v1/session/questionnaire", this.token, answers);
  }

  finish(): Promise<Finish> {
    return call("POST", "/api/v1/session/finish", this.token, {});
  }

  /** Images never change, so the browser's own cache may keep them. */
  async image(sha256: string): Promise<Blob> {
    const response = await send(`/media/${sha256}`, { headers: { Authorization: `Bearer ${this.token}` }, cache: "default" });
    if (!response.ok) throw errorOf(response.status, await parsed(response), response.headers);
    return response.blob();
  }
}

/** 256 random bits in base64url, 43 characters. */
export function makeToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
