/* Making studies: sampled and written-out conditions, and a sentence for every description that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

#define HEAD                                                                                                                     \
    "{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": "          \
    "[\"task\"]"
#define SAMPLED           ", \"generative\": \"task\", \"condition_count\": 6, \"seed\": 5"
#define SETTINGS(members) ", \"settings\": {" members "}"
#define TEN_TRIALS        SETTINGS("\"trial_count\": 10")
#define ONE_CONDITION                                                                                                            \
    ", \"conditions\": [{\"condition_number\": 1, \"dimension\": 0, \"trials\": [{\"image\": \"image_00\", \"category\": "       \
    "\"julty\"}]}]"

static bool try_create(struct world *world, const char *json, struct create_study_result *result, struct err *err)
{
    return create_study(world->store, &world->folder, WORLD_NOW_MS, "study.json", span_of(json), result, err);
}

static int study_count(struct world *world)
{
    struct study_row *rows;
    struct arena      arena;
    struct err        err = {0};
    int               count;

    arena_init(&arena);
    MUST(store_studies(world->store, &arena, &rows, &count, &err));
    arena_close(&arena);
    return count;
}

static const struct {
    const char   *json;
    enum err_kind kind;
    const char   *sentence;
} REFUSED[] = {
    {"", ERR_INVALID, "study.json: the JSON text is empty"},
    {"{", ERR_INVALID, "study.json: not well-formed JSON near byte"},
    {"[]", ERR_INVALID, "study.json: the message must be a JSON object"},
    {"{}", ERR_INVALID, "study.json: field 'slug' is missing"},
    {HEAD ", \"colour\": 1" SAMPLED "}", ERR_INVALID, "study.json: field 'colour' is not known here"},
    {"{\"slug\": \"Not a slug\", \"title\": \"T\", \"task\": \"reward\", \"stimulus_set\": \"p\", \"representations\": []}",
     ERR_INVALID, "field 'slug' must be of a-z 0-9 _ -"},
    {HEAD "}", ERR_INVALID, "give either 'conditions', or 'generative' with 'condition_count'"},
    {HEAD SAMPLED ONE_CONDITION "}", ERR_INVALID, "fields 'condition_count' and 'seed' are for sampling, not for written"},
    {HEAD ", \"generative\": \"task\"}", ERR_INVALID, "field 'condition_count' is missing"},
    {HEAD ", \"generative\": \"task\", \"condition_count\": 0}", ERR_INVALID,
     "field 'condition_count' must be an integer from 1 to 10000"},
    {HEAD ", \"generative\": \"task\", \"condition_count\": 1, \"seed\": -1}", ERR_INVALID,
     "field 'seed' must be an integer from 0"},
    {HEAD ", \"generative\": \"task\", \"condition_count\": 1, \"seed\": 0.5}", ERR_INVALID,
     "field 'seed' must be an integer from 0"},
    {HEAD ", \"condition_count\": 2" ONE_CONDITION SETTINGS("\"trial_count\": 1") "}", ERR_INVALID,
     "fields 'condition_count' and 'seed' are for sampling, not for written 'conditions'"},
    {HEAD ", \"seed\": 2" ONE_CONDITION SETTINGS("\"trial_count\": 1") "}", ERR_INVALID,
     "fields 'condition_count' and 'seed' are for sampling, not for written 'conditions'"},
    {HEAD SAMPLED ", \"settings\": []}", ERR_INVALID, "study.json: settings: the message must be a JSON object"},
    {HEAD SAMPLED SETTINGS("\"trial_count\": 0") "}", ERR_INVALID,
     "settings: field 'trial_count' must be an integer from 1 to 1000"},
    {HEAD SAMPLED SETTINGS("\"practice_count\": 3") "}", ERR_INVALID, "category learning has no practice trials"},
    {HEAD SAMPLED SETTINGS("\"trial_count\": 12") "}", ERR_INVALID, "condition 1 (dimension 1)"},
    {HEAD SAMPLED SETTINGS("\"trial_count\": 50") "}", ERR_INVALID, "condition 1 (dimension 1)"}, /* a bin has eight objects */
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"none\", \"representations\": "
     "[\"task\"]" SAMPLED "}",
     ERR_NOT_FOUND, "study.json: there is no stimulus set 'none'"},
    {"{\"slug\": \"dinosaurs\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\","
     " \"representations\": [\"task\"]" SAMPLED TEN_TRIALS "}",
     ERR_CONFLICT, "study.json: the study 'dinosaurs' exists already"},
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": []" SAMPLED
     "}",
     ERR_INVALID, "field 'representations' must be a list of 1 to 200 names"},
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": {}" SAMPLED
     "}",
     ERR_INVALID, "field 'representations' must be a list of 1 to 200 names"},
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": "
     "[1]" SAMPLED "}",
     ERR_INVALID, "field 'representations[0]' must be a text"},
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\","
     " \"representations\": [\"task\", \"none\"]" SAMPLED "}",
     ERR_NOT_FOUND, "the stimulus set has no representation 'none'"},
    {"{\"slug\": \"s\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\","
     " \"representations\": [\"task\", \"words\", \"task\"]" SAMPLED "}",
     ERR_INVALID, "field 'representations[2]' names 'task' again"},
    {HEAD ", \"generative\": \"none\", \"condition_count\": 1}", ERR_NOT_FOUND, "the stimulus set has no representation 'none'"},
    {HEAD ", \"generative\": \"words\", \"condition_count\": 1}", ERR_INVALID,
     "the generative representation 'words' has 2 dimensions; 3 are needed"},
    {HEAD ONE_CONDITION "}", ERR_INVALID, "condition 1 has 1 trials and 0 practice trials; the settings say 120 and 0"},
    {HEAD ", \"conditions\": [{\"condition_number\": 1, \"dimension\": 0, \"trials\": [{\"image\": \"x\", \"category\": "
          "\"julty\"}]}]" SETTINGS("\"trial_count\": 1") "}",
     ERR_INVALID, "condition 1: trials[0]: no image of the stimulus set is named 'x'"},
};

