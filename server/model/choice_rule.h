/* choice_rule.h - from what a learner expects to what a person will press: the live grid posterior.
 *
 * P(right) = s(beta * drive), s the logistic function. drive = value_right - value_left for reward, logit(p_Julty) for category.
 * beta has equal prior weight on CHOICE_GRID_COUNT log-spaced points of [1e-3, 1e2]. One pass over the grid per trial: no
 * iteration, no look-ahead. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_CHOICE_RULE_H
#define DINOLAB_MODEL_CHOICE_RULE_H

#include "model/learner.h"

enum { CHOICE_GRID_COUNT = 101 };

/* One participant x representation x learner. */
struct choice_grid {
    double log_joint[CHOICE_GRID_COUNT]; /* log prior + log likelihood of the responses so far, at each beta */
    double log_evidence;                 /* log of the sum of exp(log_joint): log probability of all responses so far */
    int    trial_count;
};

struct choice_beta {
    double mean;
    double low; /* 2.5 % and 97.5 % points of the posterior on the grid */
    double high;
};

/* The two tasks' drive; p is clipped to [1e-15, 1 - 1e-15] before its logit. */
double choice_drive(enum learner_task task, const struct learner_value *value);

void   choice_grid_init(struct choice_grid *grid);
double choice_grid_predict(const struct choice_grid *grid, double drive); /* P(right) before the response */

/* Take one response in (0 = left = Folty, 1 = right = Julty). Returns P(right) as it was before the response. */
double choice_grid_update(struct choice_grid *grid, double drive, int choice);

void   choice_grid_beta(const struct choice_grid *grid, struct choice_beta *out);
double choice_beta_at(int point_index); /* the grid's point, 0 .. CHOICE_GRID_COUNT - 1 */

/* Posterior over models with equal prior from their log evidences: softmax, stable. `count` >= 1; arrays may not overlap. */
void choice_posterior(int count, const double *log_evidence, double *posterior_prob);

/* McFadden: 1 - nll / (n ln 2); 0 for n = 0. nll = -log_evidence for the grid rule (r2_online). */
double choice_r2(double nll, int trial_count);

#endif
