/* Class separation and CKA over all pairs from their definitions, what they must not depend on, and task accuracy by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"
#include "dense.h"
#include "model/intrinsic_dimension.h"
#include "model/representation_metrics.h"
#include "reference.h"

static struct matrix matrix_of(int rows, int columns, double offset, unsigned seed)
{
    struct matrix matrix = {rows, columns, dense_new(rows * columns)};
    struct rng    rng;

    rng_init(&rng, seed);
    for (int i = 0; i < rows * columns; i++) matrix.values[i] = offset + rng_normal(&rng) * (1.0 + 0.2 * (i % columns));
    return matrix;
}

static double separation_of(const struct matrix *matrix, const int *classes, int class_count)
{
    struct metric metric;
    struct err    err = {.message = ""};

    if (!metrics_class_separation(matrix, classes, class_count, &metric, &err)) fail_msg("%s", err.message);
    assert_int_equal(metric.status, METRIC_DONE);
    return metric.value;
}

static enum metric_status separation_status(const struct matrix *matrix, const int *classes, int class_count)
{
    struct metric metric;
    struct err    err;

    assert_true(metrics_class_separation(matrix, classes, class_count, &metric, &err));
    assert_true(metric.status != METRIC_DONE && metric.value == 0.0);
    return metric.status;
}

static double cka_of(const struct matrix *left, const struct matrix *right)
{
    struct metric metric;
    struct err    err = {.message = ""};

    if (!metrics_linear_cka(left, right, &metric, &err)) fail_msg("%s", err.message);
    assert_int_equal(metric.status, METRIC_DONE);
    return metric.value;
}

/* --- class separation --- */

/* Mean cosine distance over all ordered pairs of a row of class a and a row of class b. */
static long double mean_distance(const struct matrix *matrix, const int *classes, int a, int b)
{
    const int   d     = matrix->column_count;
    long double sum   = 0.0L;
    int         count = 0;

    for (int i = 0; i < matrix->row_count; i++) {
        for (int j = 0; j < matrix->row_count; j++) {
            long double both = 0.0L, left = 0.0L, right = 0.0L;

            if (classes[i] != a || classes[j] != b) continue;
            for (int k = 0; k < d; k++) {
                const long double x = matrix->values[i * d + k], y = matrix->values[j * d + k];

                both += x * y;
                left += x * x;
                right += y * y;
            }
            sum += 1.0L - both / sqrtl(left * right);
            count++;
        }
    }
    return count > 0 ? sum / count : 0.0L;
}

static double separation_by_pairs(const struct matrix *matrix, const int *classes, int class_count)
{
    long double within = 0.0L, total = 0.0L;

    for (int a = 0; a < class_count; a++) {
        within += mean_distance(matrix, classes, a, a) / class_count;
        for (int b = 0; b < class_count; b++) total += mean_distance(matrix, classes, a, b) / class_count / class_count;
    }
    return (double)(1.0L - within / total);
}

static void separation_is_that_of_all_pairs(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct matrix matrix = matrix_of(31, (int[]){2, 7, 50}[i / 2], i % 2 == 0 ? 0.3 : 300.0, (unsigned)(20 + i));
        int           classes[31], spread[31];
        double        value;

        for (int j = 0; j < 31; j++)
            classes[j] = j < 3 ? j : 3 + j * j % 7 % 3; /* three objects with one picture, others with many */
        value = separation_of(&matrix, classes, 6);
        assert_true(fabs(value - separation_by_pairs(&matrix, classes, 6)) < (i % 2 == 0 ? 1e-13 : 1e-9));
        assert_true(metrics_class_separation_paper(value) == 0.5 + 0.5 * value);
        for (int j = 0; j < 31; j++) spread[j] = 40 - 3 * classes[j]; /* other names, and names that nobody has */
        assert_true(fabs(separation_of(&matrix, spread, 41) - value) < 1e-12);
        matrix_close(&matrix);
    }
}

