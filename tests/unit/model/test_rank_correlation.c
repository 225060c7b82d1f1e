/* Spearman's rank correlation against values worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "model/rank_correlation.h"

static double rho_of(const double *left, const double *right, int count)
{
    struct err err = {0};
    double     rho = 2;

    MUST(rank_correlation(left, right, count, &rho, &err));
    return rho;
}

static void only_the_order_counts(void **state)
{
    static const double RISING[5] = {-3, 0, 1e-9, 7, 1e300}, FALLING[5] = {9, 8, 7, 6, -50};

    (void)state;
    assert_true(rho_of(RISING, RISING, 5) == 1);
    assert_true(rho_of(RISING, FALLING, 5) == -1);
    /* ranks 2 1 4 3 5: 1 - 6 x 4 / (5 x 24) */
    assert_true(fabs(rho_of(RISING, (const double[]){2, 1, 4, 3, 5}, 5) - 0.8) < 1e-15);
}

static void equal_values_share_their_ranks(void **state)
{
    /* ranks 1.5 1.5 3 4 against 1 2.5 2.5 4, centred -1 -1 0.5 1.5 and -1.5 0 0 1.5: 3.75 of sqrt(4.5 x 4.5) */
    static const double LEFT[4] = {1, 1, 2, 3}, RIGHT[4] = {5, 6, 6, 7};

    (void)state;
    assert_true(fabs(rho_of(LEFT, RIGHT, 4) - 3.75 / 4.5) < 1e-15);
}

static void too_few_pairs_and_a_constant_side_have_none(void **state)
{
    static const double VALUES[3] = {1, 2, 3}, SAME[3] = {4, 4, 4};

    (void)state;
    assert_true(isnan(rho_of(VALUES, VALUES, 0)));
    assert_true(isnan(rho_of(VALUES, VALUES, 2)));
    assert_true(rho_of(VALUES, VALUES, 3) == 1);
    assert_true(isnan(rho_of(VALUES, SAME, 3)));
    assert_true(isnan(rho_of(SAME, VALUES, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_order_counts),
        cmocka_unit_test(equal_values_share_their_ranks),
        cmocka_unit_test(too_few_pairs_and_a_constant_side_have_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
