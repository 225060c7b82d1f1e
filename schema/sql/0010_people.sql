-- people.sql - who may do what: roles, invitations, API tokens, second factors; what was done (audit); when personal data go.
--
-- Words and units as in 0001_init.sql. Of every secret only a hash or a sealed form is stored.

-- What an account may do on the whole site: an owner everything; a researcher makes studies and brings material; a viewer neither, and
-- sees the studies it is a member of. Accounts from before this had all rights, and keep them.
ALTER TABLE account ADD COLUMN site_role TEXT NOT NULL DEFAULT 'owner' CHECK (site_role IN ('owner', 'researcher', 'viewer'));
-- 0: can neither log in nor use a token; its name stays in the log of what was done.
ALTER TABLE account ADD COLUMN is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1));

-- ENDURING. Who works on a study. Owners of the site need no row.
CREATE TABLE study_member (
    study_id      INTEGER NOT NULL REFERENCES study,
    account_id    INTEGER NOT NULL REFERENCES account,
    role          TEXT NOT NULL CHECK (role IN ('owner', 'researcher', 'viewer')),
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (study_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_member_by_account ON study_member (account_id, study_id);

-- ENDURING. A one-time link by which a person makes an account, or sets a new password for the one they have.
CREATE TABLE invitation (
    invitation_id INTEGER PRIMARY KEY,
    token_hash    BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    site_role     TEXT NOT NULL CHECK (site_role IN ('owner', 'researcher', 'viewer')), -- of the account that will be made
    study_id      INTEGER REFERENCES study,          -- the study it will be a member of; NULL: none
    study_role    TEXT CHECK (study_role IN ('owner', 'researcher', 'viewer')),
    for_account_id INTEGER REFERENCES account,       -- the account whose password is to be set anew; NULL: a new account
    made_by       TEXT NOT NULL,                     -- name of the account, or "command line"
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER,                           -- NULL while it can be used
    CHECK ((study_id IS NULL) = (study_role IS NULL))
) STRICT;

-- ENDURING. A key for programs that act for an account.
CREATE TABLE api_token (
    api_token_id  INTEGER PRIMARY KEY,
    token_hash    BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- of the whole token, "dl_" included
    account_id    INTEGER NOT NULL REFERENCES account,
    name          TEXT NOT NULL,                     -- what it is for, in the researcher's words
    scope         TEXT NOT NULL CHECK (scope IN ('read', 'write')), -- read: GET only
    study_id      INTEGER REFERENCES study,          -- the only study it opens; NULL: all that the account may see
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER,                           -- the last time, to about ten minutes; NULL: never
    UNIQUE (account_id, name)
) STRICT;

-- ENDURING. The second factor of an account: time-based codes (RFC 6238).
CREATE TABLE totp (
    account_id       INTEGER PRIMARY KEY REFERENCES account,
    sealed_secret    BLOB NOT NULL,                  -- 20 bytes, sealed with the key file
    is_confirmed     INTEGER NOT NULL CHECK (is_confirmed IN (0, 1)), -- 0: offered, not asked for at login yet
    last_step        INTEGER NOT NULL,               -- the newest step whose code was taken: no code is taken twice
    failed_count     INTEGER NOT NULL DEFAULT 0,     -- wrong codes in a row
    failed_at_ms     INTEGER NOT NULL DEFAULT 0      -- when the last of them came
) STRICT;

-- ENDURING. What was done, by whom: only ever added to. Each row's hash covers the row and the hash before it, so that a changed or
-- missing row shows, and the newest hash, printed elsewhere, fixes everything up to it.
CREATE TABLE audit (
    audit_id      INTEGER PRIMARY KEY,               -- 1, 2, 3, ... without gaps
    at_ms         INTEGER NOT NULL,
    account       TEXT NOT NULL,                     -- the account's name, or "command line", or "server"
    action        TEXT NOT NULL,                     -- method and route, such as PUT /api/v1/studies/{}/retention, or a command's name
    object        TEXT NOT NULL,                     -- what it was done to: the address, or a study's slug
    detail        TEXT NOT NULL,                     -- what else is to be known; never a secret
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32), -- of the row before; zeros before the first
    hash          BLOB NOT NULL UNIQUE CHECK (length(hash) = 32) -- SHA-256 of this row (study/audit.h)
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only ever added to'); END;
-- Also against INSERT OR REPLACE, which deletes without telling the trigger above.
CREATE TRIGGER audit_goes_on BEFORE INSERT ON audit
WHEN NEW.audit_id <> (SELECT coalesce(max(audit_id), 0) + 1 FROM audit)
    OR NEW.previous_hash <> coalesce((SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1), zeroblob(32))
BEGIN SELECT raise(ABORT, 'the audit log goes on at its end'); END;

-- When the study's personal data are deleted by themselves; NULL: nobody has said.
ALTER TABLE study ADD COLUMN retention_until_ms INTEGER;