static void separation_knows_directions_only(void **state)
{
    struct matrix matrix = matrix_of(12, 5, 0.5, 3);
    int           classes[12];
    double        value;

    (void)state;
    for (int i = 0; i < 12; i++) classes[i] = i / 3;
    value = separation_of(&matrix, classes, 4);
    for (int i = 0; i < 12 * 5; i++) matrix.values[i] *= pow(10.0, i / 5 * 20 - 110); /* each row its own, 1e-110 .. 1e110 */
    assert_true(fabs(separation_of(&matrix, classes, 4) - value) < 1e-12);
    matrix_close(&matrix);
}

static void separation_runs_from_none_to_one(void **state)
{
    double              values[6 * 3] = {2, 0, 0, 5, 0, 0, 0, 1, 0, 0, 3, 0, 0, 0, 1, 0, 0, 9};
    const struct matrix matrix        = {6, 3, values};
    const int           pairs[6] = {0, 0, 1, 1, 2, 2}, one[6] = {0}, mixed[6] = {0, 1, 0, 1, 0, 1};

    (void)state;
    assert_true(fabs(separation_of(&matrix, pairs, 3) - 1.0) < 1e-15);
    assert_true(fabs(separation_of(&matrix, one, 1)) < 1e-15);
    assert_true(fabs(separation_of(&matrix, mixed, 2)) < 1e-15);
}

static void separation_says_why_it_has_no_value(void **state)
{
    struct matrix matrix    = matrix_of(6, 3, 0.0, 5);
    const int     single[6] = {0, 1, 2, 3, 4, 5}, twice[6] = {0, 0, 1, 1, 2, 2};

    (void)state;
    assert_int_equal(separation_status(&matrix, single, 6), METRIC_NO_OBJECT_TWICE);
    assert_string_equal(metric_reason(METRIC_NO_OBJECT_TWICE), "no object has two pictures");
    matrix.values[0] = 1e308;
    matrix.values[1] = -1.7e308;
    assert_int_equal(separation_status(&matrix, twice, 3), METRIC_TOO_LARGE);
    for (int j = 0; j < 3; j++) matrix.values[3 + j] = 0.0;
    matrix.values[0] = matrix.values[1] = 1.0;
    assert_int_equal(separation_status(&matrix, twice, 3), METRIC_ROW_OF_ZEROS);
    for (int i = 0; i < 18; i++) matrix.values[i] = (1 + i / 3) * (0.1 + i % 3);
    assert_int_equal(separation_status(&matrix, twice, 3), METRIC_ONE_DIRECTION);
    matrix_close(&matrix);
    for (int i = 0; i < METRIC_STATUS_COUNT; i++)
        assert_true((metric_reason((enum metric_status)i) == NULL) == (i == METRIC_DONE));
    for (int i = 1; i < METRIC_STATUS_COUNT; i++) assert_string_not_equal(metric_reason((enum metric_status)i), "unknown");
}

/* --- CKA --- */

/* tr(H K H L) with H K H written out. */
static double hsic_by_kernels(const struct matrix *left, const struct matrix *right)
{
    const int            n        = left->row_count;
    const struct matrix *sides[2] = {left, right};
    double              *kernels[2], hsic = 0.0;

    for (int s = 0; s < 2; s++) {
        const int columns = sides[s]->column_count;
        double   *kernel = kernels[s] = dense_new(n * n);
        double   *row_mean = dense_new(n), mean = 0.0;

        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                kernel[i * n + j] = dense_dot(columns, sides[s]->values + i * columns, sides[s]->values + j * columns);
        for (int i = 0; i < n * n; i++) row_mean[i / n] += kernel[i] / n;
        for (int i = 0; i < n; i++) mean += row_mean[i] / n;
        for (int i = 0; i < n * n; i++) kernel[i] += mean - row_mean[i / n] - row_mean[i % n];
        free(row_mean);
    }
    for (int i = 0; i < n * n; i++) hsic += kernels[0][i] * kernels[1][i];
    free(kernels[0]);
    free(kernels[1]);
    return hsic;
}

