// A participant stops taking part, or has everything deleted: a button in the bar, a question over the page, and the last screen.
//
// What was decided is kept before it is sent, as a response is: a reload or a server that is away does not undo it.
import { ApiError, SessionApi } from "../wire/api";
import type { Keep } from "../wire/keep";
import { untilAnswered, type Trouble } from "../wire/retry";
import type { SessionDocument, Withdrawal } from "../wire/types";
import { showHalt } from "./line";
import { escaped } from "./markup";
import { moneyText } from "./money";
import type { Page } from "./page";
import { COMPLETION_WORDS, listenForCopy, RETURN_WORDS, returnHtml } from "./return_link";
import type { Texts, TextKey } from "./texts";

export interface WithdrawPlace {
  page: Page;
  api: SessionApi;
  keep: Keep;
  /** The study and whom this link is for. */
  person: string;
  /** As it is now. */
  session: () => SessionDocument;
  /** The question was opened: for the record. */
  onOpen: () => void;
  /** It is decided: the server may refuse all else from now on. */
  onSend: () => void;
  /** The server would not: the page says why. */
  onRefused: (error: unknown) => void;
  /** It is done, and nothing of the session may go on. */
  onOver: () => void;
}

interface Decision {
  token: string;
  slug: string;
  is_deletion: boolean;
  is_finished: boolean;
  /** Of the payment, for the last screen. */
  currency: string;
}

const TOKEN_PREFIX_LENGTH = 12;

function decisionKey(person: string): string {
  return `dinolab.withdraw.${person}`;
}

/** Everything that the browser keeps of this session: the token, what goes by it, and what was typed. The same browser may have another's. */
function forgetSession(person: string, { token, slug }: Decision, keep: Keep): void {
  for (const key of keep.keys("dinolab.")) {
    if (keep.get(key) === token || key.includes(token.slice(0, TOKEN_PREFIX_LENGTH))) keep.remove(key);
    else if (key === `dinolab.visit.${slug}`) keep.remove(key);
  }
  keep.remove(decisionKey(person));
}

