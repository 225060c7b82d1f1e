// jsPsych plugin `delivery`: one image, two dinosaurs. The participant delivers the image to one of them, by a key or by pressing the dinosaur, as
// `inputs` allows; the response is handed to `respond`, and only when that resolves is the feedback shown, for feedback_ms from its own onset.
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from "jspsych";
import type { CategoryFeedback, Choice, InputKind } from "../wire/types";
import { focusHeading } from "./focus";
import { elapsed, painted, paintedImages } from "./frames";
import { decodedImage } from "./images";
import { CATEGORY_KEYS } from "./keys";
import { escaped } from "./markup";
import { ResponseListener, type GivenResponse } from "./response";
import { pressSimulated, simulatedResponse, type SimulatedData } from "./simulated";

export interface DeliveryLabels {
  prompt: string;
  image: string;
  /** Folty, Julty; the same order in the pairs below. */
  names: [string, string];
  /** What to do for either. */
  hints: [string, string];
  meant_for: [string, string];
  correct: string;
  wrong: string;
}

const info = {
  name: "delivery",
  version: "1.0.0",
  parameters: {
    /** Address of the image. Required. */
    image: { type: ParameterType.IMAGE, default: undefined },
    /** What the image is called in the data. Default "". */
    stimulus: { type: ParameterType.STRING, default: "" },
    /** Height of the image, in CSS pixels. Default 400. */
    image_height_px: { type: ParameterType.INT, default: 400 },
    /** How long the feedback stays from its own onset, in ms. Default 2000. */
    feedback_ms: { type: ParameterType.INT, default: 2000 },
    /** Address of the picture of Folty, who is on the left. Default "/assets/folty.svg". */
    folty_image: { type: ParameterType.IMAGE, default: "/assets/folty.svg" },
    /** Address of the picture of Julty, who is on the right. Default "/assets/julty.svg". */
    julty_image: { type: ParameterType.IMAGE, default: "/assets/julty.svg" },
    /** What a response may be given by: "keyboard", "touch", "mouse". Default: the keyboard alone. */
    inputs: { type: ParameterType.STRING, array: true, default: ["keyboard"] },
    /** All words on the screen; see DeliveryLabels. Required. */
    labels: { type: ParameterType.OBJECT, default: undefined },
    /** (response: GivenResponse) => Promise<CategoryFeedback | null>: stores the response, resolves with what is to be shown;
     * null ends the trial without feedback. Required. */
    respond: { type: ParameterType.FUNCTION, default: undefined },
    /** Told of "waiting", "ready" and "feedback" as they begin. Default: does nothing. */
    on_state: { type: ParameterType.FUNCTION, default: () => undefined },
    /** Told of a response that came before the onset, and by what; it has no other effect. Default: does nothing. */
    on_early_key: { type: ParameterType.FUNCTION, default: () => undefined },
    /** Told of a response by an input that is not allowed; it has no other effect. Default: does nothing. */
    on_refused: { type: ParameterType.FUNCTION, default: () => undefined },
    /** () => AbortSignal: once it is aborted, nothing is listened to any more. Default: never. */
    stopped: { type: ParameterType.FUNCTION, default: () => undefined },
  },
  data: {
    /** The name of the image. */
    stimulus: { type: ParameterType.STRING },
    /** 1 delivered to Julty (right), 0 to Folty (left). */
    response: { type: ParameterType.INT },
    /** From onset to key or press, in ms. */
    rt: { type: ParameterType.FLOAT },
    /** "keyboard", "touch" or "mouse". */
    input: { type: ParameterType.STRING },
    /** Onset on the clock of performance.now(), in ms. */
    onset_ms: { type: ParameterType.FLOAT },
    /** Responses tried before the onset: a count. */
    early_key_count: { type: ParameterType.INT },
    /** "julty" or "folty": whom the image was meant for; null without feedback. */
    category: { type: ParameterType.STRING },
    /** Whether the delivery was correct; null without feedback. */
    is_correct: { type: ParameterType.BOOL },
  },
} as const;

type Info = typeof info;

/** The parameters as a trial has them, defaults filled in by jsPsych. */
interface DeliveryTrial {
  image: string;
  stimulus: string;
  image_height_px: number;
  feedback_ms: number;
  folty_image: string;
  julty_image: string;
  inputs: InputKind[];
  labels: DeliveryLabels;
  respond: (given: GivenResponse) => Promise<CategoryFeedback | null>;
  on_state: (state: "waiting" | "ready" | "feedback") => void;
  on_early_key: (input: InputKind) => void;
  on_refused: (input: InputKind) => void;
  stopped: () => AbortSignal | undefined;
}

type TrialData = Record<string, unknown>;

interface DeliveryData {
  stimulus: string;
  response: Choice;
  rt: number;
  input: InputKind;
  onset_ms: number;
  early_key_count: number;
  category: "julty" | "folty" | null;
  is_correct: boolean | null;
}

function dinosaurHtml(side: "folty" | "julty", image: string, name: string, hint: string, isButton: boolean): string {
  const choice = side === "julty" ? 1 : 0;
  const [open, close] = isButton ? ['button type="button"', "button"] : ["div", "div"];
  return `<${open} class="dinosaur ${side}" data-testid="dinosaur-${side}" data-choice="${String(choice)}">
    <span class="delivered-place"></span>
    <img src="${escaped(image)}" alt="" draggable="false">
    <span class="name" dir="auto">${escaped(name)}</span> <span class="key-hint" dir="auto">${hint}</span>
  </${close}>`;
}

/** The key's name is set apart in the hint, where the hint names it. */
function keyHint(hint: string, key: string): string {
  return escaped(hint).replace(new RegExp(`\\b${key}\\b`), `<kbd>${key}</kbd>`);
}

