/* Power series against what the functions they stand for are at a small distance. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/power_series.h"

static const double STEP[3] = {0.011, -0.017, 0.013};

static double value_at(const struct power_series_shape *shape, const double *series, const double *step)
{
    double sum = 0.0;

    for (int n = 0; n < shape->term_count; n++) {
        double term = series[n];

        for (int i = 0; i < shape->variable_count; i++) term *= pow(step[i], shape->exponent[n][i]);
        sum += term;
    }
    return sum;
}

/* constant + sum of variables with different weights + a product of two. */
static void make(const struct power_series_shape *shape, double constant, double weight, double *out)
{
    for (int n = 0; n < shape->term_count; n++) out[n] = 0.0;
    out[0] = constant;
    for (int i = 0; i < shape->variable_count; i++) out[shape->times[0][i]] = weight + i;
    out[shape->times[shape->times[0][0]][1]] = 2.0;
}

static void multiply(const struct power_series_shape *shape, const double *left, const double *right, double *out)
{
    for (int degree = 0; degree <= POWER_SERIES_DEGREE; degree++) power_series_multiply_degree(shape, degree, left, right, out);
}

static void terms_and_products_are_all_there(void **state)
{
    struct power_series_shape shape;

    (void)state;
    power_series_shape_init(&shape, 3);
    assert_int_equal(shape.term_count, POWER_SERIES_TERM_MAX);
    assert_int_equal(shape.product_start[POWER_SERIES_DEGREE + 1], POWER_SERIES_PRODUCT_MAX);
    for (int i = 0; i < POWER_SERIES_PRODUCT_MAX; i++)
        for (int j = 0; j < 3; j++)
            assert_int_equal(shape.exponent[shape.products[i].left][j] + shape.exponent[shape.products[i].right][j],
                             shape.exponent[shape.products[i].out][j]);
    power_series_shape_init(&shape, 2);
    assert_int_equal(shape.term_count, 45);
    assert_int_equal(shape.product_start[POWER_SERIES_DEGREE + 1], 495); /* binomial(8 + 4, 4) */
}

static void a_product_is_the_product_of_the_values(void **state)
{
    (void)state;
    for (int variables = 2; variables <= 3; variables++) {
        struct power_series_shape shape;
        double                    left[POWER_SERIES_TERM_MAX], right[POWER_SERIES_TERM_MAX], out[POWER_SERIES_TERM_MAX];

        power_series_shape_init(&shape, variables);
        make(&shape, 1.5, -1.0, left);
        make(&shape, -0.7, 3.0, right);
        multiply(&shape, left, right, out); /* degree 4: exact */
        assert_true(fabs(value_at(&shape, out, STEP) - value_at(&shape, left, STEP) * value_at(&shape, right, STEP)) < 1e-15);
    }
}

static void a_logarithm_is_the_logarithm_up_to_the_degree(void **state)
{
    (void)state;
    for (int variables = 2; variables <= 3; variables++) {
        struct power_series_shape shape;
        double                    series[POWER_SERIES_TERM_MAX], out[POWER_SERIES_TERM_MAX], error[2];

        power_series_shape_init(&shape, variables);
        make(&shape, 1.5, 2.0, series);
        power_series_log(&shape, series, out);
        for (int i = 0; i < 2; i++) {
            const double size    = i == 0 ? 8.0 : 4.0;
            const double step[3] = {size * STEP[0], size * STEP[1], size * STEP[2]};

            error[i] = fabs(value_at(&shape, out, step) - log(value_at(&shape, series, step)));
        }
        assert_true(error[0] < 1e-6);
        assert_true(error[1] < error[0] / 400.0); /* the first term left out is of degree 9: 1 / 512 */
    }
}

static void adding_multiplies_by_the_power_of_a_variable(void **state)
{
    struct power_series_shape shape;
    double                    series[POWER_SERIES_TERM_MAX], out[POWER_SERIES_TERM_MAX] = {0.0};

    (void)state;
    power_series_shape_init(&shape, 3);
    make(&shape, 0.5, 1.0, series);
    for (int degree = 0; degree <= POWER_SERIES_DEGREE; degree++)
        power_series_add_degree(&shape, degree, -3.0, 2, 4, series, out);
    assert_true(fabs(value_at(&shape, out, STEP) + 3.0 * pow(STEP[2], 4) * value_at(&shape, series, STEP)) < 1e-18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_and_products_are_all_there),
        cmocka_unit_test(a_product_is_the_product_of_the_values),
        cmocka_unit_test(a_logarithm_is_the_logarithm_up_to_the_degree),
        cmocka_unit_test(adding_multiplies_by_the_power_of_a_variable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
