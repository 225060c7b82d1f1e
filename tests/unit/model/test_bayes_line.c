/* Bayesian ridge on one feature: the general solver's numbers, the equations of its fixed point, and sums that keep their digits. */
#include "reward_run.h"

#include "model/bayes_line.h"
#include "model/bayes_ridge.h"

static struct bayes_line_sums sums_of(const struct problem *problem)
{
    struct bayes_line_moments feature = {0}, target = {0};

    for (int i = 0; i < problem->row_count; i++) {
        bayes_line_add(&target, i + 1, problem->targets[i], 0.0);
        bayes_line_add(&feature, i + 1, problem->rows[i * problem->stride], problem->targets[i] - target.mean);
    }
    return (struct bayes_line_sums){problem->row_count, feature.squares, feature.product, target.squares};
}

static void running_sums_are_those_of_two_passes(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct problem            problem;
        struct bayes_line_sums    sums;
        struct bayes_line_moments feature = {0};
        double                    mean = 0.0, target_mean = 0.0, squares = 0.0, product = 0.0, target_squares = 0.0;

        problem_init(&problem, (int[]){1, 2, 3, 20, 300, 300}[i], 1, i == 5 ? 1e6 : 2.0, 1.0, 0, (unsigned)i);
        for (int r = 0; r < problem.row_count; r++) {
            mean += problem.rows[r * 2] / problem.row_count;
            target_mean += problem.targets[r] / problem.row_count;
        }
        for (int r = 0; r < problem.row_count; r++) {
            squares += pow(problem.rows[r * 2] - mean, 2.0);
            product += (problem.rows[r * 2] - mean) * (problem.targets[r] - target_mean);
            target_squares += pow(problem.targets[r] - target_mean, 2.0);
            bayes_line_add(&feature, r + 1, problem.rows[r * 2], 0.0);
        }
        sums = sums_of(&problem);
        assert_true(fabs(feature.mean - mean) <= 1e-14 * fabs(mean));
        assert_true(fabs(sums.feature_squares - squares) <= (i == 5 ? 1e-9 : 1e-13) * squares);
        assert_true(fabs(sums.product - product) <= (i == 5 ? 1e-9 : 1e-13) * sqrt(squares * target_squares));
        assert_true(fabs(sums.target_squares - target_squares) <= 1e-13 * target_squares);
        problem_close(&problem);
    }
}

static void the_line_is_the_general_solvers(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct problem            problem;
        struct bayes_ridge_result expected;
        struct bayes_line_result  line;
        struct bayes_line_sums    sums;
        struct err                err;
        struct bayes_ridge       *fit;
        struct bayes_ridge_data   data;

        problem_init(&problem, 1 + i * 2, 1, 0.5 * (i % 4), 0.3 + i % 5, 0, (unsigned)(70 + i));
        data = (struct bayes_ridge_data){
            .row_count = problem.row_count, .rows = problem.rows, .row_stride = 2, .targets = problem.targets};
        fit = bayes_ridge_new(problem.row_count, 1, &BAYES_RIDGE_DEFAULTS, &err);
        assert_non_null(fit);
        bayes_ridge_solve(fit, &data, &expected);
        sums = sums_of(&problem);
        bayes_line_solve(&sums, &BAYES_RIDGE_DEFAULTS, &line);
        assert_int_equal(line.status, expected.status);
        assert_int_equal(line.iteration_count, expected.iteration_count);
        assert_true(fabs(line.slope - bayes_ridge_weights(fit)[0]) < 1e-10);
        assert_true(fabs(line.weight_precision / expected.weight_precision - 1.0) < 1e-8);
        assert_true(fabs(line.noise_precision / expected.noise_precision - 1.0) < 1e-6);
        bayes_ridge_free(fit);
        problem_close(&problem);
    }
}

