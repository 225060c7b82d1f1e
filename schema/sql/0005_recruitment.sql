-- 0005_recruitment.sql - where participants come from, what they accepted, how a session ended, and what is left of one that was deleted.
--
-- Words and units as in 0001_init.sql. Tables marked PERSONAL hold what leads to a person: sealed, never in a pseudonymous export, gone
-- when the participant asks for deletion.

-- 1: the study is being tried out. Sessions begun meanwhile are pilots for ever: apart in data, and in the use of conditions.
ALTER TABLE study ADD COLUMN is_pilot INTEGER NOT NULL DEFAULT 0 CHECK (is_pilot IN (0, 1));

-- As the study was when the link was first opened.
ALTER TABLE arrival ADD COLUMN is_pilot INTEGER NOT NULL DEFAULT 0 CHECK (is_pilot IN (0, 1));
CREATE INDEX arrival_by_mode ON arrival (study_id, is_pilot);

-- As the study was when the session began.
ALTER TABLE session ADD COLUMN is_pilot INTEGER NOT NULL DEFAULT 0 CHECK (is_pilot IN (0, 1));
-- Why a session left: too long away, the participant stopped, or the comprehension questions failed too often. NULL for others.
ALTER TABLE session ADD COLUMN end_reason TEXT CHECK (end_reason IN ('absent', 'withdrawn', 'comprehension'));
-- The page that is in charge: counted up by each page that takes the session over; what an older page says is refused.
ALTER TABLE session ADD COLUMN page_number INTEGER NOT NULL DEFAULT 0 CHECK (page_number >= 0);
-- BCP 47 tag of the language that the participant read.
ALTER TABLE session ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
-- Age and answers of the consent page, a JSON object; NULL when nothing was asked.
ALTER TABLE session ADD COLUMN eligibility TEXT CHECK (eligibility IS NULL OR json_valid(eligibility));
UPDATE session SET end_reason = 'absent' WHERE state = 'left';

-- The lease counts live sessions and pilots apart.
DROP INDEX session_by_condition;
CREATE INDEX session_by_condition ON session (condition_id, is_pilot, state);

-- ENDURING, PERSONAL. Who a participant is on the platform that sent them; none for a plain link.
CREATE TABLE identity (
    participant_id INTEGER PRIMARY KEY REFERENCES participant,
    study_id       INTEGER NOT NULL REFERENCES study,
    platform       TEXT NOT NULL CHECK (platform IN ('prolific', 'sona', 'mturk', 'personal')),
    id_hash        BLOB NOT NULL CHECK (length(id_hash) = 32), -- keyed BLAKE2b-256 of platform and id: the same person in every study
    sealed_ids     BLOB NOT NULL                     -- all of the platform's ids as a JSON object, sealed with the key file
) STRICT;
CREATE INDEX identity_by_hash ON identity (id_hash, study_id);

-- ENDURING, PERSONAL. Who was refused and must not try again with other answers; only for those who came with an id.
CREATE TABLE refusal (
    study_id      INTEGER NOT NULL REFERENCES study,
    id_hash       BLOB NOT NULL CHECK (length(id_hash) = 32), -- as in identity
    outcome       TEXT NOT NULL CHECK (outcome IN ('screened_out', 'failed_comprehension')),
    refused_at_ms INTEGER NOT NULL,
    PRIMARY KEY (study_id, id_hash)
) STRICT, WITHOUT ROWID;

-- ENDURING. A link for one person, made in bulk.
CREATE TABLE personal_link (
    link_hash     BLOB PRIMARY KEY CHECK (length(link_hash) = 32), -- BLAKE2b-256 of the token in the link
    study_id      INTEGER NOT NULL REFERENCES study,
    link_number   INTEGER NOT NULL CHECK (link_number >= 1), -- within the study, in the order in which they were made
    created_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER,                           -- when a session began with it; NULL while nobody did
    UNIQUE (study_id, link_number)
) STRICT, WITHOUT ROWID;

-- ENDURING. A text that participants are shown, known by its content.
CREATE TABLE document (
    sha256        BLOB PRIMARY KEY CHECK (length(sha256) = 32), -- of the text in UTF-8
    text          TEXT NOT NULL,                     -- Markdown
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ENDURING. Which texts a study shows, in each language; the newest version counts, the older ones stay.
CREATE TABLE study_document (
    study_id       INTEGER NOT NULL REFERENCES study,
    kind           TEXT NOT NULL CHECK (kind IN ('consent', 'data_protection', 'contact', 'debriefing')),
    language       TEXT NOT NULL,                    -- BCP 47 tag
    version_number INTEGER NOT NULL CHECK (version_number >= 1),
    sha256         BLOB NOT NULL REFERENCES document,
    created_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (study_id, kind, language, version_number)
) STRICT, WITHOUT ROWID;

-- ENDURING. What a participant accepted, and when.
CREATE TABLE acceptance (
    session_id     INTEGER NOT NULL REFERENCES session,
    kind           TEXT NOT NULL CHECK (kind IN ('consent', 'data_protection')),
    sha256         BLOB NOT NULL REFERENCES document,
    accepted_at_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, kind)
) STRICT, WITHOUT ROWID;

-- ENDURING. What is left of a session whose participant asked for deletion: that there was one. No personal data.
CREATE TABLE tombstone (
    session_id    INTEGER PRIMARY KEY,               -- of the session that is gone; never comes again
    study_id      INTEGER NOT NULL REFERENCES study,
    public_id     TEXT NOT NULL UNIQUE,              -- in researchers' URLs, so that an open page can say what happened
    participant_number INTEGER NOT NULL,             -- the pseudonym, within the study; never given again
    is_pilot      INTEGER NOT NULL CHECK (is_pilot IN (0, 1)),
    change_number INTEGER NOT NULL UNIQUE,           -- counted with those of session: the live worker follows both by one cursor
    deleted_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX tombstone_by_study ON tombstone (study_id, is_pilot);
