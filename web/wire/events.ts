// Interaction events (focus lost, full screen left, ...) on their way to the server, in batches, behind the task's back: nothing waits for them.
// event_index counts up per session and goes on after a reload, so that the server can tell a repeat from a new event.
import { ApiError } from "./api";
import type { Keep } from "./keep";
import type { EventKind, InteractionEvent } from "./types";

const BATCH_MAX_COUNT = 100;
/** Beyond this many unsent, the oldest go: a page that is cut off for hours must not fill the browser's store, which responses need. */
const WAITING_MAX_COUNT = 500;
const DETAIL_MAX_LENGTH = 500;
const TOKEN_PREFIX_LENGTH = 12;

interface State {
  next_index: number;
  waiting: InteractionEvent[];
}

export class EventQueue {
  private readonly key: string;
  private isSending = false;
  private isOver = false;

  constructor(
    token: string,
    private readonly keep: Keep,
    private readonly post: (events: InteractionEvent[]) => Promise<unknown>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.key = `dinolab.events.${token.slice(0, TOKEN_PREFIX_LENGTH)}`;
  }

  add(kind: EventKind, more: { trial_index?: number; detail?: string } = {}): void {
    const state = this.load();
    const event: InteractionEvent = { event_index: state.next_index, kind, at_ms: this.now() };
    if (more.trial_index !== undefined) event.trial_index = more.trial_index;
    if (more.detail !== undefined) event.detail = more.detail.slice(0, DETAIL_MAX_LENGTH);
    state.next_index++;
    state.waiting.push(event);
    state.waiting.splice(0, Math.max(0, state.waiting.length - WAITING_MAX_COUNT));
    this.save(state);
  }

  /** The session is over: what waits is not sent, and nothing more is kept. */
  end(): void {
    this.isOver = true;
    this.keep.remove(this.key);
  }

  waitingCount(): number {
    return this.load().waiting.length;
  }

  /** Sends one batch if there is one. Never rejects: what could not be sent waits for the next call. */
  async flush(): Promise<void> {
    if (this.isSending || this.isOver) return;
    const batch = this.load().waiting.slice(0, BATCH_MAX_COUNT);
    if (batch.length === 0) return;
    this.isSending = true;
    try {
      await this.post(batch);
      this.drop(batch);
    } catch (error) {
      // A batch that the server calls wrong stays wrong; keeping it would hold up all later ones.
      if (error instanceof ApiError && (error.status === 400 || error.status === 413)) this.drop(batch);
    } finally {
      this.isSending = false;
    }
  }

  private drop(batch: InteractionEvent[]): void {
    const sent = new Set(batch.map((event) => event.event_index));
    const state = this.load();
    this.save({ next_index: state.next_index, waiting: state.waiting.filter((event) => !sent.has(event.event_index)) });
  }

  private load(): State {
    try {
      const state = JSON.parse(this.keep.get(this.key) ?? "null") as State | null;
      if (state !== null && Number.isInteger(state.next_index) && Array.isArray(state.waiting)) return state;
    } catch {
      // Not ours or cut short: begin anew.
    }
    return { next_index: 0, waiting: [] };
  }

  private save(state: State): void {
    if (!this.isOver) this.keep.set(this.key, JSON.stringify(state));
  }
}
