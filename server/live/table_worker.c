#include "live/table_worker_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/parallel.h"
#include "live/value_table.h"

enum {
    WRITER_BUSY_MS  = 1000,
    TABLES_PER_LOOK = 64, /* of each thread; then look again what is wanted most */
    NICE_LOWEST     = 19,
    RETRY_MS        = 10 * 60 * 1000,
    NEWS_PAUSE_MS   = 50,        /* thousands of responses a second nudge for nothing */
    LOOK_AGAIN_MS   = 60 * 1000, /* without news: for failures that are to be tried again */
};

bool table_worker_is_stopped(void *worker)
{
    return nudge_is_stopped(&((struct table_worker *)worker)->nudge);
}

bool table_worker_store(struct table_thread *thread, struct job *job, struct err *err)
{
    while (!lane_run(thread->worker->deps.writer, job, err)) {
        if (err->kind != ERR_BUSY || table_worker_is_stopped(thread->worker)) return false;
        nudge_wait(&thread->pause, WRITER_BUSY_MS);
    }
    return true;
}

/* --- failures --- */

static void note_failed(struct table_worker *worker, const struct table_wish *wish, bool is_representation, const struct err *err)
{
    if (!table_queue_note_failed(worker->queue, wish, is_representation)) return;
    if (is_representation)
        table_progress_fail_representation(worker->deps.progress, wish->representation_id);
    else
        table_progress_add_failed(worker->deps.progress, wish->study_id, wish->model_index);
    log_error("study '%s': no value table of %s on representation %lld for condition %lld: %s", wish->study_slug,
              wish->learner.text, (long long)wish->representation_id, (long long)wish->condition_id, err->message);
}

/* By the thread that looks. The time counts from the first look that sees a failure. */
static void forget_failed(struct table_worker *worker)
{
    const int64_t now_us = clock_monotonic_us(worker->deps.clock);

    if (table_queue_failed_count(worker->queue) == 0 && !worker->has_metric_failures) return;
    if (!worker->has_failures) {
        worker->has_failures        = true;
        worker->forget_failed_at_us = now_us + (int64_t)RETRY_MS * 1000;
    } else if (now_us >= worker->forget_failed_at_us) {
        worker->has_failures = worker->has_metric_failures = false;
        table_queue_forget_failed(worker->queue);
        metric_look_forget_failed(worker->metric_look);
        table_progress_forget_failed(worker->deps.progress);
    }
}

/* --- a wish --- */

struct insert_job {
    struct job                    job;
    const struct value_table_row *row;
};

static bool insert_run(struct job *job, struct store *store, struct err *err)
{
    return store_value_table_insert(store, ((struct insert_job *)job)->row, err);
}

static bool insert(struct table_thread *thread, const struct value_table_row *row, struct err *err)
{
    struct insert_job job = {.job = {.run = insert_run}, .row = row};

    if (!table_worker_store(thread, &job.job, err)) return false;
    if (thread->worker->deps.fit_worker != NULL) fit_worker_nudge(thread->worker->deps.fit_worker);
    return true;
}

/* Compute, or take over from a condition with the same content. *is_there: it is stored already. */
static bool make_row(struct table_thread *thread, const struct table_wish *wish, const struct npy_rows *matrix,
                     struct arena *arena, struct value_table_row *row, bool *is_there, struct err *err)
{
    struct value_table_input    input = {.task       = wish->task,
                                         .learner    = &wish->learner,
                                         .matrix     = matrix,
                                         .is_stopped = table_worker_is_stopped,
                                         .argument   = thread->worker};
    struct condition_trial_row *trials;
    struct secret_hash          key;
    bool                        is_found;

    *is_there = false;
    value_table_key(&wish->condition_sha256, &wish->matrix_sha256, &wish->learner, &key);
    if (!store_value_table_by_content(thread->store, &key, arena, row, &is_found, err)) return false;
    if (is_found) {
        *is_there = row->condition_id == wish->condition_id && row->representation_id == wish->representation_id;
    } else {
        if (!store_condition_trials(thread->store, wish->condition_id, PHASE_MAIN, arena, &trials, &input.trial_count, err))
            return false;
        input.trials = trials;
        if (!value_table_fill(&input, thread->worker->deps.clock, arena, row, err)) return false;
    }
    row->content_key       = key;
    row->condition_id      = wish->condition_id;
    row->representation_id = wish->representation_id;
    return true;
}

