// How the server is: whether answers are quick, whether anything falls behind, and what is left of disk and memory.

import { useEffect, useState } from "preact/hooks";
import { api, ApiError, serverNowMs } from "../api.ts";
import { SystemLines, type SystemLine } from "../charts/system_lines.tsx";
import { useTheme } from "../charts/theme.ts";
import { ago, count, share, timeLeft } from "../format.ts";
import { Notice } from "../parts/notice.tsx";
import { Figure, Progress, useTitle } from "../parts/small.tsx";
import { bytes, lag, withMoment, type Moment } from "../state/system_history.ts";
import type { LagSummary, System } from "../types.ts";

const REFRESH_MS = 1000;

const LAG_LINES: readonly SystemLine[] = [
  { name: "reply_p50_ms", label: "reply", isDashed: false, value: (system) => system.reply.p50_ms },
  { name: "dashboard_p50_ms", label: "page", isDashed: false, value: (system) => system.dashboard.p50_ms },
];
const WORST_LINES: readonly SystemLine[] = [
  { name: "reply_p99_ms", label: "reply", isDashed: false, value: (system) => system.reply.p99_ms },
  { name: "dashboard_p99_ms", label: "page", isDashed: false, value: (system) => system.dashboard.p99_ms },
];
const RATE_LINES: readonly SystemLine[] = [
  { name: "responses_per_s", label: "responses", isDashed: false, value: (system) => system.responses_per_s },
  { name: "commits_per_s", label: "commits", isDashed: true, value: (system) => system.commits_per_s },
];
const QUEUE_LINES: readonly SystemLine[] = [
  { name: "writer", label: "writer", isDashed: false, value: (system) => queueLength(system, "writer") },
  { name: "fits", label: "fits", isDashed: true, value: (system) => queueLength(system, "fits") },
];

const QUEUE_WORDS: Record<string, string> = {
  writer: "Responses and other changes waiting to be written",
  reader: "Lists and this page waiting to be read",
  exporter: "Exports waiting to be written",
  passwords: "Log-ins waiting to be checked",
  fits: "Responses stored whose model numbers are not computed yet",
};

function queueLength(system: System, name: string): number | null {
  return system.queues.find((queue) => queue.name === name)?.length ?? null;
}

