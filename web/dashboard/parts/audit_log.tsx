// What was done by whom, newest first, in pages; the hash at the log's end stands for all of it.

import { useState } from "preact/hooks";
import { count, counted } from "../format.ts";
import { peopleApi } from "../people_api.ts";
import type { AuditEntry } from "../people_types.ts";
import { auditWords } from "../state/audit_words.ts";
import { CopyField } from "./small.tsx";
import { useLoaded, useWork } from "./work.ts";

export function AuditLog({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { value: log, error, again } = useLoaded(() => peopleApi.audit(null), "", onUnauthorized);
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const entries = log === null ? [] : [...log.entries, ...older];
  const last = entries.at(-1);
  const more = (): void => void run(async () => {
    if (last === undefined) return;
    const { entries: next } = await peopleApi.audit(last.id);
    setOlder((before) => [...before, ...next]);
  });
  return (
    <section class="card people-section" aria-labelledby="audit-title">
      <div class="section-head">
        <h2 id="audit-title">What was done</h2>
        <button type="button" class="button quiet small" data-testid="audit-again" onClick={() => { setOlder([]); again(); }}>Ask again</button>
      </div>
      <p class="muted">
        Every change and every download of data by anybody; nothing is ever taken out. {log !== null && `${counted(log.entry_count, "entry", "entries")}.`}
      </p>
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {entries.length > 0 && (
        <div class="table-scroll">
          <table class="table audit-table" data-testid="audit">
            <thead>
              <tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Of what</th><th scope="col">Detail</th></tr>
            </thead>
            <tbody>
              {entries.map((entry) => <Entry key={entry.id} entry={entry} />)}
            </tbody>
          </table>
        </div>
      )}
      {last !== undefined && last.id > 1 && (
        <div>
          <button type="button" class="button quiet small" disabled={isBusy} data-testid="audit-more" onClick={more}>Older entries</button>
          <span class="muted small"> {count(entries.length)} shown</span>
        </div>
      )}
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
      {log !== null && log.head !== "" && (
        <div class="labelled">
          <span>End of the chain. Kept elsewhere, it proves later that nothing before it was changed; every export has it, too.</span>
          <CopyField label="End of the log's chain" value={log.head} testid="audit-head" />
        </div>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  return (
    <tr data-testid="audit-entry" title={`${entry.action}\n${entry.hash}`}>
      <td><time dateTime={new Date(entry.at_ms).toISOString()}>{new Date(entry.at_ms).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}</time></td>
      <td>{entry.account}</td>
      <td>{auditWords(entry.action)}</td>
      <td>{entry.object.replace(/^\/api\/v1/, "")}</td>
      <td class="audit-detail">{entry.detail}</td>
    </tr>
  );
}
