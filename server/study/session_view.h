/* session_view.h - all that a participant's page needs to begin or to go on; no answers in it.
 *
 * Reads only. Threads: one store and one catalog per thread. */
#ifndef DINOLAB_STUDY_SESSION_VIEW_H
#define DINOLAB_STUDY_SESSION_VIEW_H

#include "study/finish.h"
#include "study/record.h"
#include "task/session_stage.h"

struct phase_view {
    int                         count;      /* planned trials */
    int                         next_index; /* the first without a response */
    struct condition_trial_row *trials;     /* in order; ONLY the pictures may leave the server */
};

struct session_view {
    const struct study *study;
    bool                is_pilot;
    const char         *language; /* borrowed from the session's row */
    enum session_stage  stage;
    int                 comprehension_attempt_count;
    struct phase_view   phases[PHASE_COUNT];
    int64_t             pay_minor;
    struct completion   completion; /* when stage is STAGE_FINISHED */
};

/* ERR_GONE for a session that left. Lists are in `arena`. */
MUST_CHECK bool session_view_load(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                                  const struct session_row *session, struct arena *arena, struct session_view *out,
                                  struct err *err);

#endif
