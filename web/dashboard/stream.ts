// One server-sent event stream, kept open. The browser reconnects by itself after a lost connection; here is what it does not do:
// reopening after an HTTP error, after `resync`, and on request, noticing that the login has ended, and not reopening what is over (`deleted`). A page that stays hidden gives its
// connection back, because a browser allows six to one server over all its tabs; it keeps what it shows and asks anew once it is looked at.

import { api, ApiError, asSentence, errorOf } from "./api.ts";

export type StreamStatus = "connecting" | "live" | "lost";

export interface StreamHandlers {
  /** By event name; `id` is the event's id, `data` its parsed JSON. */
  onEvent(name: string, id: string, data: unknown): void;
  onStatus(status: StreamStatus): void;
  /** The stream will not be reopened: not logged in, no such study or session, or one that was deleted (410). */
  onRefused(error: ApiError): void;
}

export interface Stream {
  /** Drops the connection and asks for a new snapshot; calls that come too soon after one another are put off. */
  reopen(): void;
  close(): void;
}

const REOPEN_FIRST_MS = 500;
const REOPEN_LONGEST_MS = 15_000;
const RESYNC_INTERVAL_MS = 3_000;
/** Long enough that switching between two tabs costs no new snapshot. */
const HIDDEN_CLOSE_MS = 8_000;

export function openStream(url: string, eventNames: readonly string[], handlers: StreamHandlers): Stream {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = REOPEN_FIRST_MS;
  let openedAtMs = 0;
  let isClosed = false;
  let isResting = false; // hidden for long: closed until it is looked at
  let restTimer: ReturnType<typeof setTimeout> | undefined;

  function reopenAfter(waitMs: number): void {
    source?.close();
    clearTimeout(timer);
    if (!isClosed && !isResting) timer = setTimeout(connect, waitMs);
  }

  function rest(): void {
    isResting = true;
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function onVisibility(): void {
    clearTimeout(restTimer);
    if (document.hidden) restTimer = setTimeout(rest, HIDDEN_CLOSE_MS);
    else if (isResting) {
      isResting = false;
      handlers.onStatus("connecting");
      connect();
    }
  }

  function resync(): void {
    reopenAfter(Math.max(0, RESYNC_INTERVAL_MS - (Date.now() - openedAtMs)));
  }

  /** An EventSource does not tell why it was refused: ask for the same address in the ordinary way. */
  async function explainRefusal(): Promise<void> {
    try {
      await api.account();
      const refusal = await refusalOf(url);
      if (isClosed || isResting) return;
      if (refusal !== null) return handlers.onRefused(refusal);
    } catch (error) {
      if (isClosed || isResting) return;
      if (error instanceof ApiError && error.status === 401) return handlers.onRefused(error);
    }
    reopenAfter(delayMs);
    delayMs = Math.min(delayMs * 2, REOPEN_LONGEST_MS);
  }

  function connect(): void {
    const opened = new EventSource(url);
    source = opened;
    openedAtMs = Date.now();
    opened.onopen = () => {
      delayMs = REOPEN_FIRST_MS;
      handlers.onStatus("live");
    };
    opened.onerror = () => {
      if (opened !== source || isClosed) return;
      handlers.onStatus("lost");
      if (opened.readyState === EventSource.CLOSED) void explainRefusal();
    };
    opened.addEventListener("resync", resync);
    opened.addEventListener("deleted", (event: MessageEvent<string>) => {
      if (opened !== source) return;
      opened.close();
      const { message } = JSON.parse(event.data) as { message: string };
      handlers.onRefused(new ApiError("gone", 410, asSentence(message)));
    });
    for (const name of eventNames)
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (opened === source) handlers.onEvent(name, event.lastEventId, JSON.parse(event.data));
      });
  }

  handlers.onStatus("connecting");
  connect();
  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return {
    reopen: resync,
    close() {
      isClosed = true;
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(restTimer);
      clearTimeout(timer);
      source?.close();
    },
  };
}

/** Null when there is no reason to give up. */
async function refusalOf(url: string): Promise<ApiError | null> {
  const abort = new AbortController();
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (response.status === 404) return new ApiError("not_found", 404, "There is no such page here. Was the address copied whole?");
    return response.status === 410 || response.status === 403 ? errorOf(response.status, await response.json().catch(() => null)) : null;
  } catch {
    return null;
  } finally {
    abort.abort();
  }
}
