/* Bayesian ridge against a plain implementation of its definition, and against the equations that a fixed point satisfies. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/bayes_ridge.h"
#include "problem.h"

/* The definition, on the d x d cross-product, with weights formed and their L1 change taken at each iteration. */
struct plain {
    double *weights;
    double  intercept;
    double  noise_precision;
    double  weight_precision;
    int     iteration_count;
};

struct plain_work {
    int     rows, columns;
    double *centred, *targets, *mean, *eigen, *vectors, *xty, *rotated;
};

static void plain_weights(const struct plain_work *work, double ratio, double *weights)
{
    const int d       = work->columns;
    double    largest = 0.0;

    for (int j = 0; j < d; j++) weights[j] = 0.0;
    for (int k = 0; k < d; k++) largest = fmax(largest, work->eigen[k * d + k]);
    for (int k = 0; k < d; k++) {
        const double value = work->eigen[k * d + k];

        if (value <= 1e-12 * largest) continue; /* outside the rows' span: what is projected there is rounding */
        for (int j = 0; j < d; j++) weights[j] += work->vectors[j * d + k] * work->rotated[k] / (value + ratio);
    }
}

static double plain_residual(const struct plain_work *work, const double *weights)
{
    double sum = 0.0;

    for (int i = 0; i < work->rows; i++) {
        const double left = work->targets[i] - dense_dot(work->columns, work->centred + i * work->columns, weights);

        sum += left * left;
    }
    return sum;
}

static void plain_prepare(const struct problem *problem, struct plain_work *work, double *target_mean)
{
    const int n = problem->row_count, d = problem->feature_count;

    *work = (struct plain_work){
        n, d, dense_new(n * d), dense_new(n), dense_new(d), dense_new(d * d), dense_new(d * d), dense_new(d), dense_new(d)};
    *target_mean = 0.0;
    for (int i = 0; i < n; i++) {
        *target_mean += problem->targets[i] / n;
        for (int j = 0; j < d; j++) work->mean[j] += problem->rows[i * problem->stride + j] / n;
    }
    for (int i = 0; i < n; i++) {
        work->targets[i] = problem->targets[i] - *target_mean;
        for (int j = 0; j < d; j++) work->centred[i * d + j] = problem->rows[i * problem->stride + j] - work->mean[j];
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
            work->xty[j] += work->centred[i * d + j] * work->targets[i];
            for (int k = 0; k < d; k++) work->eigen[j * d + k] += work->centred[i * d + j] * work->centred[i * d + k];
        }
    }
    dense_eigen(d, work->eigen, work->vectors);
    for (int k = 0; k < d; k++)
        for (int j = 0; j < d; j++) work->rotated[k] += work->vectors[j * d + k] * work->xty[j];
}

static void plain_close(struct plain_work *work)
{
    free(work->centred);
    free(work->targets);
    free(work->mean);
    free(work->eigen);
    free(work->vectors);
    free(work->xty);
    free(work->rotated);
}

static double plain_gamma(const struct plain_work *work, const struct plain *out)
{
    double gamma = 0.0;

    for (int k = 0; k < work->columns; k++) {
        const double informed = out->noise_precision * fmax(work->eigen[k * work->columns + k], 0.0);

        gamma += informed / (out->weight_precision + informed);
    }
    return gamma;
}

static void plain_fit(const struct problem *problem, struct plain *out)
{
    const int         n = problem->row_count, d = problem->feature_count;
    struct plain_work work;
    double           *before = dense_new(d);
    double            target_mean;

    plain_prepare(problem, &work, &target_mean);
    *out                 = (struct plain){.weights = dense_new(d), .weight_precision = 1.0};
    out->noise_precision = 1.0 / (dense_dot(n, work.targets, work.targets) / n + 2.220446049250313e-16);
    for (out->iteration_count = 1; out->iteration_count <= 300; out->iteration_count++) {
        double gamma, residual, move = 0.0;

        plain_weights(&work, out->weight_precision / out->noise_precision, out->weights);
        residual              = plain_residual(&work, out->weights);
        gamma                 = plain_gamma(&work, out);
        out->weight_precision = (gamma + 2e-6) / (dense_dot(d, out->weights, out->weights) + 2e-6);
        out->noise_precision  = (n - gamma + 2e-6) / (residual + 2e-6);
        for (int j = 0; j < d; j++) move += fabs(out->weights[j] - before[j]);
        if (out->iteration_count > 1 && move < 1e-3) break;
        memcpy(before, out->weights, (size_t)d * sizeof(double));
    }
    if (out->iteration_count > 300) out->iteration_count = 300;
    plain_weights(&work, out->weight_precision / out->noise_precision, out->weights);
    out->intercept = target_mean - dense_dot(d, work.mean, out->weights);
    plain_close(&work);
    free(before);
}

