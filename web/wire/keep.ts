// A small store of texts that outlives a reload when the browser lets us, and the page when it does not.
// Private windows and full disks make localStorage throw at any call; what could not be kept there is kept in memory, and memory is asked first.

export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** All keys that begin with `prefix`, in no order. */
  keys(prefix: string): string[];
}

export class MemoryKeep implements Keep {
  private readonly values = new Map<string, string>();

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  set(key: string, value: string): void {
    this.values.set(key, value);
  }
  remove(key: string): void {
    this.values.delete(key);
  }
  keys(prefix: string): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** `open` may throw as well: with site data blocked, merely naming window.localStorage does. */
export class BrowserKeep implements Keep {
  private readonly fallback = new MemoryKeep();

  constructor(private readonly open: () => Storage) {}

  get(key: string): string | null {
    return this.fallback.get(key) ?? this.attempt((storage) => storage.getItem(key), null);
  }

  set(key: string, value: string): void {
    const isKept = this.attempt((storage) => {
      storage.setItem(key, value);
      return true;
    }, false);
    if (isKept) this.fallback.remove(key);
    else this.fallback.set(key, value);
  }

  remove(key: string): void {
    this.fallback.remove(key);
    this.attempt((storage) => {
      storage.removeItem(key);
      return true;
    }, false);
  }

  keys(prefix: string): string[] {
    const stored = this.attempt((storage) => Object.keys(storage).filter((key) => key.startsWith(prefix)), []);
    return [...new Set([...this.fallback.keys(prefix), ...stored])];
  }

  private attempt<T>(use: (storage: Storage) => T, otherwise: T): T {
    try {
      return use(this.open());
    } catch {
      return otherwise;
    }
  }
}
