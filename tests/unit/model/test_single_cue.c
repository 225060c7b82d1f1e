/* Following one feature: against the definition written out, trial by trial, and what it does with equals, outcomes and order. */
#include "reward_run.h"

#include "model/single_cue.h"

/* BayesianRidge of one feature as its definition reads: weights and residuals from the rows at every step. */
static void plain_line(int count, const double *x, const double *y, double *slope, double *intercept)
{
    double x_mean = 0.0, y_mean = 0.0, xx = 0.0, xy = 0.0, yy = 0.0, lambda = 1.0, alpha, before = 0.0;

    for (int i = 0; i < count; i++) x_mean += x[i] / count;
    for (int i = 0; i < count; i++) y_mean += y[i] / count;
    for (int i = 0; i < count; i++) xx += (x[i] - x_mean) * (x[i] - x_mean);
    for (int i = 0; i < count; i++) xy += (x[i] - x_mean) * (y[i] - y_mean);
    for (int i = 0; i < count; i++) yy += (y[i] - y_mean) * (y[i] - y_mean);
    alpha = 1.0 / (yy / count + 2.220446049250313e-16);
    for (int step = 0; step < 300; step++) {
        const double weight   = xy / (xx + lambda / alpha);
        const double gamma    = alpha * xx / (lambda + alpha * xx);
        double       residual = 0.0;

        for (int i = 0; i < count; i++) residual += pow(y[i] - y_mean - weight * (x[i] - x_mean), 2.0);
        lambda = (gamma + 2e-6) / (weight * weight + 2e-6);
        alpha  = (count - gamma + 2e-6) / (residual + 2e-6);
        if (step > 0 && fabs(weight - before) < 1e-3) break;
        before = weight;
    }
    *slope     = xy / (xx + lambda / alpha);
    *intercept = y_mean - *slope * x_mean;
}

/* What each feature expects at trial t: d numbers of the left, then d of the right option. */
static double *plain_expectations(const struct learner_trials *trials, int t, int mode)
{
    const int d      = trials->feature_count;
    double   *rows   = reward_rows(trials, t, mode);
    double   *column = dense_new(2 * t + 2);
    double   *out    = dense_new(2 * d);

    for (int f = 0; f < d && t > 0; f++) {
        double slope, intercept;

        for (int i = 0; i < 2 * t + 2; i++) column[i] = rows[i * d + f];
        plain_line(2 * t, column, trials->targets, &slope, &intercept);
        out[f]     = intercept + slope * column[2 * t];
        out[d + f] = intercept + slope * column[2 * t + 1];
    }
    free(rows);
    free(column);
    return out;
}

static void plain_add_losses(const struct learner_trials *trials, int t, const double *expected, double *loss)
{
    const int    d    = trials->feature_count;
    const double sign = trials->targets[2 * t + 1] >= trials->targets[2 * t] ? 1.0 : -1.0;
    double       mean = 0.0, scale = 0.0;

    for (int f = 0; f < d; f++) mean += (expected[d + f] - expected[f]) / d;
    for (int f = 0; f < d; f++) scale += pow(expected[d + f] - expected[f] - mean, 2.0) / d;
    scale = scale > 1e-24 ? sqrt(scale) : 1.0;
    for (int f = 0; f < d; f++) loss[f] += log1p(exp(-sign * (expected[d + f] - expected[f] - mean) / scale));
}

static int plain_least(int count, const double *loss)
{
    int least = 0;

    for (int f = 1; f < count; f++)
        if (loss[f] < loss[least] - 1e-9) least = f;
    return least;
}

static void compare_with_the_definition(const struct learner_trials *trials, int mode, bool has_lookahead, int *cue_changes)
{
    const int           d      = trials->feature_count;
    struct learner_run *run    = reward_run_mode(has_lookahead ? "single_cue:lookahead=1" : "single_cue", mode, trials);
    double             *loss   = dense_new(d);
    int                 before = 0;

    for (int t = 0; t < trials->trial_count; t++) {
        double              *expected = plain_expectations(trials, t, mode);
        struct learner_value value;
        int                  cue;

        if (has_lookahead) plain_add_losses(trials, t, expected, loss);
        cue = plain_least(d, loss);
        if (!has_lookahead) plain_add_losses(trials, t, expected, loss);
        learner_run_value(run, t, &value);
        assert_int_equal(value.status, LEARNER_CONVERGED);
        assert_true(fabs(value.left - expected[cue]) < 1e-9 && fabs(value.right - expected[d + cue]) < 1e-9);
        if (cue != before) ++*cue_changes;
        before = cue;
        free(expected);
    }
    learner_run_free(run);
    free(loss);
}

