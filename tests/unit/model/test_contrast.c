/* Contrasts against the centring matrix that they are a root of. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/contrast.h"
#include "problem.h"

enum { COUNT_MAX = 9 };

static void contrasts_are_orthonormal_and_leave_the_mean_out(void **state)
{
    (void)state;
    for (int n = 1; n <= COUNT_MAX; n++) {
        double columns[COUNT_MAX][COUNT_MAX], unit[COUNT_MAX], back[COUNT_MAX];

        for (int k = 0; k < n - 1; k++) {
            double sum = 0.0;

            for (int i = 0; i < n - 1; i++) unit[i] = i == k ? 1.0 : 0.0;
            contrast_expand(n, unit, columns[k]);
            for (int i = 0; i < n; i++) sum += columns[k][i];
            assert_true(fabs(sum) < 1e-14);
            for (int l = 0; l <= k; l++) assert_true(fabs(dense_dot(n, columns[k], columns[l]) - (k == l ? 1.0 : 0.0)) < 1e-14);
            contrast_of(n, columns[k], back);
            assert_true(dense_distance(n - 1, back, unit) < 1e-14);
        }
    }
}

static void the_mean_of_values_is_taken_off(void **state)
{
    const double values[4] = {3.0, -1.0, 4.0, 10.0}; /* mean 4 */
    double       contrasts[3], back[4];

    (void)state;
    contrast_of(4, values, contrasts);
    contrast_expand(4, contrasts, back);
    for (int i = 0; i < 4; i++) assert_true(fabs(back[i] - (values[i] - 4.0)) < 1e-14);
}

static void the_grams_contrasts_are_those_of_the_rows(void **state)
{
    (void)state;
    for (int n = 1; n <= COUNT_MAX; n++) {
        struct problem problem;
        double column[COUNT_MAX], contrasts[5][COUNT_MAX], out[COUNT_MAX * COUNT_MAX], mean[COUNT_MAX], scratch[COUNT_MAX];

        problem_init(&problem, n, 5, 2.0, 1.0, 0, (unsigned)n);
        for (int i = 0; i < n; i++) /* only the lower triangle may be looked at */
            for (int j = i + 1; j < n; j++) problem.gram[i * n + j] = (double)NAN;
        contrast_gram(n, problem.gram, n, out, mean, scratch);
        for (int j = 0; j < 5; j++) {
            for (int i = 0; i < n; i++) column[i] = problem.rows[i * problem.stride + j];
            contrast_of(n, column, contrasts[j]);
        }
        for (int i = 0; i < n - 1; i++) {
            for (int k = 0; k <= i; k++) {
                double sum = 0.0;

                for (int j = 0; j < 5; j++) sum += contrasts[j][i] * contrasts[j][k];
                assert_true(fabs(out[i * (n - 1) + k] - sum) < 1e-12);
            }
        }
        for (int i = 0; i < n; i++) {
            double sum = 0.0;

            for (int k = 0; k < n; k++)
                sum += dense_dot(5, problem.rows + i * problem.stride, problem.rows + k * problem.stride) / n;
            assert_true(fabs(mean[i] - sum) < 1e-12);
        }
        problem_close(&problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrasts_are_orthonormal_and_leave_the_mean_out),
        cmocka_unit_test(the_mean_of_values_is_taken_off),
        cmocka_unit_test(the_grams_contrasts_are_those_of_the_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
