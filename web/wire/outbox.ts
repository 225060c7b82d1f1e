// Responses on their way to the server. A response is kept before its first attempt and let go only when the server has answered,
// so a reload, a closed tab or a server that is away cannot lose it. The body is fixed once: what is sent again is the same to the byte.
import { ApiError, isSuperseded } from "./api";
import type { Keep } from "./keep";
import { untilAnswered, type RetrySettings } from "./retry";
import type { Feedback, Phase, ResponseBody } from "./types";

export interface OutboxEntry {
  phase: Phase;
  index: number;
  body: ResponseBody;
}

export interface Delivered {
  feedback: Feedback;
  /** Round trip of the attempt that was answered. */
  reply_ms: number;
}

const PHASES: readonly Phase[] = ["practice", "trials"];
/** Enough of the token to tell this browser's sessions apart. */
const TOKEN_PREFIX_LENGTH = 12;

function parsedBody(text: string | null): ResponseBody | null {
  if (text === null) return null;
  try {
    const body = JSON.parse(text) as Partial<ResponseBody> | null;
    return body !== null && typeof body === "object" && (body.response === 0 || body.response === 1) && typeof body.rt_ms === "number"
      ? (body as ResponseBody)
      : null;
  } catch {
    return null;
  }
}

export class Outbox {
  private readonly prefix: string;

  constructor(
    token: string,
    private readonly keep: Keep,
    private readonly put: (phase: Phase, index: number, body: ResponseBody, attempt: number) => Promise<Feedback>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.prefix = `dinolab.outbox.${token.slice(0, TOKEN_PREFIX_LENGTH)}.`;
  }

  /** Keeps the response, then sends it until it is answered.
   *
   * If a response to this trial is kept already, that one is sent: the first response counts. Rejects with the ApiError of an
   * answer that asking again would not change; the response is then let go, except where the answer was not about the response (401, 410, another page). */
  async deliver(entry: OutboxEntry, settings: RetrySettings = {}): Promise<Delivered> {
    const key = this.keyOf(entry.phase, entry.index);
    let body = parsedBody(this.keep.get(key));
    if (body === null) {
      body = entry.body;
      this.keep.set(key, JSON.stringify(body));
    }
    return this.send({ ...entry, body }, settings);
  }

  /** Responses kept and not yet answered, in the order of the task. */
  waiting(): OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    for (const key of this.keep.keys(this.prefix)) {
      const [phaseName, indexText] = key.slice(this.prefix.length).split(".");
      const phase = PHASES.find((known) => known === phaseName);
      const index = Number(indexText);
      const body = parsedBody(this.keep.get(key));
      if (phase === undefined || !Number.isInteger(index) || body === null) this.keep.remove(key);
      else entries.push({ phase, index, body });
    }
    return entries.sort((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || a.index - b.index);
  }

  /** Lets go of everything, sent or not: the session is over. */
  forget(): void {
    for (const key of this.keep.keys(this.prefix)) this.keep.remove(key);
  }

  /** Sends what an earlier page left behind. A response that the server refuses is let go: the server's state decides where the task goes on. */
  async resend(settings: RetrySettings = {}): Promise<number> {
    let count = 0;
    for (const entry of this.waiting()) {
      try {
        await this.send(entry, settings);
        count++;
      } catch (error) {
        if (!(error instanceof ApiError) || isAboutSession(error)) throw error;
      }
    }
    return count;
  }

  private async send(entry: OutboxEntry, settings: RetrySettings): Promise<Delivered> {
    const key = this.keyOf(entry.phase, entry.index);
    let sentAt = 0;
    try {
      const feedback = await untilAnswered((attempt) => {
        sentAt = this.now();
        return this.put(entry.phase, entry.index, entry.body, attempt);
      }, settings);
      const reply_ms = this.now() - sentAt;
      this.keep.remove(key);
      return { feedback, reply_ms };
    } catch (error) {
      if (error instanceof ApiError && !isAboutSession(error)) this.keep.remove(key);
      throw error;
    }
  }

  private keyOf(phase: Phase, index: number): string {
    return `${this.prefix}${phase}.${String(index)}`;
  }
}

/** The session is closed, not known here, or in the hands of another page, which then sends what is kept; the response itself was not judged. */
function isAboutSession(error: ApiError): boolean {
  return error.status === 401 || error.status === 410 || isSuperseded(error);
}
