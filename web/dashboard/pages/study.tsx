// One study, live: how far people come, who is playing now, how well they learn, which representations foresee them, all sessions, and the
// data to download.

import { useMemo, useState } from "preact/hooks";
import { studyStreamUrl } from "../api.ts";
import { ConditionUseChart } from "../charts/condition_use.tsx";
import { FunnelChart } from "../charts/funnel.tsx";
import { LearningCurve } from "../charts/learning_curve.tsx";
import { RankingChart } from "../charts/ranking.tsx";
import { useTheme } from "../charts/theme.ts";
import { count, counted, share, task, timeLeft, valueTables } from "../format.ts";
import { FamilyFilter, LearnerChoice } from "../parts/choice.tsx";
import { BlindStudy } from "../parts/blind_notice.tsx";
import { Downloads, DOWNLOADS_ID } from "../parts/downloads.tsx";
import { CountedLine, currentExclusions, ExclusionSwitches } from "../parts/exclusions.tsx";
import { useGroupChoice } from "../parts/group_choice.ts";
import { useGroup } from "../parts/group_live.ts";
import { useLive, type LiveSource } from "../parts/live.ts";
import { LooButton } from "../parts/loo_button.tsx";
import { Notice } from "../parts/notice.tsx";
import { RetentionNotice } from "../parts/retention_section.tsx";
import { isAtLeast, useRole } from "../parts/rights.tsx";
import { SessionTable } from "../parts/session_table.tsx";
import { StateBar } from "../parts/state_bar.tsx";
import { CopyField, Figure, PilotBadge, Progress, StreamLine, useTitle } from "../parts/small.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { isUneven } from "../state/group_state.ts";
import { countSessions, EMPTY_STUDY_STATE, newestFirst, reduceStudy, type StudyAction, type StudyState } from "../state/study_state.ts";
import type { Exclusion, Session, SessionCounts, SessionState, Study } from "../types.ts";

const SOURCE: LiveSource<StudyState, StudyAction> = {
  eventNames: ["snapshot", "sessions", "value_tables", "state"],
  initial: EMPTY_STUDY_STATE,
  reduce: reduceStudy,
  isBroken: (state) => state.isOutdated, // for the rest, every event carries all of its session: the next one heals what was dropped
};

type Filter = "all" | SessionState;
const FILTERS: readonly Filter[] = ["all", "active", "finished", "left"];

export function StudyPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const exclude = currentExclusions();
  // A step of the study makes its conditions, and pilots are counted apart from live sessions: everything is asked for again.
  const [epoch, setEpoch] = useState(0);
  const { state, status, refusal } = useLive(studyStreamUrl(slug), SOURCE, onUnauthorized, epoch);
  const again = (): void => setEpoch((before) => before + 1);
  const sessions = useMemo(() => newestFirst(state.sessions.values()), [state.sessions]);
  const mayChange = isAtLeast(useRole(slug), "researcher");
  useTitle(state.study?.title ?? slug);

  if (refusal !== null)
    return (
      <Notice kind="error">
        There is no study “{slug}” here. <a href="/">See all studies</a>.
      </Notice>
    );
  if (state.study === null) return <p class="waiting">{status === "lost" ? "The server cannot be reached. Trying again…" : "Loading…"}</p>;
  const isHidden = state.study.is_blind && !state.study.is_pilot;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/">Studies</a> / {task(state.study.task)} · {state.study.state}
          </p>
          <div class="title-line">
            <h1>{state.study.title}</h1>
            {state.study.is_pilot && <PilotBadge />}
            <StreamLine status={status} />
          </div>
        </div>
        {mayChange && (
          <a class="button quiet" href={`#${DOWNLOADS_ID}`} data-testid="to-downloads">
            Take the data home
          </a>
        )}
      </div>
      <RetentionNotice slug={slug} retention={state.study.retention} />
      <StateBar study={state.study} onStepped={again} onUnauthorized={onUnauthorized} />
      {state.study.is_pilot && <PilotNotice />}
      {state.study.is_imported && <ImportedNotice />}
      <StudyFacts study={state.study} counts={state.study.session_counts} />
      {!state.study.is_imported && <Tiles slug={slug} sessions={sessions} activeCount={state.study.session_counts.active} />}
      {isHidden ? (
        <BlindStudy key={epoch} slug={slug} onUnblinded={again} onUnauthorized={onUnauthorized} />
      ) : (
        <GroupSoFar study={state.study} exclude={exclude} onUnauthorized={onUnauthorized} />
      )}
      {mayChange && <Downloads slug={slug} isPilot={state.study.is_pilot} onUnauthorized={onUnauthorized} />}
      <Sessions slug={slug} sessions={sessions} total={state.study.session_counts} />
    </>
  );
}

function ImportedNotice() {
  return (
    <p class="pilot-notice" data-testid="imported-notice">
      These are finished data from elsewhere. Nobody can take part; times are those of the import, and nobody is paid by this study.
    </p>
  );
}

