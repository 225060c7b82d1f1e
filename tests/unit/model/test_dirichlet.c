/* Exceedance probabilities: against the Beta distribution, against symmetry, and against a million draws. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/dirichlet.h"

enum { COUNT_MAX = 86, DRAWS = 1000000, POINTS_MAX = 2048 };

static void exceedance(int count, const double *concentration, double *prob)
{
    double scratch[2 * COUNT_MAX];
    double sum = 0.0;
    int    point_count;

    point_count = dirichlet_exceedance(count, concentration, prob, scratch);
    for (int k = 0; k < count; k++) sum += prob[k];
    if (!(fabs(sum - 1.0) < 1e-12)) fail_msg("%d: sum - 1 = %g, %d points", count, sum - 1.0, point_count);
    assert_true(point_count < POINTS_MAX);
}

/* P(share 0 > 1/2) for whole concentrations a, b: P(Binomial(a + b - 1, 1/2) < a). */
static double beta_above_half(int a, int b)
{
    double sum = 0.0;

    for (int j = 0; j < a; j++) sum += exp(lgamma(a + b) - lgamma(j + 1) - lgamma(a + b - j) - (a + b - 1) * log(2.0));
    return sum;
}

static void two_models_are_a_beta_distribution(void **state)
{
    const int cases[][2] = {{1, 1}, {1, 2}, {3, 1}, {5, 8}, {20, 14}, {40, 2}, {300, 270}, {2, 60}};
    double    prob[2];

    (void)state;
    for (int i = 0; i < 8; i++) {
        exceedance(2, (const double[]){cases[i][0], cases[i][1]}, prob);
        assert_true(fabs(prob[0] - beta_above_half(cases[i][0], cases[i][1])) < 1e-12);
    }
}

/* P(share 0 > 1/2) = integral over the logit y of the share, from 0 on; the integrand is that of the Beta distribution. */
static double beta_above_half_by_sum(double a, double b)
{
    const double step = 0.001;
    double       sum  = 0.0;

    /* Simpson's rule; the tail falls like exp(-b y) once it is past the peak */
    for (int i = 0; i <= 2 * (int)((2.0 + 25.0 / b) / step); i++) {
        const double y      = i * step;
        const double weight = i == 0 ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;

        sum += weight * exp(lgamma(a + b) - lgamma(a) - lgamma(b) - a * log1p(exp(-y)) - b * (y + log1p(exp(-y))));
    }
    return sum * step / 3.0;
}

static void two_models_with_any_concentrations(void **state)
{
    const double cases[][2] = {{0.5, 0.5}, {0.25, 3.25}, {7.75, 0.3}, {12.4, 11.9}, {150.5, 139.1}};
    double       prob[2];

    (void)state;
    for (int i = 0; i < 5; i++) {
        exceedance(2, cases[i], prob);
        assert_true(fabs(prob[0] - beta_above_half_by_sum(cases[i][0], cases[i][1])) < 1e-8);
        assert_true(fabs(prob[1] - beta_above_half_by_sum(cases[i][1], cases[i][0])) < 1e-8);
    }
}

static void equal_concentrations_are_equally_often_the_largest(void **state)
{
    const double sizes[] = {1.0 / COUNT_MAX, 0.3, 1.0, 40.0, 1e4};
    double       concentration[COUNT_MAX], prob[COUNT_MAX];

    (void)state;
    for (int i = 0; i < 5; i++) {
        for (int count = 1; count <= COUNT_MAX; count = count < 3 ? count + 1 : count * 3 + 59) {
            if (sizes[i] * count < 0.5) continue;
            for (int k = 0; k < count; k++) concentration[k] = sizes[i];
            exceedance(count, concentration, prob);
            for (int k = 0; k < count; k++) assert_true(fabs(prob[k] - 1.0 / count) < 1e-12);
        }
    }
}

/* Marsaglia and Tsang (2000), with the logarithm of u^(1/shape) added so that small shapes do not underflow. */
static double log_gamma_draw(struct rng *rng, double shape)
{
    const double d = shape + 1.0 - 1.0 / 3.0;
    const double c = 1.0 / sqrt(9.0 * d);

    for (;;) {
        const double z = rng_normal(rng);
        const double v = (1.0 + c * z) * (1.0 + c * z) * (1.0 + c * z);

        if (v > 0.0 && log1p(-rng_uniform(rng)) < 0.5 * z * z + d - d * v + d * log(v))
            return log(d * v) + log1p(-rng_uniform(rng)) / shape;
    }
}

static void a_million_draws_say_the_same(void **state)
{
    const double concentration[] = {9.83, 11.65, 0.27, 4.25};
    int          wins[4]         = {0};
    double       prob[4];
    struct rng   rng;

    (void)state;
    rng_init(&rng, 2009);
    for (int i = 0; i < DRAWS; i++) {
        double best  = -INFINITY;
        int    which = 0;

        for (int k = 0; k < 4; k++) {
            const double x = log_gamma_draw(&rng, concentration[k]);

            if (x > best) which = k;
            best = fmax(best, x);
        }
        wins[which]++;
    }
    exceedance(4, concentration, prob);
    for (int k = 0; k < 4; k++) assert_true(fabs(wins[k] / (double)DRAWS - prob[k]) < 4.0 * sqrt(prob[k] / DRAWS) + 1.0 / DRAWS);
}

static void small_and_huge_concentrations_together(void **state)
{
    double concentration[COUNT_MAX], prob[COUNT_MAX];

    (void)state;
    for (int k = 0; k < COUNT_MAX; k++) concentration[k] = 1.0 / COUNT_MAX;
    concentration[3] = 5000.0;
    exceedance(COUNT_MAX, concentration, prob);
    assert_true(fabs(prob[3] - 1.0) < 1e-12);
    concentration[70] = 5000.0;
    exceedance(COUNT_MAX, concentration, prob);
    assert_true(fabs(prob[3] - 0.5) < 1e-12 && fabs(prob[70] - 0.5) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_models_are_a_beta_distribution),
        cmocka_unit_test(two_models_with_any_concentrations),
        cmocka_unit_test(equal_concentrations_are_equally_often_the_largest),
        cmocka_unit_test(a_million_draws_say_the_same),
        cmocka_unit_test(small_and_huge_concentrations_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
