// One participant, live, trial by trial; and back to any trial.

import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import { personUrl, sessionStreamUrl } from "../api.ts";
import { BetaChart } from "../charts/beta.tsx";
import { useLanes } from "../charts/lane.ts";
import { PosteriorChart } from "../charts/posterior.tsx";
import { outcomeOf, ProbabilityChart } from "../charts/probability.tsx";
import { RaceChart } from "../charts/race.tsx";
import { useTheme } from "../charts/theme.ts";
import type { Table } from "../csv.ts";
import { money, percent, responseName, share, stage } from "../format.ts";
import { Ago } from "../parts/ago.tsx";
import { Disagreement } from "../parts/disagreement.tsx";
import { useLive, type LiveSource } from "../parts/live.ts";
import { ModelTable } from "../parts/model_table.tsx";
import { Notice } from "../parts/notice.tsx";
import { Numbers } from "../parts/numbers.tsx";
import { Picker } from "../parts/picker.tsx";
import { Scrubber } from "../parts/scrubber.tsx";
import { Figure, PilotBadge, Progress, StateBadge, StreamLine, useTitle } from "../parts/small.tsx";
import { TrialStrip } from "../parts/trial_strip.tsx";
import { navigate, studyPath } from "../router.ts";
import { chosenOf, modelKeys, queryWith, toggled } from "../state/chosen.ts";
import { EMPTY_SESSION_STATE, isTrialMissing, reduceSession, type SessionAction, type SessionState } from "../state/session_state.ts";
import type { StreamStatus } from "../stream.ts";
import type { Live, LiveModel, Session, TaskName, Trial } from "../types.ts";

const SOURCE: LiveSource<SessionState, SessionAction> = {
  eventNames: ["snapshot", "trial", "session"],
  initial: EMPTY_SESSION_STATE,
  reduce: reduceSession,
  isBroken: (state) => state.live !== null && isTrialMissing(state.live),
};

export function SessionPage({ slug, sessionId, onUnauthorized }: { slug: string; sessionId: string; onUnauthorized: () => void }) {
  const { state, status, refusal } = useLive(sessionStreamUrl(slug, sessionId), SOURCE, onUnauthorized);
  useTitle(state.live === null ? "Participant" : `Participant ${state.live.session.number}`);

  if (refusal?.status === 410)
    return (
      <Notice kind="hint">
        {refusal.message} <a href={studyPath(slug)}>See all sessions of the study</a>.
      </Notice>
    );
  if (refusal !== null)
    return (
      <Notice kind="error">
        There is no such participant in this study. <a href={studyPath(slug)}>See all sessions of the study</a>.
      </Notice>
    );
  if (state.live === null) return <p class="waiting">{status === "lost" ? "The server cannot be reached. Trying again…" : "Loading…"}</p>;
  return <Participant live={state.live} status={status} />;
}

/** What is highlighted, kept in the address: a link shows the same. */
function useChosen(models: readonly LiveModel[]): { chosen: readonly number[]; toggle: (model: number) => void; clear: () => void } {
  const [query, setQuery] = useState(location.search);
  const names = modelKeys(models).join("\n"); // a trial brings new numbers, not new models
  const latest = useRef({ query, models });
  latest.current = { query, models };
  const chosen = useMemo(() => chosenOf(query, latest.current.models), [query, names]);
  const choose = useCallback((next: readonly number[]) => {
    const changed = queryWith(latest.current.query, next, latest.current.models);
    setQuery(changed);
    navigate(location.pathname + changed, true);
  }, []);
  const toggle = useCallback((model: number) => choose(toggled(chosenOf(latest.current.query, latest.current.models), model)), [choose]);
  const clear = useCallback(() => choose([]), [choose]);
  return { chosen, toggle, clear };
}

