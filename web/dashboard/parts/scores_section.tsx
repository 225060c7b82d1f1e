// Scores of other benchmarks against alignment: a scatter each, and their rank correlations.

import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { MetricScatter, type ScatterMetric } from "../charts/metric_scatter.tsx";
import type { Theme } from "../charts/theme.ts";
import { saveFile, toCsv } from "../csv.ts";
import { counted, decimal, NO_NUMBER, pValue } from "../format.ts";
import { getScores, type Benchmark } from "../import_api.ts";
import { benchmarkLines, benchmarkTable, type BenchmarkLine } from "../state/benchmarks.ts";
import { measure, type Alignment, type Row } from "../state/measures.ts";

const AGAIN_MS = 5000;

/** Asked for once, and again after a failure that may pass: scores do not change by themselves. */
function useBenchmarks(slug: string, onUnauthorized: () => void): readonly Benchmark[] | null {
  const [benchmarks, setBenchmarks] = useState<readonly Benchmark[] | null>(null);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(): Promise<void> {
      try {
        const scores = await getScores(slug);
        if (!isOver) setBenchmarks(scores.benchmarks);
      } catch (failure) {
        if (isOver || !(failure instanceof ApiError)) return;
        if (failure.status === 401) return onUnauthorized();
        timer = setTimeout(() => void ask(), AGAIN_MS);
      }
    }
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [slug, onUnauthorized]);
  return benchmarks;
}

function metricOf(benchmark: string): ScatterMetric {
  const key = `score-${benchmark.replace(/[^A-Za-z0-9_-]+/g, "-")}`;
  return { key, name: benchmark, axis: benchmark, meaning: `Score on ${benchmark} against how well each representation predicts what people choose.`, digits: 3, isLogarithmic: false };
}

function CorrelationRows({ lines, alignmentName }: { lines: readonly BenchmarkLine[]; alignmentName: string }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Rank correlations with other benchmarks">
      <table class="table differences" data-testid="score-table">
        <thead>
          <tr>
            <th scope="col">Benchmark</th>
            <th scope="col">Spearman's ρ with {alignmentName}</th>
            <th scope="col">p</th>
            <th scope="col">Representations</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ benchmark, correlation: { rho, p_value: p, n }, waiting }) => (
            <tr key={benchmark} data-benchmark={benchmark} data-value={rho ?? undefined} data-n={n}>
              <th scope="row">{benchmark}</th>
              <td>{rho === null ? NO_NUMBER : decimal(rho, 2)}</td>
              <td>{rho === null ? NO_NUMBER : pValue(p)}</td>
              <td>
                {n}
                {waiting > 0 && <span class="interval">{waiting} without {alignmentName} yet</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface ScoresSectionProps {
  slug: string;
  rows: readonly Row[];
  alignment: Alignment;
  families: readonly string[];
  theme: Theme;
  pathOf: (name: string) => string;
  onUnauthorized: () => void;
}

export function ScoresSection({ slug, rows, alignment, families, theme, pathOf, onUnauthorized }: ScoresSectionProps) {
  const benchmarks = useBenchmarks(slug, onUnauthorized);
  const lines = useMemo(() => benchmarkLines(benchmarks ?? [], rows, alignment), [benchmarks, rows, alignment]);
  const alignmentName = measure(alignment === "loo" ? "r2_loo" : "r2_online").name;
  if (benchmarks === null) return null;
  return (
    <section class="section scatter-section" aria-labelledby="scores-title" data-testid="scores">
      <div class="section-head">
        <h2 id="scores-title">Do other benchmarks say the same?</h2>
        {lines.length > 0 && (
          <button type="button" class="button quiet small" data-testid="scores-csv"
            onClick={() => saveFile(`${slug}-benchmarks.csv`, "text/csv", toCsv(benchmarkTable(lines)))}>
            CSV
          </button>
        )}
      </div>
      {lines.length === 0 ? (
        <p class="muted small-text">
          No scores of other benchmarks yet. Bring a table with the columns representation, benchmark, score: on the import page of the stimulus set, or with{" "}
          <code>dinolab import scores</code>.
        </p>
      ) : (
        <>
          <p class="muted small-text">
            {counted(lines.length, "benchmark")}; a dot is a representation. p is two-sided and not corrected for the number of benchmarks.
          </p>
          <CorrelationRows lines={lines} alignmentName={alignmentName} />
          <div class="scatters">
            {lines.map(({ benchmark, points }) => (
              <MetricScatter key={benchmark} metric={metricOf(benchmark)} alignmentName={alignmentName} points={points} families={families} theme={theme}
                fileStem={slug} pathOf={pathOf} />
            ))}
          </div>
        </>
      )}
    </section>
  );
}
