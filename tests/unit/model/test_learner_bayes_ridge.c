/* The learner on Bayesian ridge as a whole: what must not change its values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learner_condition.h"

enum { TRIALS = 14 };

static const char *const SPECS[] = {"bayes_ridge", "bayes_ridge:standardize=all", "bayes_ridge:standardize=none"};

static struct learner_run *start(const char *text, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct learner_run *run;
    struct err          err;

    assert_true(learner_spec_read(text, LEARNER_TASK_REWARD, &spec, &err));
    run = learner_run_new(&spec, trials, &err);
    assert_non_null(run);
    return run;
}

static void assert_alike(const struct learner_value *one, const struct learner_value *other, double limit)
{
    assert_true(fabs(one->left - other->left) <= limit * fabs(other->left));
    assert_true(fabs(one->right - other->right) <= limit * fabs(other->right));
    assert_int_equal(one->iteration_count, other->iteration_count);
}

/* Features of whole sixteenths, so that the offset itself loses no digits. */
static void features_far_from_zero_give_the_same_values(void **state)
{
    const double offsets[] = {1e3, -1e6, 1e9};

    (void)state;
    for (int i = 0; i < 3 * 3 * 3; i++) {
        const int            columns = (int[]){1, 10, 60}[i / 9];
        struct condition     near, far;
        struct learner_run  *near_run, *far_run;
        struct learner_value expected, value;

        condition_init(&near, LEARNER_TASK_REWARD, TRIALS, columns, (unsigned)i);
        condition_init(&far, LEARNER_TASK_REWARD, TRIALS, columns, (unsigned)i);
        for (int j = 0; j < near.row_count * columns; j++) {
            near.features[j] = round(16.0 * near.features[j]) / 16.0;
            far.features[j]  = near.features[j] + offsets[i % 3];
        }
        near_run = start(SPECS[i / 3 % 3], &near.trials);
        far_run  = start(SPECS[i / 3 % 3], &far.trials);
        for (int t = 1; t < TRIALS; t++) {
            learner_run_value(near_run, t, &expected);
            learner_run_value(far_run, t, &value);
            assert_alike(&value, &expected, 1e-6);
        }
        learner_run_free(near_run);
        learner_run_free(far_run);
        condition_close(&near);
        condition_close(&far);
    }
}

static void a_value_is_the_same_in_any_order(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * 3; i++) {
        struct condition     condition;
        struct learner_run  *straight, *backwards;
        struct learner_value expected[TRIALS], value;

        condition_init(&condition, LEARNER_TASK_REWARD, TRIALS, (int[]){2, 12, 80}[i / 3], (unsigned)i);
        straight  = start(SPECS[i % 3], &condition.trials);
        backwards = start(SPECS[i % 3], &condition.trials);
        for (int t = 0; t < TRIALS; t++) learner_run_value(straight, t, &expected[t]);
        for (int t = TRIALS - 1; t >= 0; t--) {
            learner_run_value(backwards, t, &value);
            assert_alike(&value, &expected[t], 1e-9);
        }
        learner_run_free(straight);
        learner_run_free(backwards);
        condition_close(&condition);
    }
}

/* Online, a feature is scaled by what was seen of it: multiplying it changes nothing. */
static void the_unit_of_a_feature_does_not_matter_online(void **state)
{
    struct condition     plain, scaled;
    struct learner_run  *plain_run, *scaled_run;
    struct learner_value expected, value;

    (void)state;
    condition_init(&plain, LEARNER_TASK_REWARD, TRIALS, 20, 3);
    condition_init(&scaled, LEARNER_TASK_REWARD, TRIALS, 20, 3);
    for (int i = 0; i < scaled.row_count; i++)
        for (int j = 0; j < 20; j++) scaled.features[i * 20 + j] *= pow(10.0, j % 7 - 3);
    plain_run  = start("bayes_ridge", &plain.trials);
    scaled_run = start("bayes_ridge", &scaled.trials);
    for (int t = 1; t < TRIALS; t++) {
        learner_run_value(plain_run, t, &expected);
        learner_run_value(scaled_run, t, &value);
        assert_alike(&value, &expected, 1e-8);
    }
    learner_run_free(plain_run);
    learner_run_free(scaled_run);
    condition_close(&plain);
    condition_close(&scaled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_far_from_zero_give_the_same_values),
        cmocka_unit_test(a_value_is_the_same_in_any_order),
        cmocka_unit_test(the_unit_of_a_feature_does_not_matter_online),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
