// All participants of a study together, live, or those whom the exclusions leave: which model describes how many of them, when they know,
// how fast they are, and who they are.

import { useMemo } from "preact/hooks";
import { FrequencyChart } from "../charts/frequencies.tsx";
import { PeopleChart } from "../charts/people.tsx";
import { ResponseTimeCurve, ResponseTimeHistogram } from "../charts/response_times.tsx";
import { useTheme } from "../charts/theme.ts";
import { TrialTestChart } from "../charts/trial_tests.tsx";
import { count, duration, NO_NUMBER, percent, task } from "../format.ts";
import { CountedLine, currentExclusions, ExclusionSwitches } from "../parts/exclusions.tsx";
import { useGroupChoice } from "../parts/group_choice.ts";
import { useGroup } from "../parts/group_live.ts";
import { Notice } from "../parts/notice.tsx";
import { PeopleTable } from "../parts/people_table.tsx";
import { Figure, PilotBadge, StreamLine, useTitle } from "../parts/small.tsx";
import { studyPath } from "../router.ts";
import { pooledAccuracy } from "../state/group_state.ts";
import type { StreamStatus } from "../stream.ts";
import type { Exclusion, Group } from "../types.ts";

/** As many as the document lists: the newest. */
const PEOPLE_LISTED_MAX = 1000;

export function GroupPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const exclude = currentExclusions();
  const { state, status, refusal } = useGroup(slug, exclude, onUnauthorized);
  useTitle(state.group === null ? "Group" : `Group, ${state.group.study.title}`);
  if (refusal?.status === 403) return <Notice kind="hint">{refusal.message} <a href={studyPath(slug)}>Back to the study</a>.</Notice>;
  if (refusal !== null)
    return (
      <Notice kind="error">
        There is no study “{slug}” here. <a href="/">See all studies</a>.
      </Notice>
    );
  if (state.group === null) return <p class="waiting">{status === "lost" ? "The server cannot be reached. Trying again…" : "Loading…"}</p>;
  return <GroupNumbers group={state.group} exclude={exclude} status={status} />;
}

function GroupNumbers({ group, exclude, status }: { group: Group; exclude: readonly Exclusion[]; status: StreamStatus }) {
  const theme = useTheme();
  const choice = useGroupChoice(group, theme);
  const chart = { group, theme, fileStem: `${group.study.slug}${group.is_pilot ? "-pilot" : ""}-group` };
  const trialCount = group.trial_tests.length;
  const older = group.people.length < PEOPLE_LISTED_MAX ? 0 : group.funnel.consented - group.people.length;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href="/">Studies</a> / <a href={studyPath(group.study.slug)}>{group.study.title}</a> · {task(group.study.task)}
          </p>
          <div class="title-line">
            <h1>Group</h1>
            {group.is_pilot && <PilotBadge />}
            <StreamLine status={status} />
          </div>
        </div>
      </div>
      <section class="card group-facts" aria-label="The group in numbers">
        <Figures group={group} />
        <div class="group-whom">
          <ExclusionSwitches group={group} exclude={exclude} />
          <CountedLine group={group} exclude={exclude} />
        </div>
      </section>
      <FrequencyChart {...chart} labels={choice.labels} looks={choice.looks} />
      <TrialTestChart {...chart} />
      <div class="chart-pair">
        <ResponseTimeHistogram {...chart} trialCount={trialCount} />
        <ResponseTimeCurve {...chart} trialCount={trialCount} />
      </div>
      <PeopleChart {...chart} />
      <section class="section" aria-labelledby="people-title">
        <div class="section-head">
          <h2 id="people-title">People</h2>
          {older > 0 && <span class="muted">The newest {count(group.people.length)}; {count(older)} older ones are in all numbers above but the dots.</span>}
        </div>
        <PeopleTable slug={group.study.slug} people={group.people} />
      </section>
    </>
  );
}

function Figures({ group }: { group: Group }) {
  const accuracy = useMemo(() => pooledAccuracy(group.learning_curve), [group.learning_curve]);
  const { median_ms } = group.response_times;
  return (
    <dl class="figures">
      <Figure name={group.participants === 1 ? "participant counted" : "participants counted"} testid="group-participants">
        {count(group.participants)}
      </Figure>
      <Figure name="responses" testid="group-trials">
        {count(group.trials)}
      </Figure>
      <Figure name="right, all together" testid="group-accuracy">
        {percent(accuracy)}
      </Figure>
      <Figure name="median response time" testid="group-rt">
        {median_ms === null ? NO_NUMBER : duration(median_ms)}
      </Figure>
    </dl>
  );
}
