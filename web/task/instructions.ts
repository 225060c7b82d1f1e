// The instructions of both tasks, rendered from the settings of the study, so that what is said and what is paid cannot differ.
import type { SessionDocument } from "../wire/types";
import { escaped } from "./markup";
import { moneyText } from "./money";
import type { Texts } from "./texts";

/** Where the pictures of a file of this server are: the file itself, or what was loaded from it. */
export type Address = (file: string) => string;

export const DINOSAUR_FILES = { folty: "/assets/folty.svg", julty: "/assets/julty.svg" } as const;

export function dinosaursHtml(texts: Texts, address: Address): string {
  const one = (name: "folty" | "julty"): string =>
    `<figure class="dinosaur"><img src="${escaped(address(DINOSAUR_FILES[name]))}" alt=""><figcaption class="name">${texts.html(name)}</figcaption></figure>`;
  return `<div class="dinosaurs">${one("folty")}${one("julty")}</div>`;
}

function categoryInstructions(session: SessionDocument, texts: Texts, address: Address): string[] {
  const { pay, trials } = session;
  const money = (minor: number): string => moneyText(minor, pay.currency, texts.language);
  const payPage =
    pay.per_correct_minor === null
      ? texts.markup("category_instructions_pay_flat", { base: money(pay.base_minor) })
      : texts.markup("category_instructions_pay", {
          base: money(pay.base_minor),
          bonus: money(pay.per_correct_minor),
          total: money(pay.base_minor + pay.per_correct_minor * trials.count),
        });
  return [
    dinosaursHtml(texts, address) + texts.markup("category_instructions_1"),
    `<p class="keycaps" aria-hidden="true"><kbd>F</kbd> ${texts.html("folty")} <kbd>J</kbd> ${texts.html("julty")}</p>` +
      texts.markup("category_instructions_2", { count: trials.count }),
    dinosaursHtml(texts, address) + texts.markup("category_instructions_3"),
    payPage,
  ];
}

function pairPicture(): string {
  return `<div class="pair-picture" aria-hidden="true"><span><kbd>←</kbd></span><span class="chosen"><kbd>→</kbd></span></div>`;
}

function rewardInstructions(session: SessionDocument, texts: Texts): string[] {
  const { pay, practice, trials } = session;
  const money = (minor: number): string => moneyText(minor, pay.currency, texts.language);
  const payPage =
    pay.max_bonus_minor === null
      ? texts.markup("reward_instructions_pay_flat", { base: money(pay.base_minor) })
      : texts.markup("reward_instructions_pay", { base: money(pay.base_minor), bonus: money(pay.max_bonus_minor) });
  const practicePart = practice.count === 0 ? "" : texts.markup("reward_instructions_practice", { count: practice.count });
  return [
    texts.markup("reward_instructions_1"),
    pairPicture() + texts.markup("reward_instructions_2", { count: trials.count }),
    texts.markup("reward_instructions_3") + practicePart,
    payPage,
  ];
}

/** One HTML text per page. */
export function instructionPages(session: SessionDocument, texts: Texts, address: Address): string[] {
  return session.study.task === "category" ? categoryInstructions(session, texts, address) : rewardInstructions(session, texts);
}
