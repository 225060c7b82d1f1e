/* store_condition.h - conditions, their planned trials, and which of them is free. */
#ifndef DINOLAB_STORE_STORE_CONDITION_H
#define DINOLAB_STORE_STORE_CONDITION_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_material.h"

/* The two phases of a session that have trials. */
enum { PHASE_NAME_BYTES = 12 };

enum phase { PHASE_PRACTICE, PHASE_MAIN, PHASE_COUNT };

const char *phase_name(enum phase phase); /* "practice", "main" */

struct condition_row {
    int64_t            condition_id;
    int64_t            study_id;
    int                condition_number;     /* from 1 within the study */
    int                dimension;            /* from 0 */
    bool               is_dimension_missing; /* imported data did not say it */
    char               high_dinosaur[8];     /* category; "" for reward */
    int                points_min;           /* reward */
    int                points_max;
    struct secret_hash sha256;
};

struct condition_trial_row {
    int                trial_index;
    int64_t            left_stimulus_id;
    int64_t            right_stimulus_id; /* 0: category, one picture */
    char               category[8];       /* "julty", "folty"; "" for reward */
    int                left_points;       /* reward */
    int                right_points;
    int                left_row; /* read only: row in the stimulus set */
    int                right_row;
    struct secret_hash left_media; /* read only */
    struct secret_hash right_media;
    const char *left_label; /* read only, by store_condition_trials: the name of a stimulus that has no picture; else NULL */
    const char *right_label;
};

MUST_CHECK bool store_condition_insert(struct store *store, const struct condition_row *row, int64_t *id, struct err *err);
MUST_CHECK bool store_condition_trial_insert(struct store *store, int64_t condition_id, enum phase phase,
                                             const struct condition_trial_row *row, struct err *err);

/* The free condition with the fewest finished sessions, then the fewest active ones, then the lowest number. *id is 0 when every
 * condition has `open_max` active sessions. Live sessions and pilots are counted apart: a pilot uses nothing up. To be called by the
 * transaction that creates the session. */
MUST_CHECK bool store_condition_lease(struct store *store, int64_t study_id, bool is_pilot, int open_max, int64_t *id,
                                      struct err *err);

MUST_CHECK bool store_condition_by_id(struct store *store, int64_t condition_id, struct condition_row *out, struct err *err);
MUST_CHECK bool store_conditions(struct store *store, int64_t study_id, struct arena *arena, struct condition_row **rows,
                                 int *count, struct err *err);
MUST_CHECK bool store_condition_count(struct store *store, int64_t study_id, int *count, struct err *err);

/* is_found false past the last. */
MUST_CHECK bool store_condition_trial(struct store *store, int64_t condition_id, enum phase phase, int trial_index,
                                      struct condition_trial_row *out, bool *is_found, struct err *err);
MUST_CHECK bool store_condition_trials(struct store *store, int64_t condition_id, enum phase phase, struct arena *arena,
                                       struct condition_trial_row **rows, int *count, struct err *err);

#endif
