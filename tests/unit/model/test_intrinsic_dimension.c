/* TwoNN against all pairs written out, on published embeddings, and on points that fill a space of known dimension. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rng.h"
#include "dense.h"
#include "model/intrinsic_dimension.h"

static struct metric dimension_of(const struct matrix *matrix)
{
    struct metric metric;
    struct err    err = {.message = ""};

    if (!intrinsic_dimension(matrix, &metric, &err)) fail_msg("%s", err.message);
    return metric;
}

static double value_of(const struct matrix *matrix)
{
    const struct metric metric = dimension_of(matrix);

    assert_int_equal(metric.status, METRIC_DONE);
    return metric.value;
}

static struct matrix normal_matrix(int rows, int columns, unsigned seed)
{
    struct matrix matrix = {rows, columns, dense_new(rows * columns)};
    struct rng    rng;

    rng_init(&rng, seed);
    for (int i = 0; i < rows * columns; i++) matrix.values[i] = 3.0 + rng_normal(&rng) * (1.0 + i % columns);
    return matrix;
}

static int compare(const void *left, const void *right)
{
    const long double a = *(const long double *)left, b = *(const long double *)right;

    return (a > b) - (a < b);
}

/* Every step by itself: equal rows marked, each feature's range, all distances, sort, slope. */
static double dimension_by_pairs(const struct matrix *matrix)
{
    const int    n = matrix->row_count, d = matrix->column_count;
    long double *ratios = calloc((size_t)n, sizeof *ratios), *ranges = calloc((size_t)d, sizeof *ranges);
    bool        *is_copy = calloc((size_t)n, sizeof *is_copy);
    long double  both = 0.0L, alone = 0.0L;
    int          count = 0;

    if (ratios == NULL || ranges == NULL || is_copy == NULL) abort();
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (memcmp(matrix->values + i * d, matrix->values + j * d, (size_t)d * sizeof(double)) == 0) is_copy[i] = true;
    for (int k = 0; k < d; k++) {
        long double low = INFINITY, high = -INFINITY;

        for (int i = 0; i < n; i++) low = fminl(low, matrix->values[i * d + k]);
        for (int i = 0; i < n; i++) high = fmaxl(high, matrix->values[i * d + k]);
        ranges[k] = high - low;
    }
    for (int i = 0; i < n; i++) {
        long double first = INFINITY, second = INFINITY;

        for (int j = 0; j < n && !is_copy[i]; j++) {
            long double square = 0.0L;

            if (j == i || is_copy[j]) continue;
            for (int k = 0; k < d; k++)
                if (ranges[k] > 0.0L)
                    square += powl(((long double)matrix->values[i * d + k] - matrix->values[j * d + k]) / ranges[k], 2.0L);
            second = fminl(second, fmaxl(first, square));
            first  = fminl(first, square);
        }
        if (!is_copy[i]) ratios[count++] = sqrtl(second) / sqrtl(first);
    }
    qsort(ratios, (size_t)count, sizeof *ratios, compare);
    for (int i = 0; i < count * 9 / 10; i++) {
        both -= logl(1.0L - (long double)i / count) * logl(ratios[i]);
        alone += logl(ratios[i]) * logl(ratios[i]);
    }
    free(ratios);
    free(ranges);
    free(is_copy);
    return (double)(both / alone);
}

/* Sizes below, at and above the blocks; copies and constant features among them. */
static void dimension_is_that_of_all_pairs(void **state)
{
    static const int SHAPES[][2] = {{3, 2}, {4, 1}, {10, 3}, {50, 20}, {256, 5}, {257, 4}, {530, 3}, {40, 300}};

    (void)state;
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        const int     d      = SHAPES[i][1];
        struct matrix matrix = normal_matrix(SHAPES[i][0], d, (unsigned)(10 + i));

        if (matrix.row_count >= 50)
            for (int j = 0; j < 9; j++) memcpy(matrix.values + (20 + j) * d, matrix.values + 3 * d, (size_t)d * sizeof(double));
        if (d >= 3)
            for (int j = 0; j < matrix.row_count; j++) matrix.values[j * d + 1] = 0.1;
        assert_true(fabs(value_of(&matrix) / dimension_by_pairs(&matrix) - 1.0) < 1e-10);
        matrix_close(&matrix);
    }
}

/* Heaps much smaller than the rounding of the products that find candidates: all must be found by their features. In the
 * last ones two rows far out on either side leave the others about the origin, where scaling itself rounds. */