static void each_value_is_the_definitions(void **state)
{
    int cue_changes = 0;

    (void)state;
    for (int i = 0; i < 4 * REWARD_MODE_COUNT; i++) {
        const int        d = (int[]){1, 2, 9, 40}[i / 3];
        struct condition condition;

        condition_init(&condition, LEARNER_TASK_REWARD, 20, d, (unsigned)(40 + i));
        if (i / 3 == 2)
            for (int r = 0; r < 40; r++) condition.features[r * d] = 0.7; /* one without spread */
        condition.targets[7] = condition.targets[6];                      /* equal points */
        compare_with_the_definition(&condition.trials, i % 3, false, &cue_changes);
        compare_with_the_definition(&condition.trials, i % 3, true, &cue_changes);
        condition_close(&condition);
    }
    assert_true(cue_changes > 50); /* else the comparison would say little */
}

static void one_feature_is_bayes_ridge(void **state)
{
    (void)state;
    for (int mode = 0; mode < REWARD_MODE_COUNT; mode++) {
        struct condition    condition;
        struct learner_run *run, *ridge, *equal;

        condition_init(&condition, LEARNER_TASK_REWARD, 20, 1, 8);
        run   = reward_run_mode("single_cue", mode, &condition.trials);
        ridge = reward_run_mode("bayes_ridge", mode, &condition.trials);
        equal = reward_run_mode("equal_weights", mode, &condition.trials);
        for (int t = 0; t < 20; t++) {
            struct learner_value value, expected, same;

            learner_run_value(run, t, &value);
            learner_run_value(ridge, t, &expected);
            learner_run_value(equal, t, &same);
            assert_true(fabs(value.left - expected.left) < 1e-9 && fabs(value.right - expected.right) < 1e-9);
            assert_true(fabs(value.left - same.left) < 1e-9 && fabs(value.right - same.right) < 1e-9);
            assert_int_equal(value.iteration_count, expected.iteration_count);
        }
        learner_run_free(run);
        learner_run_free(ridge);
        learner_run_free(equal);
        condition_close(&condition);
    }
}

/* Features 1, 2 and 3 say the same, in other units and with the other sign; feature 0 says nothing. */
static void of_equals_the_first_is_followed(void **state)
{
    struct rng         rng;
    struct err         err;
    struct single_cue *cue = single_cue_new(4, NULL, &BAYES_RIDGE_DEFAULTS, &err);
    double             rows[2][4], points[2];

    (void)state;
    assert_non_null(cue);
    rng_init(&rng, 3);
    assert_int_equal(single_cue_followed(cue), 0);
    for (int t = 0; t < 40; t++) {
        for (int side = 0; side < 2; side++) {
            const double x = rng_normal(&rng);

            memcpy(rows[side], (const double[]){rng_normal(&rng), x, 3.7 * x, 100.0 - x / 3.0}, sizeof rows[side]);
            points[side] = 50.0 + 10.0 * x + rng_normal(&rng);
        }
        single_cue_expect(cue, rows[0], rows[1]);
        single_cue_judge(cue, points[1] >= points[0]);
        single_cue_learn(cue, rows[0], rows[1], points[0], points[1]);
        if (t < 1) assert_int_equal(single_cue_followed(cue), 0); /* nothing was expected yet: all lost log 2 */
        if (t > 8) assert_int_equal(single_cue_followed(cue), 1);
        for (int f = 2; f < 4; f++)
            assert_true(fabs(single_cue_value_of(cue, f)->left - single_cue_value_of(cue, 1)->left) < 1e-9);
    }
    single_cue_free(cue);
    single_cue_free(NULL);
}

static void identical_columns_act_as_one(void **state)
{
    (void)state;
    for (int mode = 0; mode < REWARD_MODE_COUNT; mode++) {
        struct condition      condition;
        double               *twice = dense_new(40 * 6);
        struct learner_trials doubled;
        struct learner_run   *run, *run_of_doubled;

        condition_init(&condition, LEARNER_TASK_REWARD, 20, 3, (unsigned)(9 + mode));
        for (int i = 0; i < 40 * 6; i++) twice[i] = condition.features[i / 6 * 3 + i % 3]; /* z-scores stay as they are */
        doubled        = (struct learner_trials){LEARNER_TASK_REWARD, 20, 6, twice, condition.targets};
        run            = reward_run_mode("single_cue", mode, &condition.trials);
        run_of_doubled = reward_run_mode("single_cue", mode, &doubled);
        for (int t = 0; t < 20; t++) {
            struct learner_value value, expected;

            learner_run_value(run, t, &expected);
            learner_run_value(run_of_doubled, t, &value);
            assert_true(value.left == expected.left && value.right == expected.right);
        }
        learner_run_free(run);
        learner_run_free(run_of_doubled);
        condition_close(&condition);
        free(twice);
    }
}

