// The participants whose choices speak for a representation more than for any other.

import { useState } from "preact/hooks";
import { count, counted, percent, share } from "../format.ts";
import { sessionPath } from "../router.ts";
import type { Session } from "../types.ts";
import { StateBadge } from "./small.tsx";

const SHOWN_FIRST = 50;

export function LedSessions({ slug, name, sessions, known }: { slug: string; name: string; sessions: readonly Session[]; known: number }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? sessions : sessions.slice(0, SHOWN_FIRST);
  return (
    <section class="section scatter-section" aria-labelledby="led-title">
      <div class="section-head">
        <h2 id="led-title">Participants whom {name} leads</h2>
        <span class="muted" data-testid="led-count">
          {count(sessions.length)} of the newest {counted(known, "session")} ({share(sessions.length, known)})
        </span>
      </div>
      {sessions.length === 0 ? (
        <p class="card muted">Nobody at the moment.</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={`Participants whom ${name} leads`}>
          <table class="table" data-testid="led-table">
            <thead>
              <tr>
                <th scope="col">Participant</th>
                <th scope="col">State</th>
                <th scope="col" class="to-right">Posterior</th>
                <th scope="col" class="to-right">Trials</th>
                <th scope="col" class="to-right">Right</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((session) => (
                <tr key={session.session_id} data-session={session.session_id}>
                  <th scope="row">
                    <a href={sessionPath(slug, session.session_id)}>Participant {session.number}</a>
                  </th>
                  <td>
                    <StateBadge state={session.state} />
                  </td>
                  <td class="to-right" data-value={session.leading?.posterior}>{percent(session.leading?.posterior)}</td>
                  <td class="to-right">
                    {session.response_count} of {session.trial_count}
                  </td>
                  <td class="to-right">{share(session.correct_count, session.scored_count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length < sessions.length && (
        <button type="button" class="button quiet" onClick={() => setWhole(true)}>
          Show all {count(sessions.length)}
        </button>
      )}
    </section>
  );
}
