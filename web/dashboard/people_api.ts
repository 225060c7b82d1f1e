// The dashboard's calls about people: one's own account, others', who is in a study, and a platform's list of submissions.

import { call } from "./api.ts";
import type { ApiToken, Audit, Invitation, InvitationWish, MadeInvitation, MadeToken, Person, Reconciliation, StudyPeople, TokenWish } from "./people_types.ts";
import type { Retention, Role } from "./types.ts";

function at(slug: string, rest: string): string {
  return `/studies/${encodeURIComponent(slug)}${rest}`;
}

function memberAt(slug: string, name: string): string {
  return at(slug, `/members/${encodeURIComponent(name)}`);
}

export const peopleApi = {
  changePassword: (old_password: string, new_password: string) => call<object>("POST", "/account/password", { old_password, new_password }),
  /** Every login, the one that asks too. */
  endLogins: () => call<object>("POST", "/account/end-logins", {}),
  tokens: async () => (await call<{ tokens: ApiToken[] }>("GET", "/account/tokens")).tokens,
  makeToken: (wish: TokenWish) => call<MadeToken>("POST", "/account/tokens", wish),
  revokeToken: (id: number) => call<object>("DELETE", `/account/tokens/${id}`),

  accounts: () => call<{ accounts: Person[]; invitations: Invitation[] }>("GET", "/accounts"),
  changeAccount: (name: string, site_role: Role, is_active: boolean) => call<object>("PATCH", `/accounts/${encodeURIComponent(name)}`, { site_role, is_active }),
  invite: (wish: InvitationWish) => call<MadeInvitation>("POST", "/invitations", wish),
  takeBack: (id: number) => call<object>("DELETE", `/invitations/${id}`),
  /** The entries before the one of this id; null: the newest. */
  audit: (before: number | null) => call<Audit>("GET", before === null ? "/audit" : `/audit?before=${before}`),

  role: async (slug: string) => (await call<{ role: Role }>("GET", at(slug, "/role"))).role,
  studyPeople: (slug: string) => call<StudyPeople>("GET", at(slug, "/people")),
  inviteToStudy: (slug: string, role: Role) => call<MadeInvitation>("POST", at(slug, "/invitations"), { role }),
  setMember: (slug: string, name: string, role: Role) => call<object>("PUT", memberAt(slug, name), { role }),
  removeMember: (slug: string, name: string) => call<object>("DELETE", memberAt(slug, name)),
  retention: async (slug: string) => (await call<{ study: { retention: Retention } }>("GET", at(slug, ""))).study.retention,
  /** `until`: a day such as 2027-01-31; null: nobody says. */
  setRetention: (slug: string, until: string | null) => call<object>("PUT", at(slug, "/retention"), { until }),
  reconcile: (slug: string, csv: Blob) => call<Reconciliation>("POST", at(slug, "/reconciliation"), csv),
};

/** Where an invited person makes an account. What is behind the "#" is sent to no server before that. */
export function invitationUrl(token: string): string {
  return `${location.origin}/setup#${token}`;
}
