// Trying again until an answer arrives. For requests that are safe to repeat, which all of the participant's requests are.
import { ApiError, ConnectionError } from "./api";

const FIRST_DELAY_MS = 250;
const DELAY_MAX_MS = 5_000;

/** Why an answer is late: nobody answers, or the server says that it cannot take it now. */
export type Trouble = "offline" | "busy";

export interface RetrySettings {
  /** Called before each wait. */
  onTrouble?: (trouble: Trouble) => void;
  /** Resolves after `ms`, or sooner when there is reason to think that the network is back. */
  pause?: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/** Doubles up to the cap; a third of it random, so that everybody's pages do not come back to a restarted server in the same instant. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16));
  return full * (2 / 3 + random() / 3);
}

/** The trouble to wait out, or null when asking again would give the same answer. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof ConnectionError) return "offline";
  if (!(error instanceof ApiError)) return null;
  // 502 and 504 come from a proxy whose server is away; 500 may be a passing fault, and a person's response is worth asking again.
  // An answer that is none of the server's comes from something between, such as a firewall's page: the response is not to be lost by it.
  if (error.kind === "unknown" && error.status !== 401) return "offline";
  if (error.status === 502 || error.status === 504) return "offline";
  if (error.status === 429 || error.status >= 500) return "busy";
  return null;
}

export function pauseUntilOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}

export async function untilAnswered<T>(ask: (attempt: number) => Promise<T>, settings: RetrySettings = {}): Promise<T> {
  const pause = settings.pause ?? pauseUntilOnline;
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask(attempt);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === null) throw error;
      settings.onTrouble?.(trouble);
      const asked = error instanceof ApiError ? error.retryAfterMs : null;
      await pause(Math.max(retryDelayMs(attempt, settings.random), Math.min(asked ?? 0, 6 * DELAY_MAX_MS)));
    }
  }
}
