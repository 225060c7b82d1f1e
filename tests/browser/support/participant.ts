// A person who takes part: goes through the screens as people do, with real key presses, clicks and taps.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { InputKind } from "../../../web/wire/types.ts";
import type { ShownTrial } from "./recorder.ts";

export type Choice = 0 | 1;
export type TaskName = "category" | "reward";

/** The right option of each comprehension question. */
const RIGHT_OPTIONS: Readonly<Record<TaskName, Readonly<Record<string, number>>>> = {
  category: { category_goal: 1, category_keys: 0, category_likes: 2 },
  reward: { reward_goal: 1, reward_keys: 0, reward_points: 2 },
};
export const KEYS: Readonly<Record<TaskName, readonly [string, string]>> = { category: ["f", "j"], reward: ["ArrowLeft", "ArrowRight"] };

export interface DueTrial {
  phase: "practice" | "trials";
  index: number;
  stimuli: string[];
}

export interface Strategy {
  (trial: DueTrial): Choice;
}

/** In years, as typed. */
const AGE = "34";

export const ANSWERS = { gender: "female", age: AGE, strategy: "Metal things to Folty,\n\"food\" to Julty; later I was sure.", isIncluded: true };

export class Participant {
  /** `input` is what this person responds by. */
  constructor(readonly page: Page, readonly task: TaskName, readonly link: string, readonly input: InputKind = "keyboard") {}

  async arrive(): Promise<void> {
    await this.page.goto(this.link);
  }

  /** Fills in what the consent page asks, and agrees. `choices`: option index by question. */
  async agree(choices: Readonly<Record<string, number>> = {}, age = AGE): Promise<void> {
    await this.page.getByTestId("consent-age").fill(age);
    for (const [id, option] of Object.entries(choices)) await this.page.getByTestId(`eligibility-${id}-${String(option)}`).check();
    await this.page.getByTestId("consent-accept").click();
  }

  /** From the link to the instructions. */
  async consent(): Promise<void> {
    await this.arrive();
    await this.agree();
    await this.stage("instructions");
  }

  /** Reads to the last page and goes on to the questions. Gives the text of every page. */
  async readInstructions(): Promise<string[]> {
    const texts: string[] = [];
    for (;;) {
      const screen = this.page.getByTestId("instructions-page");
      await this.page.locator(`[data-testid=instructions-page][data-page="${String(texts.length)}"]`).waitFor();
      texts.push(await screen.innerText());
      await this.page.getByTestId("instructions-next").click();
      const moved = await this.page.waitForFunction((next) => {
        if (document.body.dataset.stage === "comprehension") return "questions";
        return document.querySelector(`[data-testid=instructions-page][data-page="${String(next)}"]`) === null ? null : "page";
      }, texts.length);
      if ((await moved.jsonValue()) === "questions") return texts;
    }
  }

  /** Answers all three questions, `wrongCount` of them wrongly. */
  async answerComprehension(wrongCount = 0): Promise<void> {
    let left = wrongCount;
    for (const [id, right] of Object.entries(RIGHT_OPTIONS[this.task])) {
      const option = left-- > 0 ? (right + 1) % 3 : right;
      await this.page.getByTestId(`option-${id}-${String(option)}`).check();
    }
    await this.page.getByTestId("comprehension-submit").click();
  }

  async begin(): Promise<void> {
    await this.stage("begin");
    await this.page.locator("[data-testid=fullscreen-continue], [data-testid=begin-continue]").click();
  }

  /** From the link to the first trial without detours. */
  async reachTrials(): Promise<void> {
    await this.consent();
    await this.learn();
  }

  /** From the instructions to the first trial. */
  async learn(): Promise<void> {
    await this.readInstructions();
    await this.answerComprehension();
    await this.begin();
  }

  stage(...names: string[]): Promise<unknown> {
    return this.page.waitForFunction((stages) => stages.includes(document.body.dataset.stage ?? ""), names);
  }

