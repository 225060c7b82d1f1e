// Prolific's list of submissions beside the sessions here: who is completed on one side only, who is not paid yet.

import { useRef, useState } from "preact/hooks";
import { saveFile, toCsv } from "../csv.ts";
import { count, counted, money } from "../format.ts";
import { peopleApi } from "../people_api.ts";
import type { Reconciliation, ReconciliationRow } from "../people_types.ts";
import { sessionPath } from "../router.ts";
import { Figure } from "./small.tsx";
import { useWork } from "./work.ts";

type ListName = "there_only" | "here_only" | "unpaid" | "other_code";

const LISTS: readonly { name: ListName; title: string; about: string; none: string }[] = [
  {
    name: "there_only", title: "Completed there, not here", none: "Nobody.",
    about: "They sent the completion code without finishing here, or came with another id. Look before you approve.",
  },
  {
    name: "here_only", title: "Finished here, not completed there", none: "Nobody.",
    about: "They finished here, and the list does not have them as completed: returned, timed out, or the code was not sent.",
  },
  { name: "other_code", title: "Completed there with another code", none: "Nobody.", about: "The code is not the one that this study gives to who finishes." },
  { name: "unpaid", title: "Finished here, not approved there yet", none: "Everybody is approved.", about: "What is left to approve, with what is owed beside the platform's reward." },
];

export function ReconciliationSection({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [result, setResult] = useState<{ name: string; reply: Reconciliation } | null>(null);
  const { isBusy, mistake, run } = useWork(onUnauthorized);
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    setResult(null);
    void run(async () => setResult({ name: file.name, reply: await peopleApi.reconcile(slug, file) }));
  };
  return (
    <section class="card people-section" aria-labelledby="reconciliation-title">
      <h2 id="reconciliation-title">Compare with Prolific</h2>
      <p class="muted">
        Download the study’s submissions from Prolific as CSV; it needs at least the columns “Participant id” and “Status”. The file is compared and forgotten: nothing
        of it is stored.
      </p>
      <div class={`drop-zone ${isOver ? "over" : ""}`} data-testid="reconciliation-drop" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files[0]); }}>
        <span>Drop the CSV file here, or</span>
        <span>
          <button type="button" class="button quiet small" disabled={isBusy} onClick={() => input.current?.click()}>Choose the file</button>
        </span>
        <input ref={input} type="file" accept=".csv,text/csv" hidden aria-label="Submissions of Prolific" data-testid="reconciliation-file"
          onChange={(event) => { take(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        {isBusy && <span role="status">Comparing…</span>}
        {mistake !== null && <span class="field-problem" role="alert" data-testid="reconciliation-problem">{mistake.message}</span>}
      </div>
      {result !== null && <Result slug={slug} name={result.name} reply={result.reply} />}
    </section>
  );
}

function Result({ slug, name, reply }: { slug: string; name: string; reply: Reconciliation }) {
  return (
    <div class="people-part reconciliation" data-testid="reconciliation">
      <p class="muted">{name}</p>
      <dl class="figures">
        <Figure name="submissions" testid="submission-count">{count(reply.submission_count)}</Figure>
        <Figure name="completed on both sides" testid="both-count">{count(reply.both_count)}</Figure>
        <Figure name="only there" testid="there-count">{count(reply.there_only.length)}</Figure>
        <Figure name="only here" testid="here-count">{count(reply.here_only.length)}</Figure>
      </dl>
      {reply.unknown_count > 0 && <p class="muted">{counted(reply.unknown_count, "person", "people")} finished here without an id of the platform and cannot be compared.</p>}
      {LISTS.map((list) => <List key={list.name} slug={slug} list={list} rows={reply[list.name]} currency={reply.currency} />)}
    </div>
  );
}

function save(slug: string, list: ListName, rows: readonly ReconciliationRow[]): void {
  const columns: (keyof ReconciliationRow)[] = ["submission_id", "participant_id", "status", "number", "session_id", "state", "bonus_minor"];
  saveFile(`${slug}-${list.replace("_", "-")}.csv`, "text/csv", toCsv({ columns, rows: rows.map((row) => columns.map((column) => row[column])) }));
}

function List({ slug, list, rows, currency }: { slug: string; list: (typeof LISTS)[number]; rows: readonly ReconciliationRow[]; currency: string }) {
  return (
    <div class="people-part" data-testid={`list-${list.name}`}>
      <div class="section-head">
        <h3>{list.title} <span class="switch-count">{count(rows.length)}</span></h3>
        {rows.length > 0 && <button type="button" class="button quiet small" onClick={() => save(slug, list.name, rows)}>CSV</button>}
      </div>
      <p class="muted small">{rows.length === 0 ? list.none : list.about}</p>
      {rows.length > 0 && (
        <div class="table-scroll">
          <table class="table">
            <thead>
              <tr><th scope="col">Prolific id</th><th scope="col">There</th><th scope="col">Here</th><th scope="col">Session</th><th scope="col" class="to-right">Bonus</th><th scope="col">Submission</th></tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at} data-testid="reconciliation-row">
                  <td>{row.participant_id ?? <span class="muted">not in the file</span>}</td>
                  <td>{row.status?.toLowerCase() ?? <span class="muted">–</span>}</td>
                  <td>{row.number === null ? <span class="muted">no session</span> : row.session_id === null ? `P${row.number}` : <a href={sessionPath(slug, row.session_id)}>P{row.number}</a>}</td>
                  <td>{row.state ?? ""}</td>
                  <td class="to-right">{row.number === null ? "" : money(row.bonus_minor, currency)}</td>
                  <td class="muted">{row.submission_id ?? ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
