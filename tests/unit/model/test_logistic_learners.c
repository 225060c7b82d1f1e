/* What the logistic learners add to their fits: how the cost is chosen, what that looks ahead at, ties, and the order of asking. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "learner_condition.h"
#include "model/cost_selection.h"
#include "model/logistic_lasso.h"
#include "model/logistic_ridge.h"

static const char *const LEARNER_NAMES[] = {"logistic_ridge", "logistic_lasso"};
static const double      COSTS[17]       = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 1.5, 2, 3, 4, 5, 10, 15, 20};

static struct learner_spec spec_of(const char *text)
{
    struct learner_spec spec;
    struct err          err = {.message = ""};

    if (!learner_spec_read(text, LEARNER_TASK_CATEGORY, &spec, &err)) fail_msg("%s", err.message);
    return spec;
}

static struct learner_run *run_of(const char *name, const char *options, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct learner_run *run;
    struct err          err = {.message = ""};
    char                text[LEARNER_SPEC_BYTES];

    (void)snprintf(text, sizeof text, "%s%s", name, options);
    spec = spec_of(text);
    run  = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s", err.message);
    return run;
}

static void selections_have_a_text_and_say_what_they_need(void **state)
{
    static const struct {
        const char *text, *canonical;
        double      own;
        bool        needs_all_targets;
    } CASES[] = {
        {"logistic_ridge", "logistic_ridge:selection=evidence:standardize=online", 0.0, false},
        {"logistic_ridge:selection=training_accuracy", "logistic_ridge:selection=training_accuracy:standardize=online", -1.0,
         true},
        {"logistic_ridge:selection=1", "logistic_ridge:selection=1:standardize=online", 1.0, false},
        {"logistic_lasso", "logistic_lasso:selection=1:standardize=online", 0.0, false},
        {"logistic_lasso:selection=1.0:pca=3", "logistic_lasso:selection=1:standardize=online:pca=3", 0.0, false},
        {"logistic_lasso:selection=0.5", "logistic_lasso:selection=0.5:standardize=online", 0.5, false},
        {"logistic_lasso:selection=training_accuracy", "logistic_lasso:selection=training_accuracy:standardize=online", -1.0,
         true},
    };
    static const char *const REFUSED[] = {"logistic_lasso:selection=evidence", "logistic_lasso:selection=-1",
                                          "logistic_ridge:selection=accuracy"};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct learner_spec spec = spec_of(CASES[i].text);

        assert_string_equal(spec.text, CASES[i].canonical);
        assert_true(spec.own[0] == CASES[i].own && spec_of(spec.text).own[0] == CASES[i].own);
        assert_true(learner_needs_all_targets(&spec) == CASES[i].needs_all_targets);
        assert_true(learner_looks_ahead(&spec) == (CASES[i].needs_all_targets || spec.pca_count > 0));
        assert_true(learner_is_for_studies(&spec));
    }
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct learner_spec spec;
        struct err          err;

        assert_false(learner_spec_read(REFUSED[i], LEARNER_TASK_CATEGORY, &spec, &err));
        assert_non_null(strstr(err.message, "a number from 1e-6 to 1e6"));
    }
}

/* All rows z-scored by all, and a 1 behind each. */
static void all_rows(const struct condition *condition, struct problem *out)
{
    const int n = condition->row_count, d = condition->trials.feature_count;

    *out         = (struct problem){.row_count = n, .feature_count = d, .stride = d + 1};
    out->rows    = dense_new(n * (d + 1));
    out->targets = dense_new(n);
    memcpy(out->targets, condition->targets, (size_t)n * sizeof(double));
    for (int j = 0; j <= d; j++) {
        double mean = 0.0, square = 0.0;

        for (int i = 0; i < n && j < d; i++) mean += condition->features[i * d + j] / n;
        for (int i = 0; i < n && j < d; i++) square += pow(condition->features[i * d + j] - mean, 2.0) / n;
        for (int i = 0; i < n; i++)
            out->rows[i * (d + 1) + j] = j < d ? (condition->features[i * d + j] - mean) / sqrt(square) : 1.0;
    }
}

