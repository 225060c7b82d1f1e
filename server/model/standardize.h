/* standardize.h - z-scores of columns: mean and population standard deviation of some rows, applied to those and to others.
 *
 * A column without spread keeps the scale 1, so that its training values become 0. "Without spread" allows for the rounding of
 * the mean: a standard deviation that is not larger than row_count * |mean| * machine epsilon is 0.
 * Matrices are row-major; `row_stride` is the distance between rows and may exceed the number of columns. Pure; threads: none. */
#ifndef DINOLAB_MODEL_STANDARDIZE_H
#define DINOLAB_MODEL_STANDARDIZE_H

/* Two passes, row_count >= 1. `mean` and `scale` have column_count places each. */
void standardize_measure(const double *rows, int row_count, int row_stride, int column_count, double *mean, double *scale);

/* out = (row - mean) / scale; `out` may be `rows` itself if the strides agree. */
void standardize_apply(const double *rows, int row_count, int row_stride, int column_count, const double *mean,
                       const double *scale, double *out, int out_stride);

#endif
