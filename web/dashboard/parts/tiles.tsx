// Who is playing now, large enough to read from across the room.

import { useMemo, useRef, useState } from "preact/hooks";
import { count, percent, share, stage } from "../format.ts";
import { sessionPath } from "../router.ts";
import type { Session } from "../types.ts";
import { Ago } from "./ago.tsx";
import { PilotBadge, Progress } from "./small.tsx";
import { Sparkline } from "./sparkline.tsx";

const TILES_FIRST = 10; // two rows at 1280 px: what comes below stays in sight
const TILES_MAX = 24;

function others(number: number): string {
  if (number <= 0) return "";
  return number === 1 ? "One other is here too." : `${count(number)} others are here too.`;
}

/** `activeCount` is of all sessions, of which the page knows the newest. */
export function Tiles({ slug, sessions, activeCount }: { slug: string; sessions: readonly Session[]; activeCount: number }) {
  const active = sessions.filter((session) => session.state === "active");
  const [isMore, setMore] = useState(false);
  const shown = active.slice(0, isMore ? TILES_MAX : TILES_FIRST);
  // A place that was once there stays, so that the page below does not jump whenever somebody finishes.
  const places = useRef(0);
  places.current = Math.max(Math.min(places.current, isMore ? TILES_MAX : TILES_FIRST), shown.length);
  return (
    <section class="section" aria-labelledby="tiles-title">
      <div class="section-head">
        <h2 id="tiles-title">Here now</h2>
        <span class="tiles-more">
          <span class="muted" data-testid="tiles-others">
            {others(activeCount - shown.length)}
          </span>
          {active.length > TILES_FIRST && (
            <button type="button" class="button quiet small" aria-expanded={isMore} data-testid="tiles-more" onClick={() => setMore(!isMore)}>
              {isMore ? "Show fewer" : `Show the newest ${Math.min(TILES_MAX, active.length)}`}
            </button>
          )}
        </span>
      </div>
      {places.current === 0 && <p class="card muted">Nobody is here right now.</p>}
      {places.current > 0 && (
        <div class="tiles">
          {shown.map((session) => (
            <Tile key={session.session_id} slug={slug} session={session} />
          ))}
          {Array.from({ length: places.current - shown.length }, (_, at) => (
            <span key={`free-${at}`} class="tile free" aria-hidden="true" />
          ))}
        </div>
      )}
    </section>
  );
}

function Tile({ slug, session }: { slug: string; session: Session }) {
  return useMemo(() => <TileBody slug={slug} session={session} />, [slug, session]);
}

function TileBody({ slug, session }: { slug: string; session: Session }) {
  const { leading } = session;
  return (
    <a class="card tile" href={sessionPath(slug, session.session_id)} data-testid="session-tile" data-number={session.number}>
      <span class="tile-top">
        <span class="tile-number">
          Participant {session.number} {session.is_pilot && <PilotBadge />}
        </span>
        <span class="tile-stage">
          <span class="visually-hidden">last seen, ago: </span>
          <Ago at_ms={session.last_seen_at_ms} isShort />
        </span>
      </span>
      <span class="tile-figures">
        <span>
          <strong>{session.response_count}</strong> of {session.trial_count}
        </span>
        <span>
          <strong>{share(session.correct_count, session.scored_count)}</strong> right
        </span>
      </span>
      <Progress part={session.response_count} whole={session.trial_count} label={`Trials of participant ${session.number}`} />
      <Sparkline recent={session.recent} />
      <span class="tile-leading">
        {leading === null ? <span class="muted">{session.stage === "trials" ? "nothing leads yet" : stage(session.stage, session.state)}</span>
          : <span title={`${leading.representation} leads`}>{leading.representation}</span>}
        {leading !== null && <strong>{percent(leading.posterior)}</strong>}
      </span>
    </a>
  );
}
