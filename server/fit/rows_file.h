/* rows_file.h - the file of --out: every trial's values, probability and log likelihood.
 *
 * CSV: participant, trial, representation, learner, value_left, value_right, prob, log_lik. prob is the probability of choice 1 before
 * the choice was made (grid), with the fitted beta (temperature), left out (glmm-loo, where log_lik is at least
 * log 2.2e-16, the least that R's binomial family gives); category: value_left is p_Folty, value_right
 * p_Julty. Numbers read back to the same bits. Written to FILE.partial, which takes the file's name when it is whole: what was there
 * before stays until then, and an interrupted run leaves FILE.partial behind. Threads: none. */
#ifndef DINOLAB_FIT_ROWS_FILE_H
#define DINOLAB_FIT_ROWS_FILE_H

#include <stdio.h>

#include "fit/choice_fit.h"

struct rows_file {
    const char *path;    /* borrowed; NULL: nothing is written */
    char       *partial; /* owned */
    FILE       *file;
};

/* `path` NULL: all that follows does nothing and succeeds. Close it whether this succeeds or not. */
MUST_CHECK bool rows_file_open(struct rows_file *rows, const char *path, struct err *err);
MUST_CHECK bool rows_file_add(struct rows_file *rows, const struct trial_table *table, const char *representation,
                              const char *learner, const struct learner_value *values, const struct choice_fit *fit,
                              struct err *err);
MUST_CHECK bool rows_file_finish(struct rows_file *rows, struct err *err);
void            rows_file_close(struct rows_file *rows); /* removes what is not finished */

#endif
