/* sensitivity.h - how steeply a category learner's belief falls with distance: the candidates for c, and the choice among them.
 *
 * SENSITIVITY_COUNT values, log-spaced in [0.01, 100], six to a decade. A learner adds up the leave-one-out log likelihood of the
 * true categories seen so far at each of them; the first value within 1e-9 of the largest wins, as smaller differences are
 * rounding. While a category has fewer than two images there is nothing to leave out, and c is 1.
 * The learners are those of Nosofsky (1986); never fitted to a person's responses. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_SENSITIVITY_H
#define DINOLAB_MODEL_SENSITIVITY_H

#include <stdbool.h>

enum { SENSITIVITY_COUNT = 25 };

/* Images of each category among some rows; targets as in learner.h. */
struct sensitivity_seen {
    int folty_count;
    int julty_count;
};

/* Candidate `index` from 0, ascending. */
double sensitivity_at(int index);

/* out[k] = exp(-c_k distance) for every candidate, distance >= 0. An exponential is some ten times the price of a power, so only
 * the first decade takes exponentials; relative error below 1e-11, which is for weighing candidates, not for predictions. */
void sensitivity_decay(double distance, double *out);

struct sensitivity_seen sensitivity_count(int row_count, const double *targets);
bool                    sensitivity_is_predictable(struct sensitivity_seen seen); /* both categories were seen */
bool                    sensitivity_has_choice(struct sensitivity_seen seen);     /* both were seen twice */

/* The winner of SENSITIVITY_COUNT log likelihoods. */
double sensitivity_best(const double *log_likelihood);

#endif
