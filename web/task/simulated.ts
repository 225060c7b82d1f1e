// What a person would have done, for jsPsych's simulation mode.
import type { JsPsych } from "jspsych";
import type { Choice, InputKind } from "../wire/types";
import type { GivenResponse } from "./response";

/** `simulation_options.data` of a trial: what is fixed; the rest is drawn. */
export interface SimulatedData {
  response?: Choice;
  /** In ms. */
  rt?: number;
}

const RT_MEAN_MS = 700;
const RT_SD_MS = 120;
const RT_TAIL_MEAN_MS = 250;

export function simulatedResponse(jsPsych: JsPsych, inputs: readonly InputKind[], fixed: SimulatedData = {}): GivenResponse {
  const { sampleExGaussian, sampleBernoulli } = jsPsych.randomization;
  const drawn_ms = Math.max(0, sampleExGaussian(RT_MEAN_MS, RT_SD_MS, 1 / RT_TAIL_MEAN_MS, true));
  return {
    response: fixed.response ?? (sampleBernoulli(0.5) === 1 ? 1 : 0),
    rt_ms: fixed.rt ?? drawn_ms,
    onset_ms: performance.now(),
    is_visible: document.visibilityState === "visible",
    is_fullscreen: document.fullscreenElement !== null,
    input: inputs.includes("keyboard") ? "keyboard" : inputs[0] ?? "keyboard",
  };
}

/** Gives the response as a person would, by key where keys are allowed, else by pressing its place on the screen. `keys`: left, right. */
export function pressSimulated(jsPsych: JsPsych, given: GivenResponse, keys: readonly [string, string]): void {
  if (given.input === "keyboard") {
    jsPsych.pluginAPI.pressKey(keys[given.response], given.rt_ms);
    return;
  }
  const place = jsPsych.getDisplayElement().querySelector(`[data-choice="${String(given.response)}"]`);
  if (place !== null) jsPsych.pluginAPI.clickTarget(place, given.rt_ms);
}
