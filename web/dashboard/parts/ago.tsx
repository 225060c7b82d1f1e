// "12 seconds ago", kept true while nothing else changes. One timer serves all of them.

import { useEffect, useState } from "preact/hooks";
import { serverNowMs } from "../api.ts";
import { ago, agoShort } from "../format.ts";

const TICK_MS = 1000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function Ago({ at_ms, isShort = false }: { at_ms: number; isShort?: boolean }) {
  const words = isShort ? agoShort : ago;
  const [, setShown] = useState("");
  const text = words(at_ms, serverNowMs());
  // Setting the same text again redraws nothing: after a minute a time changes once a minute.
  useEffect(() => onTick(() => setShown(words(at_ms, serverNowMs()))), [at_ms, words]);
  return (
    <time dateTime={new Date(at_ms).toISOString()} title={new Date(at_ms).toLocaleString()}>
      {text}
    </time>
  );
}
