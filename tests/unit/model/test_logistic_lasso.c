/* Logistic lasso: the optimality conditions at the answer, written out; starts; ties between columns; data that separate. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/logistic_lasso.h"
#include "problem.h"

static struct logistic_lasso_data data_of(const struct problem *problem, int row_count)
{
    return (struct logistic_lasso_data){
        .row_count = row_count, .rows = problem->rows, .row_stride = problem->stride, .targets = problem->targets};
}

static struct logistic_lasso *fit_new(const struct problem *problem)
{
    struct err             err;
    struct logistic_lasso *fit = logistic_lasso_new(problem->row_count, problem->feature_count, &LOGISTIC_LASSO_DEFAULTS, &err);

    assert_non_null(fit);
    return fit;
}

static void solve(const struct problem *problem, double cost, double *weights, struct logistic_lasso_result *result)
{
    const struct logistic_lasso_data data = data_of(problem, problem->row_count);
    struct logistic_lasso           *fit  = fit_new(problem);

    logistic_lasso_solve(fit, &data, cost, weights, result);
    logistic_lasso_free(fit);
}

/* The objective as the header writes it, features and intercept alike. */
static double objective(const struct problem *problem, double cost, const double *weights)
{
    double sum = 0.0;

    for (int j = 0; j < problem->stride; j++) sum += fabs(weights[j]);
    for (int i = 0; i < problem->row_count; i++) {
        const double sign  = problem->targets[i] > 0.5 ? 1.0 : -1.0;
        const double logit = sign * dense_dot(problem->stride, problem->rows + i * problem->stride, weights);

        sum += cost * (logit > 0.0 ? log1p(exp(-logit)) : log1p(exp(logit)) - logit);
    }
    return sum;
}

/* The largest violation of a condition, relative to the size of the terms that cancel in it. */
static double violation(const struct problem *problem, int row_count, double cost, const double *weights)
{
    double largest = 0.0;

    for (int j = 0; j < problem->stride; j++) {
        double slope = 0.0, size = 1.0, off;

        for (int i = 0; i < row_count; i++) {
            const double *row  = problem->rows + i * problem->stride;
            const double  sign = problem->targets[i] > 0.5 ? 1.0 : -1.0;
            const double  term = cost * sign * row[j] / (1.0 + exp(sign * dense_dot(problem->stride, row, weights)));

            slope -= term;
            size += fabs(term);
        }
        off     = weights[j] != 0.0 ? fabs(slope + (weights[j] > 0.0 ? 1.0 : -1.0)) : fmax(fabs(slope) - 1.0, 0.0);
        largest = fmax(largest, off / size);
    }
    return largest;
}

static int used_count(const struct problem *problem, const double *weights)
{
    int count = 0;

    for (int j = 0; j < problem->stride; j++) count += weights[j] != 0.0;
    return count;
}

static void the_conditions_hold_at_the_answer(void **state)
{
    const struct {
        int    rows, columns;
        double offset, noise;
    } cases[]            = {{2, 1, 0, 1},   {30, 2, 0, 1},   {119, 14, 0, 1}, {20, 20, 0.5, 1},
                            {30, 60, 0, 0}, {60, 400, 0, 1}, {40, 6, 100, 1}, {12, 80, 100, 1}};
    const double costs[] = {1e-4, 0.1, 1.0, 20.0, 1e3};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0] * 5; i++) {
        const double                 cost = costs[i % 5];
        struct problem               problem;
        struct logistic_lasso_result result;
        double                      *weights;

        problem_init(&problem, cases[i / 5].rows, cases[i / 5].columns, cases[i / 5].offset, cases[i / 5].noise, 1, (unsigned)i);
        weights = dense_new(problem.stride);
        solve(&problem, cost, weights, &result);
        assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);
        assert_true(violation(&problem, problem.row_count, cost, weights) < 1e-12);
        assert_true(fabs(objective(&problem, cost, weights) - result.objective) < 1e-11 * result.objective);
        assert_true(used_count(&problem, weights) <= problem.row_count);
        free(weights);
        problem_close(&problem);
    }
}

