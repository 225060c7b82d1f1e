-- 0007_picture.sql - what was made of the researcher's original pictures.
--
-- Words and units as in 0001_init.sql. A stimulus_set whose name is importing/<name> is being brought in and is not for use yet.

-- ENDURING. A researcher's original picture, known by its content; the file itself is a media only when the researcher wanted it kept.
CREATE TABLE picture (
    original_sha256  BLOB PRIMARY KEY CHECK (length(original_sha256) = 32),
    original_bytes   INTEGER NOT NULL CHECK (original_bytes > 0),
    original_type    TEXT NOT NULL CHECK (original_type IN ('image/webp', 'image/jpeg', 'image/png')),
    width            INTEGER NOT NULL CHECK (width > 0),  -- pixels of the original as it is seen, after a camera's turn
    height           INTEGER NOT NULL CHECK (height > 0),
    picture_sha256   BLOB NOT NULL REFERENCES media,      -- what participants get: WebP, longest side at most 800 pixels
    thumbnail_sha256 BLOB NOT NULL REFERENCES media,      -- WebP, longest side at most 160 pixels; for researchers' lists
    added_at_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_by_picture ON picture (picture_sha256);
CREATE INDEX picture_by_thumbnail ON picture (thumbnail_sha256);

-- ENDURING. Which original a stimulus was made from. Stimuli from before this table have none: they are shown as they were given.
CREATE TABLE stimulus_picture (
    stimulus_id     INTEGER PRIMARY KEY REFERENCES stimulus,
    original_sha256 BLOB NOT NULL REFERENCES picture
) STRICT;
CREATE INDEX stimulus_picture_by_original ON stimulus_picture (original_sha256);
