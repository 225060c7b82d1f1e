/* store_export.h - whole studies row by row, in constant memory, for exports. */
#ifndef DINOLAB_STORE_STORE_EXPORT_H
#define DINOLAB_STORE_STORE_EXPORT_H

#include "store/store_session.h"
#include "store/store_trial.h"

/* One answered trial with everything that the papers' columns need; texts are valid during the visit only. */
struct export_trial {
    struct trial_row trial;
    char             session_public_id[PUBLIC_ID_BYTES];
    char             session_state[STATE_BYTES];
    char             program_version[VERSION_BYTES];
    int              participant_number;
    int              condition_number;
    int              dimension; /* from 0 */
    int              points_min;
    int              points_max;
    const char      *left_name;
    const char      *right_name; /* NULL for category */
    char             category[8];
    int              left_points;
    int              right_points;
    int              include; /* 1, 0, or -1: not answered */
    struct trial_row last;    /* only the running totals: the session's newest main trial, which decides its pay */
};

typedef bool (*export_trial_fn)(void *argument, const struct export_trial *row, struct err *err);

/* Main-phase trials of a study by participant and trial; stops at the first false of `visit`. */
MUST_CHECK bool store_export_trials(struct store *store, int64_t study_id, export_trial_fn visit, void *argument,
                                    struct err *err);

#endif
