// The final questions. What was typed is kept until the server has it, so that a reload does not cost anybody their words.
import SurveyHtmlFormPlugin from "@jspsych/plugin-survey-html-form";
import { ApiError } from "../wire/api";
import type { Keep } from "../wire/keep";
import { focusHeading } from "./focus";
import { ANSWER_WORDS } from "./line";
import { questionnaireHtml, questionnaireOf, type QuestionnaireDraft } from "./questionnaire_form";
import type { Scene } from "./scene";
import { simulateQuestionnaire } from "./simulation";

const TOKEN_PREFIX_LENGTH = 12;

class DraftKeep {
  private readonly key: string;

  /** By the session's token: the next person at this browser must not find what was typed. */
  constructor(private readonly keep: Keep, token: string) {
    this.key = `dinolab.questionnaire.${token.slice(0, TOKEN_PREFIX_LENGTH)}`;
  }
  load(): QuestionnaireDraft {
    try {
      return (JSON.parse(this.keep.get(this.key) ?? "{}") as QuestionnaireDraft | null) ?? {};
    } catch {
      return {};
    }
  }
  save(draft: QuestionnaireDraft): void {
    this.keep.set(this.key, JSON.stringify(draft));
  }
  drop(): void {
    this.keep.remove(this.key);
  }
}

function keepWhileTyping(drafts: DraftKeep): void {
  const form = document.querySelector<HTMLFormElement>("#jspsych-survey-html-form");
  form?.addEventListener("input", () => {
    const fields = [...new FormData(form)].filter((field): field is [string, string] => typeof field[1] === "string");
    drafts.save(Object.fromEntries(fields));
  });
  document.querySelector("#jspsych-survey-html-form-next")?.setAttribute("data-testid", "questionnaire-submit");
  focusHeading(document);
}

export function questionnaireStage(scene: Scene, keep: Keep): object {
  const { texts, run, page } = scene;
  const drafts = new DraftKeep(keep, scene.api.token);
  const isStillHere = (): boolean => run.stage === "questionnaire";
  let refusal = "";

  const send = async (draft: QuestionnaireDraft): Promise<void> => {
    drafts.save(draft);
    refusal = "";
    await scene.orFollow(async () => {
      try {
        await scene.line.request((attempt) => scene.api.questionnaire(questionnaireOf(draft), attempt), ANSWER_WORDS);
      } catch (error) {
        // The form comes again, as it was filled in, with the server's sentence.
        if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 413)) throw error;
        refusal = error.message;
        return;
      }
      drafts.drop();
      run.questionnaireStored();
    });
  };
  const form = {
    type: SurveyHtmlFormPlugin,
    preamble: () =>
      `<h1>${texts.html("questionnaire_title")}</h1><p>${texts.html("questionnaire_body")}</p>` +
      (refusal === "" ? "" : `<p class="refusal" role="alert">${texts.html("questionnaire_refused", { message: refusal })}</p>`),
    html: () => questionnaireHtml(texts, drafts.load()),
    button_label: texts.html("questionnaire_submit"),
    css_classes: "in-card",
    on_start: () => {
      page.setStage("questionnaire");
      page.showBar(run);
    },
    on_load: () => {
      keepWhileTyping(drafts);
      const sheet = document.querySelector<HTMLFormElement>("#jspsych-survey-html-form");
      if (scene.simulation !== null && sheet !== null) simulateQuestionnaire(sheet);
    },
    on_finish: (data: { response: QuestionnaireDraft }) => send(data.response),
  };
  return { timeline: [form], conditional_function: isStillHere, loop_function: isStillHere };
}