static double cka_by_kernels(const struct matrix *left, const struct matrix *right)
{
    return hsic_by_kernels(left, right) / sqrt(hsic_by_kernels(left, left) * hsic_by_kernels(right, right));
}

/* Fewer and more rows than columns on either side, and more of both than a block holds. */
static void cka_is_that_of_the_kernels(void **state)
{
    static const int SHAPES[][3] = {{12, 3, 5}, {12, 30, 5}, {12, 3, 40},   {12, 30, 40},
                                    {2, 1, 1},  {5, 5, 5},   {300, 270, 4}, {270, 300, 280}};

    (void)state;
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        struct matrix left  = matrix_of(SHAPES[i][0], SHAPES[i][1], 1.5, (unsigned)(40 + i));
        struct matrix right = matrix_of(SHAPES[i][0], SHAPES[i][2], -0.5, (unsigned)(90 + i));

        /* Something in common, so that the answer is not near 0. */
        for (int j = 0; j < left.row_count; j++) right.values[j * right.column_count] += 2.0 * left.values[j * left.column_count];
        assert_true(fabs(cka_of(&left, &right) - cka_by_kernels(&left, &right)) < 1e-12);
        assert_true(fabs(cka_of(&left, &right) - cka_of(&right, &left)) < 1e-13);
        assert_true(fabs(cka_of(&left, &left) - 1.0) < 1e-13);
        matrix_close(&left);
        matrix_close(&right);
    }
}

/* Rotate two columns of a matrix by an angle. */
static void rotate(struct matrix *matrix, int a, int b, double angle)
{
    for (int i = 0; i < matrix->row_count; i++) {
        double      *row = matrix->values + i * matrix->column_count;
        const double x = row[a], y = row[b];

        row[a] = cos(angle) * x - sin(angle) * y;
        row[b] = sin(angle) * x + cos(angle) * y;
    }
}

static void cka_knows_neither_rotation_nor_size_nor_place(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct matrix left = matrix_of(i == 0 ? 15 : 6, 8, 0.0, 61), right = matrix_of(left.row_count, 9, 0.0, 62);
        const double  value = cka_of(&left, &right);

        for (int j = 0; j < 20; j++) rotate(&left, j % 8, (j * 3 + 1) % 8 == j % 8 ? (j + 1) % 8 : (j * 3 + 1) % 8, 0.3 + j);
        assert_true(fabs(cka_of(&left, &right) - value) < 1e-12);
        for (int j = 0; j < left.row_count * 8; j++) left.values[j] *= 1e200;
        for (int j = 0; j < left.row_count * 9; j++) right.values[j] *= -1e-200;
        assert_true(fabs(cka_of(&left, &right) - value) < 1e-12);
        for (int j = 0; j < left.row_count * 8; j++) left.values[j] = left.values[j] * 1e-200 + 1000.0 * (j % 8);
        assert_true(fabs(cka_of(&left, &right) - value) < 1e-9);
        matrix_close(&left);
        matrix_close(&right);
    }
}

