/* Logistic ridge: the gradient at the answer by formula and by differences, the evidence by its definition and by integration. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/logistic_ridge.h"
#include "problem.h"

static struct logistic_ridge_data data_of(const struct problem *problem, bool with_gram)
{
    return (struct logistic_ridge_data){.row_count   = problem->row_count,
                                        .rows        = problem->rows,
                                        .row_stride  = problem->stride,
                                        .gram        = with_gram ? problem->gram : NULL,
                                        .gram_stride = problem->row_count,
                                        .targets     = problem->targets};
}

static void solve(const struct problem *problem, bool with_gram, double cost, double *dual, struct logistic_ridge_result *result)
{
    const struct logistic_ridge_data data = data_of(problem, with_gram);
    struct err                       err;
    struct logistic_ridge *fit = logistic_ridge_new(problem->row_count, problem->feature_count, &LOGISTIC_RIDGE_DEFAULTS, &err);

    assert_non_null(fit);
    logistic_ridge_solve(fit, &data, cost, dual, result);
    logistic_ridge_free(fit);
}

static void weights_of(const struct problem *problem, const double *dual, double *weights)
{
    for (int j = 0; j <= problem->feature_count; j++) {
        weights[j] = 0.0;
        for (int i = 0; i < problem->row_count; i++) weights[j] += dual[i] * problem->rows[i * problem->stride + j];
    }
}

/* The objective as the header writes it, features and intercept alike. */
static double objective(const struct problem *problem, double cost, const double *weights)
{
    double sum = 0.5 * dense_dot(problem->stride, weights, weights);

    for (int i = 0; i < problem->row_count; i++) {
        const double sign = problem->targets[i] > 0.5 ? 1.0 : -1.0;

        sum += cost * log(1.0 + exp(-sign * dense_dot(problem->stride, problem->rows + i * problem->stride, weights)));
    }
    return sum;
}

static void the_gradient_vanishes_at_the_answer(void **state)
{
    const struct {
        int rows, columns;
    } shapes[]           = {{1, 1}, {5, 2}, {30, 4}, {119, 14}, {20, 20}, {8, 25}, {30, 60}};
    const double costs[] = {1e-4, 0.1, 1.0, 20.0, 1e4};

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] * 5; i++) {
        const double                 cost = costs[i % 5];
        struct problem               problem;
        struct logistic_ridge_result result;
        double                      *dual, *weights, length = 0.0;

        problem_init(&problem, shapes[i / 5].rows, shapes[i / 5].columns, 0.5, 1.0, 1, (unsigned)i);
        dual    = dense_new(problem.row_count);
        weights = dense_new(problem.stride);
        solve(&problem, problem.row_count <= problem.feature_count, cost, dual, &result);
        weights_of(&problem, dual, weights);
        assert_int_equal(result.status, LOGISTIC_RIDGE_CONVERGED);
        for (int j = 0; j < problem.stride; j++) {
            double gradient = weights[j], size = 1.0 + fabs(weights[j]), difference, at = weights[j];

            for (int k = 0; k < problem.row_count; k++) {
                const double *row  = problem.rows + k * problem.stride;
                const double  sign = problem.targets[k] > 0.5 ? 1.0 : -1.0;
                const double  term = cost * sign * row[j] / (1.0 + exp(sign * dense_dot(problem.stride, row, weights)));

                gradient -= term;
                size += fabs(term);
            }
            assert_true(fabs(gradient) < (cost > 100.0 ? 1e-10 : 1e-12) * size); /* huge duals cancel to small weights */
            weights[j] = at + 1e-4;
            difference = objective(&problem, cost, weights);
            weights[j] = at - 1e-4;
            difference -= objective(&problem, cost, weights);
            weights[j] = at;
            length += difference * difference / 4e-8;
        }
        assert_true(sqrt(length) < 1e-5 * (1.0 + result.objective) * problem.stride);
        assert_true(fabs(objective(&problem, cost, weights) / result.objective - 1.0) < 1e-12);
        free(dual);
        free(weights);
        problem_close(&problem);
    }
}

static void rows_and_features_give_the_same_fit_and_evidence(void **state)
{
    const double costs[] = {1e-4, 0.05, 1.0, 20.0};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct problem               narrow, wide;
        struct logistic_ridge_result by_features, by_rows;
        double                       first[50] = {0}, second[50] = {0};

        problem_init(&narrow, 50, 6, 1.0, 1.0, 1, 21);
        problem_pad(&narrow, 70, &wide);
        solve(&narrow, false, costs[i], first, &by_features);
        solve(&wide, true, costs[i], second, &by_rows);
        assert_true(dense_distance(50, first, second) < 1e-11 * fmax(costs[i], 1.0));
        assert_true(fabs(by_features.objective - by_rows.objective) < 1e-11 * by_rows.objective);
        assert_true(fabs(by_features.log_evidence - by_rows.log_evidence) < 1e-9);
        problem_close(&narrow);
        problem_close(&wide);
    }
}