static void grant(struct table_thread *thread, const struct table_wish *wish)
{
    struct table_worker   *worker = thread->worker;
    struct npy_rows       *matrix = NULL;
    struct value_table_row row    = {0};
    bool                   is_there;
    struct arena           arena;
    struct err             err;

    arena_init(&arena);
    matrix = value_table_open_matrix(&worker->folder, &wish->matrix_sha256, &err);
    if (matrix == NULL) {
        note_failed(worker, wish, true, &err);
    } else if (!make_row(thread, wish, matrix, &arena, &row, &is_there, &err) || (!is_there && !insert(thread, &row, &err))) {
        if (!table_worker_is_stopped(worker)) note_failed(worker, wish, false, &err);
    } else if (!is_there) {
        table_progress_add_ready(worker->deps.progress, wish->study_id, wish->model_index, row.compute_ms);
    }
    npy_rows_close(matrix);
    arena_close(&arena);
}

/* --- news --- */

/* Most commits are responses, which change nothing here. An unreadable store is no news: the next look says what is wrong, and not more often. */
static bool has_news(struct table_thread *thread)
{
    struct table_worker *worker = thread->worker;
    struct wish_mark     mark;
    struct err           err;

    if (!store_value_tables_wish_mark(thread->store, &mark, &err)) return false;
    return mark.session_id != atomic_load(&worker->marked_session_id) ||
           mark.condition_id != atomic_load(&worker->marked_condition_id);
}

/* True when what is wanted most may be another table than this: whoever asks next looks. The nudge is passed on, as the one that looks
 * may be at rest. */
static bool gives_way(struct table_thread *thread)
{
    struct table_worker *worker = thread->worker;

    const bool is_due = !thread->gave_way; /* however many come: every other wish is granted */

    thread->gave_way = false;
    if (!is_due || !nudge_is_given(&worker->nudge)) return false;
    nudge_wait(&worker->nudge, 0);
    if (!has_news(thread)) return false;
    thread->gave_way = true;
    table_queue_drop(worker->queue);
    nudge_give(&worker->nudge);
    return true;
}

static void rest(struct table_thread *thread)
{
    struct table_worker *worker  = thread->worker;
    const int64_t        look_us = clock_monotonic_us(worker->deps.clock) + (int64_t)LOOK_AGAIN_MS * 1000;
    int64_t              left_us = (int64_t)LOOK_AGAIN_MS * 1000;

    while (left_us > 0 && !table_worker_is_stopped(worker) && !has_news(thread)) {
        nudge_wait(&worker->nudge, left_us / 1000 + 1);
        nudge_wait(&thread->pause, NEWS_PAUSE_MS);
        left_us = look_us - clock_monotonic_us(worker->deps.clock);
    }
}

/* --- the look --- */

static int look_once(struct table_thread *thread)
{
    struct table_worker *worker = thread->worker;
    struct wish_mark     mark;
    struct err           err;
    int                  count = 0;

    if (!store_value_tables_wish_mark(thread->store, &mark, &err)) goto failed;
    atomic_store(&worker->marked_session_id, mark.session_id);
    atomic_store(&worker->marked_condition_id, mark.condition_id);
    if (table_queue_is_hopeless(worker->queue)) return 0;
    if (!table_look_around(worker->look, thread->store, worker->wishes, worker->wish_max, &count, &err)) goto failed;
    return count;
failed:
    log_error("missing value tables could not be looked up: %s", err.message);
    return 0;
}

/* Until something is found. */
static void look(struct table_thread *thread)
{
    struct table_worker *worker = thread->worker;

    while (!table_worker_is_stopped(worker)) {
        int count;

        forget_failed(worker);
        count = look_once(thread);
        if (table_queue_put(worker->queue, worker->wishes, count) > 0) return;
        if (!table_worker_measure_next(thread)) rest(thread);
    }
}

