-- 0002_representations.sql - what is known of a representation beyond its name, which one a study's conditions come from, and what
-- representations are like.

-- ENDURING columns of representation: what the researcher says about it; NULL where nothing was said.
ALTER TABLE representation ADD COLUMN size_class TEXT CHECK (length(size_class) > 0);  -- group of models of like size, such as base
ALTER TABLE representation ADD COLUMN loss TEXT CHECK (length(loss) > 0);              -- what it was trained for, such as contrastive
ALTER TABLE representation ADD COLUMN parameter_count INTEGER CHECK (parameter_count > 0);             -- of the network it is from
ALTER TABLE representation ADD COLUMN training_image_count INTEGER CHECK (training_image_count > 0);   -- that the network has seen
ALTER TABLE representation ADD COLUMN baseline_of INTEGER REFERENCES representation;   -- the one that this is a changed version of
ALTER TABLE representation ADD COLUMN aligned_by TEXT CHECK (length(aligned_by) > 0);  -- what changed it, such as glocal

-- ENDURING column of study: the representation whose dimensions the conditions were made from; NULL when the study does not say.
ALTER TABLE study ADD COLUMN generative_representation_id INTEGER REFERENCES representation;

-- DERIVED. What a representation is like, apart from how well it predicts anyone. Found by what it was computed from, so that a changed
-- matrix has no row until it was measured. A number that does not exist is NULL and has a reason.
CREATE TABLE representation_metric (
    content_key                BLOB PRIMARY KEY CHECK (length(content_key) = 32), -- SHA-256 of matrix, stimulus set, generative
                                                      -- matrix, and revision
    revision                   INTEGER NOT NULL,      -- of the program's metrics; rows of another one are thrown away
    matrix_sha256              BLOB NOT NULL CHECK (length(matrix_sha256) = 32),
    class_separation           REAL,                  -- 0 none, 1 complete
    class_separation_reason    TEXT,
    cka                        REAL,                  -- linear, with the study's generative representation
    cka_reason                 TEXT,
    intrinsic_dimension        REAL,                  -- TwoNN
    intrinsic_dimension_reason TEXT,
    compute_ms                 REAL NOT NULL,
    computed_at_ms             INTEGER NOT NULL,
    CHECK ((class_separation IS NULL) = (class_separation_reason IS NOT NULL)),
    CHECK ((cka IS NULL) = (cka_reason IS NOT NULL)),
    CHECK ((intrinsic_dimension IS NULL) = (intrinsic_dimension_reason IS NOT NULL))
) STRICT, WITHOUT ROWID;
