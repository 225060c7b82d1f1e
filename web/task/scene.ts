// What the screens of one session share, and the one way by which a response gets to the server.
import { ApiError, type SessionApi } from "../wire/api";
import type { EventQueue } from "../wire/events";
import type { Outbox } from "../wire/outbox";
import type { Feedback } from "../wire/types";
import type { ImageStore } from "./images";
import { ANSWER_WORDS, LOADING_WORDS, showHalt, type Line } from "./line";
import type { Page } from "./page";
import type { GivenResponse } from "./response";
import type { Run } from "./run";
import type { SimulationMode } from "./simulation";
import type { Texts } from "./texts";

export class Scene {
  /** Refresh interval of the display, once it is known. */
  frame_ms: number | null = null;
  /** Whether this page has shown the screen before the first trial: full screen needs a press of a button on every page. */
  hasBegun = false;
  private previousReply_ms: number | null = null;

  constructor(
    readonly run: Run,
    readonly page: Page,
    readonly api: SessionApi,
    readonly outbox: Outbox,
    readonly events: EventQueue,
    readonly images: ImageStore,
    readonly line: Line,
    /** Whether this session was begun by an earlier page. */
    readonly isResumed: boolean,
    /** Null for people. */
    readonly simulation: SimulationMode | null,
  ) {}

  get texts(): Texts {
    return this.page.texts;
  }

  /** Stores the response to the trial that is due. Null when the server knows of another state of this session: the run then follows the server. */
  async respond(given: GivenResponse): Promise<Feedback | null> {
    const phase = this.run.phase();
    if (phase === null) throw new Error(`no response is due in stage ${this.run.stage}`);
    const index = this.run.nextIndex(phase);
    const body = {
      ...given,
      ...(this.frame_ms === null ? {} : { frame_ms: this.frame_ms }),
      ...(this.previousReply_ms === null ? {} : { previous_reply_ms: this.previousReply_ms }),
    };
    return this.orFollow(async () => {
      const delivered = await this.line.wait((settings) => this.outbox.deliver({ phase, index, body }, settings), ANSWER_WORDS);
      this.previousReply_ms = delivered.reply_ms;
      this.run.responseStored(phase, index, delivered.feedback);
      this.page.showBar(this.run);
      return delivered.feedback;
    });
  }

  /** Runs a request that moves the session on. A conflict means that the session is elsewhere than this page thinks: then the run follows the server,
   * and the result is null. Any other refusal ends the page with a sentence, and the promise stays open, since nothing may come after. */
  async orFollow<T>(request: () => Promise<T>): Promise<T | null> {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) return this.halt(error);
    }
    try {
      this.run.replace(await this.line.request(() => this.api.read(), LOADING_WORDS));
      await this.images.load(this.run.stimuliAhead());
      this.page.showBar(this.run);
      return null;
    } catch (error) {
      return this.halt(error);
    }
  }

  halt(error: unknown): Promise<never> {
    showHalt(this.page, error);
    return this.end();
  }

  /** Nothing comes after the notice that is shown. */
  end(): Promise<never> {
    return new Promise(() => undefined);
  }
}
