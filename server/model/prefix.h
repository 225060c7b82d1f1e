/* prefix.h - what a learner may know at trial t: the rows of the trials before it and of trial t itself, standardised, and
 * their inner products.
 *
 * With `online` everything is computed anew for each trial, as mean and deviation move. With `all` and `none` a row never
 * changes, so the inner products grow by the new rows and each prefix is a leading block of one matrix. Inner products are made
 * only while the training rows are not more than the features: beyond that a learner works with the rows themselves.
 * The condition's features must not change once prefix_at has used them. Threads: none; a prefix belongs to one learner run. */
#ifndef DINOLAB_MODEL_PREFIX_H
#define DINOLAB_MODEL_PREFIX_H

#include "model/learner.h"

enum prefix_origin {
    PREFIX_ORIGIN_ZERO,
    /* Rows relative to the first of the condition when they are not standardised: the same model for a learner with a free
     * intercept, but inner products keep their digits when the means are far from zero. */
    PREFIX_ORIGIN_FIRST_ROW,
};

/* Borrowed until the next prefix_at. Row i is in the condition's order: training rows 0 .. train_count - 1, then the rows of the
 * trial itself. */
struct prefix_view {
    int           train_count;
    int           test_count; /* 1 for category, 2 for reward */
    int           feature_count;
    const double *rows; /* row_stride apart; after its features each row holds a 1, for learners that penalise the intercept */
    int           row_stride;
    const double
        *gram; /* inner products of the features, lower triangle, rows gram_stride apart; NULL if train_count > feature_count */
    int  gram_stride;
    const double *targets;   /* of the training rows */
    bool          is_finite; /* false when a number is not finite or its square beyond 1e200: there is nothing to fit then */
};

struct prefix;

MUST_CHECK struct prefix *prefix_new(const struct learner_trials *trials, enum learner_standardize standardize,
                                     enum prefix_origin origin, struct err *err);
void                      prefix_free(struct prefix *prefix); /* accepts NULL */

const struct prefix_view *prefix_at(struct prefix *prefix, int trial_index);

/* Images, and so rows, of one trial of the task. */
int prefix_rows_per_trial(enum learner_task task);

#endif
