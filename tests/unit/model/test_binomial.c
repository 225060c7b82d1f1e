/* Exact binomial tests and intervals against R 4.2.2: binom.test(k, n), binom.test(k, n, alternative = "greater"), pbeta(x, a, b). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/binomial.h"

struct binomial_case {
    int    right_count;
    int    count;
    double at_least;
    double two_sided;
    double low;
    double high;
};

static const struct binomial_case CASES[] = {
    {0, 1, 1, 1, 0, 0.97499999999999998},
    {1, 1, 0.5, 1, 0.025000000000000022, 1},
    {30, 60, 0.55128908650428488, 1, 0.36806203194243675, 0.63193796805756319},
    {40, 60, 0.0067446468655959525, 0.013489293731191905, 0.53312732525716944, 0.78313055456882985},
    {75, 120, 0.0039232965612198785, 0.0078465931224397569, 0.53198813828601754, 0.71168632942986576},
    {90, 120, 1.886376653177656e-08, 3.7727533063553119e-08, 0.66273078370800398, 0.82453538096994339},
    {1, 20, 0.99999904632568359, 4.0054321289062493e-05, 0.0012650894979498051, 0.24873276277202772},
    {5200, 10000, 3.296757799336231e-05, 6.593515598672462e-05, 0.51015339471986465, 0.52983495148605675},
};

static void assert_near(double expected, double value)
{
    if (fabs(value - expected) > 1e-10 * fmax(fabs(expected), 1e-300) && fabs(value - expected) > 1e-16)
        fail_msg("%.17g instead of %.17g", value, expected);
}

static void tests_and_intervals_are_those_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct binomial_case *expected = &CASES[i];
        const struct interval       interval = binomial_interval(expected->right_count, expected->count);

        assert_near(expected->at_least, binomial_guess_at_least(expected->right_count, expected->count));
        assert_near(expected->two_sided, binomial_guess_two_sided(expected->right_count, expected->count));
        assert_near(expected->low, interval.low);
        assert_near(expected->high, interval.high);
    }
}

static void the_incomplete_beta_function_is_that_of_r(void **state)
{
    (void)state;
    assert_near(0.36901011956554525, binomial_incomplete_beta(0.5, 0.5, 0.3));
    assert_near(0.5248, binomial_incomplete_beta(2, 3, 0.4));
    assert_near(0.67762816477217946, binomial_incomplete_beta(200, 300, 0.41));
    assert_near(0.7, binomial_incomplete_beta(1, 1, 0.7));
    assert_near(0.50398932306969102, binomial_incomplete_beta(5000, 5001, 0.5));
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
