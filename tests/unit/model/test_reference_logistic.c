/* Both logistic learners against scikit-learn's liblinear and plain Newton iterations, trial by trial: tests/model_reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reference.h"

enum { LINE_BYTES = 4096, WORD_BYTES = 32 };

static const double RELATIVE_TOLERANCE = 1e-6;

struct expectation {
    char   kind[WORD_BYTES], standardize[WORD_BYTES], selection[WORD_BYTES], source[WORD_BYTES];
    int    trial_count, feature_count, seed, pca_count;
    double cost;
    char  *logits; /* comma-separated, in the line */
};

static void read_expectation(char *line, struct expectation *out)
{
    int length = 0;

    assert_int_equal(sscanf(line, "%31[^,],%31[^,],%d,%d,%d,%d,%31[^,],%lf,%31[^,],%n", out->kind, out->standardize,
                            &out->trial_count, &out->feature_count, &out->seed, &out->pca_count, out->selection, &out->cost,
                            out->source, &length),
                     9);
    assert_true(length > 0);
    out->logits = line + length;
}

static struct learner_run *run_of(const char *text, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct err          err = {.message = ""};
    struct learner_run *run;

    if (!learner_spec_read(text, LEARNER_TASK_CATEGORY, &spec, &err)) fail_msg("%s: %s", text, err.message);
    run = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s: %s", text, err.message);
    return run;
}

static void text_of(const char *learner, const struct expectation *expected, const char *selection, char *out, size_t bytes)
{
    char pca[WORD_BYTES] = "";

    if (expected->pca_count > 0) (void)snprintf(pca, sizeof pca, ":pca=%d", expected->pca_count);
    (void)snprintf(out, bytes, "%s:selection=%s:standardize=%s%s", learner, selection, expected->standardize, pca);
}

/* Both probabilities, the small one too: exp(-logit) keeps its digits where 1 - p has none. */
static void values_are_as_expected(struct learner_run *run, const struct expectation *expected, const char *what)
{
    char *at      = expected->logits;
    int   missing = 0;

    for (int t = 0; t < expected->trial_count; t++) {
        const double         logit = strtod(at, &at);
        const double         right = 1.0 / (1.0 + exp(-logit));
        const double         left  = 1.0 / (1.0 + exp(logit));
        struct learner_value value;

        assert_true(*at == (t + 1 < expected->trial_count ? ',' : '\0'));
        at++;
        learner_run_value(run, t, &value);
        assert_int_equal(value.status, LEARNER_CONVERGED);
        if (isnan(logit)) { /* no reference, as the script says */
            missing++;
            continue;
        }
        if (fabs(value.left / left - 1.0) > RELATIVE_TOLERANCE || fabs(value.right / right - 1.0) > RELATIVE_TOLERANCE)
            fail_msg("%s %s %d x %d seed %d, trial %d: P(Julty) %.12g, expected %.12g", what, expected->kind,
                     expected->trial_count, expected->feature_count, expected->seed, t, value.right, right);
    }
    assert_true(missing <= 1);
}

/* The cost that was chosen is seen in the values: they are those of a run with that cost, bit by bit. */
static void the_chosen_cost_is(const char *learner, const struct expectation *expected, const struct learner_trials *trials)
{
    char                selection[WORD_BYTES], text[LEARNER_SPEC_BYTES];
    struct learner_run *chosen, *fixed;

    text_of(learner, expected, "training_accuracy", text, sizeof text);
    chosen = run_of(text, trials);
    (void)snprintf(selection, sizeof selection, "%g", expected->cost);
    text_of(learner, expected, selection, text, sizeof text);
    fixed = run_of(text, trials);
    for (int t = 0; t < expected->trial_count; t++) {
        struct learner_value left, right;

        learner_run_value(chosen, t, &left);
        learner_run_value(fixed, t, &right);
        assert_true(left.right == right.right);
    }
    learner_run_free(chosen);
    learner_run_free(fixed);
}

static int compare_file(const char *learner, const char *path)
{
    struct reference_file reference;
    char                  line[LINE_BYTES];
    int                   count = 0;

    reference_open(&reference, path);
    while (reference_line(&reference, line, sizeof line)) {
        struct expectation    expected;
        struct learner_trials trials;
        struct learner_run   *run;
        char                  text[LEARNER_SPEC_BYTES];

        read_expectation(line, &expected);
        reference_condition(LEARNER_TASK_CATEGORY, expected.kind, expected.trial_count, expected.feature_count,
                            (uint64_t)expected.seed, &trials);
        text_of(learner, &expected, expected.selection, text, sizeof text);
        run = run_of(text, &trials);
        values_are_as_expected(run, &expected, text);
        learner_run_free(run);
        if (strcmp(expected.selection, "training_accuracy") == 0) the_chosen_cost_is(learner, &expected, &trials);
        reference_condition_close(&trials);
        count++;
    }
    reference_close(&reference);
    return count;
}

static void logistic_ridge_is_liblinear_s(void **state)
{
    (void)state;
    assert_true(compare_file("logistic_ridge", "tests/model_reference/logistic_ridge.csv") >= 200);
}

static void logistic_lasso_is_liblinear_s(void **state)
{
    (void)state;
    assert_true(compare_file("logistic_lasso", "tests/model_reference/logistic_lasso.csv") >= 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_ridge_is_liblinear_s),
        cmocka_unit_test(logistic_lasso_is_liblinear_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
