/* The text of a learner with its options: one canonical form, and sentences for what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/learner.h"

static void specs_have_one_canonical_text(void **state)
{
    static const struct {
        enum learner_task task;
        const char       *text, *canonical;
        bool              looks_ahead;
    } CASES[] = {
        {LEARNER_TASK_REWARD, "bayes_ridge", "bayes_ridge:standardize=online", false},
        {LEARNER_TASK_REWARD, "bayes_ridge:standardize=all", "bayes_ridge:standardize=all", true},
        {LEARNER_TASK_REWARD, "bayes_ridge:pca=49", "bayes_ridge:standardize=online:pca=49", true},
        {LEARNER_TASK_CATEGORY, "logistic_ridge", "logistic_ridge:selection=evidence:standardize=online", false},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:standardize=none:selection=0.1", "logistic_ridge:selection=0.1:standardize=none",
         false},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=1e1", "logistic_ridge:selection=10:standardize=online", false},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=0.30000000000000004",
         "logistic_ridge:selection=0.30000000000000004:standardize=online", false},
        {LEARNER_TASK_CATEGORY, "chance:standardize=all", "chance:standardize=all", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct learner_spec spec, again;
        struct err          err = {.message = ""};

        if (!learner_spec_read(CASES[i].text, CASES[i].task, &spec, &err)) fail_msg("%s", err.message);
        assert_string_equal(spec.text, CASES[i].canonical);
        assert_true(learner_looks_ahead(&spec) == CASES[i].looks_ahead);
        assert_true(learner_spec_read(spec.text, CASES[i].task, &again, &err));
        assert_string_equal(again.text, spec.text);
        assert_true(again.own[0] == spec.own[0] && again.pca_count == spec.pca_count && again.standardize == spec.standardize);
        assert_int_equal(strncmp(learner_name(spec.learner), spec.text, strlen(learner_name(spec.learner))), 0);
    }
    assert_string_equal(learner_default(LEARNER_TASK_REWARD), "bayes_ridge");
    assert_string_equal(learner_default(LEARNER_TASK_CATEGORY), "logistic_ridge");
    for (int task = LEARNER_TASK_CATEGORY; task <= LEARNER_TASK_REWARD; task++) {
        struct learner_spec listed;
        struct err          ignored;
        int                 i = 0;

        for (; learner_name_at((enum learner_task)task, i) != NULL; i++)
            assert_true(
                learner_spec_read(learner_name_at((enum learner_task)task, i), (enum learner_task)task, &listed, &ignored));
        assert_in_range(i, 4, 6);
    }
}

static void wrong_specs_are_refused_with_what_is_legal(void **state)
{
    static const struct {
        enum learner_task task;
        const char       *text, *reason;
    } CASES[] = {
        {LEARNER_TASK_REWARD, "", "'' is not a learner of the reward task; there are: bayes_ridge"},
        {LEARNER_TASK_REWARD, "logistic_ridge", "not a learner of the reward task"},
        {LEARNER_TASK_CATEGORY, "bayes", "of the category task; there are: logistic_ridge"},
        {LEARNER_TASK_REWARD, "bayes_ridge:", "option '' is not of the form key=value"},
        {LEARNER_TASK_REWARD, "bayes_ridge:online", "'online' is not of the form key=value"},
        {LEARNER_TASK_REWARD, "bayes_ridge:selection=1", "has no option 'selection'; it has: standardize, pca"},
        {LEARNER_TASK_REWARD, "bayes_ridge:pca=0", "pca is a whole number of components from 1 on, not '0'"},
        {LEARNER_TASK_REWARD, "bayes_ridge:pca=1.5", "pca is a whole number"},
        {LEARNER_TASK_REWARD, "bayes_ridge:standardize=All", "standardize is online, all or none, not 'All'"},
        {LEARNER_TASK_REWARD, "bayes_ridge:standardize=", "not ''"},
        {LEARNER_TASK_REWARD, "bayes_ridge:standardize=all:standardize=all", "given twice"},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=0", "a number from 1e-6 to 1e6"},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=-1", "a number from"},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=nan", "a number from"},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=1e7", "a number from"},
        {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=1 ", "a number from"},
    };
    char                text[LEARNER_SPEC_BYTES + 1];
    struct learner_spec spec;
    struct err          err;

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_false(learner_spec_read(CASES[i].text, CASES[i].task, &spec, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        if (strstr(err.message, CASES[i].reason) == NULL) fail_msg("expected '%s' in '%s'", CASES[i].reason, err.message);
    }
    memset(text, 'x', LEARNER_SPEC_BYTES);
    text[LEARNER_SPEC_BYTES] = '\0';
    assert_false(learner_spec_read(text, LEARNER_TASK_REWARD, &spec, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

static void a_run_needs_trials_of_its_task(void **state)
{
    const double          number   = 1.0;
    struct learner_trials reward   = {LEARNER_TASK_REWARD, 1, 1, &number, &number};
    struct learner_trials empty    = {LEARNER_TASK_CATEGORY, 0, 1, &number, &number};
    struct learner_trials featless = {LEARNER_TASK_CATEGORY, 1, 0, &number, &number};
    struct learner_spec   spec;
    struct err            err;

    (void)state;
    assert_true(learner_spec_read("logistic_ridge", LEARNER_TASK_CATEGORY, &spec, &err));
    assert_null(learner_run_new(&spec, &reward, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(learner_run_new(&spec, &empty, &err));
    assert_null(learner_run_new(&spec, &featless, &err));
    learner_run_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specs_have_one_canonical_text),
        cmocka_unit_test(wrong_specs_are_refused_with_what_is_legal),
        cmocka_unit_test(a_run_needs_trials_of_its_task),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
