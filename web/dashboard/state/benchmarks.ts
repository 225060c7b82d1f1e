// Scores of other benchmarks beside alignment (figure 8): the points and their rank correlation, for the alignment that the page shows. Pure.

import type { Table } from "../csv.ts";
import type { Benchmark } from "../import_api.ts";
import { measured, type Alignment, type MetricPoint, type Row } from "./measures.ts";
import { spearman, type Pair, type RankCorrelation } from "./rank_correlation.ts";

export interface BenchmarkLine {
  benchmark: string;
  points: MetricPoint[];
  /** Representations with a score whose alignment is not there yet. */
  waiting: number;
  correlation: RankCorrelation;
}

export function benchmarkLines(benchmarks: readonly Benchmark[], rows: readonly Row[], alignment: Alignment): BenchmarkLine[] {
  const byName = new Map(rows.map((row) => [row.representation.name, row]));
  return benchmarks.map(({ benchmark, points: scores }) => {
    const points = scores.flatMap(({ representation, family, score }): MetricPoint[] => {
      const row = byName.get(representation);
      const y = row === undefined ? null : measured(row, "alignment", alignment).value;
      return y === null ? [] : [{ name: representation, family, x: score, y }];
    });
    return { benchmark, points, waiting: scores.length - points.length, correlation: spearman(points.map((point): Pair => [point.x, point.y])) };
  });
}

export function benchmarkTable(lines: readonly BenchmarkLine[]): Table {
  return {
    columns: ["benchmark", "rho", "p_value", "n"],
    rows: lines.map(({ benchmark, correlation }) => [benchmark, correlation.rho, correlation.p_value, correlation.n]),
  };
}
