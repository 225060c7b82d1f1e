/* Learners on several threads at once give the very numbers that they give alone. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reference.h"

enum { THREAD_COUNT = 4, TRIAL_COUNT = 24, FEATURE_COUNT = 100, ROUND_COUNT = 3 };

static const struct {
    enum learner_task task;
    const char       *learner;
} CASES[] = {
    {LEARNER_TASK_REWARD, "bayes_ridge"},
    {LEARNER_TASK_REWARD, "bayes_ridge:standardize=all:pca=10"},
    {LEARNER_TASK_REWARD, "ard"},
    {LEARNER_TASK_REWARD, "gaussian_process"},
    {LEARNER_TASK_REWARD, "single_cue"},
    {LEARNER_TASK_REWARD, "equal_weights"},
    {LEARNER_TASK_CATEGORY, "logistic_ridge"},
    {LEARNER_TASK_CATEGORY, "logistic_ridge:selection=training_accuracy:standardize=all"},
    {LEARNER_TASK_CATEGORY, "logistic_lasso"},
    {LEARNER_TASK_CATEGORY, "prototype"},
    {LEARNER_TASK_CATEGORY, "exemplar"},
};

struct one_thread {
    pthread_t                    thread;
    const struct learner_spec   *spec;
    const struct learner_trials *trials;
    double                       values[2 * TRIAL_COUNT];
    bool                         ok;
};

static void *learn(void *argument)
{
    struct one_thread *one = argument;
    struct err         err;

    one->ok = true;
    for (int round = 0; round < ROUND_COUNT; round++) {
        struct learner_run *run = learner_run_new(one->spec, one->trials, &err);

        if (run == NULL) return one->ok = false, NULL;
        for (int t = 0; t < TRIAL_COUNT; t++) {
            struct learner_value value;

            learner_run_value(run, t, &value);
            if (round > 0 && (one->values[2 * t] != value.left || one->values[2 * t + 1] != value.right)) one->ok = false;
            one->values[2 * t]     = value.left;
            one->values[2 * t + 1] = value.right;
        }
        learner_run_free(run);
    }
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
        struct learner_trials trials;
        struct learner_spec   spec;
        struct err            err;
        struct one_thread     alone;
        struct one_thread     many[THREAD_COUNT];

        assert_true(learner_spec_read(CASES[c].learner, CASES[c].task, &spec, &err));
        reference_condition(CASES[c].task, "plain", TRIAL_COUNT, FEATURE_COUNT, 9, &trials);
        alone = (struct one_thread){.spec = &spec, .trials = &trials};
        learn(&alone);
        assert_true(alone.ok);
        for (int i = 0; i < THREAD_COUNT; i++) {
            many[i] = (struct one_thread){.spec = &spec, .trials = &trials};
            assert_int_equal(pthread_create(&many[i].thread, NULL, learn, &many[i]), 0);
        }
        for (int i = 0; i < THREAD_COUNT; i++) {
            assert_int_equal(pthread_join(many[i].thread, NULL), 0);
            assert_true(many[i].ok);
            assert_memory_equal(many[i].values, alone.values, sizeof alone.values);
        }
        reference_condition_close(&trials);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_do_not_disturb_each_other)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
