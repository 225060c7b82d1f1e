/* world.h - a data folder with material and two small studies, and people who take part; include after cmocka.h. */
#ifndef DINOLAB_TESTS_WORLD_H
#define DINOLAB_TESTS_WORLD_H

#include <math.h>

#include "model/npy.h"
#include "must.h"
#include "scratch.h"
#include "store/migrate.h"
#include "study/create_study.h"
#include "study/enroll.h"
#include "study/finish.h"
#include "study/record.h"

enum { WORLD_STIMULUS_COUNT = 40, WORLD_DIMENSION_COUNT = 3 };

#define WORLD_NOW_MS INT64_C(1700000000000)

struct world {
    struct scratch        scratch;
    struct data_folder    folder;
    char                  database[PATH_BYTES];
    struct store         *store;
    struct study_catalog *catalog;
    struct arena          arena; /* for what tests are told */
};

/* Three trials, two conditions: julty folty julty, and folty julty folty. */
#define WORLD_CATEGORY                                                                                                           \
    "{\"slug\": \"dinosaurs\", \"title\": \"Dinosaurs\", \"task\": \"category\", \"stimulus_set\": \"pictures\","                \
    " \"representations\": [\"task\", \"words\"], \"settings\": {\"trial_count\": 3, \"absence_minutes\": 60,"                   \
    " \"completion_url\": \"https://example.org/done\"}, \"conditions\": ["                                                      \
    "{\"condition_number\": 1, \"dimension\": 0, \"high_dinosaur\": \"julty\", \"trials\": ["                                    \
    "{\"image\": \"image_00\", \"category\": \"julty\"}, {\"image\": \"image_01\", \"category\": \"folty\"},"                    \
    "{\"image\": \"image_02\", \"category\": \"julty\"}]},"                                                                      \
    "{\"condition_number\": 2, \"dimension\": 1, \"trials\": ["                                                                  \
    "{\"image\": \"image_03\", \"category\": \"folty\"}, {\"image\": \"image_04\", \"category\": \"julty\"},"                    \
    "{\"image\": \"image_05\", \"category\": \"folty\"}]}]}"

#define WORLD_PAIR(left, right, left_points, right_points)                                                                       \
    "{\"left_image\": \"image_" left "\", \"right_image\": \"image_" right "\", \"left_points\": " left_points                   \
    ", \"right_points\": " right_points "}"

/* Two practice pairs, then four pairs of which the second is a tie. */
#define WORLD_REWARD                                                                                                             \
    "{\"slug\": \"points\", \"title\": \"Points\", \"task\": \"reward\", \"stimulus_set\": \"pictures\","                        \
    " \"representations\": [\"task\"], \"settings\": {\"trial_count\": 4, \"practice_count\": 2}, \"conditions\": ["             \
    "{\"condition_number\": 1, \"dimension\": 2, \"practice\": [" WORLD_PAIR("00", "01", "10", "90") "," WORLD_PAIR(             \
        "02", "03", "50",                                                                                                        \
        "20") "], \"trials\": [" WORLD_PAIR("04", "05", "0",                                                                     \
                                            "100") "," WORLD_PAIR("06", "07", "40",                                              \
                                                                  "40") "," WORLD_PAIR("08", "09", "70",                         \
                                                                                       "30") "," WORLD_PAIR("10", "11", "20",    \
                                                                                                            "60") "]}]}"

