/* growing_ridge.h - logistic ridge over the rows of a growing condition: from the fit of one prefix to that of the next without a
 * factorisation. The model, the data and the result are those of logistic_ridge.h; the Gram matrix must be given.
 *
 * With K the Gram matrix plus 1, W = diag(cost P (1 - P)) and duals a, Newton's step solves (1/W + K) step = (dual(K a) - a) / W.
 * The inverse of that matrix is kept from prefix to prefix: a new row borders it, a row whose W has moved is corrected by a
 * rank-one update (Sherman and Morrison 1950). It need not be exact, as it only preconditions conjugate gradients, which few
 * iterations then bring to rounding; when they become many, rows having been standardised anew, it is made afresh.
 * Each new row starts at its best dual, the others answering to first order.
 * What does not converge, numbers of too different a size, is left to logistic_ridge_solve.
 * No I/O, no allocation after _new. Threads: none; it belongs to one thread. */
#ifndef DINOLAB_MODEL_GROWING_RIDGE_H
#define DINOLAB_MODEL_GROWING_RIDGE_H

#include "model/logistic_ridge.h"

struct growing_ridge;

MUST_CHECK struct growing_ridge *growing_ridge_new(int row_max, struct err *err);
void                             growing_ridge_free(struct growing_ridge *fit); /* accepts NULL */

enum growing_ridge_accuracy {
    GROWING_RIDGE_TIGHT, /* to about rounding */
    GROWING_RIDGE_LOOSE, /* a relative gradient of 1e-7: log evidences right to a few digits behind the point */
};

/* `dual` holds the solution of the first known_count rows and receives that of all. False when it was not found; `dual` is all zeros
 * then. The result has no log evidence, its objective is 0, and its gradient_norm is a bound. */
bool growing_ridge_solve(struct growing_ridge *fit, const struct logistic_ridge_data *data, double cost,
                         enum growing_ridge_accuracy accuracy, int known_count, double *dual,
                         struct logistic_ridge_result *result);

/* The logits of the rows of the last solve that returned true; borrowed until the next. */
const double *growing_ridge_logits(const struct growing_ridge *fit);

#endif
