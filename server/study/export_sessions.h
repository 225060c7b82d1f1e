/* export_sessions.h - a study's sessions as CSV: one row each, in the order in which they began.
 *
 * participant, session, state, end_reason (of one that left: absent, withdrawn, comprehension), is_pilot, stage, condition, dimension (from 1), consented_at_ms, comprehension_passed_at_ms, ended_at_ms,
 * last_seen_at_ms, comprehension_attempts, practice_trials, trials, correct, scored (trials without ties), accuracy (correct of scored),
 * median_rt_ms (of the trials), pay (in major units, such as pounds), currency, gender, age, strategy, include, program_version,
 * settings_sha256, stimulus_set_sha256, representations_sha256, consent_sha256, is_imported
 *
 * Empty is what is not there yet, or what imported data did not say (is_imported 1: the session took place elsewhere, its times are those of the
 * import, consent_sha256 is that of the empty text). Times are the server's wall clock in milliseconds since 1970. No token, no hash of one.
 * Row by row in constant memory. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_SESSIONS_H
#define DINOLAB_STUDY_EXPORT_SESSIONS_H

#include <stdio.h>

#include "store/session_mode.h"
#include "study/study_catalog.h"

/* `out` is written from its position on and flushed. *row_count of sessions written. */
MUST_CHECK bool export_sessions(struct store *store, const struct study *study, enum session_mode mode, FILE *out,
                                int64_t *row_count, struct err *err);

#endif
