/* Value tables: what a condition gives a learner, the content key, and the worker that fills them in. */
#include <sched.h>
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
    struct npy_rows            *matrix;
    struct matrix               whole; /* read in another way */
    struct learner_spec         learner;
};

static void load(struct lab *lab, int condition, int representation, const char *learner, struct loaded *out)
{
    struct secret_hash sha256;
    struct err         err;
    char               path[PATH_BYTES];

    *out = (struct loaded){0};
    arena_init(&out->arena);
    MUST(store_condition_trials(lab->store, lab->condition_ids[condition], PHASE_MAIN, &out->arena, &out->trials,
                                &out->trial_count, &err));
    lab_hash(&sha256, "matrix", representation);
    out->matrix = value_table_open_matrix(&lab->folder, &sha256, &err);
    assert_non_null(out->matrix);
    data_folder_matrix(&lab->folder, &sha256, path);
    MUST(npy_read_file(path, &out->whole, &err));
    MUST(learner_spec_read(learner, study_learner_task(lab->task), &out->learner, &err));
}

static void unload(struct loaded *loaded)
{
    npy_rows_close(loaded->matrix);
    matrix_close(&loaded->whole);
    arena_close(&loaded->arena);
}

static struct value_table_input input_of(const struct lab *lab, const struct loaded *loaded)
{
    return (struct value_table_input){.task        = study_learner_task(lab->task),
                                      .learner     = &loaded->learner,
                                      .trials      = loaded->trials,
                                      .trial_count = loaded->trial_count,
                                      .matrix      = loaded->matrix};
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

        memcpy(&features[row * LAB_FEATURES], &loaded.whole.values[(stimulus - 1) * LAB_FEATURES], LAB_FEATURES * sizeof(double));
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
    char                     path[PATH_BYTES];
    struct err               err;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    load(&lab, 0, 0, "logistic_ridge", &loaded);
    loaded.whole.row_count = 7;
    (void)snprintf(path, sizeof path, "%s/short.npy", lab.folder.path);
    MUST(npy_write_file(path, &loaded.whole, &err));
    npy_rows_close(loaded.matrix);
    loaded.matrix = npy_rows_open(path, &err);
    assert_non_null(loaded.matrix);
    input = input_of(&lab, &loaded);
    MUST_REFUSE(value_table_compute(&input, pairs, &status, &err), ERR_INVALID, "stimulus row 7, the matrix has 7 rows");
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
    lab_open_tables_with(&lab, 1); /* several finish in another order than they begin */
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
    struct lab          lab;
    struct table_counts counts;
    struct secret_hash  sha256;
    char                path[PATH_BYTES];

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    lab_hash(&sha256, "matrix", 0);
    data_folder_matrix(&lab.folder, &sha256, path);
    assert_int_equal(unlink(path), 0);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_LEARNERS); /* the other representation's */
    do {
        sched_yield();
        assert_true(table_progress_of_study(lab.table_progress, lab.study_id, &counts));
    } while (counts.failed + counts.ready < counts.planned);
    assert_true(counts.failed == LAB_CONDITIONS * LAB_LEARNERS && !counts.is_left_known);
    lab_close(&lab);
    lab_remove(&lab);
}

/* All tables of a lab, computed by so many threads, one after another in `pairs`. */
static void compute_with(int thread_count, double pairs[LAB_CONDITIONS * LAB_MODELS][2 * LAB_TRIALS])
{
    struct lab              lab;
    struct value_table_row *rows = NULL;
    struct table_counts     counts;
    int                     count = 0;
    struct arena            arena;
    struct err              err;

    lab_make(&lab, TASK_REWARD);
    lab_open(&lab);
    lab_open_tables_with(&lab, thread_count);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    do { /* the count follows the storing at once, but not before it */
        sched_yield();
        assert_true(table_progress_of_study(lab.table_progress, lab.study_id, &counts));
    } while (counts.ready < LAB_CONDITIONS * LAB_MODELS);
    assert_true(counts.ready == counts.planned && counts.planned == LAB_CONDITIONS * LAB_MODELS && counts.failed == 0);
    assert_true(counts.is_left_known && counts.left_s == 0.0);
    lab_close(&lab);
    arena_init(&arena);
    for (int i = 0; i < LAB_CONDITIONS; i++) {
        MUST(store_value_tables(lab.store, lab.condition_ids[i], &arena, &rows, &count, &err));
        assert_int_equal(count, LAB_MODELS);
        for (int j = 0; j < count; j++) memcpy(pairs[i * LAB_MODELS + j], rows[j].value_pairs, sizeof pairs[0]);
    }
    arena_close(&arena);
    lab_remove(&lab);
}

static void several_threads_end_with_the_tables_of_one(void **state)
{
    double one[LAB_CONDITIONS * LAB_MODELS][2 * LAB_TRIALS], several[LAB_CONDITIONS * LAB_MODELS][2 * LAB_TRIALS];

    (void)state;
    compute_with(1, one);
    compute_with(5, several);
    assert_memory_equal(one, several, sizeof one);
}

/* What was stored before a restart counts, and is not computed again. */
static void a_restart_goes_on_where_it_was(void **state)
{
    struct lab              lab;
    struct value_table_row *rows = NULL;
    struct table_counts     counts;
    int64_t                 newest[2];
    int                     count = 0;
    struct arena            arena;
    struct err              err;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    for (int i = 0; i < 2; i++) {
        lab_open(&lab);
        lab_open_tables_with(&lab, 2);
        wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
        while (!table_progress_of_study(lab.table_progress, lab.study_id, &counts) || counts.ready < counts.planned)
            sched_yield();
        lab_close(&lab);
        MUST(store_value_table_newest_id(lab.store, &newest[i], &err));
    }
    assert_true(newest[0] == newest[1]);
    arena_init(&arena);
    MUST(store_value_tables(lab.store, lab.condition_ids[0], &arena, &rows, &count, &err));
    assert_int_equal(count, LAB_MODELS);
    arena_close(&arena);
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
        cmocka_unit_test(several_threads_end_with_the_tables_of_one),
        cmocka_unit_test(a_restart_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
