// The dashboard's calls to the server. Every failure is an ApiError whose message is a sentence that a page can show as it is.

import { exclusionQuery } from "./state/exclusion.ts";
import type { Exclusion, Group, Login, Project, RepresentationsReply, Study, System } from "./types.ts";

export class ApiError extends Error {
  readonly kind: string;
  readonly status: number;
  /** The path of the field that it is about, such as `settings.trial_count`; "" where it is about no single one. */
  readonly field: string;

  constructor(kind: string, status: number, message: string, field = "") {
    super(message);
    this.kind = kind;
    this.status = status;
    this.field = field;
  }
}

const OFFLINE_SENTENCE = "The server cannot be reached. Is it running, and is this computer online?";

let csrfToken: string | null = null;
let serverAheadMs = 0;

/** The server's wall clock as far as its replies tell, for "seen 3 seconds ago" on a computer whose clock is wrong. */
export function serverNowMs(): number {
  return Date.now() + serverAheadMs;
}

function readServerClock(response: Response): void {
  const at = Date.parse(response.headers.get("Date") ?? "");
  // The header counts whole seconds and the reply took time: a small difference is no difference.
  if (Number.isFinite(at)) serverAheadMs = Math.abs(at - Date.now()) > 5000 ? at - Date.now() : 0;
}

/** The server's own sentence, or one made from the status where the body is not ours (a proxy's page, an empty reply). */
export function errorOf(status: number, body: unknown): ApiError {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  if (typeof error === "object" && error !== null && "kind" in error && "message" in error)
    return new ApiError(String(error.kind), status, asSentence(String(error.message)), "field" in error ? String(error.field) : "");
  if (status === 401) return new ApiError("unauthorized", status, "Please log in.");
  return new ApiError("internal", status, `The server answered with status ${status} and no explanation. Please try again.`);
}

export function asSentence(message: string): string {
  const trimmed = message.trim();
  const sentence = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** For the other files of calls too. A blob is sent as it is, everything else as JSON. */
export async function call<Reply>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object): Promise<Reply> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const isBlob = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isBlob ? "application/octet-stream" : "application/json";
  if (method !== "GET" && csrfToken !== null) headers["X-CSRF-Token"] = csrfToken;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: isBlob ? body : JSON.stringify(body) }) });
  } catch {
    throw new ApiError("offline", 0, OFFLINE_SENTENCE);
  }
  readServerClock(response);
  const reply: unknown = await response.json().catch(() => null);
  if (!response.ok || typeof reply !== "object" || reply === null) throw errorOf(response.status, reply);
  return reply as Reply;
}

async function enter(method: "GET" | "POST", path: string, body?: object): Promise<Login> {
  const login = await call<Login>(method, path, body);
  csrfToken = login.csrf_token;
  return login;
}

export const api = {
  setup: (token: string, name: string, password: string) => enter("POST", "/setup", { token, name, password }),
  /** `totp`: the code of the second factor, or a recovery code; "" until the server has asked for it (`code_needed`). */
  login: (name: string, password: string, totp: string) => enter("POST", "/login", { name, password, ...(totp === "" ? {} : { totp }) }),
  account: () => enter("GET", "/account"),
  async logout(): Promise<void> {
    await call<object>("POST", "/logout", {});
    csrfToken = null;
  },
  system: () => call<System>("GET", "/system"),
  /** Begins to leave each trial out of the mixed models; the group's stream tells how far it is. */
  computeLoo: (slug: string, exclude: readonly Exclusion[]) =>
    call<object>("POST", `/studies/${encodeURIComponent(slug)}/group/loo${exclusionQuery(exclude)}`, {}),
  studies: async () => (await call<{ studies: Study[] }>("GET", "/studies")).studies,
  projects: async () => (await call<{ projects: Project[] }>("GET", "/projects")).projects,
  project: (slug: string) => call<Project>("GET", `/projects/${encodeURIComponent(slug)}`),
  group: (slug: string, exclude: readonly Exclusion[]) => call<Group>("GET", `/studies/${encodeURIComponent(slug)}/group${exclusionQuery(exclude)}`),
  exports: (slug: string, mode: SessionMode) => call<ExportList>("GET", `/studies/${encodeURIComponent(slug)}/exports?mode=${mode}`),
  representations: (slug: string) => call<RepresentationsReply>("GET", `/studies/${encodeURIComponent(slug)}/representations`),
};

// Addresses that the browser opens by itself: streams, downloads, pictures.

export function studyStreamUrl(slug: string): string {
  return `/api/v1/studies/${encodeURIComponent(slug)}/stream`;
}

export function sessionStreamUrl(slug: string, sessionId: string): string {
  return `/api/v1/studies/${encodeURIComponent(slug)}/sessions/${encodeURIComponent(sessionId)}/stream`;
}

/** The whole document again and again, as event `snapshot`. */
export function groupStreamUrl(slug: string, exclude: readonly Exclusion[]): string {
  return `/api/v1/studies/${encodeURIComponent(slug)}/group/stream${exclusionQuery(exclude)}`;
}

/** Whose sessions are in a table. */
export type SessionMode = "live" | "pilot" | "all";

/** `rows` null where only writing the table would tell. */
export interface ExportTable { name: string; about: string; rows: number | null; formats: string[] }
export interface ExportList { study: string; mode: SessionMode; exports: ExportTable[]; files: { file: string; about: string }[] }

/** `file`: a table and its format, such as trials.csv, or one of the list's files. */
export function exportUrl(slug: string, file: string, mode: SessionMode): string {
  return `/api/v1/studies/${encodeURIComponent(slug)}/exports/${file}${mode === "live" ? "" : `?mode=${mode}`}`;
}

/** The file's name, as the server says it too. */
export function exportName(slug: string, file: string, mode: SessionMode): string {
  const dot = file.indexOf(".");
  return `${slug}-${file.slice(0, dot)}${mode === "live" ? "" : `-${mode}`}${file.slice(dot)}`;
}

export function personUrl(slug: string, sessionId: string): string {
  return `/api/v1/studies/${encodeURIComponent(slug)}/exports/person.json?session=${encodeURIComponent(sessionId)}`;
}

export function mediaUrl(sha256: string): string {
  return `/media/${encodeURIComponent(sha256)}`;
}
