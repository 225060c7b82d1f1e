/* ard.h - linear regression with automatic relevance determination (MacKay 1994; Tipping 2001), with an unpenalised intercept:
 *
 *   y = x.w + b + noise,   noise ~ N(0, 1 / noise_precision),   w_j ~ N(0, 1 / weight_precision_j),
 *
 * all precisions with gamma priors. The steps are those of scikit-learn's ARDRegression: from noise_precision = 1 / Var(y) and
 * weight_precision = 1, compute the posterior mean w and how well each weight is determined, gamma_j = 1 - weight_precision_j
 * Sigma_jj; then weight_precision_j = (gamma_j + 2 shape) / (w_j^2 + 2 rate), noise_precision = (n - sum gamma + 2 shape) /
 * (|y - Xw|^2 + 2 rate); a feature whose precision reaches the limit is dropped for good; stop when the weights moved less than the
 * tolerance in L1 (never after the first step), and compute w once more.
 * Each step factors a matrix of the smaller side, rows or features kept, by Cholesky. With more features than rows neither gamma
 * nor the residuals are differences of large numbers here: gamma_j = |L^-1 z_j|^2 and y - Xw = (L L')^-1 y, where L L' = I + Z Z'
 * and z_j = sqrt(noise_precision / weight_precision_j) x_j. Equal targets give weights of 0 without a step.
 * No I/O, no allocation after _new. Threads: none; a fit belongs to one thread. */
#ifndef DINOLAB_MODEL_ARD_H
#define DINOLAB_MODEL_ARD_H

#include "base/err.h"

struct ard_settings {
    double precision_shape; /* of the gamma priors of all precisions */
    double precision_rate;
    double weight_precision_limit; /* from here on a feature is dropped */
    double coefficient_tolerance;  /* L1 */
    int    iteration_max;
};

extern const struct ard_settings ARD_DEFAULTS; /* scikit-learn's: 1e-6, 1e-6, 1e4, 1e-3, 300 */

/* Borrowed during a call. All numbers must be finite, and their squares below about 1e200. */
struct ard_data {
    int           row_count; /* 1 .. row_max */
    const double *rows;      /* row-major, feature_count numbers, row_stride apart */
    int           row_stride;
    const double *targets;
};

enum ard_status {
    ARD_CONVERGED,       /* also when every feature was dropped: the prediction is the mean then */
    ARD_ITERATION_LIMIT, /* finite, but the weights still moved */
    ARD_SINGULAR,        /* a Cholesky factor failed: numbers of too different a size; the weights are those of the step before */
};

struct ard_result {
    enum ard_status status;
    int             iteration_count;
    int             kept_count; /* features not dropped */
    double          noise_precision;
    double          intercept; /* of an uncentred row: prediction = intercept + row . weights */
};

struct ard;

/* Takes all memory: about 2 row_max x feature_count numbers. */
MUST_CHECK struct ard *ard_new(int row_max, int feature_count, const struct ard_settings *settings, struct err *err);
void                   ard_free(struct ard *fit); /* accepts NULL */

void ard_solve(struct ard *fit, const struct ard_data *data, struct ard_result *result);

/* feature_count each, borrowed until the next solve. A dropped feature has weight 0 and the precision that it was dropped with. */
const double *ard_weights(const struct ard *fit);
const double *ard_weight_precisions(const struct ard *fit);

#endif
