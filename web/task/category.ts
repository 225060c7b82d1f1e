// The trial of category learning.
import type { InputKind, Phase } from "../wire/types";
import { useInstead, type Way } from "./inputs";
import { DINOSAUR_FILES } from "./instructions";
import DeliveryPlugin, { type DeliveryLabels } from "./plugin_delivery";
import type { Scene } from "./scene";
import type { Texts } from "./texts";

function deliveryLabels(texts: Texts, way: Way): DeliveryLabels {
  const names: [string, string] = [texts.text("folty"), texts.text("julty")];
  const both = (say: (name: string) => string): [string, string] => [say(names[0]), say(names[1])];
  return {
    prompt: texts.text("delivery_prompt"),
    image: texts.text("delivery_image_label"),
    names,
    hints: [texts.text(`delivery_hint_${way}`, { key: "F" }), texts.text(`delivery_hint_${way}`, { key: "J" })],
    meant_for: both((name) => texts.text("feedback_for", { name })),
    correct: texts.text("feedback_correct"),
    wrong: texts.text("feedback_wrong"),
  };
}

/** Shows the trial that is due when it begins. */
export function categoryTrial(scene: Scene, phase: Phase): object {
  const { run, page } = scene;
  return {
    type: DeliveryPlugin,
    css_classes: "in-trial",
    on_start: () => { page.setTrial(run, phase); },
    image: () => scene.images.url(run.nextStimuli(phase)[0] ?? ""),
    folty_image: () => scene.images.url(DINOSAUR_FILES.folty),
    julty_image: () => scene.images.url(DINOSAUR_FILES.julty),
    stimulus: () => run.nextStimuli(phase)[0] ?? "",
    image_height_px: run.session.display.image_height_px,
    feedback_ms: run.session.display.feedback_ms,
    inputs: run.session.display.inputs,
    labels: deliveryLabels(scene.texts, scene.way),
    respond: scene.respond.bind(scene),
    on_state: page.setState.bind(page),
    on_early_key: (input: InputKind) => { scene.events.add("key_before_onset", { trial_index: run.nextIndex(phase), detail: `${phase} ${input}` }); },
    on_refused: () => { page.suggest(useInstead("category", scene.way)); },
    stopped: () => scene.stopped,
  };
}
