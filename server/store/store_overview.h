/* store_overview.h - one row per session with what a researcher's list shows: where it is, how it goes, when it was last seen.
 *
 * Read only; everything follows from enduring rows, but the leading model, which is a stored fit. */
#ifndef DINOLAB_STORE_STORE_OVERVIEW_H
#define DINOLAB_STORE_STORE_OVERVIEW_H

#include "store/session_mode.h"
#include "store/store_derived.h"
#include "store/store_session.h"

struct session_overview {
    struct session_row session;
    int                condition_number; /* from 1 within the study */
    int                practice_count;   /* answered so far */
    int                response_count;   /* main trials answered so far */
    int64_t            total_correct;    /* of the main trials; as in the newest of them */
    int64_t            total_scored;
    int64_t            total_regret;
    int64_t            total_chance_regret_doubled;
    int64_t            last_seen_ms; /* newest trial or other request */
    enum inclusion     inclusion;
    bool               has_leading; /* the session has stored fits; the model with the highest posterior: */
    int64_t            leading_representation_id;
    char               leading_learner[LEARNER_TEXT_BYTES];
    double             leading_posterior_prob;
};

/* The newest sessions of a study in a mode, at most `limit`, in the order in which they began. */
MUST_CHECK bool store_overviews_of_study(struct store *store, int64_t study_id, enum session_mode mode, int limit,
                                         struct arena *arena, struct session_overview **rows, int *count, struct err *err);

/* is_found false where there is no such session. */
MUST_CHECK bool store_overview_of_session(struct store *store, int64_t session_id, struct session_overview *out, bool *is_found,
                                          struct err *err);

#endif
