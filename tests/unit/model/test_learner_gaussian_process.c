/* The learner gaussian_process against fits of each prefix made at once with z-scores written out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gaussian_process_scene.h"
#include "learner_condition.h"
#include "model/learner.h"

static const char *const MODES[] = {"online", "all", "none"};

static struct learner_run *run_of(int mode, const struct learner_trials *trials)
{
    char                text[64];
    struct learner_spec spec;
    struct err          err = {.message = ""};
    struct learner_run *run;

    (void)snprintf(text, sizeof text, "gaussian_process:standardize=%s", MODES[mode]);
    if (!learner_spec_read(text, trials->task, &spec, &err)) fail_msg("%s", err.message);
    run = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s", err.message);
    return run;
}

/* The scene of trial t with z-scores written out. */
static void trial_scene(const struct condition *condition, int trial, int mode, struct scene *scene)
{
    const int      d = condition->trials.feature_count, n = 2 * trial;
    const int      measured = mode == 0 ? n : condition->row_count;
    struct problem problem  = {.row_count = n + NEW_ROWS, .feature_count = d, .stride = d};

    problem.rows    = dense_new(problem.row_count * d);
    problem.targets = condition->targets;
    for (int j = 0; j < d; j++) {
        double mean = 0.0, scale = 0.0;

        for (int i = 0; i < measured; i++) mean += condition->features[i * d + j] / measured;
        for (int i = 0; i < measured; i++) scale += pow(condition->features[i * d + j] - mean, 2.0) / measured;
        scale = mode == 2 ? 1.0 : sqrt(scale);
        for (int i = 0; i < problem.row_count; i++) problem.rows[i * d + j] = (condition->features[i * d + j] - mean) / scale;
    }
    scene_init(scene, &problem, 1.0, 1.0);
    free(problem.rows);
}

static void trial_by_trial_is_each_prefix_at_once_and_in_any_order(void **state)
{
    (void)state;
    for (int k = 0; k < 6; k++) {
        struct condition     condition;
        struct learner_run  *run, *backwards;
        struct learner_value values[12];

        condition_init(&condition, LEARNER_TASK_REWARD, 12, k < 3 ? 4 : 40, (unsigned)(70 + k));
        run       = run_of(k % 3, &condition.trials);
        backwards = run_of(k % 3, &condition.trials);
        for (int t = 0; t < 12; t++) learner_run_value(run, t, &values[t]);
        assert_true(values[0].left == 0.0 && values[0].right == 0.0);
        for (int t = 11; t > 1; t--) {
            struct learner_value           value;
            struct scene                   scene;
            struct gaussian_process_result result;
            struct gaussian_process       *fit;

            learner_run_value(backwards, t, &value);
            assert_true(value.left == values[t].left && value.right == values[t].right);
            assert_int_equal(value.iteration_count, values[t].iteration_count);
            trial_scene(&condition, t, k % 3, &scene);
            fit = solve(&scene, &GAUSSIAN_PROCESS_DEFAULTS, &result);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(fabs(new_mean(fit, &scene, 0) - value.left) < 1e-6 * (1.0 + fabs(value.left)));
            assert_true(fabs(new_mean(fit, &scene, 1) - value.right) < 1e-6 * (1.0 + fabs(value.right)));
            gaussian_process_free(fit);
            scene_close(&scene);
        }
        learner_run_free(run);
        learner_run_free(backwards);
        condition_close(&condition);
    }
}

static void numbers_that_are_not_finite_are_singular(void **state)
{
    struct condition     condition;
    struct learner_run  *run;
    struct learner_value value;

    (void)state;
    condition_init(&condition, LEARNER_TASK_REWARD, 5, 3, 3);
    condition.features[2] = NAN;
    run                   = run_of(2, &condition.trials);
    learner_run_value(run, 3, &value);
    assert_int_equal(value.status, LEARNER_SINGULAR);
    assert_true(value.left == 0.0 && value.right == 0.0);
    learner_run_free(run);
    condition_close(&condition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial_by_trial_is_each_prefix_at_once_and_in_any_order),
        cmocka_unit_test(numbers_that_are_not_finite_are_singular),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
