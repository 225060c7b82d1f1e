/* The sums over rows against the logistic function itself, term by term, and their derivatives against differences. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/logistic.h"
#include "model/logistic_sums.h"

enum { ROW_MAX = 3000 };

struct arrays {
    double               signed_x[ROW_MAX + LOGISTIC_LANES];
    double               sign[ROW_MAX + LOGISTIC_LANES];
    struct logistic_rows rows;
};

static void fill(struct arrays *arrays, int count, double spread, unsigned seed)
{
    struct rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < ROW_MAX + LOGISTIC_LANES; i++) arrays->signed_x[i] = arrays->sign[i] = 0.0;
    for (int i = 0; i < count; i++) {
        arrays->sign[i]     = rng_below(&rng, 2) ? 1.0 : -1.0;
        arrays->signed_x[i] = arrays->sign[i] * spread * rng_normal(&rng);
    }
    arrays->rows.signed_x      = arrays->signed_x;
    arrays->rows.sign          = arrays->sign;
    arrays->rows.block_count   = (count + LOGISTIC_LANES - 1) / LOGISTIC_LANES;
    arrays->rows.padding_count = arrays->rows.block_count * LOGISTIC_LANES - count;
}

static void exp_is_that_of_the_library(void **state)
{
    double worst = 0.0;

    (void)state;
    for (double start = 0.0; start < 707.0; start += 0.00237) {
        double distance[LOGISTIC_LANES], out[LOGISTIC_LANES];

        for (int k = 0; k < LOGISTIC_LANES; k++) distance[k] = start * (1.0 + 1e-3 * k);
        logistic_exp_block(distance, out);
        for (int k = 0; k < LOGISTIC_LANES; k++) worst = fmax(worst, fabs(out[k] / exp(-distance[k]) - 1.0));
    }
    assert_true(worst < 4e-16);
}

static void exp_stays_positive_and_finite_at_the_ends(void **state)
{
    const double far[] = {0.0, 1e-300, 1e-17, 708.0, 709.0, 1e5, 1e300};

    (void)state;
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        double distance[LOGISTIC_LANES], out[LOGISTIC_LANES];

        for (int k = 0; k < LOGISTIC_LANES; k++) distance[k] = far[i];
        logistic_exp_block(distance, out);
        assert_true(fabs(out[0] / exp(-fmin(far[i], 708.0)) - 1.0) < 4e-16);
    }
}

static void sums_are_those_of_the_definition(void **state)
{
    const int     counts[] = {0, 1, 2, 3, 7, 150, 511, 1024, 1025, ROW_MAX};
    struct arrays arrays;

    (void)state;
    for (int i = 0; i < 30; i++) {
        const int            count = counts[i % 10];
        const double         slope = i < 10 ? 0.8 : i < 20 ? -3.0 : 40.0, shift = 0.1;
        struct logistic_sums sums;
        double               value = 0.0, gradient = 0.0, curvature = 0.0;

        fill(&arrays, count, 1.0, (unsigned)i + 1);
        logistic_sums(&arrays.rows, shift, slope, &sums);
        for (int k = 0; k < count; k++) {
            const double z = arrays.signed_x[k] - shift * arrays.sign[k];

            value += logistic_log_prob(z * slope);
            gradient += z * logistic_prob(-z * slope);
            curvature += z * z * logistic_prob(z * slope) * logistic_prob(-z * slope);
        }
        assert_true(fabs(sums.log_likelihood - value) <= 1e-13 * (1.0 + fabs(value)));
        assert_true(fabs(sums.gradient - gradient) <= 1e-12 * (1.0 + count));
        assert_true(fabs(sums.curvature - curvature) <= 1e-14 * (1.0 + curvature));
    }
}

static void derivatives_are_those_of_the_sums(void **state)
{
    const double  step = 1e-3;
    struct arrays arrays;

    (void)state;
    for (unsigned seed = 1; seed < 20; seed++) {
        const double         slope = 0.3 * (seed - 10.0);
        struct logistic_sums at, before, after;

        fill(&arrays, 40, 1.0, seed);
        logistic_sums(&arrays.rows, -0.05, slope, &at);
        logistic_sums(&arrays.rows, -0.05, slope - step, &before);
        logistic_sums(&arrays.rows, -0.05, slope + step, &after);
        assert_true(fabs((after.log_likelihood - before.log_likelihood) / (2.0 * step) - at.gradient) < 1e-4);
        assert_true(fabs((after.gradient - before.gradient) / (2.0 * step) + at.curvature) < 1e-4);
        assert_true(fabs((after.curvature - before.curvature) / (2.0 * step) - at.curvature_1) < 1e-3);
        assert_true(fabs((after.curvature_1 - before.curvature_1) / (2.0 * step) - at.curvature_2) < 1e-3);
        assert_true(fabs((after.curvature_2 - before.curvature_2) / (2.0 * step) - at.curvature_3) < 1e-2);
    }
}

static void tails_keep_their_digits(void **state)
{
    struct arrays        arrays;
    struct logistic_sums sums;

    (void)state;
    fill(&arrays, 1, 1.0, 1);
    arrays.signed_x[0] = 2.0;
    logistic_sums(&arrays.rows, 0.0, 100.0, &sums); /* sure and right */
    assert_true(fabs(sums.gradient / (2.0 * exp(-200.0)) - 1.0) < 1e-13);
    assert_true(fabs(sums.curvature / (4.0 * exp(-200.0)) - 1.0) < 1e-13);
    logistic_sums(&arrays.rows, 0.0, -1e6, &sums); /* sure and wrong */
    assert_true(sums.log_likelihood == -2e6);
    assert_true(sums.gradient == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_that_of_the_library),       cmocka_unit_test(exp_stays_positive_and_finite_at_the_ends),
        cmocka_unit_test(sums_are_those_of_the_definition), cmocka_unit_test(derivatives_are_those_of_the_sums),
        cmocka_unit_test(tails_keep_their_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
