// Who works on a study: members and their roles, people who have an account already, and invitations for those who have none.

import { useState } from "preact/hooks";
import { peopleApi } from "../people_api.ts";
import type { MadeInvitation, Member } from "../people_types.ts";
import type { Role } from "../types.ts";
import { Confirm } from "./confirm.tsx";
import { Labelled, OpenInvitations, ROLES, RoleSelect, ShownInvitation, STUDY_ROLE_MEANS } from "./people_parts.tsx";
import { isAtLeast, useAccount, useRole } from "./rights.tsx";
import { useLoaded, useWork } from "./work.ts";

export function MemberSection({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const mayOwn = isAtLeast(useRole(slug), "owner");
  const isSiteOwner = isAtLeast(useAccount()?.site_role ?? null, "owner");
  const { value, error, again } = useLoaded(() => peopleApi.studyPeople(slug), slug, onUnauthorized);
  const [made, setMade] = useState<MadeInvitation | null>(null);
  return (
    <section class="card people-section" aria-labelledby="members-title">
      <h2 id="members-title">Members</h2>
      <dl class="role-meanings muted">
        {ROLES.map((name) => <div key={name}><dt>{name}</dt><dd>{STUDY_ROLE_MEANS[name]}</dd></div>)}
      </dl>
      {error !== null && <p class="form-error" role="alert">{error}</p>}
      {value === null && error === null && <p class="waiting">Loading…</p>}
      {value?.members.length === 0 && <p class="muted" data-testid="members-empty">Nobody yet but the owners of the site.</p>}
      {value !== null && value.members.length > 0 && (
        <ul class="person-rows">
          {value.members.map((member) => <MemberRow key={member.name} slug={slug} member={member} mayOwn={mayOwn} onChanged={again} onUnauthorized={onUnauthorized} />)}
        </ul>
      )}
      {mayOwn && (
        <div class="people-pair">
          <Invite slug={slug} onUnauthorized={onUnauthorized} onMade={(invitation) => { setMade(invitation); again(); }} />
          <AddMember slug={slug} onUnauthorized={onUnauthorized} onAdded={again} />
        </div>
      )}
      {made !== null && <ShownInvitation made={made} onDone={() => setMade(null)} />}
      {value !== null && <OpenInvitations invitations={value.invitations} mayTakeBack={isSiteOwner} onChanged={() => { setMade(null); again(); }} onUnauthorized={onUnauthorized} />}
    </section>
  );
}

interface MemberRowProps {
  slug: string;
  member: Member;
  mayOwn: boolean;
  onChanged: () => void;
  onUnauthorized: () => void;
}

function MemberRow({ slug, member, mayOwn, onChanged, onUnauthorized }: MemberRowProps) {
  const isSelf = useAccount()?.name === member.name;
  const [isAsked, setAsked] = useState(false);
  const { isBusy, problem, run } = useWork(onUnauthorized);
  const setRole = (role: Role): void => void run(async () => {
    await peopleApi.setMember(slug, member.name, role);
    onChanged();
  });
  const remove = (): void => void run(async () => {
    await peopleApi.removeMember(slug, member.name);
    onChanged();
  });
  return (
    <li data-testid="member" data-name={member.name} class={member.is_active ? "" : "has-ended"}>
      <span class="person-what">
        <strong>{member.name}{isSelf && <span class="muted"> (you)</span>}</strong>
        {!member.is_active && <small class="muted">The account has ended: cannot log in</small>}
      </span>
      {!mayOwn && <span data-testid="member-role">{member.role}</span>}
      {mayOwn && (
        <span class="person-tools">
          <RoleSelect label={`Role of ${member.name}`} value={member.role} isDisabled={isBusy} testid="member-role" onChoose={setRole} />
          <button type="button" class="button quiet small" data-testid="remove-member" onClick={() => setAsked(true)}>Take out</button>
        </span>
      )}
      {isAsked && <Confirm question={`Take ${isSelf ? "yourself" : member.name} out of the study? The account stays.`} yes="Take out" isBusy={isBusy} onYes={remove} onNo={() => setAsked(false)} />}
      {problem("") !== null && <p class="form-error" role="alert">{problem("")}</p>}
    </li>
  );
}

function Invite({ slug, onMade, onUnauthorized }: { slug: string; onMade: (made: MadeInvitation) => void; onUnauthorized: () => void }) {
  const [role, setRole] = useState<Role>("viewer");
  const { isBusy, problem, run } = useWork(onUnauthorized);
  return (
    <form class="people-part" noValidate onSubmit={(event) => { event.preventDefault(); void run(async () => onMade(await peopleApi.inviteToStudy(slug, role))); }}>
      <h3>Somebody new</h3>
      <div class="person-form">
        <Labelled name="Invite as" problem={problem("role")} testid="study-invite-role">
          <RoleSelect value={role} testid="study-invite-role" onChoose={setRole} />
        </Labelled>
        <div class="person-form-end">
          <button type="submit" class="button" disabled={isBusy} data-testid="study-invite">Make a link</button>
        </div>
      </div>
      {problem("", ["role"]) !== null && <p class="form-error" role="alert">{problem("", ["role"])}</p>}
    </form>
  );
}

function AddMember({ slug, onAdded, onUnauthorized }: { slug: string; onAdded: () => void; onUnauthorized: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const { isBusy, mistake, setMistake, run } = useWork(onUnauthorized);
  async function add(): Promise<void> {
    if (name.trim() === "") return setMistake({ field: "name", message: "Write the account's name." });
    const isDone = await run(async () => {
      await peopleApi.setMember(slug, name.trim(), role);
      onAdded();
    });
    if (isDone) setName("");
  }
  return (
    <form class="people-part" noValidate onSubmit={(event) => { event.preventDefault(); void add(); }}>
      <h3>Somebody with an account</h3>
      <div class="person-form">
        <Labelled name="Name" problem={mistake?.message ?? null} testid="add-member-name">
          <input type="text" autocomplete="off" maxLength={100} value={name} data-testid="add-member-name" aria-invalid={mistake !== null}
            onInput={(event) => setName(event.currentTarget.value)} />
        </Labelled>
        <Labelled name="As" problem={null} testid="add-member-role">
          <RoleSelect value={role} testid="add-member-role" onChoose={setRole} />
        </Labelled>
        <div class="person-form-end">
          <button type="submit" class="button quiet" disabled={isBusy} data-testid="add-member">Add</button>
        </div>
      </div>
    </form>
  );
}
