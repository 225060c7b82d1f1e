/* bayes_line.h - Bayesian ridge regression on one feature: the model, the steps and the stop rule of bayes_ridge.h for one weight.
 *
 *   y = slope x + b + noise,   noise ~ N(0, 1 / noise_precision),   slope ~ N(0, 1 / weight_precision).
 *
 * With one feature three sums say all that the rows can say, so that a step is a handful of operations and thousands of features
 * can be fitted one by one at every trial. The sums grow row by row without going back to the rows before (Welford 1962), and
 * without loss of digits when the mean is far from zero. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_BAYES_LINE_H
#define DINOLAB_MODEL_BAYES_LINE_H

#include "model/bayes_ridge.h"

/* Of the rows less their means. */
struct bayes_line_sums {
    int    row_count;       /* at least 1 */
    double feature_squares; /* sum of (x - mean x)^2 */
    double product;         /* sum of (x - mean x) (y - mean y) */
    double target_squares;  /* sum of (y - mean y)^2 */
};

/* A running mean with the sums around it; zeroes are the state before the first row. */
struct bayes_line_moments {
    double mean;
    double squares; /* sum of (x - mean)^2 */
    double product; /* sum of (x - mean) (y - mean y) */
};

struct bayes_line_result {
    enum bayes_ridge_status status; /* CONVERGED or ITERATION_LIMIT */
    int                     iteration_count;
    double                  slope; /* prediction = mean y + slope (x - mean x) */
    double                  noise_precision;
    double                  weight_precision;
};

/* Take in one more value. `row_count` counts it; `target_deviation` is the new target less the mean of the targets with it. */
void bayes_line_add(struct bayes_line_moments *moments, int row_count, double value, double target_deviation);

/* All numbers finite, squares below about 1e200. */
void bayes_line_solve(const struct bayes_line_sums *sums, const struct bayes_ridge_settings *settings,
                      struct bayes_line_result *result);

#endif