/* Up to trial t everything is the same but who won trial t. */
static void only_lookahead_sees_the_trials_own_outcome(void **state)
{
    static const char *const NAMES[]  = {"single_cue:standardize=none", "single_cue:lookahead=1:standardize=none"};
    int                      moved[2] = {0, 0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        for (int t = 1; t < 20; t++) {
            struct condition     condition;
            struct learner_run  *run;
            struct learner_value value, swapped;

            condition_init(&condition, LEARNER_TASK_REWARD, 20, 6, 77);
            run = reward_run(NAMES[i], &condition.trials);
            learner_run_value(run, t, &value);
            learner_run_free(run);
            condition.targets[2 * t]     = 50.0 + (condition.targets[2 * t + 1] >= condition.targets[2 * t] ? 1.0 : -1.0);
            condition.targets[2 * t + 1] = 50.0;
            run                          = reward_run(NAMES[i], &condition.trials);
            learner_run_value(run, t, &swapped);
            learner_run_free(run);
            moved[i] += value.left != swapped.left || value.right != swapped.right;
            condition_close(&condition);
        }
    }
    assert_int_equal(moved[0], 0);
    assert_true(moved[1] > 3);
}

static void lookahead_is_flagged_and_for_comparison_only(void **state)
{
    static const struct {
        const char *text, *canonical;
        bool        has_lookahead, looks_ahead;
    } CASES[] = {
        {"single_cue", "single_cue:standardize=online", false, false},
        {"single_cue:lookahead=0", "single_cue:standardize=online", false, false},
        {"single_cue:standardize=none:lookahead=1", "single_cue:lookahead=1:standardize=none", true, true},
        {"single_cue:standardize=all", "single_cue:standardize=all", false, true},
        {"single_cue:pca=5:lookahead=1", "single_cue:lookahead=1:standardize=online:pca=5", true, true},
    };
    static const char *const WRONG[] = {"single_cue:lookahead=2", "single_cue:lookahead=-1",
                                        "single_cue:lookahead=", "single_cue:lookahead=yes",
                                        "single_cue:lookahead=1:lookahead=1"};
    struct learner_spec      spec, again;
    struct err               err;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_true(learner_spec_read(CASES[i].text, LEARNER_TASK_REWARD, &spec, &err));
        assert_string_equal(spec.text, CASES[i].canonical);
        assert_true(learner_needs_all_targets(&spec) == CASES[i].has_lookahead);
        assert_true(learner_is_for_studies(&spec) != CASES[i].has_lookahead);
        assert_true(learner_looks_ahead(&spec) == CASES[i].looks_ahead);
        assert_true(learner_spec_read(spec.text, LEARNER_TASK_REWARD, &again, &err));
        assert_true(again.own[0] == spec.own[0]);
        assert_string_equal(again.text, spec.text);
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_false(learner_spec_read(WRONG[i], LEARNER_TASK_REWARD, &spec, &err));
        assert_int_equal(err.kind, ERR_INVALID);
    }
}

static void the_order_of_asking_does_not_matter(void **state)
{
    (void)state;
    reward_any_order_is_ascending("single_cue", 20, 9);
    reward_any_order_is_ascending("single_cue:lookahead=1", 20, 9);
}

static void nothing_is_known_before_its_time(void **state)
{
    (void)state;
    reward_knows_nothing_before_its_time("single_cue", REWARD_ONLINE);
    reward_knows_nothing_before_its_time("single_cue", REWARD_NONE);
}

static void constant_features_leave_the_mean(void **state)
{
    (void)state;
    reward_constant_features_leave_the_mean("single_cue");
}

static void numbers_too_large_are_a_status(void **state)
{
    (void)state;
    reward_too_large_is_a_status("single_cue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_is_the_definitions),
        cmocka_unit_test(one_feature_is_bayes_ridge),
        cmocka_unit_test(of_equals_the_first_is_followed),
        cmocka_unit_test(identical_columns_act_as_one),
        cmocka_unit_test(only_lookahead_sees_the_trials_own_outcome),
        cmocka_unit_test(lookahead_is_flagged_and_for_comparison_only),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(nothing_is_known_before_its_time),
        cmocka_unit_test(constant_features_leave_the_mean),
        cmocka_unit_test(numbers_too_large_are_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
