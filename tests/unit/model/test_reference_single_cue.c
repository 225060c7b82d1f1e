/* single_cue against scikit-learn's BayesianRidge on each feature alone: tests/model_reference/single_cue.py. */
#include "reward_run.h"

static void assert_near(const struct learner_value *value, double left, double right, const char *line)
{
    if (fabs(value->left - left) > 1e-8 * fmax(fabs(left), 1.0) || fabs(value->right - right) > 1e-8 * fmax(fabs(right), 1.0))
        fail_msg("%s: got %.12g, %.12g", line, value->left, value->right);
    assert_int_equal(value->status, LEARNER_CONVERGED);
}

/* Trials of one condition follow each other in the file; a run is kept until trial 0 of the next. */
struct runs {
    struct learner_trials trials;
    struct learner_run   *plain;
    struct learner_run   *ahead;
};

static void runs_close(struct runs *runs)
{
    if (runs->plain == NULL) return;
    learner_run_free(runs->plain);
    learner_run_free(runs->ahead);
    reference_condition_close(&runs->trials);
}

static void values_are_those_of_scikit_learn(void **state)
{
    struct reference_file reference;
    struct runs           runs = {.plain = NULL};
    char                  line[256];
    int                   row_count = 0;

    (void)state;
    reference_open(&reference, "tests/model_reference/single_cue.csv");
    while (reference_line(&reference, line, sizeof line)) {
        struct learner_value value;
        char                 kind[16], mode[16], text[64];
        int                  trial_count, feature_count, seed, t, cue, ahead_cue;
        double               left, right, ahead_left, ahead_right;

        assert_int_equal(sscanf(line, "%15[^,],%15[^,],%d,%d,%d,%d,%d,%lf,%lf,%d,%lf,%lf", kind, mode, &trial_count,
                                &feature_count, &seed, &t, &cue, &left, &right, &ahead_cue, &ahead_left, &ahead_right),
                         12);
        if (t == 0) {
            runs_close(&runs);
            reference_condition(LEARNER_TASK_REWARD, kind, trial_count, feature_count, (uint64_t)seed, &runs.trials);
            (void)snprintf(text, sizeof text, "single_cue:standardize=%s", mode);
            runs.plain = reward_run(text, &runs.trials);
            (void)snprintf(text, sizeof text, "single_cue:lookahead=1:standardize=%s", mode);
            runs.ahead = reward_run(text, &runs.trials);
        }
        learner_run_value(runs.plain, t, &value);
        assert_near(&value, left, right, line);
        learner_run_value(runs.ahead, t, &value);
        assert_near(&value, ahead_left, ahead_right, line);
        row_count++;
    }
    runs_close(&runs);
    reference_close(&reference);
    assert_int_equal(row_count, 612);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_those_of_scikit_learn)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
