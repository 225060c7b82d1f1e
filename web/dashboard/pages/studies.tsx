// All studies of this server.

import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import { count, task, valueTables } from "../format.ts";
import { Notice } from "../parts/notice.tsx";
import { isAtLeast, useAccount } from "../parts/rights.tsx";
import { CopyField, Figure, PilotBadge, Progress, StateWord, useTitle } from "../parts/small.tsx";
import { StudyImport } from "../parts/study_import.tsx";
import { ACCOUNT_PATH, NEW_STUDY_PATH, studyPath } from "../router.ts";
import type { Study } from "../types.ts";

const REFRESH_MS = 3000;

export function StudiesPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const [studies, setStudies] = useState<Study[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const mayMake = isAtLeast(useAccount()?.site_role ?? null, "researcher");
  useTitle("Studies");

  useEffect(() => {
    let isOver = false;
    let isShown = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function refresh(): Promise<void> {
      try {
        if (!document.hidden || !isShown) {
          const next = await api.studies();
          if (isOver) return;
          isShown = true;
          setStudies(next);
          setError(null);
        }
      } catch (failure) {
        if (isOver) return;
        if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
        setError(failure instanceof Error ? failure.message : String(failure));
      }
      timer = setTimeout(() => void refresh(), REFRESH_MS);
    }
    void refresh();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);

  return (
    <>
      <div class="page-head">
        <h1>Studies</h1>
        {mayMake && <a class="button" href={NEW_STUDY_PATH} data-testid="new-study">New study</a>}
      </div>
      {error !== null && <Notice kind="error">{error} Trying again every few seconds.</Notice>}
      {studies === null && error === null && <p class="waiting">Loading…</p>}
      {studies?.length === 0 && mayMake && <Notice kind="hint">There is no study yet. <a href={NEW_STUDY_PATH}>Make the first one</a>.</Notice>}
      {studies?.length === 0 && !mayMake && <Notice kind="hint">You are in no study yet. An owner of a study can let you in; your name is on <a href={ACCOUNT_PATH}>your account</a>.</Notice>}
      {studies !== null && (
        <div class="study-cards">
          {studies.map((study) => (
            <StudyCard key={study.slug} study={study} />
          ))}
        </div>
      )}
      {studies !== null && mayMake && <StudyImport onUnauthorized={onUnauthorized} />}
    </>
  );
}

function StudyCard({ study }: { study: Study }) {
  const { active, finished, left } = study.session_counts;
  const { planned, ready } = study.value_tables;
  return (
    <article class="card study-card" data-testid="study-card" data-slug={study.slug}>
      <div>
        <p class="trail">
          {task(study.task)} · {study.state !== "pilot" && <StateWord state={study.state} />} {study.is_pilot && <PilotBadge />}
        </p>
        <h2>
          <a href={studyPath(study.slug)} data-testid="study-link">
            {study.title}
          </a>
        </h2>
      </div>
      <dl class="figures">
        <Figure name="active" testid="count-active">
          {count(active)}
        </Figure>
        <Figure name="finished" testid="count-finished">
          {count(finished)}
        </Figure>
        <Figure name="left" testid="count-left">
          {count(left)}
        </Figure>
      </dl>
      <div class="labelled">
        <span data-testid="value-tables">{valueTables(planned, ready)}</span>
        <Progress part={ready} whole={planned} label="Value tables ready" />
      </div>
      <div class="labelled">
        <span>Link for participants</span>
        <CopyField label={`Link for participants of ${study.title}`} value={location.origin + study.participant_path} testid="participant-link" />
      </div>
    </article>
  );
}
