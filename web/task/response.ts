// Takes a response from the keyboard: nothing before the onset, one response after it.
import type { Choice, ResponseBody } from "../wire/types";
import type { Onset } from "./frames";
import { choiceOfKey, type ResponseKeys } from "./keys";
import { Presence } from "./presence";

export type GivenResponse = Pick<ResponseBody, "response" | "rt_ms" | "onset_ms" | "is_visible" | "is_fullscreen" | "input">;

export class KeyListener {
  private onset: Onset | null = null;
  private presence: Presence | null = null;
  private resolve: (given: GivenResponse) => void = () => undefined;

  /** Listens from now on, at most until `stopped`; a response key before `open` is called is told to `onEarlyKey` and has no other effect. */
  constructor(private readonly keys: ResponseKeys, private readonly onEarlyKey: () => void, stopped?: AbortSignal) {
    // Capturing at the window sees every key first, whatever has the focus.
    window.addEventListener("keydown", this.take, { capture: true, ...(stopped === undefined ? {} : { signal: stopped }) });
  }

  /** Resolves with the first response after the stimulus appeared. */
  open(onset: Onset): Promise<GivenResponse> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.onset = onset;
      this.presence = new Presence();
    });
  }

  close(): void {
    window.removeEventListener("keydown", this.take, true);
    this.presence?.close();
  }

  private readonly take = (event: KeyboardEvent): void => {
    const pressed_ms = pressTime(event);
    const choice = choiceOfKey(event, this.keys);
    if (choice === null) return;
    event.preventDefault();
    const onset_ms = this.onset?.at_ms ?? Infinity;
    if (pressed_ms < onset_ms) {
      this.onEarlyKey();
      return;
    }
    this.close();
    this.resolve(givenResponse(choice, onset_ms, pressed_ms, this.presence));
  };
}

/** No page is busy for longer with its own work; an event that seems older has a time stamp of another clock. */
const DISPATCH_MAX_MS = 2_000;

/** When the browser got the key press, on the clock of performance.now(): a page that is busy hears of it later. */
function pressTime(event: KeyboardEvent): number {
  const now_ms = performance.now();
  return event.timeStamp <= now_ms && event.timeStamp > now_ms - DISPATCH_MAX_MS ? event.timeStamp : now_ms;
}

function givenResponse(response: Choice, onset_ms: number, pressed_ms: number, presence: Presence | null): GivenResponse {
  return {
    response,
    rt_ms: pressed_ms - onset_ms,
    onset_ms,
    is_visible: presence?.was_visible ?? false,
    is_fullscreen: presence?.was_fullscreen ?? false,
    input: "keyboard",
  };
}
