// The trial of reward learning.
import type { InputKind, Phase } from "../wire/types";
import { usesKeys, useInstead, type Way } from "./inputs";
import PairPlugin, { type PairLabels } from "./plugin_pair";
import type { Scene } from "./scene";
import type { Texts } from "./texts";

function pairLabels(texts: Texts, way: Way): PairLabels {
  const points = (count: number): string => texts.text("pair_points", { count });
  return {
    prompt: texts.text("pair_prompt"),
    images: [texts.text("pair_image_left_label"), texts.text("pair_image_right_label")],
    keys: usesKeys(way) ? ["←", "→"] : ["", ""],
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
    css_classes: "in-trial",
    on_start: () => { page.setTrial(run, phase); },
    images: () => run.nextStimuli(phase).map((sha256) => scene.images.url(sha256)),
    stimuli: () => run.nextStimuli(phase),
    image_height_px: run.session.display.image_height_px,
    blank_ms: run.session.display.blank_ms,
    feedback_ms: run.session.display.feedback_ms,
    inputs: run.session.display.inputs,
    labels: () => pairLabels(scene.texts, scene.way),
    respond: scene.respond.bind(scene),
    on_state: page.setState.bind(page),
    on_early_key: (input: InputKind) => { scene.events.add("key_before_onset", { trial_index: run.nextIndex(phase), detail: `${phase} ${input}` }); },
    on_refused: () => { page.suggest(useInstead("reward", scene.way)); },
    stopped: () => scene.stopped,
  };
}