static struct bayes_ridge *solve(const struct problem *problem, bool with_gram, const struct bayes_ridge_settings *settings,
                                 struct bayes_ridge_result *result)
{
    struct err              err;
    struct bayes_ridge     *fit  = bayes_ridge_new(problem->row_count, problem->feature_count, settings, &err);
    struct bayes_ridge_data data = {.row_count   = problem->row_count,
                                    .rows        = problem->rows,
                                    .row_stride  = problem->stride,
                                    .gram        = with_gram ? problem->gram : NULL,
                                    .gram_stride = problem->row_count,
                                    .targets     = problem->targets};

    assert_non_null(fit);
    bayes_ridge_solve(fit, &data, result);
    return fit;
}

static void the_fit_is_the_definitions_on_either_side(void **state)
{
    const struct {
        int    rows, columns;
        double offset, noise;
    } cases[] = {{2, 1, 0, 1},   {10, 3, 0, 1},   {40, 6, 2, 0.5}, {118, 14, 5, 2}, {6, 6, 0, 1},
                 {20, 20, 1, 1}, {12, 30, 0, .3}, {30, 45, 3, 2},  {2, 10, 0, 1},   {1, 4, 1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct problem            problem;
        struct plain              plain;
        struct bayes_ridge_result result;
        struct bayes_ridge       *fit;

        problem_init(&problem, cases[i].rows, cases[i].columns, cases[i].offset, cases[i].noise, 0, (unsigned)(17 + i));
        plain_fit(&problem, &plain);
        fit = solve(&problem, cases[i].rows <= cases[i].columns, &BAYES_RIDGE_DEFAULTS, &result);
        assert_int_equal(result.iteration_count, plain.iteration_count);
        assert_int_equal(result.status, plain.iteration_count < 300 ? BAYES_RIDGE_CONVERGED : BAYES_RIDGE_ITERATION_LIMIT);
        assert_true(dense_distance(cases[i].columns, bayes_ridge_weights(fit), plain.weights) < 1e-9);
        assert_true(fabs(result.intercept - plain.intercept) < 1e-8);
        assert_true(fabs(result.noise_precision / plain.noise_precision - 1.0) < 1e-7);
        assert_true(fabs(result.weight_precision / plain.weight_precision - 1.0) < 1e-7);
        bayes_ridge_free(fit);
        free(plain.weights);
        problem_close(&problem);
    }
}

/* With a tight stop rule the answer solves the equations it is defined by; here they are evaluated without eigenvectors. */
static void a_converged_fit_is_a_fixed_point(void **state)
{
    struct bayes_ridge_settings settings = BAYES_RIDGE_DEFAULTS;
    struct problem              problem;
    struct bayes_ridge_result   result;
    struct bayes_ridge         *fit;
    enum { N = 50, D = 5 };
    double mean[D] = {0}, matrix[D * D], right[D], trace = 0.0, residual = 0.0, squares, target_mean = 0.0;

    (void)state;
    settings.coefficient_tolerance = 1e-12;
    problem_init(&problem, N, D, 1.0, 1.0, 0, 5);
    fit     = solve(&problem, false, &settings, &result);
    squares = dense_dot(D, bayes_ridge_weights(fit), bayes_ridge_weights(fit));
    assert_int_equal(result.status, BAYES_RIDGE_CONVERGED);
    for (int i = 0; i < N; i++) {
        target_mean += problem.targets[i] / N;
        for (int j = 0; j < D; j++) mean[j] += problem.rows[i * problem.stride + j] / N;
    }
    /* gamma = d - weight_precision * trace of the posterior covariance */
    for (int k = 0; k <= D; k++) {
        for (int j = 0; j < D; j++) right[j] = j == k ? 1.0 : 0.0;
        for (int j = 0; j < D * D; j++) matrix[j] = j % (D + 1) == 0 ? result.weight_precision : 0.0;
        for (int i = 0; i < N; i++) {
            const double *row = problem.rows + i * problem.stride;

            for (int j = 0; j < D; j++) {
                for (int l = 0; l < D; l++) matrix[j * D + l] += result.noise_precision * (row[j] - mean[j]) * (row[l] - mean[l]);
                if (k == D) right[j] += result.noise_precision * (row[j] - mean[j]) * (problem.targets[i] - target_mean);
            }
        }
        (void)dense_solve(D, matrix, right);
        if (k < D) trace += right[k];
    }
    assert_true(dense_distance(D, right, bayes_ridge_weights(fit)) < 1e-10);
    for (int i = 0; i < N; i++) {
        const double left =
            problem.targets[i] - result.intercept - dense_dot(D, problem.rows + i * problem.stride, bayes_ridge_weights(fit));

        residual += left * left;
    }
    trace = D - result.weight_precision * trace;
    assert_true(fabs(result.weight_precision / ((trace + 2e-6) / (squares + 2e-6)) - 1.0) < 1e-8);
    assert_true(fabs(result.noise_precision / ((N - trace + 2e-6) / (residual + 2e-6)) - 1.0) < 1e-8);
    bayes_ridge_free(fit);
    problem_close(&problem);
}

static void features_of_zeros_change_nothing_but_the_side_of_the_work(void **state)
{
    struct problem            narrow, wide;
    struct bayes_ridge_result by_features, by_rows;
    struct bayes_ridge       *first, *second;

    (void)state;
    problem_init(&narrow, 40, 7, 1.5, 1.0, 0, 11);
    problem_pad(&narrow, 60, &wide);
    first  = solve(&narrow, false, &BAYES_RIDGE_DEFAULTS, &by_features);
    second = solve(&wide, true, &BAYES_RIDGE_DEFAULTS, &by_rows);
    assert_int_equal(by_features.iteration_count, by_rows.iteration_count);
    assert_true(dense_distance(7, bayes_ridge_weights(first), bayes_ridge_weights(second)) < 1e-10);
    for (int j = 7; j < 60; j++) assert_true(bayes_ridge_weights(second)[j] == 0.0);
    assert_true(fabs(by_features.intercept - by_rows.intercept) < 1e-10);
    bayes_ridge_free(first);
    bayes_ridge_free(second);
    problem_close(&narrow);
    problem_close(&wide);
}

static void without_anything_to_learn_the_mean_is_left(void **state)
{
    struct problem            problem;
    struct bayes_ridge_result result;
    struct bayes_ridge       *fit;

    (void)state;
    for (int with_gram = 0; with_gram < 2; with_gram++) {
        const int columns = with_gram ? 20 : 4;

        problem_init(&problem, 10, columns, 0.0, 1.0, 0, 3);
        for (int i = 1; i < 10; i++) memcpy(problem.rows + i * problem.stride, problem.rows, (size_t)columns * sizeof(double));
        problem_fill_gram(&problem); /* identical rows */
        fit = solve(&problem, with_gram == 1, &BAYES_RIDGE_DEFAULTS, &result);
        assert_true(fabs(result.intercept + dense_dot(columns, problem.rows, bayes_ridge_weights(fit)) -
                         dense_dot(10, problem.targets, (const double[10]){.1, .1, .1, .1, .1, .1, .1, .1, .1, .1})) < 1e-9);
        assert_int_equal(result.status, BAYES_RIDGE_CONVERGED);
        bayes_ridge_free(fit);
        problem_close(&problem);

        problem_init(&problem, 10, columns, 0.0, 1.0, 0, 4);
        for (int i = 0; i < 10; i++) problem.targets[i] = 7.0; /* constant targets */
        fit = solve(&problem, with_gram == 1, &BAYES_RIDGE_DEFAULTS, &result);
        assert_true(fabs(result.intercept - 7.0) < 1e-12);
        for (int j = 0; j < columns; j++) assert_true(fabs(bayes_ridge_weights(fit)[j]) < 1e-12);
        bayes_ridge_free(fit);
        problem_close(&problem);
    }
}

static void an_exact_line_is_found_and_stays_finite(void **state)
{
    struct problem            problem;
    struct bayes_ridge_result result;
    struct bayes_ridge       *fit;

    (void)state;
    problem_init(&problem, 30, 3, 0.0, 0.0, 0, 8);
    fit = solve(&problem, false, &BAYES_RIDGE_DEFAULTS, &result);
    assert_true(isfinite(result.noise_precision) && isfinite(result.weight_precision));
    assert_true(fabs(bayes_ridge_weights(fit)[0] - 3.0) < 1e-5);
    assert_true(fabs(bayes_ridge_weights(fit)[1] + 1.0) < 1e-5);
    bayes_ridge_free(fit);
    problem_close(&problem);
}

static void the_iteration_limit_is_a_status(void **state)
{
    struct bayes_ridge_settings settings = BAYES_RIDGE_DEFAULTS;
    struct problem              problem;
    struct bayes_ridge_result   result;

    (void)state;
    settings.iteration_max         = 2;
    settings.coefficient_tolerance = 1e-15;
    problem_init(&problem, 30, 3, 0.0, 1.0, 0, 8);
    bayes_ridge_free(solve(&problem, false, &settings, &result));
    assert_int_equal(result.status, BAYES_RIDGE_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 2);
    problem_close(&problem);
}

static void more_than_lapack_can_count_is_refused(void **state)
{
    struct err err;

    (void)state;
    assert_null(bayes_ridge_new(40000, 40000, &BAYES_RIDGE_DEFAULTS, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fit_is_the_definitions_on_either_side),
        cmocka_unit_test(a_converged_fit_is_a_fixed_point),
        cmocka_unit_test(features_of_zeros_change_nothing_but_the_side_of_the_work),
        cmocka_unit_test(without_anything_to_learn_the_mean_is_left),
        cmocka_unit_test(an_exact_line_is_found_and_stays_finite),
        cmocka_unit_test(the_iteration_limit_is_a_status),
        cmocka_unit_test(more_than_lapack_can_count_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
