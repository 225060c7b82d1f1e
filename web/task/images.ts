// The session's images by name, a stimulus's hash or a file of the page: fetched a few at a time, checked by decoding them, and kept as blobs.
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

  constructor(private readonly fetchImage: (name: string) => Promise<Blob>) {}

  /** An address for <img>. Throws for an image that was not loaded: our mistake. */
  url(name: string): string {
    const url = this.urls.get(name);
    if (url === undefined) throw new Error(`image ${name} was not loaded`);
    return url;
  }

  /** Loads all of them, first ones first, and tries again until each is here. Rejects only when the session itself is refused (401, 410). */
  async load(wanted: readonly string[], reports: ImageReports = {}): Promise<void> {
    const queue = wanted.filter((name) => !this.urls.has(name));
    const count = queue.length;
    let done = 0;
    reports.onProgress?.(done, count);
    const worker = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        await this.loadOne(name, reports);
        reports.onProgress?.(++done, count);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_COUNT, count) }, worker));
  }

  private async loadOne(name: string, reports: ImageReports): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const blob = await this.fetchImage(name);
        const url = URL.createObjectURL(blob);
        // Not every browser decodes drawings ahead of showing them.
        if (blob.type !== "image/svg+xml") await decodedImage(url);
        this.urls.set(name, url);
        if (attempt >= FAILURES_BEFORE_REPORT) reports.onEvent?.("image_retried", `${name} came at attempt ${String(attempt + 1)}`);
        return;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 410)) throw error;
        if (attempt + 1 === FAILURES_BEFORE_REPORT) reports.onEvent?.("image_failed", `${name}: ${String(error)}`);
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
