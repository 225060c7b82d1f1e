// One account of the site, and what an owner of the site can do with it.

import { useState } from "preact/hooks";
import { day } from "../format.ts";
import { peopleApi } from "../people_api.ts";
import type { Person } from "../people_types.ts";
import type { Role } from "../types.ts";
import { Confirm } from "./confirm.tsx";
import { RoleSelect } from "./people_parts.tsx";
import { useAccount } from "./rights.tsx";
import { useWork } from "./work.ts";

type Asked = { question: string; yes: string; go: () => Promise<boolean> };

export interface AccountRowProps {
  person: Person;
  onChanged: () => void;
  /** Makes a link for a new password. */
  onReset: () => Promise<boolean>;
  onUnauthorized: () => void;
}

export function AccountRow({ person, onChanged, onReset, onUnauthorized }: AccountRowProps) {
  const isSelf = useAccount()?.name === person.name;
  const [asked, setAsked] = useState<Asked | null>(null);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const change = (role: Role, isActive: boolean): Promise<boolean> => run(async () => {
    await peopleApi.changeAccount(person.name, role, isActive);
    onChanged();
  });
  const ask = (question: string, yes: string, go: () => Promise<boolean>): void => setAsked({ question, yes, go });
  // A role that is one's own would take this page away; an owner's right is over everybody's data.
  const choose = (role: Role): void => {
    if (isSelf) ask("Give up your own rights as owner? This page is then closed to you.", `Become a ${role}`, () => change(role, person.is_active));
    else if (role === "owner") ask(`Make ${person.name} an owner of the site, who may do everything?`, "Make owner", () => change(role, person.is_active));
    else void change(role, person.is_active);
  };
  return (
    <li data-testid="account" data-name={person.name} class={person.is_active ? "" : "has-ended"}>
      <span class="person-what">
        <strong>{person.name}{isSelf && <span class="muted"> (you)</span>}</strong>
        <small class="muted">
          Since {day(person.created_at_ms)}{person.has_totp && " · with a code at login"}{!person.is_active && " · ended: cannot log in"}
        </small>
      </span>
      <span class="person-tools">
        <RoleSelect key={`${person.site_role}${asked === null ? "" : "?"}`} label={`Role of ${person.name}`} value={person.site_role} isDisabled={isBusy || !person.is_active} testid="account-role" onChoose={choose} />
        {person.is_active && !isSelf && (
          <button type="button" class="button quiet small" data-testid="reset-password"
            onClick={() => ask(`Make a link by which ${person.name} sets a new password? Until it is used, the old one stays.`, "Make a link", onReset)}>
            New password
          </button>
        )}
        {!isSelf && person.is_active && (
          <button type="button" class="button quiet small" data-testid="end-account"
            onClick={() => ask(`End the account of ${person.name}? They are logged out at once and cannot log in; what they did stays. You can open it again.`, "End it", () => change(person.site_role, false))}>
            End
          </button>
        )}
        {!person.is_active && (
          <button type="button" class="button quiet small" disabled={isBusy} data-testid="open-account" onClick={() => void change(person.site_role, true)}>
            Open again
          </button>
        )}
      </span>
      {asked !== null && (
        <Confirm question={asked.question} yes={asked.yes} isBusy={isBusy} onNo={() => setAsked(null)}
          onYes={() => void asked.go().then(() => setAsked(null))} />
      )}
      {problem("") !== null && <p class="form-error" role="alert" data-testid="account-error">{problem("")}</p>}
    </li>
  );
}
