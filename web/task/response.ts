// Takes a response by key, finger or mouse, as far as the study allows: nothing before the onset, one response after it.
//
// A place to press is any element with data-choice="0" or "1". A press by finger or mouse counts when it is let go on the same place, so that
// somebody who scrolls, pinches or slides away has not answered; its time is that of the press itself.
import type { Choice, InputKind, ResponseBody } from "../wire/types";
import type { Onset } from "./frames";
import { choiceOfKey, type ResponseKeys } from "./keys";
import { isModalOpen } from "./modal";
import { Presence } from "./presence";

export type GivenResponse = Pick<ResponseBody, "response" | "rt_ms" | "onset_ms" | "is_visible" | "is_fullscreen" | "input">;

export interface ResponseReports {
  /** A press before the onset. It has no other effect. */
  onEarly: (input: InputKind) => void;
  /** A press by an input that the study does not allow. It has no other effect. */
  onRefused: (input: InputKind) => void;
}

interface Press {
  choice: Choice;
  input: InputKind;
  at_ms: number;
}

const EVENT_TYPES = ["keydown", "keyup", "pointerdown", "pointercancel", "click"] as const;

export class ResponseListener implements EventListenerObject {
  private onset: Onset | null = null;
  private presence: Presence | null = null;
  private resolve: (given: GivenResponse) => void = () => undefined;
  /** What is pressed and not let go of yet. */
  private held: Press | null = null;

  /** Listens from now on, at most until `stopped`; a press before `open` is called is early. */
  constructor(
    private readonly keys: ResponseKeys, private readonly inputs: readonly InputKind[], private readonly reports: ResponseReports, stopped?: AbortSignal,
  ) {
    // Capturing at the window sees everything first, whatever has the focus.
    for (const type of EVENT_TYPES) window.addEventListener(type, this, { capture: true, ...(stopped === undefined ? {} : { signal: stopped }) });
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
    for (const type of EVENT_TYPES) window.removeEventListener(type, this, true);
    this.presence?.close();
  }

  handleEvent(event: Event): void {
    if (isModalOpen()) return;
    switch (event.type as (typeof EVENT_TYPES)[number]) {
      case "keydown":
        this.keyDown(event as KeyboardEvent);
        break;
      case "keyup":
        // With it the space bar would click the place that has the focus.
        if (isButtonKey(event as KeyboardEvent) && choiceOfPlace(event) !== null) event.preventDefault();
        break;
      case "pointerdown":
        this.pointerDown(event as PointerEvent);
        break;
      case "pointercancel":
        this.held = null;
        break;
      case "click":
        this.click(event as MouseEvent);
        break;
    }
  }

  private keyDown(event: KeyboardEvent): void {
    const place = isButtonKey(event) ? choiceOfPlace(event) : null;
    const choice = place ?? choiceOfKey(event, this.keys);
    if (choice === null) return;
    // Enter on a place would become a click as well.
    event.preventDefault();
    if (!event.repeat) this.take({ choice, input: "keyboard", at_ms: pressTime(event) });
  }

  private pointerDown(event: PointerEvent): void {
    const choice = choiceOfPlace(event);
    // A second finger makes it a gesture: then the first was no answer either.
    const isPress = choice !== null && event.isPrimary && event.button === 0;
    this.held = isPress ? { choice, input: inputOf(event), at_ms: pressTime(event) } : null;
    if (this.held !== null && this.isEarly(this.held)) {
      this.take(this.held);
      this.held = null;
    }
  }

  private click(event: MouseEvent): void {
    const choice = choiceOfPlace(event);
    const held = this.held;
    this.held = null;
    if (choice === null) return;
    if (held?.choice === choice) this.take(held);
    // No press came before it: a screen reader, a switch or a voice has activated the place.
    else if (event.detail === 0) this.take({ choice, input: this.assistedInput(), at_ms: pressTime(event) });
  }

  /** What stands in for all others is stored as a key where keys are allowed. */
  private assistedInput(): InputKind {
    return this.inputs.includes("keyboard") ? "keyboard" : this.inputs[0] ?? "keyboard";
  }

  private isEarly({ at_ms }: Press): boolean {
    return this.onset === null || at_ms < this.onset.at_ms;
  }

  private take(press: Press): void {
    if (!this.inputs.includes(press.input)) this.reports.onRefused(press.input);
    else if (this.onset === null || press.at_ms < this.onset.at_ms) this.reports.onEarly(press.input);
    else {
      this.close();
      this.resolve(givenResponse(press, this.onset.at_ms, this.presence));
    }
  }
}

function choiceOfPlace(event: Event): Choice | null {
  const place = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-choice]") : null;
  return place === null ? null : place.dataset.choice === "1" ? 1 : 0;
}

function isButtonKey({ key }: KeyboardEvent): boolean {
  return key === "Enter" || key === " ";
}

/** A pen is used as a finger is. */
function inputOf({ pointerType }: PointerEvent): InputKind {
  return pointerType === "touch" || pointerType === "pen" ? "touch" : "mouse";
}

/** No page is busy for longer with its own work; an event that seems older has a time stamp of another clock. */
const DISPATCH_MAX_MS = 2_000;

/** When the browser got the press, on the clock of performance.now(): a page that is busy hears of it later. */
function pressTime(event: Event): number {
  const now_ms = performance.now();
  return event.timeStamp <= now_ms && event.timeStamp > now_ms - DISPATCH_MAX_MS ? event.timeStamp : now_ms;
}

function givenResponse({ choice, input, at_ms }: Press, onset_ms: number, presence: Presence | null): GivenResponse {
  return {
    response: choice,
    rt_ms: at_ms - onset_ms,
    onset_ms,
    is_visible: presence?.was_visible ?? false,
    is_fullscreen: presence?.was_fullscreen ?? false,
    input,
  };
}
