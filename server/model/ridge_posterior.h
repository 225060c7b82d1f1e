/* ridge_posterior.h - the posterior mean of ridge regression with a free intercept, as a function of the ratio r of weight precision
 * to noise precision, cheap at many ratios: w(r) minimises |y - Xw|^2 + r |w|^2, X and y centred. What bayes_ridge.h iterates on.
 *
 * The problem is turned once into a basis Q of its smaller side, A = Q T Q', and is then linear in that side at each ratio:
 * with a Gram matrix K, A = P'K P over the contrasts P of the rows (contrast.h), c = Q'P'y, w = X'P Q x, |w|^2 = x'T x;
 * without, A = X'X over the features, c = Q'X'y, w = Q x, |w|^2 = x'x; and (T + r I) x = c in both.
 * T is tridiagonal (tridiagonal.h), or diagonal (eigenbasis.h), which takes longer to make and bears matrices without full rank.
 * No I/O, no allocation after _new. Threads: none; a posterior belongs to one thread. */
#ifndef DINOLAB_MODEL_RIDGE_POSTERIOR_H
#define DINOLAB_MODEL_RIDGE_POSTERIOR_H

#include "model/bayes_ridge.h"

enum ridge_basis { RIDGE_BASIS_TRIDIAGONAL, RIDGE_BASIS_EIGEN };

struct ridge_posterior;

/* At one ratio. */
struct ridge_posterior_sums {
    double weight_square;   /* |w|^2 */
    double residual_square; /* |y - Xw|^2 */
    double determined;      /* tr X'X (X'X + r I)^-1, the number of well determined weights */
    double undetermined;    /* row_count - determined */
};

MUST_CHECK struct ridge_posterior *ridge_posterior_new(int row_max, int feature_count, struct err *err);
void                               ridge_posterior_free(struct ridge_posterior *posterior); /* accepts NULL */

/* `data` is copied, what it points to is borrowed until the next prepare. False when this basis cannot be had. */
MUST_CHECK bool ridge_posterior_prepare(struct ridge_posterior *posterior, const struct bayes_ridge_data *data,
                                        enum ridge_basis basis);

int    ridge_posterior_side(const struct ridge_posterior *posterior);            /* length of x */
double ridge_posterior_target_variance(const struct ridge_posterior *posterior); /* of the population */

/* `x` receives the solution at a ratio. False when the tridiagonal basis has lost too many digits: prepare the other one. */
MUST_CHECK bool ridge_posterior_at(struct ridge_posterior *posterior, double ratio, double *x, struct ridge_posterior_sums *sums);

/* Of the weights w that x stands for: |w|^2; M x, for inner products w1'w2 = x1'M x2; and |w|_1, which takes forming w and
 * destroys x. */
double ridge_posterior_square(const struct ridge_posterior *posterior, const double *x);
void   ridge_posterior_image(const struct ridge_posterior *posterior, const double *x, double *out);
double ridge_posterior_l1(struct ridge_posterior *posterior, double *x);

/* Make x, which is destroyed, the posterior that the functions below speak of; NULL: all weights 0. */
void          ridge_posterior_keep(struct ridge_posterior *posterior, double *x);
double        ridge_posterior_intercept(const struct ridge_posterior *posterior);
double        ridge_posterior_predict(const struct ridge_posterior *posterior, const double *row, const double *gram_row);
const double *ridge_posterior_weights(struct ridge_posterior *posterior); /* formed on request; borrowed until the next call */

#endif
