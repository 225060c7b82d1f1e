/* The eigenbasis against elimination on the matrix itself, and its null directions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/eigenbasis.h"
#include "symmetric_basis.h"

enum { SIDE = 12 };

static const double LIMIT = 1e-13;

static void solutions_and_sums_are_those_of_elimination(void **state)
{
    const double       shifts[] = {0.0, 0.1, 1e5};
    struct err         err;
    struct eigenbasis *basis  = eigenbasis_new(SIDE, &err);
    double            *matrix = symmetric_new(SIDE, 8);
    double             work[SIDE * SIDE];

    (void)state;
    assert_non_null(basis);
    memcpy(work, matrix, sizeof work);
    assert_true(eigenbasis_decompose(basis, SIDE, work, LIMIT));
    assert_int_equal(eigenbasis_null_count(basis), 0);
    for (int i = 0; i < 3; i++) {
        struct eigenbasis_sums sums;
        double                 right[SIDE], x[SIDE], expected[SIDE], image[SIDE], inverse[SIDE], inverse_trace, determined;

        for (int j = 0; j < SIDE; j++) right[j] = expected[j] = j % 5 - 1.5;
        symmetric_solve(SIDE, matrix, shifts[i], expected);
        symmetric_traces(SIDE, matrix, shifts[i], &inverse_trace, &determined);
        eigenbasis_enter(basis, right);
        eigenbasis_solve(basis, shifts[i], right, x, &sums);
        eigenbasis_multiply(basis, x, image);
        assert_true(fabs(eigenbasis_form(basis, x) / dense_dot(SIDE, x, image) - 1.0) < 1e-12);
        assert_true(fabs(sums.form / dense_dot(SIDE, x, image) - 1.0) < 1e-12);
        assert_true(fabs(sums.square / dense_dot(SIDE, expected, expected) - 1.0) < 1e-9);
        assert_true(fabs(sums.determined / determined - 1.0) < 1e-9);
        memcpy(inverse, expected, sizeof inverse);
        symmetric_solve(SIDE, matrix, 0.0, inverse);
        assert_true(fabs(sums.inverse_form / dense_dot(SIDE, expected, inverse) - 1.0) < 1e-9);
        eigenbasis_leave(basis, x);
        assert_true(dense_distance(SIDE, x, expected) < 1e-9 * sqrt(sums.square));
    }
    eigenbasis_free(basis);
    free(matrix);
}

static void null_directions_are_left_out(void **state)
{
    struct err             err;
    struct eigenbasis     *basis   = eigenbasis_new(4, &err);
    double                 ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, zero[4] = {0};
    double                 right[3] = {1, 2, 6}, x[3];
    struct eigenbasis_sums sums;

    (void)state;
    assert_non_null(basis);
    assert_true(eigenbasis_decompose(basis, 3, ones, LIMIT));
    assert_int_equal(eigenbasis_null_count(basis), 2);
    eigenbasis_enter(basis, right);
    eigenbasis_solve(basis, 0.0, right, x, &sums);
    eigenbasis_leave(basis, x);
    for (int i = 0; i < 3; i++) assert_true(fabs(x[i] - 1.0) < 1e-13); /* the least-squares solution of least norm */
    assert_true(fabs(sums.determined - 1.0) < 1e-14);
    assert_true(eigenbasis_decompose(basis, 2, zero, LIMIT));
    assert_int_equal(eigenbasis_null_count(basis), 2);
    assert_true(eigenbasis_decompose(basis, 0, zero, LIMIT));
    eigenbasis_solve(basis, 1.0, right, x, &sums);
    assert_true(sums.square == 0.0 && sums.determined == 0.0);
    eigenbasis_free(basis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_and_sums_are_those_of_elimination),
        cmocka_unit_test(null_directions_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
