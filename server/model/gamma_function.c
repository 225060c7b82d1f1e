#include "model/gamma_function.h"

#include <float.h>
#include <math.h>

/* Next to x = shape the series takes about 9 sqrt(shape) terms, 3,000 at 1e5; the continued fraction takes fewer. */
enum { TERMS_MAX = 20000 };

/* From here on the divergent series in 1 / shape^2 below, six terms long, is exact to rounding. */
static const double ASYMPTOTIC_FROM = 12.0;

/* Modified Lentz (Thompson and Barnett 1986): stands for a partial denominator of 0. */
static const double LENTZ_TINY = 1e-300;

double gamma_log(double shape)
{
    int sign;

    return lgamma_r(shape, &sign);
}

/* psi(x) = psi(x + 1) - 1/x up to where the asymptotic series (Abramowitz and Stegun 1964, 6.3.18) is exact. */
double gamma_digamma(double shape)
{
    double shift = 0.0;
    double y;

    for (; shape < ASYMPTOTIC_FROM; shape += 1.0) shift -= 1.0 / shape;
    y = 1.0 / (shape * shape);
    return shift + log(shape) - 0.5 / shape -
           y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760))))));
}

/* x^shape exp(-x) / Gamma(shape). For large shapes the logarithms of the three nearly cancel; Stirling's series (Abramowitz and Stegun 1964,
 * 6.1.41) takes the cancelling part out: with u = x / shape - 1 what is left is -shape (u - log(1 + u)). */
static double power_term(double shape, double x)
{
    double y, stirling, u;

    if (shape < ASYMPTOTIC_FROM) return exp(shape * log(x) - x - gamma_log(shape));
    y        = 1.0 / (shape * shape);
    stirling = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y * (1.0 / 1680 - y * (1.0 / 1188))))) / shape;
    u        = (x - shape) / shape;
    return sqrt(shape / (2.0 * M_PI)) * exp(-shape * (u - log1p(u)) - stirling);
}

/* sum of x^n / (shape (shape + 1) ... (shape + n)) */
static double series(double shape, double x)
{
    double term = 1.0 / shape;
    double sum  = term;

    for (int n = 1; n < TERMS_MAX && term > 0.25 * DBL_EPSILON * sum; n++) {
        term *= x / (shape + n);
        sum += term;
    }
    return sum;
}

/* 1 / (x + 1 - shape - 1 (1 - shape) / (x + 3 - shape - 2 (2 - shape) / (x + 5 - shape - ...))) */
static double continued_fraction(double shape, double x)
{
    double b     = x + 1.0 - shape;
    double c     = 1.0 / LENTZ_TINY;
    double d     = 1.0 / b;
    double value = d;

    for (int n = 1; n < TERMS_MAX; n++) {
        const double a = n * (shape - n);
        double       factor;

        b += 2.0;
        d = a * d + b;
        c = b + a / c;
        if (fabs(d) < LENTZ_TINY) d = LENTZ_TINY;
        if (fabs(c) < LENTZ_TINY) c = LENTZ_TINY;
        d      = 1.0 / d;
        factor = c * d;
        value *= factor;
        if (fabs(factor - 1.0) < DBL_EPSILON) break;
    }
    return value;
}

struct gamma_tails gamma_tails_at(double shape, double x)
{
    struct gamma_tails tails = {.lower = 0.0, .upper = 1.0, .log_x_density = 0.0};

    if (x <= 0.0) return tails;
    if (isinf(x)) return (struct gamma_tails){.lower = 1.0, .upper = 0.0, .log_x_density = 0.0};
    tails.log_x_density = power_term(shape, x);
    if (x < shape + 1.0) {
        tails.lower = fmin(tails.log_x_density * series(shape, x), 1.0);
        tails.upper = 1.0 - tails.lower;
    } else {
        tails.upper = fmin(tails.log_x_density * continued_fraction(shape, x), 1.0);
        tails.lower = 1.0 - tails.upper;
    }
    return tails;
}
