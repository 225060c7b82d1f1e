/* bayes_ridge.h - Bayesian ridge regression by evidence maximisation (MacKay 1992; Tipping 2001), with an unpenalised intercept.
 *
 *   y = x.w + b + noise,   noise ~ N(0, 1 / noise_precision),   w ~ N(0, I / weight_precision),
 *
 * both precisions with gamma priors. The steps are those of scikit-learn's BayesianRidge, so that iteration counts agree: starting
 * from noise_precision = 1 / Var(y) and weight_precision = 1, compute the posterior mean w and the number of well determined
 * weights gamma, then weight_precision = (gamma + 2 shape) / (|w|^2 + 2 rate), noise_precision = (n - gamma + 2 shape) / (|y - Xw|^2 + 2 rate);
 * stop when w moved less than the tolerance in L1 (never after the first step), and compute w once more.
 * The weights are those of ridge regression with the ratio of the precisions as penalty: ridge_posterior.h turns the problem once so
 * that each iteration is linear in the smaller of rows and features, and forms no weights where inner products of rows suffice.
 * Where the fast way of turning it would lose digits, as with identical rows, eigenvectors do it. The stop rule is decided by
 * bounds on the L1 norm where these suffice and else by the weights themselves, so that it never differs from the rule.
 * No I/O, no allocation after _new. Threads: none; a fit belongs to one thread. */
#ifndef DINOLAB_MODEL_BAYES_RIDGE_H
#define DINOLAB_MODEL_BAYES_RIDGE_H

#include "base/err.h"

struct bayes_ridge_settings {
    double precision_shape; /* of the gamma priors of both precisions */
    double precision_rate;
    double coefficient_tolerance; /* L1 */
    int    iteration_max;
};

extern const struct bayes_ridge_settings BAYES_RIDGE_DEFAULTS; /* scikit-learn's: 1e-6, 1e-6, 1e-3, 300 */

/* Borrowed from one solve to the next. All numbers must be finite, and their squares below about 1e200. */
struct bayes_ridge_data {
    int           row_count; /* 1 .. row_max */
    const double *rows;      /* row-major, feature_count numbers, row_stride apart */
    int           row_stride;
    const double
        *gram; /* inner products of the rows, lower triangle, gram_stride apart; NULL: work with cross-products of features */
    int  gram_stride;
    const double *targets;
};

enum bayes_ridge_status { BAYES_RIDGE_CONVERGED, BAYES_RIDGE_ITERATION_LIMIT, BAYES_RIDGE_SINGULAR };

struct bayes_ridge_result {
    enum bayes_ridge_status status; /* SINGULAR: LAPACK found no eigendecomposition; the weights are 0, the intercept the mean */
    int                     iteration_count;
    int                     formed_count;  /* how often the stop rule took the weights themselves */
    bool                    is_decomposed; /* by eigenvectors, which take longer */
    double                  noise_precision;
    double                  weight_precision;
    double                  intercept; /* of an uncentred row: prediction = intercept + row . weights */
};

struct bayes_ridge;

/* Takes all memory. `gram` may be given for at most feature_count rows. */
MUST_CHECK struct bayes_ridge *bayes_ridge_new(int row_max, int feature_count, const struct bayes_ridge_settings *settings,
                                               struct err *err);
void                           bayes_ridge_free(struct bayes_ridge *fit); /* accepts NULL */

void bayes_ridge_solve(struct bayes_ridge *fit, const struct bayes_ridge_data *data, struct bayes_ridge_result *result);

/* What the last solve expects of a row. `gram_row`: inner products with its row_count rows, used if it had a Gram matrix, when the
 * work is linear in row_count; else `row` is used. The one that is not used may be NULL. */
double bayes_ridge_predict(const struct bayes_ridge *fit, const double *row, const double *gram_row);

/* feature_count weights, formed on request; borrowed until the next solve. */
const double *bayes_ridge_weights(struct bayes_ridge *fit);

#endif
