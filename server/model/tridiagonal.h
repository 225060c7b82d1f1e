/* tridiagonal.h - a symmetric matrix A = Q T Q' with T tridiagonal, and what ridge regression asks of it at many shifts.
 *
 * The reduction is LAPACK's dsytrd, about a quarter of the work of an eigendecomposition; no Q is formed. At each shift r >= 0
 * T + r I is factored from both ends towards the middle, which is O(side) and half as long a chain of divisions as from one end
 * (twisted factorisation: Parlett and Dhillon 1997); the trace of the inverse is the sum of d log pivot / dr, all of whose terms
 * are positive. Nothing pivots: T + r I must be positive definite beyond rounding.
 * No I/O, no allocation after _new. Threads: none; a tridiagonal belongs to one thread. */
#ifndef DINOLAB_MODEL_TRIDIAGONAL_H
#define DINOLAB_MODEL_TRIDIAGONAL_H

#include "base/err.h"

struct tridiagonal;

/* Of the solution x of (T + r I) x = right. */
struct tridiagonal_sums {
    double square;        /* x'x */
    double form;          /* x'T x */
    double inverse_trace; /* tr (T + r I)^-1 */
    double determined;    /* tr T (T + r I)^-1 = side - r inverse_trace, by sums in which nothing cancels */
};

MUST_CHECK struct tridiagonal *tridiagonal_new(int side_max, struct err *err);
void                           tridiagonal_free(struct tridiagonal *tridiagonal); /* accepts NULL */

/* `matrix`: lower triangle, rows `side` apart, side 0 .. side_max. It is overwritten by the reflections that make up Q, and
 * borrowed until the next reduction. False when LAPACK refuses, or when the numbers are too large or too small to be squared. */
MUST_CHECK bool tridiagonal_reduce(struct tridiagonal *tridiagonal, int side, double *matrix);

/* The largest sum of absolute values of a row of T, which bounds its eigenvalues. */
double tridiagonal_norm(const struct tridiagonal *tridiagonal);

void tridiagonal_enter(const struct tridiagonal *tridiagonal, double *vector); /* vector = Q'vector */
void tridiagonal_leave(const struct tridiagonal *tridiagonal, double *vector); /* vector = Q vector */

/* False when a pivot is not positive; `solution` is then undefined. `right` and `solution` do not overlap. */
MUST_CHECK bool tridiagonal_solve(struct tridiagonal *tridiagonal, double shift, const double *right, double *solution,
                                  struct tridiagonal_sums *sums);

void   tridiagonal_multiply(const struct tridiagonal *tridiagonal, const double *vector, double *out); /* out = T vector */
double tridiagonal_form(const struct tridiagonal *tridiagonal, const double *vector);                  /* vector'T vector */

#endif
