#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "dense.h"
#include "model/truncated_svd.h"

static struct matrix random_matrix(int rows, int columns, unsigned seed)
{
    struct rng    rng;
    struct matrix matrix = {.row_count = rows, .column_count = columns, .values = dense_new(rows * columns)};

    rng_init(&rng, seed);
    for (int i = 0; i < rows * columns; i++) matrix.values[i] = rng_normal(&rng) * (1.0 + i % columns);
    return matrix;
}

static double column_dot(const struct matrix *matrix, int left, int right)
{
    double sum = 0.0;

    for (int i = 0; i < matrix->row_count; i++)
        sum += matrix->values[i * matrix->column_count + left] * matrix->values[i * matrix->column_count + right];
    return sum;
}

/* right = X' column / |column|^2, the right singular vector over its singular value */
static void right_vector(const struct matrix *matrix, const struct matrix *scores, int component, double *right)
{
    for (int j = 0; j < matrix->column_count; j++) {
        right[j] = 0.0;
        for (int i = 0; i < matrix->row_count; i++)
            right[j] += matrix->values[i * matrix->column_count + j] * scores->values[i * scores->column_count + component];
        right[j] /= column_dot(scores, component, component);
    }
}

static void columns_are_orthogonal_descending_and_singular(void **state)
{
    const int shapes[][3] = {{12, 7, 7}, {7, 12, 7}, {30, 5, 2}, {5, 30, 3}, {9, 9, 9}, {1, 4, 1}, {4, 1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const int     count  = shapes[i][2];
        struct matrix matrix = random_matrix(shapes[i][0], shapes[i][1], (unsigned)i), scores;
        struct err    err;
        double       *right = dense_new(matrix.column_count);

        assert_true(truncated_svd(&matrix, count, &scores, &err));
        assert_int_equal(scores.row_count, matrix.row_count);
        assert_int_equal(scores.column_count, count);
        for (int k = 0; k < count; k++) {
            int largest = 0;

            for (int l = 0; l < k; l++) assert_true(fabs(column_dot(&scores, k, l)) < 1e-11 * column_dot(&scores, 0, 0));
            if (k > 0) assert_true(column_dot(&scores, k, k) <= column_dot(&scores, k - 1, k - 1));
            /* X right = left says that it is a singular pair; both sides carry the same factor 1 / s. */
            right_vector(&matrix, &scores, k, right);
            for (int r = 0; r < matrix.row_count; r++)
                assert_true(fabs(dense_dot(matrix.column_count, matrix.values + r * matrix.column_count, right) -
                                 scores.values[r * count + k]) < 1e-9 * sqrt(column_dot(&scores, 0, 0)));
            for (int j = 0; j < matrix.column_count; j++)
                if (fabs(right[j]) > fabs(right[largest])) largest = j;
            assert_true(right[largest] > 0.0);
        }
        free(right);
        matrix_close(&matrix);
        matrix_close(&scores);
    }
}

/* The squared singular values are the eigenvalues of X X', from another algorithm. */
static void singular_values_are_those_of_the_inner_products(void **state)
{
    enum { N = 6, M = 9 };
    struct matrix matrix = random_matrix(N, M, 40), scores;
    struct err    err;
    double        product[N * N], vectors[N * N], sum = 0.0;

    (void)state;
    for (int i = 0; i < N * N; i++) product[i] = dense_dot(M, matrix.values + i / N * M, matrix.values + i % N * M);
    dense_eigen(N, product, vectors);
    assert_true(truncated_svd(&matrix, 3, &scores, &err));
    for (int k = 0; k < 3; k++) {
        double nearest = INFINITY;
        int    larger  = 0;

        for (int i = 0; i < N; i++) {
            nearest = fmin(nearest, fabs(product[i * N + i] / column_dot(&scores, k, k) - 1.0));
            if (product[i * N + i] > column_dot(&scores, k, k) * (1.0 + 1e-9)) larger++;
        }
        assert_true(nearest < 1e-12);
        assert_int_equal(larger, k);
        sum += column_dot(&scores, k, k);
    }
    assert_true(sum > 0.0);
    matrix_close(&matrix);
    matrix_close(&scores);
}

static void beyond_the_rank_columns_are_zero(void **state)
{
    double        values[12] = {1, 2, 3, 2, 4, 6, -1, -2, -3, 0, 0, 0};
    struct matrix matrix     = {.row_count = 4, .column_count = 3, .values = values}, scores;
    struct err    err;

    (void)state;
    assert_true(truncated_svd(&matrix, 3, &scores, &err));
    for (int i = 0; i < 4; i++) {
        assert_true(fabs(scores.values[i * 3] - sqrt(14.0) * (double[4]){1, 2, -1, 0}[i]) < 1e-12);
        assert_true(scores.values[i * 3 + 1] == 0.0 && scores.values[i * 3 + 2] == 0.0);
    }
    matrix_close(&scores);
    for (int i = 0; i < 12; i++) values[i] = 0.0;
    assert_true(truncated_svd(&matrix, 2, &scores, &err));
    for (int i = 0; i < 8; i++) assert_true(scores.values[i] == 0.0);
    matrix_close(&scores);
}

static void the_same_matrix_gives_the_same_numbers(void **state)
{
    struct matrix matrix = random_matrix(20, 33, 4), first, second;
    struct err    err;

    (void)state;
    assert_true(truncated_svd(&matrix, 5, &first, &err));
    assert_true(truncated_svd(&matrix, 5, &second, &err));
    assert_memory_equal(first.values, second.values, 20 * 5 * sizeof(double));
    matrix_close(&matrix);
    matrix_close(&first);
    matrix_close(&second);
}

static void an_impossible_count_and_huge_numbers_are_refused(void **state)
{
    struct matrix matrix = random_matrix(4, 3, 1), scores = {0};
    struct err    err;

    (void)state;
    assert_false(truncated_svd(&matrix, 0, &scores, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(truncated_svd(&matrix, 4, &scores, &err));
    assert_non_null(strstr(err.message, "1 to 3"));
    matrix.values[5] = 1e200;
    assert_false(truncated_svd(&matrix, 2, &scores, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(scores.values);
    matrix_close(&matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_orthogonal_descending_and_singular),
        cmocka_unit_test(singular_values_are_those_of_the_inner_products),
        cmocka_unit_test(beyond_the_rank_columns_are_zero),
        cmocka_unit_test(the_same_matrix_gives_the_same_numbers),
        cmocka_unit_test(an_impossible_count_and_huge_numbers_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
