/* Gaussian process regression against scikit-learn's, run to tight tolerance: tests/model_reference/gaussian_process.py. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/gaussian_process.h"
#include "model/prefix.h"
#include "reference.h"

enum { LINE_BYTES = 256, WORD_BYTES = 16 };

/* Nats; and means relative to 1 + |mean|, points being of the order of 50. */
static const double LIKELIHOOD_TOLERANCE = 1e-6;
static const double MEAN_TOLERANCE       = 1e-6;

struct expected {
    char          kind[WORD_BYTES];
    char          standardize[WORD_BYTES];
    int           trial_count, feature_count, trial, is_sharp;
    unsigned long seed;
    double        likelihood_start, likelihood_best, left, right;
};

static void read_expected(const char *line, struct expected *out)
{
    assert_int_equal(sscanf(line, "%15[^,],%d,%d,%lu,%15[^,],%d,%lf,%lf,%lf,%lf,%d", out->kind, &out->trial_count,
                            &out->feature_count, &out->seed, out->standardize, &out->trial, &out->likelihood_start,
                            &out->likelihood_best, &out->left, &out->right, &out->is_sharp),
                     11);
}

static void learner_value_at(const struct expected *expected, const struct learner_trials *trials, struct learner_value *out)
{
    char                text[64];
    struct learner_spec spec;
    struct learner_run *run;
    struct err          err;

    (void)snprintf(text, sizeof text, "gaussian_process:standardize=%s", expected->standardize);
    assert_true(learner_spec_read(text, LEARNER_TASK_REWARD, &spec, &err));
    run = learner_run_new(&spec, trials, &err);
    assert_non_null(run);
    learner_run_value(run, expected->trial, out);
    learner_run_free(run);
}

/* The learner does not tell the likelihood, so that the same rows are fitted here once more. */
static double likelihood_at(const struct expected *expected, const struct learner_trials *trials)
{
    const int                      n   = 2 * expected->trial;
    const enum learner_standardize how = strcmp(expected->standardize, "online") == 0 ? LEARNER_STANDARDIZE_ONLINE
                                         : strcmp(expected->standardize, "all") == 0  ? LEARNER_STANDARDIZE_ALL
                                                                                      : LEARNER_STANDARDIZE_NONE;
    struct err                     err;
    struct prefix                 *prefix    = prefix_new(trials, how, PREFIX_ORIGIN_ZERO, &err);
    struct gaussian_process       *fit       = gaussian_process_new(n, &GAUSSIAN_PROCESS_DEFAULTS, &err);
    double                        *distances = calloc((size_t)n * (size_t)n, sizeof *distances);
    const struct prefix_view      *view;
    struct gaussian_process_result result;

    assert_true(prefix != NULL && fit != NULL && distances != NULL);
    view = prefix_at(prefix, expected->trial);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            for (int k = 0; k < trials->feature_count; k++)
                distances[i * n + j] += pow(view->rows[i * view->row_stride + k] - view->rows[j * view->row_stride + k], 2.0);
    gaussian_process_solve(fit, &(struct gaussian_process_data){n, distances, n, trials->targets}, &result);
    assert_int_equal(result.status, GAUSSIAN_PROCESS_CONVERGED);
    free(distances);
    gaussian_process_free(fit);
    prefix_free(prefix);
    return result.log_likelihood;
}

static double relative(double ours, double theirs)
{
    return fabs(ours - theirs) / (1.0 + fabs(theirs));
}

static void likelihood_and_values_are_those_of_scikit_learn(void **state)
{
    struct reference_file reference;
    char                  line[LINE_BYTES];
    int                   row_count = 0, same_count = 0, higher_count = 0, compared_count = 0;
    double                largest = 0.0;

    (void)state;
    reference_open(&reference, "tests/model_reference/gaussian_process.csv");
    while (reference_line(&reference, line, sizeof line)) {
        struct expected       expected;
        struct learner_trials trials;
        struct learner_value  value;
        double                likelihood;

        read_expected(line, &expected);
        reference_condition(LEARNER_TASK_REWARD, expected.kind, expected.trial_count, expected.feature_count, expected.seed,
                            &trials);
        likelihood = likelihood_at(&expected, &trials);
        learner_value_at(&expected, &trials, &value);
        assert_int_equal(value.status, LEARNER_CONVERGED);
        if (!(likelihood > expected.likelihood_start - LIKELIHOOD_TOLERANCE))
            fail_msg("%s: our log likelihood is %.9f", line, likelihood);
        row_count++;
        same_count += fabs(likelihood - expected.likelihood_best) < LIKELIHOOD_TOLERANCE;
        higher_count += likelihood > expected.likelihood_start + LIKELIHOOD_TOLERANCE;
        if (expected.is_sharp == 1 && fabs(likelihood - expected.likelihood_best) < LIKELIHOOD_TOLERANCE) {
            const double error = fmax(relative(value.left, expected.left), relative(value.right, expected.right));

            if (!(error < MEAN_TOLERANCE)) fail_msg("%s: our values are %.9g and %.9g", line, value.left, value.right);
            largest = fmax(largest, error);
            compared_count++;
        }
        reference_condition_close(&trials);
    }
    reference_close(&reference);
    print_message("%d fits: %d at scikit-learn's best of many starts, %d better than its own start; %d values compared, largest "
                  "relative difference %.2g\n",
                  row_count, same_count, higher_count, compared_count, largest);
    assert_true(row_count > 300 && same_count >= 0.99 * row_count && compared_count >= 0.85 * row_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(likelihood_and_values_are_those_of_scikit_learn)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
