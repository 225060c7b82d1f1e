/* store_trial.h - answered trials: inserted once, never changed. */
#ifndef DINOLAB_STORE_STORE_TRIAL_H
#define DINOLAB_STORE_STORE_TRIAL_H

#include <stdint.h>

#include "store/store_condition.h"

enum { INPUT_BYTES = 12 };

struct trial_row {
    int64_t    trial_id; /* grows with time */
    int64_t    session_id;
    enum phase phase;
    int        trial_index;
    int        response; /* 1 = right = Julty */
    bool       is_correct;
    bool       is_tie;
    double     rt_ms;         /* read: NAN where it is missing */
    bool       is_rt_missing; /* imported data did not say it */
    double     onset_ms;
    double     frame_ms; /* NAN: not measured */
    bool       is_visible;
    bool       is_fullscreen;
    char       input[INPUT_BYTES];
    double     previous_reply_ms; /* NAN: none */
    int64_t    received_at_ms;
    int64_t    total_correct; /* running totals of the session and phase, this trial included */
    int64_t    total_scored;
    int64_t    total_regret;
    int64_t    total_chance_regret_doubled;
};

/* ERR_CONFLICT when the session already has this trial. */
MUST_CHECK bool store_trial_insert(struct store *store, const struct trial_row *row, struct err *err);

MUST_CHECK bool store_trial_get(struct store *store, int64_t session_id, enum phase phase, int trial_index, struct trial_row *out,
                                bool *is_found, struct err *err);

/* The trial with the highest index of the phase; is_found false before the first. */
MUST_CHECK bool store_trial_last(struct store *store, int64_t session_id, enum phase phase, struct trial_row *out, bool *is_found,
                                 struct err *err);
MUST_CHECK bool store_trials_of_session(struct store *store, int64_t session_id, enum phase phase, struct arena *arena,
                                        struct trial_row **rows, int *count, struct err *err);

/* Trials of all sessions and both phases past the cursor, in order of trial_id, at most `limit`. */
MUST_CHECK bool store_trials_after(struct store *store, int64_t after_trial_id, int limit, struct arena *arena,
                                   struct trial_row **rows, int *count, struct err *err);
MUST_CHECK bool store_trial_newest_id(struct store *store, int64_t *trial_id, struct err *err); /* 0 when there is none */

#endif
