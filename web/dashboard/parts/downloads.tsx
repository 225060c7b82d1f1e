// What can be taken home of a study, and whose sessions: every table is pseudonymous. Who people are is for the command line only.

import { useEffect, useState } from "preact/hooks";
import { api, ApiError, exportName, exportUrl, type ExportList, type ExportTable, type SessionMode } from "../api.ts";
import { count, NO_NUMBER } from "../format.ts";

export const DOWNLOADS_ID = "take-home";

const MODES: readonly { mode: SessionMode; name: string }[] = [
  { mode: "live", name: "Live sessions" },
  { mode: "pilot", name: "Pilots" },
  { mode: "all", name: "All sessions" },
];

const FORMAT_NAMES: Record<string, string> = { csv: "CSV", "csv.gz": "CSV, gzip", ndjson: "JSON lines", "ndjson.gz": "JSON lines, gzip" };

/** Files that are not a table: those that are worth compressing come so, too. */
const FILE_NAMES: Record<string, string> = { "psych-ds.zip": "Psych-DS", "study.sqlite": "SQLite", "manifest.json": "Manifest" };

/** What there is, asked for again whenever another mode is chosen; the list of one mode stays until that of the next is there. */
function useExports(slug: string, mode: SessionMode, finishedCount: number, onUnauthorized: () => void): { list: ExportList | null; error: string | null } {
  const [list, setList] = useState<ExportList | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    async function ask(): Promise<void> {
      try {
        const reply = await api.exports(slug, mode);
        if (isOver) return;
        setList(reply);
        setError(null);
      } catch (failure) {
        if (isOver) return;
        if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
        setError(failure instanceof Error ? failure.message : String(failure));
      }
    }
    void ask();
    return () => {
      isOver = true;
    };
  }, [slug, mode, finishedCount, onUnauthorized]);
  return { list, error };
}

/** `isPilot`: the study is being tried out, so that its pilots are what one comes for. */
interface DownloadsProps {
  slug: string;
  isPilot: boolean;
  /** Rows are counted anew when somebody more has. */
  finishedCount: number;
  onUnauthorized: () => void;
}

export function Downloads({ slug, isPilot, finishedCount, onUnauthorized }: DownloadsProps) {
  const [chosen, setChosen] = useState<SessionMode | null>(null);
  const mode = chosen ?? (isPilot ? "pilot" : "live");
  const { list, error } = useExports(slug, mode, finishedCount, onUnauthorized);
  return (
    <section class="section downloads" id={DOWNLOADS_ID} aria-labelledby="downloads-title">
      <div class="section-head">
        <h2 id="downloads-title">Take the data home</h2>
        <label class="download-mode">
          <span>Of</span>
          <select class="select" value={mode} data-testid="export-mode" onChange={(event) => setChosen(event.currentTarget.value as SessionMode)}>
            {MODES.map(({ mode: value, name }) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error !== null && (
        <p class="warning" role="alert" data-testid="exports-error">
          {error}
        </p>
      )}
      {list === null ? error === null && <p class="waiting">Loading…</p> : <ExportTables slug={slug} mode={mode} list={list} />}
      <p class="muted small">
        Participants are numbers in all of them. Bonus payments, ids of platforms and everything about one person with their ids are written by{" "}
        <code>dinolab export</code> beside the data.
      </p>
    </section>
  );
}

function ExportTables({ slug, mode, list }: { slug: string; mode: SessionMode; list: ExportList }) {
  return (
    <div class="table-scroll downloads-scroll" tabIndex={0} role="region" aria-label="Downloads">
      <table class="table downloads-table" data-testid="exports">
        <caption class="visually-hidden">What can be downloaded</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" class="to-right">
              Rows
            </th>
            <th scope="col">As</th>
          </tr>
        </thead>
        <tbody>
          {list.exports.map((table) => (
            <TableRow key={table.name} slug={slug} mode={mode} table={table} isCounted={list.mode === mode} />
          ))}
          {list.files.map(({ file, about }) => (
            <tr key={file} data-testid="export-row">
              <What name={FILE_NAMES[file] ?? file} about={about} />
              <td class="to-right">{NO_NUMBER}</td>
              <td>
                <a class="button quiet small" href={exportUrl(slug, file, mode)} download={exportName(slug, file, mode)} data-testid={`export-${file}`}>
                  {file}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function What({ name, about }: { name: string; about: string }) {
  return (
    <th scope="row" class="download-what">
      {name} <span class="muted">{about}</span>
    </th>
  );
}

interface TableRowProps {
  slug: string;
  mode: SessionMode;
  table: ExportTable;
  /** The rows are those of the mode. */
  isCounted: boolean;
}

function TableRow({ slug, mode, table, isCounted }: TableRowProps) {
  return (
    <tr data-testid="export-row">
      <What name={table.name} about={table.about} />
      <td class="to-right" data-testid={`export-rows-${table.name}`}>
        {isCounted && table.rows !== null ? count(table.rows) : NO_NUMBER}
      </td>
      <td class="download-formats">
        {table.formats.map((format) => {
          const file = `${table.name}.${format}`;
          return (
            <a key={format} class="button quiet small" href={exportUrl(slug, file, mode)} download={exportName(slug, file, mode)}
              data-testid={format === "csv" ? `export-${table.name}` : `export-${file}`}>
              {FORMAT_NAMES[format] ?? format}
            </a>
          );
        })}
      </td>
    </tr>
  );
}
