/* symmetric_basis.h - a seeded positive definite matrix, and what its bases must say of it, by elimination. */
#ifndef DINOLAB_TESTS_MODEL_SYMMETRIC_BASIS_H
#define DINOLAB_TESTS_MODEL_SYMMETRIC_BASIS_H

#include "base/rng.h"
#include "dense.h"

/* side x side, full storage: Z'Z of side + 2 normal rows, so that it is of full rank. */
static inline double *symmetric_new(int side, unsigned seed)
{
    const int  row_count = side + 2;
    double    *rows      = dense_new(row_count * side + 1);
    double    *matrix    = dense_new(side * side + 1);
    struct rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < row_count * side; i++) rows[i] = rng_normal(&rng);
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++)
            for (int k = 0; k < row_count; k++) matrix[i * side + j] += rows[k * side + i] * rows[k * side + j];
    free(rows);
    return matrix;
}

/* right becomes (A + shift I)^-1 right. */
static inline void symmetric_solve(int side, const double *matrix, double shift, double *right)
{
    double *copy = dense_new(side * side + 1);

    memcpy(copy, matrix, (size_t)(side * side) * sizeof *copy);
    for (int i = 0; i < side; i++) copy[i * side + i] += shift;
    (void)dense_solve(side, copy, right);
    free(copy);
}

/* tr (A + shift I)^-1, and tr A (A + shift I)^-1 in a form in which nothing cancels. */
static inline void symmetric_traces(int side, const double *matrix, double shift, double *inverse_trace, double *determined)
{
    double *column = dense_new(side + 1);

    *inverse_trace = *determined = 0.0;
    for (int j = 0; j < side; j++) {
        for (int i = 0; i < side; i++) column[i] = i == j ? 1.0 : 0.0;
        symmetric_solve(side, matrix, shift, column);
        *inverse_trace += column[j];
        for (int i = 0; i < side; i++) column[i] = matrix[i * side + j];
        symmetric_solve(side, matrix, shift, column);
        *determined += column[j];
    }
    free(column);
}

/* left'A right */
static inline double symmetric_form(int side, const double *matrix, const double *left, const double *right)
{
    double sum = 0.0;

    for (int i = 0; i < side; i++) sum += left[i] * dense_dot(side, matrix + i * side, right);
    return sum;
}

#endif
