/* Value tables: what a condition gives a learner, the content key, and the worker that fills them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_documents.h"

struct loaded {
    struct arena                arena;
    struct condition_trial_row *trials;
    int                         trial_count;
    struct matrix               matrix;
    struct learner_spec         learner;
};

static void load(struct lab *lab, int condition, int representation, const char *learner, struct loaded *out)
{
    struct secret_hash sha256;
    struct err         err;

    *out = (struct loaded){0};
    arena_init(&out->arena);
    MUST(store_condition_trials(lab->store, lab->condition_ids[condition], PHASE_MAIN, &out->arena, &out->trials,
                                &out->trial_count, &err));
    lab_hash(&sha256, "matrix", representation);
    MUST(value_table_read_matrix(&lab->folder, &sha256, &out->matrix, &err));
    MUST(learner_spec_read(learner, study_learner_task(lab->task), &out->learner, &err));
}

static void unload(struct loaded *loaded)
{
    matrix_close(&loaded->matrix);
    arena_close(&loaded->arena);
}

static struct value_table_input input_of(const struct lab *lab, const struct loaded *loaded)
{
    return (struct value_table_input){.task        = study_learner_task(lab->task),
                                      .learner     = &loaded->learner,
                                      .trials      = loaded->trials,
                                      .trial_count = loaded->trial_count,
                                      .matrix      = &loaded->matrix};
}

/* The learner run on rows that are gathered here, in another way: by the names of the stimuli. */
static void compare_with_learner(enum task_kind task)
{
    struct lab               lab;
    struct loaded            loaded;
    struct value_table_input input;
    int                      width = task == TASK_REWARD ? 2 : 1;
    double                   features[2 * LAB_TRIALS * LAB_FEATURES], targets[2 * LAB_TRIALS], pairs[2 * LAB_TRIALS];
    struct learner_trials    trials = {study_learner_task(task), LAB_TRIALS, LAB_FEATURES, features, targets};
    struct learner_run      *run;
    enum learner_status      status;
    struct err               err;

    lab_make(&lab, task);
    load(&lab, 1, 0, LAB_LEARNER_TEXTS[task][0], &loaded);
    for (int row = 0; row < width * LAB_TRIALS; row++) {
        const struct condition_trial_row *trial    = &loaded.trials[row / width];
        int64_t                           stimulus = row % width == 0 ? trial->left_stimulus_id : trial->right_stimulus_id;

        memcpy(&features[row * LAB_FEATURES], &loaded.matrix.values[(stimulus - 1) * LAB_FEATURES],
               LAB_FEATURES * sizeof(double));
        targets[row] = task == TASK_CATEGORY ? trial->category[0] == 'j'
                       : row % width == 0    ? trial->left_points
                                             : trial->right_points;
    }
    input = input_of(&lab, &loaded);
    MUST(value_table_compute(&input, pairs, &status, &err));
    run = learner_run_new(&loaded.learner, &trials, &err);
    assert_non_null(run);
    for (int t = 0; t < LAB_TRIALS; t++) {
        struct learner_value value;

        learner_run_value(run, t, &value);
        assert_memory_equal(&value.left, &pairs[2 * t], sizeof(double));
        assert_memory_equal(&value.right, &pairs[2 * t + 1], sizeof(double));
    }
    learner_run_free(run);
    unload(&loaded);
    lab_remove(&lab);
}

static void the_category_learner_gets_the_pictures_and_dinosaurs_of_the_condition(void **state)
{
    (void)state;
    compare_with_learner(TASK_CATEGORY);
}

static void the_reward_learner_gets_both_pictures_and_their_points(void **state)
{
    (void)state;
    compare_with_learner(TASK_REWARD);
}

static void a_matrix_with_too_few_rows_is_refused_with_the_row(void **state)
{
    struct lab               lab;
    struct loaded            loaded;
    struct value_table_input input;
    double                   pairs[2 * LAB_TRIALS];
    enum learner_status      status;
    struct err               err;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    load(&lab, 0, 0, "logistic_ridge", &loaded);
    loaded.matrix.row_count = 7;
    input                   = input_of(&lab, &loaded);
    MUST_REFUSE(value_table_compute(&input, pairs, &status, &err), ERR_INVALID, "stimulus row 7, the matrix has 7 rows");
    loaded.matrix.row_count = LAB_STIMULI;
    unload(&loaded);
    lab_remove(&lab);
}

static bool stop_at_third(void *argument)
{
    return ++*(int *)argument == 3;
}

static void a_table_can_be_stopped_between_trials(void **state)
{
    struct lab               lab;
    struct loaded            loaded;
    struct value_table_input input;
    double                   pairs[2 * LAB_TRIALS];
    enum learner_status      status;
    int                      asked_count = 0;
    struct err               err;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    load(&lab, 0, 0, "bayes_ridge", &loaded);
    input            = input_of(&lab, &loaded);
    input.is_stopped = stop_at_third;
    input.argument   = &asked_count;
    MUST_REFUSE(value_table_compute(&input, pairs, &status, &err), ERR_BUSY, "stopped at trial 2 of 20");
    unload(&loaded);
    lab_remove(&lab);
}

