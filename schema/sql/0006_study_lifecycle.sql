-- 0006_study_lifecycle.sql - how a study comes to be and changes: draft, pilot, open, paused, closed, and what its settings were.
--
-- Words and units as in 0001_init.sql. `state` stays what it was: 'open' lets people in. A draft and a paused study are 'closed' with a
-- mark that says why.

-- ENDURING columns of study.
ALTER TABLE study ADD COLUMN is_draft INTEGER NOT NULL DEFAULT 0 CHECK (is_draft IN (0, 1));   -- being made; never beside is_paused
ALTER TABLE study ADD COLUMN is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)); -- was open, and will be again
ALTER TABLE study ADD COLUMN opened_at_ms INTEGER;        -- when it was opened for live sessions first; NULL: never
ALTER TABLE study ADD COLUMN sample_count INTEGER;        -- how many conditions are sampled; NULL: they were written out
ALTER TABLE study ADD COLUMN sample_seed INTEGER;         -- of the sampler; NULL: conditions were written out, or the study is from before
ALTER TABLE study ADD COLUMN unblinded_at_ms INTEGER;     -- when its numbers were shown before the stop rule was met; NULL: they were not
ALTER TABLE study ADD COLUMN unblind_reason TEXT CHECK ((unblind_reason IS NULL) = (unblinded_at_ms IS NULL)); -- why, as the owner wrote
ALTER TABLE study ADD COLUMN revision INTEGER NOT NULL DEFAULT 1; -- grows with every change of the row: what is kept in memory is looked at

UPDATE study SET opened_at_ms = created_at_ms
 WHERE is_pilot = 0 OR EXISTS (SELECT 1 FROM session AS s WHERE s.study_id = study.study_id AND s.is_pilot = 0);

-- ENDURING. Every version of a study's settings: a session names the one that it ran with by its hash.
CREATE TABLE study_settings (
    study_id        INTEGER NOT NULL REFERENCES study,
    settings_sha256 BLOB NOT NULL CHECK (length(settings_sha256) = 32), -- of the text
    settings        TEXT NOT NULL CHECK (json_valid(settings)),         -- every setting written out
    since_ms        INTEGER NOT NULL,                                   -- when the study had it first
    PRIMARY KEY (study_id, settings_sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO study_settings (study_id, settings_sha256, settings, since_ms)
SELECT study_id, settings_sha256, settings, created_at_ms FROM study;

-- ENDURING. Numbers that were given to rows which are gone: they never come again, so that what is kept in memory by number stays right.
CREATE TABLE spent_number (
    kind   TEXT PRIMARY KEY CHECK (kind IN ('condition', 'value_table')),
    newest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO spent_number (kind, newest) VALUES ('condition', 0), ('value_table', 0);
