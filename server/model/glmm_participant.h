/* glmm_participant.h - what one participant adds to the Laplace log likelihood of the mixed model, with derivatives.
 *
 * The participant's own slope is c = slope + u, u ~ N(0, variance), f(c) the log likelihood of the rows (logistic_sums.h), g = f',
 * H = -f''. The mode of u solves u = variance * g(c), and with D = 1 + variance * H(c) the contribution is
 *
 *   q - 1/2 log D,   q = f(c) - variance * g(c)^2 / 2.
 *
 * Written so, everything is analytic in (slope, variance) around variance = 0, where u = 0. The mode moves with
 * dc/dslope = 1 / D and dc/dvariance = g / D; dq/dslope = g and dq/dvariance = g^2 / 2 by the envelope theorem. The derivatives
 * below follow by the chain rule (Laplace approximation: Tierney and Kadane 1986; as in lme4).
 * Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_GLMM_PARTICIPANT_H
#define DINOLAB_MODEL_GLMM_PARTICIPANT_H

#include "model/logistic_sums.h"

/* A log likelihood at one (slope, variance): value, gradient, second derivatives. */
struct glmm_point {
    double slope;
    double variance;
    double value;
    double by_slope;
    double by_variance;
    double by_slope_slope;
    double by_slope_variance;
    double by_variance_variance;
};

/* The mode that was found last and the sums there: the start of the next search, whatever that one's rows and parameters are. */
struct glmm_mode {
    double               slope; /* c */
    struct logistic_sums sums;
};

/* |x| of the rows (after the shift) must not exceed x_max. Adds value and derivatives to *total, whose slope and variance say where. */
void glmm_participant_add(const struct logistic_rows *rows, double shift, double x_max, struct glmm_mode *mode,
                          struct glmm_point *total);

#endif
