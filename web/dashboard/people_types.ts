// What the server says about accounts, invitations, tokens and the log, word for word as on the wire.

import type { Role, SessionState } from "./types.ts";

export interface Person {
  name: string;
  site_role: Role;
  is_active: boolean;
  has_totp: boolean;
  created_at_ms: number;
}

export interface Invitation {
  id: number;
  site_role: Role;
  study: string | null;
  role: Role | null;
  /** For a new password of this account, not for a new one. */
  for_account: string | null;
  made_by: string;
  created_at_ms: number;
  expires_at_ms: number;
}

/** With what its reply alone holds. */
export interface MadeInvitation extends Invitation {
  token: string;
}

export interface InvitationWish {
  site_role?: Role;
  study?: string;
  role?: Role;
  for_account?: string;
}

export type TokenScope = "read" | "write";

export interface ApiToken {
  id: number;
  name: string;
  scope: TokenScope;
  /** Null: every study that the account may see. */
  study: string | null;
  created_at_ms: number;
  expires_at_ms: number;
  used_at_ms: number | null;
}

export interface MadeToken extends ApiToken {
  token: string;
}

export interface TokenWish {
  name: string;
  scope: TokenScope;
  study?: string;
  days: number;
}

export interface AuditEntry {
  id: number;
  at_ms: number;
  account: string;
  action: string;
  object: string;
  detail: string;
  hash: string;
}

export interface Audit {
  entry_count: number;
  /** The hash that stands for the whole log. */
  head: string;
  /** Newest first. */
  entries: AuditEntry[];
}

export interface Member {
  name: string;
  role: Role;
  is_active: boolean;
}

export interface StudyPeople {
  members: Member[];
  invitations: Invitation[];
}

export interface ReconciliationRow {
  submission_id: string | null;
  /** As in the file; null: the file does not name the person. */
  participant_id: string | null;
  /** There. */
  status: string | null;
  /** The participant here; null: no session. */
  number: number | null;
  session_id: string | null;
  state: SessionState | null;
  bonus_minor: number;
}

export interface Reconciliation {
  submission_count: number;
  both_count: number;
  /** Finished here without an id of the platform. */
  unknown_count: number;
  currency: string;
  there_only: ReconciliationRow[];
  here_only: ReconciliationRow[];
  unpaid: ReconciliationRow[];
  other_code: ReconciliationRow[];
}