static inline void world_add_representation(struct world *world, int64_t set_id, const char *name, int dimension_count)
{
    struct representation_row row    = {.stimulus_set_id = set_id, .description = "made up", .feature_count = dimension_count};
    struct matrix             matrix = {.row_count = WORLD_STIMULUS_COUNT, .column_count = dimension_count};
    struct err                err    = {0};
    char                      path[PATH_BYTES];
    int64_t                   id;

    matrix.values = calloc((size_t)WORLD_STIMULUS_COUNT * (size_t)dimension_count, sizeof *matrix.values);
    assert_non_null(matrix.values);
    /* per dimension a permutation of equal steps through (0, 2), so that each bin has eight objects */
    for (int i = 0; i < WORLD_STIMULUS_COUNT; i++)
        for (int d = 0; d < dimension_count; d++)
            matrix.values[i * dimension_count + d] = ((7 * i + 13 * d) % WORLD_STIMULUS_COUNT + 0.5) * 2.0 / WORLD_STIMULUS_COUNT;
    (void)snprintf(row.name, sizeof row.name, "%s", name);
    (void)snprintf(row.family, sizeof row.family, "test");
    secret_sha256_of(matrix.values, (size_t)WORLD_STIMULUS_COUNT * (size_t)dimension_count * sizeof(double), &row.matrix_sha256);
    data_folder_matrix(&world->folder, &row.matrix_sha256, path);
    MUST(npy_write_file(path, &matrix, &err));
    MUST(store_representation_insert(world->store, &row, &id, &err));
    matrix_close(&matrix);
}

static inline void world_add_material(struct world *world)
{
    struct stimulus_set_row set = {.name = "pictures", .created_at_ms = WORLD_NOW_MS};
    struct err              err = {0};
    int64_t                 set_id;

    secret_sha256_of("pictures", 8, &set.sha256);
    MUST(store_begin(world->store, &err));
    MUST(store_stimulus_set_insert(world->store, &set, &set_id, &err));
    for (int i = 0; i < WORLD_STIMULUS_COUNT; i++) {
        char                name[24], object[24];
        struct media_row    media    = {.media_type = "image/png", .byte_count = 100 + i};
        struct stimulus_row stimulus = {.row_index = i, .name = name, .object = object};

        (void)snprintf(name, sizeof name, "image_%02d", i);
        (void)snprintf(object, sizeof object, "object_%02d", i);
        secret_sha256_of(name, strlen(name), &media.sha256);
        stimulus.media_sha256 = media.sha256;
        MUST(store_media_insert(world->store, &media, &err));
        MUST(store_stimulus_insert(world->store, set_id, &stimulus, &err));
    }
    world_add_representation(world, set_id, "task", WORLD_DIMENSION_COUNT);
    world_add_representation(world, set_id, "words", 2);
    MUST(store_commit(world->store, &err));
}

/* A migrated database without anything in it. */
static inline void world_open_empty(struct world *world)
{
    struct migration_list migrations = migrations_embedded();
    struct err            err        = {0};

    MUST(secret_init(&err));
    scratch_make(&world->scratch);
    MUST(data_folder_open(world->scratch.path, &world->folder, &err));
    data_folder_database(&world->folder, world->database);
    MUST(store_migrate(world->database, &migrations, &err));
    world->store   = store_open(world->database, STORE_WRITE, &err);
    world->catalog = study_catalog_new(&err);
    arena_init(&world->arena);
    if (world->store == NULL || world->catalog == NULL) fail_msg("%s", err.message);
}

static inline void world_create(struct world *world, const char *description)
{
    struct create_study_result result;
    struct err                 err = {0};

    MUST(create_study(world->store, &world->folder, WORLD_NOW_MS, "description", span_of(description), &result, &err));
}

static inline void world_open(struct world *world)
{
    world_open_empty(world);
    world_add_material(world);
    world_create(world, WORLD_CATEGORY);
    world_create(world, WORLD_REWARD);
}

static inline void world_close(struct world *world)
{
    arena_close(&world->arena);
    study_catalog_free(world->catalog);
    store_close(world->store);
    scratch_remove(&world->scratch);
}

static inline const struct study *world_study(struct world *world, const char *slug)
{
    const struct study *study = NULL;
    struct err          err   = {0};

    MUST(study_catalog_by_slug(world->catalog, world->store, slug, &study, &err));
    return study;
}

