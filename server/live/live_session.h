/* live_session.h - a session whose numbers are followed: what the store knows of it, and its fit.
 *
 * Made from the store at any time; the responses so far are replayed, so that a session loaded now has the numbers of one that was
 * followed from its first trial. Threads: belongs to one thread. The condition is borrowed and must outlive the session. */
#ifndef DINOLAB_LIVE_LIVE_SESSION_H
#define DINOLAB_LIVE_LIVE_SESSION_H

#include "live/live_condition.h"
#include "store/store_overview.h"
#include "store/store_trial.h"

struct live_session {
    struct session_overview overview;
    struct live_condition  *condition;
    struct fit_state        state;
    int64_t untold_at_ms; /* receipt of the oldest response that those who watch the study were not told of; 0: none */
    bool    is_changed;   /* those who watch the study are to be told; then it is in the roster's queue of */
    struct live_session *next_changed; /* such sessions, */
    struct live_session *previous_changed;
    bool                 needs_resend; /* a new snapshot is due to those who watch this session; then it is in the list of */
    struct live_session *next_resend;  /* such sessions */
};

enum { LIVE_RECENT_COUNT = 24 };

/* What a list of sessions shows of one: the model with the highest posterior, the first of equals, and how the last responses went. */
struct live_glance {
    char        recent[LIVE_RECENT_COUNT + 1]; /* oldest first: r right, w wrong, t tie; "" for a session that is not in memory */
    bool        is_there;                      /* the next three; false before the first response or while no model is ready */
    const char *representation;
    const char *learner;
    double      posterior_prob;
};

/* Called for each response as it is taken in; `trial` has the numbers per model and is valid during the call. */
typedef void (*live_trial_fn)(void *argument, const struct live_session *session, const struct trial_row *row,
                              const struct fit_trial *trial);

/* `overview` and the replayed trials must come from one view of the store. */
MUST_CHECK struct live_session *live_session_load(struct store *store, struct live_condition *condition,
                                                  const struct session_overview *overview, struct err *err);
void                            live_session_free(struct live_session *session); /* accepts NULL */

/* Take in one answered trial of either phase. One that was taken in before is left out; after a gap the missing ones are read from
 * the store first. */
MUST_CHECK bool live_session_take(struct live_session *session, struct store *store, const struct trial_row *row,
                                  live_trial_fn taken, void *argument, struct err *err);

/* Take in everything that is stored. */
MUST_CHECK bool live_session_catch_up(struct live_session *session, struct store *store, live_trial_fn taken, void *argument,
                                      struct err *err);

/* From the numbers in memory. */
void live_session_glance(const struct live_session *session, struct live_glance *out);

/* From stored fits, for sessions that are not in memory. */
void live_glance_stored(const struct live_study *study, const struct session_overview *overview, struct live_glance *out);

/* One row per model into `rows` (model_count of them); every model must be ready and there must be a response. */
void live_session_fits(const struct live_session *session, struct fit_row *rows);

#endif
