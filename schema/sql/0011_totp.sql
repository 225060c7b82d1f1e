-- totp.sql - what lets somebody in whose second factor is lost.
--
-- Words and units as in 0001_init.sql. The secret of the codes themselves (totp.sealed_secret) must be readable to the server: it is
-- sealed with the key file, which is not in the database, so that a copy of the database alone makes no codes.

-- ENDURING. Codes for one login each, given when the second factor is turned on; a used one is not there any more.
CREATE TABLE recovery_code (
    account_id INTEGER NOT NULL REFERENCES account,
    code_hash  BLOB NOT NULL CHECK (length(code_hash) = 32), -- BLAKE2b-256; a code has 80 random bits, so no salt, no stretching, no key
    PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;
