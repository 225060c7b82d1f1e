/* value_table.h - compute what one learner on one representation expects at each trial of one condition.
 *
 * value_table_compute depends on nothing but what it is given; the others fetch that from the store and the data folder, and write
 * the result into a row. Practice trials are not part of it.
 * Threads: everything belongs to the caller; several may compute at once (see model/one_thread.c). */
#ifndef DINOLAB_LIVE_VALUE_TABLE_H
#define DINOLAB_LIVE_VALUE_TABLE_H

#include "base/clock.h"
#include "model/learner.h"
#include "model/npy_rows.h"
#include "store/data_folder.h"
#include "store/store_condition.h"
#include "store/store_derived.h"

/* Grows whenever a learner's numbers change: tables of another revision are thrown away and computed again. */
enum { VALUE_TABLE_REVISION = 2 };

struct value_table_input {
    enum learner_task                 task;
    const struct learner_spec        *learner;
    const struct condition_trial_row *trials; /* main phase, in order */
    int                               trial_count;
    const struct npy_rows *matrix;      /* of the representation; a row per stimulus of the set: only the condition's are read */
    bool (*is_stopped)(void *argument); /* asked between trials; NULL: never stopped */
    void *argument;
};

/* SHA-256 of condition, matrix, canonical learner text and revision: equal keys have equal values. */
void value_table_key(const struct secret_hash *condition_sha256, const struct secret_hash *matrix_sha256,
                     const struct learner_spec *learner, struct secret_hash *out);

/* `pairs` has place for trial_count pairs: p_Folty, p_Julty (category) or expected points left, right (reward). *status is the worst
 * of the trials. ERR_INVALID when the matrix is too small for the condition; ERR_BUSY when stopped. */
MUST_CHECK bool value_table_compute(const struct value_table_input *input, double *pairs, enum learner_status *status,
                                    struct err *err);

/* The file of a representation's matrix, for npy_rows_close. */
MUST_CHECK struct npy_rows *value_table_open_matrix(const struct data_folder *folder, const struct secret_hash *matrix_sha256,
                                                    struct err *err);

/* Compute, and fill everything of `out` but content_key, condition_id and representation_id. Pairs are in `arena`. */
MUST_CHECK bool value_table_fill(const struct value_table_input *input, const struct clock *clock, struct arena *arena,
                                 struct value_table_row *out, struct err *err);

const char *value_table_status_name(enum learner_status status); /* "converged", "iteration_limit", "singular" */

#endif