/* Nearby weights are no better: the conditions are those of this objective. */
static void no_move_lowers_the_objective(void **state)
{
    struct problem               problem;
    struct logistic_lasso_result result;
    struct rng                   rng;
    double                       weights[31] = {0}, moved[31], best;

    (void)state;
    problem_init(&problem, 25, 30, 0.2, 1.0, 1, 3);
    solve(&problem, 2.0, weights, &result);
    best = objective(&problem, 2.0, weights);
    rng_init(&rng, 1);
    for (int i = 0; i < 4000; i++) {
        const double size = pow(10.0, -1.0 - i % 6);

        memcpy(moved, weights, sizeof moved);
        for (int j = 0; j < 31; j++)
            if (i % 3 == 0 || j == i % 31 || (i % 3 == 1 && weights[j] != 0.0)) moved[j] += size * rng_normal(&rng);
        assert_true(objective(&problem, 2.0, moved) > best - 1e-13 * best);
    }
    problem_close(&problem);
}

/* Below a cost that the data give, nothing is worth a weight; just above it, something is. */
static void the_first_weight_comes_where_its_slope_reaches_one(void **state)
{
    struct problem               problem;
    struct logistic_lasso_result result;
    double                       weights[21] = {0}, steepest = 0.0;

    (void)state;
    problem_init(&problem, 15, 20, 0.0, 1.0, 1, 8);
    for (int j = 0; j < 21; j++) {
        double slope = 0.0;

        for (int i = 0; i < 15; i++) slope += (problem.targets[i] - 0.5) * problem.rows[i * 21 + j];
        steepest = fmax(steepest, fabs(slope));
    }
    solve(&problem, 0.999999 / steepest, weights, &result);
    assert_int_equal(used_count(&problem, weights), 0);
    assert_int_equal(result.iteration_count, 0);
    solve(&problem, 1.000001 / steepest, weights, &result);
    assert_int_equal(used_count(&problem, weights), 1);
    problem_close(&problem);
}

static void trial_by_trial_is_each_prefix_at_once(void **state)
{
    const int columns[] = {3, 30, 200};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct problem         problem;
        struct logistic_lasso *fit;
        double                *warm, *cold;
        int                    warm_count = 0, cold_count = 0;

        problem_init(&problem, 40, columns[i], 0.3, 1.0, 1, (unsigned)(40 + i));
        fit  = fit_new(&problem);
        warm = dense_new(problem.stride);
        cold = dense_new(problem.stride);
        for (int rows = 3; rows <= 40; rows++) {
            const struct logistic_lasso_data data = data_of(&problem, rows);
            struct logistic_lasso_result     result;

            logistic_lasso_solve(fit, &data, 3.0, warm, &result);
            assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);
            warm_count += result.iteration_count;
            memset(cold, 0, (size_t)problem.stride * sizeof(double));
            logistic_lasso_solve(fit, &data, 3.0, cold, &result);
            cold_count += result.iteration_count;
            assert_true(dense_distance(problem.stride, warm, cold) < 1e-9);
            assert_true(violation(&problem, rows, 3.0, warm) < 1e-12);
        }
        assert_true(warm_count < cold_count);
        free(warm);
        free(cold);
        logistic_lasso_free(fit);
        problem_close(&problem);
    }
}

static void a_wild_start_changes_nothing(void **state)
{
    struct problem               problem;
    struct logistic_lasso_result result;
    double                       weights[61] = {0}, far[61];

    (void)state;
    problem_init(&problem, 30, 60, 0.0, 1.0, 1, 6);
    solve(&problem, 5.0, weights, &result);
    for (int j = 0; j < 61; j++) far[j] = j % 3 == 0 ? 2.0 : -0.7;
    solve(&problem, 5.0, far, &result);
    assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);
    assert_true(dense_distance(61, weights, far) < 1e-9);
    problem_close(&problem);
}

