-- 0009_old_data.sql - finished data from elsewhere: what is not known of them is said to be so.
--
-- Words and units as in 0001_init.sql.

-- ENDURING column of study. 1: everything in it was brought in by `dinolab import trials`; nobody can take part.
ALTER TABLE study ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0 CHECK (is_imported IN (0, 1) AND (is_imported = 0 OR state = 'closed'));

-- ENDURING columns of session. is_imported 1: the session took place elsewhere. Its times are those of the import, its consent_sha256 is that
-- of the empty text (what was accepted is not known here), and of its trials onset_ms, frame_ms, is_visible, is_fullscreen, input and
-- previous_reply_ms say nothing.
ALTER TABLE session ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0 CHECK (is_imported IN (0, 1));
-- "Should we include your data?" as the imported data have it; NULL where they do not say, and for every other session (questionnaire).
ALTER TABLE session ADD COLUMN imported_include INTEGER CHECK (imported_include IS NULL OR (imported_include IN (0, 1) AND is_imported = 1));

-- ENDURING column of trial. 1: the response time is not known, and rt_ms, which is 0, says nothing.
ALTER TABLE trial ADD COLUMN is_rt_missing INTEGER NOT NULL DEFAULT 0 CHECK (is_rt_missing IN (0, 1) AND (is_rt_missing = 0 OR rt_ms = 0));

-- ENDURING column of condition. 1: imported data did not say it, and dimension, which is 0, says nothing.
ALTER TABLE condition ADD COLUMN is_dimension_missing INTEGER NOT NULL DEFAULT 0
    CHECK (is_dimension_missing IN (0, 1) AND (is_dimension_missing = 0 OR dimension = 0));

-- ENDURING column of stimulus. 1: there is no picture of it; media_sha256 is that of the one grey picture that stands for all such.
ALTER TABLE stimulus ADD COLUMN is_picture_missing INTEGER NOT NULL DEFAULT 0 CHECK (is_picture_missing IN (0, 1));