/** Null: the session is not known any more, so it was deleted before, and the reply was lost. */
async function sendDecision(api: SessionApi, decision: Decision, onTrouble: (trouble: Trouble) => void): Promise<Withdrawal | null> {
  try {
    return await untilAnswered((attempt) => api.withdraw(decision.is_deletion, attempt), { onTrouble });
  } catch (error) {
    if (decision.is_deletion && error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

// --- the last screen ---

/** Nothing that is still under way changes the page after it. */
function showWithdrawn(page: Page, decision: Decision, done: Withdrawal | null): void {
  const { texts } = page;
  const kind = decision.is_deletion ? "deleted" : "stopped";
  const pay = done === null ? "" : `<dl class="facts"><dt>${texts.html("finished_pay")}</dt>
    <dd data-testid="withdrawn-pay">${escaped(moneyText(done.pay_minor, decision.currency, texts.language))}</dd></dl>`;
  const words = decision.is_finished ? COMPLETION_WORDS : RETURN_WORDS;
  const way = done === null || done.return === null ? "" : returnHtml(done.return, texts, words);
  const farewell = way === "" ? `<p>${texts.html("notice_close")}</p>` : way;
  const screen = page.showNotice(kind, texts.text(`${kind}_title`), texts.markup(`${kind}_body`) + pay + farewell);
  if (screen !== null) listenForCopy(screen, texts);
  page.hideBar();
}

// --- what an earlier page had decided ---

/** True when there was something: then the page has shown its last screen, or says why not. */
export async function finishWithdrawal(person: string, page: Page, keep: Keep): Promise<boolean> {
  const kept = keep.get(decisionKey(person));
  if (kept === null) return false;
  try {
    const decision = JSON.parse(kept) as Decision;
    page.setStatus("loading");
    const done = await sendDecision(new SessionApi(decision.token), decision, (trouble) => {
      page.setStatus(trouble === "offline" ? "offline_waiting" : "busy_waiting");
    });
    forgetSession(person, decision, keep);
    showWithdrawn(page, decision, done);
  } catch (error) {
    keep.remove(decisionKey(person));
    showHalt(page, error);
  }
  return true;
}

// --- the button and the question ---

interface Action {
  testId: string;
  label: TextKey;
  look: string;
  press: () => void;
}

export class Withdraw {
  private readonly dialog = document.createElement("dialog");
  private isSending = false;

  constructor(private readonly place: WithdrawPlace) {
    this.dialog.id = "withdraw-dialog";
    this.dialog.dataset.testid = "withdraw-dialog";
    this.dialog.setAttribute("aria-labelledby", "withdraw-title");
    // Esc goes back; what is on its way cannot be taken back.
    this.dialog.addEventListener("cancel", (event) => { if (this.isSending) event.preventDefault(); });
    document.body.append(this.dialog);
  }

  /** From now on, on every screen. */
  offer(): void {
    this.place.page.showWithdraw(() => { this.open(); });
  }

  private open(): void {
    if (this.dialog.open || this.isSending) return;
    this.place.onOpen();
    this.choose();
    this.dialog.showModal();
    this.focus();
    void this.sayPay();
  }

  private choose(): void {
    const isFinished = this.place.session().stage === "finished";
    const choice = (kind: "stop" | "delete" | "erase", press: () => void): HTMLElement => {
      const part = document.createElement("section");
      part.innerHTML = `<h3>${this.texts.html(`withdraw_${kind}_title`)}</h3><p>${this.texts.html(`withdraw_${kind === "stop" ? "stop" : "delete"}_body`)}</p>`;
      part.append(this.button({ testId: `withdraw-${kind === "stop" ? "stop" : "delete"}`, label: `withdraw_${kind}_button`, look: "button quiet", press }));
      return part;
    };
    this.show(isFinished ? "withdraw_finished_title" : "withdraw_title", `<p>${this.texts.html(isFinished ? "withdraw_finished_body" : "withdraw_body")}</p>
      <p data-testid="withdraw-pay" role="status"></p>`);
    if (!isFinished) this.dialog.append(choice("stop", () => { void this.send(false); }));
    this.dialog.append(choice(isFinished ? "erase" : "delete", () => { this.confirm(); }));
    this.actions([{ testId: "withdraw-back", label: isFinished ? "withdraw_finished_back" : "withdraw_back", look: "button", press: () => { this.dialog.close(); } }]);
  }

  private confirm(): void {
    this.show("withdraw_confirm_title", `<p>${this.texts.html("withdraw_confirm_body")}</p>`);
    this.actions([
      { testId: "withdraw-confirm-back", label: "withdraw_confirm_back", look: "button", press: () => { this.choose(); this.focus(); void this.sayPay(); } },
      { testId: "withdraw-confirm", label: "withdraw_confirm_button", look: "button danger", press: () => { void this.send(true); } },
    ]);
    this.focus();
  }

  /** What is paid is the server's to say. Without an answer the question stands without it. */
  private async sayPay(): Promise<void> {
    try {
      const { trial_count: count, pay_minor: pay } = await this.place.api.withdrawalNow();
      const line = this.dialog.querySelector("[data-testid=withdraw-pay]");
      if (line === null) return;
      const isFinished = this.place.session().stage === "finished";
      const key = isFinished ? "withdraw_pay_finished" : count === 0 ? "withdraw_pay_none" : "withdraw_pay";
      line.textContent = this.texts.text(key, { pay: moneyText(pay, this.currency, this.texts.language) });
    } catch {
      // Offline, most likely: deciding is possible all the same.
    }
  }

  private async send(isDeletion: boolean): Promise<void> {
    const { page, api, keep, person } = this.place;
    const { study, stage } = this.place.session();
    const decision: Decision = { token: api.token, slug: study.slug, is_deletion: isDeletion, is_finished: stage === "finished", currency: this.currency };
    this.isSending = true;
    this.place.onSend();
    this.show("withdraw_sending", `<p data-testid="withdraw-status" role="status"></p>`);
    this.focus();
    keep.set(decisionKey(person), JSON.stringify(decision));
    try {
      const done = await sendDecision(api, decision, (trouble) => { this.say(trouble === "offline" ? "withdraw_offline" : "busy_waiting"); });
      this.place.onOver();
      forgetSession(person, decision, keep);
      this.dialog.remove();
      showWithdrawn(page, decision, done);
    } catch (error) {
      keep.remove(decisionKey(person));
      this.dialog.close();
      this.place.onRefused(error);
    }
  }

  // --- parts of the dialog ---

  private get texts(): Texts {
    return this.place.page.texts;
  }

  private get currency(): string {
    return this.place.session().pay.currency;
  }

  private show(title: TextKey, html: string): void {
    this.dialog.innerHTML = `<h2 id="withdraw-title" tabindex="-1">${this.texts.html(title)}</h2>${html}`;
  }

  private say(key: TextKey): void {
    const line = this.dialog.querySelector("[data-testid=withdraw-status]");
    if (line !== null) line.textContent = this.texts.text(key);
  }

  private button({ testId, label, look, press }: Action): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = look;
    button.dataset.testid = testId;
    button.textContent = this.texts.text(label);
    button.addEventListener("click", press);
    return button;
  }

  private actions(actions: readonly Action[]): void {
    const row = document.createElement("div");
    row.className = "buttons";
    row.append(...actions.map((action) => this.button(action)));
    this.dialog.append(row);
  }

  /** At its beginning, so that it is read from there; no button is pressed by a key that was meant for a trial. */
  private focus(): void {
    this.dialog.querySelector<HTMLElement>("#withdraw-title")?.focus();
  }
}
