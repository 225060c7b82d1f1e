/* The stop rule, which is decided by bounds wherever they suffice, against weights formed and summed at each iteration; and the
 * conditions that leave little to learn from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/bayes_ridge.h"
#include "problem.h"

enum { ROW_MAX = 12, FEATURE_MAX = 1500 };

/* The definition over rows: eigenvectors by Jacobi rotations of the centred Gram matrix, all d weights formed at each step. */
struct by_hand {
    int    row_count, feature_count, iteration_count;
    double centred[ROW_MAX * FEATURE_MAX];
    double targets[ROW_MAX];
    double value[ROW_MAX * ROW_MAX]; /* eigenvalues on its diagonal */
    double vectors[ROW_MAX * ROW_MAX];
    double weights[FEATURE_MAX];
    double mean[FEATURE_MAX];
    double target_mean;
};

static void centre(const struct problem *problem, struct by_hand *hand)
{
    const int n = problem->row_count, d = problem->feature_count;

    hand->target_mean = 0.0;
    for (int i = 0; i < n; i++) hand->target_mean += problem->targets[i] / n;
    for (int i = 0; i < n; i++) hand->targets[i] = problem->targets[i] - hand->target_mean;
    for (int j = 0; j < d; j++) {
        hand->mean[j] = 0.0;
        for (int i = 0; i < n; i++) hand->mean[j] += problem->rows[i * problem->stride + j] / n;
        for (int i = 0; i < n; i++) hand->centred[i * d + j] = problem->rows[i * problem->stride + j] - hand->mean[j];
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) hand->value[i * n + j] = dense_dot(d, hand->centred + i * d, hand->centred + j * d);
    dense_eigen(n, hand->value, hand->vectors);
}

/* Weights at a ratio; returns gamma. */
static double form_weights(struct by_hand *hand, double ratio, double *weights)
{
    const int n = hand->row_count, d = hand->feature_count;
    double    largest = 0.0, gamma = 0.0;

    for (int j = 0; j < d; j++) weights[j] = 0.0;
    for (int k = 0; k < n; k++) largest = fmax(largest, hand->value[k * n + k]);
    for (int k = 0; k < n; k++) {
        const double value      = hand->value[k * n + k];
        double       projection = 0.0;

        if (value <= 1e-12 * largest) continue;
        gamma += value / (value + ratio);
        for (int i = 0; i < n; i++) projection += hand->vectors[i * n + k] * hand->targets[i];
        for (int i = 0; i < n; i++) {
            const double share = hand->vectors[i * n + k] * projection / (value + ratio);

            for (int j = 0; j < d; j++) weights[j] += share * hand->centred[i * d + j];
        }
    }
    return gamma;
}

static double residual_square(const struct by_hand *hand)
{
    double sum = 0.0;

    for (int i = 0; i < hand->row_count; i++) {
        const double left =
            hand->targets[i] - dense_dot(hand->feature_count, hand->centred + i * hand->feature_count, hand->weights);

        sum += left * left;
    }
    return sum;
}

static void fit_by_hand(const struct problem *problem, double tolerance, struct by_hand *hand)
{
    const int n = problem->row_count, d = problem->feature_count;
    double   *before = dense_new(d);
    double    noise, weight = 1.0;

    hand->row_count     = n;
    hand->feature_count = d;
    centre(problem, hand);
    noise = 1.0 / (dense_dot(n, hand->targets, hand->targets) / n + 2.220446049250313e-16);
    for (hand->iteration_count = 1; hand->iteration_count <= 300; hand->iteration_count++) {
        const double gamma = form_weights(hand, weight / noise, hand->weights);
        double       move  = 0.0;

        weight = (gamma + 2e-6) / (dense_dot(d, hand->weights, hand->weights) + 2e-6);
        noise  = (n - gamma + 2e-6) / (residual_square(hand) + 2e-6);
        for (int j = 0; j < d; j++) move += fabs(hand->weights[j] - before[j]);
        if (hand->iteration_count > 1 && move < tolerance) break;
        memcpy(before, hand->weights, (size_t)d * sizeof *before);
    }
    if (hand->iteration_count > 300) hand->iteration_count = 300;
    (void)form_weights(hand, weight / noise, hand->weights);
    free(before);
}

/* Ours on the same problem, by rows or by features; the values of all rows by Gram, by weights and by hand agree. */
static struct bayes_ridge_result compare(const struct problem *problem, bool with_gram, double tolerance, struct by_hand *hand)
{
    const int                   n = problem->row_count, d = problem->feature_count;
    struct bayes_ridge_settings settings = BAYES_RIDGE_DEFAULTS;
    struct bayes_ridge_data     data = {n, problem->rows, problem->stride, with_gram ? problem->gram : NULL, n, problem->targets};
    struct bayes_ridge_result   result;
    struct err                  err;
    struct bayes_ridge         *fit;

