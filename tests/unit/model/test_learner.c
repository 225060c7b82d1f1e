/* What learners expect, against fits of each prefix made at once with z-scores written out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "learner_condition.h"
#include "model/bayes_ridge.h"
#include "model/learner.h"
#include "model/logistic_ridge.h"

static const double COSTS[17] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 1.5, 2, 3, 4, 5, 10, 15, 20};

static struct learner_run *run_of(const char *text, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct err          err = {.message = ""};
    struct learner_run *run;

    if (!learner_spec_read(text, trials->task, &spec, &err)) fail_msg("%s", err.message);
    run = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s", err.message);
    return run;
}

/* The rows a learner may use at trial t as a problem: training rows, then the trial's own, z-scored by `measured` rows (0: not). */
static void prefix_problem(const struct condition *condition, int train_count, int test_count, int measured, struct problem *out)
{
    const int d = condition->trials.feature_count;

    *out         = (struct problem){.row_count = train_count, .feature_count = d, .stride = d + 1};
    out->rows    = dense_new((train_count + test_count) * (d + 1));
    out->gram    = NULL;
    out->targets = dense_new(train_count);
    memcpy(out->targets, condition->targets, (size_t)train_count * sizeof(double));
    for (int j = 0; j < d; j++) {
        double mean = 0.0, scale = 0.0;

        for (int i = 0; i < measured; i++) mean += condition->features[i * d + j] / measured;
        for (int i = 0; i < measured; i++) scale += pow(condition->features[i * d + j] - mean, 2.0) / measured;
        scale = scale > 1e-28 ? sqrt(scale) : 1.0;
        for (int i = 0; i < train_count + test_count; i++)
            out->rows[i * (d + 1) + j] = (condition->features[i * d + j] - mean) / scale;
    }
    for (int i = 0; i < train_count + test_count; i++) out->rows[i * (d + 1) + d] = 1.0;
}

static int measured_rows(int mode, int train_count, int row_count)
{
    return mode == 0 ? train_count : mode == 1 ? row_count : 0;
}

static const char *const MODES[] = {"online", "all", "none"};

/* Each prefix is fitted at once, over features only, while the run works over rows where these are fewer. */
static void bayes_ridge_trial_by_trial_is_each_prefix_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        const int           columns = (int[]){3, 12, 30}[i / 3];
        struct condition    condition;
        struct learner_run *run;
        struct bayes_ridge *fit;
        struct err          err;
        char                text[64];

        condition_init(&condition, LEARNER_TASK_REWARD, 12, columns, (unsigned)(50 + i));
        (void)snprintf(text, sizeof text, "bayes_ridge:standardize=%s", MODES[i % 3]);
        run = run_of(text, &condition.trials);
        fit = bayes_ridge_new(100, columns, &BAYES_RIDGE_DEFAULTS, &err);
        assert_non_null(fit);
        for (int t = 0; t < 12; t++) {
            struct learner_value      value;
            struct bayes_ridge_result result;
            struct problem            problem;
            struct bayes_ridge_data   data;

            learner_run_value(run, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            if (t == 0) {
                assert_true(value.left == 0.0 && value.right == 0.0 && value.iteration_count == 0);
                continue;
            }
            prefix_problem(&condition, 2 * t, 2, measured_rows(i % 3, 2 * t, condition.row_count), &problem);
            data = (struct bayes_ridge_data){
                .row_count = 2 * t, .rows = problem.rows, .row_stride = problem.stride, .targets = problem.targets};
            bayes_ridge_solve(fit, &data, &result);
            assert_int_equal(value.iteration_count, result.iteration_count);
            assert_true(fabs(value.left - result.intercept -
                             dense_dot(columns, problem.rows + 2 * t * problem.stride, bayes_ridge_weights(fit))) < 1e-7);
            assert_true(fabs(value.right - result.intercept -
                             dense_dot(columns, problem.rows + (2 * t + 1) * problem.stride, bayes_ridge_weights(fit))) < 1e-7);
            problem_close(&problem);
        }
        bayes_ridge_free(fit);
        learner_run_free(run);
        condition_close(&condition);
    }
}

/* P(Julty) of row `row_count` by a cold fit over features of each cost; the first cost with the largest evidence wins. */
static double best_by_evidence(const struct problem *problem, const double *costs, int cost_count)
{
    const struct logistic_ridge_data data = {
        .row_count = problem->row_count, .rows = problem->rows, .row_stride = problem->stride, .targets = problem->targets};
    struct err             err;
    struct logistic_ridge *fit  = logistic_ridge_new(100, problem->feature_count, &LOGISTIC_RIDGE_DEFAULTS, &err);
    double                *dual = dense_new(problem->row_count);
    double                 best = -INFINITY, prob = 0.0;

    assert_non_null(fit);
    for (int i = 0; i < cost_count; i++) {
        struct logistic_ridge_result result;

        memset(dual, 0, (size_t)problem->row_count * sizeof(double));
        logistic_ridge_solve(fit, &data, costs[i], dual, &result);
        assert_int_equal(result.status, LOGISTIC_RIDGE_CONVERGED);
        if (result.log_evidence <= best) continue;
        best = result.log_evidence;
        prob = 1.0 / (1.0 + exp(-logistic_ridge_logit(fit, &data, dual, problem->row_count)));
    }
    logistic_ridge_free(fit);
    free(dual);
    return prob;
}

