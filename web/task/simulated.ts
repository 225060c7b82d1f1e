// What a person would have done, for jsPsych's simulation mode.
import type { JsPsych } from "jspsych";
import type { Choice } from "../wire/types";
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

export function simulatedResponse(jsPsych: JsPsych, fixed: SimulatedData = {}): GivenResponse {
  const { sampleExGaussian, sampleBernoulli } = jsPsych.randomization;
  const drawn_ms = Math.max(0, sampleExGaussian(RT_MEAN_MS, RT_SD_MS, 1 / RT_TAIL_MEAN_MS, true));
  return {
    response: fixed.response ?? (sampleBernoulli(0.5) === 1 ? 1 : 0),
    rt_ms: fixed.rt ?? drawn_ms,
    onset_ms: performance.now(),
    is_visible: document.visibilityState === "visible",
    is_fullscreen: document.fullscreenElement !== null,
    input: "keyboard",
  };
}
