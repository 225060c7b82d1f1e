/* fit.h - `dinolab fit`: learners on representations held against people's choices, from files alone.
 *
 * One line on `out` per representation and learner, in the order given, as soon as it is there (report.h); with is_compared one more
 * line; with out_path every trial's numbers (rows_file.h). One matrix is mapped at a time. Equal input gives equal output, whatever
 * the number of threads and the order of the trials' rows.
 * Threads: called by one; starts and joins its own (value_runs.h). */
#ifndef DINOLAB_FIT_FIT_H
#define DINOLAB_FIT_FIT_H

#include <stdio.h>

#include "base/clock.h"
#include "fit/fit_options.h"

/* The bar is drawn on `progress_out` when `is_progress_shown`. ERR_INVALID, ERR_NOT_FOUND, ERR_TOO_LARGE: the input is wrong; the lines
 * before it are printed. */
MUST_CHECK bool fit(const struct fit_options *options, FILE *out, FILE *progress_out, bool is_progress_shown,
                    const struct clock *clock, struct err *err);

#endif
