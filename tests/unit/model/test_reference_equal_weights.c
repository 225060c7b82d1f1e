/* equal_weights against scikit-learn's BayesianRidge on the sums, prefix by prefix: tests/model_reference/equal_weights.py. */
#include "reward_run.h"

static void values_are_those_of_scikit_learn(void **state)
{
    struct reference_file reference;
    char                  line[256];
    int                   row_count = 0;

    (void)state;
    reference_open(&reference, "tests/model_reference/equal_weights.csv");
    while (reference_line(&reference, line, sizeof line)) {
        struct learner_trials trials;
        struct learner_run   *run;
        struct learner_value  value;
        char                  kind[16], mode[16], text[64];
        int                   trial_count, feature_count, seed, t, iteration_count;
        double                left, right;

        assert_int_equal(sscanf(line, "%15[^,],%15[^,],%d,%d,%d,%d,%lf,%lf,%d", kind, mode, &trial_count, &feature_count, &seed,
                                &t, &left, &right, &iteration_count),
                         9);
        reference_condition(LEARNER_TASK_REWARD, kind, trial_count, feature_count, (uint64_t)seed, &trials);
        (void)snprintf(text, sizeof text, "equal_weights:standardize=%s", mode);
        run = reward_run(text, &trials);
        learner_run_value(run, t, &value);
        if (fabs(value.left - left) > 1e-8 * fmax(fabs(left), 1.0) || fabs(value.right - right) > 1e-8 * fmax(fabs(right), 1.0))
            fail_msg("%s: got %.12g, %.12g", line, value.left, value.right);
        assert_int_equal(value.iteration_count, iteration_count);
        assert_int_equal(value.status, iteration_count < 300 ? LEARNER_CONVERGED : LEARNER_ITERATION_LIMIT);
        learner_run_free(run);
        reference_condition_close(&trials);
        row_count++;
    }
    reference_close(&reference);
    assert_int_equal(row_count, 540);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_those_of_scikit_learn)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
