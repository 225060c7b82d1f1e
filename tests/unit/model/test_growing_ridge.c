/* Logistic ridge from prefix to prefix: the gradient at each answer, against fits made at once, when rows and matrix change. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/growing_ridge.h"
#include "problem.h"

static struct logistic_ridge_data data_of(const struct problem *problem, int row_count)
{
    return (struct logistic_ridge_data){.row_count   = row_count,
                                        .rows        = problem->rows,
                                        .row_stride  = problem->stride,
                                        .gram        = problem->gram,
                                        .gram_stride = problem->row_count,
                                        .targets     = problem->targets};
}

static struct growing_ridge *growing_new(int row_max)
{
    struct err            err;
    struct growing_ridge *fit = growing_ridge_new(row_max, &err);

    assert_non_null(fit);
    return fit;
}

/* The largest dual_i - cost (target_i - P_i), relative to the cost: each is 0 at the solution, and at no other point. */
static double excess(const struct problem *problem, int row_count, double cost, const double *dual)
{
    double largest = 0.0;

    for (int i = 0; i < row_count; i++) {
        double logit = 0.0;

        for (int j = 0; j < row_count; j++) logit += (problem->gram[i * problem->row_count + j] + 1.0) * dual[j];
        largest = fmax(largest, fabs(dual[i] / cost - (problem->targets[i] > 0.5 ? 1.0 : 0.0) + 1.0 / (1.0 + exp(-logit))));
    }
    return largest;
}

static void each_prefix_is_solved(void **state)
{
    const double costs[] = {1e-4, 0.1, 1.0, 20.0, 1e3};

    (void)state;
    for (int i = 0; i < 10; i++) {
        const double          cost = costs[i % 5];
        struct problem        problem;
        struct growing_ridge *fit      = growing_new(60);
        double                dual[60] = {0};

        problem_init(&problem, 60, i < 5 ? 80 : 400, 0.3, 1.0, 1, (unsigned)(70 + i));
        for (int rows = 1; rows <= 60; rows++) {
            const struct logistic_ridge_data data = data_of(&problem, rows);
            struct logistic_ridge_result     result;

            assert_true(growing_ridge_solve(fit, &data, cost, GROWING_RIDGE_TIGHT, rows - 1, dual, &result));
            assert_int_equal(result.status, LOGISTIC_RIDGE_CONVERGED);
            assert_true(result.iteration_count <= (cost > 100.0 ? 15 : 7));
            assert_true(excess(&problem, rows, cost, dual) < 1e-10);
        }
        growing_ridge_free(fit);
        problem_close(&problem);
    }
}

/* Several new rows, the same rows again, fewer rows, all of them from nothing: `known_count` says what the duals are of. */
static void any_order_of_prefixes_gives_the_same_duals(void **state)
{
    const int                    counts[] = {10, 30, 30, 12, 13, 40, 3, 40};
    struct problem               problem;
    struct growing_ridge        *fit      = growing_new(40);
    double                       dual[40] = {0}, fresh[40];
    struct logistic_ridge_result result;
    int                          known = 0;

    (void)state;
    problem_init(&problem, 40, 90, 0.0, 1.0, 1, 5);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const struct logistic_ridge_data data  = data_of(&problem, counts[i]);
        struct growing_ridge            *other = growing_new(40);

        if (known > counts[i]) known = counts[i];
        assert_true(growing_ridge_solve(fit, &data, 2.0, GROWING_RIDGE_TIGHT, known, dual, &result));
        assert_true(growing_ridge_solve(other, &data, 2.0, GROWING_RIDGE_TIGHT, 0, fresh, &result));
        assert_true(dense_distance(counts[i], dual, fresh) < 1e-10);
        known = counts[i];
        growing_ridge_free(other);
    }
    growing_ridge_free(fit);
    problem_close(&problem);
}

/* The matrix of another z-scoring at every prefix: the inverse that is kept is not its own any more. */
static void a_matrix_that_changes_is_followed(void **state)
{
    struct problem        problem, scaled;
    struct growing_ridge *fit      = growing_new(50);
    double                dual[50] = {0};

    (void)state;
    problem_init(&problem, 50, 120, 0.0, 1.0, 1, 15);
    problem_init(&scaled, 50, 120, 0.0, 1.0, 1, 15);
    for (int rows = 1; rows <= 50; rows++) {
        const struct logistic_ridge_data data = data_of(&scaled, rows);
        struct logistic_ridge_result     result;

        for (int i = 0; i < 50; i++)
            for (int j = 0; j < 120; j++)
                scaled.rows[i * 121 + j] = problem.rows[i * 121 + j] * (1.0 + (j % 7 - 3.0) / (3.0 + rows));
        problem_fill_gram(&scaled);
        assert_true(growing_ridge_solve(fit, &data, 1.0, GROWING_RIDGE_TIGHT, rows - 1, dual, &result));
        assert_true(excess(&scaled, rows, 1.0, dual) < 1e-11);
    }
    growing_ridge_free(fit);
    problem_close(&problem);
    problem_close(&scaled);
}

/* Rows that repeat with other targets: a solution, or zeros and the word that there is none. */
static void contradictions_are_solved_or_said(void **state)
{
    struct problem        problem;
    struct growing_ridge *fit      = growing_new(30);
    double                dual[30] = {0};

    (void)state;
    problem_init(&problem, 30, 200, 0.0, 1.0, 1, 2);
    for (int i = 4; i < 30; i++) {
        memcpy(problem.rows + i * problem.stride, problem.rows + (i % 4) * problem.stride,
               (size_t)problem.stride * sizeof(double));
        problem.targets[i] = i % 3 == 0 ? 1.0 : 0.0;
    }
    problem_fill_gram(&problem);
    for (int rows = 1; rows <= 30; rows++) {
        const struct logistic_ridge_data data = data_of(&problem, rows);
        struct logistic_ridge_result     result;

        if (growing_ridge_solve(fit, &data, 20.0, GROWING_RIDGE_TIGHT, rows - 1, dual, &result)) {
            assert_true(excess(&problem, rows, 20.0, dual) < 1e-7);
            continue;
        }
        assert_int_equal(result.status, LOGISTIC_RIDGE_ITERATION_LIMIT);
        for (int i = 0; i < rows; i++) assert_true(dual[i] == 0.0);
    }
    growing_ridge_free(fit);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_prefix_is_solved),
        cmocka_unit_test(any_order_of_prefixes_gives_the_same_duals),
        cmocka_unit_test(a_matrix_that_changes_is_followed),
        cmocka_unit_test(contradictions_are_solved_or_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
