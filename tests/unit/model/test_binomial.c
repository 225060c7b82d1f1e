/* Exact binomial tests and intervals against R's (tests/model_reference/binomial.R, incomplete_beta.R). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/binomial.h"
#include "reference.h"

static void assert_near(double expected, double value)
{
    if (!(fabs(value - expected) <= 1e-11 * fmax(fabs(expected), 1e-280))) fail_msg("%.17g instead of %.17g", value, expected);
}

static void tests_and_intervals_are_those_of_r(void **state)
{
    struct reference_file file;
    char                  line[256];
    int                   count_of_lines = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/binomial.csv");
    for (; reference_line(&file, line, sizeof line); count_of_lines++) {
        double          at_least, two_sided, low, high;
        int             right, count;
        struct interval interval;

        assert_int_equal(sscanf(line, "%d,%d,%lf,%lf,%lf,%lf", &right, &count, &at_least, &two_sided, &low, &high), 6);
        interval = binomial_interval(right, count);
        assert_near(at_least, binomial_guess_at_least(right, count));
        assert_near(two_sided, binomial_guess_two_sided(right, count));
        assert_near(low, interval.low);
        assert_near(high, interval.high);
    }
    reference_close(&file);
    assert_int_equal(count_of_lines, 116);
}

static void the_incomplete_beta_function_is_that_of_r(void **state)
{
    struct reference_file file;
    char                  line[256];
    int                   count_of_lines = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/incomplete_beta.csv");
    for (; reference_line(&file, line, sizeof line); count_of_lines++) {
        double a, b, x, value;

        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf", &a, &b, &x, &value), 4);
        assert_near(value, binomial_incomplete_beta(a, b, x));
    }
    reference_close(&file);
    assert_int_equal(count_of_lines, 708);
}

static void the_tail_is_the_sum_of_its_terms(void **state)
{
    (void)state;
    for (int count = 1; count <= 40; count++) {
        double term = pow(0.5, count), tail = 0.0; /* of X = count */

        for (int right = count; right >= 0; right--) {
            tail += term;
            assert_near(tail, binomial_guess_at_least(right, count));
            term *= right / (count - right + 1.0);
        }
    }
}

static void nothing_seen_says_nothing(void **state)
{
    const struct interval interval = binomial_interval(0, 0);

    (void)state;
    assert_true(interval.low == 0.0 && interval.high == 1.0);
    assert_true(binomial_guess_at_least(0, 0) == 1.0 && binomial_guess_two_sided(0, 0) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_and_intervals_are_those_of_r),
        cmocka_unit_test(the_incomplete_beta_function_is_that_of_r),
        cmocka_unit_test(the_tail_is_the_sum_of_its_terms),
        cmocka_unit_test(nothing_seen_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
