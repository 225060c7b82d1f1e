// One study, live: counts, who is playing now, all sessions, and the data to download.

import { useMemo, useState } from "preact/hooks";
import { studyStreamUrl, trialsCsvUrl } from "../api.ts";
import { count, counted, task, valueTables } from "../format.ts";
import { useLive, type LiveSource } from "../parts/live.ts";
import { Notice } from "../parts/notice.tsx";
import { SessionTable } from "../parts/session_table.tsx";
import { CopyField, Figure, Progress, StreamLine, useTitle } from "../parts/small.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { countSessions, EMPTY_STUDY_STATE, newestFirst, reduceStudy, type StudyAction, type StudyState } from "../state/study_state.ts";
import type { Session, SessionState, Study } from "../types.ts";

const SOURCE: LiveSource<StudyState, StudyAction> = {
  eventNames: ["snapshot", "sessions", "value_tables"],
  initial: EMPTY_STUDY_STATE,
  reduce: reduceStudy,
  isBroken: () => false, // every event carries all of its session: the next one heals what was dropped
};

type Filter = "all" | SessionState;
const FILTERS: readonly Filter[] = ["all", "active", "finished", "left"];

export function StudyPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const { state, status, refusal } = useLive(studyStreamUrl(slug), SOURCE, onUnauthorized);
  const sessions = useMemo(() => newestFirst(state.sessions.values()), [state.sessions]);
  useTitle(state.study?.title ?? slug);

  if (refusal !== null)
    return (
      <Notice kind="error">
        There is no study “{slug}” here. <a href="/">See all studies</a>.
      </Notice>
    );
  if (state.study === null) return <p class="waiting">{status === "lost" ? "The server cannot be reached. Trying again…" : "Loading…"}</p>;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/">Studies</a> / {task(state.study.task)} · {state.study.state}
          </p>
          <div class="title-line">
            <h1>{state.study.title}</h1>
            <StreamLine status={status} />
          </div>
        </div>
        <div class="page-head-tools">
          <a class="button" href={trialsCsvUrl(slug)} download={`${slug}-trials.csv`} data-testid="export-trials">
            Download trials.csv
          </a>
        </div>
      </div>
      <StudyFacts study={state.study} counts={countSessions(sessions)} />
      <Tiles slug={slug} sessions={sessions} />
      <Sessions slug={slug} sessions={sessions} />
    </>
  );
}

function StudyFacts({ study, counts }: { study: Study; counts: Record<SessionState, number> }) {
  const { planned, ready } = study.value_tables;
  const room = study.condition_count * study.sessions_per_condition;
  return (
    <section class="card study-facts" aria-label="The study in numbers">
      <dl class="figures">
        <Figure name="active" testid="count-active">
          {count(counts.active)}
        </Figure>
        <Figure name="finished" testid="count-finished">
          {count(counts.finished)}
        </Figure>
        <Figure name="left" testid="count-left">
          {count(counts.left)}
        </Figure>
        <Figure name={`places (${counted(study.condition_count, "condition")})`}>{count(room)}</Figure>
      </dl>
      <div class="labelled">
        <span data-testid="value-tables">{valueTables(planned, ready)}</span>
        <Progress part={ready} whole={planned} label="Value tables ready" />
        <span class="muted">{counted(study.models.length, "model")} compared live.</span>
      </div>
      <div class="labelled">
        <span>Link for participants</span>
        <CopyField label="Link for participants" value={location.origin + study.participant_path} testid="participant-link" />
      </div>
    </section>
  );
}

function Sessions({ slug, sessions }: { slug: string; sessions: readonly Session[] }) {
  const [filter, setFilter] = useState<Filter>("all");
  const counts = countSessions(sessions);
  const shown = filter === "all" ? sessions : sessions.filter((session) => session.state === filter);
  return (
    <section class="section" aria-labelledby="sessions-title">
      <div class="section-head">
        <h2 id="sessions-title">Sessions</h2>
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