static void neighbours_closer_than_rounding_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        const double  size   = (double[]){1e-2, 1e-4, 1e-8, 1e-11, 1e-12, 1e-14, 1e-16, 1e-30}[i];
        struct matrix matrix = normal_matrix(300, 6, (unsigned)(30 + i));

        for (int j = 0; j < 300 * 6; j++) matrix.values[j] = (i < 4 ? (j / 6 % 4) * (1 + j % 6) : 0.0) + size * matrix.values[j];
        for (int j = 0; i >= 4 && j < 6; j++) matrix.values[70 * 6 + j] = -(matrix.values[80 * 6 + j] = 1.0 + j);
        assert_true(fabs(value_of(&matrix) / dimension_by_pairs(&matrix) - 1.0) < 1e-9);
        matrix_close(&matrix);
    }
}

static void dimension_does_not_know_units(void **state)
{
    struct matrix matrix = normal_matrix(90, 4, 50);
    const double  value  = value_of(&matrix);

    (void)state;
    for (int i = 0; i < 90 * 4; i++) matrix.values[i] = ldexp(matrix.values[i], 300 * (i % 4) - 400);
    assert_true(fabs(value_of(&matrix) / value - 1.0) < 1e-12);
    for (int i = 0; i < 90 * 4; i++) matrix.values[i] = i % 4 == 2 ? ldexp(matrix.values[i], 780) : matrix.values[i];
    assert_true(fabs(value_of(&matrix) / value - 1.0) < 1e-12); /* near the largest number there is */
    matrix_close(&matrix);
}

/* A cube of k dimensions, laid into 12. Loose: points near its faces have their neighbours on one side, which lowers the figure. */
static void a_full_cube_has_its_dimension(void **state)
{
    enum { ROWS = 1500, COLUMNS = 12 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        const int     dimension = (int[]){1, 2, 5}[i];
        struct matrix matrix    = {ROWS, COLUMNS, dense_new(ROWS * COLUMNS)};
        double        axes[5 * COLUMNS], value;
        struct rng    rng;

        rng_init(&rng, (unsigned)(3 + i));
        for (int j = 0; j < 5 * COLUMNS; j++) axes[j] = rng_normal(&rng);
        for (int r = 0; r < ROWS; r++) {
            for (int k = 0; k < dimension; k++) {
                const double place = rng_uniform(&rng);

                for (int j = 0; j < COLUMNS; j++) matrix.values[r * COLUMNS + j] += place * axes[k * COLUMNS + j];
            }
        }
        value = value_of(&matrix);
        if (fabs(value / dimension - 1.0) > 0.15) fail_msg("dimension %d measured as %g", dimension, value);
        matrix_close(&matrix);
    }
}

static void without_two_neighbours_or_a_scale_there_is_no_value(void **state)
{
    double        values[3 * 3]  = {1, 2, 3, 4, 5, 6, 1, 2, 3};
    double        corners[3 * 3] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    struct matrix matrix         = {3, 3, values};

    (void)state;
    assert_int_equal(dimension_of(&matrix).status, METRIC_TOO_FEW_ROWS);
    matrix.row_count = 1;
    assert_int_equal(dimension_of(&matrix).status, METRIC_TOO_FEW_ROWS);
    matrix = (struct matrix){3, 3, corners};
    assert_int_equal(dimension_of(&matrix).status, METRIC_NO_SCALE);
}

/* Published figures of the embeddings. They are public data beside the project, not part of it. */
static void published_embeddings_have_their_dimension(void **state)
{
    static const struct {
        const char *path;
        double      dimension;
    } CASES[] = {{"../shared/data/spose_embedding_49d_sorted.txt", 10.077},
                 {"../shared/data/reward2022/spose_embedding_14d_sorted.npy", 5.740}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct matrix matrix;
        struct err    err = {.message = ""};

        if (access(CASES[i].path, R_OK) != 0) {
            print_message("%s is not there: skipped\n", CASES[i].path);
            skip();
        }
        if (!npy_read_file(CASES[i].path, &matrix, &err)) fail_msg("%s", err.message);
        assert_int_equal(matrix.row_count, 1854);
        assert_true(fabs(value_of(&matrix) - CASES[i].dimension) < 1e-3);
        matrix_close(&matrix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dimension_is_that_of_all_pairs),
        cmocka_unit_test(neighbours_closer_than_rounding_are_found),
        cmocka_unit_test(dimension_does_not_know_units),
        cmocka_unit_test(a_full_cube_has_its_dimension),
        cmocka_unit_test(without_two_neighbours_or_a_scale_there_is_no_value),
        cmocka_unit_test(published_embeddings_have_their_dimension),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
