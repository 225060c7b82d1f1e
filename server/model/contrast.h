/* contrast.h - orthonormal contrasts of n rows: what n numbers, or n rows, say beyond their mean, in n - 1 coordinates.
 *
 * The contrasts are the first n - 1 columns P of the Householder reflection I - tau u u' (Golub and Van Loan 2013, 5.1) that maps
 * (1, ..., 1) / sqrt(n) to minus the last unit vector: P'P = I, P'1 = 0, P P' = I - 11'/n. Working with P'G P instead of the
 * centred Gram matrix takes its null direction out exactly, so that what is left can be of full rank.
 * Pure; n >= 1; threads: none. */
#ifndef DINOLAB_MODEL_CONTRAST_H
#define DINOLAB_MODEL_CONTRAST_H

/* out = P'G P, lower triangle, rows row_count - 1 apart; G: lower triangle, gram_stride apart. `row_mean` receives the mean of each
 * row of G; it and `scratch` have row_count places. */
void contrast_gram(int row_count, const double *gram, int gram_stride, double *out, double *row_mean, double *scratch);

/* out = P'values: row_count numbers in, row_count - 1 out. */
void contrast_of(int row_count, const double *values, double *out);

/* out = P contrasts: row_count - 1 numbers in, row_count out, whose sum is 0. */
void contrast_expand(int row_count, const double *contrasts, double *out);

#endif
