/* single_cue.h - following one feature at a time: a line per feature, and the feature whose lines have told right from left best.
 *
 * For each feature f a one-feature Bayesian ridge (bayes_line.h) of the points on that feature predicts both options of a trial;
 *   z_f    = the predicted difference right - left of f, z-scored across the features (population sd; 0 becomes 1),
 *   loss_f = -log s(z_f) when right is best or both are equal, -log s(-z_f) when left is best; s the logistic function.
 * One follows the feature with the least loss summed over the trials, the lowest index among equals (sums closer than 1e-10
 * are equal: they differ by rounding only), and expects what its line predicts. Take-the-best is the idea (Gigerenzer and
 * Goldstein 1996), with cues ordered by what experience says.
 * Trials go in ascending order, each once: single_cue_expect, then single_cue_judge and single_cue_learn when its points are
 * known. No I/O, no allocation after _new. Threads: none; a single_cue belongs to one thread. */
#ifndef DINOLAB_MODEL_SINGLE_CUE_H
#define DINOLAB_MODEL_SINGLE_CUE_H

#include "model/bayes_line.h"

struct single_cue;

/* Takes all memory. `scale` is what the features are divided by: feature_count positive numbers, borrowed, to be there at the first
 * single_cue_expect; NULL: the population sd of the rows learned so far, 1 for a feature without spread (standardize.h). */
MUST_CHECK struct single_cue *single_cue_new(int feature_count, const double *scale, const struct bayes_ridge_settings *settings,
                                             struct err *err);
void                          single_cue_free(struct single_cue *cue); /* accepts NULL */

/* Fit every feature's line to the rows learned so far and predict with it: feature_count numbers of the left and of the right
 * option. Before the first row is learned every prediction is 0. */
void single_cue_expect(struct single_cue *cue, const double *left, const double *right);

/* Add the losses of the trial expected last. */
void single_cue_judge(struct single_cue *cue, bool is_right_best_or_equal);

/* Take in the two rows of a trial. */
void single_cue_learn(struct single_cue *cue, const double *left, const double *right, double left_points, double right_points);

/* The feature to follow by the trials judged so far. */
int single_cue_followed(const struct single_cue *cue);

/* What a feature expected at the trial expected last; borrowed until the next single_cue_expect. */
struct single_cue_value {
    double                  left;
    double                  right;
    enum bayes_ridge_status status; /* of the feature's line */
    int                     iteration_count;
};

const struct single_cue_value *single_cue_value_of(const struct single_cue *cue, int feature_index);

#endif
