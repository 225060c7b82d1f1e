// For owners of the site: who has an account and what they may do, who is invited, and what was done.

import { useState } from "preact/hooks";
import { AccountRow } from "../parts/account_row.tsx";
import { AuditLog } from "../parts/audit_log.tsx";
import { Notice } from "../parts/notice.tsx";
import { Labelled, OpenInvitations, ROLES, RoleSelect, ShownInvitation, SITE_ROLE_MEANS } from "../parts/people_parts.tsx";
import { isAtLeast, useAccount } from "../parts/rights.tsx";
import { useTitle } from "../parts/small.tsx";
import { useLoaded, useWork } from "../parts/work.ts";
import { peopleApi } from "../people_api.ts";
import type { InvitationWish, MadeInvitation } from "../people_types.ts";
import type { Role } from "../types.ts";

export function PeoplePage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const account = useAccount();
  useTitle("People");
  if (!isAtLeast(account?.site_role ?? null, "owner")) return <Notice kind="error">This page is for owners of the site. <a href="/">See all studies</a>.</Notice>;
  return (
    <div class="people-page">
      <div class="page-head">
        <h1>People</h1>
      </div>
      <Accounts onUnauthorized={onUnauthorized} />
      <AuditLog onUnauthorized={onUnauthorized} />
    </div>
  );
}

function Accounts({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { value, error, again } = useLoaded(peopleApi.accounts, "", onUnauthorized);
  const [made, setMade] = useState<MadeInvitation | null>(null);
  const [role, setRole] = useState<Role>("researcher");
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const invite = (wish: InvitationWish): Promise<boolean> => run(async () => {
    setMade(await peopleApi.invite(wish));
    again();
  });
  return (
    <section class="card people-section" aria-labelledby="accounts-title">
      <h2 id="accounts-title">Accounts</h2>
      <dl class="role-meanings muted">
        {ROLES.map((name) => <div key={name}><dt>{name}</dt><dd>{SITE_ROLE_MEANS[name]}</dd></div>)}
      </dl>
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {value === null && error === null && <p class="waiting">Loading…</p>}
      {value !== null && (
        <ul class="person-rows">
          {value.accounts.map((person) => (
            <AccountRow key={person.name} person={person} onChanged={again} onReset={() => invite({ for_account: person.name })} onUnauthorized={onUnauthorized} />
          ))}
        </ul>
      )}
      <form class="person-form" noValidate onSubmit={(event) => { event.preventDefault(); void invite({ site_role: role }); }}>
        <Labelled name="Invite somebody as" problem={null} testid="invite-role">
          <RoleSelect value={role} testid="invite-role" onChoose={setRole} />
        </Labelled>
        <div class="person-form-end">
          <button type="submit" class="button" disabled={isBusy} data-testid="invite">Make a link</button>
        </div>
      </form>
      {problem("") !== null && <p class="form-error" role="alert" data-testid="invite-error">{problem("")}</p>}
      {made !== null && <ShownInvitation made={made} onDone={() => setMade(null)} />}
      {value !== null && <OpenInvitations invitations={value.invitations} mayTakeBack onChanged={() => { setMade(null); again(); }} onUnauthorized={onUnauthorized} />}
    </section>
  );
}
