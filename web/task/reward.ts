// The trial of reward learning.
import type { Phase } from "../wire/types";
import PairPlugin, { type PairLabels } from "./plugin_pair";
import type { Scene } from "./scene";
import type { Texts } from "./texts";

function pairLabels(texts: Texts): PairLabels {
  const points = (count: number): string => texts.text("pair_points", { count });
  return {
    prompt: texts.text("pair_prompt"),
    images: [texts.text("pair_image_left_label"), texts.text("pair_image_right_label")],
    chosen: texts.text("pair_chosen"),
    points,
    spoken: (response, [left, right]) =>
      texts.text("pair_spoken", {
        side: texts.text(response === 1 ? "pair_right" : "pair_left"),
        left: points(left),
        right: points(right),
      }),
  };
}

/** Shows the trial that is due when it begins. */
export function rewardTrial(scene: Scene, phase: Phase): object {
  const { run, page } = scene;
  return {
    type: PairPlugin,
    on_start: () => { page.setTrial(run, phase); },
    images: () => run.nextStimuli(phase).map((sha256) => scene.images.url(sha256)),
    stimuli: () => run.nextStimuli(phase),
    image_height_px: run.session.display.image_height_px,
    blank_ms: run.session.display.blank_ms,
    feedback_ms: run.session.display.feedback_ms,
    labels: () => pairLabels(scene.texts),
    respond: scene.respond.bind(scene),
    on_state: page.setState.bind(page),
    on_early_key: () => { scene.events.add("key_before_onset", { trial_index: run.nextIndex(phase), detail: phase }); },
    stopped: () => scene.stopped,
  };
}
