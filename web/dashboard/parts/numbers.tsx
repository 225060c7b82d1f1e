// The numbers behind a chart, as a table that opens on demand: nothing is built while it is closed.

import { useState } from "preact/hooks";
import type { Cell, Table } from "../csv.ts";
import { decimal, NO_NUMBER } from "../format.ts";

const DIGITS = 4;

function shown(cell: Cell): string {
  if (cell === null || cell === undefined) return NO_NUMBER;
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return typeof cell === "number" && !Number.isInteger(cell) ? decimal(cell, DIGITS) : String(cell);
}

/** The whole number, so that a page's number can be compared with an export's digit by digit. */
function exact(cell: Cell): string | undefined {
  return typeof cell === "number" ? String(cell) : undefined;
}

export function NumbersTable({ table, caption }: { table: Table; caption: string }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, column) => (
                <td key={column} data-value={exact(cell)}>
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Numbers({ table, caption, testid }: { table: () => Table; caption: string; testid: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="numbers" data-testid={testid} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Numbers as a table</summary>
      {isOpen && <NumbersTable table={table()} caption={caption} />}
    </details>
  );
}
