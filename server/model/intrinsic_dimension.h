/* intrinsic_dimension.h - how many directions a representation really uses: TwoNN (Facco et al. 2017).
 *
 * Where points are locally uniform in k dimensions, the ratio mu of a point's second to its first neighbour's distance has the
 * distribution 1 - mu^-k. Equal rows count once; every feature is scaled to [0, 1] by its smallest and largest value (a constant one
 * is left out); of the N ratios, sorted, the largest tenth is dropped; k is the slope through the origin of -log(1 - i / N) on
 * log mu_i, i from 0.
 * Neighbours are looked for by blocks of inner products in single precision and measured again feature by feature; where rounding
 * could hide one, all rows are measured. The answer is exact either way. Time O(N^2 features) in BLAS; memory O(N + features): the
 * matrix is scaled a block of rows at a time, never copied whole. Pure; threads: none. */
#ifndef DINOLAB_MODEL_INTRINSIC_DIMENSION_H
#define DINOLAB_MODEL_INTRINSIC_DIMENSION_H

#include "model/representation_metrics.h"

/* METRIC_TOO_FEW_ROWS or METRIC_NO_SCALE when there is no slope to fit. */
MUST_CHECK bool intrinsic_dimension(const struct matrix *matrix, struct metric *out, struct err *err);

#endif
