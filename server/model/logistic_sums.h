/* logistic_sums.h - the log likelihood of binary choices by one slope, and its derivatives by that slope.
 *
 *   f(c) = sum_i log s(z_i c),   s the logistic function,   z_i = sign_i (x_i - shift),   sign_i = +1 for choice 1, -1 for choice 0.
 *
 * Rows live in contiguous arrays, x already times its sign, padded to whole blocks of LOGISTIC_LANES with 0 in both arrays, so that
 * the loops have no rest and become vector instructions. A row is left out by 0 in both places, which is counted as padding.
 * exp is computed here without a branch: reduction by multiples of ln 2 and a polynomial; its relative error is below 4e-16 (two
 * units in the last place), and arguments beyond -708 count as -708.
 * Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_LOGISTIC_SUMS_H
#define DINOLAB_MODEL_LOGISTIC_SUMS_H

enum { LOGISTIC_LANES = 2 };

/* Borrowed. */
struct logistic_rows {
    const double *signed_x; /* block_count * LOGISTIC_LANES: sign * x */
    const double *sign;     /* as many: 1, -1, or 0 for padding */
    int           block_count;
    int           padding_count; /* entries with sign 0 */
};

/* f and its derivatives at one slope; curvature = -f'', which is never negative, curvature_1 = its first derivative, and so on. */
struct logistic_sums {
    double log_likelihood;
    double gradient;
    double curvature;
    double curvature_1;
    double curvature_2;
    double curvature_3;
};

void logistic_sums(const struct logistic_rows *rows, double shift, double slope, struct logistic_sums *out);

/* out[k] = exp(-distance[k]), distance >= 0. */
void logistic_exp_block(const double distance[LOGISTIC_LANES], double out[LOGISTIC_LANES]);

#endif
