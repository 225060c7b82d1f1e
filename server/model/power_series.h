/* power_series.h - power series in two or three variables, cut after a total degree: sums, products and compositions give the
 * Taylor coefficients of a function without a formula for its derivatives (Griewank and Walther 2008, chapter 13).
 *
 * A series is an array of shape->term_count coefficients, those of lower degree first. A shape is built once and then only read.
 * Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_POWER_SERIES_H
#define DINOLAB_MODEL_POWER_SERIES_H

enum {
    POWER_SERIES_DEGREE       = 8,
    POWER_SERIES_VARIABLE_MAX = 3,
    POWER_SERIES_TERM_MAX     = 165,  /* binomial(8 + 3, 3) */
    POWER_SERIES_PRODUCT_MAX  = 3003, /* binomial(8 + 6, 6): pairs of terms whose product is kept */
};

struct power_series_shape {
    int           variable_count;
    int           term_count;
    int           degree_start[POWER_SERIES_DEGREE + 2]; /* first term of a degree; then the end */
    unsigned char exponent[POWER_SERIES_TERM_MAX][POWER_SERIES_VARIABLE_MAX];
    short times[POWER_SERIES_TERM_MAX][POWER_SERIES_VARIABLE_MAX]; /* the term times a variable; -1 beyond the last degree */
    int   product_start[POWER_SERIES_DEGREE + 2];                  /* by the degree of the product */
    struct {
        short left, right, out;
    } products[POWER_SERIES_PRODUCT_MAX];
};

void power_series_shape_init(struct power_series_shape *shape, int variable_count); /* 2 or 3 */

/* The part of one degree of left * right into out's part of that degree. */
void power_series_multiply_degree(const struct power_series_shape *shape, int degree, const double *left, const double *right,
                                  double *out);

/* out += factor * variable^power * series, in the terms of one degree of out. */
void power_series_add_degree(const struct power_series_shape *shape, int degree, double factor, int variable, int power,
                             const double *series, double *out);

/* out = log(series), series[0] > 0. */
void power_series_log(const struct power_series_shape *shape, const double *series, double *out);

#endif
