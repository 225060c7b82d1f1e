// Small parts of the pages about people: a field with its mistake, a choice of role, a secret that is shown once, open invitations.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { day } from "../format.ts";
import { invitationUrl, peopleApi } from "../people_api.ts";
import type { Invitation, MadeInvitation } from "../people_types.ts";
import { studyPath } from "../router.ts";
import type { Role } from "../types.ts";
import { Confirm } from "./confirm.tsx";
import { CopyField } from "./small.tsx";
import { useWork } from "./work.ts";

export const ROLES: readonly Role[] = ["viewer", "researcher", "owner"];

export const SITE_ROLE_MEANS: Record<Role, string> = {
  viewer: "sees the studies of which they are a member",
  researcher: "also makes studies, and brings pictures and representations",
  owner: "may do everything in every study, and lets people in",
};

export const STUDY_ROLE_MEANS: Record<Role, string> = {
  viewer: "sees numbers and settings",
  researcher: "also changes the study, and takes its data home",
  owner: "also decides who is in it, unblinds it, and says until when personal data are kept",
};

/** A name above a control, a sentence and what is wrong with it below. */
export function Labelled({ name, about, problem, testid, children }: { name: string; about?: ComponentChildren; problem: string | null; testid: string; children: ComponentChildren }) {
  return (
    <label class={`person-field ${problem === null ? "" : "wrong"}`}>
      <span class="person-field-name">{name}</span>
      {children}
      {problem !== null && <span class="field-problem" role="alert" data-testid={`${testid}-problem`}>{problem}</span>}
      {about !== undefined && <small class="muted">{about}</small>}
    </label>
  );
}

export interface RoleSelectProps {
  label?: string;
  value: Role;
  isDisabled?: boolean;
  testid: string;
  onChoose: (role: Role) => void;
}

export function RoleSelect({ label, value, isDisabled = false, testid, onChoose }: RoleSelectProps) {
  return (
    <select class="select role-select" aria-label={label} value={value} disabled={isDisabled} data-testid={testid} onChange={(event) => onChoose(event.currentTarget.value as Role)}>
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </select>
  );
}

/** A link or token that the server will not tell again. */
export function ShownOnce({ title, about, value, testid, onDone }: { title: string; about: string; value: string; testid: string; onDone: () => void }) {
  return (
    <div class="shown-once" role="status" data-testid={`${testid}-made`}>
      <p>
        <strong>{title}</strong> {about}
      </p>
      <CopyField label={title} value={value} testid={testid} />
      <button type="button" class="button quiet small" data-testid={`${testid}-done`} onClick={onDone}>
        I have it
      </button>
    </div>
  );
}

export function ShownInvitation({ made, onDone }: { made: MadeInvitation; onDone: () => void }) {
  const what = made.for_account === null ? "opens an account once" : `sets a new password of ${made.for_account} once`;
  return (
    <ShownOnce title="The link." testid="invitation-link" value={invitationUrl(made.token)} onDone={onDone}
      about={`It ${what}, until ${day(made.expires_at_ms)}. Send it to that person only; it is not shown again.`} />
  );
}

function purpose({ study, role, site_role: siteRole, for_account: name }: Invitation): ComponentChildren {
  if (name !== null) return <>New password for <strong>{name}</strong></>;
  if (study === null || role === null) return <>New account: <strong>{siteRole}</strong> on this site</>;
  return <>New account: <strong>{role}</strong> in <a href={studyPath(study)}>{study}</a></>;
}

export interface OpenInvitationsProps {
  invitations: readonly Invitation[];
  mayTakeBack: boolean;
  onChanged: () => void;
  onUnauthorized: () => void;
}

export function OpenInvitations({ invitations, mayTakeBack, onChanged, onUnauthorized }: OpenInvitationsProps) {
  const [asked, setAsked] = useState<number | null>(null);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  async function takeBack(id: number): Promise<void> {
    if (!(await run(async () => void (await peopleApi.takeBack(id))))) return;
    setAsked(null);
    onChanged();
  }
  if (invitations.length === 0) return null;
  return (
    <div class="people-part">
      <h3>Open invitations</h3>
      <ul class="person-rows">
        {invitations.map((invitation) => (
          <li key={invitation.id} data-testid="invitation">
            <span class="person-what">
              <span>{purpose(invitation)}</span>
              <small class="muted">
                By {invitation.made_by}, open until {day(invitation.expires_at_ms)}
              </small>
            </span>
            {mayTakeBack && asked !== invitation.id && (
              <button type="button" class="button quiet small" data-testid="take-back" onClick={() => setAsked(invitation.id)}>
                Take back
              </button>
            )}
            {asked === invitation.id && (
              <Confirm question="Take the invitation back? Its link is of no use any more." yes="Take back" isBusy={isBusy} onYes={() => void takeBack(invitation.id)}
                onNo={() => setAsked(null)} />
            )}
          </li>
        ))}
      </ul>
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
    </div>
  );
}
