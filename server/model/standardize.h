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

/* Mean and spread of the columns of rows that come one after another; the same rule for columns without spread. Everything is kept
 * relative to the first row, so that a column's distance from zero costs no digits. Start with row_count = 0; the places, of
 * column_count numbers each, are the caller's. */
struct standardize_moments {
    int     row_count;
    int     column_count;
    double *origin;  /* the first row */
    double *mean;    /* of the rows, less the origin */
    double *squares; /* sum of squared deviations from the mean */
};

/* Take in row_count more rows (Welford 1962). */
void standardize_moments_add(struct standardize_moments *moments, const double *rows, int row_count, int row_stride);

/* As standardize_measure over all rows taken in so far, at least one. */
void standardize_moments_read(const struct standardize_moments *moments, double *mean, double *scale);

#endif
