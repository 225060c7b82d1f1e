/* reward_run.h - what the tests of the reward learners share: a run from its text, and each prefix with its z-scores written out. */
#ifndef DINOLAB_TESTS_MODEL_REWARD_RUN_H
#define DINOLAB_TESTS_MODEL_REWARD_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "learner_condition.h"
#include "reference.h"

static const char *const REWARD_MODES[] = {"online", "all", "none"};

enum { REWARD_ONLINE, REWARD_ALL, REWARD_NONE, REWARD_MODE_COUNT };

static inline struct learner_run *reward_run(const char *text, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct err          err = {.message = ""};
    struct learner_run *run;

    if (!learner_spec_read(text, LEARNER_TASK_REWARD, &spec, &err)) fail_msg("%s", err.message);
    run = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s", err.message);
    return run;
}

/* "name:standardize=mode", and options of its own in front. */
static inline struct learner_run *reward_run_mode(const char *name, int mode, const struct learner_trials *trials)
{
    char text[96];

    (void)snprintf(text, sizeof text, "%s:standardize=%s", name, REWARD_MODES[mode]);
    return reward_run(text, trials);
}

/* Rows 0 .. 2t + 1 as trial t sees them, contiguous; the caller frees them. */
static inline double *reward_rows(const struct learner_trials *trials, int t, int mode)
{
    const int d        = trials->feature_count;
    const int measured = mode == REWARD_ONLINE ? 2 * t : mode == REWARD_ALL ? 2 * trials->trial_count : 0;
    double   *rows     = dense_new((2 * t + 2) * d);

    for (int j = 0; j < d; j++) {
        double mean = 0.0, scale = 0.0;

        for (int i = 0; i < measured; i++) mean += trials->features[i * d + j] / measured;
        for (int i = 0; i < measured; i++) scale += pow(trials->features[i * d + j] - mean, 2.0) / measured;
        scale = scale > 1e-20 ? sqrt(scale) : 1.0;
        for (int i = 0; i < 2 * t + 2; i++) rows[i * d + j] = (trials->features[i * d + j] - mean) / scale;
    }
    return rows;
}

/* Ascending, descending and jumping give the same numbers to the last bit. */
static inline void reward_any_order_is_ascending(const char *name, int trial_count, int feature_count)
{
    for (int mode = 0; mode < REWARD_MODE_COUNT; mode++) {
        struct condition      condition;
        struct learner_run   *forth, *back, *jumping;
        struct learner_value *values = calloc((size_t)trial_count, sizeof *values), value;

        if (values == NULL) abort();
        condition_init(&condition, LEARNER_TASK_REWARD, trial_count, feature_count, (unsigned)(300 + mode));
        forth   = reward_run_mode(name, mode, &condition.trials);
        back    = reward_run_mode(name, mode, &condition.trials);
        jumping = reward_run_mode(name, mode, &condition.trials);
        for (int t = 0; t < trial_count; t++) learner_run_value(forth, t, &values[t]);
        for (int t = trial_count - 1; t >= 0; t--) {
            const int u = (t * 7 + 3) % trial_count;

            learner_run_value(back, t, &value);
            assert_true(value.left == values[t].left && value.right == values[t].right && value.status == values[t].status);
            learner_run_value(jumping, u, &value);
            assert_true(value.left == values[u].left && value.right == values[u].right);
        }
        learner_run_free(forth);
        learner_run_free(back);
        learner_run_free(jumping);
        condition_close(&condition);
        free(values);
    }
}

/* Everything that is not known yet is not a number; a learner that peeked would show it. */
static inline void reward_knows_nothing_before_its_time(const char *name, int mode)
{
    enum { TRIALS = 12, FEATURES = 7 };
    struct condition    known, hidden;
    struct learner_run *knowing, *waiting;

    condition_init(&known, LEARNER_TASK_REWARD, TRIALS, FEATURES, 60);
    condition_init(&hidden, LEARNER_TASK_REWARD, TRIALS, FEATURES, 60);
    for (int j = 0; j < hidden.row_count * FEATURES; j++) hidden.features[j] = (double)NAN;
    for (int j = 0; j < hidden.row_count; j++) hidden.targets[j] = (double)NAN;
    knowing = reward_run_mode(name, mode, &known.trials);
    waiting = reward_run_mode(name, mode, &hidden.trials);
    for (int t = 0; t < TRIALS; t++) {
        struct learner_value expected, value;

        memcpy(hidden.features + 2 * t * FEATURES, known.features + 2 * t * FEATURES, 2 * FEATURES * sizeof(double));
        learner_run_value(knowing, t, &expected);
        learner_run_value(waiting, t, &value);
        assert_int_equal(value.status, LEARNER_CONVERGED);
        assert_true(value.left == expected.left && value.right == expected.right);
        memcpy(hidden.targets + 2 * t, known.targets + 2 * t, 2 * sizeof(double));
    }
    learner_run_free(knowing);
    learner_run_free(waiting);
    condition_close(&known);
    condition_close(&hidden);
}

/* Without any difference between images the mean of the points so far is what is left to expect. */
static inline void reward_constant_features_leave_the_mean(const char *name)
{
    for (int i = 0; i < 3 * REWARD_MODE_COUNT; i++) {
        const int           d = (int[]){1, 5, 40}[i / 3];
        struct condition    condition;
        struct learner_run *run;
        double              sum = 0.0;

        condition_init(&condition, LEARNER_TASK_REWARD, 10, d, (unsigned)i);
        for (int j = 0; j < condition.row_count * d; j++) condition.features[j] = 0.1;
        run = reward_run_mode(name, i % 3, &condition.trials);
        for (int t = 0; t < 10; t++) {
            struct learner_value value;

            learner_run_value(run, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(fabs(value.left - (t > 0 ? sum / (2 * t) : 0.0)) < 1e-9 && fabs(value.right - value.left) < 1e-9);
            sum += condition.targets[2 * t] + condition.targets[2 * t + 1];
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

/* A number that cannot be computed with makes its own trial and the later ones SINGULAR, and no earlier one. */
static inline void reward_too_large_is_a_status(const char *name)
{
    const double bad[] = {1e300, -1e200, (double)INFINITY, (double)NAN};

    for (size_t i = 0; i < 2 * sizeof bad / sizeof bad[0]; i++) {
        struct condition     condition;
        struct learner_run  *run;
        struct learner_value value;

        condition_init(&condition, LEARNER_TASK_REWARD, 6, 3, 1);
        if (i % 2 == 0)
            condition.features[2 * 3 * 3 + 1] = bad[i / 2]; /* of trial 3 */
        else
            condition.targets[2 * 2] = bad[i / 2]; /* of trial 2, so known at trial 3 */
        run = reward_run_mode(name, REWARD_NONE, &condition.trials);
        for (int t = 0; t < 6; t++) {
            learner_run_value(run, t, &value);
            assert_int_equal(value.status, t < 3 ? LEARNER_CONVERGED : LEARNER_SINGULAR);
            assert_true(isfinite(value.left) && isfinite(value.right));
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

#endif
