/* glmm_maximum.h - the maximum of the mixed model's Laplace log likelihood over slope and variance >= 0.
 *
 * Newton's method with exact second derivatives. Where they do not describe a maximum, the eigenvalues of the (scaled) matrix are
 * taken by their size; steps that do not climb are halved; a step across variance 0 ends there, and the slope's step is then the
 * best one on that edge. Working in the variance rather than in its root the edge is an ordinary point: the maximum lies there if
 * the derivative by the variance is not positive.
 * No allocation; threads: none. */
#ifndef DINOLAB_MODEL_GLMM_MAXIMUM_H
#define DINOLAB_MODEL_GLMM_MAXIMUM_H

#include <stdbool.h>

#include "model/glmm_participant.h"
#include "model/glmm_polynomial.h"

/* What is added up. Borrowed; `modes` are where the searches start and end. */
struct glmm_terms {
    const struct logistic_rows   *rows; /* of each participant */
    struct glmm_mode             *modes;
    int                           participant_count;
    const struct glmm_polynomial *others; /* the other participants by their expansion; NULL: there are none */
    double                        shift;
    double                        x_max;         /* of |x - shift| */
    double                        variance_unit; /* a variance that makes a difference: 1 / a participant's usual curvature */
    bool                          is_variance_fixed;
};

struct glmm_maximum {
    struct glmm_point point;
    double            gradient_norm; /* by (slope, sd); at sd = 0 the part by the variance counts if it is positive */
    int               iteration_count;
    bool              is_converged; /* gradient below 1e-9, and the next step would be small: there is a maximum */
};

/* Searches from start; finite whatever the data. */
void glmm_maximum_find(const struct glmm_terms *terms, double slope, double variance, struct glmm_maximum *out);

/* Value and derivatives at one place. */
void glmm_terms_evaluate(const struct glmm_terms *terms, double slope, double variance, struct glmm_point *out);

#endif