static void what_cannot_be_made_is_refused_with_the_reason_and_leaves_nothing(void **state)
{
    struct world               world;
    struct create_study_result result;
    struct err                 err = {0};

    (void)state;
    world_open(&world);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        MUST_REFUSE(try_create(&world, REFUSED[i].json, &result, &err), REFUSED[i].kind, REFUSED[i].sentence);
        assert_string_equal(result.slug, "");
        assert_int_equal(study_count(&world), 2);
    }
    world_create(&world, HEAD SAMPLED TEN_TRIALS "}"); /* no transaction was left open */
    assert_int_equal(study_count(&world), 3);
    world_close(&world);
}

static void sampled_conditions_follow_the_papers_scheme(void **state)
{
    struct world          world;
    struct condition_row *conditions;
    struct arena          arena;
    struct err            err = {0};
    int                   count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    world_create(&world, HEAD SAMPLED TEN_TRIALS "}");
    MUST(store_conditions(world.store, world_study(&world, "s")->study_id, &arena, &conditions, &count, &err));
    assert_int_equal(count, 6);
    for (int i = 0; i < count; i++) {
        struct condition_trial_row *trials;
        int                         trial_count, julty_count = 0;
        bool                        is_shown[WORLD_STIMULUS_COUNT] = {false};

        assert_int_equal(conditions[i].condition_number, i + 1);
        assert_int_equal(conditions[i].dimension, i % 3);
        assert_string_equal(conditions[i].high_dinosaur, i < 3 ? "folty" : "julty");
        MUST(store_condition_trials(world.store, conditions[i].condition_id, PHASE_MAIN, &arena, &trials, &trial_count, &err));
        assert_int_equal(trial_count, 10);
        for (int t = 0; t < trial_count; t++) {
            julty_count += strcmp(trials[t].category, "julty") == 0;
            assert_false(is_shown[trials[t].left_row]);
            is_shown[trials[t].left_row] = true;
        }
        assert_int_equal(julty_count, 5);
        /* the half with high loadings is the dinosaur's that likes them: the loadings are known in closed form */
        for (int t = 0; t < trial_count; t++)
            for (int u = 0; u < trial_count; u++) {
                int  d      = conditions[i].dimension;
                int  at     = (7 * trials[t].left_row + 13 * d) % WORLD_STIMULUS_COUNT;
                int  other  = (7 * trials[u].left_row + 13 * d) % WORLD_STIMULUS_COUNT;
                bool t_high = strcmp(trials[t].category, conditions[i].high_dinosaur) == 0;
                bool u_high = strcmp(trials[u].category, conditions[i].high_dinosaur) == 0;

                if (t_high && !u_high) assert_true(at > other);
            }
    }
    arena_close(&arena);
    world_close(&world);
}

