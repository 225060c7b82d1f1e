// The session's images by name, a stimulus's hash or a file of the page: fetched a few at a time in the order in which they are needed, checked by
// decoding them, kept as blobs while they are needed, and let go afterwards.
import { ApiError, ConnectionError } from "../wire/api";
import { retryDelayMs } from "../wire/retry";
import type { EventKind } from "../wire/types";

/** While the page waits for images. */
const PARALLEL_COUNT = 6;
/** While trials go on: browsers open six connections to one server, and a response must not queue up behind images. */
const BEHIND_PARALLEL_COUNT = 4;
/** The first failure may be a hiccup. */
const FAILURES_BEFORE_REPORT = 2;

export interface ImageReports {
  /** An image failed; `isOffline` when nobody answered at all. It is asked for again. */
  onTrouble?: (isOffline: boolean) => void;
  onEvent?: (kind: EventKind, name: string, detail: string) => void;
}

export type FetchImage = (name: string, attempt: number) => Promise<Blob>;
/** An address of an image that is whole and can be decoded; rejects otherwise. */
export type KeepImage = (blob: Blob) => Promise<string>;

export interface Timing {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Runs something later, unless the function that it gives back is called before. */
  after(ms: number, run: () => void): () => void;
}

const BROWSER_TIMING: Timing = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => { clearTimeout(timer); };
  },
};

interface Failure {
  count: number;
  /** When it is asked for again. */
  due_ms: number;
}

interface Waiter {
  names: readonly string[];
  onProgress: (done: number, count: number) => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class ImageStore {
  reports: ImageReports = {};
  private readonly urls = new Map<string, string>();
  private readonly loading = new Set<string>();
  private readonly failures = new Map<string, Failure>();
  /** In the order of need. */
  private wanted: readonly string[] = [];
  private waiters: Waiter[] = [];
  private forgetTimer: () => void = () => undefined;
  /** The server does not know the session any more: there is nothing to load from. */
  private refusal: ApiError | null = null;

  constructor(
    private readonly fetchImage: FetchImage,
    private readonly keepImage: KeepImage = decodedAddress,
    private readonly timing: Timing = BROWSER_TIMING,
  ) {}

  /** An address for <img>. Throws for an image that was not loaded: our mistake. */
  url(name: string): string {
    const url = this.urls.get(name);
    if (url === undefined) throw new Error(`image ${name} was not loaded`);
    return url;
  }

  has(names: readonly string[]): boolean {
    return names.every((name) => this.urls.has(name));
  }

  /** What is needed from now on, the next first. Loads what is not here, behind everybody's back, and lets go of what is no longer named. */
  want(names: readonly string[]): void {
    this.wanted = [...new Set(names)];
    const needed = new Set(this.wanted);
    for (const [name, url] of this.urls) {
      if (needed.has(name)) continue;
      URL.revokeObjectURL(url);
      this.urls.delete(name);
    }
    for (const name of this.failures.keys()) if (!needed.has(name)) this.failures.delete(name);
    this.pump();
  }

  /** Resolves when all of them, which must be wanted, are here. Rejects only when the server refuses the session itself. */
  ready(names: readonly string[], onProgress: (done: number, count: number) => void = () => undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ names: [...new Set(names)], onProgress, resolve, reject });
      this.tryAgainNow(names);
      this.settle();
    });
  }

  /** The network is back, or somebody waits: no back-off counts any more. */
  tryAgainNow(names: Iterable<string> = this.failures.keys()): void {
    for (const name of names) {
      const failure = this.failures.get(name);
      if (failure !== undefined) failure.due_ms = 0;
    }
    this.pump();
  }

  /** Loads nothing more. */
  stop(): void {
    this.wanted = [];
    this.forgetTimer();
  }

  private pump(): void {
    this.forgetTimer();
    if (this.refusal !== null) return;
    const limit = this.waiters.length > 0 ? PARALLEL_COUNT : BEHIND_PARALLEL_COUNT;
    let next_ms = Infinity;
    for (const name of this.wanted) {
      if (this.loading.size >= limit) return;
      if (this.urls.has(name) || this.loading.has(name)) continue;
      const failure = this.failures.get(name);
      // With the server away everything fails: then the first few are tried until one comes, and not each of them once.
      if (failure === undefined && this.failures.size + this.loading.size >= PARALLEL_COUNT) continue;
      if (failure !== undefined && failure.due_ms > this.timing.now()) next_ms = Math.min(next_ms, failure.due_ms);
      else void this.load(name);
    }
    if (next_ms < Infinity) this.forgetTimer = this.timing.after(Math.max(0, next_ms - this.timing.now()), () => { this.pump(); });
  }

  private async load(name: string): Promise<void> {
    this.loading.add(name);
    const failureCount = this.failures.get(name)?.count ?? 0;
    try {
      const url = await this.keepImage(await this.fetchImage(name, failureCount));
      if (this.wanted.includes(name)) this.urls.set(name, url);
      else URL.revokeObjectURL(url);
      this.failures.delete(name);
      if (failureCount >= FAILURES_BEFORE_REPORT) this.reports.onEvent?.("image_retried", name, `came at attempt ${String(failureCount + 1)}`);
    } catch (error) {
      this.failed(name, failureCount + 1, error);
    } finally {
      this.loading.delete(name);
    }
    this.settle();
    this.pump();
  }

  private failed(name: string, count: number, error: unknown): void {
    if (error instanceof ApiError && (error.status === 401 || error.status === 409 || error.status === 410)) {
      this.refusal = error;
      return;
    }
    if (this.wanted.includes(name)) this.failures.set(name, { count, due_ms: this.timing.now() + retryDelayMs(count - 1) });
    if (count === FAILURES_BEFORE_REPORT) this.reports.onEvent?.("image_failed", name, String(error));
    this.reports.onTrouble?.(error instanceof ConnectionError);
  }

  private settle(): void {
    for (const waiter of [...this.waiters]) {
      const done = waiter.names.filter((name) => this.urls.has(name)).length;
      waiter.onProgress(done, waiter.names.length);
      if (done < waiter.names.length && this.refusal === null) continue;
      this.waiters = this.waiters.filter((other) => other !== waiter);
      if (done < waiter.names.length) waiter.reject(this.refusal);
      else waiter.resolve();
    }
  }
}

async function decodedAddress(blob: Blob): Promise<string> {
  const url = URL.createObjectURL(blob);
  try {
    // Not every browser decodes drawings ahead of showing them.
    if (blob.type !== "image/svg+xml") await decodedImage(url);
    return url;
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
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
