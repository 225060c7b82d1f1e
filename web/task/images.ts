// The session's images: fetched with the token, a few at a time, checked by decoding them, and kept as blobs until they are shown.
import { ApiError } from "../wire/api";
import { pauseUntilOnline, retryDelayMs } from "../wire/retry";
import type { EventKind } from "../wire/types";

const PARALLEL_COUNT = 6;
/** Once per image that keeps failing: the first failure may be a hiccup. */
const FAILURES_BEFORE_REPORT = 2;

export interface ImageReports {
  onProgress?: (done: number, count: number) => void;
  /** An image had to be asked for again. */
  onTrouble?: () => void;
  onEvent?: (kind: EventKind, detail: string) => void;
}

export class ImageStore {
  private readonly urls = new Map<string, string>();

  constructor(private readonly fetchImage: (sha256: string) => Promise<Blob>) {}

  /** An address for <img>. Throws for an image that was not loaded: our mistake. */
  url(sha256: string): string {
    const url = this.urls.get(sha256);
    if (url === undefined) throw new Error(`image ${sha256} was not loaded`);
    return url;
  }

  /** Loads all of them, first ones first, and tries again until each is here. Rejects only when the session itself is refused (401, 410). */
  async load(wanted: readonly string[], reports: ImageReports = {}): Promise<void> {
    const queue = wanted.filter((sha256) => !this.urls.has(sha256));
    const count = queue.length;
    let done = 0;
    reports.onProgress?.(done, count);
    const worker = async (): Promise<void> => {
      for (let sha256 = queue.shift(); sha256 !== undefined; sha256 = queue.shift()) {
        await this.loadOne(sha256, reports);
        reports.onProgress?.(++done, count);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_COUNT, count) }, worker));
  }

  private async loadOne(sha256: string, reports: ImageReports): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const url = URL.createObjectURL(await this.fetchImage(sha256));
        await decodedImage(url);
        this.urls.set(sha256, url);
        if (attempt >= FAILURES_BEFORE_REPORT) reports.onEvent?.("image_retried", `${sha256} came at attempt ${String(attempt + 1)}`);
        return;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 410)) throw error;
        if (attempt + 1 === FAILURES_BEFORE_REPORT) reports.onEvent?.("image_failed", `${sha256}: ${String(error)}`);
        reports.onTrouble?.();
        await pauseUntilOnline(retryDelayMs(attempt));
      }
    }
  }
}

/** An element whose pixels are ready: it can be painted in the frame that adds it. */
export async function decodedImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.decoding = "sync";
  image.src = url;
  await image.decode();
  return image;
}
