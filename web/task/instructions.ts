// The instructions of both tasks, rendered from the settings of the study, so that what is said and what is paid cannot differ.
import type { SessionDocument } from "../wire/types";
import { usesKeys, type Way } from "./inputs";
import { escaped } from "./markup";
import { moneyText } from "./money";
import type { Texts } from "./texts";

/** Where the pictures of a file of this server are: the file itself, or what was loaded from it. */
export type Address = (file: string) => string;

export const DINOSAUR_FILES = { folty: "/assets/folty.svg", julty: "/assets/julty.svg" } as const;

export function dinosaursHtml(texts: Texts, address: Address): string {
  const one = (name: "folty" | "julty"): string =>
    `<figure class="dinosaur"><img src="${escaped(address(DINOSAUR_FILES[name]))}" alt=""><figcaption class="name">${texts.html(name)}</figcaption></figure>`;
  return `<div class="dinosaurs" dir="ltr">${one("folty")}${one("julty")}</div>`;
}

function keycaps(texts: Texts): string {
  return `<p class="keycaps" dir="ltr" aria-hidden="true"><span><kbd>F</kbd> ${texts.html("folty")}</span> <span><kbd>J</kbd> ${texts.html("julty")}</span></p>`;
}

function categoryInstructions(session: SessionDocument, texts: Texts, address: Address, way: Way): string[] {
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
    (usesKeys(way) ? keycaps(texts) : dinosaursHtml(texts, address)) +
      texts.markup("category_instructions_2", { count: trials.count, how: texts.text(`category_how_${way}`) }),
    dinosaursHtml(texts, address) + texts.markup("category_instructions_3"),
    payPage,
  ];
}

function pairPicture(way: Way): string {
  const [left, right] = usesKeys(way) ? ["<kbd>←</kbd>", "<kbd>→</kbd>"] : ["", ""];
  return `<div class="pair-picture" dir="ltr" aria-hidden="true"><span>${left}</span><span class="chosen">${right}</span></div>`;
}

function rewardInstructions(session: SessionDocument, texts: Texts, way: Way): string[] {
  const { pay, practice, trials } = session;
  const money = (minor: number): string => moneyText(minor, pay.currency, texts.language);
  const payPage =
    pay.max_bonus_minor === null
      ? texts.markup("reward_instructions_pay_flat", { base: money(pay.base_minor) })
      : texts.markup("reward_instructions_pay", { base: money(pay.base_minor), bonus: money(pay.max_bonus_minor) });
  const practicePart = practice.count === 0 ? "" : texts.markup("reward_instructions_practice", { count: practice.count });
  return [
    texts.markup("reward_instructions_1"),
    pairPicture(way) + texts.markup("reward_instructions_2", { count: trials.count, how: texts.text(`reward_how_${way}`) }),
    texts.markup("reward_instructions_3") + practicePart,
    payPage,
  ];
}

/** One HTML text per page. `way` is how this participant responds. */
export function instructionPages(session: SessionDocument, texts: Texts, address: Address, way: Way): string[] {
  return session.study.task === "category" ? categoryInstructions(session, texts, address, way) : rewardInstructions(session, texts, way);
}
