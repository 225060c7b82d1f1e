/* ard against scikit-learn's ARDRegression where that keeps its digits, else against the same steps with more digits; each row says
 * which: tests/model_reference/ard.py. */
#include "reward_run.h"

enum { ROW_COUNT = 268 };

static void values_are_those_of_the_reference(void **state)
{
    struct reference_file reference;
    char                  line[256];
    int                   row_count = 0, sklearn_count = 0;

    (void)state;
    reference_open(&reference, "tests/model_reference/ard.csv");
    while (reference_line(&reference, line, sizeof line)) {
        struct learner_trials trials;
        struct learner_run   *run;
        struct learner_value  value;
        char                  kind[16], mode[16], held_to[16], text[64];
        int                   trial_count, feature_count, seed, t, iteration_count, kept_count;
        double                left, right;

        assert_int_equal(sscanf(line, "%15[^,],%15[^,],%d,%d,%d,%d,%lf,%lf,%d,%d,%15[^,]", kind, mode, &trial_count,
                                &feature_count, &seed, &t, &left, &right, &iteration_count, &kept_count, held_to),
                         11);
        reference_condition(LEARNER_TASK_REWARD, kind, trial_count, feature_count, (uint64_t)seed, &trials);
        (void)snprintf(text, sizeof text, "ard:standardize=%s", mode);
        run = reward_run(text, &trials);
        learner_run_value(run, t, &value);
        if (fabs(value.left - left) > 1e-6 * fmax(fabs(left), 1.0) || fabs(value.right - right) > 1e-6 * fmax(fabs(right), 1.0))
            fail_msg("%s: got %.12g, %.12g", line, value.left, value.right);
        assert_int_equal(value.iteration_count, iteration_count);
        assert_int_equal(value.status, iteration_count < 300 ? LEARNER_CONVERGED : LEARNER_ITERATION_LIMIT);
        sklearn_count += strcmp(held_to, "sklearn") == 0;
        learner_run_free(run);
        reference_condition_close(&trials);
        row_count++;
    }
    reference_close(&reference);
    assert_int_equal(row_count, ROW_COUNT);
    assert_true(sklearn_count > ROW_COUNT / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_those_of_the_reference)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
