/* Principal components against their definition: distances between rows survive, scores are uncorrelated and of falling variance. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dense.h"
#include "model/pca.h"
#include "reference.h"

enum { SHAPE_COUNT = 4 };
static const int SHAPES[SHAPE_COUNT][2] = {{12, 5}, {12, 40}, {9, 9}, {6, 1}}; /* rows of category conditions, features */

static double distance2(int count, const double *left, const double *right)
{
    double sum = 0.0;

    for (int j = 0; j < count; j++) sum += (left[j] - right[j]) * (left[j] - right[j]);
    return sum;
}

static void all_components_keep_every_distance(void **state)
{
    (void)state;
    for (int s = 0; s < SHAPE_COUNT; s++) {
        const int             n = SHAPES[s][0], d = SHAPES[s][1], count = n < d ? n : d;
        struct learner_trials trials;
        struct err            err    = {.message = ""};
        double               *scores = dense_new(n * count);

        reference_condition(LEARNER_TASK_CATEGORY, "offset", n, d, 3, &trials);
        assert_true(pca_scores(trials.features, n, d, count, scores, &err));
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                assert_true(fabs(distance2(count, scores + i * count, scores + j * count) -
                                 distance2(d, trials.features + i * d, trials.features + j * d)) < 1e-10);
        free(scores);
        reference_condition_close(&trials);
    }
}

static void scores_are_uncorrelated_and_of_falling_variance(void **state)
{
    const int             n = 30, d = 8, count = 5;
    struct learner_trials trials;
    struct err            err;
    double               *scores = dense_new(n * count);
    double                last   = INFINITY;

    (void)state;
    reference_condition(LEARNER_TASK_CATEGORY, "plain", n, d, 4, &trials);
    assert_true(pca_scores(trials.features, n, d, count, scores, &err));
    for (int a = 0; a < count; a++) {
        double sum = 0.0, largest = 0.0, variance = 0.0;

        for (int i = 0; i < n; i++) {
            const double score = scores[i * count + a];

            sum += score;
            variance += score * score;
            if (fabs(score) > fabs(largest)) largest = score;
        }
        assert_true(fabs(sum) < 1e-12 && largest > 0.0 && variance < last);
        last = variance;
        for (int b = 0; b < a; b++) {
            double product = 0.0;

            for (int i = 0; i < n; i++) product += scores[i * count + a] * scores[i * count + b];
            assert_true(fabs(product) < 1e-12);
        }
    }
    free(scores);
    reference_condition_close(&trials);
}

static void beyond_the_rank_scores_are_zero(void **state)
{
    const int             n = 12, d = 20, count = 8; /* six different rows: rank 5 */
    struct learner_trials trials;
    struct err            err;
    double               *scores = dense_new(n * count);

    (void)state;
    reference_condition(LEARNER_TASK_CATEGORY, "identical", n, d, 5, &trials);
    assert_true(pca_scores(trials.features, n, d, count, scores, &err));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < count; k++) assert_true(k < 5 ? fabs(scores[i * count + k]) > 1e-6 : scores[i * count + k] == 0.0);
    free(scores);
    reference_condition_close(&trials);
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    const double rows[6] = {1.0, 2.0, 3.0, NAN, 5.0, 6.0};
    double       scores[6];
    struct err   err;

    (void)state;
    assert_false(pca_scores(rows, 3, 2, 2, scores, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "feature 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_components_keep_every_distance),
        cmocka_unit_test(scores_are_uncorrelated_and_of_falling_variance),
        cmocka_unit_test(beyond_the_rank_scores_are_zero),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
