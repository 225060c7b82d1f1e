// Why somebody is not let in, or not any more, in plain words, with the way back to the platform.
import type { Platform, RefusalReason, ReturnLink } from "../wire/types";
import type { NoticeButton, Page } from "./page";
import { COMPLETION_WORDS, listenForCopy, RETURN_WORDS, returnHtml, type ReturnWords } from "./return_link";
import type { TextKey } from "./texts";

/** Ends that are no refusals but end in the same kind of notice. */
export type EndReason = RefusalReason | "declined" | "not_found" | "no_simulation" | "no_link";

interface NoticeWords {
  title: TextKey;
  body: TextKey;
}

const NOTICES: Readonly<Record<EndReason, NoticeWords>> = {
  closed: { title: "closed_title", body: "closed_body" },
  not_yet: { title: "not_yet_title", body: "not_yet_body" },
  over: { title: "over_title", body: "over_body" },
  full: { title: "full_title", body: "full_body" },
  screened_out: { title: "screened_out_title", body: "screened_out_body" },
  excluded: { title: "excluded_title", body: "excluded_body" },
  failed_comprehension: { title: "failed_comprehension_title", body: "failed_comprehension_body" },
  returning: { title: "returning_title", body: "returning_body" },
  finished: { title: "finished_before_title", body: "finished_before_body" },
  preview: { title: "preview_title", body: "preview_body" },
  no_id: { title: "no_id_title", body: "no_id_body" },
  no_link: { title: "no_link_title", body: "no_link_body" },
  consent_changed: { title: "consent_changed_title", body: "consent_changed_body" },
  declined: { title: "declined_title", body: "declined_body" },
  not_found: { title: "not_found_title", body: "not_found_body" },
  no_simulation: { title: "no_simulation_title", body: "no_simulation_body" },
};

const PLATFORM_NAMES: Readonly<Record<Platform, TextKey>> = {
  link: "platform_link", prolific: "platform_prolific", sona: "platform_sona", mturk: "platform_mturk", personal: "platform_personal",
};

export interface RefusalPlace {
  /** Null when the server gave none. */
  back?: ReturnLink | null;
  platform?: Platform;
  /** For somebody who may have a session here already. */
  goOn?: () => void;
}

export function showRefusal(page: Page, reason: EndReason, { back = null, platform = "link", goOn }: RefusalPlace = {}): void {
  const { texts } = page;
  const words = NOTICES[reason === "no_id" && platform === "personal" ? "no_link" : reason];
  const values = { platform: texts.text(PLATFORM_NAMES[platform]) };
  const way = back === null ? "" : returnHtml(back, texts, wordsOf(reason, platform, values.platform));
  const isEnd = reason !== "consent_changed" && reason !== "preview";
  const farewell = way !== "" || !isEnd ? "" : `<p>${texts.html(platform === "mturk" ? "notice_return_hit" : "notice_close")}</p>`;
  const screen = page.showNotice(reason, texts.text(words.title, values), texts.markup(words.body, values) + way + farewell, buttonOf(page, reason, goOn));
  if (screen !== null) listenForCopy(screen, texts);
}

/** Who has finished has a completion to come back with. */
function wordsOf(reason: EndReason, platform: Platform, name: string): ReturnWords {
  if (reason === "finished") return COMPLETION_WORDS;
  return platform === "link" || platform === "personal" ? RETURN_WORDS : { ...RETURN_WORDS, label: "return_link_platform", platform: name };
}

function buttonOf(page: Page, reason: EndReason, goOn?: () => void): NoticeButton | undefined {
  if (reason === "consent_changed") return { label: page.texts.text("consent_changed_button"), press: () => { location.reload(); } };
  return goOn === undefined ? undefined : { label: page.texts.text("full_go_on"), press: goOn, leadsOn: true };
}
