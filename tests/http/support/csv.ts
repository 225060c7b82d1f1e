// Reads RFC 4180 text, by code that shares nothing with what writes it.

/** A field, quoted or not, and what ends it. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/gy;

/** One object per row, by the names in the header line. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = rowsOf(text);
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""])));
}

/** Header and rows as they are, however many fields each has. */
export function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const field = FIELD.exec(text);
    if (field === null) throw new Error(`not a table: ${text.slice(0, 200)}`);
    row.push(field[1]?.replaceAll('""', '"') ?? field[2] ?? "");
    if (field[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
