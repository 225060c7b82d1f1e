/* Gaussian process regression against its definition: dense likelihoods and means written out here, finite differences, grids. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gaussian_process_scene.h"

static void assert_local_maximum(const struct scene *scene, const struct gaussian_process_result *result)
{
    double logs[PARAMETERS], best;

    logs_of(result, logs);
    best = likelihood_at(scene, logs);
    assert_true(fabs(best - result->log_likelihood) < 1e-8 * (1.0 + fabs(best)));
    for (int i = 0; i < PARAMETERS; i++) {
        const double step      = 1e-4;
        double       higher[3] = {logs[0], logs[1], logs[2]}, lower[3] = {logs[0], logs[1], logs[2]}, slope;

        higher[i] += step;
        lower[i] -= step;
        slope = (likelihood_at(scene, higher) - likelihood_at(scene, lower)) / (2.0 * step);
        if (at_lower(logs[i]))
            assert_true(slope < 1e-5);
        else if (at_upper(logs[i]))
            assert_true(slope > -1e-5);
        else
            assert_true(fabs(slope) < 1e-5);
    }
    for (int code = 0; code < 54; code++) {
        const double reach = code < 27 ? 0.02 : 0.2;
        double       near[PARAMETERS];

        for (int i = 0, rest = code % 27; i < PARAMETERS; i++, rest /= 3)
            near[i] = fmin(fmax(logs[i] + reach * (rest % 3 - 1), log(GAUSSIAN_PROCESS_LOWER)), log(GAUSSIAN_PROCESS_UPPER));
        assert_true(likelihood_at(scene, near) <= best + 1e-7);
    }
}

static void assert_means_are_the_definitions(const struct gaussian_process *fit, const struct scene *scene,
                                             const struct gaussian_process_result *result)
{
    double *dual = dense_new(scene->n);
    double  logs[PARAMETERS];

    logs_of(result, logs);
    (void)plain_likelihood(scene, logs, dual);
    for (int index = 0; index < NEW_ROWS; index++) {
        double mean = 0.0;

        for (int i = 0; i < scene->n; i++)
            mean += result->signal_variance * dual[i] *
                    exp(-distance_of(scene, scene->n + index, i) / (2.0 * pow(result->length_scale, 2.0)));
        assert_true(fabs(mean - new_mean(fit, scene, index)) < 1e-6 * (1.0 + fabs(mean)));
    }
    free(dual);
}

static void the_answer_is_a_local_maximum_with_the_definitions_means(void **state)
{
    const struct {
        int    n, d;
        double noise;
    } cases[] = {{1, 3, 1},  {2, 3, 1},  {4, 1, 1},  {6, 14, .2}, {10, 2, .1},  {20, 1, .5},
                 {20, 5, 1}, {40, 3, 3}, {60, 6, 1}, {30, 40, 1}, {24, 300, .5}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene                   scene;
        struct gaussian_process_result result;
        struct gaussian_process       *fit;

        scene_make(&scene, cases[i].n, cases[i].d, cases[i].noise, (unsigned)(21 + i));
        fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
        assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
        assert_true(result.gradient_norm < 1e-6);
        assert_true(result.iteration_count <= 20); /* the Hessian is exact */
        assert_local_maximum(&scene, &result);
        assert_means_are_the_definitions(fit, &scene, &result);
        gaussian_process_free(fit);
        scene_close(&scene);
    }
}

/* The plateau of length scales so large that all rows look alike is a stationary point too, and a worse one. */
static void the_plateau_of_large_length_scales_is_not_taken_for_a_maximum(void **state)
{
    struct scene                   scene;
    struct gaussian_process_result result;
    double                         mean = 0.0, squares = 0.0, logs[PARAMETERS];

    (void)state;
    scene_make(&scene, 60, 6, 0.5, 4);
    gaussian_process_free(solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result));
    for (int i = 0; i < scene.n; i++) mean += scene.targets[i] / scene.n;
    for (int i = 0; i < scene.n; i++) squares += pow(scene.targets[i] - mean, 2.0) / (scene.n - 1);
    logs[0] = log(mean * mean);
    logs[1] = log(GAUSSIAN_PROCESS_UPPER);
    logs[2] = log(squares);
    assert_true(result.length_scale < 100.0);
    assert_true(result.log_likelihood > likelihood_at(&scene, logs) + 10.0);
    scene_close(&scene);
}