/* Columns 5 .. 7 are column 0 again, the last with its sign turned: the fit is that without them, the weight is shared. */
static void equal_columns_share_a_weight(void **state)
{
    struct problem               problem, wide;
    struct logistic_lasso_result result;
    struct logistic_lasso       *fit;
    struct logistic_lasso_data   data;
    double                       alone[6] = {0}, weights[9] = {0}, shared[9];

    (void)state;
    problem_init(&problem, 30, 5, 0.0, 1.0, 1, 12);
    solve(&problem, 1.0, alone, &result);
    assert_true(alone[0] != 0.0);
    problem_pad(&problem, 8, &wide);
    for (int i = 0; i < 30; i++)
        for (int j = 5; j < 8; j++) wide.rows[i * 9 + j] = (j == 7 ? -1.0 : 1.0) * wide.rows[i * 9];
    weights[6] = 0.4; /* a start that favours another than the first */
    solve(&wide, 1.0, weights, &result);
    assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);
    assert_true(violation(&wide, 30, 1.0, weights) < 1e-12);
    assert_true(fabs(objective(&wide, 1.0, weights) - objective(&problem, 1.0, alone)) < 1e-12);
    fit  = fit_new(&wide);
    data = data_of(&wide, 30);
    logistic_lasso_share(fit, &data, weights, shared);
    for (int j = 0; j < 9; j++) {
        const double expected = j == 8 ? alone[5] : j == 0 || j > 4 ? alone[0] * (j == 7 ? -0.25 : 0.25) : alone[j];

        assert_true(fabs(shared[j] - expected) < 1e-10);
    }
    logistic_lasso_free(fit);
    problem_close(&problem);
    problem_close(&wide);
}

static void poor_data_have_finite_answers(void **state)
{
    struct problem               problem;
    struct logistic_lasso_result result;
    double                       weights[31];

    (void)state;
    problem_init(&problem, 20, 30, 0.0, 0.0, 1, 9); /* no noise: a plane separates */
    memset(weights, 0, sizeof weights);
    solve(&problem, 1e6, weights, &result);
    assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);
    assert_true(isfinite(result.objective) && violation(&problem, 20, 1e6, weights) < 1e-9);

    for (int i = 0; i < 20; i++) problem.targets[i] = 1.0;
    memset(weights, 0, sizeof weights);
    solve(&problem, 5.0, weights, &result);
    assert_int_equal(result.status, LOGISTIC_LASSO_CONVERGED);

    for (int i = 0; i < 20; i++) {
        memset(problem.rows + i * 31, 0, 30 * sizeof(double));
        problem.targets[i] = i < 15 ? 1.0 : 0.0;
    }
    memset(weights, 0, sizeof weights);
    solve(&problem, 1e5, weights, &result);
    assert_int_equal(used_count(&problem, weights), 1); /* the intercept alone can tell */
    assert_true(fabs(1.0 / (1.0 + exp(-weights[30])) - 0.75) < 1e-4);
    problem_close(&problem);
}

static void the_iteration_limit_is_a_status(void **state)
{
    const struct logistic_lasso_settings settings = {.violation_tolerance = 1e-11, .iteration_max = 1};
    struct problem                       problem;
    struct logistic_lasso_data           data;
    struct logistic_lasso_result         result;
    struct logistic_lasso               *fit;
    struct err                           err;
    double                               weights[6] = {0};

    (void)state;
    problem_init(&problem, 40, 5, 0.0, 1.0, 1, 4);
    data = data_of(&problem, 40);
    fit  = logistic_lasso_new(40, 5, &settings, &err);
    assert_non_null(fit);
    logistic_lasso_solve(fit, &data, 5.0, weights, &result);
    assert_int_equal(result.status, LOGISTIC_LASSO_ITERATION_LIMIT);
    assert_int_equal(result.iteration_count, 1);
    assert_true(isfinite(result.objective) && result.violation > 1e-11);
    logistic_lasso_free(fit);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_conditions_hold_at_the_answer),
        cmocka_unit_test(no_move_lowers_the_objective),
        cmocka_unit_test(the_first_weight_comes_where_its_slope_reaches_one),
        cmocka_unit_test(trial_by_trial_is_each_prefix_at_once),
        cmocka_unit_test(a_wild_start_changes_nothing),
        cmocka_unit_test(equal_columns_share_a_weight),
        cmocka_unit_test(poor_data_have_finite_answers),
        cmocka_unit_test(the_iteration_limit_is_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
