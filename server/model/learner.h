/* learner.h - statistical learners of the two tasks, and what each expects at every trial of one condition.
 *
 * A learner sees a condition's trials in order. At trial t it predicts from the truth of trials 0..t-1, then the truth of t is
 * there for the next. Everything is a deterministic function of the trials and the settings; no person enters.
 * Pure numbers: no I/O, no clock, no threads of its own. A run belongs to one thread; different runs are independent.
 * A learner is one row of LEARNERS in learner_table.h and one file of its own; docs of the formulas are in those files' headers. */
#ifndef DINOLAB_MODEL_LEARNER_H
#define DINOLAB_MODEL_LEARNER_H

#include <stddef.h>

#include "base/err.h"

enum learner_task {
    LEARNER_TASK_CATEGORY, /* one image a trial; target 1 = Julty, 0 = Folty */
    LEARNER_TASK_REWARD,   /* two images a trial, left then right; target = points of each */
};

enum learner_standardize {
    LEARNER_STANDARDIZE_ONLINE, /* z-score by mean and population sd of the training rows (sd 0 becomes 1) */
    LEARNER_STANDARDIZE_ALL,    /* the same over all rows of the condition: looks ahead */
    LEARNER_STANDARDIZE_NONE,
};

/* One condition as numbers. Borrowed by a run for its whole life; the caller may fill rows and targets in later, as they
 * become known, as long as trial t's rows are there before value(t) and the targets of 0..t-1 too. With `pca` all rows must be
 * there when the run is made; where learner_looks_ahead says so, before the first value. */
struct learner_trials {
    enum learner_task task;
    int               trial_count;
    int               feature_count;
    const double     *features; /* row-major; category: row t; reward: rows 2t (left) and 2t + 1 (right) */
    const double     *targets;  /* one per row */
};

enum { LEARNER_SPEC_BYTES = 128, LEARNER_NAME_BYTES = 32, LEARNER_OWN_COUNT = 2 };

/* A learner with its options, as in "logistic_ridge:selection=evidence". */
struct learner_spec {
    const struct learner    *learner; /* constant */
    enum learner_standardize standardize;
    int                      pca_count;                /* principal components kept; 0 = the features themselves */
    double                   own[LEARNER_OWN_COUNT];   /* options of the learner's own, as its file reads them; 0 = the default */
    char                     text[LEARNER_SPEC_BYTES]; /* canonical form: options in a fixed order; `pca` only when given */
};

enum learner_status {
    LEARNER_CONVERGED,
    LEARNER_ITERATION_LIMIT, /* the numbers are finite and the best found; worth a look */
    LEARNER_SINGULAR,        /* no solution to rely on; the prediction is finite: what is known without one, such as the mean */
};

/* What a learner expects at one trial. Reward: expected points of left and right. Category: probability of Folty and of Julty. */
struct learner_value {
    double              left;
    double              right;
    enum learner_status status;
    int                 iteration_count;
};

/* Read "name[:key=value]..." for one task. Unknown names, options or values are ERR_INVALID with the legal ones in the sentence. */
MUST_CHECK bool learner_spec_read(const char *text, enum learner_task task, struct learner_spec *out, struct err *err);

/* True when any value depends on trials at or after its own (such as standardize=all). */
bool learner_looks_ahead(const struct learner_spec *spec);

/* True when value(t) needs the targets of trials at or after t (such as selection=training_accuracy): not for one who learns as
 * feedback comes in. */
bool learner_needs_all_targets(const struct learner_spec *spec);

/* False for options that exist only to compare with published numbers; a study must not use them. */
bool learner_is_for_studies(const struct learner_spec *spec);

/* The learner's name, without options; a constant string. */
const char *learner_name(const struct learner *learner);

/* The main learner of a task: bayes_ridge for reward, logistic_ridge for category. */
const char *learner_default(enum learner_task task);

/* The learners of a task by position, from 0, the main one first; NULL after the last. */
const char *learner_name_at(enum learner_task task, int position);

struct learner_run;

/* All memory of a run is taken here, and the principal components are computed; NULL and `err` when there is no memory, or when
 * the spec does not fit the task. */
MUST_CHECK struct learner_run *learner_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                               struct err *err);
void                           learner_run_free(struct learner_run *run); /* accepts NULL */

/* Trials in any order give the same numbers as in ascending order up to the solver's tolerance; ascending is fast (warm start). */
void learner_run_value(struct learner_run *run, int trial_index, struct learner_value *out);

#endif
