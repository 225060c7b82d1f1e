// The screens around the trials, as parts of a jsPsych timeline: instructions, comprehension questions, and screens with one button.
import HtmlButtonResponsePlugin from "@jspsych/plugin-html-button-response";
import InstructionsPlugin from "@jspsych/plugin-instructions";
import SurveyMultiChoicePlugin from "@jspsych/plugin-survey-multi-choice";
import { focusHeading } from "./focus";
import { thisDevice } from "./inputs";
import { dinosaursHtml, instructionPages } from "./instructions";
import { ANSWER_WORDS } from "./line";
import { escaped } from "./markup";
import { enterFullscreen } from "./page";
import { comprehensionQuestion } from "./questions";
import type { Scene } from "./scene";
import { simulatedReading } from "./simulation";
import type { TextKey, Texts } from "./texts";

function card(html: string): string {
  return `<section class="card">${html}</section>`;
}

/** One screen with one button. `press` runs inside the press, while the browser still allows what needs a person's act. */
function buttonScreen(testId: string, html: () => string, label: () => string, press: () => Promise<unknown> | undefined): object {
  return {
    type: HtmlButtonResponsePlugin,
    stimulus: html,
    choices: () => [label()],
    button_html: (choice: string) => `<button type="button" class="button" data-testid="${testId}">${escaped(choice)}</button>`,
    css_classes: "in-card",
    on_load: () => { focusHeading(document); },
    on_finish: press,
    simulation_options: "screen",
  };
}

function instructions(scene: Scene): object {
  const { texts, page } = scene;
  const pages = instructionPages(scene.run.session, texts, (file) => scene.images.url(file), scene.way).map(
    (html, at) => `<section class="card instructions" data-testid="instructions-page" data-page="${String(at)}">${html}</section>`,
  );
  // The plugin knows no test ids, and calls its last button like all others.
  const arrange = (at: number): void => {
    const next = document.querySelector<HTMLElement>("#jspsych-instructions-next");
    if (next === null || at >= pages.length) return;
    next.dataset.testid = "instructions-next";
    if (at === pages.length - 1) next.textContent = texts.text("instructions_last");
    document.querySelector("#jspsych-instructions-back")?.setAttribute("data-testid", "instructions-back");
    focusHeading(document);
  };
  return {
    type: InstructionsPlugin,
    pages,
    show_clickable_nav: true,
    show_page_number: true,
    page_label: texts.text("instructions_page"),
    button_label_previous: texts.html("instructions_previous"),
    button_label_next: texts.html("instructions_next"),
    css_classes: "in-card",
    on_page_change: arrange,
    on_start: () => {
      page.setStage("instructions");
      page.showBar(scene.run);
      scene.events.add("instructions_shown");
    },
    on_load: () => { arrange(0); },
    simulation_options: () => ({ data: { view_history: simulatedReading(scene.run, pages.length) } }),
  };
}

/** The plugin's questions are paragraphs and options; this ties them together for screen readers. */
function groupOptions(): void {
  document.querySelectorAll<HTMLElement>(".jspsych-survey-multi-choice-question").forEach((question, at) => {
    const prompt = question.querySelector("p");
    if (prompt !== null) prompt.id = `question-${String(at)}`;
    question.setAttribute("role", "radiogroup");
    question.setAttribute("aria-labelledby", `question-${String(at)}`);
    question.dataset.testid = `question-${question.dataset.name ?? String(at)}`;
    question.querySelectorAll("input").forEach((input, option) => {
      input.dataset.testid = `option-${question.dataset.name ?? String(at)}-${String(option)}`;
    });
  });
  document.querySelector("#jspsych-survey-multi-choice-next")?.setAttribute("data-testid", "comprehension-submit");
  focusHeading(document);
}