static void cka_without_variance_or_with_other_rows_says_so(void **state)
{
    struct matrix left = matrix_of(7, 3, 0.0, 1), right = matrix_of(7, 2, 0.0, 2);
    struct metric metric;
    struct err    err;

    (void)state;
    for (int i = 0; i < 14; i++) right.values[i] = 0.1 + i % 2;
    assert_true(metrics_linear_cka(&left, &right, &metric, &err));
    assert_int_equal(metric.status, METRIC_NO_VARIANCE);
    right.values[1] = 1.7e308;
    right.values[3] = -1.7e308;
    assert_true(metrics_linear_cka(&left, &right, &metric, &err));
    assert_int_equal(metric.status, METRIC_TOO_LARGE);
    right.row_count = 6;
    assert_false(metrics_linear_cka(&left, &right, &metric, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.message, "the representations have 7 and 6 rows");
    right.row_count = 7;
    matrix_close(&left);
    matrix_close(&right);
}

/* --- task accuracy --- */

static void accuracy_counts_ties_as_half(void **state)
{
    const struct learner_value category[6]   = {{.left = 0.1, .right = 0.9}, {.left = 0.4, .right = 0.6},
                                                {.left = 0.5, .right = 0.5}, {.left = 0.8, .right = 0.2},
                                                {.left = 0.9, .right = 0.1}, {.left = 0.3, .right = 0.7}};
    const double               categories[6] = {0, 1, 1, 1, 0, 1};
    const struct learner_value reward[5]     = {{.left = 0, .right = 0},
                                                {.left = 4, .right = 3},
                                                {.left = 7, .right = 7},
                                                {.left = 1, .right = 2},
                                                {.left = 1, .right = 2}};
    const double               points[10]    = {10, 20, 30, 20, 5, 6, 50, 50, 90, 10};
    struct metric              metric;

    (void)state;
    metric = metrics_task_accuracy(LEARNER_TASK_CATEGORY, 6, category, categories); /* 0.5 1 0.5 0 1 1 */
    assert_true(metric.status == METRIC_DONE && fabs(metric.value - 4.0 / 6.0) < 1e-15);
    metric = metrics_task_accuracy(LEARNER_TASK_REWARD, 5, reward, points); /* 0.5 1 0.5 - 0 */
    assert_true(metric.status == METRIC_DONE && fabs(metric.value - 2.0 / 4.0) < 1e-15);
    assert_int_equal(metrics_task_accuracy(LEARNER_TASK_REWARD, 0, reward, points).status, METRIC_NO_TRIALS);
    assert_int_equal(metrics_task_accuracy(LEARNER_TASK_REWARD, 1, reward, points + 6).status, METRIC_NO_TRIALS);
}

/* --- another program's numbers --- */

static void values_are_those_of_the_reference(void **state)
{
    struct reference_file reference;
    char                  line[256];
    int                   line_count = 0;

    (void)state;
    reference_open(&reference, "tests/model_reference/representation_metrics.csv");
    while (reference_line(&reference, line, sizeof line)) {
        char                  kind[16];
        int                   rows, columns, seed, classes[400];
        double                separation, cka, dimension;
        struct learner_trials left, right;
        struct matrix         x, y;
        struct metric         metric;
        struct err            err;

        assert_int_equal(
            sscanf(line, "%15[^,],%d,%d,%d,%lf,%lf,%lf", kind, &rows, &columns, &seed, &separation, &cka, &dimension), 7);
        reference_condition(LEARNER_TASK_CATEGORY, kind, rows, columns, (uint64_t)seed, &left);
        reference_condition(LEARNER_TASK_CATEGORY, "plain", rows, 5, (uint64_t)seed + 1, &right);
        x = (struct matrix){rows, columns, (double *)left.features};
        y = (struct matrix){rows, 5, (double *)right.features};
        for (int i = 0; i < rows; i++) classes[i] = i * i % 7;
        /* At the offset 100 cosine distances are so small that the reference has lost half of its digits. */
        assert_true(fabs(separation_of(&x, classes, 7) - separation) < (strcmp(kind, "offset") == 0 ? 1e-6 : 1e-11) * separation);
        assert_true(fabs(cka_of(&x, &y) - cka) < 1e-9 * cka);
        assert_true(intrinsic_dimension(&x, &metric, &err));
        assert_true(metric.status == METRIC_DONE && fabs(metric.value - dimension) < 1e-6 * dimension);
        reference_condition_close(&left);
        reference_condition_close(&right);
        line_count++;
    }
    reference_close(&reference);
    assert_int_equal(line_count, 5 * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separation_is_that_of_all_pairs),
        cmocka_unit_test(separation_knows_directions_only),
        cmocka_unit_test(separation_runs_from_none_to_one),
        cmocka_unit_test(separation_says_why_it_has_no_value),
        cmocka_unit_test(cka_is_that_of_the_kernels),
        cmocka_unit_test(cka_knows_neither_rotation_nor_size_nor_place),
        cmocka_unit_test(cka_without_variance_or_with_other_rows_says_so),
        cmocka_unit_test(accuracy_counts_ties_as_half),
        cmocka_unit_test(values_are_those_of_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
