/* The grid choice rule against sums over all of its points, and against a grid forty times finer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/choice_rule.h"

enum { TRIALS = 60, FINE_COUNT = 4001, LONG_TRIALS = 6000 };

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
        const double right_prob = choice_grid_update(&grid, drives[t], choices[t], choice_past_in_array, drives);

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
        for (int t = 0; t < TRIALS; t++) (void)choice_grid_update(&grid, drives[t], choices[t], choice_past_in_array, drives);
        assert_true(fabs(grid.log_evidence - brute_force_evidence(FINE_COUNT, TRIALS, drives, choices)) < 0.05);
    }
}

static double past_mirrored(const void *drives, int trial_index)
{
    return -((const double *)drives)[trial_index];
}

static double past_of_four(const void *drives, int trial_index)
{
    return ((const double *)drives)[trial_index % 4];
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
        const double right_prob = choice_grid_update(&grid, drives[t], choices[t], choice_past_in_array, drives);

        assert_true(fabs(right_prob + choice_grid_update(&mirror, -drives[t], 1 - choices[t], past_mirrored, drives) - 1.0) <
                    1e-13);
    }
    assert_true(fabs(grid.log_evidence - mirror.log_evidence) < 1e-12);
}

static void beta_is_recovered_and_its_interval_is_the_grids(void **state)
{
    static double      drives[2000];
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
        drives[t] = rng_normal(&rng);
        (void)choice_grid_update(&grid, drives[t], rng_uniform(&rng) < logistic(1.5 * drives[t]) ? 1 : 0, choice_past_in_array,
                                 drives);
    }
    choice_grid_beta(&grid, &beta);
    assert_true(fabs(beta.mean - 1.5) < 0.2);
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const double prob = choice_grid_weight(&grid, i);

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
        const double right_prob = choice_grid_update(&grid, drives[t % 4], t % 3 == 0, past_of_four, drives);

        assert_true(right_prob >= 0.0 && right_prob <= 1.0);
        assert_true(isfinite(grid.log_evidence));
    }
    choice_grid_beta(&grid, &beta);
    assert_true(isfinite(beta.mean) && beta.low >= 1e-3 && beta.high <= 1e2 && beta.low <= beta.high);
}

/* The same rule in the logarithmic domain and in long double: nothing is scaled, cut off or put in order. */
struct log_grid {
    long double log_joint[CHOICE_GRID_COUNT];
};

static long double log_sum(const long double *terms)
{
    long double max = terms[0];
    long double sum = 0.0L;

    for (int i = 1; i < CHOICE_GRID_COUNT; i++) max = fmaxl(max, terms[i]);
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) sum += expl(terms[i] - max);
    return max + logl(sum);
}

static void log_grid_init(struct log_grid *grid)
{
    for (int i = 0; i < CHOICE_GRID_COUNT; i++) grid->log_joint[i] = -logl(CHOICE_GRID_COUNT);
}

static long double log_logistic(long double x)
{
    return x >= 0.0L ? -log1pl(expl(-x)) : x - log1pl(expl(x));
}

/* Returns the probability of right before the response. */
static long double log_grid_update(struct log_grid *grid, double drive, int choice)
{
    const long double before = log_sum(grid->log_joint);
    long double       right[CHOICE_GRID_COUNT];

    for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
        const long double logit = (long double)choice_beta_at(i) * (long double)drive;

        right[i] = grid->log_joint[i] + log_logistic(logit);
        grid->log_joint[i] += log_logistic(choice == 1 ? logit : -logit);
    }
    return expl(log_sum(right) - before);
}

static void assert_close(double value, long double expected, long double scale)
{
    if (!(fabsl((long double)value - expected) <= 1e-12L * scale)) fail_msg("%.17g is not %.17Lg", value, expected);
}