static bool has_both(const double *targets, int count)
{
    for (int i = 1; i < count; i++)
        if (targets[i] != targets[0]) return true;
    return false;
}

static void logistic_ridge_trial_by_trial_is_each_prefix_at_once(void **state)
{
    const double fixed = 0.7;

    (void)state;
    for (int i = 0; i < 12; i++) {
        const int           columns = i % 2 == 0 ? 4 : 40;
        const bool          is_free = i < 6;
        struct condition    condition;
        struct learner_run *run;
        char                text[64];

        condition_init(&condition, LEARNER_TASK_CATEGORY, 24, columns, (unsigned)(80 + i));
        (void)snprintf(text, sizeof text, "logistic_ridge:selection=%s:standardize=%s", is_free ? "evidence" : "0.7",
                       MODES[i / 2 % 3]);
        run = run_of(text, &condition.trials);
        for (int t = 0; t < 24; t++) {
            struct learner_value value;
            struct problem       problem;

            learner_run_value(run, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(fabs(value.left + value.right - 1.0) < 1e-15);
            if (!has_both(condition.targets, t)) {
                assert_true(value.left == 0.5 && value.right == 0.5);
                continue;
            }
            prefix_problem(&condition, t, 1, measured_rows(i / 2 % 3, t, condition.row_count), &problem);
            assert_true(fabs(value.right - best_by_evidence(&problem, is_free ? COSTS : &fixed, is_free ? 17 : 1)) < 1e-10);
            problem_close(&problem);
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void the_order_of_asking_does_not_matter(void **state)
{
    static const char *const TEXTS[] = {"bayes_ridge", "logistic_ridge", "bayes_ridge:standardize=none",
                                        "logistic_ridge:standardize=all"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const enum learner_task task = i % 2 == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
        struct condition        condition;
        struct learner_run     *forth, *back;
        struct learner_value    values[20], value;

        condition_init(&condition, task, 20, 10, (unsigned)(7 + i));
        forth = run_of(TEXTS[i], &condition.trials);
        back  = run_of(TEXTS[i], &condition.trials);
        for (int t = 0; t < 20; t++) learner_run_value(forth, t, &values[t]);
        for (int t = 19; t >= 0; t--) {
            learner_run_value(back, t, &value);
            assert_true(fabs(value.left - values[t].left) < 1e-10 && fabs(value.right - values[t].right) < 1e-10);
            learner_run_value(forth, (t * 7) % 20, &value);
            assert_true(fabs(value.right - values[(t * 7) % 20].right) < 1e-10);
        }
        learner_run_free(forth);
        learner_run_free(back);
        condition_close(&condition);
    }
}

/* The same numbers from fewer steps: the start is what the trial before ended with. */
static void a_run_in_order_starts_warm(void **state)
{
    const int           columns[] = {4, 60};
    struct condition    condition;
    struct learner_run *run, *fresh;

    (void)state;
    for (int i = 0; i < 2; i++) {
        int warm_count = 0, cold_count = 0;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 50, columns[i], 31);
        run = run_of("logistic_ridge:selection=5", &condition.trials);
        for (int t = 0; t < 50; t++) {
            struct learner_value value, cold;

            learner_run_value(run, t, &value);
            fresh = run_of("logistic_ridge:selection=5", &condition.trials);
            learner_run_value(fresh, t, &cold);
            learner_run_free(fresh);
            assert_true(fabs(value.right - cold.right) < 1e-11);
            warm_count += value.iteration_count;
            cold_count += cold.iteration_count;
        }
        /* Over rows even a fresh run places one row after the other, so that it is its time, not its last steps, that grows. */
        assert_true(10 * warm_count < (columns[i] < 50 ? 10 : 11) * cold_count);
        learner_run_free(run);
        condition_close(&condition);
    }
}

/* Everything that is not known yet is not a number; a learner that peeked would show it. */
static void nothing_is_known_before_its_time(void **state)
{
    static const char *const TEXTS[] = {"bayes_ridge", "logistic_ridge", "bayes_ridge:standardize=none",
                                        "logistic_ridge:standardize=none"};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const enum learner_task task = i % 2 == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
        const int               test = i % 2 == 0 ? 2 : 1, d = 7;
        struct condition        known, hidden;
        struct learner_run     *knowing, *waiting;

        condition_init(&known, task, 15, d, (unsigned)(60 + i));
        condition_init(&hidden, task, 15, d, (unsigned)(60 + i));
        for (int j = 0; j < hidden.row_count * d; j++) hidden.features[j] = (double)NAN;
        for (int j = 0; j < hidden.row_count; j++) hidden.targets[j] = (double)NAN;
        knowing = run_of(TEXTS[i], &known.trials);
        waiting = run_of(TEXTS[i], &hidden.trials);
        for (int t = 0; t < 15; t++) {
            struct learner_value expected, value;

            memcpy(hidden.features + t * test * d, known.features + t * test * d, (size_t)(test * d) * sizeof(double));
            learner_run_value(knowing, t, &expected);
            learner_run_value(waiting, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(value.left == expected.left && value.right == expected.right);
            memcpy(hidden.targets + t * test, known.targets + t * test, (size_t)test * sizeof(double));
        }
        learner_run_free(knowing);
        learner_run_free(waiting);
        condition_close(&known);
        condition_close(&hidden);
    }
}

static void poor_features_give_poor_but_finite_values(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * 3 * 3; i++) {
        const enum learner_task task = i % 2 == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
        const int               d    = (int[]){1, 5, 40}[i / 6];
        struct condition        condition;
        struct learner_run     *run;
        char                    text[64];

        condition_init(&condition, task, 10, d, (unsigned)i);
        for (int j = 0; j < condition.row_count * d; j++) condition.features[j] = 0.1; /* all constant, all rows identical */
        (void)snprintf(text, sizeof text, "%s:standardize=%s", learner_default(task), MODES[i / 2 % 3]);
        run = run_of(text, &condition.trials);
        for (int t = 0; t < 10; t++) {
            struct learner_value value;

            learner_run_value(run, t, &value);
            assert_true(isfinite(value.left) && isfinite(value.right));
            assert_int_equal(value.status, LEARNER_CONVERGED);
            if (task == LEARNER_TASK_REWARD && t > 0) {
                double mean = 0.0;

                for (int j = 0; j < 2 * t; j++) mean += condition.targets[j] / (2.0 * t);
                assert_true(fabs(value.left - mean) < 1e-9 && fabs(value.right - mean) < 1e-9);
            }
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void numbers_too_large_are_a_status_not_a_crash(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const enum learner_task task = i == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
        struct condition        condition;
        struct learner_run     *run;
        struct learner_value    value;

        condition_init(&condition, task, 6, 3, 1);
        condition.features[4] = 1e300;
        run = run_of(i == 0 ? "bayes_ridge:standardize=none" : "logistic_ridge:standardize=none", &condition.trials);
        learner_run_value(run, 5, &value);
        assert_int_equal(value.status, LEARNER_SINGULAR);
        assert_true(isfinite(value.left) && isfinite(value.right));
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void one_trial_is_enough_for_a_run(void **state)
{
    static const char *const TEXTS[] = {"bayes_ridge", "logistic_ridge", "chance"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct condition     condition;
        struct learner_run  *run;
        struct learner_value value;

        condition_init(&condition, i == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY, 1, 2, 1);
        run = run_of(TEXTS[i], &condition.trials);
        learner_run_value(run, 0, &value);
        assert_true(value.left == (i == 0 ? 0.0 : 0.5) && value.right == value.left);
        learner_run_free(run);
        condition_close(&condition);
    }
}

/* Signal in the first feature: after enough trials the learners must have found it. */
static void learners_learn(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const enum learner_task task = i == 0 ? LEARNER_TASK_REWARD : LEARNER_TASK_CATEGORY;
        struct condition        condition;
        struct learner_run     *run;
        int                     right_count = 0;

        condition_init(&condition, task, 100, 5, 99);
        run = run_of(learner_default(task), &condition.trials);
        for (int t = 40; t < 100; t++) {
            struct learner_value value;
            bool                 is_right;

            learner_run_value(run, t, &value);
            is_right = task == LEARNER_TASK_REWARD ? condition.targets[2 * t + 1] > condition.targets[2 * t]
                                                   : condition.targets[t] > 0.5;
            if ((value.right > value.left) == is_right) right_count++;
        }
        assert_true(right_count >= 40);
        learner_run_free(run);
        condition_close(&condition);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bayes_ridge_trial_by_trial_is_each_prefix_at_once),
        cmocka_unit_test(logistic_ridge_trial_by_trial_is_each_prefix_at_once),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(a_run_in_order_starts_warm),
        cmocka_unit_test(nothing_is_known_before_its_time),
        cmocka_unit_test(poor_features_give_poor_but_finite_values),
        cmocka_unit_test(numbers_too_large_are_a_status_not_a_crash),
        cmocka_unit_test(one_trial_is_enough_for_a_run),
        cmocka_unit_test(learners_learn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
