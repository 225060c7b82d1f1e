// Negative log likelihoods of all representations by study and kind of model, sortable, the best of each column in bold: the papers' table 1.

import { useMemo, useState } from "preact/hooks";
import { studyName } from "../charts/alignment.tsx";
import { saveFile, toCsv, type Table } from "../csv.ts";
import { count, decimal, learnerName } from "../format.ts";
import { sortedRows, type LikelihoodCell, type LikelihoodColumn, type LikelihoodTable as Likelihoods, type Measure, type StudyGroup } from "../state/project_state.ts";
import type { ModelKind } from "../types.ts";

const KIND_WORDS: Record<ModelKind, string> = { main: "Main", sparse: "Sparse", pca: "PCA", other: "Other" };
const DIGITS = 1;

interface Sorting {
  column: number | "representation";
  isDescending: boolean;
}

export function likelihoodCsv(table: Likelihoods): Table {
  return {
    columns: ["representation", "family", ...table.columns.flatMap(({ slug, kind }) => [`${slug} ${kind} nll`, `${slug} ${kind} trials`, `${slug} ${kind} best`])],
    rows: table.rows.map((row) => [row.representation, row.family, ...row.cells.flatMap((cell) =>
      cell.state === "there" ? [cell.nll, cell.trials, cell.is_best] : [null, null, null])]),
  };
}

/** What a column is, in a few words below its heading. */
function columnNote(column: LikelihoodColumn): string {
  if (column.learners.length === 0) return "not fitted";
  const names = [...new Set(column.learners.map(learnerName))];
  return `${names.join(", ")}${column.looks_ahead ? ", looks ahead" : ""}`;
}

export function LikelihoodTable({ table, studies, measure, fileStem, colours }: {
  table: Likelihoods; studies: readonly StudyGroup[]; measure: Measure; fileStem: string; colours: ReadonlyMap<string, string>;
}) {
  const [sorting, setSorting] = useState<Sorting>({ column: 0, isDescending: false });
  const rows = useMemo(() => sortedRows(table.rows, sorting.column, sorting.isDescending), [table, sorting]);
  const sortBy = (column: Sorting["column"]): void =>
    setSorting((before) => ({ column, isDescending: before.column === column && !before.isDescending }));

  return (
    <section class="card section" aria-labelledby="likelihood-title" data-testid="likelihoods">
      <div class="chart-head">
        <div>
          <h2 id="likelihood-title">Negative log likelihood</h2>
          <p>
            In nats, of all counted trials of a study{measure === "loo" ? ", each predicted by a mixed model of all others" : ", each predicted before it was answered"}; less is
            better. The best of each column is bold.
          </p>
        </div>
        <div class="chart-saves">
          <button type="button" class="button quiet small" data-testid="likelihoods-csv" aria-label="Save negative log likelihoods as CSV" disabled={table.rows.length === 0}
            onClick={() => saveFile(`${fileStem}-likelihoods.csv`, "text/csv", toCsv(likelihoodCsv({ ...table, rows })))}>
            CSV
          </button>
        </div>
      </div>
      <div class="table-scroll likelihoods" tabIndex={0} role="region" aria-labelledby="likelihood-title">
        <table class="table" data-testid="likelihood-table">
          <thead>
            <tr>
              <th rowSpan={2} scope="col" aria-sort={ariaSort(sorting, "representation")}>
                <SortButton words="Representation" sorting={sorting} column="representation" onSort={sortBy} />
              </th>
              {studies.map((study, at) => (
                <th key={study.slug} scope="colgroup" class="group-head" colSpan={table.columns.filter((column) => column.study === at).length}>
                  {studyName(studies, at)}
                </th>
              ))}
            </tr>
            <tr>
              {table.columns.map((column, at) => (
                <th key={at} scope="col" class="to-right" aria-sort={ariaSort(sorting, at)} title={column.learners.join("\n")}>
                  <SortButton words={KIND_WORDS[column.kind]} sorting={sorting} column={at} onSort={sortBy} />
                  <span class="column-note">{columnNote(column)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.representation} data-testid="likelihood-row" data-representation={row.representation}>
                <th scope="row">
                  <span class="swatch" style={{ background: colours.get(row.family) }} />
                  {row.representation}
                  <span class="muted family-name"> {row.family === row.representation ? "" : row.family}</span>
                </th>
                {row.cells.map((cell, at) => (
                  <Cell key={at} cell={cell} column={table.columns[at]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ cell, column }: { cell: LikelihoodCell; column: LikelihoodColumn | undefined }) {
  if (cell.state === "not_fitted") return <td class="to-right muted" data-state="not-fitted">{column?.learners.length === 0 ? "" : "not fitted"}</td>;
  if (cell.state === "waiting") return <td class="to-right muted" data-state="waiting">no number yet</td>;
  const words = decimal(cell.nll, DIGITS);
  return (
    <td class="to-right" data-state={cell.is_best ? "best" : "there"} data-value={cell.nll} title={`${count(cell.trials)} trials`}>
      {cell.is_best ? <strong>{words}</strong> : words}
      {cell.is_partial && <span class="muted partial">of {count(cell.trials)} trials</span>}
    </td>
  );
}

function ariaSort(sorting: Sorting, column: Sorting["column"]): "ascending" | "descending" | "none" {
  if (sorting.column !== column) return "none";
  return sorting.isDescending ? "descending" : "ascending";
}

function SortButton(props: { words: string; sorting: Sorting; column: Sorting["column"]; onSort: (column: Sorting["column"]) => void }) {
  const sort = ariaSort(props.sorting, props.column);
  return (
    <button type="button" class="sort-button" data-testid={`sort-${props.column}`} onClick={() => props.onSort(props.column)}>
      {props.words}
      <span aria-hidden="true">{sort === "ascending" ? " ▲" : sort === "descending" ? " ▼" : " ↕"}</span>
    </button>
  );
}
