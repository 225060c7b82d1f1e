// Projects, and one project with its studies put together as the papers do.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import { AlignmentChart, studyName, symbolOf } from "../charts/alignment.tsx";
import { familyColours } from "../charts/family.ts";
import { useTheme } from "../charts/theme.ts";
import { count, counted, task } from "../format.ts";
import { useGroups } from "../parts/groups.ts";
import { LikelihoodTable } from "../parts/likelihood_table.tsx";
import { Notice } from "../parts/notice.tsx";
import { Figure, PilotBadge, StreamLine, useTitle } from "../parts/small.tsx";
import { groupPath, navigate, projectPath, studyPath } from "../router.ts";
import { EXCLUSIONS, exclusionQuery, parseExclusions, toggled } from "../state/exclusion.ts";
import { hasLoo, likelihoodTable, meanRows, type Measure, type StudyGroup } from "../state/project_state.ts";
import type { Exclusion, Project } from "../types.ts";

const REFRESH_MS = 5000;
const SHOWN_FIRST = 30;

/** Asks again every few seconds while the page is looked at. */
function useAsked<Reply>(ask: () => Promise<Reply>, onUnauthorized: () => void): { reply: Reply | null; error: ApiError | null } {
  const [reply, setReply] = useState<Reply | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const leave = useRef(onUnauthorized);
  leave.current = onUnauthorized;
  useEffect(() => {
    let isOver = false;
    let isShown = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function refresh(): Promise<void> {
      try {
        if (!document.hidden || !isShown) {
          const next = await ask();
          if (isOver) return;
          isShown = true;
          setReply(next);
          setError(null);
        }
      } catch (failure) {
        if (isOver || !(failure instanceof ApiError)) return;
        if (failure.status === 401) return leave.current();
        setError(failure);
        if (failure.status === 404) return;
      }
      timer = setTimeout(() => void refresh(), REFRESH_MS);
    }
    void refresh();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return { reply, error };
}

export function ProjectsPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { reply: projects, error } = useAsked(api.projects, onUnauthorized);
  useTitle("Projects");
  return (
    <>
      <div class="page-head">
        <h1>Projects</h1>
      </div>
      {error !== null && <Notice kind="error">{error.message} Trying again every few seconds.</Notice>}
      {projects === null && error === null && <p class="waiting">Loading…</p>}
      {projects?.length === 0 && (
        <Notice kind="hint">
          There is no project yet. A project puts studies side by side; <code>dinolab project create</code> makes one.
        </Notice>
      )}
      {projects !== null && (
        <div class="study-cards">
          {projects.map((project) => (
            <ProjectCard key={project.slug} project={project} />
          ))}
        </div>
      )}
    </>
  );
}

function ProjectCard({ project }: { project: Project }) {
  return (
    <article class="card study-card" data-testid="project-card" data-slug={project.slug}>
      <div>
        <p class="trail">{counted(project.studies.length, "study", "studies")}</p>
        <h2>
          <a href={projectPath(project.slug)} data-testid="project-link">
            {project.title}
          </a>
        </h2>
      </div>
      <StudyFigures project={project} />
      <ul class="project-studies">
        {project.studies.map((study) => (
          <li key={study.slug}>
            <a href={studyPath(study.slug)}>{study.title}</a>
            <span class="muted">
              {" "}
              {task(study.task)}, {study.state}
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}

function StudyFigures({ project }: { project: Project }) {
  const sum = (state: "active" | "finished" | "left"): string => count(project.studies.reduce((total, study) => total + study.session_counts[state], 0));
  return (
    <dl class="figures">
      <Figure name="active" testid="count-active">{sum("active")}</Figure>
      <Figure name="finished" testid="count-finished">{sum("finished")}</Figure>
      <Figure name="left" testid="count-left">{sum("left")}</Figure>
    </dl>
  );
}

export function ProjectPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const { reply: project, error } = useAsked(() => api.project(slug), onUnauthorized);
  useTitle(project?.title ?? slug);
  if (error?.status === 404)
    return (
      <Notice kind="error">
        There is no project “{slug}” here. <a href="/projects">See all projects</a>.
      </Notice>
    );
  if (project === null) return <p class="waiting">{error === null ? "Loading…" : `${error.message} Trying again…`}</p>;
  return <Together project={project} onUnauthorized={onUnauthorized} />;
}

const EXCLUSION_WORDS: Record<Exclusion, string> = { below_chance: "below chance", not_included: "asked not to be included" };

function Together({ project, onUnauthorized }: { project: Project; onUnauthorized: () => void }) {
  const exclude = parseExclusions(location.search);
  const slugs = project.studies.map((study) => study.slug);
  const { documents, refusals, status } = useGroups(slugs, exclude, onUnauthorized);
  const [measure, setMeasure] = useState<Measure>("online");
  const theme = useTheme();
  const studies = useMemo(
    () => project.studies.map((study): StudyGroup => ({ slug: study.slug, title: study.title, task: study.task, group: documents.get(study.slug) ?? null })),
    [documents, slugs.join(",")],
  );
  const table = useMemo(() => likelihoodTable(studies, measure), [studies, measure]);
  const colours = useMemo(() => familyColours(table.rows.map((row) => row.family), theme), [table, theme]);

  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/projects">Projects</a> / {counted(project.studies.length, "study", "studies")}
          </p>
          <div class="title-line">
            <h1>{project.title}</h1>
            {project.studies.length > 0 && <StreamLine status={status} />}
          </div>
        </div>
      </div>
      {project.studies.length === 0 && (
        <Notice kind="hint">
          This project has no study yet. <code>dinolab project add</code> puts one into it.
        </Notice>
      )}
      {[...refusals].map(([study, error]) => (
        <Notice key={study} kind="error">
          The numbers of “{study}” cannot be had: {error.message}
        </Notice>
      ))}
      <StudyList project={project} studies={studies} exclude={exclude} />
      {project.studies.length > 0 && (
        <>
          <Choices project={project} studies={studies} exclude={exclude} measure={measure} onMeasure={setMeasure} />
          <Alignment project={project} studies={studies} measure={measure} colours={colours} />
          <LikelihoodTable table={table} studies={studies} measure={measure} fileStem={project.slug} colours={colours} />
        </>
      )}
    </>
  );
}

function StudyList({ project, studies, exclude }: { project: Project; studies: readonly StudyGroup[]; exclude: readonly Exclusion[] }) {
  return (
    <div class="study-cards">
      {project.studies.map((study, at) => {
        const group = studies[at]?.group ?? null;
        return (
          <article key={study.slug} class="card project-study" data-testid="project-study" data-slug={study.slug}>
            <p class="trail">
              {task(study.task)} · {study.state} {study.is_pilot && <PilotBadge />}
            </p>
            <h2>
              <a href={studyPath(study.slug) + exclusionQuery(exclude)}>{study.title}</a>
            </h2>
            <dl class="figures">
              <Figure name="participants" testid="participants">{group === null ? "–" : count(group.participants)}</Figure>
              <Figure name="trials" testid="trials">{group === null ? "–" : count(group.trials)}</Figure>
              <Figure name="active">{count(study.session_counts.active)}</Figure>
              <Figure name="finished">{count(study.session_counts.finished)}</Figure>
            </dl>
            <a href={groupPath(study.slug) + exclusionQuery(exclude)}>The group in detail</a>
          </article>
        );
      })}
    </div>
  );
}

function Choices({ project, studies, exclude, measure, onMeasure }: {
  project: Project; studies: readonly StudyGroup[]; exclude: readonly Exclusion[]; measure: Measure; onMeasure: (measure: Measure) => void;
}) {
  function toggle(name: Exclusion): void {
    navigate(projectPath(project.slug) + exclusionQuery(toggled(exclude, name)), true);
  }
  const fits = (name: Exclusion): number => studies.reduce((sum, { group }) => sum + (group?.excluded[name] ?? 0), 0);
  const isLooThere = hasLoo(studies);
  return (
    <div class="card choices">
      <fieldset class="project-choice">
        <legend>Leave out</legend>
        {EXCLUSIONS.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" checked={exclude.includes(name)} data-testid={`exclude-${name}`} onChange={() => toggle(name)} />
            {EXCLUSION_WORDS[name]} ({count(fits(name))})
          </label>
        ))}
      </fieldset>
      <div class="project-choice">
        <span id="measure-label">Numbers</span>
        <div class="segments" role="group" aria-labelledby="measure-label">
          <button type="button" aria-pressed={measure === "online"} data-testid="measure-online" onClick={() => onMeasure("online")}>
            while people play (online)
          </button>
          <button type="button" aria-pressed={measure === "loo"} data-testid="measure-loo" disabled={!isLooThere && measure !== "loo"}
            title={isLooThere ? undefined : "The page of each study starts it."} onClick={() => onMeasure("loo")}>
            leave one trial out{isLooThere ? "" : " (not computed yet)"}
          </button>
        </div>
      </div>
    </div>
  );
}

function Alignment({ project, studies, measure, colours }: { project: Project; studies: readonly StudyGroup[]; measure: Measure; colours: ReadonlyMap<string, string> }) {
  const theme = useTheme();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const { rows, left_out: leftOut } = useMemo(() => meanRows(studies, measure), [studies, measure]);
  const families = [...new Set(rows.map((row) => row.family))].sort();
  const wanted = useMemo(() => rows.filter((row) => !hidden.has(row.family)), [rows, hidden]);
  const shown = useMemo(() => (isAll ? wanted : wanted.slice(0, SHOWN_FIRST)), [wanted, isAll]);

  function toggle(family: string): void {
    setHidden((before) => new Set(before.has(family) ? [...before].filter((one) => one !== family) : [...before, family]));
  }

  return (
    <section class="section" aria-label="Mean over the studies">
      <div class="legend">
        <span class="legend-shapes">
          <span><span class="legend-dot" aria-hidden="true" /> mean</span>
          {studies.map((study, at) => (
            <span key={study.slug}>
              <span aria-hidden="true">{SHAPES[symbolOf(at)]}</span> {studyName(studies, at)}
            </span>
          ))}
        </span>
        <span class="legend-families" role="group" aria-label="Families shown">
          {families.map((family) => (
            <button key={family} type="button" class="family-toggle" aria-pressed={!hidden.has(family)} data-testid={`family-${family}`} onClick={() => toggle(family)}>
              <span class="swatch" style={{ background: colours.get(family) }} />
              {family}
            </button>
          ))}
        </span>
      </div>
      <AlignmentChart rows={shown} allRows={rows} studies={studies} measure={measure} theme={theme} fileStem={project.slug} />
      {(wanted.length > SHOWN_FIRST || leftOut.length > 0) && (
        <p class="muted under-chart">
          {wanted.length > SHOWN_FIRST && (
            <button type="button" class="button quiet small" data-testid="show-all" onClick={() => setAll(!isAll)}>
              {isAll ? `Show the best ${SHOWN_FIRST} only` : `Show all ${count(wanted.length)}`}
            </button>
          )}{" "}
          {leftOut.length > 0 && `Only representations of every study are compared; left out: ${leftOut.join(", ")}.`}
        </p>
      )}
    </section>
  );
}

const SHAPES = { diamond: "◇", triangle: "△", square: "□", times: "×", star: "☆" } as const;
