// Every person of the group: how well, how sure that it is not guessing, how fast, and why somebody is left out.

import { useState } from "preact/hooks";
import { count, decimal, duration, NO_NUMBER, percent, pValue } from "../format.ts";
import { sessionPath } from "../router.ts";
import type { GroupParticipant } from "../types.ts";
import { exclusionReason } from "./exclusions.tsx";
import { StateBadge } from "./small.tsx";

const ROWS_FIRST = 25;
const ROWS_STEP = 100;
const COLUMNS = ["No.", "State", "Responses", "Right", "p, guessing", "Median time", "Include?", "Counted"];

export function PeopleTable({ slug, people }: { slug: string; people: readonly GroupParticipant[] }) {
  const [rowsMax, setRowsMax] = useState(ROWS_FIRST);
  if (people.length === 0) return <p class="card muted">Nobody has joined yet.</p>;
  return (
    <>
      <div class="table-scroll sessions">
        <table class="table" role="table" data-testid="people-table">
          <caption class="visually-hidden">People of this study</caption>
          <thead role="rowgroup">
            <tr role="row">
              {COLUMNS.map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {people.slice(0, rowsMax).map((person) => (
              <Row key={person.session_id} slug={slug} person={person} />
            ))}
          </tbody>
        </table>
      </div>
      {people.length > rowsMax && (
        <button type="button" class="button quiet" onClick={() => setRowsMax(rowsMax + ROWS_STEP)}>
          Show more ({count(people.length - rowsMax)} are not shown)
        </button>
      )}
    </>
  );
}

function value(number: number | null): string | undefined {
  return number === null ? undefined : String(number);
}

function countedWords(person: GroupParticipant): string {
  if (person.is_counted) return person.exclusions.length === 0 ? "yes" : `yes, though ${person.exclusions.map(exclusionReason).join(", ")}`;
  if (person.responses === 0) return "no, without a response";
  return `no: ${person.exclusions.map(exclusionReason).join(", ")}`;
}

function Row({ slug, person }: { slug: string; person: GroupParticipant }) {
  return (
    <tr role="row" class={person.is_counted ? "" : "left-out"} data-testid="person-row" data-number={person.number} data-counted={person.is_counted ? "yes" : "no"}>
      <th scope="row" role="rowheader">
        <a href={sessionPath(slug, person.session_id)} aria-label={`Participant ${person.number}`}>
          {person.number}
        </a>
      </th>
      <td role="cell">
        <StateBadge state={person.state} />
      </td>
      <td role="cell" data-label="Responses" data-value={person.responses}>
        {count(person.responses)}
      </td>
      <td role="cell" data-label="Right" data-value={value(person.accuracy)}>
        {percent(person.accuracy)}
      </td>
      <td role="cell" data-label="Guessing:" data-value={value(person.p_value)} title={decimal(person.p_value, 6)}>
        {pValue(person.p_value)}
      </td>
      <td role="cell" data-label="Median" data-value={value(person.median_rt_ms)}>
        {person.median_rt_ms === null ? NO_NUMBER : duration(person.median_rt_ms)}
      </td>
      <td role="cell" data-label="Include?">
        {person.is_included === null ? person.state === "finished" ? "not said" : "not asked yet" : person.is_included ? "yes" : "no"}
      </td>
      <td role="cell" data-label="Counted:" class="wide">
        {countedWords(person)}
      </td>
    </tr>
  );
}
