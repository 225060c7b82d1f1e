// Who is playing now, large enough to read from across the room.

import { percent, share, stage } from "../format.ts";
import { sessionPath } from "../router.ts";
import type { Session } from "../types.ts";
import { Ago } from "./ago.tsx";
import { Progress } from "./small.tsx";

const TILES_MAX = 12;

export function Tiles({ slug, sessions }: { slug: string; sessions: readonly Session[] }) {
  const active = sessions.filter((session) => session.state === "active");
  if (active.length === 0) return null;
  const shown = active.slice(0, TILES_MAX);
  return (
    <section class="section" aria-labelledby="tiles-title">
      <div class="section-head">
        <h2 id="tiles-title">Playing now</h2>
        {active.length > shown.length && <span class="muted">The newest {shown.length} of {active.length}; the others are in the table.</span>}
      </div>
      <div class="tiles">
        {shown.map((session) => (
          <Tile key={session.session_id} slug={slug} session={session} />
        ))}
      </div>
    </section>
  );
}

function Tile({ slug, session }: { slug: string; session: Session }) {
  const { leading } = session;
  return (
    <a class="card tile" href={sessionPath(slug, session.session_id)} data-testid="session-tile" data-number={session.number}>
      <span class="tile-top">
        <span class="tile-number">
          Participant {session.number}
        </span>
        <span class="tile-stage">{stage(session.stage, session.state)}</span>
      </span>
      <span class="tile-figures">
        <span>
          <strong>{session.response_count}</strong> of {session.trial_count} trials
        </span>
        <span>
          <strong>{share(session.correct_count, session.scored_count)}</strong> right
        </span>
      </span>
      <Progress part={session.response_count} whole={session.trial_count} label={`Trials of participant ${session.number}`} />
      <span class="tile-leading">
        {leading === null ? <span class="muted">nothing leads yet</span> : <span>{leading.representation} leads</span>}
        {leading !== null && <strong>{percent(leading.posterior)}</strong>}
      </span>
      <span class="tile-stage">
        seen <Ago at_ms={session.last_seen_at_ms} />
      </span>
    </a>
  );
}