static inline struct enrolment world_enrolment(struct world *world, const char *slug, const char *token, int64_t now_ms)
{
    struct enrolment enrolment = {.slug = slug, .age = 34, .now_ms = now_ms};
    struct document  consent;
    struct arena     arena;
    struct err       err = {0};

    arena_init(&arena);
    MUST(documents_resolve(world->store, world_study(world, slug), DOCUMENT_CONSENT, "en", &arena, &consent, &err));
    enrolment.consent_sha256 = consent.sha256;
    arena_close(&arena);
    secret_token_hash(token, &enrolment.token_hash);
    return enrolment;
}

static inline struct session_row world_enroll(struct world *world, const char *slug, const char *token)
{
    struct enrolment        enrolment = world_enrolment(world, slug, token, WORLD_NOW_MS);
    struct enrolment_result result    = {0};
    struct err              err       = {0};

    MUST(enroll_session(world->store, world->catalog, &enrolment, &result, &err));
    assert_true(result.is_new);
    return result.session;
}

static inline struct session_row world_session(struct world *world, int64_t session_id)
{
    struct session_row session = {0};
    struct err         err     = {0};

    MUST(store_session_by_id(world->store, session_id, &session, &err));
    return session;
}

/* Answer the comprehension questions all right. */
static inline void world_pass(struct world *world, const struct session_row *session, enum task_kind task)
{
    struct comprehension_answers answers = {.received_at_ms = WORLD_NOW_MS + 1000};
    struct err                   err     = {0};
    struct comprehension_result  result;

    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) answers.options[i] = task_comprehension(task)[i].right_option;
    MUST(record_comprehension(world->store, world->catalog, session->session_id, &answers, &result, &err));
    assert_true(result.is_passed);
}

static inline struct response world_response(enum phase phase, int trial_index, int response)
{
    return (struct response){.phase             = phase,
                             .trial_index       = trial_index,
                             .response          = response,
                             .rt_ms             = 500.25 + trial_index,
                             .onset_ms          = 10000.5 * (trial_index + 1),
                             .frame_ms          = trial_index == 0 ? (double)NAN : 16.7,
                             .is_visible        = true,
                             .is_fullscreen     = trial_index % 2 == 0,
                             .input             = INPUT_KEYBOARD,
                             .previous_reply_ms = trial_index == 0 ? (double)NAN : 12.5,
                             .received_at_ms    = WORLD_NOW_MS + 2000 + trial_index};
}

static inline bool world_try(struct world *world, const struct session_row *session, enum phase phase, int trial_index,
                             int response, struct receipt *receipt, struct err *err)
{
    struct response given = world_response(phase, trial_index, response);

    return record_trial(world->store, world->catalog, session->session_id, &given, receipt, err);
}

static inline struct receipt world_answer(struct world *world, const struct session_row *session, enum phase phase,
                                          int trial_index, int response)
{
    struct receipt receipt;
    struct err     err = {0};

    MUST(world_try(world, session, phase, trial_index, response, &receipt, &err));
    return receipt;
}

/* All of a session up to its last trial: practice left, then `responses` as in "1011". */
static inline void world_play(struct world *world, const struct session_row *session, const struct study *study,
                              const char *responses)
{
    world_pass(world, session, study->task);
    for (int i = 0; i < study->settings.practice_count; i++) world_answer(world, session, PHASE_PRACTICE, i, 0);
    for (int i = 0; responses[i] != '\0'; i++) world_answer(world, session, PHASE_MAIN, i, responses[i] - '0');
}

static inline void world_fill_questionnaire(struct world *world, const struct session_row *session, bool is_included)
{
    struct questionnaire_row row = {.session_id     = session->session_id,
                                    .gender         = "woman",
                                    .age            = 30,
                                    .strategy       = "by metal, \"mostly\"",
                                    .is_included    = is_included,
                                    .received_at_ms = WORLD_NOW_MS + 5000};
    struct err               err = {0};

    MUST(finish_record_questionnaire(world->store, world->catalog, &row, &err));
}

#endif