/* -sum loss - |w|^2 / 2C - 1/2 log det(I + C A), the matrix built entry by entry. */
static double evidence_by_definition(const struct problem *problem, double cost, const double *weights)
{
    const int d      = problem->stride;
    double   *matrix = dense_new(d * d);
    double   *unused = dense_new(d);
    double    log_determinant;

    for (int j = 0; j < d; j++) matrix[j * d + j] = 1.0;
    for (int i = 0; i < problem->row_count; i++) {
        const double *row  = problem->rows + i * d;
        const double  prob = 1.0 / (1.0 + exp(-dense_dot(d, row, weights)));

        for (int j = 0; j < d * d; j++) matrix[j] += cost * prob * (1.0 - prob) * row[j / d] * row[j % d];
    }
    log_determinant = dense_solve(d, matrix, unused);
    free(matrix);
    free(unused);
    return -objective(problem, cost, weights) / cost - 0.5 * log_determinant;
}

static void the_evidence_is_its_definition(void **state)
{
    const double costs[] = {1e-4, 0.5, 20.0};

    (void)state;
    for (int i = 0; i < 6; i++) {
        const int                    columns = i < 3 ? 5 : 40;
        struct problem               problem;
        struct logistic_ridge_result result;
        double                       dual[30] = {0}, weights[41];

        problem_init(&problem, 30, columns, 0.3, 1.0, 1, 33);
        solve(&problem, columns > 30, costs[i % 3], dual, &result);
        weights_of(&problem, dual, weights);
        assert_true(fabs(result.log_evidence - evidence_by_definition(&problem, costs[i % 3], weights)) < 1e-9);
        problem_close(&problem);
    }
}

/* One feature and the intercept: the evidence is a double integral. A small prior variance makes the approximation sharp. */
static void the_evidence_approximates_the_integral(void **state)
{
    const double costs[] = {0.01, 0.1, 1.0};
    const double limit[] = {2e-4, 5e-3, 5e-2};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct problem               problem;
        struct logistic_ridge_result result;
        double                       dual[12] = {0}, sum = 0.0, step = 0.02 * sqrt(costs[i]);

        problem_init(&problem, 12, 1, 0.0, 1.0, 1, 2);
        solve(&problem, false, costs[i], dual, &result);
        for (int k = -400; k <= 400; k++) {
            for (int l = -400; l <= 400; l++) {
                const double weights[2] = {k * step, l * step};
                const double penalty    = 0.5 * dense_dot(2, weights, weights);
                const double loss       = (objective(&problem, 1.0, weights) - penalty);

                sum += exp(-loss - penalty / costs[i]);
            }
        }
        sum = log(sum * step * step / (2.0 * 3.14159265358979323846 * costs[i]));
        assert_true(fabs(result.log_evidence - sum) < limit[i]);
        problem_close(&problem);
    }
}

static void a_start_changes_nothing_but_the_number_of_steps(void **state)
{
    const double                 cost = 2.0;
    struct problem               problem;
    struct logistic_ridge_result cold, warm, wild;
    double                       dual[40] = {0}, again[40], far[40];

    (void)state;
    problem_init(&problem, 40, 8, 0.0, 0.5, 1, 6);
    solve(&problem, false, cost, dual, &cold);
    memcpy(again, dual, sizeof dual);
    solve(&problem, false, cost, again, &warm);
    assert_true(cold.iteration_count > 3);
    assert_true(warm.iteration_count <= 1);
    assert_true(dense_distance(40, dual, again) < 1e-12);
    for (int i = 0; i < 40; i++) far[i] = i % 3 == 0 ? 50.0 : -20.0;
    solve(&problem, false, cost, far, &wild);
    assert_int_equal(wild.status, LOGISTIC_RIDGE_CONVERGED);
    assert_true(dense_distance(40, dual, far) < 1e-10);
    problem_close(&problem);
}

