// Spearman's rank correlation of every metric with alignment, over all representations and within each family.

import { useMemo } from "preact/hooks";
import { saveFile, toCsv, type Table } from "../csv.ts";
import { decimal, NO_NUMBER, pValue } from "../format.ts";
import { measure, metricPoints, SCATTER_KEYS, type Alignment, type MeasureKey, type Row } from "../state/measures.ts";
import { EXACT_MAX, spearman, type Pair, type RankCorrelation } from "../state/rank_correlation.ts";
import { useSteady } from "../charts/steady.ts";

interface Line {
  key: MeasureKey;
  /** Over all, then per family. */
  cells: RankCorrelation[];
}

function linesOf(rows: readonly Row[], families: readonly string[], alignment: Alignment): Line[] {
  return SCATTER_KEYS.map((key) => {
    const points = metricPoints(rows, key, alignment);
    const within = (family: string | null): RankCorrelation =>
      spearman(points.filter((point) => family === null || point.family === family).map((point): Pair => [point.x, point.y]));
    return { key, cells: [null, ...families].map(within) };
  });
}

function fileOf(lines: readonly Line[], families: readonly string[]): Table {
  return {
    columns: ["metric", "family", "rho", "p_value", "n"],
    rows: lines.flatMap(({ key, cells }) => cells.map((cell, at) => [key, at === 0 ? "all" : families[at - 1], cell.rho, cell.p_value, cell.n])),
  };
}

export function CorrelationTable(props: { rows: readonly Row[]; colours: ReadonlyMap<string, string>; alignment: Alignment; fileStem: string }) {
  const { colours, alignment, fileStem } = props;
  const rows = useSteady(props.rows);
  const families = [...colours.keys()];
  const lines = useMemo(() => linesOf(rows, families, alignment), [rows, colours, alignment]);
  return (
    <section class="card section scatter-section" aria-labelledby="correlations-title">
      <div class="section-head">
        <h2 id="correlations-title">Rank correlation with alignment</h2>
        <button type="button" class="button quiet small" data-testid="correlations-csv"
          onClick={() => saveFile(`${fileStem}-rank-correlations.csv`, "text/csv", toCsv(fileOf(lines, families)))}>
          CSV
        </button>
      </div>
      <p class="muted small-text">
        Spearman's ρ; equal values share the mean of their ranks. p is two-sided, from all orderings for up to {EXACT_MAX} representations and from Student's t
        above that; not corrected for the number of tests. No ρ for fewer than three, or where all are equal.
      </p>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Rank correlations">
        <table class="table differences" data-testid="correlation-table">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">All</th>
              {families.map((family) => (
                <th key={family} scope="col">
                  <span class="swatch" style={{ background: colours.get(family) }} />
                  {family}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ key, cells }) => (
              <tr key={key} data-metric={key}>
                <th scope="row">{measure(key).name}</th>
                {cells.map((cell, at) => (
                  <td key={at} data-family={at === 0 ? "all" : families[at - 1]} data-value={cell.rho ?? undefined} data-p={cell.p_value ?? undefined} data-n={cell.n}>
                    <strong>{cell.rho === null ? NO_NUMBER : decimal(cell.rho, 2)}</strong>
                    <span class="interval">
                      {cell.rho === null ? "" : `${pValue(cell.p_value)}, `}n = {cell.n}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
