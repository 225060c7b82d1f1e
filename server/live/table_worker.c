#include "live/table_worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "live/live_study.h"
#include "live/matrix_cache.h"
#include "live/nudge.h"
#include "live/value_table.h"

enum {
    CACHE_BYTES_MAX  = 256 * 1024 * 1024, /* five of the largest matrices of the papers */
    TABLES_PER_LOOK  = 64,                /* then look again what is wanted most */
    NICE_LOWEST      = 19,
    RETRY_MS         = 10 * 60 * 1000,
    WRITER_BUSY_MS   = 1000,
    FAILED_COUNT_MAX = 1024,      /* failures remembered; with so many something is badly wrong: rest until RETRY_MS are over */
    LOOK_AGAIN_MS    = 60 * 1000, /* without news: for failures that are to be tried again */
};

/* A table that could not be computed, or with condition_id 0 a representation that could not be read. */
struct failed {
    int64_t condition_id;
    int64_t representation_id;
    char    learner[LEARNER_TEXT_BYTES];
};

struct table_worker {
    struct table_worker_deps deps;
    struct nudge             nudge;
    pthread_t                thread;
    struct store            *store; /* all below belong to the thread */
    struct matrix_cache     *cache;
    struct failed            failed[FAILED_COUNT_MAX];
    int                      failed_count;
    int64_t                  forget_failed_at_us;
    struct wish_mark         mark;       /* as of the last look */
    int64_t                  look_at_us; /* when nothing was missing: the next look without a new mark */
};

/* One wish of one study. */
struct wish {
    const struct live_study   *study;
    const struct learner_spec *learner;
    struct wanted_table        wanted;
};

static bool is_stopped(void *argument)
{
    return nudge_is_stopped(&((struct table_worker *)argument)->nudge);
}

static bool has_failed(const struct table_worker *worker, const struct wish *wish)
{
    for (int i = 0; i < worker->failed_count; i++) {
        const struct failed *failed = &worker->failed[i];

        if (failed->representation_id != wish->wanted.representation_id) continue;
        if (failed->condition_id == 0) return true;
        if (failed->condition_id == wish->wanted.condition_id && strcmp(failed->learner, wish->learner->text) == 0) return true;
    }
    return false;
}

static void remember_failed(struct table_worker *worker, const struct wish *wish, int64_t condition_id, const struct err *err)
{
    struct failed *failed;

    if (worker->failed_count == 0)
        worker->forget_failed_at_us = clock_monotonic_us(worker->deps.clock) + (int64_t)RETRY_MS * 1000;
    if (worker->failed_count == FAILED_COUNT_MAX) return;
    failed                    = &worker->failed[worker->failed_count++];
    failed->condition_id      = condition_id;
    failed->representation_id = wish->wanted.representation_id;
    memcpy(failed->learner, wish->learner->text, sizeof failed->learner);
    log_error("study '%s': no value table of %s on representation %lld for condition %lld: %s", wish->study->slug,
              wish->learner->text, (long long)wish->wanted.representation_id, (long long)wish->wanted.condition_id, err->message);
}

static void forget_failed(struct table_worker *worker)
{
    if (clock_monotonic_us(worker->deps.clock) >= worker->forget_failed_at_us) worker->failed_count = 0;
}

struct insert_job {
    struct job                    job;
    const struct value_table_row *row;
};

static bool insert_run(struct job *job, struct store *store, struct err *err)
{
    return store_value_table_insert(store, ((struct insert_job *)job)->row, err);
}

/* ERR_BUSY of a crowded writer is not the table's fault: wait, participants first. */
static bool insert(struct table_worker *worker, const struct value_table_row *row, struct err *err)
{
    struct insert_job job = {.job = {.run = insert_run}, .row = row};

    while (!lane_run(worker->deps.writer, &job.job, err)) {
        if (err->kind != ERR_BUSY || is_stopped(worker)) return false;
        nudge_wait(&worker->nudge, WRITER_BUSY_MS);
    }
    if (worker->deps.fit_worker != NULL) fit_worker_nudge(worker->deps.fit_worker);
    return true;
}

