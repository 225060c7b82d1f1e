-- 0001_init.sql - the whole main line: material, studies, sessions, trials, and what is derived from them.
--
-- ENDURING tables hold facts; nothing else may be needed to rebuild the DERIVED ones (`dinolab rebuild`).
-- Times named *_at_ms are server wall clock, milliseconds since the Unix epoch. Hashes are SHA-256, 32 bytes, unless said otherwise.

-- ENDURING. The migrations that made this file what it is, in order; PRAGMA user_version holds the newest number.
CREATE TABLE migration (
    migration_number INTEGER PRIMARY KEY,            -- as in the file name
    name             TEXT NOT NULL,                  -- file name without number and ending
    sha256           BLOB NOT NULL CHECK (length(sha256) = 32), -- of the migration's text
    program_version  TEXT NOT NULL,                  -- the program that applied it
    applied_at_ms    INTEGER NOT NULL
) STRICT;

-- ENDURING. A named collection of pictures.
CREATE TABLE stimulus_set (
    stimulus_set_id INTEGER PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE,            -- a slug
    sha256          BLOB NOT NULL CHECK (length(sha256) = 32), -- of all ids, objects and picture hashes in order
    created_at_ms   INTEGER NOT NULL
) STRICT;

-- ENDURING. A picture's bytes; the file is media/<first two hex digits>/<all hex digits> in the data folder.
CREATE TABLE media (
    sha256     BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/webp', 'image/jpeg', 'image/png')),
    byte_count INTEGER NOT NULL CHECK (byte_count > 0)
) STRICT, WITHOUT ROWID;

-- ENDURING. One picture of a set. Its row in every representation of the set is row_index.
CREATE TABLE stimulus (
    stimulus_id     INTEGER PRIMARY KEY,
    stimulus_set_id INTEGER NOT NULL REFERENCES stimulus_set,
    row_index       INTEGER NOT NULL CHECK (row_index >= 0), -- position in the set, from 0
    name            TEXT NOT NULL,                   -- the researcher's id, such as cat_face
    object          TEXT NOT NULL,                   -- what is shown, such as cat; a condition shows an object once
    media_sha256    BLOB NOT NULL REFERENCES media,
    UNIQUE (stimulus_set_id, name),
    UNIQUE (stimulus_set_id, row_index)
) STRICT;
CREATE INDEX stimulus_by_media ON stimulus (media_sha256);

-- ENDURING. A matrix of features, one row per stimulus of its set in the set's order; the file is representations/<hex>.npy.
CREATE TABLE representation (
    representation_id INTEGER PRIMARY KEY,
    stimulus_set_id   INTEGER NOT NULL REFERENCES stimulus_set,
    name              TEXT NOT NULL,                 -- a slug
    family            TEXT NOT NULL,                 -- task, language, supervised, ... for colours and filters
    description       TEXT NOT NULL,                 -- one sentence
    feature_count     INTEGER NOT NULL CHECK (feature_count > 0),
    matrix_sha256     BLOB NOT NULL CHECK (length(matrix_sha256) = 32), -- of the stored file
    created_at_ms     INTEGER NOT NULL,
    UNIQUE (stimulus_set_id, name)
) STRICT;

-- ENDURING. A study: one task on one stimulus set with fixed settings.
CREATE TABLE study (
    study_id          INTEGER PRIMARY KEY,
    slug              TEXT NOT NULL UNIQUE,          -- in the participant link /s/<slug>
    title             TEXT NOT NULL,
    task              TEXT NOT NULL CHECK (task IN ('category', 'reward')),
    state             TEXT NOT NULL CHECK (state IN ('open', 'closed')), -- only an open study lets people in
    stimulus_set_id   INTEGER NOT NULL REFERENCES stimulus_set,
    settings          TEXT NOT NULL CHECK (json_valid(settings)), -- every setting written out
    settings_sha256   BLOB NOT NULL CHECK (length(settings_sha256) = 32),
    created_at_ms     INTEGER NOT NULL
) STRICT;

-- ENDURING. Which representations a study fits; every learner of its settings runs on each.
CREATE TABLE study_representation (
    study_id          INTEGER NOT NULL REFERENCES study,
    representation_id INTEGER NOT NULL REFERENCES representation,
    position          INTEGER NOT NULL CHECK (position >= 0), -- order of display, from 0
    PRIMARY KEY (study_id, representation_id),
    UNIQUE (study_id, position)
) STRICT, WITHOUT ROWID;

-- ENDURING. One fixed sequence of trials with its answers.
CREATE TABLE condition (
    condition_id      INTEGER PRIMARY KEY,
    study_id          INTEGER NOT NULL REFERENCES study,
    condition_number  INTEGER NOT NULL CHECK (condition_number >= 1), -- within the study
    dimension         INTEGER NOT NULL CHECK (dimension >= 0),  -- of the generative representation, from 0
    high_dinosaur     TEXT CHECK (high_dinosaur IN ('julty', 'folty')), -- category: who likes high loadings; NULL for reward
    points_min        INTEGER,                       -- reward: smallest and largest points among the pairs; NULL for category
    points_max        INTEGER,
    sha256            BLOB NOT NULL CHECK (length(sha256) = 32), -- of the sequence with its answers
    UNIQUE (study_id, condition_number)
) STRICT;

