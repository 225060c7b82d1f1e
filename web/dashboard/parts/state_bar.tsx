// Where a study is between draft and closed, the steps from there, trying it out, copying it and taking its file home.

import { useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { navigate, studyPath, studySettingsPath } from "../router.ts";
import { studyApi, studyFileUrl } from "../study_api.ts";
import { slugOf } from "../state/study_basics.ts";
import { canTry, isStudyState, STATE_MEANS, STATES, stepsFrom, type Step } from "../state/study_steps.ts";
import type { Study } from "../types.ts";
import { Confirm } from "./confirm.tsx";
import { isAtLeast, useRole } from "./rights.tsx";

type Asked = { kind: "step"; step: Step } | { kind: "copy" };

/** Opens a page at once, as browsers want it of a click, and sends it on when the server has answered. */
async function tryOut(study: Study, state: string): Promise<void> {
  const tab = window.open("", "_blank");
  try {
    if (state === "draft") await studyApi.setState(study.slug, "pilot");
  } catch (failure) {
    tab?.close();
    throw failure;
  }
  if (tab === null) throw new Error("The browser did not let a new tab open. Allow pop-ups of this page, or use the link for participants.");
  tab.opener = null;
  tab.location.href = study.participant_path;
}

export function StateBar({ study, onStepped, onUnauthorized }: { study: Study; onStepped: () => void; onUnauthorized: () => void }) {
  // What the server answered to the last step, until its stream says it too.
  const [stepped, setStepped] = useState<{ from: string; to: string } | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const mayChange = isAtLeast(useRole(study.slug), "researcher");
  const state = stepped !== null && stepped.from === study.state ? stepped.to : study.state;

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await work();
      setAsked(null);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }
  const take = (to: string): void => {
    setStepped({ from: study.state, to });
    onStepped();
  };
  const go = (step: Step): void => void run(async () => {
    const to = await studyApi.setState(study.slug, step.to);
    take(to);
  });
  return (
    <section class="card state-bar" aria-label="State of the study" data-testid="state-bar" data-state={state}>
      <StateLine state={state} />
      <div class="state-tools">
        {mayChange && stepsFrom(state).map((step) => (
          <button key={step.to} type="button" class={step.to === "open" ? "button" : "button quiet"} disabled={isBusy} data-testid={`state-${step.to}`}
            onClick={() => (step.question === null ? go(step) : setAsked({ kind: "step", step }))}>
            {step.name}
          </button>
        ))}
        {mayChange && canTry(state) && (
          <button type="button" class="button quiet" disabled={isBusy} data-testid="try-out"
            onClick={() => void run(async () => {
              await tryOut(study, state);
              if (state === "draft") take("pilot");
            })}>
            Try as a participant ↗
          </button>
        )}
        <span class="state-more">
          <a class="button quiet" href={studySettingsPath(study.slug)} data-testid="study-settings-link">Settings</a>
          {mayChange && <button type="button" class="button quiet" disabled={isBusy} data-testid="duplicate" onClick={() => setAsked({ kind: "copy" })}>Duplicate</button>}
          {mayChange && <a class="button quiet" href={studyFileUrl(study.slug)} download={`${study.slug}.study.json`} data-testid="study-file">Study file</a>}
        </span>
      </div>
      {asked?.kind === "step" && <Confirm question={asked.step.question ?? ""} yes={asked.step.name} isBusy={isBusy} onYes={() => go(asked.step)} onNo={() => setAsked(null)} />}
      {asked?.kind === "copy" && <Copying study={study} isBusy={isBusy} run={run} onNo={() => setAsked(null)} />}
      {error !== null && <p class="form-error" role="alert" data-testid="state-error">{error}</p>}
    </section>
  );
}

function StateLine({ state }: { state: string }) {
  const here = STATES.findIndex((name) => name === state);
  return (
    <div>
      <ol class="state-line">
        {STATES.map((name, at) => (
          <li key={name} aria-current={name === state ? "step" : undefined} class={at < here ? "past" : ""}>
            {name}
          </li>
        ))}
      </ol>
      {isStudyState(state) && <p class="muted small" data-testid="state-means">{STATE_MEANS[state]}</p>}
    </div>
  );
}

function Copying({ study, isBusy, run, onNo }: { study: Study; isBusy: boolean; run: (work: () => Promise<void>) => Promise<void>; onNo: () => void }) {
  const [title, setTitle] = useState(`${study.title} (copy)`);
  const slug = slugOf(title);
  return (
    <Confirm question="Duplicate the study? The copy has the same settings, conditions and texts, no data, and is a draft." yes="Duplicate" isBusy={isBusy}
      isPossible={slug !== ""} onNo={onNo}
      onYes={() => void run(async () => navigate(studyPath(await studyApi.duplicate(study.slug, { slug, title: title.trim() }))))}>
      <label class="confirm-field">
        <span>Title of the copy</span>
        <input type="text" value={title} data-testid="copy-title" onInput={(event) => setTitle(event.currentTarget.value)} />
        <small class="muted">Its address: /studies/{slug}</small>
      </label>
    </Confirm>
  );
}
