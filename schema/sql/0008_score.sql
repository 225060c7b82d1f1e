-- score.sql - what other benchmarks say of representations.

-- ENDURING. A representation's score on a benchmark that was run elsewhere, as the researcher brought it; larger is what that benchmark
-- calls better, or not: only its ranks are used. A score that is brought again replaces the one before.
CREATE TABLE score (
    representation_id INTEGER NOT NULL REFERENCES representation,
    benchmark         TEXT NOT NULL CHECK (length(benchmark) BETWEEN 1 AND 64), -- its name, such as imagenet_top1
    score             REAL NOT NULL,
    recorded_at_ms    INTEGER NOT NULL,      -- when it was brought, wall clock
    PRIMARY KEY (representation_id, benchmark)
) STRICT, WITHOUT ROWID;
