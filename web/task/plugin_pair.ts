// jsPsych plugin `pair`: a blank, then two images in the same frame. The participant chooses one, by an arrow key or by pressing it, as `inputs` allows, and it
// is framed at once; the response is handed to `respond`, and only when that resolves are the points of both shown, for feedback_ms from their own onset.
import { type JsPsych, type JsPsychPlugin, ParameterType, type TrialType } from "jspsych";
import type { Choice, InputKind, RewardFeedback } from "../wire/types";
import { focusHeading } from "./focus";
import { elapsed, painted, paintedImages } from "./frames";
import { decodedImage } from "./images";
import { REWARD_KEYS } from "./keys";
import { escaped } from "./markup";
import { ResponseListener, type GivenResponse } from "./response";
import { pressSimulated, simulatedResponse, type SimulatedData } from "./simulated";

export interface PairLabels {
  prompt: string;
  /** Left, right. */
  images: [string, string];
  /** What to press for either; "" where there are no keys. */
  keys: [string, string];
  chosen: string;
  /** Points as words, such as "12 points". */
  points: (points: number) => string;
  /** The whole feedback as one sentence, for screen readers. */
  spoken: (response: Choice, points: [number, number]) => string;
}

const info = {
  name: "pair",
  version: "1.0.0",
  parameters: {
    /** Addresses of the left and the right image. Required. */
    images: { type: ParameterType.IMAGE, array: true, default: undefined },
    /** What the images are called in the data: left, right. Default []. */
    stimuli: { type: ParameterType.STRING, array: true, default: [] as string[] },
    /** Height of the images, in CSS pixels. Default 400. */
    image_height_px: { type: ParameterType.INT, default: 400 },
    /** How long the screen is blank before the pair, in ms. Default 1000. */
    blank_ms: { type: ParameterType.INT, default: 1000 },
    /** How long the points stay from their own onset, in ms. Default 1500. */
    feedback_ms: { type: ParameterType.INT, default: 1500 },
    /** What a response may be given by: "keyboard", "touch", "mouse". Default: the keyboard alone. */
    inputs: { type: ParameterType.STRING, array: true, default: ["keyboard"] },
    /** () => PairLabels: all words on the screen. A function, because the words depend on the points. Required. */
    labels: { type: ParameterType.FUNCTION, default: undefined },
    /** (response: GivenResponse) => Promise<RewardFeedback | null>: stores the response, resolves with what is to be shown;
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
    /** The names of the left and the right image. */
    stimulus: { type: ParameterType.STRING, array: true },
    /** 1 right, 0 left. */
    response: { type: ParameterType.INT },
    /** From onset to key or press, in ms. */
    rt: { type: ParameterType.FLOAT },
    /** "keyboard", "touch" or "mouse". */
    input: { type: ParameterType.STRING },
    /** Onset of both images on the clock of performance.now(), in ms. */
    onset_ms: { type: ParameterType.FLOAT },
    /** Responses tried before the onset: a count. */
    early_key_count: { type: ParameterType.INT },
    /** Points of the left and the right image, 0 to 100; null without feedback. */
    points: { type: ParameterType.INT, array: true },
    /** Whether the image chosen was worth at least as much as the other; null without feedback. */
    is_correct: { type: ParameterType.BOOL },
  },
} as const;

type Info = typeof info;

/** The parameters as a trial has them, defaults filled in by jsPsych. */
interface PairTrial {
  images: string[];
  stimuli: string[];
  image_height_px: number;
  blank_ms: number;
  feedback_ms: number;
  inputs: InputKind[];
  labels: () => PairLabels;
  respond: (given: GivenResponse) => Promise<RewardFeedback | null>;
  on_state: (state: "waiting" | "ready" | "feedback") => void;
  on_early_key: (input: InputKind) => void;
  on_refused: (input: InputKind) => void;
  stopped: () => AbortSignal | undefined;
}

type TrialData = Record<string, unknown>;

interface PairData {
  stimulus: string[];
  response: Choice;
  rt: number;
  input: InputKind;
  onset_ms: number;
  early_key_count: number;
  points: [number, number] | null;
  is_correct: boolean | null;
}

function optionHtml(side: "left" | "right", key: string, stimulus: string, isButton: boolean): string {
  const choice = side === "right" ? 1 : 0;
  const [open, close] = isButton ? ['button type="button"', "button"] : ["div", "div"];
  const hint = key === "" ? "" : `<kbd aria-hidden="true">${escaped(key)}</kbd>`;
  return `<${open} class="pair-option" data-testid="option-${side}" data-choice="${String(choice)}">
    <span class="pair-place"><span class="pair-image" data-testid="stimulus-${side}" data-stimulus="${escaped(stimulus)}"></span></span>
    <span class="pair-below">${hint}<span class="pair-points" data-testid="points-${side}" dir="auto"></span></span>
  </${close}>`;
}

