// Takes a response from the keyboard: nothing before the onset, one response after it.
import type { Choice, ResponseBody } from "../wire/types";
import { choiceOfKey, type ResponseKeys } from "./keys";
import { isModalOpen, whenOver } from "./modal";

export type GivenResponse = Pick<ResponseBody, "response" | "rt_ms" | "onset_ms" | "is_visible" | "is_fullscreen" | "input">;

export class KeyListener {
  private onset_ms: number | null = null;
  private resolve: (given: GivenResponse) => void = () => undefined;
  private readonly forgetEnd = whenOver(() => { this.close(); });

  /** Listens from now on; a response key before `open` is called is told to `onEarlyKey` and has no other effect. */
  constructor(private readonly keys: ResponseKeys, private readonly onEarlyKey: () => void) {
    // Capturing at the window sees every key first, whatever has the focus.
    window.addEventListener("keydown", this.take, true);
  }

  /** Resolves with the first response after the stimulus appeared at `onset_ms`. */
  open(onset_ms: number): Promise<GivenResponse> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.onset_ms = onset_ms;
    });
  }

  close(): void {
    this.forgetEnd();
    window.removeEventListener("keydown", this.take, true);
  }

  private readonly take = (event: KeyboardEvent): void => {
    if (isModalOpen()) return;
    const pressed_ms = pressTime(event);
    const choice = choiceOfKey(event, this.keys);
    if (choice === null) return;
    event.preventDefault();
    if (this.onset_ms === null || pressed_ms < this.onset_ms) {
      this.onEarlyKey();
      return;
    }
    this.close();
    this.resolve(givenResponse(choice, this.onset_ms, pressed_ms));
  };
}

/** No page is busy for longer with its own work; an event that seems older has a time stamp of another clock. */
const DISPATCH_MAX_MS = 2_000;

/** When the browser got the key press, on the clock of performance.now(): a page that is busy hears of it later. */
function pressTime(event: KeyboardEvent): number {
  const now_ms = performance.now();
  return event.timeStamp <= now_ms && event.timeStamp > now_ms - DISPATCH_MAX_MS ? event.timeStamp : now_ms;
}

function givenResponse(response: Choice, onset_ms: number, pressed_ms: number): GivenResponse {
  return {
    response,
    rt_ms: pressed_ms - onset_ms,
    onset_ms,
    is_visible: document.visibilityState === "visible",
    is_fullscreen: document.fullscreenElement !== null,
    input: "keyboard",
  };
}
