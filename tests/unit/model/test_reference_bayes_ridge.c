/* Bayesian ridge at every prefix against scikit-learn: tests/model_reference/bayes_ridge.csv. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/learner.h"
#include "reference.h"

enum { SEED = 20, LINE_BYTES = 256, FIELD_COUNT = 8 };

static const double RELATIVE = 1e-6;
static const double ABSOLUTE = 1e-9;

/* A run over the case that the line before belonged to. */
struct reference_case {
    struct learner_trials trials;
    struct learner_run   *run;
};

static void reference_case_close(struct reference_case *reference)
{
    if (reference->run == NULL) return;
    learner_run_free(reference->run);
    reference_condition_close(&reference->trials);
}

static void reference_case_start(struct reference_case *reference, char **fields)
{
    char                text[LEARNER_SPEC_BYTES];
    struct learner_spec spec;
    struct err          err;

    reference_case_close(reference);
    reference_condition(LEARNER_TASK_REWARD, fields[0], atoi(fields[2]), atoi(fields[1]), SEED, &reference->trials);
    (void)snprintf(text, sizeof text, "bayes_ridge:standardize=%s", fields[3]);
    assert_true(learner_spec_read(text, LEARNER_TASK_REWARD, &spec, &err));
    reference->run = learner_run_new(&spec, &reference->trials, &err);
    assert_non_null(reference->run);
}

static bool is_near(double value, const char *expected)
{
    const double number = strtod(expected, NULL);

    return fabs(value - number) <= RELATIVE * fabs(number) + ABSOLUTE;
}

static void every_prefix_is_scikit_learns(void **state)
{
    struct reference_file file;
    struct reference_case reference = {.run = NULL};
    char                  line[LINE_BYTES], name[LINE_BYTES] = "";
    int                   line_count = 0, wrong_count = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/bayes_ridge.csv");
    while (reference_line(&file, line, sizeof line)) {
        char                *rest = line, *fields[FIELD_COUNT];
        struct learner_value value;

        for (int i = 0; i < FIELD_COUNT; i++) {
            fields[i] = strsep(&rest, ",");
            assert_non_null(fields[i]);
        }
        if (fields[0][0] != '\0') {
            (void)snprintf(name, sizeof name, "%s, %s features, %s", fields[0], fields[1], fields[3]);
            reference_case_start(&reference, fields);
        }
        learner_run_value(reference.run, atoi(fields[4]), &value);
        line_count++;
        if (is_near(value.left, fields[5]) && is_near(value.right, fields[6]) && value.iteration_count == atoi(fields[7]))
            continue;
        wrong_count++;
        print_error("%s, trial %s: %.12g, %.12g after %d iterations, expected %s, %s after %s\n", name, fields[4], value.left,
                    value.right, value.iteration_count, fields[5], fields[6], fields[7]);
    }
    reference_case_close(&reference);
    reference_close(&file);
    assert_true(line_count > 1000);
    assert_int_equal(wrong_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_scikit_learns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
