// All sessions of a study as rows; cards on a phone. Rows keep their place while their numbers move.

import { useMemo, useState } from "preact/hooks";
import { count, learnerName, money, percent, share, stage } from "../format.ts";
import { sessionPath } from "../router.ts";
import type { Session } from "../types.ts";
import { Ago } from "./ago.tsx";
import { PilotBadge, Progress, StateBadge } from "./small.tsx";

const ROWS_FIRST = 25;
const ROWS_STEP = 100;

const COLUMNS = ["No.", "State", "Condition", "Stage", "Trial", "Right", "Leading representation", "Paid", "Last seen"];

export function SessionTable({ slug, sessions }: { slug: string; sessions: readonly Session[] }) {
  const [rowsMax, setRowsMax] = useState(ROWS_FIRST);
  const shown = sessions.slice(0, rowsMax);
  return (
    <>
      <div class="table-scroll sessions">
        <table class="table" role="table" data-testid="session-table">
          <caption class="visually-hidden">Sessions, newest first</caption>
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
            {shown.map((session) => (
              <Row key={session.session_id} slug={slug} session={session} />
            ))}
          </tbody>
        </table>
      </div>
      {sessions.length > shown.length && (
        <button type="button" class="button quiet" data-testid="sessions-more" onClick={() => setRowsMax(rowsMax + ROWS_STEP)}>
          Show more ({count(sessions.length - shown.length)} are not shown)
        </button>
      )}
    </>
  );
}

/** A row is built anew only when its own session has changed: a page of a thousand sessions stays quick. */
function Row({ slug, session }: { slug: string; session: Session }) {
  return useMemo(() => <RowCells slug={slug} session={session} />, [slug, session]);
}

function RowCells({ slug, session }: { slug: string; session: Session }) {
  const { leading } = session;
  return (
    <tr role="row" data-testid="session-row" data-session={session.session_id} data-number={session.number}>
      <th scope="row" role="rowheader">
        <a href={sessionPath(slug, session.session_id)} data-testid="session-link" aria-label={`Participant ${session.number}`}>
          {session.number}
        </a>
      </th>
      <td role="cell">
        <span class="state-cell">
          <StateBadge state={session.state} reason={session.end_reason} />
          {session.is_pilot && <PilotBadge />}
        </span>
      </td>
      <td role="cell" data-label="Condition">
        {session.condition_number}
      </td>
      <td role="cell">{stage(session.stage, session.state)}</td>
      <td role="cell" class="wide">
        <span class="trial-cell">
          <span data-testid="session-trial">
            {session.response_count} of {session.trial_count}
          </span>
          <Progress part={session.response_count} whole={session.trial_count} label={`Trials of participant ${session.number}`} kind={session.state} />
        </span>
      </td>
      <td role="cell" data-label="Right" data-testid="session-accuracy">
        {share(session.correct_count, session.scored_count)}
      </td>
      <td role="cell" data-testid="session-leading" title={leading === null ? "" : learnerName(leading.learner)}>
        {leading === null ? <span class="muted">none yet</span> : `${leading.representation} ${percent(leading.posterior)}`}
      </td>
      <td role="cell" data-label="Paid" data-testid="session-pay">
        {money(session.pay_minor, session.currency)}
      </td>
      <td role="cell" data-label="Seen">
        <Ago at_ms={session.last_seen_at_ms} />
      </td>
    </tr>
  );
}