static void compare_with_the_logarithmic_domain(int trial_count, const double *drives, const int *choices)
{
    struct choice_grid grid;
    struct log_grid    reference;

    choice_grid_init(&grid);
    log_grid_init(&reference);
    for (int t = 0; t < trial_count; t++) {
        const double      predicted  = choice_grid_predict(&grid, drives[t]);
        const double      right_prob = choice_grid_update(&grid, drives[t], choices[t], choice_past_in_array, drives);
        const long double expected   = log_grid_update(&reference, drives[t], choices[t]);
        const long double evidence   = log_sum(reference.log_joint);

        assert_memory_equal(&predicted, &right_prob, sizeof predicted);
        assert_close(right_prob, expected, expected > 1e-40L ? expected : 1e-40L);
        assert_close(grid.log_evidence, evidence, fmaxl(fabsl(evidence), 0.1L));
        if (t % 97 != 0) continue;
        for (int i = 0; i < CHOICE_GRID_COUNT; i++) {
            const long double weight = expl(reference.log_joint[i] - evidence);

            assert_close(choice_grid_weight(&grid, i), weight, weight > 1e-3L ? weight : 1e-3L);
        }
    }
}

static void the_linear_domain_loses_nothing_to_the_logarithmic_one(void **state)
{
    const double betas[]   = {0.0, 0.02, 0.3, 2.0, 50.0};
    const double spreads[] = {1e-6, 0.05, 1.0, 30.0, 1e4};
    double       drives[TRIALS];
    int          choices[TRIALS];

    (void)state;
    for (int i = 0; i < 25; i++) {
        simulate((unsigned)(200 + i), betas[i % 5], spreads[i / 5], drives, choices);
        compare_with_the_logarithmic_domain(TRIALS, drives, choices);
    }
}

static void certain_and_wrong_after_being_right_for_long(void **state)
{
    static double drives[LONG_TRIALS];
    static int    choices[LONG_TRIALS];

    (void)state;
    for (int t = 0; t < 400; t++) {
        drives[t]  = t == 260 ? -1e9 : t % 2 == 0 ? 30.0 : -30.0;
        choices[t] = t == 130 || t == 131 ? drives[t] < 0.0 : drives[t] > 0.0;
        if (t == 260) choices[t] = 1;
        if (t == 300) drives[t] = 0.0;
        if (t == 301) drives[t] = 1e-300;
    }
    compare_with_the_logarithmic_domain(400, drives, choices);
    drives[0]  = -1e9; /* the first of all, too */
    choices[0] = 1;
    compare_with_the_logarithmic_domain(2, drives, choices);
}

/* 200 random responses cost the larger betas 700 nats, far below what is kept; then thousands of trials speak for them, until they
 * have overtaken those that led. */
static void a_beta_that_was_given_up_comes_back_when_it_must(void **state)
{
    static double      drives[LONG_TRIALS];
    static int         choices[LONG_TRIALS];
    struct choice_grid grid;
    struct choice_beta beta;
    struct rng         rng;

    (void)state;
    rng_init(&rng, 44);
    for (int t = 0; t < LONG_TRIALS; t++) {
        const bool is_random = t < 200;

        drives[t]  = is_random ? 10.0 * rng_normal(&rng) : rng_normal(&rng);
        choices[t] = is_random ? rng_uniform(&rng) < 0.5 : drives[t] > 0.0;
    }
    choice_grid_init(&grid);
    for (int t = 0; t < LONG_TRIALS; t++) {
        (void)choice_grid_update(&grid, drives[t], choices[t], choice_past_in_array, drives);
        if (t == 199) assert_true(choice_grid_weight(&grid, 60) == 0.0); /* beta = 1 */
    }
    choice_grid_beta(&grid, &beta);
    assert_true(beta.low >= 0.5);
    compare_with_the_logarithmic_domain(LONG_TRIALS, drives, choices);
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
        cmocka_unit_test(the_linear_domain_loses_nothing_to_the_logarithmic_one),
        cmocka_unit_test(certain_and_wrong_after_being_right_for_long),
        cmocka_unit_test(a_beta_that_was_given_up_comes_back_when_it_must),
        cmocka_unit_test(the_drive_of_each_task),
        cmocka_unit_test(model_probabilities_sum_to_one_at_any_scale),
        cmocka_unit_test(r2_is_mcfaddens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
