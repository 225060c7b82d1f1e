/* glmm_expansion.h - the Taylor series of one participant's contribution (glmm_participant.h) around one place.
 *
 * The variables are the changes of the slope, of the variance and, in a shape of three, of the shift, in this order. The mode's own
 * series is found degree by degree from c = slope + variance * g(c, shift).
 * No allocation; threads: none. */
#ifndef DINOLAB_MODEL_GLMM_EXPANSION_H
#define DINOLAB_MODEL_GLMM_EXPANSION_H

#include "model/logistic_sums.h"
#include "model/power_series.h"

enum { GLMM_SLOPE, GLMM_VARIANCE, GLMM_SHIFT };

/* Around shift 0, the given variance, and the slope at which `mode` is the participant's mode. `out` has shape->term_count places. */
void glmm_expand_participant(const struct power_series_shape *shape, const struct logistic_rows *rows, double mode,
                             double variance, double *out);

#endif
