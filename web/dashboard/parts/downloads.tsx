// What can be taken home of a study, and whose sessions: every table is pseudonymous. Personal data are for the command line only.

import { useState } from "preact/hooks";
import { exportName, exportUrl, type ExportTable, type SessionMode } from "../api.ts";

const TABLES: readonly { table: ExportTable; name: string; about: string }[] = [
  { table: "trials", name: "trials.csv", about: "Every trial, the papers' columns first" },
  { table: "sessions", name: "sessions.csv", about: "Every session with times, score, pay and final questions" },
  { table: "fits", name: "fits.csv", about: "Every session's numbers for every model" },
  { table: "jspsych", name: "jsPsych CSV", about: "Every trial, practice too, as jsPsych writes its data" },
];

const MODES: readonly { mode: SessionMode; name: string }[] = [
  { mode: "live", name: "Live sessions" },
  { mode: "pilot", name: "Pilots" },
  { mode: "all", name: "All sessions" },
];

/** `isPilot`: the study is being tried out, so that its pilots are what one comes for. */
export function Downloads({ slug, isPilot }: { slug: string; isPilot: boolean }) {
  const [chosen, setChosen] = useState<SessionMode | null>(null);
  const mode = chosen ?? (isPilot ? "pilot" : "live");
  return (
    <div class="page-head-tools downloads" role="group" aria-label="Download">
      <label class="download-mode">
        <span>Download</span>
        <select class="select" value={mode} data-testid="export-mode" onChange={(event) => setChosen(event.currentTarget.value as SessionMode)}>
          {MODES.map(({ mode: value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {TABLES.map(({ table, name, about }) => (
        <a key={table} class={table === "trials" ? "button" : "button quiet"} href={exportUrl(slug, table, mode)} download={exportName(slug, table, mode)} title={about}
          data-testid={`export-${table}`}>
          {name}
        </a>
      ))}
    </div>
  );
}
