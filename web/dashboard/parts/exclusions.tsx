// Whom the numbers leave out: two switches that live in the page's address.

import { counted } from "../format.ts";
import { navigate } from "../router.ts";
import { exclusionQuery, parseExclusions, toggled } from "../state/exclusion.ts";
import { isOfExclusions } from "../state/group_state.ts";
import type { Exclusion, Group } from "../types.ts";

/** The exclusions of this address; the page is drawn anew when the address changes. */
export function currentExclusions(): Exclusion[] {
  return parseExclusions(location.search);
}

const WORDS: Record<Exclusion, { label: string; reason: string; meaning: string }> = {
  below_chance: { label: "do not beat guessing", reason: "not better than guessing", meaning: "one-sided exact binomial test at 5 %, once a session has ended or all of its trials are played" },
  not_included: { label: "asked not to be included", reason: "asked not to be included", meaning: "answered no to “should we include your data?”" },
};

/** Why one person is left out. */
export function exclusionReason(exclusion: Exclusion): string {
  return WORDS[exclusion].reason;
}

export function ExclusionSwitches({ group, exclude }: { group: Group | null; exclude: readonly Exclusion[] }) {
  return (
    <fieldset class="switches">
      <legend>Leave out people who</legend>
      {(Object.keys(WORDS) as Exclusion[]).map((exclusion) => (
        <label key={exclusion} class="switch" title={WORDS[exclusion].meaning}>
          <input type="checkbox" data-testid={`exclude-${exclusion}`} checked={exclude.includes(exclusion)}
            onChange={() => navigate(location.pathname + exclusionQuery(toggled(exclude, exclusion)), true)} />
          <span>{WORDS[exclusion].label}</span>
          <span class="switch-count">{group === null ? "…" : counted(group.excluded[exclusion], "person", "people")}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** One line under a page's title: of whom the numbers are. Its height is held while they are computed. */
export function CountedLine({ group, exclude }: { group: Group | null; exclude: readonly Exclusion[] }) {
  if (group === null || !isOfExclusions(group, exclude))
    return <p class="counted-line" data-testid="counted-line" data-exclude="">Group numbers are being computed…</p>;
  const out = exclude.length === 0 ? "nobody is left out" : `left out are those who ${exclude.map((each) => WORDS[each].label).join(" or ")}`;
  return (
    <p class="counted-line" data-testid="counted-line" data-exclude={exclude.join(",")}>
      Group numbers are of {counted(group.participants, "participant")} and {counted(group.trials, "response")}; {out}.
    </p>
  );
}