static void the_key_depends_on_condition_matrix_and_learner(void **state)
{
    struct secret_hash  hashes[2], keys[4];
    struct learner_spec learners[2];
    struct err          err;

    (void)state;
    lab_hash(&hashes[0], "a", 0);
    lab_hash(&hashes[1], "b", 0);
    MUST(learner_spec_read("logistic_ridge", LEARNER_TASK_CATEGORY, &learners[0], &err));
    MUST(learner_spec_read("logistic_ridge:standardize=none", LEARNER_TASK_CATEGORY, &learners[1], &err));
    value_table_key(&hashes[0], &hashes[1], &learners[0], &keys[0]);
    value_table_key(&hashes[1], &hashes[0], &learners[0], &keys[1]);
    value_table_key(&hashes[0], &hashes[0], &learners[0], &keys[2]);
    value_table_key(&hashes[0], &hashes[1], &learners[1], &keys[3]);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++) assert_memory_not_equal(keys[i].bytes, keys[j].bytes, sizeof keys[i].bytes);
    value_table_key(&hashes[0], &hashes[1], &learners[0], &keys[1]);
    assert_memory_equal(keys[0].bytes, keys[1].bytes, sizeof keys[0].bytes);
}

static void the_worker_fills_in_every_missing_table_as_the_function_computes_it(void **state)
{
    struct lab               lab;
    struct loaded            loaded;
    struct value_table_input input;
    struct value_table_row  *rows  = NULL;
    int                      count = 0;
    double                   pairs[2 * LAB_TRIALS];
    enum learner_status      status;
    struct err               err;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    lab_close(&lab);
    load(&lab, 1, 1, "bayes_ridge:standardize=all", &loaded);
    input = input_of(&lab, &loaded);
    MUST(value_table_compute(&input, pairs, &status, &err));
    MUST(store_value_tables(lab.store, lab.condition_ids[1], &loaded.arena, &rows, &count, &err));
    assert_int_equal(count, LAB_MODELS);
    assert_string_equal(rows[2].learner, loaded.learner.text);
    assert_int_equal(rows[2].trial_count, LAB_TRIALS);
    assert_memory_equal(rows[2].value_pairs, pairs, sizeof pairs);
    assert_string_equal(rows[2].status, value_table_status_name(status));
    unload(&loaded);
    lab_remove(&lab);
}

static void the_condition_being_played_comes_first(void **state)
{
    struct lab               lab;
    struct value_table_name *names = NULL;
    int                      count = 0;
    struct arena             arena;
    struct err               err;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    (void)lab_enroll(&lab, "s-1", 1);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    lab_close(&lab);
    arena_init(&arena);
    MUST(store_value_tables_after(lab.store, 0, 100, &arena, &names, &count, &err));
    assert_int_equal(count, LAB_CONDITIONS * LAB_MODELS);
    for (int i = 0; i < count; i++) assert_int_equal(names[i].condition_id, lab.condition_ids[i < LAB_MODELS ? 1 : 0]);
    arena_close(&arena);
    lab_remove(&lab);
}

/* The tables of such conditions have equal keys: both must get theirs, or the worker would never come to rest. */
static void two_conditions_with_the_same_content_both_get_their_tables(void **state)
{
    struct lab              lab;
    struct value_table_row *rows[2]   = {NULL, NULL};
    int                     counts[2] = {0, 0};
    struct arena            arena;
    struct err              err;

    (void)state;
    lab_make_with(&lab, TASK_CATEGORY, (int[LAB_CONDITIONS]){5, 5});
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    lab_close(&lab);
    arena_init(&arena);
    for (int i = 0; i < LAB_CONDITIONS; i++)
        MUST(store_value_tables(lab.store, lab.condition_ids[i], &arena, &rows[i], &counts[i], &err));
    assert_int_equal(counts[0], LAB_MODELS);
    assert_int_equal(counts[1], LAB_MODELS);
    for (int i = 0; i < LAB_MODELS; i++) {
        assert_memory_equal(rows[0][i].content_key.bytes, rows[1][i].content_key.bytes, SECRET_HASH_BYTES);
        assert_memory_equal(rows[0][i].value_pairs, rows[1][i].value_pairs, 2 * LAB_TRIALS * sizeof(double));
    }
    arena_close(&arena);
    lab_remove(&lab);
}

static void a_representation_without_its_file_does_not_hold_up_the_others(void **state)
{
    struct lab         lab;
    struct secret_hash sha256;
    char               path[PATH_BYTES];

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    lab_hash(&sha256, "matrix", 0);
    data_folder_matrix(&lab.folder, &sha256, path);
    assert_int_equal(unlink(path), 0);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_LEARNERS); /* the other representation's */
    lab_close(&lab);
    lab_remove(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_category_learner_gets_the_pictures_and_dinosaurs_of_the_condition),
        cmocka_unit_test(the_reward_learner_gets_both_pictures_and_their_points),
        cmocka_unit_test(a_matrix_with_too_few_rows_is_refused_with_the_row),
        cmocka_unit_test(a_table_can_be_stopped_between_trials),
        cmocka_unit_test(the_key_depends_on_condition_matrix_and_learner),
        cmocka_unit_test(the_worker_fills_in_every_missing_table_as_the_function_computes_it),
        cmocka_unit_test(the_condition_being_played_comes_first),
        cmocka_unit_test(two_conditions_with_the_same_content_both_get_their_tables),
        cmocka_unit_test(a_representation_without_its_file_does_not_hold_up_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
