/* The grid choice rule against sums over all of its points, and against a grid forty times finer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/choice_rule.h"

enum { TRIALS = 60, FINE_COUNT = 4001 };

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* Log of the mean likelihood over `count` log-spaced betas. */
static double brute_force_evidence(int count, int trial_count, const double *drives, const int *choices)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++) {
        const double beta       = pow(10.0, -3.0 + 5.0 * i / (count - 1));
        double       likelihood = 1.0;

        for (int t = 0; t < trial_count; t++) likelihood *= logistic(choices[t] == 1 ? beta * drives[t] : -beta * drives[t]);
        sum += likelihood;
    }
    return log(sum / count);
}

static void simulate(unsigned seed, double beta, double spread, double *drives, int *choices)
{
    struct rng rng;

    rng_init(&rng, seed);
    for (int t = 0; t < TRIALS; t++) {
        drives[t]  = spread * rng_normal(&rng);
        choices[t] = rng_uniform(&rng) < logistic(beta * drives[t]) ? 1 : 0;
    }
}

static void grid_points_are_log_spaced_from_a_thousandth_to_a_hundred(void **state)
{
    (void)state;
    assert_true(choice_beta_at(0) == 1e-3);
    assert_true(choice_beta_at(CHOICE_GRID_COUNT - 1) == 1e2);
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) assert_true(fabs(choice_beta_at(i) / pow(10.0, -3.0 + 0.05 * i) - 1.0) < 1e-14);
}

static void the_evidence_is_the_sum_over_the_grid(void **state)
{
    double             drives[TRIALS];
    int                choices[TRIALS];
    struct choice_grid grid;

    (void)state;
    simulate(1, 0.4, 3.0, drives, choices);
    choice_grid_init(&grid);
    assert_true(grid.log_evidence == 0.0);
    for (int t = 0; t < TRIALS; t++) {
        const double before     = grid.log_evidence;
        const double predicted  = choice_grid_predict(&grid, drives[t]);
        const double right_prob = choice_grid_update(&grid, drives[t], choices[t]);

        /* What was predicted is what the evidence then gains. */
        assert_true(right_prob == predicted);
        assert_true(fabs(grid.log_evidence - before - log(choices[t] == 1 ? right_prob : 1.0 - right_prob)) < 1e-12);
        assert_true(fabs(grid.log_evidence - brute_force_evidence(CHOICE_GRID_COUNT, t + 1, drives, choices)) < 1e-11);
        assert_int_equal(grid.trial_count, t + 1);
    }
}

static void a_grid_of_four_thousand_points_says_the_same(void **state)
{
    const double betas[]   = {0.0, 0.02, 0.3, 2.0, 50.0};
    const double spreads[] = {0.05, 1.0, 30.0};

    (void)state;
    for (int i = 0; i < 15; i++) {
        double             drives[TRIALS];
        int                choices[TRIALS];
        struct choice_grid grid;

        simulate((unsigned)(100 + i), betas[i % 5], spreads[i / 5], drives, choices);
        choice_grid_init(&grid);
        for (int t = 0; t < TRIALS; t++) (void)choice_grid_update(&grid, drives[t], choices[t]);
        assert_true(fabs(grid.log_evidence - brute_force_evidence(FINE_COUNT, TRIALS, drives, choices)) < 0.05);
    }
}

static void the_first_prediction_without_a_drive_is_one_half(void **state)
{
    struct choice_grid grid;

    (void)state;
    choice_grid_init(&grid);
    assert_true(fabs(choice_grid_predict(&grid, 0.0) - 0.5) < 1e-15);
    assert_true(fabs(choice_grid_predict(&grid, 2.0) + choice_grid_predict(&grid, -2.0) - 1.0) < 1e-14);
    assert_true(choice_grid_predict(&grid, 2.0) > 0.5);
}

static void left_and_right_are_mirror_images(void **state)
{
    struct choice_grid grid, mirror;
    double             drives[TRIALS];
    int                choices[TRIALS];

    (void)state;
    simulate(3, 1.0, 1.0, drives, choices);
    choice_grid_init(&grid);
    choice_grid_init(&mirror);
    for (int t = 0; t < TRIALS; t++) {
        const double right_prob = choice_grid_update(&grid, drives[t], choices[t]);

        assert_true(fabs(right_prob + choice_grid_update(&mirror, -drives[t], 1 - choices[t]) - 1.0) < 1e-13);
    }
    assert_true(fabs(grid.log_evidence - mirror.log_evidence) < 1e-12);
}

