/* The tridiagonal basis against elimination on the matrix itself. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/tridiagonal.h"
#include "symmetric_basis.h"

static const int SIDES[] = {1, 2, 3, 4, 5, 8, 13, 40};

enum { SIDE_COUNT = sizeof SIDES / sizeof SIDES[0], SIDE_MAX = 40 };

struct tridiagonal_case {
    int                 side;
    double             *matrix;
    double             *work;
    struct tridiagonal *tridiagonal;
};

static void case_init(struct tridiagonal_case *problem, int side, unsigned seed)
{
    struct err err;

    *problem =
        (struct tridiagonal_case){side, symmetric_new(side, seed), dense_new(side * side), tridiagonal_new(SIDE_MAX, &err)};
    assert_non_null(problem->tridiagonal);
    for (int i = 0; i < side; i++) /* only the lower triangle may be looked at */
        for (int j = 0; j < side; j++) problem->work[i * side + j] = j <= i ? problem->matrix[i * side + j] : (double)NAN;
    assert_true(tridiagonal_reduce(problem->tridiagonal, side, problem->work));
}

static void case_close(struct tridiagonal_case *problem)
{
    tridiagonal_free(problem->tridiagonal);
    free(problem->matrix);
    free(problem->work);
}

static void fill(int count, unsigned seed, double *out)
{
    struct rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < count; i++) out[i] = rng_normal(&rng);
}

static void the_basis_is_orthonormal_and_turns_the_matrix(void **state)
{
    (void)state;
    for (int i = 0; i < SIDE_COUNT; i++) {
        struct tridiagonal_case problem;
        double                  vector[SIDE_MAX] = {0}, turned[SIDE_MAX], image[SIDE_MAX], expected[SIDE_MAX];
        const int               side             = SIDES[i];

        case_init(&problem, side, (unsigned)i);
        fill(side, 5, vector);
        memcpy(turned, vector, sizeof turned);
        tridiagonal_enter(problem.tridiagonal, turned);
        assert_true(fabs(dense_dot(side, turned, turned) / dense_dot(side, vector, vector) - 1.0) < 1e-13);
        tridiagonal_multiply(problem.tridiagonal, turned, image);
        assert_true(fabs(tridiagonal_form(problem.tridiagonal, turned) / dense_dot(side, turned, image) - 1.0) < 1e-12);
        tridiagonal_leave(problem.tridiagonal, image);
        for (int j = 0; j < side; j++) expected[j] = dense_dot(side, problem.matrix + j * side, vector);
        assert_true(dense_distance(side, image, expected) < 1e-11);
        tridiagonal_leave(problem.tridiagonal, turned);
        assert_true(dense_distance(side, turned, vector) < 1e-13);
        case_close(&problem);
    }
}

static void solutions_and_traces_are_those_of_elimination(void **state)
{
    const double shifts[] = {0.0, 1e-3, 1.0, 30.0, 1e4, 1e9};

    (void)state;
    for (int i = 0; i < SIDE_COUNT * 6; i++) {
        const int               side = SIDES[i / 6];
        struct tridiagonal_case problem;
        struct tridiagonal_sums sums;
        double                  right[SIDE_MAX] = {0}, solution[SIDE_MAX], expected[SIDE_MAX], inverse_trace, determined;

        case_init(&problem, side, (unsigned)i);
        fill(side, (unsigned)i, right);
        memcpy(expected, right, sizeof expected);
        symmetric_solve(side, problem.matrix, shifts[i % 6], expected);
        symmetric_traces(side, problem.matrix, shifts[i % 6], &inverse_trace, &determined);
        tridiagonal_enter(problem.tridiagonal, right);
        assert_true(tridiagonal_solve(problem.tridiagonal, shifts[i % 6], right, solution, &sums));
        tridiagonal_leave(problem.tridiagonal, solution);
        assert_true(dense_distance(side, solution, expected) < 1e-9 * sqrt(sums.square));
        assert_true(fabs(sums.square / dense_dot(side, expected, expected) - 1.0) < 1e-9);
        assert_true(fabs(sums.form / symmetric_form(side, problem.matrix, expected, expected) - 1.0) < 1e-9);
        assert_true(fabs(sums.inverse_trace / inverse_trace - 1.0) < 1e-9);
        assert_true(fabs(sums.determined / determined - 1.0) < 1e-9);
        case_close(&problem);
    }
}

