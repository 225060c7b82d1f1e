// API tokens of one's own: made with a scope and an end, shown once, revoked.

import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { count, day } from "../format.ts";
import { peopleApi } from "../people_api.ts";
import type { ApiToken, MadeToken, TokenScope } from "../people_types.ts";
import { Ago } from "./ago.tsx";
import { Confirm } from "./confirm.tsx";
import { Labelled, ShownOnce } from "./people_parts.tsx";
import { useLoaded, useWork } from "./work.ts";

const DAYS_MAX = 366;
const FIELDS = ["name", "days", "study", "scope"];
const SCOPES: Record<TokenScope, string> = { read: "read only", write: "read and change" };

export function TokenSection({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { value: tokens, error, again } = useLoaded(peopleApi.tokens, "", onUnauthorized);
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <section class="card people-section" aria-labelledby="tokens-title">
      <h2 id="tokens-title">API tokens</h2>
      <p class="muted">
        For programs and scripts, which send <code>Authorization: Bearer dl_…</code> A token may what you may, less what is left out here; never change accounts,
        members or tokens.
      </p>
      <NewToken onUnauthorized={onUnauthorized} onMade={(token) => { setMade(token); again(); }} />
      {made !== null && (
        <ShownOnce title={`The token “${made.name}”.`} about="Copy it now: it is not shown again, and whoever has it can use it." value={made.token} testid="token"
          onDone={() => setMade(null)} />
      )}
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {tokens?.length === 0 && <p class="muted" data-testid="tokens-empty">You have no token.</p>}
      {tokens !== null && tokens.length > 0 && (
        <Tokens tokens={tokens} onUnauthorized={onUnauthorized} onRevoked={(id) => { if (made?.id === id) setMade(null); again(); }} />
      )}
    </section>
  );
}

function NewToken({ onMade, onUnauthorized }: { onMade: (made: MadeToken) => void; onUnauthorized: () => void }) {
  const { value: studies } = useLoaded(api.studies, "", onUnauthorized);
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("read");
  const [study, setStudy] = useState("");
  const [days, setDays] = useState("90");
  const { isBusy, problem, setMistake, run } = useWork(onUnauthorized);

  async function make(): Promise<void> {
    if (name.trim() === "") return setMistake({ field: "name", message: "Give it a name, to tell it from others later." });
    if (!/^\d+$/.test(days.trim()) || Number(days) < 1 || Number(days) > DAYS_MAX) return setMistake({ field: "days", message: `A number from 1 to ${count(DAYS_MAX)}.` });
    await run(async () => {
      onMade(await peopleApi.makeToken({ name: name.trim(), scope, days: Number(days), ...(study === "" ? {} : { study }) }));
      setName("");
    });
  }

  return (
    <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); void make(); }}>
      <Labelled name="Name" problem={problem("name")} testid="token-name">
        <input type="text" maxLength={60} placeholder="analysis laptop" autocomplete="off" value={name} data-testid="token-name" aria-invalid={problem("name") !== null}
          onInput={(event) => setName(event.currentTarget.value)} />
      </Labelled>
      <Labelled name="May" problem={problem("scope")} testid="token-scope">
        <select class="select" value={scope} data-testid="token-scope" onChange={(event) => setScope(event.currentTarget.value as TokenScope)}>
          <option value="read">{SCOPES.read}</option>
          <option value="write">{SCOPES.write}</option>
        </select>
      </Labelled>
      <Labelled name="In" problem={problem("study")} testid="token-study">
        <select class="select" value={study} data-testid="token-study" onChange={(event) => setStudy(event.currentTarget.value)}>
          <option value="">all my studies</option>
          {studies?.map(({ slug, title }) => <option key={slug} value={slug}>{title}</option>)}
        </select>
      </Labelled>
      <Labelled name="Ends after (days)" problem={problem("days")} testid="token-days">
        <input type="text" inputMode="numeric" autocomplete="off" value={days} data-testid="token-days" aria-invalid={problem("days") !== null}
          onInput={(event) => setDays(event.currentTarget.value)} />
      </Labelled>
      <div class="person-form-end">
        <button type="submit" class="button" disabled={isBusy} data-testid="make-token">Make a token</button>
      </div>
      {problem("", FIELDS) !== null && <p class="form-error" role="alert">{problem("", FIELDS)}</p>}
    </form>
  );
}

function Tokens({ tokens, onRevoked, onUnauthorized }: { tokens: readonly ApiToken[]; onRevoked: (id: number) => void; onUnauthorized: () => void }) {
  const [asked, setAsked] = useState<number | null>(null);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const revoke = (id: number): void => void run(async () => {
    await peopleApi.revokeToken(id);
    setAsked(null);
    onRevoked(id);
  });
  return (
    <>
      <ul class="person-rows">
        {tokens.map((token) => (
          <li key={token.id} data-testid="api-token" data-name={token.name}>
            <span class="person-what">
              <strong>{token.name}</strong>
              <small class="muted">
                {SCOPES[token.scope]}, {token.study === null ? "all my studies" : `study ${token.study}`} · until {day(token.expires_at_ms)} ·{" "}
                {token.used_at_ms === null ? "never used" : <>used <Ago at_ms={token.used_at_ms} /></>}
              </small>
            </span>
            {asked !== token.id && <button type="button" class="button quiet small" data-testid="revoke-token" onClick={() => setAsked(token.id)}>Revoke</button>}
            {asked === token.id && (
              <Confirm question={`Revoke “${token.name}”? Programs that use it are refused from now on.`} yes="Revoke" isBusy={isBusy} onYes={() => revoke(token.id)}
                onNo={() => setAsked(null)} />
            )}
          </li>
        ))}
      </ul>
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
    </>
  );
}
