// Until when the personal data of a study are kept; the warning before they go.

import { useEffect, useState } from "preact/hooks";
import { serverNowMs } from "../api.ts";
import { counted } from "../format.ts";
import { peopleApi } from "../people_api.ts";
import { studyPeoplePath } from "../router.ts";
import type { Retention } from "../types.ts";
import { Confirm } from "./confirm.tsx";
import { Labelled } from "./people_parts.tsx";
import { isAtLeast, useRole } from "./rights.tsx";
import { useLoaded, useWork } from "./work.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const WHAT_GOES = "the platform's ids, who was refused, personal links, answers of the consent page, and free texts";

/** The last day on which they are kept, as a date field has it. */
function lastDay(until_ms: number): string {
  return new Date(until_ms - 1).toISOString().slice(0, 10);
}

function dayWords(until_ms: number): string {
  return new Date(until_ms - 1).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** On the study's page, when it is time. */
export function RetentionNotice({ slug, retention }: { slug: string; retention: Retention }) {
  const role = useRole(slug);
  if (!retention.is_near || retention.until_ms === null) return null;
  const left = retention.until_ms - serverNowMs();
  return (
    <div class="retention-notice" role="status" data-testid="retention-notice">
      <strong>
        {left <= 0 ? `Personal data of this study are deleted: the last day was ${dayWords(retention.until_ms)}.` : `Personal data of this study are deleted after ${dayWords(retention.until_ms)}, in ${counted(Math.ceil(left / DAY_MS), "day")}.`}
      </strong>{" "}
      {left > 0 && `What goes: ${WHAT_GOES}. Pay everybody and download what you need before; trials and scores stay.`}{" "}
      {isAtLeast(role, "owner") && left > 0 && <a href={studyPeoplePath(slug)}>Change the date</a>}
    </div>
  );
}

export function RetentionSection({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const mayOwn = isAtLeast(useRole(slug), "owner");
  const { value, error, again } = useLoaded(() => peopleApi.retention(slug), slug, onUnauthorized);
  return (
    <section class="card people-section" aria-labelledby="retention-title">
      <h2 id="retention-title">Personal data</h2>
      <p data-testid="retention-now">
        {value === null ? "" : value.until_ms === null ? "Kept until somebody deletes them: no date is set." : `Kept until ${dayWords(value.until_ms)}, then deleted by themselves.`}
      </p>
      <p class="muted">What goes then: {WHAT_GOES}. Trials, scores and the other answers stay. A warning is on the study's page 30 days before.</p>
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {mayOwn && value !== null && <RetentionForm slug={slug} retention={value} onChanged={again} onUnauthorized={onUnauthorized} />}
    </section>
  );
}

function RetentionForm({ slug, retention, onChanged, onUnauthorized }: { slug: string; retention: Retention; onChanged: () => void; onUnauthorized: () => void }) {
  const before = retention.until_ms === null ? "" : lastDay(retention.until_ms);
  const [until, setUntil] = useState(before);
  const [isAsked, setAsked] = useState(false);
  const { isBusy, mistake, setMistake, run } = useWork(onUnauthorized);
  const today = new Date(serverNowMs()).toISOString().slice(0, 10);
  useEffect(() => setUntil(before), [before]);
  const save = (day: string | null): void => void run(async () => {
    await peopleApi.setRetention(slug, day);
    setAsked(false);
    onChanged();
  });
  function submit(): void {
    if (until === "") return setMistake({ field: "until", message: "Choose a day." });
    // The end of today would be the earliest; a slip of the keyboard must not delete anything this evening.
    if (until <= today) return setMistake({ field: "until", message: "Choose a day after today: what is deleted does not come back." });
    save(until);
  }
  return (
    <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Labelled name="Last day" problem={mistake?.message ?? null} testid="retention">
        <input type="date" class="date" min={today} value={until} data-testid="retention-until" aria-invalid={mistake !== null}
          onInput={(event) => { setUntil(event.currentTarget.value); setMistake(null); }} />
      </Labelled>
      <div class="person-form-end">
        <button type="submit" class="button" disabled={isBusy || until === before} data-testid="retention-save">Save</button>
        {before !== "" && <button type="button" class="button quiet" disabled={isBusy} data-testid="retention-none" onClick={() => setAsked(true)}>Set no date</button>}
      </div>
      {isAsked && <Confirm question="Keep personal data without an end? Many ethics boards want a date." yes="Set no date" isBusy={isBusy} onYes={() => save(null)} onNo={() => setAsked(false)} />}
    </form>
  );
}
