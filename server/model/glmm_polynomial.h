/* glmm_polynomial.h - a log likelihood as a polynomial in slope and variance: part of a sum that a search evaluates.
 *
 * Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_GLMM_POLYNOMIAL_H
#define DINOLAB_MODEL_GLMM_POLYNOMIAL_H

#include "model/glmm_participant.h"
#include "model/power_series.h"

enum { GLMM_POLYNOMIAL_TERMS = (POWER_SERIES_DEGREE + 1) * (POWER_SERIES_DEGREE + 2) / 2 };

/* sum of coefficients * a^i b^j, a = slope - centre, b = variance - centre, i + j <= degree. */
struct glmm_polynomial {
    double slope; /* centre */
    double variance;
    double coefficients[GLMM_POLYNOMIAL_TERMS]; /* i = degree: j = 0; i = degree - 1: j = 0, 1; ... i = 0: j = 0 .. degree */
};

/* Place of a^i b^j in coefficients. */
int glmm_polynomial_place(int i, int j);

/* Adds value and derivatives at total->slope, total->variance. */
void glmm_polynomial_add(const struct glmm_polynomial *polynomial, struct glmm_point *total);

#endif
