// Paired differences (by loss within a size class, and by what changed a representation): one comparison drawn, all in a table.

import { useMemo, useState } from "preact/hooks";
import { PairedChart } from "../charts/paired.tsx";
import type { Theme } from "../charts/theme.ts";
import { saveFile, toCsv, type Table } from "../csv.ts";
import { NO_NUMBER } from "../format.ts";
import { measure, measured, PAIRED_KEYS, type Alignment, type MeasureKey, type Row } from "../state/measures.ts";
import { BASELINE, comparisonsOf, pairedDifference, pairsOf, type Comparison, type ValueOf, type ValuePair } from "../state/paired_differences.ts";
import type { Representation } from "../types.ts";
import { differenceWords } from "./statistics_words.ts";

interface PairedSectionProps {
  rows: readonly Row[];
  alignment: Alignment;
  theme: Theme;
  fileStem: string;
}

function words({ kind, first, second }: Comparison): string {
  return kind === "loss" ? `${second} against ${first}` : `aligned by ${second} against ${BASELINE}`;
}

function fileOf(comparisons: readonly Comparison[], pairs: (comparison: Comparison, key: MeasureKey) => ValuePair[]): Table {
  return {
    columns: ["by", "first", "second", "measure", "pairs", "mean_difference", "low", "high"],
    rows: comparisons.flatMap((each) => PAIRED_KEYS.map((key) => {
      const { pairs: n, mean, low, high } = pairedDifference(pairs(each, key));
      return [each.kind, each.first, each.second, key, n, mean, low, high];
    })),
  };
}

export function PairedSection({ rows, alignment, theme, fileStem }: PairedSectionProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const representations = useMemo(() => rows.map((row) => row.representation), [rows]);
  const comparisons = useMemo(() => comparisonsOf(representations), [representations]);
  const pairs = useMemo(() => {
    const byName = new Map(rows.map((row) => [row.representation.name, row]));
    return (comparison: Comparison, key: MeasureKey): ValuePair[] => {
      const value: ValueOf = (each: Representation) => {
        const row = byName.get(each.name);
        return row === undefined ? null : measured(row, key, alignment).value;
      };
      return pairsOf(representations, comparison, value);
    };
  }, [rows, representations, alignment]);
  const comparison = comparisons.find((each) => each.key === chosen) ?? comparisons[0];

  return (
    <section class="section paired-section" aria-labelledby="pairs-title" data-testid="pairs">
      <div class="section-head">
        <h2 id="pairs-title">Paired differences</h2>
        {comparison !== undefined && (
          <label class="choice">
            <span>Drawn</span>
            <select data-testid="choose-comparison" value={comparison.key} onChange={(event) => setChosen(event.currentTarget.value)}>
              {comparisons.map((each) => (
                <option key={each.key} value={each.key}>
                  {words(each)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {comparison === undefined ? (
        <p class="card muted" data-testid="no-pairs">
          No pairs here: no two losses share a size class, and no representation is a changed version of another one of this study. Size class, loss and
          baseline are given when representations are imported.
        </p>
      ) : (
        <>
          <p class="muted small-text">
            Losses are compared within each size class (several of a class count as their mean; changed versions are left out); a changed version with what it
            was made from. Means of the differences with 95 % paired t intervals.
          </p>
          <div class="small-charts">
            {PAIRED_KEYS.map((key) => (
              <PairedChart key={key} measure={measure(key)} comparison={comparison} pairs={pairs(comparison, key)} theme={theme} fileStem={fileStem} />
            ))}
          </div>
          <DifferenceTable comparisons={comparisons} pairs={pairs} chosen={comparison.key}
            onSave={() => saveFile(`${fileStem}-paired-differences.csv`, "text/csv", toCsv(fileOf(comparisons, pairs)))} />
        </>
      )}
    </section>
  );
}

function DifferenceTable(props: {
  comparisons: readonly Comparison[];
  pairs: (comparison: Comparison, key: MeasureKey) => ValuePair[];
  chosen: string;
  onSave: () => void;
}) {
  return (
    <div class="card section paired-section">
      <div class="section-head">
        <h3>All mean differences</h3>
        <button type="button" class="button quiet small" data-testid="differences-csv" onClick={props.onSave}>
          CSV
        </button>
      </div>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Mean differences">
        <table class="table differences" data-testid="difference-table">
          <thead>
            <tr>
              <th scope="col">Comparison</th>
              {PAIRED_KEYS.map((key) => (
                <th key={key} scope="col">
                  {measure(key).name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.comparisons.map((comparison) => (
              <tr key={comparison.key} data-comparison={comparison.key} class={comparison.key === props.chosen ? "chosen-row" : ""}>
                <th scope="row">{words(comparison)}</th>
                {PAIRED_KEYS.map((key) => {
                  const difference = pairedDifference(props.pairs(comparison, key));
                  return (
                    <td key={key} data-measure={key} data-value={difference.mean ?? undefined} data-low={difference.low ?? undefined}
                      data-high={difference.high ?? undefined} data-n={difference.pairs}>
                      <strong>{difference.mean === null ? NO_NUMBER : differenceWords({ ...difference, low: null }, measure(key).digits)}</strong>
                      <span class="interval">
                        {difference.low === null ? "" : `${differenceWords(difference, measure(key).digits).replace(/^[^(]*/, "")} `}n = {difference.pairs}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
