/* small_lab.h - a data folder with one small study, its people, and the threads of the live layer; include after cmocka.h.
 *
 * Everything is seeded; a session's responses are those of `lab_response`. Nothing here waits by the clock. */
#ifndef DINOLAB_TESTS_SMALL_LAB_H
#define DINOLAB_TESTS_SMALL_LAB_H

#include <math.h>
#include <stdatomic.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "base/rng.h"
#include "live/fit_worker.h"
#include "live/live_session.h"
#include "live/table_worker.h"
#include "live/value_table.h"
#include "model/npy.h"
#include "store/migrate.h"
#include "store/store_record.h"

enum {
    LAB_STIMULI         = 48,
    LAB_TRIALS          = 20,
    LAB_PRACTICE        = 2, /* reward only */
    LAB_CONDITIONS      = 2,
    LAB_REPRESENTATIONS = 2,
    LAB_LEARNERS        = 2,
    LAB_MODELS          = LAB_REPRESENTATIONS * LAB_LEARNERS,
    LAB_FEATURES        = 5,
    LAB_STARTED_AT_MS   = 1000 * 1000,
};

struct lab {
    struct scratch               scratch;
    struct data_folder           folder;
    char                         database[PATH_BYTES];
    enum task_kind               task;
    int64_t                      study_id;
    int64_t                      condition_ids[LAB_CONDITIONS];
    struct store                *store; /* for writing; NULL while the lab is open */
    struct lane                 *writer;
    struct hub                  *hub;
    struct table_worker         *table_worker;
    struct table_progress       *table_progress;
    _Atomic(struct fit_worker *) fit_worker; /* read by the writer's thread */
    const struct clock          *clock;      /* of the fit worker, as the next; set after the lab was made; NULL: the system's */
    struct meters               *meters;     /* NULL: none */
};

static const char *const LAB_LEARNER_TEXTS[][LAB_LEARNERS] = {
    [TASK_CATEGORY] = {"logistic_ridge", "chance"}, [TASK_REWARD] = {"bayes_ridge", "bayes_ridge:standardize=all"}};

/* --- material --- */

static inline void lab_hash(struct secret_hash *out, const char *what, int number)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%s %d", what, number);
    secret_sha256_of(text, strlen(text), out);
}

static inline int64_t lab_add_stimuli(struct lab *lab)
{
    struct stimulus_set_row set = {.name = "small", .created_at_ms = LAB_STARTED_AT_MS};
    struct err              err;
    int64_t                 id;

    lab_hash(&set.sha256, "set", 0);
    MUST(store_stimulus_set_insert(lab->store, &set, &id, &err));
    for (int i = 0; i < LAB_STIMULI; i++) {
        char                name[24];
        struct media_row    media    = {.media_type = "image/png", .byte_count = 1};
        struct stimulus_row stimulus = {.row_index = i, .name = name, .object = name};

        (void)snprintf(name, sizeof name, "thing-%d", i);
        lab_hash(&media.sha256, "media", i);
        stimulus.media_sha256 = media.sha256;
        MUST(store_media_insert(lab->store, &media, &err));
        MUST(store_stimulus_insert(lab->store, id, &stimulus, &err));
    }
    return id;
}

static inline void lab_add_representation(struct lab *lab, int64_t set_id, int number)
{
    struct matrix             matrix = {LAB_STIMULI, LAB_FEATURES, NULL};
    struct representation_row row    = {
           .stimulus_set_id = set_id, .family = "task", .description = "Random numbers.", .feature_count = LAB_FEATURES};
    char       path[PATH_BYTES];
    struct rng rng;
    struct err err;
    int64_t    id;

    (void)snprintf(row.name, sizeof row.name, "random-%d", number);
    matrix.values = calloc(LAB_STIMULI * LAB_FEATURES, sizeof(double));
    assert_non_null(matrix.values);
    rng_init(&rng, 50 + (uint64_t)number);
    for (int i = 0; i < LAB_STIMULI * LAB_FEATURES; i++) matrix.values[i] = rng_normal(&rng);
    lab_hash(&row.matrix_sha256, "matrix", number);
    data_folder_matrix(&lab->folder, &row.matrix_sha256, path);
    MUST(npy_write_file(path, &matrix, &err));
    matrix_close(&matrix);
    MUST(store_representation_insert(lab->store, &row, &id, &err));
    MUST(store_study_representation_insert(lab->store, lab->study_id, id, number, &err));
}