function useHistory(onUnauthorized: () => void): { history: readonly Moment[]; error: string | null } {
  const [history, setHistory] = useState<readonly Moment[]>([]);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function refresh(): Promise<void> {
      try {
        const system = await api.system();
        if (isOver) return;
        setHistory((past) => withMoment(past, { at_ms: performance.now(), system }));
        setError(null);
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
  return { history, error };
}

export function SystemPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { history, error } = useHistory(onUnauthorized);
  useTitle("System");
  const system = history.at(-1)?.system;
  return (
    <>
      <div class="page-head">
        <h1>System</h1>
        {system !== undefined && <p class="trail" data-testid="system-version">Dinolab {system.version}, started {ago(system.started_at_ms, serverNowMs())}</p>}
      </div>
      {error !== null && <Notice kind="error">{error} Trying again every second; the numbers below are old.</Notice>}
      {system === undefined && error === null && <p class="waiting">Loading…</p>}
      {system !== undefined && <SystemNumbers system={system} history={history} />}
    </>
  );
}

function SystemNumbers({ system, history }: { system: System; history: readonly Moment[] }) {
  const theme = useTheme();
  const chart = { history, theme };
  return (
    <div class="system-grid">
      <LagCard testid="lag-reply" title="Response to reply" lag={system.reply} of="responses"
        meaning="From a participant's response, whole at the server, to the feedback that goes back, after the response is safely on disk." />
      <LagCard testid="lag-dashboard" title="Response to dashboard" lag={system.dashboard} of="events"
        meaning="From a participant's response, all models' numbers brought up to it, to the event that tells an open dashboard. Where one event tells of several responses, the oldest counts." />
      <Traffic system={system} />
      <Tables system={system} />
      <Room system={system} />
      <Queues system={system} />
      <SystemLines testid="chart-median" title="Median lags" unit="milliseconds" isLogarithmic lines={LAG_LINES} {...chart}
        meaning="Half of the last minute's responses were answered (reply), or on an open dashboard (page), sooner than this." />
      <SystemLines testid="chart-p99" title="99th percentile of lags" unit="milliseconds" isLogarithmic lines={WORST_LINES} {...chart}
        meaning="Ninety-nine of a hundred responses of the last minute were sooner than this." />
      <SystemLines testid="chart-rates" title="Responses and commits" unit="per second" isLogarithmic={false} lines={RATE_LINES} {...chart}
        meaning="Responses that were answered, and synced writes to disk; one commit holds all responses that waited for it." />
      <SystemLines testid="chart-queues" title="What waits" unit="waiting" isLogarithmic={false} lines={QUEUE_LINES} {...chart}
        meaning="Changes that wait to be written, and stored responses whose model numbers are still to be computed. Growing lines are trouble." />
    </div>
  );
}

function LagCard(props: { testid: string; title: string; meaning: string; lag: LagSummary; of: string }) {
  return (
    <section class="card system-lag" data-testid={props.testid} aria-label={props.title}>
      <h2>{props.title}</h2>
      <dl class="figures">
        <Figure name="median" testid={`${props.testid}-p50`}>{lag(props.lag.p50_ms)}</Figure>
        <Figure name="99 of 100 below" testid={`${props.testid}-p99`}>{lag(props.lag.p99_ms)}</Figure>
      </dl>
      <p class="hint">{props.meaning}</p>
      <p class="hint" data-testid={`${props.testid}-count`}>{count(props.lag.count)} {props.of} in the last minute</p>
    </section>
  );
}

function Traffic({ system }: { system: System }) {
  return (
    <section class="card" aria-label="Now">
      <h2>Now</h2>
      <dl class="figures">
        <Figure name="playing" testid="sessions-active">{count(system.sessions_active)}</Figure>
        <Figure name="open dashboards" testid="streams">{count(system.streams)}</Figure>
        <Figure name="responses per s" testid="responses-per-s">{Math.round(system.responses_per_s)}</Figure>
        <Figure name="commits per s" testid="commits-per-s">{Math.round(system.commits_per_s)}</Figure>
      </dl>
      <p class="hint">The numbers of {count(system.sessions_in_memory)} sessions are in memory.</p>
    </section>
  );
}

function Tables({ system }: { system: System }) {
  const { planned, ready, failed, left_s: leftS } = system.value_tables;
  const left = ready >= planned ? "all ready" : timeLeft(leftS);
  return (
    <section class="card labelled" aria-label="Value tables">
      <h2>Value tables</h2>
      <dl class="figures">
        <Figure name="ready" testid="tables-ready">{count(ready)}</Figure>
        <Figure name="planned" testid="tables-planned">{count(planned)}</Figure>
        <Figure name="failed" testid="tables-failed">{count(failed)}</Figure>
      </dl>
      <Progress part={ready} whole={planned} label="Value tables ready" />
      <p class="hint" data-testid="tables-left">{planned === 0 ? "No study yet." : `${share(ready, planned)}, ${left}`}</p>
    </section>
  );
}

function Room({ system }: { system: System }) {
  const { free_bytes: free, total_bytes: total, database_bytes: database } = system.disk;
  return (
    <section class="card labelled" aria-label="Disk and memory">
      <h2>Disk and memory</h2>
      <dl class="figures">
        <Figure name="free on disk" isWords testid="disk-free">{bytes(free)}</Figure>
        <Figure name="database" isWords testid="database">{bytes(database)}</Figure>
        <Figure name="memory" isWords testid="memory">{bytes(system.memory_bytes)}</Figure>
      </dl>
      <Progress part={total - free} whole={total} label="Disk used" />
      <p class="hint">{bytes(total - free)} of {bytes(total)} on disk are used, by whatever it is.</p>
    </section>
  );
}

function Queues({ system }: { system: System }) {
  return (
    <section class="card" aria-label="Queues">
      <h2>Queues</h2>
      <table class="numbers-table" data-testid="queues">
        <thead><tr><th scope="col">What waits</th><th scope="col" class="number">now</th><th scope="col" class="number">longest</th></tr></thead>
        <tbody>
          {system.queues.map((queue) => (
            <tr key={queue.name}>
              <td>{QUEUE_WORDS[queue.name] ?? queue.name}</td>
              <td class="number" data-testid={`queue-${queue.name}`}>{count(queue.length)}</td>
              <td class="number">{count(queue.longest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
