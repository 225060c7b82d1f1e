/* live_condition.h - a condition with all that its sessions share: planned trials and value columns.
 *
 * Pointers to columns stay valid until live_condition_free. Threads: belongs to one thread. The study is borrowed and must outlive
 * the condition. */
#ifndef DINOLAB_LIVE_LIVE_CONDITION_H
#define DINOLAB_LIVE_LIVE_CONDITION_H

#include "live/live_study.h"
#include "store/store_condition.h"
#include "store/store_derived.h"

struct live_condition {
    const struct live_study    *study;
    struct condition_row        row;
    int                         trial_count;
    struct condition_trial_row *trials;  /* main phase, in order */
    signed char                *truths;  /* per trial 1: right or Julty is the answer, 0: left or Folty, -1: equal points */
    const double              **columns; /* per model: left, right of trial 0, 1, ...; NULL while not computed */
    int                         ready_count;
    int                         user_count; /* for whoever keeps conditions for several sessions */
    struct arena                arena;      /* owns trials, truths and columns */
};

/* With every value table of this program's revision that is stored; ERR_NOT_FOUND when there is no such condition. */
MUST_CHECK struct live_condition *live_condition_load(struct store *store, const struct live_study *study, int64_t condition_id,
                                                      struct err *err);
void                              live_condition_free(struct live_condition *condition); /* accepts NULL */

bool live_condition_is_ready(const struct live_condition *condition); /* every model has its column */

/* Fetch a table stored since. *is_new is false when the study does not use it or the column was there already. */
MUST_CHECK bool live_condition_add_table(struct live_condition *condition, struct store *store,
                                         const struct value_table_name *name, int *model_index, bool *is_new, struct err *err);

/* A zeroed state for one session with all columns that are there. */
MUST_CHECK bool live_condition_state_init(const struct live_condition *condition, struct fit_state *state, struct err *err);

#endif
