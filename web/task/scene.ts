// What the screens of one session share, the one way by which a response gets to the server, and the one by which a trial gets its pictures.
import { ApiError, isSuperseded, type SessionApi } from "../wire/api";
import type { ClockWatch } from "../wire/clock";
import type { EventQueue } from "../wire/events";
import type { Outbox } from "../wire/outbox";
import type { Feedback, Phase, RefusalReason, ReturnLink } from "../wire/types";
import type { ImageStore } from "./images";
import { thisDevice, wayOf, type Way } from "./inputs";
import { ANSWER_WORDS, LOADING_WORDS, PICTURE_WORDS, showHalt, type Line } from "./line";
import type { Page } from "./page";
import { showRefusal } from "./refusal";
import type { GivenResponse } from "./response";
import type { Run } from "./run";
import type { SimulationMode } from "./simulation";
import type { Texts } from "./texts";

export class Scene {
  /** Refresh interval of the display, once it is known. */
  frame_ms: number | null = null;
  /** Whether this page has shown the screen before the first trial: full screen needs a press of a button on every page. */
  hasBegun = false;
  /** The participant withdraws: what is refused from now on is no surprise, and no reason to say another last word. */
  isLeaving = false;
  /** How this participant responds. */
  readonly way: Way;
  private previousReply_ms: number | null = null;
  private readonly ending = new AbortController();

  constructor(
    readonly run: Run,
    readonly page: Page,
    readonly api: SessionApi,
    readonly outbox: Outbox,
    readonly events: EventQueue,
    readonly images: ImageStore,
    readonly line: Line,
    private readonly clock: ClockWatch,
    /** Files of the page that its screens show. */
    private readonly files: readonly string[],
    /** Whether this session was begun by an earlier page. */
    readonly isResumed: boolean,
    /** Null for people. */
    readonly simulation: SimulationMode | null,
  ) {
    this.way = wayOf(run.session.display.inputs, thisDevice());
  }

  get texts(): Texts {
    return this.page.texts;
  }

  /** Aborted when this page takes no more responses. */
  get stopped(): AbortSignal {
    return this.ending.signal;
  }

  /** Nothing is listened to, shown or loaded any more. What was answered and kept stays kept. */
  stop(): void {
    this.ending.abort();
    this.images.stop();
  }

  /** The session is over: nothing is sent any more, and nothing is kept to be sent. */
  close(): void {
    this.stop();
    this.events.end();
    this.outbox.forget();
  }

  /** The images of the next trials load, those of past ones are let go. */
  wantImages(): void {
    if (!this.stopped.aborted) this.images.want([...this.files, ...this.run.stimuliAhead()]);
  }

  /** Whether the trial that is due can begin without waiting for anything. */
  isPrepared(phase: Phase): boolean {
    return this.images.has(this.run.nextStimuli(phase)) && this.outbox.waiting().length === 0;
  }

  /** Waits for the pictures of the trial that is due. A response that an older page kept a moment after this one took over comes first. */
  async prepare(phase: Phase): Promise<void> {
    try {
      if (this.outbox.waiting().length > 0) {
        await this.line.wait((settings) => this.outbox.resend(settings), ANSWER_WORDS);
        await this.follow();
      }
      if (this.run.phase() !== phase) return;
      const stimuli = this.run.nextStimuli(phase);
      await this.line.wait(({ onTrouble }) => {
        this.images.reports.onTrouble = (isOffline) => { onTrouble?.(isOffline ? "offline" : "busy"); };
        return this.images.ready(stimuli);
      }, PICTURE_WORDS, "waiting");
    } catch (error) {
      await this.halt(error);
    } finally {
      delete this.images.reports.onTrouble;
    }
  }

  /** After each trial. */
  trialEnded(): void {
    this.wantImages();
    const jump_ms = this.clock.look();
    if (jump_ms !== null) this.events.add("clock_changed", { ...this.due(), detail: `${String(Math.round(jump_ms))} ms` });
  }

  /** The trial that is due, as events name it. */
  due(): { trial_index?: number } {
    const phase = this.run.phase();
    return phase === null ? {} : { trial_index: this.run.nextIndex(phase) };
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
      if (!(error instanceof ApiError) || error.status !== 409 || isSuperseded(error)) return this.halt(error);
    }
    try {
      await this.follow();
      return null;
    } catch (error) {
      return this.halt(error);
    }
  }

  halt(error: unknown): Promise<never> {
    if (this.isLeaving) return new Promise(() => undefined);
    this.stop();
    showHalt(this.page, error);
    return new Promise(() => undefined);
  }

  /** The session is over before its end; the notice says why, and the way back. */
  refuse(reason: RefusalReason, back: ReturnLink | null): Promise<never> {
    this.stop();
    showRefusal(this.page, reason, { back });
    return new Promise(() => undefined);
  }

  private async follow(): Promise<void> {
    this.run.replace(await this.line.request((attempt) => this.api.read(attempt), LOADING_WORDS));
    this.wantImages();
    this.page.showBar(this.run);
  }
}
