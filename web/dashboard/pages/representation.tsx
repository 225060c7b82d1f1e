// One representation: what it is, its numbers among all, and whom it describes best.

import { useMemo } from "preact/hooks";
import { studyStreamUrl } from "../api.ts";
import { familyColours } from "../charts/family.ts";
import { MetricScatter } from "../charts/metric_scatter.tsx";
import { OwnCurve } from "../charts/own_curve.tsx";
import { useSteady } from "../charts/steady.ts";
import { useTheme } from "../charts/theme.ts";
import { RepresentationFacts, RepresentationRanks } from "../parts/representation_facts.tsx";
import { LedSessions } from "../parts/led_sessions.tsx";
import { useLive, type LiveSource } from "../parts/live.ts";
import { Notice } from "../parts/notice.tsx";
import { RepresentationChoices } from "../parts/representation_choices.tsx";
import { useRepresentationData } from "../parts/representation_data.ts";
import { PilotBadge, StreamLine, useTitle } from "../parts/small.tsx";
import { representationPath, representationsPath, studyPath } from "../router.ts";
import { ledBy } from "../state/led_sessions.ts";
import { measure, metricPoints, neighbours, SCATTER_KEYS } from "../state/measures.ts";
import { EMPTY_STUDY_STATE, reduceStudy, type StudyAction, type StudyState } from "../state/study_state.ts";

const NEIGHBOURS = 3;

const STUDY_SOURCE: LiveSource<StudyState, StudyAction> = {
  eventNames: ["snapshot", "sessions", "value_tables", "state"],
  initial: EMPTY_STUDY_STATE,
  reduce: reduceStudy,
  isBroken: (state) => state.isOutdated, // for the rest, every event carries all of its session: the next one heals what was dropped
};

export function RepresentationPage({ slug, name, onUnauthorized }: { slug: string; name: string; onUnauthorized: () => void }) {
  const data = useRepresentationData(slug, onUnauthorized);
  const { study, rows, group, choices, query, learner } = data;
  const { state } = useLive(studyStreamUrl(slug), STUDY_SOURCE, onUnauthorized);
  const theme = useTheme();
  const families = useSteady([...new Set(data.representations.map((each) => each.family))].sort());
  const colours = useMemo(() => familyColours(families, theme), [families, theme]);
  const pathOf = useMemo(() => (other: string) => representationPath(slug, other) + query, [slug, query]);
  useTitle(`${name} – ${study?.title ?? slug}`);

  if (study === null) return data.error === null ? <p class="waiting">Loading…</p> : <Notice kind="error">{data.error.message}</Notice>;
  const row = rows.find((each) => each.representation.name === name);
  if (row === undefined)
    return (
      <Notice kind="error">
        The study has no representation “{name}”. <a href={representationsPath(slug) + query}>See all representations</a>.
      </Notice>
    );
  const alignmentName = measure(choices.alignment === "loo" ? "r2_loo" : "r2_online").name;
  const fileStem = `${slug}-${name}`;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/">Studies</a> / <a href={studyPath(slug)}>{study.title}</a> / <a href={representationsPath(slug) + query}>Representations</a>
          </p>
          <div class="title-line">
            <h1>{name}</h1>
            {group?.is_pilot === true && <PilotBadge />}
            <span class="badge">
              <span class="swatch round" style={{ background: colours.get(row.representation.family) }} />
              {row.representation.family}
            </span>
            <StreamLine status={data.status} />
          </div>
          {row.representation.description !== "" && <p class="muted">{row.representation.description}</p>}
        </div>
        <RepresentationChoices data={data} />
      </div>
      <RepresentationFacts row={row} pathOf={pathOf} names={data.representations.map((each) => each.name)} />
      <div class="chart-pair">
        <RepresentationRanks row={row} rows={rows} alignment={choices.alignment} />
        <OwnCurve name={name} people={group?.learning_curve ?? []} curve={row.model?.curve ?? []}
          colour={colours.get(row.representation.family) ?? theme.context} theme={theme} fileStem={fileStem} />
      </div>
      <section class="section scatter-section" aria-labelledby="neighbours-title">
        <h2 id="neighbours-title">Beside the others</h2>
        <p class="muted small-text">{name} is the large dot; the {NEIGHBOURS} nearest in each plot have a ring.</p>
        <div class="scatters">
          {SCATTER_KEYS.map((key) => {
            const points = metricPoints(rows, key, choices.alignment);
            const near = neighbours(points, name, measure(key).isLogarithmic, NEIGHBOURS).map((point) => point.name);
            return (
              <MetricScatter key={key} metric={measure(key)} alignmentName={alignmentName} points={points} families={families} theme={theme} fileStem={fileStem}
                pathOf={pathOf} own={name} near={near} />
            );
          })}
        </div>
      </section>
      <LedSessions slug={slug} name={name} sessions={ledBy(state.sessions.values(), name, learner)} known={state.sessions.size} />
    </>
  );
}