static void the_same_seed_makes_the_same_conditions_and_another_one_others(void **state)
{
    static const char *const STUDIES[3] = {"{\"slug\": \"one\", \"title\": \"T\", \"task\": \"reward\", \"stimulus_set\": "
                                           "\"pictures\", \"representations\": [\"task\"],"
                                           " \"generative\": \"task\", \"condition_count\": 3, \"seed\": 5, \"settings\": "
                                           "{\"trial_count\": 5, \"practice_count\": 2}}",
                                           "{\"slug\": \"two\", \"title\": \"T\", \"task\": \"reward\", \"stimulus_set\": "
                                           "\"pictures\", \"representations\": [\"words\"],"
                                           " \"generative\": \"task\", \"condition_count\": 3, \"seed\": 5, \"settings\": "
                                           "{\"trial_count\": 5, \"practice_count\": 2}}",
                                           "{\"slug\": \"three\", \"title\": \"T\", \"task\": \"reward\", \"stimulus_set\": "
                                           "\"pictures\", \"representations\": [\"task\"],"
                                           " \"generative\": \"task\", \"condition_count\": 3, \"seed\": 6, \"settings\": "
                                           "{\"trial_count\": 5, \"practice_count\": 2}}"};
    static const char *const SLUGS[3]   = {"one", "two", "three"};
    struct world             world;
    struct condition_row    *conditions[3];
    struct arena             arena;
    struct err               err = {0};
    int                      count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    for (int i = 0; i < 3; i++) {
        world_create(&world, STUDIES[i]);
        MUST(store_conditions(world.store, world_study(&world, SLUGS[i])->study_id, &arena, &conditions[i], &count, &err));
        assert_int_equal(count, 3);
    }
    for (int i = 0; i < 3; i++) {
        assert_memory_equal(conditions[0][i].sha256.bytes, conditions[1][i].sha256.bytes, SECRET_HASH_BYTES);
        assert_memory_not_equal(conditions[0][i].sha256.bytes, conditions[2][i].sha256.bytes, SECRET_HASH_BYTES);
        assert_string_equal(conditions[0][i].high_dinosaur, "");
        assert_true(conditions[0][i].points_min == 0 && conditions[0][i].points_max == 100);
    }
    arena_close(&arena);
    world_close(&world);
}

static void settings_are_stored_written_out(void **state)
{
    struct world        world;
    struct study_row    row;
    struct arena        arena;
    struct err          err = {0};
    const struct study *study;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST(store_study_by_slug(world.store, "points", &arena, &row, &err));
    assert_string_equal(row.state, "open");
    assert_string_equal(row.task, "reward");
    assert_string_equal(row.title, "Points");
    assert_non_null(strstr(row.settings, "\"trial_count\":4"));
    assert_non_null(strstr(row.settings, "\"feedback_ms\":1500")); /* a default that was not given */
    assert_non_null(strstr(row.settings, "\"learners\":[\"bayes_ridge"));
    study = world_study(&world, "points");
    assert_true(study->settings.trial_count == 4 && study->settings.practice_count == 2 && study->settings.feedback_ms == 1500);
    arena_close(&arena);
    world_close(&world);
}

/* Somebody put another file in its place: no reading past its end. */
static void a_matrix_that_does_not_fit_its_set_is_refused(void **state)
{
    struct world               world;
    struct create_study_result result;
    struct stimulus_set_row    set;
    struct representation_row  task;
    struct matrix              small = {.row_count = 2, .column_count = 3};
    struct arena               arena;
    struct err                 err = {0};
    char                       path[PATH_BYTES];

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST(store_stimulus_set_by_name(world.store, "pictures", &set, &err));
    MUST(store_representation_by_name(world.store, set.stimulus_set_id, "task", &arena, &task, &err));
    data_folder_matrix(&world.folder, &task.matrix_sha256, path);
    small.values = calloc(6, sizeof *small.values);
    MUST(npy_write_file(path, &small, &err));
    MUST_REFUSE(try_create(&world, HEAD SAMPLED TEN_TRIALS "}", &result, &err), ERR_STORAGE,
                "does not have the 40 rows of 3 numbers that it was stored with");
    matrix_close(&small);
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_made_is_refused_with_the_reason_and_leaves_nothing),
        cmocka_unit_test(sampled_conditions_follow_the_papers_scheme),
        cmocka_unit_test(the_same_seed_makes_the_same_conditions_and_another_one_others),
        cmocka_unit_test(settings_are_stored_written_out),
        cmocka_unit_test(a_matrix_that_does_not_fit_its_set_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
