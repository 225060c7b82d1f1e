-- 0004_project.sql - projects, which put studies side by side, and how many browsers have opened a study's link.
--
-- Words and units as in 0001_init.sql.

-- ENDURING. Studies that belong together, such as both tasks of one paper.
CREATE TABLE project (
    project_id    INTEGER PRIMARY KEY,
    slug          TEXT NOT NULL UNIQUE,              -- in the address /projects/<slug>
    title         TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

-- ENDURING. Which studies a project groups; a study may be in several.
CREATE TABLE project_study (
    project_id INTEGER NOT NULL REFERENCES project,
    study_id   INTEGER NOT NULL REFERENCES study,
    position   INTEGER NOT NULL CHECK (position >= 0), -- order of display; gaps are left by studies that were removed
    PRIMARY KEY (project_id, study_id),
    UNIQUE (project_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_study_by_study ON project_study (study_id);

-- ENDURING. A browser that opened a study's link, known by a random number of its own; nothing leads from it to a session or a person.
-- The limit bounds what a flood of made-up visits can take from the disk (about 10 MB per study).
CREATE TABLE arrival (
    study_id       INTEGER NOT NULL REFERENCES study,
    visit_hash     BLOB NOT NULL CHECK (length(visit_hash) = 32), -- BLAKE2b-256 of the browser's number for this study
    arrival_number INTEGER NOT NULL CHECK (arrival_number BETWEEN 1 AND 100000), -- within the study, without gaps: the newest is the count
    arrived_at_ms  INTEGER NOT NULL,                 -- when the link was first opened
    PRIMARY KEY (study_id, visit_hash),
    UNIQUE (study_id, arrival_number)
) STRICT, WITHOUT ROWID;