function Participant({ live, status }: { live: Live; status: StreamStatus }) {
  const { session, study, models, trials } = live;
  const [picked, setPicked] = useState<number | null>(null); // null: follow the newest trial
  const { chosen, toggle, clear } = useChosen(models);
  const shownCount = picked === null ? trials.length : Math.min(picked, trials.length);
  const isNewest = shownCount === trials.length;
  const shown = useMemo(() => trials.slice(0, shownCount), [trials, shownCount]);
  const theme = useTheme();
  const lanes = useLanes(models, shown, chosen, theme);
  const fileStem = `${study.slug}-participant-${session.number}`;
  const chart = { models, trials: shown, known: trials, trialCount: session.trial_count, lanes, theme, fileStem, onToggle: toggle };

  return (
    <>
      <Head live={live} status={status} />
      <section class="card section" aria-labelledby="strip-title">
        <h2 id="strip-title">Trials</h2>
        <TrialStrip task={study.task} trials={trials} shownCount={shownCount} isFollowing={picked === null} onPick={setPicked} />
        <Scrubber trialCount={trials.length} shownCount={shownCount} isFollowing={picked === null} onPick={setPicked} />
        <Numbers table={() => trialTable(study.task, shown)} caption="Trials: numbers" testid="trials-numbers" />
      </section>
      <Picker models={models} lanes={lanes} chosen={chosen} onToggle={toggle} onClear={clear} />
      <div class="participant-charts">
        <RaceChart {...chart} />
        <PosteriorChart {...chart} />
        <ProbabilityChart {...chart} />
        <Disagreement task={study.task} models={models} trials={shown} trialCount={session.trial_count} lanes={lanes} onPick={setPicked} />
        <BetaChart models={models} lanes={lanes} theme={theme} fileStem={fileStem} trialCount={trials.length} isNewest={isNewest} />
        <ModelTable models={models} trials={shown} isNewest={isNewest} lanes={lanes} onToggle={toggle} />
      </div>
    </>
  );
}

function Head({ live, status }: { live: Live; status: StreamStatus }) {
  const { session, study } = live;
  return (
    <header class="participant-head">
      <div>
        <p class="trail">
          <a href="/">Studies</a> / <a href={studyPath(study.slug)}>{study.title}</a>
        </p>
        <div class="title-line">
          <h1>Participant {session.number}</h1>
          <StateBadge state={session.state} reason={session.end_reason} />
          {session.is_pilot && <PilotBadge />}
          <StreamLine status={status} />
        </div>
        <p class="small">
          <a href={personUrl(study.slug, session.session_id)} download={`${study.slug}-${session.session_id}.json`} data-testid="export-person">
            Everything that is kept of this participant, as a file
          </a>
        </p>
      </div>
      <Figures session={session} />
    </header>
  );
}

function Figures({ session }: { session: Session }) {
  const { leading } = session;
  return (
    <div class="card participant-figures">
      <dl class="figures">
        <Figure name={`of ${session.trial_count} trials`} testid="figure-trial">
          {session.response_count}
        </Figure>
        <Figure name="right" testid="figure-accuracy">
          {share(session.correct_count, session.scored_count)}
        </Figure>
        <Figure name={leading === null ? "no representation leads yet" : `posterior of ${leading.representation}, leading`} testid="figure-leading">
          {percent(leading?.posterior)}
        </Figure>
        <Figure name="paid so far" testid="figure-pay">
          {money(session.pay_minor, session.currency)}
        </Figure>
        <Figure name="condition">{session.condition_number}</Figure>
        <Figure name="now" isWords>
          {stage(session.stage, session.state)}
        </Figure>
        <Figure name="last seen" isWords>
          <Ago at_ms={session.last_seen_at_ms} />
        </Figure>
      </dl>
      <Progress part={session.response_count} whole={session.trial_count} label="Trials" kind={session.state} />
    </div>
  );
}

function trialTable(task: TaskName, trials: readonly Trial[]): Table {
  const truth = task === "category" ? ["meant_for"] : ["points_left", "points_right"];
  return {
    columns: ["trial", "response", "chose", "outcome", "rt_ms", ...truth],
    rows: trials.map((trial) => [
      trial.trial_index + 1,
      trial.response,
      responseName(task, trial.response),
      outcomeOf(trial),
      trial.rt_ms,
      ...(task === "category" ? [trial.category] : [trial.points?.[0], trial.points?.[1]]),
    ]),
  };
}
