/* logistic_ridge.h - penalised logistic regression, the intercept penalised like every weight (as liblinear does):
 *
 *   minimise 1/2 (|w|^2 + b^2) + cost * sum_i log(1 + exp(-s_i (w.x_i + b))),   s_i = +1 for target 1, -1 for target 0.
 *
 * Newton with step halving, from a start that the caller keeps. The solution travels as dual numbers, one per row:
 * dual_i = cost * (target_i - P_i), and then w = sum_i dual_i x_i, b = sum_i dual_i. They survive a new row or a new
 * standardisation of the features well, whichever side, rows or features, the work is done on.
 * The Laplace approximation of the log evidence, with prior w, b ~ N(0, cost I), comes with every solution:
 *   log Z = -sum loss - (|w|^2 + b^2) / (2 cost) - 1/2 log det(I + cost X'PX),   P = diag(p (1 - p)).
 * Once the gradient is below the tolerance one more Newton step is taken, so that the duals are accurate to about the tolerance's
 * square; objective, gradient and evidence are those before it.
 * The objective is strictly convex: separable and one-class data have a solution as well.
 * No I/O, no allocation after _new. Threads: none; a fit belongs to one thread. */
#ifndef DINOLAB_MODEL_LOGISTIC_RIDGE_H
#define DINOLAB_MODEL_LOGISTIC_RIDGE_H

#include "base/err.h"

struct logistic_ridge_settings {
    /* On |gradient| / (1 + cost * sum_i |1 - P(target_i)| |x_i|): the numerator is what is left when the terms below cancel. */
    double gradient_tolerance;
    int    iteration_max;
};

extern const struct logistic_ridge_settings LOGISTIC_RIDGE_DEFAULTS; /* 1e-10, 100 */

/* Borrowed during a call. All numbers must be finite, and their squares below about 1e200. */
struct logistic_ridge_data {
    int           row_count; /* 1 .. row_max */
    const double *rows;      /* row-major, row_stride apart: feature_count numbers, then a 1 for the intercept */
    int           row_stride;
    const double
        *gram; /* inner products of the features without the 1, lower triangle, gram_stride apart; NULL: work with features */
    int  gram_stride;
    const double *targets; /* 1 or 0 */
};

enum logistic_ridge_status {
    LOGISTIC_RIDGE_CONVERGED,
    LOGISTIC_RIDGE_ITERATION_LIMIT, /* finite and the best found, but the gradient is above the tolerance and above rounding */
    LOGISTIC_RIDGE_SINGULAR, /* a Cholesky factor failed: numbers of too different a size; dual is the best found, no evidence */
};

struct logistic_ridge_result {
    enum logistic_ridge_status status;
    int                        iteration_count;
    double                     gradient_norm;
    double                     objective;
    double                     log_evidence; /* -INFINITY when SINGULAR */
};

struct logistic_ridge;

/* Takes all memory. `gram` may be given for at most feature_count + 1 rows. */
MUST_CHECK struct logistic_ridge *logistic_ridge_new(int row_max, int feature_count,
                                                     const struct logistic_ridge_settings *settings, struct err *err);
void                              logistic_ridge_free(struct logistic_ridge *fit); /* accepts NULL */

/* `dual` holds the start, zeros if nothing better is known, and receives the solution: row_count numbers. */
void logistic_ridge_solve(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost, double *dual,
                          struct logistic_ridge_result *result);

/* w.x + b of row `row_index` of data->rows (and of data->gram if that is given), which need not be a training row. */
double logistic_ridge_logit(struct logistic_ridge *fit, const struct logistic_ridge_data *data, const double *dual,
                            int row_index);

/* Make the start of rows known_count .. row_count - 1 from the solution of the rows before them: each new dual in turn is the best
 * one while the others stay. Zeros when known_count is 0. */
void logistic_ridge_extend(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost, int known_count,
                           double *dual);

/* The root of u = cost * s(-(margin + length2 * u)), which lies in (0, cost), to a millionth of the cost: the best dual of one row
 * times its sign, when its logit times its sign is `margin` without it and grows by length2 for each unit of it. */
double logistic_ridge_single_dual(double cost, double margin, double length2);

/* The log evidence of a solution that was found elsewhere, with the logits of its rows; the Gram matrix must be given. -INFINITY where
 * its Cholesky factor fails. */
double logistic_ridge_log_evidence(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost,
                                   const double *dual, const double *logits);

#endif