/* With eigenvalues of many decades, too, no shift leaves everything determined. */
static void everything_is_determined_without_a_shift(void **state)
{
    struct tridiagonal_case problem;
    struct tridiagonal_sums sums;
    double                  right[13] = {1.0}, solution[13];

    (void)state;
    case_init(&problem, 13, 4);
    for (int i = 0; i < 13; i++)
        for (int j = 0; j <= i; j++) problem.work[i * 13 + j] = problem.matrix[i * 13 + j] * pow(10.0, (i + j) / -4.0);
    assert_true(tridiagonal_reduce(problem.tridiagonal, 13, problem.work));
    assert_true(tridiagonal_solve(problem.tridiagonal, 0.0, right, solution, &sums));
    assert_true(sums.inverse_trace * tridiagonal_norm(problem.tridiagonal) > 1e6);
    assert_true(fabs(sums.determined - 13.0) < 1e-11);
    case_close(&problem);
}

static void the_norm_bounds_the_matrix(void **state)
{
    struct tridiagonal_case problem;
    double                  vector[SIDE_MAX], longest = 0.0;

    (void)state;
    case_init(&problem, SIDE_MAX, 3);
    for (unsigned seed = 0; seed < 50; seed++) {
        fill(SIDE_MAX, seed, vector);
        longest = fmax(longest, symmetric_form(SIDE_MAX, problem.matrix, vector, vector) / dense_dot(SIDE_MAX, vector, vector));
    }
    assert_true(longest < tridiagonal_norm(problem.tridiagonal) && longest > 0.01 * tridiagonal_norm(problem.tridiagonal));
    case_close(&problem);
}

static void nothing_is_a_matrix_too(void **state)
{
    struct err              err;
    struct tridiagonal     *tridiagonal = tridiagonal_new(0, &err);
    struct tridiagonal_sums sums;
    double                  none = 7.0;

    (void)state;
    assert_non_null(tridiagonal);
    assert_true(tridiagonal_reduce(tridiagonal, 0, &none));
    assert_true(tridiagonal_solve(tridiagonal, 1.0, &none, &none, &sums));
    assert_true(sums.square == 0.0 && sums.determined == 0.0 && sums.inverse_trace == 0.0 && none == 7.0);
    tridiagonal_free(tridiagonal);
}

static void what_cannot_be_factored_is_refused(void **state)
{
    struct err              err;
    struct tridiagonal     *tridiagonal = tridiagonal_new(3, &err);
    struct tridiagonal_sums sums;
    double                  singular[9] = {1, 0, 0, 1, 1, 0, 1, 1, 1}; /* of ones */
    double                  negative[9] = {1, 0, 0, 2, 1, 0, 0, 0, 1};
    double                  zero[9] = {0}, huge[1] = {1e150}, wrong[1] = {(double)NAN}, right[3] = {1, 2, 3}, solution[3];

    (void)state;
    assert_non_null(tridiagonal);
    assert_true(tridiagonal_reduce(tridiagonal, 3, negative));
    assert_false(tridiagonal_solve(tridiagonal, 0.5, right, solution, &sums));
    assert_true(tridiagonal_solve(tridiagonal, 1.5, right, solution, &sums)); /* eigenvalues -1, 1, 3 */
    assert_true(tridiagonal_reduce(tridiagonal, 3, singular));
    if (tridiagonal_solve(tridiagonal, 0.0, right, solution, &sums)) /* by rounding the last pivot may be positive */
        assert_true(sums.inverse_trace > 1e14);
    assert_false(tridiagonal_reduce(tridiagonal, 3, zero));
    assert_false(tridiagonal_reduce(tridiagonal, 1, huge));
    assert_false(tridiagonal_reduce(tridiagonal, 1, wrong));
    tridiagonal_free(tridiagonal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_basis_is_orthonormal_and_turns_the_matrix),
        cmocka_unit_test(solutions_and_traces_are_those_of_elimination),
        cmocka_unit_test(everything_is_determined_without_a_shift),
        cmocka_unit_test(the_norm_bounds_the_matrix),
        cmocka_unit_test(nothing_is_a_matrix_too),
        cmocka_unit_test(what_cannot_be_factored_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