function PilotNotice() {
  return (
    <p class="pilot-notice" data-testid="pilot-notice">
      This study is being tried out. What is here is of its pilot sessions; they stay apart from the live ones for ever.
    </p>
  );
}

function StudyFacts({ study, counts }: { study: Study; counts: SessionCounts }) {
  return (
    <section class="card study-facts" aria-label="The study in numbers">
      <dl class="figures">
        <Figure name="here now" testid="count-active">
          {count(counts.active)}
        </Figure>
        <Figure name="finished" testid="count-finished">
          {count(counts.finished)}
        </Figure>
        <Figure name="left" testid="count-left">
          {count(counts.left)}
        </Figure>
      </dl>
      <div class="labelled">
        {study.is_imported ? <span>{counted(study.condition_count, "order")} of trials, each with those who saw it.</span> : <Places study={study} counts={counts} />}
        <TableProgress study={study} />
      </div>
      <div class="labelled">
        {!study.is_imported && <span>Link for participants</span>}
        {!study.is_imported && <CopyField label="Link for participants" value={location.origin + study.participant_path} testid="participant-link" />}
        <span class="muted">{counted(study.models.length, "model")} compared live.</span>
      </div>
    </section>
  );
}

function Places({ study, counts }: { study: Study; counts: SessionCounts }) {
  const places = study.condition_count * study.sessions_per_condition;
  return (
    <>
      <span data-testid="quota">
        {count(counts.active)} of {counted(places, "place")} taken ({share(counts.active, places)}), in {counted(study.condition_count, "condition")}. Whoever
        finishes or leaves frees a place.
      </span>
      <Progress part={counts.active} whole={places} label="Places taken" kind="finished" />
    </>
  );
}

function TableProgress({ study }: { study: Study }) {
  const { planned, ready, failed, left_s } = study.value_tables;
  return (
    <>
      <span data-testid="value-tables">
        {valueTables(planned, ready)}
        {ready < planned && <span class="muted"> {timeLeft(left_s)}.</span>}
        {failed > 0 && <span class="warning"> {counted(failed, "table")} failed; tried again later.</span>}
      </span>
      <Progress part={ready} whole={planned} label="Value tables ready" />
    </>
  );
}

function GroupSoFar({ study, exclude, onUnauthorized }: { study: Study; exclude: readonly Exclusion[]; onUnauthorized: () => void }) {
  const { group } = useGroup(study.slug, exclude, onUnauthorized).state;
  const theme = useTheme();
  const choice = useGroupChoice(group, theme);
  const chart = { group, theme, fileStem: study.is_pilot ? `${study.slug}-pilot` : study.slug };
  return (
    <>
      <div class="section-head group-head">
        <div>
          <h2>All participants together</h2>
          <CountedLine group={group} exclude={exclude} />
        </div>
        <ExclusionSwitches group={group} exclude={exclude} />
      </div>
      <div class="chart-pair wide-first">
        <LearningCurve {...chart} models={choice.models} trialCount={study.trial_count} looks={choice.looks} />
        <FunnelChart {...chart} />
      </div>
      <RankingChart {...chart} models={choice.models} family={choice.family} looks={choice.looks}
        tools={
          <div class="chart-tools">
            <LearnerChoice labels={choice.labels} learner={choice.learner} onChoose={choice.chooseLearner} />
            {group !== null && <LooButton group={group} exclude={exclude} />}
            {isUneven(choice.models) && <span class="muted small">Value tables are missing: until they are ready, rows rest on different people.</span>}
            <FamilyFilter families={choice.families} looks={choice.looks} chosen={choice.family} onChoose={choice.chooseFamily} />
          </div>
        } />
      <ConditionUseChart {...chart} places={study.sessions_per_condition} />
    </>
  );
}

function Sessions({ slug, sessions, total }: { slug: string; sessions: readonly Session[]; total: SessionCounts }) {
  const [filter, setFilter] = useState<Filter>("all");
  const counts = countSessions(sessions);
  const older = total.active + total.finished + total.left - sessions.length;
  const shown = filter === "all" ? sessions : sessions.filter((session) => session.state === filter);
  return (
    <section class="section" aria-labelledby="sessions-title">
      <div class="section-head">
        <h2 id="sessions-title">Sessions</h2>
        {older > 0 && <span class="muted">The newest {count(sessions.length)}; {count(older)} older ones are in the download.</span>}
        <div class="segments" role="group" aria-label="Show sessions">
          {FILTERS.map((name) => (
            <button key={name} type="button" aria-pressed={filter === name} data-testid={`filter-${name}`} onClick={() => setFilter(name)}>
              {name} ({count(name === "all" ? sessions.length : counts[name])})
            </button>
          ))}
        </div>
      </div>
      {shown.length === 0 ? (
        <p class="card muted" data-testid="sessions-empty">
          {sessions.length === 0 ? "Nobody has joined yet. Send the link for participants to the first one." : `No session is ${filter} now.`}
        </p>
      ) : (
        <SessionTable key={filter} slug={slug} sessions={shown} />
      )}
    </section>
  );
}
