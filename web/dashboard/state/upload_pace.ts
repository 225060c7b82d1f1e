// How long a transfer still takes, from what it did since it began here.

export interface UploadPace {
  startedMs: number;
  /** What was there at the start: an upload may go on where it ended. */
  startedBytes: number;
}

/** Shorter than this tells nothing. */
const MEASURE_MS = 1000;

/** Null: not known yet. */
export function uploadLeftS(pace: UploadPace, nowMs: number, received: number, size: number): number | null {
  if (received >= size) return 0;
  const passedMs = nowMs - pace.startedMs;
  const sent = received - pace.startedBytes;
  return passedMs < MEASURE_MS || sent <= 0 ? null : ((size - received) * passedMs) / sent / 1000;
}
