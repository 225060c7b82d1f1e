/* The view of a prefix against z-scores and inner products written out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/prefix.h"
#include "problem.h"

enum { TRIALS = 8 };

/* Column statistics of the first `count` rows, in the plainest way. */
static void measure(const double *features, int count, int columns, int column, double *mean, double *scale)
{
    *mean = *scale = 0.0;
    for (int i = 0; i < count; i++) *mean += features[i * columns + column] / count;
    for (int i = 0; i < count; i++) *scale += pow(features[i * columns + column] - *mean, 2.0) / count;
    *scale = *scale > 0.0 ? sqrt(*scale) : 1.0;
}

static double expected_at(const struct learner_trials *trials, enum learner_standardize standardize, int train_count, int row,
                          int column)
{
    const int row_max = trials->trial_count * prefix_rows_per_trial(trials->task);
    double    mean = 0.0, scale = 1.0;

    if (standardize == LEARNER_STANDARDIZE_ONLINE && train_count > 0)
        measure(trials->features, train_count, trials->feature_count, column, &mean, &scale);
    if (standardize == LEARNER_STANDARDIZE_ALL) measure(trials->features, row_max, trials->feature_count, column, &mean, &scale);
    return (trials->features[row * trials->feature_count + column] - mean) / scale;
}

static void check_view(const struct learner_trials *trials, enum learner_standardize standardize, struct prefix *prefix,
                       int trial)
{
    const struct prefix_view *view = prefix_at(prefix, trial);

    assert_int_equal(view->train_count, trial * view->test_count);
    assert_true(view->is_finite);
    assert_true((view->gram != NULL) == (view->train_count <= trials->feature_count));
    for (int i = 0; i < view->train_count + view->test_count; i++) {
        const double *row = view->rows + i * view->row_stride;

        assert_true(row[trials->feature_count] == 1.0);
        for (int j = 0; j < trials->feature_count; j++)
            assert_true(fabs(row[j] - expected_at(trials, standardize, view->train_count, i, j)) < 1e-12);
        if (view->gram == NULL) continue;
        for (int j = 0; j <= i; j++)
            assert_true(fabs(view->gram[i * view->gram_stride + j] -
                             dense_dot(trials->feature_count, row, view->rows + j * view->row_stride)) < 1e-10);
    }
}

static void every_prefix_is_what_its_definition_says_in_any_order(void **state)
{
    static const int ORDER[] = {0, 1, 2, 3, 4, 5, 6, 7, 3, 7, 1, 5, 0, 6};

    (void)state;
    for (int i = 0; i < 2 * 3 * 3; i++) {
        const enum learner_task        task        = i % 2 == 0 ? LEARNER_TASK_CATEGORY : LEARNER_TASK_REWARD;
        const enum learner_standardize standardize = (enum learner_standardize)(i / 2 % 3);
        const int                      columns     = (int[]){3, 6, 40}[i / 6];
        const int                      row_max     = TRIALS * prefix_rows_per_trial(task);
        struct problem                 problem;
        struct err                     err;
        double                        *features = dense_new(row_max * columns);
        struct learner_trials          trials   = {task, TRIALS, columns, features, NULL};
        struct prefix                 *prefix;

        problem_init(&problem, row_max, columns, 1.0, 1.0, 0, (unsigned)i);
        for (int j = 0; j < row_max; j++)
            memcpy(features + j * columns, problem.rows + j * problem.stride, (size_t)columns * sizeof(double));
        trials.targets = problem.targets;
        prefix         = prefix_new(&trials, standardize, PREFIX_ORIGIN_ZERO, &err);
        assert_non_null(prefix);
        for (size_t j = 0; j < sizeof ORDER / sizeof ORDER[0]; j++) check_view(&trials, standardize, prefix, ORDER[j]);
        prefix_free(prefix);
        problem_close(&problem);
        free(features);
    }
}

/* Not only up to rounding: what a page shows must not depend on what was asked for before. */
static void the_order_of_asking_changes_no_bit(void **state)
{
    enum { COLUMNS = 9 };
    struct problem            problem;
    double                    features[2 * TRIALS * COLUMNS];
    struct learner_trials     trials = {LEARNER_TASK_REWARD, TRIALS, COLUMNS, features, NULL};
    struct err                err;
    struct prefix            *first, *second;
    const struct prefix_view *straight, *roundabout;

    (void)state;
    problem_init(&problem, 2 * TRIALS, COLUMNS, 1.0, 1.0, 0, 4);
    for (int i = 0; i < 2 * TRIALS; i++)
        memcpy(features + i * COLUMNS, problem.rows + i * problem.stride, COLUMNS * sizeof(double));
    trials.targets = problem.targets;
    first          = prefix_new(&trials, LEARNER_STANDARDIZE_ONLINE, PREFIX_ORIGIN_ZERO, &err);
    second         = prefix_new(&trials, LEARNER_STANDARDIZE_ONLINE, PREFIX_ORIGIN_ZERO, &err);
    assert_non_null(first);
    assert_non_null(second);
    (void)prefix_at(second, 7);
    (void)prefix_at(second, 2);
    straight   = prefix_at(first, 4);
    roundabout = prefix_at(second, 4);
    for (int i = 0; i < 10; i++)
        for (int j = 0; j <= i; j++)
            assert_true(straight->gram[i * straight->gram_stride + j] == roundabout->gram[i * straight->gram_stride + j]);
    prefix_free(first);
    prefix_free(second);
    problem_close(&problem);
}

static void the_first_row_as_origin_keeps_the_digits_of_distances(void **state)
{
    double                    features[6] = {1e8, 1e8, 1e8 + 1, 1e8, 1e8, 1e8 + 2};
    double                    targets[3]  = {1, 2, 3};
    struct learner_trials     trials      = {LEARNER_TASK_CATEGORY, 3, 2, features, targets};
    struct err                err;
    struct prefix            *prefix = prefix_new(&trials, LEARNER_STANDARDIZE_NONE, PREFIX_ORIGIN_FIRST_ROW, &err);
    const struct prefix_view *view;

    (void)state;
    assert_non_null(prefix);
    view = prefix_at(prefix, 2);
    assert_true(view->gram[0] == 0.0 && view->gram[view->gram_stride + 1] == 1.0 && view->gram[2 * view->gram_stride + 2] == 4.0);
    prefix_free(prefix);
}

static void numbers_that_cannot_be_squared_are_reported(void **state)
{
    const double bad[] = {(double)NAN, (double)INFINITY, 1e160};

    (void)state;
    for (int i = 0; i < 6; i++) {
        double                features[3] = {1, 2, 3};
        double                targets[3]  = {1, 0, 1};
        struct learner_trials trials      = {LEARNER_TASK_CATEGORY, 3, 1, features, targets};
        struct err            err;
        struct prefix        *prefix = prefix_new(&trials, LEARNER_STANDARDIZE_NONE, PREFIX_ORIGIN_ZERO, &err);

        assert_non_null(prefix);
        if (i < 3)
            features[1] = bad[i];
        else
            targets[1] = bad[i - 3];
        assert_true(prefix_at(prefix, 0)->is_finite); /* trial 1 is still to come */
        assert_false(prefix_at(prefix, 2)->is_finite);
        prefix_free(prefix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_what_its_definition_says_in_any_order),
        cmocka_unit_test(the_order_of_asking_changes_no_bit),
        cmocka_unit_test(the_first_row_as_origin_keeps_the_digits_of_distances),
        cmocka_unit_test(numbers_that_cannot_be_squared_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
