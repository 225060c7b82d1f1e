// The metrics of all representations as a table: sorted by any column, one family or all, searched, and as a file.

import { useMemo, useState } from "preact/hooks";
import { saveFile, toCsv } from "../csv.ts";
import { count, counted, decimal, NO_NUMBER } from "../format.ts";
import { representationPath } from "../router.ts";
import { alignmentInterval, measure, type MeasureKey } from "../state/measures.ts";
import { absences, columnsFor, found, numberAt, sorted, tableFile, textAt, type Column, type Order } from "../state/representation_table.ts";
import type { Row } from "../state/measures.ts";
import { shortCount } from "./statistics_words.ts";

interface MetricTableProps {
  slug: string;
  rows: readonly Row[];
  learner: string;
  query: string;
  colours: ReadonlyMap<string, string>;
}

export function MetricTable({ slug, rows, learner, query, colours }: MetricTableProps) {
  const [order, setOrder] = useState<Order>({ key: "r2_online", isDescending: true });
  const [family, setFamily] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const columns = columnsFor(rows);
  const shown = useMemo(() => sorted(found(rows, family, search), order), [rows, family, search, order]);

  return (
    <section class="section metrics" aria-labelledby="metrics-title">
      <div class="section-head">
        <h2 id="metrics-title">All numbers</h2>
        <div class="table-tools">
          <input type="search" aria-label="Search representations" placeholder="Search" value={search} data-testid="search"
            onInput={(event) => setSearch(event.currentTarget.value)} />
          <select aria-label="Family" value={family ?? ""} data-testid="family-filter" onChange={(event) => setFamily(event.currentTarget.value || null)}>
            <option value="">All families</option>
            {[...colours.keys()].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
          <span class="muted found" role="status" data-testid="found">
            {shown.length === rows.length ? counted(rows.length, "representation") : `${count(shown.length)} of ${counted(rows.length, "representation")}`}
          </span>
          <button type="button" class="button quiet small" data-testid="metrics-csv"
            onClick={() => saveFile(`${slug}-representations.csv`, "text/csv", toCsv(tableFile(shown, learner)))}>
            CSV
          </button>
        </div>
      </div>
      <div class="table-scroll metric-scroll" tabIndex={0} role="region" aria-label="Table of representations">
        <table class="table metric-table" data-testid="metric-table">
          <caption class="visually-hidden">Representations and their numbers</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading key={column.key} column={column} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <MetricRow key={row.representation.name} row={row} columns={columns} path={representationPath(slug, row.representation.name) + query}
                colour={colours.get(row.representation.family)} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="waiting">No representation matches.</p>}
      </div>
      <Absences rows={rows} columns={columns} />
    </section>
  );
}

function Heading({ column, order, onOrder }: { column: Column; order: Order; onOrder: (order: Order) => void }) {
  const isOwn = order.key === column.key;
  const direction = isOwn ? (order.isDescending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" aria-sort={direction} class={column.isNumber ? "to-right" : ""}>
      <button type="button" class="metric-sort" data-testid={`sort-${column.key}`}
        title={column.isNumber ? measure(column.key as MeasureKey).meaning : ""}
        onClick={() => onOrder({ key: column.key, isDescending: isOwn ? !order.isDescending : column.isNumber })}>
        {column.heading}
        <span class="metric-sort-mark" aria-hidden="true">
          {isOwn ? (order.isDescending ? "▼" : "▲") : ""}
        </span>
      </button>
    </th>
  );
}

function MetricRow({ row, columns, path, colour }: { row: Row; columns: readonly Column[]; path: string; colour: string | undefined }) {
  const { name, family } = row.representation;
  return (
    <tr data-testid="metric-row" data-representation={name}>
      {columns.map((column) => {
        if (column.key === "name")
          return (
            <th key="name" scope="row">
              <a href={path} title={name}>{name}</a>
            </th>
          );
        if (column.key === "family")
          return (
            <td key="family">
              <span class="swatch" style={{ background: colour }} />
              {family}
            </td>
          );
        return column.isNumber ? <NumberCell key={column.key} row={row} column={column} /> : <td key={column.key}>{textAt(row, column.key) ?? NO_NUMBER}</td>;
      })}
    </tr>
  );
}

function NumberCell({ row, column }: { row: Row; column: Column }) {
  const { value, reason } = numberAt(row, column.key);
  if (value === null)
    return (
      <td class="to-right muted" data-column={column.key} title={reason ?? ""}>
        {NO_NUMBER}
        <span class="visually-hidden"> {reason}</span>
      </td>
    );
  return (
    <td class="to-right" data-column={column.key} data-value={value} title={String(value)}>
      {numberText(column.key as MeasureKey, value)}
      <IntervalText row={row} column={column} />
    </td>
  );
}

function numberText(key: MeasureKey, value: number): string {
  const { isLogarithmic, digits } = measure(key);
  if (!isLogarithmic) return decimal(value, digits);
  return key === "feature_count" ? count(value) : shortCount(value);
}

function IntervalText({ row, column }: { row: Row; column: Column }) {
  if (column.key !== "r2_online" && column.key !== "r2_loo") return null;
  const interval = alignmentInterval(row.model, column.key === "r2_loo" ? "loo" : "online");
  if (interval === null) return null;
  return (
    <span class="interval" data-low={interval.low} data-high={interval.high}>
      {decimal(interval.low, 2)} to {decimal(interval.high, 2)}
    </span>
  );
}

function Absences({ rows, columns }: { rows: readonly Row[]; columns: readonly Column[] }) {
  const all = absences(rows, columns);
  if (all.length === 0) return null;
  return (
    <details class="numbers" data-testid="absences">
      <summary>Why some numbers are missing</summary>
      <ul class="absences">
        {all.map(({ heading, reason, names }) => (
          <li key={`${heading}${reason}`}>
            <strong>{heading}</strong>: {reason} ({names.length === rows.length ? "all" : names.length > 6 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ")}).
          </li>
        ))}
      </ul>
    </details>
  );
}
