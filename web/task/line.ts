// Says what the network does while something waits for the server: nothing at first, "saving" when it takes long, and the truth when the network is gone.
import { ApiError, isSuperseded } from "../wire/api";
import { untilAnswered, type RetrySettings, type Trouble } from "../wire/retry";
import type { EventKind } from "../wire/types";
import type { Page, PageState } from "./page";
import { showRefusal } from "./refusal";
import type { TextKey } from "./texts";

/** A wait shorter than this is not noticed, and a word that flashes up would be. */
const NOTICEABLE_MS = 300;

export interface LineWords {
  slow: TextKey;
  offline: TextKey;
  busy: TextKey;
}
/** While an answer of the participant is on its way. */
export const ANSWER_WORDS: LineWords = { slow: "saving", offline: "offline", busy: "busy" };
/** While the page asks for something. */
export const LOADING_WORDS: LineWords = { slow: "loading", offline: "offline_waiting", busy: "busy_waiting" };
/** While the picture of the trial that is due is not here yet. */
export const PICTURE_WORDS: LineWords = { slow: "loading_picture", offline: "offline_waiting", busy: "loading_picture" };

export class Line {
  /** Set once there is a session that events can belong to. */
  report: (kind: EventKind) => void = () => undefined;

  constructor(private readonly page: Page) {}

  /** Runs `ask` with settings that keep the page informed. `state`: what the page is in meanwhile, as long as there is no trouble. */
  async wait<T>(ask: (settings: RetrySettings) => Promise<T>, words: LineWords, state: PageState = "saving"): Promise<T> {
    let trouble: Trouble | null = null;
    this.page.setState(state);
    const timer = setTimeout(() => {
      if (trouble === null) this.page.setStatus(words.slow);
    }, NOTICEABLE_MS);
    const onTrouble = (now: Trouble): void => {
      if (trouble === null) this.report("connection_lost");
      trouble = now;
      this.page.setState("offline");
      this.page.setStatus(words[now]);
    };
    try {
      const answer = await ask({ onTrouble });
      if (trouble !== null) this.report("connection_back");
      return answer;
    } finally {
      clearTimeout(timer);
      this.page.setStatus(null);
      this.page.setState("waiting");
    }
  }

  /** The same for a plain request. */
  request<T>(ask: (attempt: number) => Promise<T>, words: LineWords): Promise<T> {
    return this.wait((settings) => untilAnswered(ask, settings), words);
  }
}

/** Says in a sentence why the session cannot go on. */
export function showHalt(page: Page, error: unknown): void {
  const { texts } = page;
  const reload = { label: texts.text("reload"), press: () => { location.reload(); } };
  if (isSuperseded(error)) {
    const here = { label: texts.text("superseded_button"), press: reload.press };
    page.showNotice("superseded", texts.text("superseded_title"), texts.markup("superseded_body"), here);
  } else if (error instanceof ApiError && error.reason !== null) showRefusal(page, error.reason, { back: error.returnLink });
  else if (error instanceof ApiError && error.status === 410) page.showNotice("gone", texts.text("gone_title"), texts.markup("gone_body"));
  else if (error instanceof ApiError && error.status === 401) {
    page.showNotice("unauthorized", texts.text("unauthorized_title"), texts.markup("unauthorized_body"));
  } else if (error instanceof ApiError) {
    page.showNotice("refused", texts.text("refused_title"), texts.markup("refused_body", { message: error.message }), reload);
  } else page.showNotice("broken", texts.text("broken_title"), texts.markup("broken_body"), reload);
}
