// Time as the screen has it. All times are on the clock of performance.now().
import { modalClosed } from "./modal";

function nextFrame(): Promise<number> {
  return new Promise((resolve) => { requestAnimationFrame(resolve); });
}

/** When the frame that is being made has been handed over for display: a message sent now is read after that. */
function handedOver(): Promise<number> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(performance.now());
    };
    port2.postMessage(null);
  });
}

/** Changes the page and resolves with the time at which the change is on the screen, as well as any browser can tell.
 *
 * `change` runs before the paint of one frame; what it painted is on the screen when the next frame begins, and not before the page's own work on the
 * frame is done, which on a busy machine may be later. Behind an open question nothing is changed until it is closed. In a hidden tab no frame comes, and
  * so nothing is shown that nobody sees. */
export async function painted(change: () => void): Promise<number> {
  await modalClosed();
  await nextFrame();
  change();
  const [handedOver_ms, next_ms] = await Promise.all([handedOver(), nextFrame()]);
  return Math.max(handedOver_ms, next_ms);
}

/** When something appeared; a better answer may come a moment after the first. */
export interface Onset {
  readonly at_ms: number;
}

/** A report that is further off than this is of something else, such as a later paint of an image that was out of sight. */
const REPORT_MAX_MS = 250;
const REPORT_NAME = "dinolab";

interface PaintReport extends PerformanceEntry {
  readonly element: Element | null;
  readonly renderTime: number;
}

/** Whether this browser reports when it painted an image. */
export function reportsPaints(): boolean {
  return typeof PerformanceObserver === "function" && (PerformanceObserver.supportedEntryTypes ?? []).includes("element");
}

/** Shows images, all in the same frame, by `change`. The onset is that frame's time as `painted` gives it, and as soon as the browser has reported
 * when it presented each image (Chromium does), the latest of these reports. */
export async function paintedImages(images: readonly HTMLImageElement[], change: () => void): Promise<Onset> {
  const reports = new Map<Element, number>();
  const observer = reportsPaints()
    ? new PerformanceObserver((list) => {
      for (const report of list.getEntries() as PaintReport[])
        if (report.element !== null) reports.set(report.element, report.renderTime);
      if (images.every((image) => reports.has(image))) observer?.disconnect();
    })
    : null;
  if (observer !== null) for (const image of images) image.setAttribute("elementtiming", REPORT_NAME);
  observer?.observe({ type: "element" });
  const frame_ms = await painted(change);
  setTimeout(() => observer?.disconnect(), 4 * REPORT_MAX_MS);
  return {
    get at_ms(): number {
      const reported_ms = Math.max(...images.map((image) => reports.get(image) ?? NaN));
      return Math.abs(reported_ms - frame_ms) <= REPORT_MAX_MS ? reported_ms : frame_ms;
    },
  };
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