/** Left and right are the task's own and do not turn with the language. */
function screenHtml(trial: DeliveryTrial): string {
  const { labels } = trial;
  const isPressed = trial.inputs.some((input) => input !== "keyboard");
  return `<div class="delivery" dir="ltr" style="--image-height: ${String(trial.image_height_px)}px">
    <h1 class="delivery-prompt" dir="auto">${escaped(labels.prompt)}</h1>
    <div class="delivery-centre">
      <div class="delivery-image" data-testid="stimulus" data-stimulus="${escaped(trial.stimulus)}"></div>
      <div class="feedback" data-testid="feedback" role="status" dir="auto"></div>
    </div>
    ${dinosaurHtml("folty", trial.folty_image, labels.names[0], keyHint(labels.hints[0], "F"), isPressed)}
    ${dinosaurHtml("julty", trial.julty_image, labels.names[1], keyHint(labels.hints[1], "J"), isPressed)}
  </div>`;
}

function part(root: HTMLElement, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the delivery screen has no ${selector}`);
  return found;
}

/** The image flies to the dinosaur and stays above it, small, so that it can still be looked at with the feedback; also where a phone is turned or the
 * window changes its size, until `over`. */
function deliver(root: HTMLElement, response: Choice, over: AbortSignal): void {
  const image = part(root, ".delivery-image");
  const place = part(root, response === 1 ? ".julty .delivered-place" : ".folty .delivered-place");
  moveTo(image, place);
  part(root, response === 1 ? ".julty" : ".folty").classList.add("chosen");
  part(root, ".delivery").classList.add("delivered");
  addEventListener("resize", () => {
    image.style.transition = "none";
    image.style.transform = "none";
    moveTo(image, place);
  }, { signal: over });
}

function moveTo(image: HTMLElement, place: HTMLElement): void {
  const from = image.getBoundingClientRect();
  const to = place.getBoundingClientRect();
  const scale = Math.min(to.width / Math.max(from.width, 1), to.height / Math.max(from.height, 1));
  const x = to.left + to.width / 2 - (from.left + from.width / 2);
  const y = to.top + to.height / 2 - (from.top + from.height / 2);
  image.style.transform = `translate(${String(x)}px, ${String(y)}px) scale(${String(scale)})`;
}

function showFeedback(root: HTMLElement, feedback: CategoryFeedback, labels: DeliveryLabels): void {
  const side = feedback.category === "julty" ? 1 : 0;
  const box = part(root, ".feedback");
  box.classList.add("shown", feedback.is_correct ? "correct" : "wrong");
  box.innerHTML = `<p class="feedback-word"><span class="feedback-mark" aria-hidden="true">${feedback.is_correct ? "✓" : "✗"}</span>
    <span data-testid="feedback-word">${escaped(feedback.is_correct ? labels.correct : labels.wrong)}</span></p>
    <p data-testid="feedback-for">${escaped(labels.meant_for[side])}</p>`;
  part(root, side === 1 ? ".julty" : ".folty").classList.add("meant");
}

class DeliveryPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(root: HTMLElement, trial: TrialType<Info>, on_load?: () => void): Promise<TrialData> {
    return this.play(root, trial as unknown as DeliveryTrial, on_load);
  }

  private async play(root: HTMLElement, trial: DeliveryTrial, on_load?: () => void): Promise<TrialData> {
    const { labels } = trial;
    let early_key_count = 0;
    const onEarly = (input: InputKind): void => {
      early_key_count++;
      trial.on_early_key(input);
    };
    const over = new AbortController();
    const listener = new ResponseListener(CATEGORY_KEYS, trial.inputs, { onEarly, onRefused: trial.on_refused }, trial.stopped());
    try {
      trial.on_state("waiting");
      root.innerHTML = screenHtml(trial);
      focusHeading(root);
      on_load?.();
      const image = await decodedImage(trial.image);
      image.alt = labels.image;
      const onset = await paintedImages([image], () => { part(root, ".delivery-image").replaceChildren(image); });
      const response = listener.open(onset);
      trial.on_state("ready");
      const given = await response;
      deliver(root, given.response, over.signal);
      const feedback = await trial.respond(given);
      if (feedback !== null) {
        const feedbackOnset_ms = await painted(() => { showFeedback(root, feedback, labels); });
        trial.on_state("feedback");
        await elapsed(feedbackOnset_ms, trial.feedback_ms);
      }
      return { ...deliveryData(trial.stimulus, given, early_key_count, feedback) };
    } finally {
      listener.close();
      over.abort();
    }
  }

  async simulate(
    described: TrialType<Info>, mode: "data-only" | "visual", options: { data?: SimulatedData }, on_load: () => void,
  ): Promise<TrialData> {
    const trial = described as unknown as DeliveryTrial;
    const given = simulatedResponse(this.jsPsych, trial.inputs, options.data);
    if (mode === "data-only") {
      on_load();
      const feedback = await trial.respond(given);
      return { ...deliveryData(trial.stimulus, given, 0, feedback) };
    }
    const press: DeliveryTrial["on_state"] = (state) => {
      trial.on_state(state);
      if (state === "ready") pressSimulated(this.jsPsych, given, CATEGORY_KEYS.key);
    };
    return this.play(this.jsPsych.getDisplayElement(), { ...trial, on_state: press }, on_load);
  }
}

function deliveryData(stimulus: string, given: GivenResponse, early_key_count: number, feedback: CategoryFeedback | null): DeliveryData {
  return {
    stimulus,
    response: given.response,
    rt: given.rt_ms,
    input: given.input,
    onset_ms: given.onset_ms,
    early_key_count,
    category: feedback?.category ?? null,
    is_correct: feedback?.is_correct ?? null,
  };
}

export default DeliveryPlugin;