/* At length scale 1 all correlations of these rows are 0: a stationary point that explains nothing. */
static void rows_of_many_features_are_not_taken_for_strangers(void **state)
{
    struct scene                   scene;
    struct gaussian_process_result result;
    struct gaussian_process       *fit;
    double                         logs[PARAMETERS];

    (void)state;
    scene_make(&scene, 30, 2000, 0.5, 4);
    fit     = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
    logs[0] = logs[2] = log(0.5 * dense_dot(scene.n, scene.targets, scene.targets) / scene.n);
    logs[1]           = 0.0;
    assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
    assert_true(result.length_scale > 4.0);
    assert_true(result.log_likelihood > likelihood_at(&scene, logs) + 10.0);
    assert_true(fabs(new_mean(fit, &scene, 0)) > 1.0);
    assert_local_maximum(&scene, &result);
    gaussian_process_free(fit);
    scene_close(&scene);
}

/* K = signal 11' + noise I has its maximum in closed form, and the length scale stays where it began. */
static void rows_that_are_all_the_same_leave_the_mean_and_the_variance(void **state)
{
    enum { N = 9 };
    struct problem                 problem;
    struct scene                   scene;
    struct gaussian_process_result result;
    struct gaussian_process       *fit;
    double                         mean = 0.0, variance = 0.0;

    (void)state;
    problem_init(&problem, N + NEW_ROWS, 4, 2.0, 1.0, 0, 6);
    for (int i = 1; i < N + NEW_ROWS; i++) memcpy(problem.rows + i * problem.stride, problem.rows, 4 * sizeof(double));
    scene_init(&scene, &problem, 1.0, 2.0);
    for (int i = 0; i < N; i++) scene.targets[i] += 30.0;
    for (int i = 0; i < N; i++) mean += scene.targets[i] / N;
    for (int i = 0; i < N; i++) variance += pow(scene.targets[i] - mean, 2.0) / (N - 1);
    fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
    assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
    assert_true(result.length_scale == 1.0);
    assert_true(fabs(result.noise_variance / variance - 1.0) < 1e-8);
    assert_true(fabs(result.signal_variance / (mean * mean - variance / N) - 1.0) < 1e-8);
    assert_means_are_the_definitions(fit, &scene, &result);
    gaussian_process_free(fit);
    scene_close(&scene);
    problem_close(&problem);
}

/* exp(-distance) is 0 for every pair: K is (signal + noise) I, and a new row far from all expects the prior mean. */
static void rows_too_far_apart_to_see_each_other_say_nothing(void **state)
{
    const double scales[] = {1e6, 1e60, 1e90};

    (void)state;
    for (int k = 0; k < 3; k++) {
        struct problem                 problem;
        struct scene                   scene;
        struct gaussian_process_result result;
        struct gaussian_process       *fit;

        problem_init(&problem, 12 + NEW_ROWS, 3, 0.0, 1.0, 0, 9);
        scene_init(&scene, &problem, scales[k], 1.0);
        fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
        assert_true(result.status != GAUSSIAN_PROCESS_SINGULAR);
        if (k > 0) { /* the largest length scale does not bridge these */
            assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
            assert_true(
                fabs((result.signal_variance + result.noise_variance) * 12.0 / dense_dot(12, scene.targets, scene.targets) -
                     1.0) < 1e-9);
            assert_true(new_mean(fit, &scene, 0) == 0.0);
        }
        gaussian_process_free(fit);
        scene_close(&scene);
        problem_close(&problem);
    }
}

static void constant_targets_and_zeros_stay_finite(void **state)
{
    const double levels[] = {0.0, 1e-9, 7.0, 50.0, 1e5, 1e80};

    (void)state;
    for (int k = 0; k < 6; k++) {
        struct scene                   scene;
        struct gaussian_process_result result;
        struct gaussian_process       *fit;

        scene_make(&scene, 10, 3, 1.0, 12);
        for (int i = 0; i < scene.n; i++) scene.targets[i] = levels[k];
        fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
        assert_true(result.status != GAUSSIAN_PROCESS_SINGULAR);
        assert_true(isfinite(new_mean(fit, &scene, 0)));
        if (levels[k] < 1e-8) {
            assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
            assert_true(at_lower(log(result.signal_variance)) && at_lower(log(result.noise_variance)));
        } else if (levels[k] < 100.0) {
            assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
            assert_true(at_lower(log(result.noise_variance)));
            assert_true(fabs(new_mean(fit, &scene, 0) / levels[k] - 1.0) < 0.05);
        }
        gaussian_process_free(fit);
        scene_close(&scene);
    }
}