  /** Waits until a response is due. Null when the phase is over. */
  async due(phase: "practice" | "trials", index: number): Promise<DueTrial | null> {
    const handle = await this.page.waitForFunction((wanted) => {
      const { stage, state, trialIndex } = document.body.dataset;
      if (stage === wanted.phase && trialIndex === String(wanted.index) && state === "ready") {
        const holders = [...document.querySelectorAll<HTMLElement>("[data-stimulus]")];
        return { stimuli: holders.map((holder) => holder.dataset.stimulus ?? "") };
      }
      return ["begin", "questionnaire", "finish", "finished", "notice"].includes(stage ?? "") ? { stimuli: [] } : null;
    }, { phase, index });
    const stimuli = (await handle.jsonValue())?.stimuli ?? [];
    return stimuli.length === 0 ? null : { phase, index, stimuli };
  }

  /** Gives a response, by what this person uses. */
  async press(choice: Choice): Promise<void> {
    const place = this.page.locator(`[data-choice="${String(choice)}"]`);
    if (this.input === "keyboard") await this.page.keyboard.press(KEYS[this.task][choice]);
    else if (this.input === "touch") await place.tap();
    else await place.click();
  }

  /** Plays trials `from` up to but not including `to`, or to the end of the phase. Gives the responses. */
  async play(phase: "practice" | "trials", strategy: Strategy, from = 0, to = Infinity): Promise<Choice[]> {
    const responses: Choice[] = [];
    for (let index = from; index < to; index++) {
      const trial = await this.due(phase, index);
      if (trial === null) break;
      const choice = strategy(trial);
      await this.press(choice);
      responses.push(choice);
    }
    return responses;
  }

  /** What the recorder of this page saw so far. */
  shown(): Promise<ShownTrial[]> {
    return this.page.evaluate(() => window.recorder.collect());
  }

  async answerQuestionnaire(answers = ANSWERS): Promise<void> {
    await this.stage("questionnaire");
    await this.page.getByTestId(`gender-${answers.gender}`).check();
    await this.page.getByTestId("age").fill(answers.age);
    await this.page.getByTestId("strategy").fill(answers.strategy);
    await this.page.getByTestId(`is_included-${answers.isIncluded ? "yes" : "no"}`).check();
  }

  async finish(): Promise<void> {
    await this.page.getByTestId("questionnaire-submit").click();
    await this.stage("finished");
  }

  /** The rest of a session that is at its first trial. */
  async playToEnd(phase: "practice" | "trials" = "trials", from = 0): Promise<void> {
    await this.play(phase, mixedStrategy, from);
    await this.answerQuestionnaire();
    await this.finish();
  }

  text(testId: string): Promise<string> {
    return this.page.getByTestId(testId).innerText();
  }
}

/** Nobody presses all keys alike: a mixture that is the same in every run. */
export function mixedStrategy(trial: DueTrial): Choice {
  return parseInt(trial.stimuli.join("").slice(0, 2), 16) % 2 === 0 ? 0 : 1;
}

/** Every trial recorded once, in order, with its own picture, taken by one trusted key press and followed by feedback. */
export function assertWholeRecord(shown: readonly ShownTrial[], responses: readonly Choice[], task: TaskName): void {
  assert.deepEqual(shown.map((trial) => trial.index), responses.map((_, index) => index));
  shown.forEach((trial, index) => {
    const where = `trial ${String(index)}`;
    assert.deepEqual(trial.pictures, trial.stimuli, `${where}: the pictures shown are not those that it names`);
    assert.equal(trial.keys.length, 1, `${where}: one key press`);
    assert.equal(trial.keys[0]?.isTrusted, true, `${where}: a real key press`);
    assert.equal(trial.keys[0]?.key, KEYS[task][responses[index] ?? 0], `${where}: the key`);
    assert.notEqual(trial.feedback, null, `${where}: no feedback was shown`);
  });
}