static inline void lab_add_study(struct lab *lab, int64_t set_id)
{
    struct study_row      row = {.slug = "small", .title = "A \"small\" study", .state = "open", .stimulus_set_id = set_id};
    struct study_settings settings;
    struct text           text;
    struct err            err;

    study_settings_default(lab->task, &settings);
    settings.trial_count    = LAB_TRIALS;
    settings.practice_count = lab->task == TASK_REWARD ? LAB_PRACTICE : 0;
    settings.learner_count  = LAB_LEARNERS;
    for (int i = 0; i < LAB_LEARNERS; i++)
        MUST(learner_spec_read(LAB_LEARNER_TEXTS[lab->task][i], study_learner_task(lab->task), &settings.learners[i], &err));
    text_init(&text);
    study_settings_write(&settings, &text);
    row.settings = text.data;
    (void)snprintf(row.task, sizeof row.task, "%s", task_name(lab->task));
    lab_hash(&row.settings_sha256, "settings", 0);
    MUST(store_study_insert(lab->store, &row, &lab->study_id, &err));
    text_close(&text);
}

/* Stimuli have the ids 1, 2, ... in their order. */
static inline struct condition_trial_row lab_planned(const struct lab *lab, struct rng *rng, int index, int stimulus)
{
    struct condition_trial_row row = {.trial_index = index, .left_stimulus_id = stimulus + 1};

    if (lab->task == TASK_CATEGORY) {
        (void)snprintf(row.category, sizeof row.category, "%s", rng_below(rng, 2) == 1 ? "julty" : "folty");
        return row;
    }
    row.right_stimulus_id = stimulus + 2;
    row.left_points       = (int)rng_below(rng, 101);
    row.right_points      = index == 3 ? row.left_points : (int)rng_below(rng, 101); /* trial 3 is a tie */
    return row;
}

static inline void lab_add_condition(struct lab *lab, int number, int content)
{
    struct condition_row row = {.study_id = lab->study_id, .condition_number = number + 1};
    struct rng           rng;
    struct err           err;
    int                  width = lab->task == TASK_REWARD ? 2 : 1;

    (void)snprintf(row.high_dinosaur, sizeof row.high_dinosaur, "%s", lab->task == TASK_CATEGORY ? "folty" : "");
    row.points_max = 100;
    lab_hash(&row.sha256, "condition", content);
    MUST(store_condition_insert(lab->store, &row, &lab->condition_ids[number], &err));
    rng_init(&rng, 70 + (uint64_t)content);
    for (int i = 0; i < LAB_TRIALS; i++) {
        struct condition_trial_row trial = lab_planned(lab, &rng, i, width * i + content);

        MUST(store_condition_trial_insert(lab->store, lab->condition_ids[number], PHASE_MAIN, &trial, &err));
    }
    for (int i = 0; lab->task == TASK_REWARD && i < LAB_PRACTICE; i++) {
        struct condition_trial_row trial = lab_planned(lab, &rng, i, LAB_STIMULI - 2 - 2 * i);

        MUST(store_condition_trial_insert(lab->store, lab->condition_ids[number], PHASE_PRACTICE, &trial, &err));
    }
}

