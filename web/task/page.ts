// The page around the task: the bar at the top, the stage that shows one screen at a time, the line that says what the network does.
// Where the page is can be read off <body>: data-stage, data-state, data-trial-index.
import type { Phase, Stage } from "../wire/types";
import { focusHeading } from "./focus";
import { escaped } from "./markup";
import { moneyText } from "./money";
import type { Run } from "./run";
import type { Texts, TextKey } from "./texts";

export type PageStage =
  | "check" | "consent" | "preload" | "instructions" | "comprehension" | "begin" | "practice" | "trials"
  | "questionnaire" | "finish" | "finished" | "notice";

/** waiting: nothing to respond to yet; ready: responses count; saving and offline: a request is on its way; feedback: the reply is shown. */
export type PageState = "waiting" | "ready" | "saving" | "offline" | "feedback";

export interface NoticeButton {
  label: string;
  press: () => void;
  /** After it the page goes on, so that the notice is not its last screen after all. */
  leadsOn?: boolean;
}

export interface ScreenButton {
  testId: string;
  label: string;
  isQuiet?: boolean;
}

const SUGGESTION_DELAY_MS = 500;

function element<T extends HTMLElement>(id: string, kind: abstract new (...args: never[]) => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

function noticeButton({ label, press, leadsOn }: NoticeButton): HTMLElement {
  const row = document.createElement("div");
  row.className = "buttons";
  const button = document.createElement("button");
  button.type = "button";
  button.className = leadsOn === true ? "button quiet" : "button";
  button.dataset.testid = "notice-button";
  button.textContent = label;
  button.addEventListener("click", press);
  row.append(button);
  return row;
}

export class Page {
  readonly stageElement = element("stage", HTMLElement);
  private readonly status = element("status", HTMLElement);
  private readonly bar = element("bar", HTMLElement);
  private readonly meter = element("bar-meter", HTMLProgressElement);
  private readonly meterLabel = element("bar-label", HTMLElement);
  private readonly pay = element("bar-pay", HTMLElement);
  private readonly fullscreenButton = element("bar-fullscreen", HTMLButtonElement);
  private readonly withdrawButton = element("bar-withdraw", HTMLButtonElement);
  /** Of the trial on the stage. The run may be ahead of it: with its last response a phase is over, but its feedback is still to be seen. */
  private shownPhase: Phase | null = null;
  private suggestion: ReturnType<typeof setTimeout> | undefined;
  /** After the last screen nothing changes the page any more. */
  private isOver = false;

  constructor(readonly texts: Texts) {
    document.documentElement.lang = texts.language;
    document.documentElement.dir = texts.direction;
    this.bar.setAttribute("aria-label", texts.text("bar_label"));
    this.meter.setAttribute("aria-labelledby", "bar-label");
    element("bar-pay-label", HTMLElement).textContent = texts.text("bar_pay");
    this.fullscreenButton.textContent = texts.text("bar_fullscreen");
    this.fullscreenButton.addEventListener("click", () => {
      // Without this, the space bar or Enter would press the button again in the middle of the trials.
      this.fullscreenButton.blur();
      void enterFullscreen();
    });
  }

  setStage(stage: PageStage): void {
    if (this.isOver) return;
    document.body.dataset.stage = stage;
    delete document.body.dataset.trialIndex;
    this.shownPhase = null;
    this.setState("waiting");
  }

  setTrial(run: Run, phase: Phase): void {
    if (this.isOver) return;
    document.body.dataset.stage = phase;
    document.body.dataset.trialIndex = String(run.nextIndex(phase));
    this.shownPhase = phase;
    this.setState("waiting");
    this.showBar(run);
  }

  setState(state: PageState): void {
    clearTimeout(this.suggestion);
    if (this.isOver) return;
    document.body.dataset.state = state;
  }

  /** Says how to respond to somebody who tries it otherwise, unless they find it themselves in a moment. */
  suggest(key: TextKey): void {
    clearTimeout(this.suggestion);
    this.suggestion = setTimeout(() => { this.setStatus(key); }, SUGGESTION_DELAY_MS);
  }

  setStatus(key: TextKey | null): void {
    if (this.isOver) return;
    this.status.hidden = key === null;
    this.status.textContent = key === null ? "" : this.texts.text(key);
  }

  showBar(run: Run): void {
    if (this.isOver) return;
    const { session } = run;
    const stage = this.shownPhase ?? run.stage;
    const { done, count } = run.progress(stage === "practice" ? "practice" : "trials");
    this.bar.hidden = false;
    this.meter.max = Math.max(count, 1);
    this.meter.value = done;
    this.meterLabel.textContent = this.barLabel(stage, run, done, count);
    this.pay.textContent = moneyText(session.pay_so_far_minor, session.pay.currency, this.texts.language);
    this.fullscreenButton.hidden = this.shownPhase === null || !session.display.is_fullscreen_required || isFullscreen() || !document.fullscreenEnabled;
  }

  /** Replaces what is on the stage, and puts the focus at its beginning. `html` must be escaped already. */
  showScreen(html: string, className = "card"): HTMLElement {
    const screen = document.createElement("section");
    screen.className = className;
    screen.innerHTML = html;
    if (this.isOver) return screen;
    this.stageElement.replaceChildren(screen);
    scrollTo(0, 0);
    focusHeading(screen);
    return screen;
  }

  /** A screen with buttons; resolves with the test id of the one pressed. */
  ask(html: string, buttons: readonly ScreenButton[]): Promise<string> {
    const screen = this.showScreen(html);
    const row = document.createElement("div");
    row.className = "buttons";
    screen.append(row);
    return new Promise((resolve) => {
      for (const { testId, label, isQuiet } of buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = isQuiet === true ? "button quiet" : "button";
        button.dataset.testid = testId;
        button.textContent = label;
        button.addEventListener("click", () => { resolve(testId); });
        row.append(button);
      }
    });
  }

  /** The way out, on every screen from now on. */
  showWithdraw(press: () => void): void {
    this.withdrawButton.textContent = this.texts.text("bar_withdraw");
    this.withdrawButton.hidden = false;
    this.withdrawButton.addEventListener("click", () => {
      // As above: back in a trial, no key may press it again. Elsewhere the focus comes back to it.
      if (this.shownPhase !== null) this.withdrawButton.blur();
      press();
    });
  }

  hideBar(): void {
    this.bar.hidden = true;
  }

  /** A last screen: there is no way on from here but the button, if one is given. */
  showNotice(reason: string, title: string, bodyHtml: string, button?: NoticeButton): HTMLElement | null {
    if (this.isOver) return null;
    this.setStage("notice");
    document.body.dataset.notice = reason;
    this.setStatus(null);
    const screen = this.showScreen(`<h1>${escaped(title)}</h1>${bodyHtml}`);
    screen.dataset.testid = `notice-${reason}`;
    this.isOver = button?.leadsOn !== true;
    if (this.isOver) this.withdrawButton.hidden = true;
    if (button !== undefined) screen.append(noticeButton(button));
    return screen;
  }

  private barLabel(stage: Stage, run: Run, done: number, count: number): string {
    switch (stage) {
      case "instructions":
        return this.texts.text("bar_instructions");
      case "practice":
        return this.texts.text("bar_practice", { done, count });
      case "trials":
        return this.texts.text(run.session.study.task === "category" ? "bar_trials_category" : "bar_trials_reward", { done, count });
      case "questionnaire":
      case "finish":
        return this.texts.text("bar_questionnaire");
      case "finished":
        return this.texts.text("bar_finished");
    }
  }
}

export function isFullscreen(): boolean {
  return document.fullscreenElement !== null;
}

/** True if the page fills the screen afterwards. A browser may refuse; the task goes on, and each response says how it was. */
export async function enterFullscreen(): Promise<boolean> {
  try {
    if (!isFullscreen()) await document.documentElement.requestFullscreen();
  } catch {
    return false;
  }
  return isFullscreen();
}

export async function leaveFullscreen(): Promise<void> {
  try {
    if (isFullscreen()) await document.exitFullscreen();
  } catch {
    // It was left in the meantime.
  }
}