    settings.coefficient_tolerance = tolerance;
    fit                            = bayes_ridge_new(n, d, &settings, &err);
    assert_non_null(fit);
    fit_by_hand(problem, tolerance, hand);
    bayes_ridge_solve(fit, &data, &result);
    assert_int_equal(result.iteration_count, hand->iteration_count);
    for (int i = 0; i < n; i++) {
        const double *row      = problem->rows + i * problem->stride;
        const double  expected = hand->target_mean + dense_dot(d, hand->centred + i * d, hand->weights);
        const double  limit    = 1e-8 * (1.0 + fabs(expected));

        assert_true(fabs(bayes_ridge_predict(fit, row, problem->gram + i * n) - expected) < limit);
        assert_true(fabs(result.intercept + dense_dot(d, row, bayes_ridge_weights(fit)) - expected) < limit);
    }
    bayes_ridge_free(fit);
    return result;
}

static void bounds_decide_as_the_weights_themselves_would(void **state)
{
    const int       feature_counts[] = {1, 3, 12, 40, 200, FEATURE_MAX};
    const double    noises[]         = {0.0, 0.1, 2.0, 50.0};
    const double    tolerances[]     = {1e-3, 1e-2, 1e-5};
    struct by_hand *hand             = malloc(sizeof *hand);
    int             fit_count = 0, iteration_count = 0, formed_count = 0;

    (void)state;
    assert_non_null(hand);
    for (unsigned seed = 0; seed < 6 * 4 * 3; seed++) {
        const int                 d = feature_counts[seed % 6];
        struct problem            problem;
        struct bayes_ridge_result result;

        problem_init(&problem, 2 + (int)seed % 11, d, seed % 5 == 0 ? 3.0 : 0.0, noises[seed / 6 % 4], 0, seed);
        result = compare(&problem, problem.row_count <= d, tolerances[seed / 24], hand);
        assert_true(result.formed_count <= result.iteration_count);
        fit_count++;
        iteration_count += result.iteration_count;
        formed_count += result.formed_count;
        problem_close(&problem);
    }
    assert_true(iteration_count > 10 * fit_count);
    assert_true(formed_count > fit_count / 4 && formed_count < 2 * fit_count); /* bounds alone do nearly all */
    free(hand);
}

static void poor_problems_have_the_definitions_answers(void **state)
{
    struct by_hand *hand = malloc(sizeof *hand);

    (void)state;
    assert_non_null(hand);
    for (int i = 0; i < 4 * 5 * 2; i++) {
        const int      n = (int[]){1, 2, 4, ROW_MAX}[i % 4], kind = i / 4 % 5, d = i / 20 == 0 ? 30 : 4;
        struct problem problem;

        problem_init(&problem, n, d, kind == 4 ? 100.0 : 0.0, 1.0, 0, (unsigned)i);
        for (int j = 0; j < n; j++) {
            double *row = problem.rows + j * problem.stride;

            if (kind == 0) problem.targets[j] = 7.0;
            if (kind == 1) memcpy(row, problem.rows, (size_t)d * sizeof(double));                          /* one image */
            if (kind == 2) memcpy(row, problem.rows + j % 3 * problem.stride, (size_t)d * sizeof(double)); /* three */
            for (int k = 0; kind == 3 && k < d; k += 2) row[k] = 5.0;
        }
        problem_fill_gram(&problem);
        (void)compare(&problem, n <= d, 1e-3, hand);
        problem_close(&problem);
    }
    free(hand);
}

/* Where the fast basis loses its digits the slow one takes over; elsewhere it must not. */
static void eigenvectors_are_kept_for_where_they_are_needed(void **state)
{
    struct by_hand           *hand = malloc(sizeof *hand);
    struct problem            problem;
    struct bayes_ridge_result result;

    (void)state;
    assert_non_null(hand);
    problem_init(&problem, 12, 40, 0.0, 1.0, 0, 1);
    result = compare(&problem, true, 1e-3, hand);
    assert_false(result.is_decomposed);
    for (int i = 4; i < 12; i++) {
        memcpy(problem.rows + i * problem.stride, problem.rows + i % 4 * problem.stride, 40 * sizeof(double));
        problem.targets[i] = problem.targets[i % 4]; /* no noise is left: the ratio falls towards 0 */
    }
    for (int i = 0; i < 12; i++) problem.targets[i] *= 1000.0;
    problem_fill_gram(&problem);
    result = compare(&problem, true, 1e-3, hand);
    assert_true(result.is_decomposed);
    assert_int_equal(result.status, BAYES_RIDGE_CONVERGED);
    problem_close(&problem);
    free(hand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_decide_as_the_weights_themselves_would),
        cmocka_unit_test(poor_problems_have_the_definitions_answers),
        cmocka_unit_test(eigenvectors_are_kept_for_where_they_are_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