/* Weights of a cold fit over features. */
static void fit_cold(bool is_lasso, const struct problem *problem, double cost, double *weights)
{
    struct err err;

    memset(weights, 0, (size_t)problem->stride * sizeof(double));
    if (is_lasso) {
        const struct logistic_lasso_data data = {problem->row_count, problem->rows, problem->stride, problem->targets};
        struct logistic_lasso_result     result;
        struct logistic_lasso           *fit =
            logistic_lasso_new(problem->row_count, problem->feature_count, &LOGISTIC_LASSO_DEFAULTS, &err);

        assert_non_null(fit);
        logistic_lasso_solve(fit, &data, cost, weights, &result);
        logistic_lasso_free(fit);
    } else {
        const struct logistic_ridge_data data = {
            .row_count = problem->row_count, .rows = problem->rows, .row_stride = problem->stride, .targets = problem->targets};
        struct logistic_ridge_result result;
        struct logistic_ridge       *fit =
            logistic_ridge_new(problem->row_count, problem->feature_count, &LOGISTIC_RIDGE_DEFAULTS, &err);
        double *dual = dense_new(problem->row_count);

        assert_non_null(fit);
        logistic_ridge_solve(fit, &data, cost, dual, &result);
        for (int i = 0; i < problem->row_count; i++)
            for (int j = 0; j < problem->stride; j++) weights[j] += dual[i] * problem->rows[i * problem->stride + j];
        free(dual);
        logistic_ridge_free(fit);
    }
}

static double most_accurate_cost(bool is_lasso, const struct condition *condition)
{
    struct problem problem;
    double        *weights, best = 0.0;
    int            most = -1;

    all_rows(condition, &problem);
    weights = dense_new(problem.stride);
    for (int c = 0; c < 17; c++) {
        int right_count = 0;

        fit_cold(is_lasso, &problem, COSTS[c], weights);
        for (int i = 0; i < problem.row_count; i++) {
            const double logit = dense_dot(problem.stride, problem.rows + i * problem.stride, weights);

            right_count += (logit > 0.0 ? 1.0 : 0.0) == problem.targets[i];
        }
        if (right_count <= most) continue;
        most = right_count;
        best = COSTS[c];
    }
    free(weights);
    problem_close(&problem);
    return best;
}

static void same_values(struct learner_run *left, struct learner_run *right, int trial_count)
{
    for (int t = 0; t < trial_count; t++) {
        struct learner_value first, second;

        learner_run_value(left, t, &first);
        learner_run_value(right, t, &second);
        assert_true(first.right == second.right && first.left == second.left);
    }
    learner_run_free(left);
    learner_run_free(right);
}

/* The cost is that of the fit to all original features, whatever the run itself works on. */
static void training_accuracy_is_that_of_the_fit_to_all(void **state)
{
    static const char *const REST[] = {"", ":standardize=none", ":pca=3", ":standardize=all:pca=2"};
    double                   lowest = INFINITY, highest = 0.0;

    (void)state;
    for (int i = 0; i < 16; i++) {
        const bool       is_lasso = i % 2 == 1;
        struct condition condition;
        double           cost;
        char             chosen[64], fixed[64];

        condition_init(&condition, LEARNER_TASK_CATEGORY, 30, i < 8 ? 4 : 12, (unsigned)(300 + i / 2));
        cost = most_accurate_cost(is_lasso, &condition);
        (void)snprintf(chosen, sizeof chosen, ":selection=training_accuracy%s", REST[i / 2 % 4]);
        (void)snprintf(fixed, sizeof fixed, ":selection=%g%s", cost, REST[i / 2 % 4]);
        same_values(run_of(LEARNER_NAMES[is_lasso], chosen, &condition.trials),
                    run_of(LEARNER_NAMES[is_lasso], fixed, &condition.trials), 30);
        lowest  = fmin(lowest, cost);
        highest = fmax(highest, cost);
        condition_close(&condition);
    }
    assert_true(lowest < highest); /* the choice had something to choose */
}

static void a_logit_of_zero_is_folty(void **state)
{
    const double logits[]  = {0.0, -0.0, 1e-300, -1e-300, 2.0, -2.0};
    const double targets[] = {0.0, 1.0, 1.0, 0.0, 0.0, 1.0};

    (void)state;
    assert_int_equal(cost_selection_right_count(logits, targets, 1), 1);
    assert_int_equal(cost_selection_right_count(logits, targets, 2), 1);
    assert_int_equal(cost_selection_right_count(logits, targets, 6), 3);
}