/* Compute, or take over from a condition with the same content. */
static bool make_row(struct table_worker *worker, const struct wish *wish, const struct matrix *matrix, struct arena *arena,
                     struct value_table_row *row, struct err *err)
{
    struct value_table_input    input = {.task       = study_learner_task(wish->study->task),
                                         .learner    = wish->learner,
                                         .matrix     = matrix,
                                         .is_stopped = is_stopped,
                                         .argument   = worker};
    struct condition_trial_row *trials;
    struct secret_hash          key;
    bool                        is_found;

    value_table_key(&wish->wanted.condition_sha256, &wish->wanted.matrix_sha256, wish->learner, &key);
    if (!store_value_table_by_content(worker->store, &key, arena, row, &is_found, err)) return false;
    if (!is_found) {
        if (!store_condition_trials(worker->store, wish->wanted.condition_id, PHASE_MAIN, arena, &trials, &input.trial_count,
                                    err))
            return false;
        input.trials = trials;
        if (!value_table_fill(&input, worker->deps.clock, arena, row, err)) return false;
    }
    row->content_key       = key;
    row->condition_id      = wish->wanted.condition_id;
    row->representation_id = wish->wanted.representation_id;
    return true;
}

static void grant(struct table_worker *worker, const struct wish *wish)
{
    const struct matrix   *matrix = NULL;
    struct value_table_row row    = {0};
    struct arena           arena;
    struct err             err;

    arena_init(&arena);
    if (!matrix_cache_get(worker->cache, &wish->wanted.matrix_sha256, &matrix, &err))
        remember_failed(worker, wish, 0, &err);
    else if ((!make_row(worker, wish, matrix, &arena, &row, &err) || !insert(worker, &row, &err)) && !is_stopped(worker))
        remember_failed(worker, wish, wish->wanted.condition_id, &err);
    arena_close(&arena);
}

/* What the thread wants to know of all studies in one look; everything in `arena` but the studies. */
struct look {
    struct arena        arena;
    struct live_study **studies;
    int                 study_count;
    struct wish        *wishes; /* those of conditions being played first */
    int                 wish_count;
};

static void look_close(struct look *look)
{
    for (int i = 0; i < look->study_count; i++) live_study_free(look->studies[i]);
    arena_close(&look->arena);
}

static void add_wishes(struct look *look, const struct live_study *study, const struct learner_spec *learner,
                       const struct wanted_table *rows, int count, bool is_played)
{
    for (int i = 0; i < count && look->wish_count < TABLES_PER_LOOK; i++)
        if (rows[i].is_played == is_played)
            look->wishes[look->wish_count++] = (struct wish){.study = study, .learner = learner, .wanted = rows[i]};
}

static int without_failed(const struct table_worker *worker, const struct live_study *study, const struct learner_spec *learner,
                          struct wanted_table *rows, int count)
{
    int kept = 0;

    for (int i = 0; i < count; i++)
        if (!has_failed(worker, &(struct wish){.study = study, .learner = learner, .wanted = rows[i]})) rows[kept++] = rows[i];
    return kept;
}

static bool look_at_study(struct table_worker *worker, struct look *look, const struct live_study *study, bool is_played,
                          struct err *err)
{
    for (int i = 0; i < study->settings.learner_count; i++) {
        const struct learner_spec *learner = &study->settings.learners[i];
        struct wanted_table       *rows    = NULL;
        int                        count   = 0;

        if (!store_value_tables_wanted(worker->store, study->study_id, learner->text, &look->arena, &rows, &count, err))
            return false;
        count = without_failed(worker, study, learner, rows, count);
        add_wishes(look, study, learner, rows, count, is_played);
    }
    return true;
}

static bool load_studies(struct table_worker *worker, struct look *look, struct err *err)
{
    struct study_row *rows  = NULL;
    int               count = 0;

    if (!store_studies(worker->store, &look->arena, &rows, &count, err)) return false;
    look->studies = arena_alloc_array(&look->arena, (size_t)count, sizeof *look->studies);
    look->wishes  = arena_alloc_array(&look->arena, TABLES_PER_LOOK, sizeof *look->wishes);
    if (look->studies == NULL || look->wishes == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) {
        look->studies[look->study_count] = live_study_load(worker->store, rows[i].study_id, err);
        if (look->studies[look->study_count] == NULL) {
            log_error("study '%s' gets no value tables: %s", rows[i].slug, err->message);
            continue;
        }
        look->study_count++;
    }
    return true;
}

