/* Both bases of the ridge posterior against the normal equations of centred rows, solved by elimination. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/ridge_posterior.h"
#include "problem.h"
#include "symmetric_basis.h"

enum { FEATURE_MAX = 12, ROW_MAX = 30, ROW_NEW = 2 };

/* Rows and targets less their means, X'X and X'y. */
struct normal_equations {
    int     row_count, feature_count;
    double *rows, *targets, *matrix, *right, *mean;
    double  target_mean;
};

static void normal_equations_init(struct normal_equations *equations, const struct problem *problem, int row_count)
{
    const int d = problem->feature_count;

    *equations = (struct normal_equations){
        row_count, d, dense_new(row_count * d), dense_new(row_count), dense_new(d * d), dense_new(d), dense_new(d), 0.0};
    for (int i = 0; i < row_count; i++) {
        equations->target_mean += problem->targets[i] / row_count;
        for (int j = 0; j < d; j++) equations->mean[j] += problem->rows[i * problem->stride + j] / row_count;
    }
    for (int i = 0; i < row_count; i++) {
        double *row = equations->rows + i * d;

        equations->targets[i] = problem->targets[i] - equations->target_mean;
        for (int j = 0; j < d; j++) row[j] = problem->rows[i * problem->stride + j] - equations->mean[j];
        for (int j = 0; j < d; j++) {
            equations->right[j] += row[j] * equations->targets[i];
            for (int k = 0; k < d; k++) equations->matrix[j * d + k] += row[j] * row[k];
        }
    }
}

static void normal_equations_close(struct normal_equations *equations)
{
    free(equations->rows);
    free(equations->targets);
    free(equations->matrix);
    free(equations->right);
    free(equations->mean);
}

static double residual_square(const struct normal_equations *equations, const double *weights)
{
    double sum = 0.0;

    for (int i = 0; i < equations->row_count; i++) {
        const double left =
            equations->targets[i] - dense_dot(equations->feature_count, equations->rows + i * equations->feature_count, weights);

        sum += left * left;
    }
    return sum;
}

static bool is_near(double value, double expected)
{
    return fabs(value - expected) <= 1e-8 * fabs(expected);
}

static void check_sums(const struct normal_equations *equations, double ratio, const double *weights,
                       const struct ridge_posterior_sums *sums)
{
    const int d = equations->feature_count;
    double    inverse_trace, determined;

    symmetric_traces(d, equations->matrix, ratio, &inverse_trace, &determined);
    assert_true(is_near(sums->weight_square, dense_dot(d, weights, weights)));
    assert_true(is_near(sums->residual_square, residual_square(equations, weights)));
    assert_true(is_near(sums->determined, determined));
    assert_true(is_near(sums->undetermined, equations->row_count - determined));
}

static void check_l1(struct ridge_posterior *posterior, const double *weights, const double *x)
{
    double scratch[ROW_MAX], sum = 0.0;

    for (int j = 0; j < FEATURE_MAX; j++) sum += fabs(weights[j]);
    memcpy(scratch, x, (size_t)ridge_posterior_side(posterior) * sizeof(double));
    assert_true(is_near(ridge_posterior_l1(posterior, scratch), sum));
}

/* The two rows after the training rows. */
static void check_predictions(struct ridge_posterior *posterior, const struct normal_equations *equations,
                              const struct problem *problem, const double *weights)
{
    const int    n = equations->row_count, d = equations->feature_count;
    const double limit = 1e-9 * (1.0 + sqrt(dense_dot(d, equations->mean, equations->mean))); /* what distance from zero costs */

    assert_true(fabs(ridge_posterior_intercept(posterior) - equations->target_mean + dense_dot(d, equations->mean, weights)) <
                limit);
    for (int i = n; i < n + ROW_NEW; i++) {
        const double *row   = problem->rows + i * problem->stride;
        const double  value = ridge_posterior_predict(posterior, row, problem->gram + i * problem->row_count);

        assert_true(fabs(value - equations->target_mean - dense_dot(d, row, weights) + dense_dot(d, equations->mean, weights)) <
                    limit);
    }
    assert_true(dense_distance(d, ridge_posterior_weights(posterior), weights) < 1e-9);
}

