// All representations of a study: their numbers, how these go with alignment, and what loss and alignment change.

import { useMemo } from "preact/hooks";
import { familyColours } from "../charts/family.ts";
import { MetricScatter } from "../charts/metric_scatter.tsx";
import { useSteady } from "../charts/steady.ts";
import { useTheme } from "../charts/theme.ts";
import { count, counted } from "../format.ts";
import { CorrelationTable } from "../parts/correlation_table.tsx";
import { MetricTable } from "../parts/metric_table.tsx";
import { Notice } from "../parts/notice.tsx";
import { PairedSection } from "../parts/paired_section.tsx";
import { ScoresSection } from "../parts/scores_section.tsx";
import { RepresentationChoices } from "../parts/representation_choices.tsx";
import { useRepresentationData } from "../parts/representation_data.ts";
import { PilotBadge, StreamLine, useTitle } from "../parts/small.tsx";
import { representationPath, studyPath } from "../router.ts";
import { measure, metricPoints, SCATTER_KEYS } from "../state/measures.ts";

export function RepresentationsPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const data = useRepresentationData(slug, onUnauthorized);
  const { study, rows, group, choices, query } = data;
  const theme = useTheme();
  const families = useSteady([...new Set(data.representations.map((each) => each.family))].sort());
  const colours = useMemo(() => familyColours(families, theme), [families, theme]);
  const pathOf = useMemo(() => (name: string) => representationPath(slug, name) + query, [slug, query]);
  useTitle(`Representations – ${study?.title ?? slug}`);

  if (study === null) return data.error === null ? <p class="waiting">Loading…</p> : <Notice kind="error">{data.error.message}</Notice>;
  const alignmentName = measure(choices.alignment === "loo" ? "r2_loo" : "r2_online").name;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/">Studies</a> / <a href={studyPath(slug)}>{study.title}</a>
          </p>
          <div class="title-line">
            <h1>Representations</h1>
            {group?.is_pilot === true && <PilotBadge />}
            <StreamLine status={data.status} />
          </div>
          <p class="muted" data-testid="based-on">
            {group === null ? "Waiting for the numbers of the group." : `From ${counted(group.participants, "participant")} and ${count(group.trials)} trials.`}
          </p>
        </div>
        <RepresentationChoices data={data} />
      </div>
      <MetricTable slug={slug} rows={rows} learner={data.learner} query={query} colours={colours} />
      <section class="section scatter-section" aria-labelledby="scatter-title">
        <div class="section-head">
          <h2 id="scatter-title">What goes with alignment?</h2>
          <ul class="family-legend" aria-label="Families">
            {families.map((family) => (
              <li key={family}>
                <span class="swatch round" style={{ background: colours.get(family) }} />
                {family}
              </li>
            ))}
          </ul>
        </div>
        <p class="muted small-text">
          A dot is a representation; point at it or walk with the arrow keys to see its name, open its page with a click or Enter. Dashed: least-squares line.
        </p>
        <div class="scatters">
          {SCATTER_KEYS.map((key) => (
            <MetricScatter key={key} metric={measure(key)} alignmentName={alignmentName} points={metricPoints(rows, key, choices.alignment)} families={families}
              theme={theme} fileStem={slug} pathOf={pathOf} />
          ))}
        </div>
        <CorrelationTable rows={rows} colours={colours} alignment={choices.alignment} fileStem={slug} />
      </section>
      <ScoresSection slug={slug} rows={rows} alignment={choices.alignment} families={families} theme={theme} pathOf={pathOf} onUnauthorized={onUnauthorized} />
      <PairedSection rows={rows} alignment={choices.alignment} theme={theme} fileStem={slug} />
    </>
  );
}
