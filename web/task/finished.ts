// The last screen: thanks, the payment, what the study was about, and the way back to the platform. Nobody is sent on by itself: what the study was
// about is for the participant to read, and the way back is one press.
import { debriefingHtml } from "./documents";
import { escaped } from "./markup";
import { moneyText } from "./money";
import { COMPLETION_WORDS, listenForCopy, returnHtml } from "./return_link";
import type { Scene } from "./scene";

function debriefingPart({ texts, run }: Scene, isBackBelow: boolean): string {
  const html = debriefingHtml(run.session.debriefing, texts);
  return html !== "" && isBackBelow ? `<p>${texts.html("finished_debriefing_first")}</p>${html}` : html;
}

export function showFinished(scene: Scene): void {
  const { page, texts, run } = scene;
  const { completion, pay } = run.session;
  page.setStage("finished");
  page.showBar(run);
  if (completion === null) throw new Error("the session is finished, but the server gave no completion");
  const way = returnHtml(completion, texts, COMPLETION_WORDS);
  const screen = page.showScreen(
    `<h1>${texts.html("finished_title")}</h1><p>${texts.html("finished_body")}</p>
     <dl class="facts"><dt>${texts.html("finished_pay")}</dt>
     <dd data-testid="completion-pay">${escaped(moneyText(completion.pay_minor, pay.currency, texts.language))}</dd></dl>
     ${debriefingPart(scene, way !== "")}${way === "" ? `<p>${texts.html("notice_close")}</p>` : way}`,
  );
  listenForCopy(screen, texts);
}
