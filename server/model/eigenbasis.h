/* eigenbasis.h - a symmetric positive semidefinite matrix A = U E U' in its eigenvectors, and what ridge regression asks of it at
 * many shifts. The twin of tridiagonal.h: several times slower to make, but it knows its null directions, whose eigenvalues are
 * rounding, and leaves them out; so it takes any matrix.
 *
 * No I/O, no allocation after _new. Threads: none; an eigenbasis belongs to one thread. */
#ifndef DINOLAB_MODEL_EIGENBASIS_H
#define DINOLAB_MODEL_EIGENBASIS_H

#include "base/err.h"

enum { EIGENBASIS_SIDE_MAX = 20000 }; /* LAPACK counts its workspace, 2 side^2, in 32 bits */

struct eigenbasis;

/* Of the solution x of (E + r I) x = right, 0 along null directions. */
struct eigenbasis_sums {
    double square;       /* x'x */
    double form;         /* x'E x */
    double inverse_form; /* x'E^-1 x */
    double determined;   /* tr E (E + r I)^-1 */
};

/* side_max at most EIGENBASIS_SIDE_MAX. */
MUST_CHECK struct eigenbasis *eigenbasis_new(int side_max, struct err *err);
void                          eigenbasis_free(struct eigenbasis *basis); /* accepts NULL */

/* `matrix`: lower triangle, rows `side` apart, side 0 .. side_max. It is overwritten by the eigenvectors, and borrowed until the
 * next decomposition. Eigenvalues up to `rounding_limit` times the largest are null. False when LAPACK finds no decomposition. */
MUST_CHECK bool eigenbasis_decompose(struct eigenbasis *basis, int side, double *matrix, double rounding_limit);

int eigenbasis_null_count(const struct eigenbasis *basis); /* the first coordinates: eigenvalues ascend */

void eigenbasis_enter(struct eigenbasis *basis, double *vector); /* vector = U'vector */
void eigenbasis_leave(struct eigenbasis *basis, double *vector); /* vector = U vector */

void eigenbasis_solve(const struct eigenbasis *basis, double shift, const double *right, double *solution,
                      struct eigenbasis_sums *sums);

void   eigenbasis_multiply(const struct eigenbasis *basis, const double *vector, double *out); /* out = E vector, 0 where null */
double eigenbasis_form(const struct eigenbasis *basis, const double *vector);                  /* vector'E vector */

#endif