/* One row: K is signal + noise = y^2, and each of them keeps its half. */
static void one_row_is_explained_half_by_signal_half_by_noise(void **state)
{
    struct scene                   scene;
    struct gaussian_process_result result;

    (void)state;
    scene_make(&scene, 1, 5, 1.0, 2);
    gaussian_process_free(solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result));
    assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
    assert_true(fabs(result.signal_variance / (0.5 * pow(scene.targets[0], 2.0)) - 1.0) < 1e-9);
    assert_true(fabs(result.noise_variance / result.signal_variance - 1.0) < 1e-9);
    scene_close(&scene);
}

static void the_same_rows_with_different_targets_are_noise(void **state)
{
    struct problem                 problem;
    struct scene                   scene;
    struct gaussian_process_result result;
    struct gaussian_process       *fit;

    (void)state;
    problem_init(&problem, 24 + NEW_ROWS, 3, 1.0, 1.0, 0, 31);
    for (int i = 6; i < 24; i++)
        memcpy(problem.rows + i * problem.stride, problem.rows + (i % 6) * problem.stride, 3 * sizeof(double));
    scene_init(&scene, &problem, 1.0, 10.0);
    fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
    assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
    assert_true(result.noise_variance > 1.0);
    assert_local_maximum(&scene, &result);
    assert_means_are_the_definitions(fit, &scene, &result);
    gaussian_process_free(fit);
    scene_close(&scene);
    problem_close(&problem);
}

static void too_few_iterations_are_a_status_and_finite(void **state)
{
    struct gaussian_process_settings settings = GAUSSIAN_PROCESS_DEFAULTS;
    struct scene                     scene;
    struct gaussian_process_result   result;
    struct gaussian_process         *fit;

    (void)state;
    settings.iteration_max = 2;
    scene_make(&scene, 30, 4, 0.5, 14);
    fit = solve(&scene, &settings, &result);
    assert_int_equal(result.status, GAUSSIAN_PROCESS_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 2);
    assert_means_are_the_definitions(fit, &scene, &result);
    gaussian_process_free(fit);
    scene_close(&scene);
}

static void targets_that_are_not_finite_are_singular_with_means_of_zero(void **state)
{
    struct scene                   scene;
    struct gaussian_process_result result;
    struct gaussian_process       *fit;

    (void)state;
    scene_make(&scene, 8, 3, 1.0, 5);
    scene.targets[3] = INFINITY;
    fit              = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
    assert_int_equal(result.status, GAUSSIAN_PROCESS_SINGULAR);
    assert_true(new_mean(fit, &scene, 0) == 0.0);
    gaussian_process_free(fit);
    scene_close(&scene);
}

static void more_rows_than_memory_can_hold_are_refused(void **state)
{
    struct err err;

    (void)state;
    assert_null(gaussian_process_new(30000, &GAUSSIAN_PROCESS_DEFAULTS, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_a_local_maximum_with_the_definitions_means),
        cmocka_unit_test(the_plateau_of_large_length_scales_is_not_taken_for_a_maximum),
        cmocka_unit_test(rows_of_many_features_are_not_taken_for_strangers),
        cmocka_unit_test(rows_that_are_all_the_same_leave_the_mean_and_the_variance),
        cmocka_unit_test(rows_too_far_apart_to_see_each_other_say_nothing),
        cmocka_unit_test(constant_targets_and_zeros_stay_finite),
        cmocka_unit_test(one_row_is_explained_half_by_signal_half_by_noise),
        cmocka_unit_test(the_same_rows_with_different_targets_are_noise),
        cmocka_unit_test(too_few_iterations_are_a_status_and_finite),
        cmocka_unit_test(targets_that_are_not_finite_are_singular_with_means_of_zero),
        cmocka_unit_test(more_rows_than_memory_can_hold_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