/* A closed lab: a database with the study and nobody in it, `store` open for writing. Equal contents make equal conditions. */
static inline void lab_make_sized(struct lab *lab, enum task_kind task, const int contents[LAB_CONDITIONS],
                                  int representation_count)
{
    struct migration_list migrations = migrations_embedded();
    struct err            err;
    int64_t               set_id;

    *lab = (struct lab){.task = task};
    scratch_make(&lab->scratch);
    MUST(secret_init(&err));
    MUST(data_folder_open(lab->scratch.path, &lab->folder, &err));
    data_folder_database(&lab->folder, lab->database);
    MUST(store_migrate(lab->database, &migrations, &err));
    lab->store = store_open(lab->database, STORE_WRITE, &err);
    assert_non_null(lab->store);
    MUST(store_begin(lab->store, &err));
    set_id = lab_add_stimuli(lab);
    lab_add_study(lab, set_id);
    for (int i = 0; i < representation_count; i++) lab_add_representation(lab, set_id, i);
    for (int i = 0; i < LAB_CONDITIONS; i++) lab_add_condition(lab, i, contents[i]);
    MUST(store_commit(lab->store, &err));
}

static inline void lab_make_with(struct lab *lab, enum task_kind task, const int contents[LAB_CONDITIONS])
{
    lab_make_sized(lab, task, contents, LAB_REPRESENTATIONS);
}

static inline void lab_make(struct lab *lab, enum task_kind task)
{
    lab_make_with(lab, task, (const int[LAB_CONDITIONS]){0, 1});
}

static inline void lab_remove(struct lab *lab)
{
    store_close(lab->store);
    scratch_remove(&lab->scratch);
}

/* --- the server's threads --- */

static inline void lab_nudge(void *argument)
{
    struct fit_worker *worker = atomic_load(&((struct lab *)argument)->fit_worker);

    if (worker != NULL) fit_worker_nudge(worker);
}

static inline void lab_open(struct lab *lab)
{
    struct lane_settings   writer = {.kind               = LANE_WRITER,
                                     .database_path      = lab->database,
                                     .queue_max          = 1000,
                                     .committed          = lab_nudge,
                                     .committed_argument = lab};
    struct fit_worker_deps deps   = {
          .database_path = lab->database, .clock = lab->clock != NULL ? lab->clock : &CLOCK_SYSTEM, .meters = lab->meters};
    struct err err = {0};

    store_close(lab->store);
    lab->store  = NULL;
    lab->writer = lane_start(&writer, &err);
    lab->hub    = hub_new(&err);
    assert_non_null(lab->writer);
    assert_non_null(lab->hub);
    deps.writer = lab->writer;
    deps.hub    = lab->hub;
    atomic_store(&lab->fit_worker, fit_worker_start(&deps, &err));
    if (atomic_load(&lab->fit_worker) == NULL) fail_msg("%s", err.message);
}

static inline void lab_open_tables_with(struct lab *lab, int thread_count)
{
    struct table_worker_deps deps = {.database_path = lab->database,
                                     .folder        = &lab->folder,
                                     .writer        = lab->writer,
                                     .fit_worker    = atomic_load(&lab->fit_worker),
                                     .clock         = &CLOCK_SYSTEM,
                                     .thread_count  = thread_count};
    struct err               err;

    lab->table_progress = table_progress_new(&err);
    assert_non_null(lab->table_progress);
    deps.progress     = lab->table_progress;
    lab->table_worker = table_worker_start(&deps, &err);
    assert_non_null(lab->table_worker);
}

static inline void lab_open_tables(struct lab *lab)
{
    lab_open_tables_with(lab, 0);
}

static inline void lab_close(struct lab *lab)
{
    struct err err;

    lane_stop(lab->writer);
    table_worker_stop(lab->table_worker);
    table_progress_free(lab->table_progress);
    fit_worker_stop(atomic_load(&lab->fit_worker));
    atomic_store(&lab->fit_worker, NULL);
    lane_free(lab->writer);
    hub_free(lab->hub);
    lab->table_worker   = NULL;
    lab->table_progress = NULL;
    lab->store          = store_open(lab->database, STORE_WRITE, &err);
    assert_non_null(lab->store);
}