static void beta_is_recovered_and_its_interval_is_the_grids(void **state)
{
    struct choice_grid grid;
    struct choice_beta beta;
    struct rng         rng;
    double             below = 0.0, to_low = 0.0, to_high = 0.0, mean = 0.0;

    (void)state;
    rng_init(&rng, 8);
    choice_grid_init(&grid);
    choice_grid_beta(&grid, &beta); /* the prior: two or three points are left off at either end */
    assert_true(beta.low == choice_beta_at(2) && beta.high == choice_beta_at(98));
    for (int t = 0; t < 2000; t++) {
        const double drive = rng_normal(&rng);

        (void)choice_grid_update(&grid, drive, rng_uniform(&rng) < logistic(1.5 * drive) ? 1 : 0);
    }
    choice_grid_beta(&grid, &beta);
    assert_true(fabs(beta.mean - 1.5) < 0.2);
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const double prob = exp(grid.log_joint[i] - grid.log_evidence);

        if (choice_beta_at(i) < beta.low) to_low += prob;
        if (choice_beta_at(i) < beta.high) to_high += prob;
        below += prob;
        mean += prob * choice_beta_at(i);
    }
    assert_true(fabs(below - 1.0) < 1e-12);
    assert_true(fabs(mean - beta.mean) < 1e-12);
    assert_true(to_low < 0.025 && to_high < 0.975 && beta.low < 1.5 && beta.high > 1.5);
}

static void absurd_drives_keep_everything_finite(void **state)
{
    const double       drives[] = {1e300, -1e300, 1e9, -3.0};
    struct choice_grid grid;
    struct choice_beta beta;

    (void)state;
    choice_grid_init(&grid);
    for (int t = 0; t < 400; t++) {
        const double right_prob = choice_grid_update(&grid, drives[t % 4], t % 3 == 0);

        assert_true(right_prob >= 0.0 && right_prob <= 1.0);
        assert_true(isfinite(grid.log_evidence));
    }
    choice_grid_beta(&grid, &beta);
    assert_true(isfinite(beta.mean) && beta.low >= 1e-3 && beta.high <= 1e2 && beta.low <= beta.high);
}

static void the_drive_of_each_task(void **state)
{
    struct learner_value value = {.left = 40.0, .right = 25.0};

    (void)state;
    assert_true(choice_drive(LEARNER_TASK_REWARD, &value) == -15.0);
    value = (struct learner_value){.left = 0.2, .right = 0.8};
    assert_true(fabs(choice_drive(LEARNER_TASK_CATEGORY, &value) - log(4.0)) < 1e-15);
    value.right = 0.0;
    assert_true(fabs(choice_drive(LEARNER_TASK_CATEGORY, &value) - log(1e-15)) < 1e-12);
    value.right = 1.0;
    assert_true(fabs(choice_drive(LEARNER_TASK_CATEGORY, &value) + log(1e-15)) < 0.2); /* 1 - 1e-15 is rounded to 1 - 9 eps / 2 */
}

static void model_probabilities_sum_to_one_at_any_scale(void **state)
{
    const double evidences[3][4] = {{-10, -11, -12, -10}, {-1e6, -1e6 - 1, -2e6, -1e6}, {-INFINITY, -3, -INFINITY, -3}};
    double       probs[4];

    (void)state;
    for (int i = 0; i < 3; i++) {
        choice_posterior(4, evidences[i], probs);
        assert_true(fabs(probs[0] + probs[1] + probs[2] + probs[3] - 1.0) < 1e-15);
    }
    choice_posterior(4, evidences[0], probs);
    assert_true(fabs(probs[1] / probs[0] - exp(-1.0)) < 1e-15 && probs[0] == probs[3]);
    choice_posterior(2, (const double[2]){-INFINITY, -INFINITY}, probs);
    assert_true(probs[0] == 0.5 && probs[1] == 0.5);
}

static void r2_is_mcfaddens(void **state)
{
    (void)state;
    assert_true(choice_r2(0.0, 0) == 0.0);
    assert_true(choice_r2(0.0, 10) == 1.0);
    assert_true(fabs(choice_r2(10.0 * log(2.0), 10)) < 1e-15);
    assert_true(fabs(choice_r2(20.0 * log(2.0), 10) + 1.0) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_points_are_log_spaced_from_a_thousandth_to_a_hundred),
        cmocka_unit_test(the_evidence_is_the_sum_over_the_grid),
        cmocka_unit_test(a_grid_of_four_thousand_points_says_the_same),
        cmocka_unit_test(the_first_prediction_without_a_drive_is_one_half),
        cmocka_unit_test(left_and_right_are_mirror_images),
        cmocka_unit_test(beta_is_recovered_and_its_interval_is_the_grids),
        cmocka_unit_test(absurd_drives_keep_everything_finite),
        cmocka_unit_test(the_drive_of_each_task),
        cmocka_unit_test(model_probabilities_sum_to_one_at_any_scale),
        cmocka_unit_test(r2_is_mcfaddens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
