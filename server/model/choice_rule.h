/* choice_rule.h - from what a learner expects to what a person will press: the live grid posterior.
 *
 * P(right) = s(beta * drive), s the logistic function. drive = value_right - value_left for reward, logit(p_Julty) for category.
 * beta has equal prior weight on CHOICE_GRID_COUNT log-spaced points of [1e-3, 1e2]. One pass over the grid per trial (grid_pass.h): no
 * iteration, no look-ahead.
 *
 * Joint probabilities are kept in the linear domain. Where too little of them is left (after some three hundred responses that were no
 * better than a coin's, or one that was all but impossible at every beta) they are computed anew from what is exact: with
 * z = beta * |drive|, the log likelihood of a point is sum log s(z) over all trials - beta * sum |drive| over those answered against their
 * drive. The first sum needs the drives of all trials so far, which the grid asks its caller for: they belong to a condition and not to a
 * person, and thousands of people times a hundred representations have no room for them. So the log evidence is exact to rounding at any length of
 * session and any drive. A probability of a response below about 1e-57 is not resolved (it may be returned as 0); the log evidence of
 * such a response is. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_CHOICE_RULE_H
#define DINOLAB_MODEL_CHOICE_RULE_H

#include "model/grid_pass.h"
#include "model/learner.h"

enum { CHOICE_GRID_COUNT = 101 };

/* One participant x representation x learner. Read log_evidence and trial_count; the rest through the functions below. */
struct choice_grid {
    double log_evidence; /* log probability of all responses so far */
    double log_start;    /* log evidence and sum of the joint probabilities when they were last put in order */
    double start_sum;
    double against_drive; /* sum of |drive| over the responses made against it */
    int    trial_count;
    double joint[GRID_PASS_POINTS]; /* prior x likelihood of the responses so far at each beta, in a scale of the moment */
};

/* The drive of an earlier trial, 0 .. trial_count - 1, as it was given to the update. */
typedef double choice_past(const void *argument, int trial_index);

struct choice_beta {
    double mean;
    double low; /* 2.5 % and 97.5 % points of the posterior on the grid */
    double high;
};

/* The two tasks' drive; p is clipped to [1e-15, 1 - 1e-15] before its logit. */
double choice_drive(enum learner_task task, const struct learner_value *value);

/* Every choice rule takes drives beyond +-1e9 as that: the smallest beta is certain long before, and logarithms stay finite. */
double choice_drive_limited(double drive);

void   choice_grid_init(struct choice_grid *grid);
double choice_grid_predict(const struct choice_grid *grid, double drive); /* P(right) before the response */

/* Take one response in (0 = left = Folty, 1 = right = Julty). Returns P(right) as it was before the response. `past` (with its argument)
 * is asked for the trials before this one. */
double choice_grid_update(struct choice_grid *grid, double drive, int choice, choice_past *past, const void *argument);

/* A choice_past: the argument is an array of all drives. */
double choice_past_in_array(const void *drives, int trial_index);

double choice_grid_weight(const struct choice_grid *grid, int point_index); /* posterior probability of one beta */
void   choice_grid_beta(const struct choice_grid *grid, struct choice_beta *out);
double choice_beta_at(int point_index); /* the grid's point, 0 .. CHOICE_GRID_COUNT - 1 */

/* Posterior over models with equal prior from their log evidences: softmax, stable. `count` >= 1; arrays may not overlap. */
void choice_posterior(int count, const double *log_evidence, double *posterior_prob);

/* McFadden: 1 - nll / (n ln 2); 0 for n = 0. nll = -log_evidence for the grid rule (r2_online). */
double choice_r2(double nll, int trial_count);

#endif