/** Left and right are the task's own and do not turn with the language. */
function screenHtml(trial: PairTrial, labels: PairLabels): string {
  const isPressed = trial.inputs.some((input) => input !== "keyboard");
  const [left, right] = trial.stimuli;
  return `<div class="pair blank" dir="ltr" style="--image-height: ${String(trial.image_height_px)}px">
    <h1 class="pair-prompt" dir="auto">${escaped(labels.prompt)}</h1>
    ${optionHtml("left", labels.keys[0], left ?? "", isPressed)}${optionHtml("right", labels.keys[1], right ?? "", isPressed)}
    <p class="visually-hidden" data-testid="feedback" role="status" dir="auto"></p>
  </div>`;
}

function part(root: HTMLElement, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the pair screen has no ${selector}`);
  return found;
}

const SIDES = ["left", "right"] as const;

async function decodedPair(addresses: readonly string[], labels: PairLabels): Promise<HTMLImageElement[]> {
  const images = await Promise.all(addresses.map((address) => decodedImage(address)));
  images.forEach((image, side) => { image.alt = labels.images[side] ?? ""; });
  return images;
}

function showPair(root: HTMLElement, images: readonly HTMLImageElement[]): void {
  SIDES.forEach((side, at) => {
    const image = images[at];
    if (image !== undefined) part(root, `[data-testid=stimulus-${side}]`).replaceChildren(image);
  });
  part(root, ".pair").classList.remove("blank");
}

function frameChosen(root: HTMLElement, response: Choice, labels: PairLabels): void {
  const option = part(root, `[data-testid=option-${SIDES[response]}]`);
  option.classList.add("chosen");
  option.dataset.chosen = "true";
  const mark = document.createElement("span");
  mark.className = "pair-chosen";
  mark.dir = "auto";
  mark.textContent = labels.chosen;
  part(option, ".pair-place").append(mark);
}

function showPoints(root: HTMLElement, feedback: RewardFeedback, labels: PairLabels): void {
  SIDES.forEach((side, at) => {
    part(root, `[data-testid=points-${side}]`).textContent = labels.points(feedback.points[at as Choice]);
  });
  part(root, ".pair").classList.add("answered");
  part(root, "[data-testid=feedback]").textContent = labels.spoken(feedback.response, feedback.points);
}

class PairPlugin implements JsPsychPlugin<Info> {
  static info = info;

  constructor(private readonly jsPsych: JsPsych) {}

  trial(root: HTMLElement, trial: TrialType<Info>, on_load?: () => void): Promise<TrialData> {
    return this.play(root, trial as unknown as PairTrial, on_load);
  }

  private async play(root: HTMLElement, trial: PairTrial, on_load?: () => void): Promise<TrialData> {
    const labels = trial.labels();
    let early_key_count = 0;
    const onEarly = (input: InputKind): void => {
      early_key_count++;
      trial.on_early_key(input);
    };
    const listener = new ResponseListener(REWARD_KEYS, trial.inputs, { onEarly, onRefused: trial.on_refused }, trial.stopped());
    try {
      trial.on_state("waiting");
      const blankOnset_ms = await painted(() => { root.innerHTML = screenHtml(trial, labels); });
      on_load?.();
      const [images] = await Promise.all([decodedPair(trial.images, labels), elapsed(blankOnset_ms, trial.blank_ms)]);
      const onset = await paintedImages(images, () => { showPair(root, images); });
      const response = listener.open(onset);
      trial.on_state("ready");
      focusHeading(root);
      const given = await response;
      frameChosen(root, given.response, labels);
      const feedback = await trial.respond(given);
      if (feedback !== null) {
        const feedbackOnset_ms = await painted(() => { showPoints(root, feedback, labels); });
        trial.on_state("feedback");
        await elapsed(feedbackOnset_ms, trial.feedback_ms);
      }
      return { ...pairData(trial.stimuli, given, early_key_count, feedback) };
    } finally {
      listener.close();
    }
  }

  async simulate(
    described: TrialType<Info>, mode: "data-only" | "visual", options: { data?: SimulatedData }, on_load: () => void,
  ): Promise<TrialData> {
    const trial = described as unknown as PairTrial;
    const given = simulatedResponse(this.jsPsych, trial.inputs, options.data);
    if (mode === "data-only") {
      on_load();
      const feedback = await trial.respond(given);
      return { ...pairData(trial.stimuli, given, 0, feedback) };
    }
    const press: PairTrial["on_state"] = (state) => {
      trial.on_state(state);
      if (state === "ready") pressSimulated(this.jsPsych, given, REWARD_KEYS.code);
    };
    return this.play(this.jsPsych.getDisplayElement(), { ...trial, on_state: press }, on_load);
  }
}

function pairData(stimuli: readonly string[], given: GivenResponse, early_key_count: number, feedback: RewardFeedback | null): PairData {
  return {
    stimulus: [...stimuli],
    response: given.response,
    rt: given.rt_ms,
    input: given.input,
    onset_ms: given.onset_ms,
    early_key_count,
    points: feedback?.points ?? null,
    is_correct: feedback?.is_correct ?? null,
  };
}

export default PairPlugin;
