/* Automatic relevance determination: what must change nothing, what is a status, and the learner trial by trial. */
#include "ard_fit.h"

static void features_of_zeros_change_nothing_but_the_side_of_the_work(void **state)
{
    struct problem    narrow, wide;
    struct ard_result by_features, by_rows;
    struct ard       *first, *second;

    (void)state;
    problem_init(&narrow, 40, 7, 1.5, 1.0, 0, 11);
    problem_pad(&narrow, 60, &wide);
    first  = ard_fit(&narrow, &ARD_DEFAULTS, &by_features);
    second = ard_fit(&wide, &ARD_DEFAULTS, &by_rows);
    assert_int_equal(by_features.iteration_count, by_rows.iteration_count);
    assert_int_equal(by_features.kept_count + 53, by_rows.kept_count); /* nothing speaks for or against a feature of zeros */
    assert_true(dense_distance(7, ard_weights(first), ard_weights(second)) < 1e-10);
    for (int j = 7; j < 60; j++) assert_true(ard_weights(second)[j] == 0.0);
    assert_true(fabs(by_features.intercept - by_rows.intercept) < 1e-10);
    ard_free(first);
    ard_free(second);
    problem_close(&narrow);
    problem_close(&wide);
}

/* An offset changes nothing; where rows are few it makes solvers lose their digits that form sigma as a difference. */
static void offsets_change_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct problem    plain, moved;
        struct ard_result plain_result, moved_result;
        struct ard       *first, *second;

        problem_init(&plain, 10, (int[]){4, 14, 80}[i], 0.0, 1.0, 0, (unsigned)(21 + i));
        problem_init(&moved, 10, (int[]){4, 14, 80}[i], 128.0, 1.0, 0, (unsigned)(21 + i));
        first  = ard_fit(&plain, &ARD_DEFAULTS, &plain_result);
        second = ard_fit(&moved, &ARD_DEFAULTS, &moved_result);
        assert_int_equal(plain_result.iteration_count, moved_result.iteration_count);
        assert_int_equal(plain_result.kept_count, moved_result.kept_count);
        assert_true(dense_distance(plain.feature_count, ard_weights(first), ard_weights(second)) < 1e-8);
        ard_free(first);
        ard_free(second);
        problem_close(&plain);
        problem_close(&moved);
    }
}

static void without_anything_to_learn_the_mean_is_left(void **state)
{
    (void)state;
    for (int columns = 4; columns <= 20; columns += 16) {
        struct problem    problem;
        struct ard_result result;
        struct ard       *fit;

        problem_init(&problem, 10, columns, 0.0, 1.0, 0, 4);
        for (int i = 0; i < 10; i++) problem.targets[i] = 0.7;
        fit = ard_fit(&problem, &ARD_DEFAULTS, &result);
        assert_true(fabs(result.intercept - 0.7) < 1e-12);
        for (int j = 0; j < columns; j++) assert_true(ard_weights(fit)[j] == 0.0);
        assert_int_equal(result.status, ARD_CONVERGED);
        assert_int_equal(result.iteration_count, 0);
        ard_free(fit);
        problem_close(&problem);
    }
}

static void the_iteration_limit_is_a_status(void **state)
{
    struct ard_settings settings = ARD_DEFAULTS;
    struct problem      problem;
    struct ard_result   result;

    (void)state;
    settings.iteration_max         = 2;
    settings.coefficient_tolerance = 1e-15;
    problem_init(&problem, 30, 3, 0.0, 1.0, 0, 8);
    ard_free(ard_fit(&problem, &settings, &result));
    assert_int_equal(result.status, ARD_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 2);
    problem_close(&problem);
}

static void numbers_of_too_different_a_size_are_a_status(void **state)
{
    int singular_count = 0;

    (void)state;
    for (int i = 0; i < 12; i++) {
        struct problem    problem;
        struct ard_result result;
        struct ard       *fit;

        problem_init(&problem, i % 2 == 0 ? 10 : 30, 20, 0.0, 1.0, 0, (unsigned)i);
        memcpy(problem.rows + problem.stride, problem.rows, 20 * sizeof(double)); /* the same image with two values */
        for (int r = 0; r < problem.row_count; r++)
            for (int j = 0; j < 20; j++) problem.rows[r * problem.stride + j] *= pow(10.0, i * 7.0);
        fit = ard_fit(&problem, &ARD_DEFAULTS, &result);
        singular_count += result.status == ARD_SINGULAR;
        assert_true(isfinite(result.intercept));
        for (int j = 0; j < 20; j++) assert_true(isfinite(ard_weights(fit)[j]));
        ard_free(fit);
        problem_close(&problem);
    }
    assert_true(singular_count > 0);
}

static void more_than_lapack_can_count_is_refused(void **state)
{
    struct err err;

    (void)state;
    assert_null(ard_new(50000, 50000, &ARD_DEFAULTS, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    ard_free(NULL);
}

static void trial_by_trial_is_each_prefix_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * REWARD_MODE_COUNT; i++) {
        const int           d = (int[]){3, 12, 30}[i / 3];
        struct condition    condition;
        struct learner_run *run;

        condition_init(&condition, LEARNER_TASK_REWARD, 10, d, (unsigned)(50 + i));
        run = reward_run_mode("ard", i % 3, &condition.trials);
        for (int t = 0; t < 10; t++) {
            double              *rows    = reward_rows(&condition.trials, t, i % 3);
            const struct problem problem = {2 * t, d, d, rows, NULL, condition.targets};
            struct learner_value value;
            struct ard_result    result;
            struct ard          *fit;

            learner_run_value(run, t, &value);
            if (t == 0) {
                assert_true(value.left == 0.0 && value.right == 0.0 && value.status == LEARNER_CONVERGED);
                free(rows);
                continue;
            }
            fit = ard_fit(&problem, &ARD_DEFAULTS, &result);
            assert_int_equal(value.iteration_count, result.iteration_count);
            assert_int_equal(value.status, result.iteration_count < 300 ? LEARNER_CONVERGED : LEARNER_ITERATION_LIMIT);
            assert_true(fabs(value.left - result.intercept - dense_dot(d, rows + 2 * t * d, ard_weights(fit))) < 1e-7);
            assert_true(fabs(value.right - result.intercept - dense_dot(d, rows + (2 * t + 1) * d, ard_weights(fit))) < 1e-7);
            ard_free(fit);
            free(rows);
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void the_order_of_asking_does_not_matter(void **state)
{
    (void)state;
    reward_any_order_is_ascending("ard", 12, 9);
}

static void nothing_is_known_before_its_time(void **state)
{
    (void)state;
    reward_knows_nothing_before_its_time("ard", REWARD_ONLINE);
    reward_knows_nothing_before_its_time("ard", REWARD_NONE);
}

static void constant_features_leave_the_mean(void **state)
{
    (void)state;
    reward_constant_features_leave_the_mean("ard");
}

static void numbers_too_large_are_a_status(void **state)
{
    (void)state;
    reward_too_large_is_a_status("ard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_of_zeros_change_nothing_but_the_side_of_the_work),
        cmocka_unit_test(offsets_change_nothing),
        cmocka_unit_test(without_anything_to_learn_the_mean_is_left),
        cmocka_unit_test(the_iteration_limit_is_a_status),
        cmocka_unit_test(numbers_of_too_different_a_size_are_a_status),
        cmocka_unit_test(more_than_lapack_can_count_is_refused),
        cmocka_unit_test(trial_by_trial_is_each_prefix_at_once),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(nothing_is_known_before_its_time),
        cmocka_unit_test(constant_features_leave_the_mean),
        cmocka_unit_test(numbers_too_large_are_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