static void a_converged_line_is_a_fixed_point(void **state)
{
    struct bayes_ridge_settings settings = BAYES_RIDGE_DEFAULTS;

    (void)state;
    settings.coefficient_tolerance = 1e-13;
    settings.iteration_max         = 10000;
    for (int i = 0; i < 10; i++) {
        struct problem           problem;
        struct bayes_line_sums   sums;
        struct bayes_line_result line;
        double                   residual, posterior_precision, gamma;

        problem_init(&problem, 40 + i, 1, 1.0, 1.0 + i, 0, (unsigned)(900 + i));
        sums = sums_of(&problem);
        bayes_line_solve(&sums, &settings, &line);
        assert_int_equal(line.status, BAYES_RIDGE_CONVERGED);
        posterior_precision = line.weight_precision + line.noise_precision * sums.feature_squares;
        assert_true(fabs(line.slope - line.noise_precision * sums.product / posterior_precision) < 1e-12);
        gamma    = 1.0 - line.weight_precision / posterior_precision;
        residual = sums.target_squares - 2.0 * line.slope * sums.product + line.slope * line.slope * sums.feature_squares;
        assert_true(fabs(line.weight_precision * (line.slope * line.slope + 2e-6) / (gamma + 2e-6) - 1.0) < 1e-7);
        assert_true(fabs(line.noise_precision * (residual + 2e-6) / (sums.row_count - gamma + 2e-6) - 1.0) < 1e-7);
        problem_close(&problem);
    }
}

static void nothing_to_learn_gives_a_slope_of_zero(void **state)
{
    const struct bayes_line_sums flat_feature = {10, 0.0, 0.0, 5.0}, flat_target = {10, 5.0, 0.0, 0.0},
                                 one_row = {1, 0.0, 0.0, 0.0};
    struct bayes_line_result line;

    (void)state;
    bayes_line_solve(&flat_feature, &BAYES_RIDGE_DEFAULTS, &line);
    assert_true(line.slope == 0.0 && line.status == BAYES_RIDGE_CONVERGED && line.iteration_count == 2);
    bayes_line_solve(&flat_target, &BAYES_RIDGE_DEFAULTS, &line);
    assert_true(line.slope == 0.0 && line.status == BAYES_RIDGE_CONVERGED);
    bayes_line_solve(&one_row, &BAYES_RIDGE_DEFAULTS, &line);
    assert_true(line.slope == 0.0 && isfinite(line.noise_precision));
}

static void an_exact_line_is_found_and_stays_finite(void **state)
{
    const struct bayes_line_sums exact = {20, 20.0, -60.0, 180.0};
    struct bayes_line_result     line;

    (void)state;
    bayes_line_solve(&exact, &BAYES_RIDGE_DEFAULTS, &line);
    assert_true(fabs(line.slope + 3.0) < 1e-5);
    assert_true(isfinite(line.noise_precision) && isfinite(line.weight_precision));
}

static void the_iteration_limit_is_a_status(void **state)
{
    const struct bayes_line_sums sums     = {20, 20.0, 7.0, 30.0};
    struct bayes_ridge_settings  settings = BAYES_RIDGE_DEFAULTS;
    struct bayes_line_result     line;

    (void)state;
    settings.coefficient_tolerance = 0.0;
    settings.iteration_max         = 3;
    bayes_line_solve(&sums, &settings, &line);
    assert_int_equal(line.status, BAYES_RIDGE_ITERATION_LIMIT);
    assert_int_equal(line.iteration_count, 3);
    assert_true(line.slope > 0.0 && line.slope < 7.0 / 20.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_sums_are_those_of_two_passes),    cmocka_unit_test(the_line_is_the_general_solvers),
        cmocka_unit_test(a_converged_line_is_a_fixed_point),       cmocka_unit_test(nothing_to_learn_gives_a_slope_of_zero),
        cmocka_unit_test(an_exact_line_is_found_and_stays_finite), cmocka_unit_test(the_iteration_limit_is_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
