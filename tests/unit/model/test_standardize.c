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

static void rows_one_by_one_are_the_rows_at_once(void **state)
{
    enum { MANY = 60 };
    double                     rows[MANY * STRIDE], mean[COLUMNS], scale[COLUMNS], whole_mean[COLUMNS], whole_scale[COLUMNS];
    double                     origin[COLUMNS], running_mean[COLUMNS], squares[COLUMNS];
    struct standardize_moments moments = {0, COLUMNS, origin, running_mean, squares};

    (void)state;
    for (int i = 0; i < MANY; i++) {
        rows[i * STRIDE]     = 1e6 + (i * 37 % 61) / 64.0; /* far from zero against its spread */
        rows[i * STRIDE + 1] = i * 7 % 10 - 4.5;
        rows[i * STRIDE + 2] = 0.1; /* constant, and no binary fraction */
        rows[i * STRIDE + 3] = 99.0;
    }
    for (int i = 0; i < MANY; i += i % 3 + 1) {
        standardize_moments_add(&moments, rows + moments.row_count * STRIDE, i + 1 - moments.row_count, STRIDE);
        assert_int_equal(moments.row_count, i + 1);
        standardize_moments_read(&moments, mean, scale);
        standardize_measure(rows, i + 1, STRIDE, COLUMNS, whole_mean, whole_scale);
        assert_true(fabs(mean[0] - whole_mean[0]) < 1e-8 && fabs(mean[1] - whole_mean[1]) < 1e-14);
        assert_true(fabs(scale[0] - whole_scale[0]) < 1e-9 && fabs(scale[1] - whole_scale[1]) < 1e-13);
        assert_true(mean[2] == 0.1 && scale[2] == 1.0);
    }
    for (int i = 0; i < MANY; i++) rows[i * STRIDE] -= 1e6; /* exact, and so must the spread be */
    standardize_measure(rows, MANY, STRIDE, COLUMNS, whole_mean, whole_scale);
    moments.row_count = 0; /* starts again */
    standardize_moments_add(&moments, rows, MANY, STRIDE);
    standardize_moments_read(&moments, mean, scale);
    assert_true(fabs(scale[0] / whole_scale[0] - 1.0) < 1e-14);
}

static void an_almost_constant_column_is_judged_alike_row_by_row(void **state)
{
    double                     rows[7], mean, scale, origin, running_mean, squares;
    struct standardize_moments moments = {0, 1, &origin, &running_mean, &squares};

    (void)state;
    for (int i = 0; i < 7; i++) rows[i] = 1e9 + 1e-3 * i;
    standardize_moments_add(&moments, rows, 7, 1);
    standardize_moments_read(&moments, &mean, &scale);
    assert_true(fabs(scale - 2e-3) < 1e-7);
    moments.row_count = 0;
    for (int i = 0; i < 7; i++) rows[i] = 1e9 + 1e-7 * (i % 2); /* below row_count * mean * epsilon */
    standardize_moments_add(&moments, rows, 7, 1);
    standardize_moments_read(&moments, &mean, &scale);
    assert_true(scale == 1.0);
}

static void more_columns_than_a_chunk_holds_are_scaled(void **state)
{
    enum { WIDE = 600 };
    double rows[2 * WIDE], mean[WIDE], scale[WIDE], out[2 * (WIDE + 1)];

    (void)state;
    for (int j = 0; j < WIDE; j++) {
        rows[j]        = j;
        rows[WIDE + j] = -2.0 * j;
        mean[j]        = 0.5 * j;
        scale[j]       = j + 1.0;
    }
    out[WIDE] = 7.0;
    standardize_apply(rows, 2, WIDE, WIDE, mean, scale, out, WIDE + 1);
    for (int j = 0; j < WIDE; j++) {
        assert_true(fabs(out[j] - 0.5 * j / (j + 1.0)) < 1e-15);
        assert_true(fabs(out[WIDE + 1 + j] + 2.5 * j / (j + 1.0)) < 1e-15);
    }
    assert_true(out[WIDE] == 7.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_have_mean_zero_and_population_deviation_one),
        cmocka_unit_test(rounding_of_a_constant_columns_mean_is_not_taken_for_spread),
        cmocka_unit_test(one_row_has_no_spread),
        cmocka_unit_test(rows_one_by_one_are_the_rows_at_once),
        cmocka_unit_test(an_almost_constant_column_is_judged_alike_row_by_row),
        cmocka_unit_test(more_columns_than_a_chunk_holds_are_scaled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
