#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/standardize.h"

enum { ROWS = 4, COLUMNS = 3, STRIDE = 4 };

static void scores_have_mean_zero_and_population_deviation_one(void **state)
{
    /* The fourth place of a row is not a column and must stay out of it. */
    const double rows[ROWS * STRIDE] = {1, 10, 5, 99, 2, 30, 5, 99, 4, -10, 5, 99, 9, 2, 5, 99};
    double       mean[COLUMNS], scale[COLUMNS], out[ROWS * COLUMNS];

    (void)state;
    standardize_measure(rows, ROWS, STRIDE, COLUMNS, mean, scale);
    assert_true(mean[0] == 4.0 && mean[1] == 8.0 && mean[2] == 5.0);
    assert_true(fabs(scale[0] - sqrt(9.5)) < 1e-15); /* ((-3)^2 + (-2)^2 + 0 + 5^2) / 4 */
    assert_true(scale[2] == 1.0);
    standardize_apply(rows, ROWS, STRIDE, COLUMNS, mean, scale, out, COLUMNS);
    for (int j = 0; j < 2; j++) {
        double sum = 0.0, squares = 0.0;

        for (int i = 0; i < ROWS; i++) {
            sum += out[i * COLUMNS + j];
            squares += out[i * COLUMNS + j] * out[i * COLUMNS + j];
        }
        assert_true(fabs(sum) < 1e-14);
        assert_true(fabs(squares / ROWS - 1.0) < 1e-14);
    }
    for (int i = 0; i < ROWS; i++) assert_true(out[i * COLUMNS + 2] == 0.0);
}

static void rounding_of_a_constant_columns_mean_is_not_taken_for_spread(void **state)
{
    double rows[7], mean, scale;

    (void)state;
    for (int i = 0; i < 7; i++) rows[i] = 0.1;
    standardize_measure(rows, 7, 1, 1, &mean, &scale);
    assert_true(scale == 1.0);
    for (int i = 0; i < 7; i++) rows[i] = 1e9 + 1e-3 * i; /* small against the mean, but real */
    standardize_measure(rows, 7, 1, 1, &mean, &scale);
    assert_true(fabs(scale - 2e-3) < 1e-5);
}

static void one_row_has_no_spread(void **state)
{
    const double row[2] = {3.0, -7.0};
    double       mean[2], scale[2];

    (void)state;
    standardize_measure(row, 1, 2, 2, mean, scale);
    assert_true(mean[0] == 3.0 && mean[1] == -7.0 && scale[0] == 1.0 && scale[1] == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_have_mean_zero_and_population_deviation_one),
        cmocka_unit_test(rounding_of_a_constant_columns_mean_is_not_taken_for_spread),
        cmocka_unit_test(one_row_has_no_spread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
