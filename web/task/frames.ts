// Time as the screen has it.
import { modalClosed } from "./modal";

function nextFrame(): Promise<number> {
  return new Promise((resolve) => { requestAnimationFrame(resolve); });
}

/** Changes the page and resolves with the time of the first frame that begins with the change already painted.
 *
 * `change` runs before the paint of one frame; the time stamp of the next frame is when that paint has gone to the screen. Both are on the clock of
 * performance.now(). Behind an open question nothing is changed until it is closed. In a hidden tab no frame comes, and so nothing is shown that nobody sees. */
export async function painted(change: () => void): Promise<number> {
  await modalClosed();
  await nextFrame();
  change();
  return nextFrame();
}

/** Resolves when `ms` have gone by since `from` on the clock of performance.now(). */
export function elapsed(from: number, ms: number): Promise<void> {
  return new Promise((resolve) => {
    // Timers may fire early by a fraction of a millisecond.
    const look = () => {
      const left = from + ms - performance.now();
      if (left <= 0) resolve();
      else setTimeout(look, left);
    };
    look();
  });
}

const FRAME_SAMPLE_COUNT = 31;
/** No display is this slow; the tab was in the background. */
const FRAME_PLAUSIBLE_MAX_MS = 200;

export function medianFrameMs(times: readonly number[]): number | null {
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time)).filter((gap) => gap > 0 && gap < FRAME_PLAUSIBLE_MAX_MS);
  if (gaps.length < 5) return null;
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? null;
}

/** The display's refresh interval, estimated by the median over some frames (half a second at 60 Hz). */
export async function measureFrameMs(): Promise<number | null> {
  const times: number[] = [];
  while (times.length < FRAME_SAMPLE_COUNT) times.push(await nextFrame());
  return medianFrameMs(times);
}
