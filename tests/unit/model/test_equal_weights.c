/* Equal weights: Bayesian ridge on the sum of the features, each prefix at once by the general solver. */
#include "reward_run.h"

#include "model/bayes_ridge.h"

static void each_value_is_the_general_solvers_on_the_sum(void **state)
{
    (void)state;
    for (int i = 0; i < 4 * REWARD_MODE_COUNT; i++) {
        const int           d = (int[]){1, 2, 14, 60}[i / 3];
        struct condition    condition;
        struct learner_run *run;

        condition_init(&condition, LEARNER_TASK_REWARD, 15, d, (unsigned)(40 + i));
        if (i / 3 == 2)
            for (int r = 0; r < 30; r++) condition.features[r * d + 3] = 0.7; /* one without spread */
        run = reward_run_mode("equal_weights", i % 3, &condition.trials);
        for (int t = 0; t < 15; t++) {
            double                   *rows = reward_rows(&condition.trials, t, i % 3), *sums = dense_new(2 * t + 2);
            struct learner_value      value;
            struct bayes_ridge_result result;
            struct err                err;
            struct bayes_ridge       *fit  = bayes_ridge_new(2 * t + 1, 1, &BAYES_RIDGE_DEFAULTS, &err);
            struct bayes_ridge_data   data = {.row_count = 2 * t, .rows = sums, .row_stride = 1, .targets = condition.targets};

            assert_non_null(fit);
            for (int r = 0; r < 2 * t + 2; r++)
                for (int j = 0; j < d; j++) sums[r] += rows[r * d + j];
            learner_run_value(run, t, &value);
            if (t == 0) {
                assert_true(value.left == 0.0 && value.right == 0.0 && value.status == LEARNER_CONVERGED);
            } else {
                bayes_ridge_solve(fit, &data, &result);
                assert_int_equal(value.iteration_count, result.iteration_count);
                assert_true(fabs(value.left - result.intercept - bayes_ridge_weights(fit)[0] * sums[2 * t]) < 1e-9);
                assert_true(fabs(value.right - result.intercept - bayes_ridge_weights(fit)[0] * sums[2 * t + 1]) < 1e-9);
            }
            bayes_ridge_free(fit);
            free(rows);
            free(sums);
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void only_the_sum_of_raw_features_matters(void **state)
{
    struct condition      condition;
    struct learner_trials sums = {LEARNER_TASK_REWARD, 10, 1, NULL, NULL};
    struct learner_run   *run, *run_of_sums;
    double                sum[20] = {0};

    (void)state;
    condition_init(&condition, LEARNER_TASK_REWARD, 10, 5, 4);
    for (int i = 0; i < 100; i++) sum[i / 5] += condition.features[i];
    sums.features = sum;
    sums.targets  = condition.targets;
    run           = reward_run_mode("equal_weights", REWARD_NONE, &condition.trials);
    run_of_sums   = reward_run_mode("bayes_ridge", REWARD_NONE, &sums);
    for (int t = 0; t < 10; t++) {
        struct learner_value value, expected;

        learner_run_value(run, t, &value);
        learner_run_value(run_of_sums, t, &expected);
        assert_true(fabs(value.left - expected.left) < 1e-9 && fabs(value.right - expected.right) < 1e-9);
    }
    learner_run_free(run);
    learner_run_free(run_of_sums);
    condition_close(&condition);
}

static void the_order_of_asking_does_not_matter(void **state)
{
    (void)state;
    reward_any_order_is_ascending("equal_weights", 20, 9);
}

static void nothing_is_known_before_its_time(void **state)
{
    (void)state;
    reward_knows_nothing_before_its_time("equal_weights", REWARD_ONLINE);
    reward_knows_nothing_before_its_time("equal_weights", REWARD_NONE);
}

static void constant_features_leave_the_mean(void **state)
{
    (void)state;
    reward_constant_features_leave_the_mean("equal_weights");
}

static void numbers_too_large_are_a_status(void **state)
{
    (void)state;
    reward_too_large_is_a_status("equal_weights");
}

static void components_can_be_summed_too(void **state)
{
    struct condition     condition;
    struct learner_run  *run;
    struct learner_value value;

    (void)state;
    condition_init(&condition, LEARNER_TASK_REWARD, 10, 8, 4);
    run = reward_run("equal_weights:pca=3", &condition.trials);
    for (int t = 0; t < 10; t++) {
        learner_run_value(run, t, &value);
        assert_int_equal(value.status, LEARNER_CONVERGED);
    }
    assert_true(value.left != value.right);
    learner_run_free(run);
    condition_close(&condition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_is_the_general_solvers_on_the_sum),
        cmocka_unit_test(only_the_sum_of_raw_features_matters),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(nothing_is_known_before_its_time),
        cmocka_unit_test(constant_features_leave_the_mean),
        cmocka_unit_test(numbers_too_large_are_a_status),
        cmocka_unit_test(components_can_be_summed_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