static void *table_thread_main(void *argument)
{
    struct table_thread *thread = argument;
    struct table_worker *worker = thread->worker;
    struct table_wish    wish;
    enum table_order     order;

    /* On Linux this is the thread's own. Not SCHED_IDLE: starved inside the allocator's or the writer's lock it would hold up others.
     */
    (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST);
    while ((order = table_queue_next(worker->queue, thread->number, &wish)) != TABLE_ORDER_STOP) {
        if (order == TABLE_ORDER_LOOK) {
            look(thread);
        } else {
            if (!gives_way(thread) && !table_queue_has_failed(worker->queue, &wish)) grant(thread, &wish);
            table_queue_done(worker->queue, thread->number);
        }
    }
    return NULL;
}

/* --- life --- */

static void join(struct table_worker *worker)
{
    nudge_stop(&worker->nudge);
    for (int i = 0; i < worker->thread_count; i++)
        if (worker->threads[i].has_pause) nudge_stop(&worker->threads[i].pause);
    if (worker->queue != NULL) table_queue_stop(worker->queue);
    for (int i = 0; i < worker->thread_count; i++)
        if (worker->threads[i].is_started) (void)pthread_join(worker->threads[i].thread, NULL);
}

static void free_worker(struct table_worker *worker)
{
    for (int i = 0; i < worker->thread_count; i++) {
        store_close(worker->threads[i].store);
        if (worker->threads[i].has_pause) nudge_close(&worker->threads[i].pause);
    }
    table_look_free(worker->look);
    metric_look_free(worker->metric_look);
    table_queue_free(worker->queue);
    free(worker->wishes);
    nudge_close(&worker->nudge);
    free(worker);
}

static int threads_wanted(const struct table_worker_deps *deps)
{
    const int count = deps->thread_count > 0 ? deps->thread_count : parallel_core_count();

    return count < THREAD_MAX ? count : THREAD_MAX;
}

static bool prepare(struct table_worker *worker, struct err *err)
{
    worker->thread_count = threads_wanted(&worker->deps);
    worker->wish_max     = TABLES_PER_LOOK * worker->thread_count;
    worker->wishes       = calloc((size_t)worker->wish_max, sizeof *worker->wishes);
    if (worker->wishes == NULL) return err_no_memory(err);
    worker->queue = table_queue_new(worker->thread_count, worker->wish_max, err);
    if (worker->queue == NULL) return false;
    worker->look = table_look_new(worker->queue, worker->deps.progress, err);
    if (worker->look == NULL) return false;
    worker->metric_look = metric_look_new(err);
    if (worker->metric_look == NULL) return false;
    for (int i = 0; i < worker->thread_count; i++) {
        struct table_thread *thread = &worker->threads[i];

        *thread           = (struct table_thread){.worker = worker, .number = i};
        thread->has_pause = nudge_init(&thread->pause, err);
        if (!thread->has_pause) return false;
        thread->store = store_open(worker->deps.database_path, STORE_READ, err);
        if (thread->store == NULL) return false;
    }
    table_progress_set_thread_count(worker->deps.progress, worker->thread_count);
    return true;
}

static bool start_threads(struct table_worker *worker, struct err *err)
{
    for (int i = 0; i < worker->thread_count; i++) {
        struct table_thread *thread = &worker->threads[i];

        if (pthread_create(&thread->thread, NULL, table_thread_main, thread) != 0)
            return err_set(err, ERR_INTERNAL, "a thread of the value tables could not be started");
        thread->is_started = true;
    }
    return true;
}

struct table_worker *table_worker_start(const struct table_worker_deps *deps, struct err *err)
{
    struct table_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL) return err_no_memory(err), NULL;
    worker->deps   = *deps;
    worker->folder = *deps->folder;
    if (!nudge_init(&worker->nudge, err)) {
        free(worker);
        return NULL;
    }
    if (prepare(worker, err) && start_threads(worker, err)) return worker;
    join(worker);
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
    join(worker);
    free_worker(worker);
}
