#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/logistic.h"

static void the_two_sides_add_up_to_one(void **state)
{
    (void)state;
    for (double logit = -40.0; logit <= 40.0; logit += 0.37) {
        assert_true(fabs(logistic_prob(logit) + logistic_prob(-logit) - 1.0) < 1e-15);
        assert_true(fabs(exp(logistic_log_prob(logit)) / logistic_prob(logit) - 1.0) < 1e-14);
    }
    assert_true(logistic_prob(0.0) == 0.5);
}

static void tails_keep_their_digits_and_stay_finite(void **state)
{
    (void)state;
    assert_true(fabs(logistic_prob(-100.0) / exp(-100.0) - 1.0) < 1e-14);
    assert_true(fabs(logistic_log_prob(100.0) / -exp(-100.0) - 1.0) < 1e-14);
    assert_true(logistic_log_prob(-1e12) == -1e12);
    assert_true(logistic_log_prob(1e12) == 0.0);
    assert_true(logistic_prob(-1e12) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_two_sides_add_up_to_one),
        cmocka_unit_test(tails_keep_their_digits_and_stay_finite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
