/* Maxima in a box of functions whose maxima are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/box_newton.h"

static const struct box_newton_settings SETTINGS = {
    .gradient_tolerance = 1e-9, .radius_start = 0.5, .radius_max = 2.0, .iteration_max = 200};

/* value = g.x + x'H x / 2 */
struct quadratic {
    double gradient[3];
    double hessian[9];
};

static double quadratic_value(void *context, const double *x)
{
    const struct quadratic *q     = context;
    double                  value = 0.0;

    for (int i = 0; i < 3; i++) {
        value += q->gradient[i] * x[i];
        for (int j = 0; j < 3; j++) value += 0.5 * x[i] * q->hessian[3 * i + j] * x[j];
    }
    return value;
}

static void quadratic_derivatives(void *context, const double *x, double *gradient, double *hessian)
{
    const struct quadratic *q = context;

    for (int i = 0; i < 3; i++) {
        gradient[i] = q->gradient[i];
        for (int j = 0; j < 3; j++) gradient[i] += q->hessian[3 * i + j] * x[j];
    }
    memcpy(hessian, q->hessian, sizeof q->hessian);
}

static struct box_newton_problem quadratic_problem(struct quadratic *q)
{
    return (struct box_newton_problem){.count       = 3,
                                       .lower       = {-1.0, -2.0, -3.0},
                                       .upper       = {4.0, 5.0, 6.0},
                                       .context     = q,
                                       .value       = quadratic_value,
                                       .derivatives = quadratic_derivatives};
}

static void a_concave_quadratic_ends_where_the_equations_say(void **state)
{
    /* H = -(diagonal 2, 3, 4 with 0.5 beside it); g = -H x* */
    struct quadratic          q       = {.hessian = {-2, 0.5, 0, 0.5, -3, 0.5, 0, 0.5, -4}};
    const double              best[3] = {1.5, -1.0, 4.0};
    struct box_newton_problem problem = quadratic_problem(&q);
    struct box_newton_result  result;

    (void)state;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) q.gradient[i] -= q.hessian[3 * i + j] * best[j];
    box_newton_maximise(&problem, &SETTINGS, (const double[3]){0, 0, 0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_CONVERGED);
    for (int i = 0; i < 3; i++) assert_true(fabs(result.point[i] - best[i]) < 1e-9);
    assert_true(result.value == quadratic_value(&q, result.point));
}

/* On random quadratics, most of them indefinite, the end satisfies the conditions of a maximum in the box, and no point nearby is
 * better. */
static void the_end_is_a_maximum_of_the_box_whatever_the_curvature(void **state)
{
    unsigned long long seed      = 12345;
    int                at_bounds = 0;

    (void)state;
    for (int run = 0; run < 300; run++) {
        struct quadratic          q;
        struct box_newton_problem problem = quadratic_problem(&q);
        struct box_newton_result  result;
        double                    numbers[9];

        for (int i = 0; i < 9; i++) {
            seed       = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            numbers[i] = (double)(seed >> 33) / 1073741824.0 - 1.0;
        }
        memcpy(q.gradient, numbers, sizeof q.gradient);
        for (int i = 0, k = 3; i < 3; i++)
            for (int j = 0; j <= i; j++, k++) q.hessian[3 * i + j] = q.hessian[3 * j + i] = numbers[k];
        box_newton_maximise(&problem, &SETTINGS, (const double[3]){0, 0, 0}, &result);
        assert_int_equal(result.status, BOX_NEWTON_CONVERGED);
        assert_true(result.gradient_norm < 1e-8);
        for (int i = 0; i < 3; i++) {
            assert_true(result.point[i] >= problem.lower[i] && result.point[i] <= problem.upper[i]);
            at_bounds += result.point[i] == problem.lower[i] || result.point[i] == problem.upper[i];
        }
        for (int code = 0; code < 27; code++) {
            double near[3];

            for (int i = 0, rest = code; i < 3; i++, rest /= 3)
                near[i] = fmin(fmax(result.point[i] + 0.01 * (rest % 3 - 1), problem.lower[i]), problem.upper[i]);
            assert_true(quadratic_value(&q, near) <= result.value + 1e-10);
        }
    }
    assert_true(at_bounds > 100);
}