static void check_case(int row_count, double offset, enum ridge_basis basis)
{
    const double            ratios[] = {1e-2, 1.0, 50.0, 1e4, 1e8};
    struct problem          problem;
    struct normal_equations equations;
    struct err              err;
    struct ridge_posterior *posterior = ridge_posterior_new(ROW_MAX, FEATURE_MAX, &err);
    double                  x[ROW_MAX], before[ROW_MAX] = {0}, image[ROW_MAX], weights[FEATURE_MAX], earlier[FEATURE_MAX] = {0};

    assert_non_null(posterior);
    problem_init(&problem, row_count + ROW_NEW, FEATURE_MAX, offset, 1.0, 0, (unsigned)row_count);
    normal_equations_init(&equations, &problem, row_count);
    const struct bayes_ridge_data data = {row_count,         problem.rows,
                                          problem.stride,    row_count <= FEATURE_MAX ? problem.gram : NULL,
                                          problem.row_count, problem.targets};
    assert_true(ridge_posterior_prepare(posterior, &data, basis));
    assert_true(is_near(ridge_posterior_target_variance(posterior) * row_count,
                        dense_dot(row_count, equations.targets, equations.targets)));
    for (int i = 0; i < 5; i++) {
        struct ridge_posterior_sums sums;

        memcpy(weights, equations.right, sizeof weights);
        symmetric_solve(FEATURE_MAX, equations.matrix, ratios[i], weights);
        assert_true(ridge_posterior_at(posterior, ratios[i], x, &sums));
        check_sums(&equations, ratios[i], weights, &sums);
        assert_true(is_near(ridge_posterior_square(posterior, x), dense_dot(FEATURE_MAX, weights, weights)));
        ridge_posterior_image(posterior, x, image);
        assert_true(fabs(dense_dot(ridge_posterior_side(posterior), image, before) - dense_dot(FEATURE_MAX, weights, earlier)) <
                    1e-8 * sqrt(dense_dot(FEATURE_MAX, earlier, earlier) * sums.weight_square) + 1e-300);
        check_l1(posterior, weights, x);
        memcpy(before, x, sizeof before);
        memcpy(earlier, weights, sizeof earlier);
        ridge_posterior_keep(posterior, x);
        check_predictions(posterior, &equations, &problem, weights);
    }
    ridge_posterior_keep(posterior, NULL);
    assert_true(ridge_posterior_predict(posterior, problem.rows, problem.gram) == ridge_posterior_intercept(posterior));
    assert_true(is_near(ridge_posterior_intercept(posterior), equations.target_mean));
    ridge_posterior_free(posterior);
    normal_equations_close(&equations);
    problem_close(&problem);
}

static void either_basis_is_the_normal_equations(void **state)
{
    const int row_counts[] = {2, 3, 4, 5, 9, 12, 13, 14, 25, 30};

    (void)state;
    for (int i = 0; i < 10 * 2 * 2; i++) {
        const enum ridge_basis basis = i % 2 == 0 ? RIDGE_BASIS_TRIDIAGONAL : RIDGE_BASIS_EIGEN;

        check_case(row_counts[i / 4], i / 2 % 2 == 0 ? 0.0 : 100.0, basis);
    }
}

/* With identical rows the fast basis must say when it has no digits left, and up to there be right. */
static void the_fast_basis_knows_when_it_is_of_no_use(void **state)
{
    struct problem          problem;
    struct err              err;
    struct ridge_posterior *fast = ridge_posterior_new(ROW_MAX, 20, &err), *slow = ridge_posterior_new(ROW_MAX, 20, &err);
    struct bayes_ridge_data data;
    int                     refused_count = 0;

    (void)state;
    assert_non_null(fast);
    assert_non_null(slow);
    problem_init(&problem, 16, 20, 1.0, 1.0, 0, 2);
    for (int i = 4; i < 16; i++)
        memcpy(problem.rows + i * problem.stride, problem.rows + i % 4 * problem.stride, 20 * sizeof(double));
    problem_fill_gram(&problem);
    data = (struct bayes_ridge_data){16, problem.rows, problem.stride, problem.gram, 16, problem.targets};
    assert_true(ridge_posterior_prepare(fast, &data, RIDGE_BASIS_TRIDIAGONAL));
    assert_true(ridge_posterior_prepare(slow, &data, RIDGE_BASIS_EIGEN));
    for (double ratio = 1e3; ratio > 1e-16; ratio *= 0.1) {
        struct ridge_posterior_sums one, other;
        double                      x[ROW_MAX];

        assert_true(ridge_posterior_at(slow, ratio, x, &other));
        if (!ridge_posterior_at(fast, ratio, x, &one)) {
            refused_count++;
            continue;
        }
        assert_true(fabs(one.weight_square / other.weight_square - 1.0) < 1e-9);
        assert_true(fabs(one.residual_square / other.residual_square - 1.0) < 1e-9);
        assert_true(fabs(one.determined / other.determined - 1.0) < 1e-9);
        assert_true(fabs(one.undetermined / other.undetermined - 1.0) < 1e-9);
    }
    assert_true(refused_count > 5 && refused_count < 18);
    ridge_posterior_free(fast);
    ridge_posterior_free(slow);
    problem_close(&problem);
}

static void features_that_nearly_agree_are_left_to_eigenvectors(void **state)
{
    struct problem          problem;
    struct err              err;
    struct ridge_posterior *posterior = ridge_posterior_new(ROW_MAX, 4, &err);
    struct bayes_ridge_data data;

    (void)state;
    assert_non_null(posterior);
    problem_init(&problem, 20, 4, 0.0, 1.0, 0, 9);
    data = (struct bayes_ridge_data){20, problem.rows, problem.stride, NULL, 0, problem.targets};
    assert_true(ridge_posterior_prepare(posterior, &data, RIDGE_BASIS_TRIDIAGONAL));
    for (int i = 0; i < 20; i++) {
        double *row = problem.rows + i * problem.stride;

        row[3] = row[2] + 1e-5 * row[3];
    }
    assert_false(ridge_posterior_prepare(posterior, &data, RIDGE_BASIS_TRIDIAGONAL));
    assert_true(ridge_posterior_prepare(posterior, &data, RIDGE_BASIS_EIGEN));
    ridge_posterior_free(posterior);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_basis_is_the_normal_equations),
        cmocka_unit_test(the_fast_basis_knows_when_it_is_of_no_use),
        cmocka_unit_test(features_that_nearly_agree_are_left_to_eigenvectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
