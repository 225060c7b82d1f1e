-- 0003_session_counts.sql - how many sessions of a study are in each state, from an index alone: told many times a second.

CREATE INDEX session_by_study_state ON session (study_id, state);
