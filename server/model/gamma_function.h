/* gamma_function.h - the gamma distribution's function and the digamma function, for shapes from 1e-3 to 1e5.
 *
 * Relative errors are below 1e-12 (test_gamma_function.c holds them against R). Pure; no allocation; threads: none (libm's own lgamma
 * writes a global, lgamma_r does not). */
#ifndef DINOLAB_MODEL_GAMMA_FUNCTION_H
#define DINOLAB_MODEL_GAMMA_FUNCTION_H

double gamma_log(double shape);     /* log Gamma(shape), shape > 0 */
double gamma_digamma(double shape); /* its derivative */

/* Regularised incomplete gamma functions of x >= 0: P(X <= x) and P(X > x) for X ~ Gamma(shape, 1). Series below shape + 1, continued
 * fraction above (Abramowitz and Stegun 1964, 6.5.29 and 6.5.31), so that the smaller of the two keeps its digits, but for
 * upper at small shapes below 1, which is good to 2e-15 absolutely. */
struct gamma_tails {
    double lower;
    double upper;
    double log_x_density; /* the density of log X at log x: x^shape exp(-x) / Gamma(shape) */
};

struct gamma_tails gamma_tails_at(double shape, double x);

#endif
