// The small parts of pages: badge, progress bar, figures, copy field, stream status.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { leftWhy } from "../format.ts";
import type { StreamStatus } from "../stream.ts";
import type { EndReason, SessionState } from "../types.ts";

const BADGES: Record<SessionState, { mark: string; word: string }> = {
  active: { mark: "●", word: "Active" },
  finished: { mark: "✓", word: "Finished" },
  left: { mark: "○", word: "Left" },
};

/** With `reason`: why a session that left did. */
export function StateBadge({ state, reason = null }: { state: SessionState; reason?: EndReason | null }) {
  return (
    <span class={`badge ${state}`} data-testid="session-state">
      <span class="badge-mark" aria-hidden="true">
        {BADGES[state].mark}
      </span>
      {BADGES[state].word}
      {reason !== null && <span class="badge-reason">{leftWhy(reason)}</span>}
    </span>
  );
}

/** On everything that is of a study being tried out. */
export function PilotBadge() {
  return (
    <span class="badge pilot" data-testid="pilot" title="Not live: a study being tried out, or a session begun meanwhile">
      Pilot
    </span>
  );
}

/** Where a study is: draft, pilot, open, paused, closed. */
export function StateWord({ state }: { state: string }) {
  return (
    <span class={`state-word ${state}`} data-testid="study-state">
      {state}
    </span>
  );
}

export function Progress({ part, whole, label, kind = "" }: { part: number; whole: number; label: string; kind?: string }) {
  const width = whole > 0 ? Math.min(100, (100 * part) / whole) : 0;
  return (
    <span class={`progress ${kind}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={whole} aria-valuenow={part}>
      <span class="progress-fill" style={{ width: `${width}%` }} />
    </span>
  );
}

/** One figure of a row of figures: a large value over its name. */
export function Figure(props: { name: string; isWords?: boolean; testid?: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class={props.isWords === true ? "words" : ""} data-testid={props.testid}>
        {props.children}
      </dd>
    </div>
  );
}

const STREAM_WORDS: Record<StreamStatus, string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost. Reconnecting; the numbers may be old.",
};

export function StreamLine({ status }: { status: StreamStatus }) {
  return (
    <span class={`stream-status ${status}`} role="status" data-testid="stream-status" data-status={status}>
      <span aria-hidden="true">{status === "lost" ? "▲" : "●"}</span>
      {STREAM_WORDS[status]}
    </span>
  );
}

const COPIED_MS = 2000;

/** A link to hand on. Without the clipboard (an address without https), the text is selected for the keyboard. */
export function CopyField({ label, value, testid }: { label: string; value: string; testid: string }) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("Copy");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy(): Promise<void> {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setSaid("Copied");
    } catch {
      setSaid("Press Ctrl+C");
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid("Copy"), COPIED_MS);
  }

  return (
    <div class="copy-field">
      <input ref={input} type="text" readOnly aria-label={label} value={value} data-testid={testid} />
      <button type="button" class="button quiet" style={{ minWidth: "7.5rem" }} data-testid={`${testid}-copy`} onClick={() => void copy()}>
        <span role="status">{said}</span>
      </button>
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Dinolab`;
  }, [title]);
}