static bool look_around(struct table_worker *worker, struct look *look, struct err *err)
{
    if (!load_studies(worker, look, err)) return false;
    for (int i = 0; i < look->study_count; i++)
        if (!look_at_study(worker, look, look->studies[i], true, err)) return false;
    for (int i = 0; i < look->study_count && look->wish_count < TABLES_PER_LOOK; i++)
        if (!look_at_study(worker, look, look->studies[i], false, err)) return false;
    return true;
}

/* Most commits are responses, which change nothing here. An unreadable store is no news: the next look says what is wrong, and not more often. */
static bool has_news(struct table_worker *worker)
{
    struct wish_mark mark;
    struct err       err;

    if (!store_value_tables_wish_mark(worker->store, &mark, &err)) return false;
    return mark.session_id != worker->mark.session_id || mark.condition_id != worker->mark.condition_id;
}

static bool take_news(struct table_worker *worker)
{
    if (!nudge_is_given(&worker->nudge)) return false;
    nudge_wait(&worker->nudge, 0);
    return has_news(worker);
}

/* False when there was nothing to do. */
static bool work_once(struct table_worker *worker)
{
    struct look look = {0};
    struct err  err;
    bool        had_work = false;

    if (worker->failed_count == FAILED_COUNT_MAX) return false;
    arena_init(&look.arena);
    if (!store_value_tables_wish_mark(worker->store, &worker->mark, &err) || !look_around(worker, &look, &err))
        log_error("missing value tables could not be looked up: %s", err.message);
    else
        had_work = look.wish_count > 0;
    for (int i = 0; i < look.wish_count && !is_stopped(worker) && !take_news(worker); i++)
        if (!has_failed(worker, &look.wishes[i])) grant(worker, &look.wishes[i]);
    look_close(&look);
    return had_work;
}

static void rest(struct table_worker *worker)
{
    int64_t left_us = worker->look_at_us - clock_monotonic_us(worker->deps.clock);

    while (left_us > 0 && !is_stopped(worker) && !has_news(worker)) {
        nudge_wait(&worker->nudge, left_us / 1000 + 1);
        left_us = worker->look_at_us - clock_monotonic_us(worker->deps.clock);
    }
}

static void *table_worker_main(void *argument)
{
    struct table_worker *worker = argument;

    /* On Linux this is the thread's own. Not SCHED_IDLE: starved inside the allocator's or the writer's lock it would hold up others.
     */
    (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST);
    while (!is_stopped(worker)) {
        forget_failed(worker);
        if (work_once(worker)) continue;
        matrix_cache_clear(worker->cache);
        worker->look_at_us = clock_monotonic_us(worker->deps.clock) + (int64_t)LOOK_AGAIN_MS * 1000;
        rest(worker);
    }
    return NULL;
}

static void free_worker(struct table_worker *worker)
{
    matrix_cache_free(worker->cache);
    store_close(worker->store);
    nudge_close(&worker->nudge);
    free(worker);
}

struct table_worker *table_worker_start(const struct table_worker_deps *deps, struct err *err)
{
    struct table_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL) return err_no_memory(err), NULL;
    worker->deps = *deps;
    if (!nudge_init(&worker->nudge, err)) {
        free(worker);
        return NULL;
    }
    worker->store = store_open(deps->database_path, STORE_READ, err);
    worker->cache = worker->store == NULL ? NULL : matrix_cache_new(deps->folder, CACHE_BYTES_MAX, err);
    if (worker->cache != NULL && pthread_create(&worker->thread, NULL, table_worker_main, worker) == 0) return worker;
    if (worker->cache != NULL) err_set(err, ERR_INTERNAL, "the thread of the value tables could not be started");
    free_worker(worker);
    return NULL;
}

void table_worker_nudge(struct table_worker *worker)
{
    nudge_give(&worker->nudge);
}

void table_worker_stop(struct table_worker *worker)
{
    if (worker == NULL) return;
    nudge_stop(&worker->nudge);
    (void)pthread_join(worker->thread, NULL);
    free_worker(worker);
}