static void separable_and_one_class_data_have_finite_answers(void **state)
{
    (void)state;
    for (int with_gram = 0; with_gram < 2; with_gram++) {
        struct problem               problem;
        struct logistic_ridge_result result;
        double                       dual[20] = {0};

        problem_init(&problem, 20, with_gram ? 30 : 3, 0.0, 0.0, 1, 9); /* no noise: a plane separates */
        solve(&problem, with_gram == 1, 1e6, dual, &result);
        assert_int_equal(result.status, LOGISTIC_RIDGE_CONVERGED);
        assert_true(isfinite(result.log_evidence));
        for (int i = 0; i < 20; i++) assert_true(problem.targets[i] > 0.5 ? dual[i] > 0.0 : dual[i] < 0.0);

        for (int i = 0; i < 20; i++) problem.targets[i] = 1.0, dual[i] = 0.0;
        solve(&problem, with_gram == 1, 1.0, dual, &result);
        assert_int_equal(result.status, LOGISTIC_RIDGE_CONVERGED);
        assert_true(isfinite(result.log_evidence));
        problem_close(&problem);
    }
}

static void identical_rows_learn_the_base_rate(void **state)
{
    struct problem               problem;
    struct logistic_ridge_result result;
    double                       dual[20] = {0}, weights[4], logit;

    (void)state;
    problem_init(&problem, 20, 3, 0.0, 1.0, 1, 9);
    for (int i = 0; i < 20; i++) {
        memset(problem.rows + i * problem.stride, 0, 3 * sizeof(double));
        problem.targets[i] = i < 15 ? 1.0 : 0.0;
    }
    solve(&problem, false, 1e5, dual, &result);
    weights_of(&problem, dual, weights);
    logit = weights[3];
    assert_true(fabs(1.0 / (1.0 + exp(-logit)) - 0.75) < 1e-4); /* the penalty is next to nothing */
    assert_true(weights[0] == 0.0 && weights[1] == 0.0 && weights[2] == 0.0);
    problem_close(&problem);
}

static void the_logit_is_that_of_the_weights_for_any_row(void **state)
{
    struct err err;

    (void)state;
    for (int with_gram = 0; with_gram < 2; with_gram++) {
        struct problem               problem;
        struct logistic_ridge_data   data;
        struct logistic_ridge       *fit;
        struct logistic_ridge_result result;
        double                       dual[12] = {0}, weights[16];

        problem_init(&problem, 12, with_gram ? 15 : 4, 0.2, 1.0, 1, 12);
        fit  = logistic_ridge_new(12, problem.feature_count, &LOGISTIC_RIDGE_DEFAULTS, &err);
        data = data_of(&problem, with_gram == 1);
        assert_non_null(fit);
        data.row_count = 11; /* the last row is to be predicted */
        logistic_ridge_solve(fit, &data, 1.0, dual, &result);
        weights_of(&problem, dual, weights); /* dual[11] is 0 */
        for (int i = 0; i < 12; i++)
            assert_true(fabs(logistic_ridge_logit(fit, &data, dual, i) -
                             dense_dot(problem.stride, problem.rows + i * problem.stride, weights)) < 1e-12);
        logistic_ridge_free(fit);
        problem_close(&problem);
    }
}

static void the_iteration_limit_is_a_status(void **state)
{
    const struct logistic_ridge_settings settings = {.gradient_tolerance = 1e-10, .iteration_max = 1};
    struct problem                       problem;
    struct logistic_ridge_data           data;
    struct logistic_ridge_result         result;
    struct logistic_ridge               *fit;
    struct err                           err;
    double                               dual[40] = {0};

    (void)state;
    problem_init(&problem, 40, 5, 0.0, 1.0, 1, 4);
    data = data_of(&problem, false);
    fit  = logistic_ridge_new(40, 5, &settings, &err);
    assert_non_null(fit);
    logistic_ridge_solve(fit, &data, 5.0, dual, &result);
    assert_int_equal(result.status, LOGISTIC_RIDGE_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 1);
    assert_true(isfinite(result.log_evidence) && result.gradient_norm > 0.0);
    logistic_ridge_free(fit);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_vanishes_at_the_answer),
        cmocka_unit_test(rows_and_features_give_the_same_fit_and_evidence),
        cmocka_unit_test(the_evidence_is_its_definition),
        cmocka_unit_test(the_evidence_approximates_the_integral),
        cmocka_unit_test(a_start_changes_nothing_but_the_number_of_steps),
        cmocka_unit_test(separable_and_one_class_data_have_finite_answers),
        cmocka_unit_test(identical_rows_learn_the_base_rate),
        cmocka_unit_test(the_logit_is_that_of_the_weights_for_any_row),
        cmocka_unit_test(the_iteration_limit_is_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
