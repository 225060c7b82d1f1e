#include "model/binomial.h"

#include <math.h>

#include "model/gamma_function.h"

enum { FRACTION_STEP_MAX = 10000, BISECTION_COUNT = 64 };

static const double TAIL_PROB         = 0.025;
static const double FRACTION_ACCURACY = 1e-16;
static const double FRACTION_TINY     = 1e-300; /* instead of a denominator of 0 (modified Lentz) */

static double not_zero(double value)
{
    return fabs(value) < FRACTION_TINY ? FRACTION_TINY : value;
}

/* The m-th numerator of 8.17.22, m from 1. */
static double numerator(double a, double b, double x, int m)
{
    const int    half = m / 2;
    const double base = a + m;

    if (m % 2 == 0) return half * (b - half) * x / ((base - 1.0) * base);
    return -(a + half) * (a + b + half) * x / ((base - 1.0) * base);
}

/* 1 / (1 + d_1 / (1 + d_2 / ...)) by the modified Lentz algorithm. */
static double fraction(double a, double b, double x)
{
    double value = 1.0, c = 1.0, d = 1.0;

    for (int m = 1; m < FRACTION_STEP_MAX; m++) {
        const double term = numerator(a, b, x, m);

        d = 1.0 / not_zero(1.0 + term * d);
        if (m > 1) c = not_zero(1.0 + term / c);
        value *= c * d;
        if (fabs(c * d - 1.0) < FRACTION_ACCURACY) break;
    }
    return value;
}

double binomial_incomplete_beta(double a, double b, double x)
{
    double factor;

    if (x <= 0.0) return 0.0;
    if (x >= 1.0) return 1.0;
    if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - binomial_incomplete_beta(b, a, 1.0 - x);
    factor = exp(gamma_log(a + b) - gamma_log(a) - gamma_log(b) + a * log(x) + b * log1p(-x));
    return factor / a * fraction(a, b, x);
}

double binomial_guess_at_least(int right_count, int count)
{
    if (right_count <= 0) return 1.0;
    if (right_count > count) return 0.0;
    return binomial_incomplete_beta(right_count, count - right_count + 1.0, 0.5);
}

double binomial_guess_two_sided(int right_count, int count)
{
    const int larger = right_count > count - right_count ? right_count : count - right_count;

    return fmin(1.0, 2.0 * binomial_guess_at_least(larger, count));
}

/* The x with I_x(a, b) = prob. */
static double beta_quantile(double a, double b, double prob)
{
    double low = 0.0, high = 1.0;

    for (int i = 0; i < BISECTION_COUNT; i++) {
        const double middle = 0.5 * (low + high);

        if (binomial_incomplete_beta(a, b, middle) < prob)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

struct interval binomial_interval(int right_count, int count)
{
    struct interval out = {0.0, 1.0};

    if (right_count > 0) out.low = beta_quantile(right_count, count - right_count + 1.0, TAIL_PROB);
    if (right_count < count) out.high = beta_quantile(right_count + 1.0, count - right_count, 1.0 - TAIL_PROB);
    return out;
}