-- ENDURING. One planned trial: what is shown and the answer. Never sent to a browser before the response to it is stored.
CREATE TABLE condition_trial (
    condition_id      INTEGER NOT NULL REFERENCES condition,
    phase             TEXT NOT NULL CHECK (phase IN ('practice', 'main')),
    trial_index       INTEGER NOT NULL CHECK (trial_index >= 0), -- from 0 in each phase
    left_stimulus_id  INTEGER NOT NULL REFERENCES stimulus,      -- category: the one picture
    right_stimulus_id INTEGER REFERENCES stimulus,               -- NULL for category
    category          TEXT CHECK (category IN ('julty', 'folty')), -- the dinosaur that it is meant for; NULL for reward
    left_points       INTEGER,                                   -- NULL for category
    right_points      INTEGER,
    PRIMARY KEY (condition_id, phase, trial_index),
    CHECK ((category IS NULL) = (right_stimulus_id IS NOT NULL)),
    CHECK ((left_points IS NULL) = (right_stimulus_id IS NULL)),
    CHECK ((right_points IS NULL) = (right_stimulus_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX condition_trial_by_left ON condition_trial (left_stimulus_id);
CREATE INDEX condition_trial_by_right ON condition_trial (right_stimulus_id) WHERE right_stimulus_id IS NOT NULL;

-- ENDURING. A person in one study, known only by number here.
CREATE TABLE participant (
    participant_id     INTEGER PRIMARY KEY,
    study_id           INTEGER NOT NULL REFERENCES study,
    participant_number INTEGER NOT NULL CHECK (participant_number >= 1), -- within the study; the pseudonym in exports
    created_at_ms      INTEGER NOT NULL,
    UNIQUE (study_id, participant_number)
) STRICT;

-- ENDURING. One participant's run through one condition. An open or finished session holds its condition; one that left does not.
CREATE TABLE session (
    session_id              INTEGER PRIMARY KEY,
    public_id               TEXT NOT NULL UNIQUE,    -- in researchers' URLs; says nothing
    participant_id          INTEGER NOT NULL REFERENCES participant,
    study_id                INTEGER NOT NULL REFERENCES study,
    condition_id            INTEGER NOT NULL REFERENCES condition,
    token_hash              BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- BLAKE2b-256 of the browser's token
    state                   TEXT NOT NULL CHECK (state IN ('active', 'finished', 'left')),
    consented_at_ms         INTEGER NOT NULL,
    consent_sha256          BLOB NOT NULL CHECK (length(consent_sha256) = 32),    -- of the text that was accepted
    comprehension_passed_at_ms INTEGER,              -- NULL until all questions were answered right
    ended_at_ms             INTEGER,                 -- finished or left
    seen_at_ms              INTEGER NOT NULL,        -- last request that was not a trial
    change_number           INTEGER NOT NULL UNIQUE, -- grows with every change of a session row: the live worker's other cursor
    program_version         TEXT NOT NULL,
    settings_sha256         BLOB NOT NULL CHECK (length(settings_sha256) = 32),
    stimulus_set_sha256     BLOB NOT NULL CHECK (length(stimulus_set_sha256) = 32),
    representations_sha256  BLOB NOT NULL CHECK (length(representations_sha256) = 32), -- of the study's matrix hashes in order
    CHECK ((state = 'active') = (ended_at_ms IS NULL))
) STRICT;
CREATE INDEX session_by_condition ON session (condition_id, state);
CREATE INDEX session_by_study ON session (study_id, session_id);
CREATE INDEX session_active ON session (state, session_id) WHERE state = 'active';

-- ENDURING. One answered trial; never changed. The running totals are of this session and phase up to and including this trial, so
-- that pay and feedback follow from one row.
CREATE TABLE trial (
    trial_id            INTEGER PRIMARY KEY AUTOINCREMENT, -- grows with time and never comes again: the live worker's cursor
    session_id          INTEGER NOT NULL REFERENCES session,
    phase               TEXT NOT NULL CHECK (phase IN ('practice', 'main')),
    trial_index         INTEGER NOT NULL CHECK (trial_index >= 0),
    response            INTEGER NOT NULL CHECK (response IN (0, 1)), -- 1 = right = Julty, 0 = left = Folty
    is_correct          INTEGER NOT NULL CHECK (is_correct IN (0, 1)), -- both options are correct in a tie
    is_tie              INTEGER NOT NULL CHECK (is_tie IN (0, 1)),   -- equal points: left out of accuracy
    rt_ms               REAL NOT NULL CHECK (rt_ms >= 0),    -- browser monotonic clock, stimulus onset to key press
    onset_ms            REAL NOT NULL CHECK (onset_ms >= 0), -- browser monotonic clock since its page began
    frame_ms            REAL,                        -- estimated interval between screen refreshes; NULL if not measured
    is_visible          INTEGER NOT NULL CHECK (is_visible IN (0, 1)),
    is_fullscreen       INTEGER NOT NULL CHECK (is_fullscreen IN (0, 1)),
    input               TEXT NOT NULL CHECK (input IN ('keyboard', 'touch', 'mouse')),
    previous_reply_ms   REAL,                        -- round trip of the reply before this one; NULL for the first of a page
    received_at_ms      INTEGER NOT NULL,
    total_correct       INTEGER NOT NULL,            -- correct responses, ties left out
    total_scored        INTEGER NOT NULL,            -- responses, ties left out
    total_regret        INTEGER NOT NULL,            -- points: best minus chosen; 0 for category
    total_chance_regret_doubled INTEGER NOT NULL,    -- points: largest minus smallest (twice the regret of a coin); 0 for category
    UNIQUE (session_id, phase, trial_index)
) STRICT;

-- ENDURING. Each attempt at the comprehension questions.
CREATE TABLE comprehension_attempt (
    session_id     INTEGER NOT NULL REFERENCES session,
    attempt_number INTEGER NOT NULL CHECK (attempt_number >= 1),
    answers        TEXT NOT NULL CHECK (json_valid(answers)), -- option index per question
    is_passed      INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, attempt_number)
) STRICT, WITHOUT ROWID;

-- ENDURING. What happened beside the responses, as the browser saw it.
CREATE TABLE event (
    session_id     INTEGER NOT NULL REFERENCES session,
    event_index    INTEGER NOT NULL CHECK (event_index >= 0), -- counted by the browser, so that a repeat is recognised
    kind           TEXT NOT NULL,                    -- one of EVENT_KINDS in study/record_event.c
    at_ms          REAL NOT NULL,                    -- browser monotonic clock since its page began
    trial_index    INTEGER,                          -- of the main phase; NULL outside it
    detail         TEXT,                             -- such as the name of a failed picture; NULL if there is nothing to say
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, event_index)
) STRICT, WITHOUT ROWID;

-- ENDURING. The final questions; the last answer before finishing counts.
CREATE TABLE questionnaire (
    session_id     INTEGER PRIMARY KEY REFERENCES session,
    gender         TEXT NOT NULL,
    age            INTEGER NOT NULL CHECK (age BETWEEN 0 AND 130),
    strategy       TEXT NOT NULL,                    -- how did you do it?
    is_included    INTEGER NOT NULL CHECK (is_included IN (0, 1)), -- should we include your data?
    received_at_ms INTEGER NOT NULL
) STRICT;

-- ENDURING. A researcher.
CREATE TABLE account (
    account_id    INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,                     -- Argon2id string
    created_at_ms INTEGER NOT NULL
) STRICT;

-- ENDURING. A one-time link that lets the first researcher set name and password.
CREATE TABLE setup_link (
    token_hash    BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    created_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER                            -- NULL while it can be used
) STRICT, WITHOUT ROWID;

-- ENDURING. A researcher's browser that is logged in.
CREATE TABLE login (
    token_hash    BLOB PRIMARY KEY CHECK (length(token_hash) = 32), -- of the cookie
    account_id    INTEGER NOT NULL REFERENCES account,
    csrf_token    TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- DERIVED. What one learner on one representation expects at each trial of one condition.
CREATE TABLE value_table (
    value_table_id    INTEGER PRIMARY KEY,           -- grows with time: the live worker's third cursor
    content_key       BLOB NOT NULL CHECK (length(content_key) = 32), -- SHA-256 of condition, matrix, learner with options, and
                                                     -- revision: equal keys have equal values, whatever study they are of
    revision          INTEGER NOT NULL,              -- of the program's learners; tables of another one are thrown away
    condition_id      INTEGER NOT NULL REFERENCES condition,
    representation_id INTEGER NOT NULL REFERENCES representation,
    learner           TEXT NOT NULL,                 -- canonical form, options written out
    trial_count       INTEGER NOT NULL,
    value_pairs       BLOB NOT NULL,                 -- little-endian float64: left, right of trial 0, 1, ...
    status            TEXT NOT NULL CHECK (status IN ('converged', 'iteration_limit', 'singular')), -- the worst of its trials
    compute_ms        REAL NOT NULL,
    computed_at_ms    INTEGER NOT NULL,
    UNIQUE (condition_id, representation_id, learner)
) STRICT;
CREATE INDEX value_table_by_content ON value_table (content_key);

-- DERIVED. The choice rule's numbers for one session that has ended, per representation and learner.
CREATE TABLE fit (
    session_id        INTEGER NOT NULL REFERENCES session,
    representation_id INTEGER NOT NULL REFERENCES representation,
    learner           TEXT NOT NULL,
    trial_count       INTEGER NOT NULL,
    log_evidence      REAL NOT NULL,                 -- nats, choice rule `grid`
    r2_online         REAL NOT NULL,
    posterior_prob    REAL NOT NULL,                 -- among the session's models, equal prior
    beta_mean         REAL NOT NULL,
    beta_low          REAL NOT NULL,                 -- 2.5 % and 97.5 % points
    beta_high         REAL NOT NULL,
    PRIMARY KEY (session_id, representation_id, learner)
) STRICT, WITHOUT ROWID;