/* Rosenbrock's valley upside down; beyond x = 2 there is no value. */
static double valley_value(void *context, const double *x)
{
    int *asked = context;

    (*asked)++;
    if (x[0] > 2.0) return NAN;
    return -100.0 * pow(x[1] - x[0] * x[0], 2.0) - pow(1.0 - x[0], 2.0);
}

static void valley_derivatives(void *context, const double *x, double *gradient, double *hessian)
{
    const double off = x[1] - x[0] * x[0];

    (void)context;
    gradient[0] = 400.0 * off * x[0] + 2.0 * (1.0 - x[0]);
    gradient[1] = -200.0 * off;
    hessian[0]  = 400.0 * off - 800.0 * x[0] * x[0] - 2.0;
    hessian[1] = hessian[2] = 400.0 * x[0];
    hessian[3]              = -200.0;
}

static struct box_newton_problem valley_problem(int *asked)
{
    return (struct box_newton_problem){.count       = 2,
                                       .lower       = {-5.0, -5.0},
                                       .upper       = {5.0, 5.0},
                                       .context     = asked,
                                       .value       = valley_value,
                                       .derivatives = valley_derivatives};
}

static void a_curved_valley_is_followed_to_its_end(void **state)
{
    int                       asked   = 0;
    struct box_newton_problem problem = valley_problem(&asked);
    struct box_newton_result  result;

    (void)state;
    box_newton_maximise(&problem, &SETTINGS, (const double[2]){-1.2, 1.0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_CONVERGED);
    assert_true(fabs(result.point[0] - 1.0) < 1e-8 && fabs(result.point[1] - 1.0) < 1e-8);
    assert_true(asked <= result.iteration_count + 1);
    problem.upper[0] = 0.5; /* the bound cuts the valley off: y = x^2 there */
    box_newton_maximise(&problem, &SETTINGS, (const double[2]){-1.2, 1.0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_CONVERGED);
    assert_true(result.point[0] == 0.5 && fabs(result.point[1] - 0.25) < 1e-8);
}

static void a_point_without_a_value_is_not_stepped_on(void **state)
{
    int                        asked    = 0;
    struct box_newton_problem  problem  = valley_problem(&asked);
    struct box_newton_settings settings = SETTINGS;
    struct box_newton_result   result;

    (void)state;
    settings.radius_start = settings.radius_max = 8.0;
    box_newton_maximise(&problem, &settings, (const double[2]){1.9, -4.0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_CONVERGED);
    assert_true(fabs(result.point[0] - 1.0) < 1e-8);
    box_newton_maximise(&problem, &settings, (const double[2]){2.5, 0.0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_NO_VALUE);
    assert_true(result.point[0] == 2.5);
}

static void too_few_iterations_are_a_status_with_the_best_point(void **state)
{
    int                        asked    = 0;
    struct box_newton_problem  problem  = valley_problem(&asked);
    struct box_newton_settings settings = SETTINGS;
    struct box_newton_result   result;

    (void)state;
    settings.iteration_max = 4;
    box_newton_maximise(&problem, &settings, (const double[2]){-1.2, 1.0}, &result);
    assert_int_equal(result.status, BOX_NEWTON_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 4);
    assert_true(result.value > valley_value(&asked, (const double[2]){-1.2, 1.0}));
    assert_true(result.value == valley_value(&asked, result.point));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_concave_quadratic_ends_where_the_equations_say),
        cmocka_unit_test(the_end_is_a_maximum_of_the_box_whatever_the_curvature),
        cmocka_unit_test(a_curved_valley_is_followed_to_its_end),
        cmocka_unit_test(a_point_without_a_value_is_not_stepped_on),
        cmocka_unit_test(too_few_iterations_are_a_status_with_the_best_point),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
