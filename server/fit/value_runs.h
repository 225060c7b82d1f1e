/* value_runs.h - what one learner on one representation expects at every trial of every participant.
 *
 * Participants who saw the same sequence share one run of the learner. Runs are spread over threads, each with its own memory; every
 * run is a function of its sequence alone, so the numbers do not depend on the number of threads.
 * Threads: called by one; its own (base/parallel.h) are gone when it returns. */
#ifndef DINOLAB_FIT_VALUE_RUNS_H
#define DINOLAB_FIT_VALUE_RUNS_H

#include "fit/progress.h"
#include "fit/trial_table.h"

/* One value per trial of `table` into `values`, the caller's. A step of `progress` is a trial that was computed, of
 * value_runs_step_count in all. The matrix has a row per stimulus. */
MUST_CHECK bool value_runs(const struct trial_table *table, const struct matrix *matrix, const struct learner_spec *spec,
                           int thread_count, struct learner_value *values, struct progress *progress, struct err *err);

int64_t value_runs_step_count(const struct trial_table *table);

#endif
