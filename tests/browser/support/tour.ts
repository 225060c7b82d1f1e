// A participant's way past every screen of a study, in any language and on any device, with a stop at each.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { InputKind } from "../../../web/wire/types.ts";
import type { CategoryCondition, RewardCondition } from "../../http/support/study.ts";
import { Visitor } from "./browser.ts";
import { Participant, type Choice, type TaskName } from "./participant.ts";

/** Shown for this long, unless a look holds it. No timer of the page or of a tool is set to nearly the same. */
export const FEEDBACK_MS = 123;

/** Runs inside the page: while window.isHeld, a timer set to `held_ms` or a little less does not go off, such as the one that ends the feedback. */
export function installHold(held_ms: number): void {
  const set = window.setTimeout.bind(window);
  const holding = (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): number => {
    const go = (): void => {
      if ((window as { isHeld?: boolean }).isHeld === true) set(go, 10);
      else act(...given);
    };
    return ms > held_ms - 60 && ms <= held_ms ? set(go, ms) : set(act, ms, ...given);
  };
  window.setTimeout = holding as typeof window.setTimeout;
}

/** Names of images, as many as there are. Every right answer is 1: the first of the tour's trials is answered rightly, the second wrongly. */
export function tourCondition(task: TaskName, names: readonly string[]): CategoryCondition | RewardCondition {
  const name = (at: number): string => names[at] ?? "";
  if (task === "category") return { condition_number: 1, dimension: 0, trials: [0, 1, 2].map((at) => ({ image: name(at), category: "julty" as const })) };
  const pair = (at: number) => ({ left_image: name(2 * at), right_image: name(2 * at + 1), left_points: 1 + at, right_points: 78 + at });
  return { condition_number: 1, dimension: 0, practice: [pair(0), pair(1)], trials: [pair(2), pair(3)] };
}

export const TOUR_SETTINGS: Readonly<Record<TaskName, Record<string, unknown>>> = {
  category: { feedback_ms: FEEDBACK_MS, is_fullscreen_required: false, sessions_per_condition: 60 },
  reward: { feedback_ms: FEEDBACK_MS, is_fullscreen_required: false, sessions_per_condition: 60, blank_ms: 20 },
};

export interface Stop {
  screen: string;
  page: Page;
  /** A trial is to be seen as a whole, without scrolling. */
  isTrial: boolean;
}

export interface Tour {
  task: TaskName;
  link: string;
  input: InputKind;
  options: BrowserContextOptions;
  /** Called on each screen while it stands still. */
  look: (stop: Stop) => Promise<void>;
}

class Guide {
  constructor(private readonly person: Participant, private readonly tour: Tour) {}

  stop(screen: string, isTrial = false): Promise<void> {
    return this.tour.look({ screen, page: this.person.page, isTrial });
  }

  async arrive(): Promise<void> {
    const { page } = this.person;
    await this.person.arrive();
    await page.getByTestId("consent-accept").waitFor();
    await this.stop("consent");
    await page.getByTestId("consent-decline").click();
    await page.getByTestId("notice-declined").waitFor();
    await this.stop("declined");
    // The images wait until the screen that says so was looked at.
    let goOn: () => void = () => undefined;
    const looked = new Promise<void>((resolve) => { goOn = resolve; });
    await page.route("**/media/*", async (route) => {
      await looked;
      await route.continue();
    });
    await this.person.arrive();
    await this.person.agree();
    await this.person.stage("preload");
    await this.stop("preload");
    goOn();
    await this.person.stage("instructions");
  }

  async instructions(): Promise<void> {
    const { page } = this.person;
    for (let at = 0; at < 4; at++) {
      await page.locator(`[data-testid=instructions-page][data-page="${String(at)}"]`).waitFor();
      await this.stop(`instructions-${String(at + 1)}`);
      await page.getByTestId("instructions-next").click();
    }
    await this.person.stage("comprehension");
    await this.stop("comprehension");
    await this.person.answerComprehension(3);
    await page.getByTestId("comprehension-again").waitFor();
    await this.stop("comprehension-failed");
    await page.getByTestId("comprehension-again").click();
    await this.person.readInstructions();
    await this.person.answerComprehension();
    await this.person.stage("begin");
    await this.stop("begin");
    await this.person.begin();
  }

  /** A trial and its feedback. */
  async trial(phase: "practice" | "trials", index: number, choice: Choice, name: string): Promise<void> {
    const { page } = this.person;
    await this.person.due(phase, index);
    await this.stop(`trial-${name}`, true);
    await page.evaluate(() => { (window as { isHeld?: boolean }).isHeld = true; });
    await this.person.press(choice);
    await page.waitForFunction(() => document.body.dataset.state === "feedback");
    await this.stop(`feedback-${name}`, true);
    await page.evaluate(() => { (window as { isHeld?: boolean }).isHeld = false; });
  }

  async comeBack(index: number): Promise<void> {
    const { page } = this.person;
    await this.person.due("trials", index);
    await page.reload();
    await this.person.stage("begin");
    await this.stop("welcome-back");
    await page.getByTestId("begin-continue").click();
  }

  async end(): Promise<void> {
    await this.person.stage("questionnaire");
    await this.stop("questionnaire");
    await this.person.answerQuestionnaire();
    await this.person.finish();
    await this.stop("finished");
  }
}

/** From the link to the end. */
export async function takeTour(browser: Browser, tour: Tour): Promise<void> {
  const visitor = await Visitor.arrive(browser, tour.options);
  await visitor.context.addInitScript(installHold, FEEDBACK_MS);
  const person = new Participant(await visitor.newPage(), tour.task, tour.link, tour.input);
  const guide = new Guide(person, tour);
  await guide.arrive();
  await guide.instructions();
  const first = tour.task === "reward" ? "practice" : "trials";
  await guide.trial(first, 0, 1, "right");
  await guide.trial(first, 1, 0, "wrong");
  if (tour.task === "reward") {
    await person.page.getByTestId("practice-over-continue").waitFor();
    await guide.stop("practice-over");
    await person.page.getByTestId("practice-over-continue").click();
    await person.due("trials", 0);
    await person.press(1);
  }
  await guide.comeBack(tour.task === "reward" ? 1 : 2);
  await person.due("trials", tour.task === "reward" ? 1 : 2);
  await person.press(1);
  await guide.end();
  await visitor.leave();
}
