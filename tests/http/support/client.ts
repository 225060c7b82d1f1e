// What browsers send: plain requests, a participant with a token, a researcher with a cookie.
import { randomBytes } from "node:crypto";
import assert from "node:assert/strict";
import type { Choice, Completion, Feedback, Phase, ResponseBody, SessionDocument } from "../../../web/wire/types.ts";
import type { Server } from "./program.ts";

export interface Reply {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
}

export interface Sending {
  token?: string;
  cookie?: string;
  csrf?: string;
  /** An object is sent as JSON; text and bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

function bodyOf(body: unknown): BodyInit {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === "string" ? body : JSON.stringify(body);
}

export async function send(server: Server, method: string, path: string, sending: Sending = {}): Promise<Reply> {
  const headers: Record<string, string> = { ...sending.headers };
  if (sending.token !== undefined) headers.Authorization = `Bearer ${sending.token}`;
  if (sending.cookie !== undefined) headers.Cookie = sending.cookie;
  if (sending.csrf !== undefined) headers["X-CSRF-Token"] = sending.csrf;
  const init: RequestInit = { method, headers };
  if (sending.body !== undefined) init.body = bodyOf(sending.body);
  const response = await fetch(server.url + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export function parsed<T>(reply: Reply): T {
  return JSON.parse(reply.text) as T;
}

export interface ErrorBody { error: { kind: string; message: string; expected_index?: number } }

export function errorOf(reply: Reply): ErrorBody["error"] {
  return parsed<ErrorBody>(reply).error;
}

export function expectStatus(reply: Reply, status: number): Reply {
  assert.equal(reply.status, status, reply.text);
  return reply;
}

export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The same for the same trial, so that a repeat is a repeat; every field differs between trials. */
export function responseBody(index: number, response: Choice): ResponseBody {
  const body: ResponseBody = {
    response,
    rt_ms: 350.25 + 10 * index,
    onset_ms: 1000.5 + 3000 * index,
    frame_ms: 16.65,
    is_visible: true,
    is_fullscreen: index % 3 !== 2,
    input: index % 5 === 4 ? "touch" : "keyboard",
  };
  if (index > 0) body.previous_reply_ms = 2.5 + index;
  return body;
}

/** Right for both tasks; the server knows them, the pages do not. */
export const RIGHT_ANSWERS = [1, 0, 2];

export const QUESTIONNAIRE = { gender: "female", age: 31, strategy: "I looked at the colours.", is_included: true };

export class Participant {
  constructor(readonly server: Server, readonly token = makeToken()) {}

  send(method: string, path: string, body?: unknown): Promise<Reply> {
    return send(this.server, method, path, body === undefined ? { token: this.token } : { token: this.token, body });
  }

  async tryEnrol(slug: string): Promise<Reply> {
    const open = parsed<{ consent: { sha256: string } }>(expectStatus(await send(this.server, "GET", `/api/v1/open-studies/${slug}`), 200));
    return this.send("POST", `/api/v1/open-studies/${slug}/sessions`, { consent_sha256: open.consent.sha256, age: 30 });
  }

  async enrol(slug: string): Promise<SessionDocument> {
    return parsed(expectStatus(await this.tryEnrol(slug), 201));
  }

  async session(): Promise<SessionDocument> {
    return parsed(expectStatus(await this.send("GET", "/api/v1/session"), 200));
  }

  async understand(): Promise<void> {
    const reply = expectStatus(await this.send("POST", "/api/v1/session/comprehension", { answers: RIGHT_ANSWERS }), 200);
    assert.equal(parsed<{ is_passed: boolean }>(reply).is_passed, true);
  }

  put(phase: Phase, index: number, body: unknown): Promise<Reply> {
    return this.send("PUT", `/api/v1/session/${phase}/${String(index)}`, body);
  }

  async respond(phase: Phase, index: number, response: Choice): Promise<Feedback> {
    return parsed(expectStatus(await this.put(phase, index, responseBody(index, response)), 200));
  }

  /** Enrolled, instructed and practised: at the first trial. */
  async begin(slug: string): Promise<SessionDocument> {
    const document = await this.enrol(slug);
    await this.understand();
    for (let index = 0; index < document.practice.count; index++) await this.respond("practice", index, 1);
    return document;
  }

  /** All trials that are left, by `choose`; the feedbacks. */
  async play(choose: (index: number) => Choice): Promise<Feedback[]> {
    const { trials } = await this.session();
    const feedbacks: Feedback[] = [];
    for (let index = trials.next_index; index < trials.count; index++) feedbacks.push(await this.respond("trials", index, choose(index)));
    return feedbacks;
  }

  async finish(): Promise<Completion> {
    expectStatus(await this.send("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE), 200);
    return parsed<{ completion: Completion }>(expectStatus(await this.send("POST", "/api/v1/session/finish", {}), 200)).completion;
  }
}

export const PASSWORD = "correct horse battery";

/** A researcher who is logged in. */
export class Researcher {
  private constructor(readonly server: Server, readonly cookie: string, readonly csrf: string) {}

  static byReply(server: Server, reply: Reply): Researcher {
    expectStatus(reply, 200);
    const cookie = (reply.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
    return new Researcher(server, cookie, parsed<{ csrf_token: string }>(reply).csrf_token);
  }

  /** By the one-time link of a new data folder. */
  static async setUp(server: Server, name = "ada"): Promise<Researcher> {
    return Researcher.byReply(server, await send(server, "POST", "/api/v1/setup", { body: { token: server.setupToken, name, password: PASSWORD } }));
  }

  static async logIn(server: Server, name = "ada"): Promise<Researcher> {
    return Researcher.byReply(server, await send(server, "POST", "/api/v1/login", { body: { name, password: PASSWORD } }));
  }

  get(path: string): Promise<Reply> {
    return send(this.server, "GET", path, { cookie: this.cookie });
  }

  post(path: string, body: unknown): Promise<Reply> {
    return send(this.server, "POST", path, { cookie: this.cookie, csrf: this.csrf, body });
  }

  async read<T>(path: string): Promise<T> {
    return parsed(expectStatus(await this.get(path), 200));
  }
}
