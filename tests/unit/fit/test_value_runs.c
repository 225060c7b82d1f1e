/* Learners over a table of people: equal to running each alone, whatever the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "fit/value_runs.h"
#include "table_text.h"

enum { PEOPLE = 7, TRIALS = 12, STIMULI = 40, FEATURES = 5 };

struct people {
    struct table_place   place;
    struct stimulus_list stimuli;
    struct trial_table   table;
    struct matrix        matrix;
    double               values[STIMULI * FEATURES];
};

/* People 2, 5 see what 0 sees; 6 sees the same in another order. */
static void people_make(struct people *people)
{
    struct text text;
    struct rng  rng;
    struct err  err;

    table_place_make(&people->place);
    rng_init(&rng, 3);
    for (int i = 0; i < STIMULI * FEATURES; i++) people->values[i] = rng_normal(&rng);
    people->matrix = (struct matrix){.row_count = STIMULI, .column_count = FEATURES, .values = people->values};
    text_init(&text);
    text_add(&text, "id\n");
    for (int i = 0; i < STIMULI; i++) text_printf(&text, "s%d\n", i);
    scratch_write(&people->place.scratch, "stimuli.csv", text.data, text.length);
    text_reset(&text);
    text_add(&text, "participant,trial,left_image,right_image,left_reward,right_reward,choice\n");
    for (int p = 0; p < PEOPLE; p++) {
        for (int t = 0; t < TRIALS; t++) {
            const int seen  = p == 2 || p == 5 || p == 6 ? 0 : p;
            const int shown = p == 6 ? TRIALS - 1 - t : t;
            const int left = (shown * 3 + seen * 5) % STIMULI, right = (shown * 7 + seen * 11 + 1) % STIMULI;

            text_printf(&text, "%d,%d,s%d,s%d,%d,%d,%d\n", p, t, left, right, left * 2, right * 2 + seen, (t + p) % 2);
        }
    }
    scratch_write(&people->place.scratch, "table.csv", text.data, text.length);
    text_close(&text);
    MUST(stimulus_list_read(&people->stimuli, people->place.stimuli, &err));
    MUST(trial_table_read(&people->table, people->place.table, LEARNER_TASK_REWARD, &people->stimuli, &err));
}

static void people_close(struct people *people)
{
    trial_table_close(&people->table);
    stimulus_list_close(&people->stimuli);
    scratch_remove(&people->place.scratch);
}

static void compute(struct people *people, const char *learner, int thread_count, struct learner_value *values)
{
    struct learner_spec spec;
    struct progress     progress;
    struct err          err;

    MUST(learner_spec_read(learner, LEARNER_TASK_REWARD, &spec, &err));
    MUST(progress_init(&progress, stderr, false, &CLOCK_SYSTEM, 1, &err));
    MUST(value_runs(&people->table, &people->matrix, &spec, thread_count, values, &progress, &err));
    progress_close(&progress);
}

static void each_person_gets_what_a_run_of_their_own_gives(void **state)
{
    struct people        people;
    struct learner_value values[PEOPLE * TRIALS];
    struct learner_spec  spec;
    struct err           err;

    (void)state;
    people_make(&people);
    assert_int_equal(people.table.alike[2], 0);
    assert_int_equal(people.table.alike[5], 0);
    assert_int_equal(people.table.alike[6], 6);
    assert_int_equal(value_runs_step_count(&people.table), (PEOPLE - 2) * TRIALS);
    compute(&people, "bayes_ridge", 3, values);
    MUST(learner_spec_read("bayes_ridge", LEARNER_TASK_REWARD, &spec, &err));
    for (int p = 0; p < PEOPLE; p++) {
        double                features[2 * TRIALS * FEATURES], targets[2 * TRIALS];
        struct learner_trials trials = {LEARNER_TASK_REWARD, TRIALS, FEATURES, features, targets};
        struct learner_run   *run;

        for (int i = 0; i < 2 * TRIALS; i++) {
            const int image = people.table.images[2 * TRIALS * p + i];

            targets[i] = people.table.targets[2 * TRIALS * p + i];
            memcpy(features + i * FEATURES, people.values + image * FEATURES, sizeof(double) * FEATURES);
        }
        run = learner_run_new(&spec, &trials, &err);
        assert_non_null(run);
        for (int t = 0; t < TRIALS; t++) {
            struct learner_value alone;

            learner_run_value(run, t, &alone);
            assert_true(alone.left == values[p * TRIALS + t].left && alone.right == values[p * TRIALS + t].right);
        }
        learner_run_free(run);
    }
    people_close(&people);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    struct people        people;
    struct learner_value one[PEOPLE * TRIALS], many[PEOPLE * TRIALS];

    (void)state;
    people_make(&people);
    compute(&people, "bayes_ridge:standardize=none", 1, one);
    for (int threads = 2; threads <= PARALLEL_THREAD_MAX; threads *= 4) {
        memset(many, 0, sizeof many);
        compute(&people, "bayes_ridge:standardize=none", threads, many);
        for (int t = 0; t < PEOPLE * TRIALS; t++) assert_true(one[t].left == many[t].left && one[t].right == many[t].right);
    }
    people_close(&people);
}

static void a_run_that_fails_fails_the_whole(void **state)
{
    struct people        people;
    struct learner_value values[PEOPLE * TRIALS];
    struct learner_spec  spec;
    struct progress      progress;
    struct err           err;

    (void)state;
    people_make(&people);
    MUST(learner_spec_read("chance", LEARNER_TASK_CATEGORY, &spec, &err)); /* of the other task */
    MUST(progress_init(&progress, stderr, false, &CLOCK_SYSTEM, 1, &err));
    MUST_REFUSE(value_runs(&people.table, &people.matrix, &spec, 2, values, &progress, &err), ERR_INVALID, "task");
    progress_close(&progress);
    people_close(&people);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_person_gets_what_a_run_of_their_own_gives),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(a_run_that_fails_fails_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
