/* glmm_polynomial.h - a log likelihood as a polynomial in slope and variance: part of a sum that a search evaluates.
 *
 * Threads: none; no allocation. */
#ifndef DINOLAB_MODEL_GLMM_POLYNOMIAL_H
#define DINOLAB_MODEL_GLMM_POLYNOMIAL_H

#include "model/glmm_participant.h"

enum { GLMM_DEGREE = 8, GLMM_POLYNOMIAL_TERMS = (GLMM_DEGREE + 1) * (GLMM_DEGREE + 2) / 2 };

/* sum over i + j <= degree of coefficients[...] a^i b^j, a = (slope - centre) / unit, b likewise; row i holds the j of that i. */
struct glmm_polynomial {
    double slope; /* centre */
    double variance;
    double slope_unit;
    double variance_unit;
    double coefficients[GLMM_POLYNOMIAL_TERMS]; /* i = 0: j = 0 .. degree; i = 1: j = 0 .. degree - 1; and so on */
};

/* Adds value and derivatives at total->slope, total->variance. */
void glmm_polynomial_add(const struct glmm_polynomial *polynomial, struct glmm_point *total);

#endif
