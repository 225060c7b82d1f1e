/* Gamma distribution and digamma functions against R's (tests/model_reference/gamma_function.R). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/gamma_function.h"
#include "reference.h"

static void assert_relative(double value, double expected, double tolerance, const char *line)
{
    if (!(fabs(value - expected) <= tolerance * fabs(expected))) fail_msg("%.17g instead of %.17g in %s", value, expected, line);
}

static void the_values_are_rs(void **state)
{
    struct reference_file file;
    char                  line[256];
    int                   count = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/gamma_function.csv");
    for (; reference_line(&file, line, sizeof line); count++) {
        double             shape, x, lower, upper, digamma, log_gamma;
        struct gamma_tails tails;

        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf", &shape, &x, &lower, &upper, &digamma, &log_gamma), 6);
        tails = gamma_tails_at(shape, x);
        assert_relative(tails.lower, lower, 1e-12, line);
        /* Below shape + 1 the upper tail is what the lower leaves of 1. */
        if (x >= shape + 1.0 || upper > 1e-3)
            assert_relative(tails.upper, upper, 1e-12, line);
        else
            assert_true(fabs(tails.upper - upper) < 2e-15);
        if (fabs(digamma) > 0.1) assert_relative(gamma_digamma(shape), digamma, 1e-14, line);
        if (log_gamma != 0.0) assert_relative(gamma_log(shape), log_gamma, 1e-14, line);
    }
    reference_close(&file);
    assert_int_equal(count, 222);
}

/* d/dx P(a, x) = x^(a - 1) exp(-x) / Gamma(a), on both sides of the change of method. */
static void the_slope_is_the_density(void **state)
{
    const double shapes[] = {0.02, 0.7, 1.0, 4.0, 13.0, 150.0};

    (void)state;
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 40; k++) {
            const double x     = (shapes[i] + 1.0) * (0.3 + 0.05 * k);
            const double h     = 1e-4 * x / sqrt(shapes[i] + 1.0);
            const double slope = (8.0 * (gamma_tails_at(shapes[i], x + h).lower - gamma_tails_at(shapes[i], x - h).lower) -
                                  (gamma_tails_at(shapes[i], x + 2.0 * h).lower - gamma_tails_at(shapes[i], x - 2.0 * h).lower)) /
                                 (12.0 * h);
            const double density = exp((shapes[i] - 1.0) * log(x) - x - lgamma(shapes[i]));

            assert_true(fabs(slope - density) < 1e-10 * (1.0 + density) + 1e-15 / h);
        }
}

static void the_ends_and_closed_forms(void **state)
{
    (void)state;
    assert_true(gamma_tails_at(2.5, 0.0).lower == 0.0 && gamma_tails_at(2.5, 0.0).upper == 1.0);
    assert_true(gamma_tails_at(2.5, INFINITY).lower == 1.0 && gamma_tails_at(2.5, INFINITY).upper == 0.0);
    assert_true(gamma_tails_at(1e5, 1.0).lower == 0.0);
    for (double x = 0.01; x < 30.0; x *= 1.3) {
        assert_true(fabs(gamma_tails_at(1.0, x).lower / -expm1(-x) - 1.0) < 1e-14); /* exponential */
        assert_true(fabs(gamma_tails_at(0.5, x).lower / erf(sqrt(x)) - 1.0) < 1e-14);
        assert_true(fabs(gamma_tails_at(3.0, x).upper / (exp(-x) * (1.0 + x + 0.5 * x * x)) - 1.0) < 1e-14);
    }
    assert_true(fabs(gamma_digamma(1.0) + 0.57721566490153286) < 1e-15);
    assert_true(fabs(gamma_digamma(0.5) + 1.9635100260214235) < 1e-15);
    for (double shape = 0.01; shape < 40.0; shape *= 1.7)
        assert_true(fabs(gamma_digamma(shape + 1.0) - gamma_digamma(shape) - 1.0 / shape) < 1e-14 * (1.0 + 1.0 / shape));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_values_are_rs),
        cmocka_unit_test(the_slope_is_the_density),
        cmocka_unit_test(the_ends_and_closed_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