/* --- people --- */

/* Something to be written, by the writer's thread or at once while the lab is closed. */
struct lab_job {
    struct job job;
    bool (*write)(struct lab_job *job, struct store *store, struct err *err);
    struct session_row session;
    struct trial_row   trial;
    enum session_state state;
};

static inline bool lab_job_run(struct job *job, struct store *store, struct err *err)
{
    return ((struct lab_job *)job)->write((struct lab_job *)job, store, err);
}

static inline void lab_write(struct lab *lab, struct lab_job *job)
{
    struct err err;

    if (lab->store != NULL) {
        MUST(job->write(job, lab->store, &err));
        return;
    }
    job->job.run = lab_job_run;
    MUST(lane_run(lab->writer, &job->job, &err));
}

static inline bool lab_write_session(struct lab_job *job, struct store *store, struct err *err)
{
    static const struct session_provenance PROVENANCE = {.program_version = "test"};
    struct session_admission               admission  = {0};

    lab_hash(&admission.token_hash, job->session.public_id, 0);
    return store_session_insert(store, &job->session, &admission, &PROVENANCE, err) &&
           store_session_pass_comprehension(store, job->session.session_id, LAB_STARTED_AT_MS + 1, err);
}

static inline int64_t lab_enroll(struct lab *lab, const char *public_id, int condition)
{
    struct lab_job job = {.write   = lab_write_session,
                          .session = {.study_id        = lab->study_id,
                                      .condition_id    = lab->condition_ids[condition],
                                      .consented_at_ms = LAB_STARTED_AT_MS}};

    (void)snprintf(job.session.public_id, sizeof job.session.public_id, "%s", public_id);
    lab_write(lab, &job);
    return job.session.session_id;
}

/* What the session answers at a trial. */
static inline int lab_response(int64_t session_id, int index)
{
    struct rng rng;

    rng_init(&rng, (uint64_t)(1000 * session_id + index));
    return (int)rng_below(&rng, 2);
}

static inline bool lab_write_trial(struct lab_job *job, struct store *store, struct err *err)
{
    return store_trial_insert(store, &job->trial, err);
}

/* The totals are made up but simple: every second response is correct. */
static inline void lab_respond_at(struct lab *lab, int64_t session_id, enum phase phase, int index, int64_t received_at_ms)
{
    struct lab_job job = {.write = lab_write_trial,
                          .trial = {.session_id        = session_id,
                                    .phase             = phase,
                                    .trial_index       = index,
                                    .response          = lab_response(session_id, index),
                                    .is_correct        = index % 2 == 0,
                                    .rt_ms             = 400.5 + index,
                                    .onset_ms          = 1000.0 * index,
                                    .frame_ms          = (double)NAN,
                                    .is_visible        = true,
                                    .input             = "keyboard",
                                    .previous_reply_ms = (double)NAN,
                                    .received_at_ms    = received_at_ms,
                                    .total_correct     = index / 2 + 1,
                                    .total_scored      = index + 1}};

    lab_write(lab, &job);
}

static inline void lab_respond_in(struct lab *lab, int64_t session_id, enum phase phase, int index)
{
    lab_respond_at(lab, session_id, phase, index, LAB_STARTED_AT_MS + 1000 * (index + 1));
}

static inline void lab_respond(struct lab *lab, int64_t session_id, int index)
{
    lab_respond_in(lab, session_id, PHASE_MAIN, index);
}

static inline bool lab_write_end(struct lab_job *job, struct store *store, struct err *err)
{
    return store_session_end(store, job->session.session_id, job->state, LAB_STARTED_AT_MS + 500000, err);
}

static inline void lab_end(struct lab *lab, int64_t session_id, enum session_state state)
{
    struct lab_job job = {.write = lab_write_end, .session = {.session_id = session_id}, .state = state};

    lab_write(lab, &job);
}

#endif