function comprehension(scene: Scene, tellLeft: (attemptsLeft: number | null) => void): object {
  const { texts, page, run } = scene;
  return {
    type: SurveyMultiChoicePlugin,
    preamble: `<h1>${texts.html("comprehension_title")}</h1><p>${texts.html("comprehension_body")}</p>`,
    questions: run.session.comprehension.question_ids.map((id) => {
      const { prompt, options } = comprehensionQuestion(id, texts, scene.way);
      return { name: id, prompt: escaped(prompt), options: options.map(escaped), required: true };
    }),
    button_label: texts.html("comprehension_submit"),
    css_classes: "in-card",
    on_start: () => { page.setStage("comprehension"); },
    on_load: groupOptions,
    on_finish: async (data: { response_index: number[] }) => {
      const reply = await scene.orFollow(() => scene.line.request((attempt) => scene.api.comprehension(data.response_index, attempt), ANSWER_WORDS));
      if (reply === null) return;
      if (reply.is_over) await scene.refuse("failed_comprehension", reply.return);
      tellLeft(reply.attempts_left);
      run.comprehensionAnswered(reply.is_passed, reply.attempt_count);
    },
    simulation_options: "comprehension",
  };
}

export function instructionsStage(scene: Scene): object {
  const { texts } = scene;
  const isStillHere = (): boolean => scene.run.stage === "instructions";
  let attemptsLeft: number | null = null;
  const failed = buttonScreen(
    "comprehension-again",
    () => card(texts.markup("comprehension_failed") + (attemptsLeft === null ? "" : texts.markup("comprehension_left", { count: attemptsLeft }))),
    () => texts.text("comprehension_failed_button"),
    () => undefined,
  );
  return {
    timeline: [instructions(scene), comprehension(scene, (left) => { attemptsLeft = left; }), { timeline: [failed], conditional_function: isStillHere }],
    conditional_function: isStillHere,
    loop_function: isStillHere,
  };
}

function fullscreenNote(texts: Texts): string {
  return texts.markup("begin_fullscreen") + (thisDevice().hasKeyboard ? texts.markup("begin_fullscreen_key") : "");
}

/** Before the first trial on this page: full screen is a person's act, and somebody who comes back should not fall into a running trial. */
export function beginScreen(scene: Scene): object {
  const { texts, run, page } = scene;
  // As it is when the timeline is built: passing the questions on this page is not coming back.
  const isBack = scene.isResumed && run.stage !== "instructions";
  // Where a browser cannot do it, as on some phones, nobody is asked for it.
  const isFull = run.session.display.is_fullscreen_required && document.fullscreenEnabled;
  const opening = (): string => {
    if (isBack) return texts.markup("back");
    const practice = run.stage === "practice" ? run.plan("practice").count : 0;
    return practice > 0 ? texts.markup("begin_practice", { count: practice }) : texts.markup("begin");
  };
  const label = (): TextKey => {
    if (isBack) return isFull ? "back_fullscreen_button" : "back_button";
    return isFull ? "begin_fullscreen_button" : "begin_button";
  };
  const picture = run.session.study.task === "category" ? dinosaursHtml(texts, (file) => scene.images.url(file)) : "";
  const screen = buttonScreen(
    isFull ? "fullscreen-continue" : "begin-continue",
    () => card(picture + opening() + (isFull ? fullscreenNote(texts) : "")),
    () => texts.text(label()),
    () => {
      scene.hasBegun = true;
      // No person, no full screen: browsers ask for a person's act.
      return isFull && scene.simulation === null ? enterFullscreen() : undefined;
    },
  );
  return {
    timeline: [{
      ...screen,
      on_start: () => {
        page.setStage("begin");
        page.showBar(run);
      },
    }],
    conditional_function: () => !scene.hasBegun && run.phase() !== null,
  };
}

export function practiceOverScreen(scene: Scene): object {
  const { texts, run, page } = scene;
  const screen = buttonScreen(
    "practice-over-continue",
    () => card(texts.markup("practice_over", { count: run.plan("trials").count })),
    () => texts.text("practice_over_button"),
    () => undefined,
  );
  return {
    timeline: [{
      ...screen,
      on_start: () => {
        page.setStage("begin");
        page.showBar(run);
      },
    }],
    conditional_function: () => run.stage === "trials",
  };
}
