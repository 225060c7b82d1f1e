/* logistic_lasso.h - logistic regression with an absolute-value penalty, on the intercept too (liblinear's L1R_LR, bias 1):
 *
 *   minimise |w|_1 + |b| + cost * sum_i log(1 + exp(-s_i (w.x_i + b))),   s_i = +1 for target 1, -1 for target 0.
 *
 * Proximal Newton (Lee, Sun and Saunders 2014): each step minimises the quadratic model with the penalty exactly (sparse_step.h),
 * then is halved until the objective falls enough. Weights that belong to zero are 0 exactly, and a handful of steps from the
 * solution of the rows before suffice. An answer is checked by its optimality conditions: with g the gradient of the losses,
 *   g_j = -sign(w_j) where w_j is not 0, and |g_j| <= 1 where it is.
 * Not for many rows and many features at once: a step works on all of them.
 * No I/O, no allocation after _new. Threads: none; a fit belongs to one thread. */
#ifndef DINOLAB_MODEL_LOGISTIC_LASSO_H
#define DINOLAB_MODEL_LOGISTIC_LASSO_H

#include "base/err.h"

struct logistic_lasso_settings {
    /* On the largest violation of a condition / (1 + |residuals| |column|): the numerator is what is left when terms cancel. */
    double violation_tolerance;
    int    iteration_max;
};

extern const struct logistic_lasso_settings LOGISTIC_LASSO_DEFAULTS; /* 1e-11, 200 */

/* Borrowed during a call. All numbers must be finite, and their squares below about 1e200. */
struct logistic_lasso_data {
    int           row_count; /* 1 .. row_max */
    const double *rows;      /* row-major, row_stride apart: feature_count numbers, then a 1 for the intercept */
    int           row_stride;
    const double *targets; /* 1 or 0 */
};

enum logistic_lasso_status {
    LOGISTIC_LASSO_CONVERGED,
    LOGISTIC_LASSO_ITERATION_LIMIT, /* finite and the best found, but a condition is violated beyond tolerance and rounding */
};

struct logistic_lasso_result {
    enum logistic_lasso_status status;
    int                        iteration_count;
    double                     violation; /* relative, as the tolerance is; before the last step */
    double                     objective;
};

struct logistic_lasso;

MUST_CHECK struct logistic_lasso *logistic_lasso_new(int row_max, int feature_count,
                                                     const struct logistic_lasso_settings *settings, struct err *err);
void                              logistic_lasso_free(struct logistic_lasso *fit); /* accepts NULL */

/* `weights` holds the start, zeros if nothing better is known, and receives the solution: w, then b. */
void logistic_lasso_solve(struct logistic_lasso *fit, const struct logistic_lasso_data *data, double cost, double *weights,
                          struct logistic_lasso_result *result);

/* Where columns agree on all rows, up to sign, every split of their weight is a solution: the same for these rows, not for others.
 * Gives each an equal part in `shared`, the split of least Euclidean norm, whichever of them `weights` uses. Columns agree when
 * no number differs by more than 1e-9 of the column's largest. */
void logistic_lasso_share(const struct logistic_lasso *fit, const struct logistic_lasso_data *data, const double *weights,
                          double *shared);

#endif