/* The targets of later trials enter through the cost and in no other way. */
static void later_targets_matter_to_training_accuracy_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct condition     condition, other;
        struct learner_run  *fixed, *changed;
        struct learner_value before, after;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 24, 3, 17);
        condition_init(&other, LEARNER_TASK_CATEGORY, 24, 3, 17);
        for (int t = 12; t < 24; t++) other.targets[t] = 1.0 - other.targets[t];
        fixed   = run_of(LEARNER_NAMES[i], ":selection=2", &condition.trials);
        changed = run_of(LEARNER_NAMES[i], ":selection=2", &other.trials);
        for (int t = 0; t <= 12; t++) {
            learner_run_value(fixed, t, &before);
            learner_run_value(changed, t, &after);
            assert_true(before.right == after.right);
        }
        learner_run_free(fixed);
        learner_run_free(changed);
        assert_true(most_accurate_cost(i == 1, &condition) != most_accurate_cost(i == 1, &other));
        fixed   = run_of(LEARNER_NAMES[i], ":selection=training_accuracy", &condition.trials);
        changed = run_of(LEARNER_NAMES[i], ":selection=training_accuracy", &other.trials);
        learner_run_value(fixed, 12, &before);
        learner_run_value(changed, 12, &after);
        assert_true(before.right != after.right);
        learner_run_free(fixed);
        learner_run_free(changed);
        condition_close(&condition);
        condition_close(&other);
    }
}

/* The third value is made of two z-scored rows, on which all features agree: the sharing makes it the same from any start. */
static void the_order_of_asking_does_not_matter(void **state)
{
    static const char *const REST[] = {":selection=3", ":selection=5:standardize=all", ":selection=20:standardize=none",
                                       ":selection=3:pca=5"};

    (void)state;
    for (int i = 0; i < 8; i++) {
        struct condition     condition;
        struct learner_run  *forth, *back;
        struct learner_value values[24], value;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 24, 60, (unsigned)(21 + i));
        condition.targets[0] = 1.0;
        condition.targets[1] = 0.0;
        forth                = run_of(LEARNER_NAMES[i % 2], REST[i / 2], &condition.trials);
        back                 = run_of(LEARNER_NAMES[i % 2], REST[i / 2], &condition.trials);
        for (int t = 0; t < 24; t++) learner_run_value(forth, t, &values[t]);
        assert_true(values[0].right == 0.5 && values[1].right == 0.5 && values[2].right != 0.5);
        for (int t = 23; t >= 0; t--) {
            learner_run_value(back, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(fabs(value.right - values[t].right) < 1e-9);
            learner_run_value(forth, (t * 7) % 24, &value);
            assert_true(fabs(value.right - values[(t * 7) % 24].right) < 1e-9);
        }
        learner_run_free(forth);
        learner_run_free(back);
        condition_close(&condition);
    }
}

static void bad_numbers_are_a_status(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct condition     condition;
        struct learner_run  *run;
        struct learner_value value;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 12, 5, 4);
        condition.targets[0]       = 1.0;
        condition.targets[1]       = 0.0;
        condition.features[11 * 5] = i < 2 ? INFINITY : 1e150;
        run                        = run_of(LEARNER_NAMES[i % 2], ":selection=training_accuracy", &condition.trials);
        learner_run_value(run, 6, &value); /* the bad one is not among its rows: cost 1 is taken, as there is no fit to all */
        assert_true(value.right > 0.0 && value.right < 1.0 && value.right != 0.5);
        learner_run_value(run, 11, &value);
        assert_int_equal(value.status, LEARNER_SINGULAR);
        assert_true(value.right == 0.5);
        learner_run_free(run);
        condition_close(&condition);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selections_have_a_text_and_say_what_they_need),
        cmocka_unit_test(training_accuracy_is_that_of_the_fit_to_all),
        cmocka_unit_test(a_logit_of_zero_is_folty),
        cmocka_unit_test(later_targets_matter_to_training_accuracy_alone),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(bad_numbers_are_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
