// Reads a table of the dashboard as its numbers: every cell that shows a number carries it whole in data-value.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

export type Row = Record<string, string>;

/** The numbers behind a chart or a strip; opens them where they are closed. */
export async function numbersOf(page: Page, testId: string): Promise<Row[]> {
  const details = page.getByTestId(testId);
  await details.evaluate((element) => { (element as HTMLDetailsElement).open = true; });
  await details.locator("tbody tr").first().waitFor();
  // As text and not as drawn: what is out of sight is not laid out, and its words count as none.
  return details.evaluate((element) => {
    const columns = [...element.querySelectorAll("th")].map((header) => header.textContent ?? "");
    return [...element.querySelectorAll("tbody tr")].map((row) =>
      Object.fromEntries([...row.querySelectorAll<HTMLElement>("td")].map((cell, at) => [columns[at] ?? "", cell.dataset.value ?? cell.textContent ?? ""])),
    );
  });
}

/** Numbers as they were sent, digit by digit; what does not exist is a dash. */
export function assertColumn(rows: readonly Row[], column: string, wanted: readonly (number | null | undefined)[]): void {
  assert.deepEqual(rows.map((row) => row[column]), wanted.map((value) => (typeof value === "number" ? String(value) : "–")), column);
}
