// The session as a jsPsych timeline. Every part asks the run whether it is due, so the same timeline serves a first visit, a return in the middle,
// and a server that knows better: it goes round until the server says that the session is finished.
import CallFunctionPlugin from "@jspsych/plugin-call-function";
import { initJsPsych } from "jspsych";
import type { Keep } from "../wire/keep";
import type { Phase } from "../wire/types";
import { categoryTrial } from "./category";
import { ANSWER_WORDS } from "./line";
import { questionnaireStage } from "./questionnaire";
import { rewardTrial } from "./reward";
import type { Scene } from "./scene";
import { beginScreen, instructionsStage, practiceOverScreen } from "./screens";
import { simulationOptions } from "./simulation";

/** Before a trial whose pictures are not here yet, which is rare: they load ahead. */
function preparation(scene: Scene, phase: Phase): object {
  const wait = {
    type: CallFunctionPlugin,
    async: true,
    on_start: () => { scene.page.setTrial(scene.run, phase); },
    func: (done: () => void) => { void scene.prepare(phase).then(done); },
  };
  return { timeline: [wait], conditional_function: () => !scene.isPrepared(phase) };
}

function trialsOf(scene: Scene, phase: Phase): object {
  const isDue = (): boolean => scene.run.phase() === phase;
  const trial = scene.run.session.study.task === "category" ? categoryTrial(scene, phase) : rewardTrial(scene, phase);
  return {
    timeline: [preparation(scene, phase), { timeline: [trial], conditional_function: isDue, on_timeline_finish: () => { scene.trialEnded(); } }],
    conditional_function: isDue,
    loop_function: isDue,
  };
}

function finishStage(scene: Scene): object {
  const { run, page } = scene;
  const finish = {
    type: CallFunctionPlugin,
    async: true,
    on_start: () => {
      page.setStage("finish");
      page.showBar(run);
    },
    func: (done: () => void) => {
      void (async () => {
        const end = await scene.orFollow(() => scene.line.request((attempt) => scene.api.finish(attempt), ANSWER_WORDS));
        if (end !== null) run.finished(end.completion, end.debriefing);
        done();
      })();
    },
  };
  return { timeline: [finish], conditional_function: () => run.stage === "finish" };
}

export function sessionTimeline(scene: Scene, keep: Keep): object {
  const isOpen = (): boolean => scene.run.stage !== "finished";
  const practice = { timeline: [trialsOf(scene, "practice"), practiceOverScreen(scene)], conditional_function: () => scene.run.stage === "practice" };
  return {
    timeline: [
      instructionsStage(scene),
      beginScreen(scene),
      practice,
      trialsOf(scene, "trials"),
      questionnaireStage(scene, keep),
      finishStage(scene),
    ],
    conditional_function: isOpen,
    loop_function: isOpen,
  };
}

const EVENT_KINDS = {
  blur: "focus_lost",
  focus: "focus_gained",
  fullscreenenter: "fullscreen_entered",
  fullscreenexit: "fullscreen_left",
} as const;

/** Resolves when the session is finished. */
export async function playSession(scene: Scene, keep: Keep): Promise<void> {
  const { run, page, events } = scene;
  // Of its own: what is drawn late, after another screen took its place, is not seen.
  const display = document.createElement("div");
  display.className = "timeline";
  page.stageElement.replaceChildren(display);
  const jsPsych = initJsPsych({
    display_element: display,
    on_interaction_data_update: ({ event }: { event: keyof typeof EVENT_KINDS }) => {
      events.add(EVENT_KINDS[event], scene.due());
      page.showBar(run);
    },
    on_trial_finish: () => { void events.flush(); },
  });
  // Paused, because ending the trial would run what comes after it.
  scene.stopped.addEventListener("abort", () => {
    jsPsych.pauseExperiment();
    jsPsych.pluginAPI.cancelAllKeyboardResponses();
    jsPsych.data.removeInteractionListeners();
  });
  const timeline = [sessionTimeline(scene, keep)] as Parameters<typeof jsPsych.simulate>[0];
  if (scene.simulation === null) await jsPsych.run(timeline);
  else await jsPsych.simulate(timeline, scene.simulation, simulationOptions(run));
}
