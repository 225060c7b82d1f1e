#include "study/import_queue.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/log.h"
#include "base/parallel.h"
#include "study/import_pictures.h"

enum { WRITER_BUSY_S = 1, NICE_LOWEST = 19 };

struct entry {
    int64_t              id; /* 0: free */
    bool                 is_begun;
    struct import_status status;
};

struct import_queue {
    struct import_queue_deps deps;
    struct store            *store; /* for reading; the thread's */
    pthread_t                thread;
    pthread_mutex_t          mutex; /* over all below */
    pthread_cond_t           condition;
    bool                     is_stopped;
    int64_t                  last_id;
    struct entry             entries[IMPORT_REMEMBERED_MAX];
};

/* --- under the lock --- */

static bool is_stopped(struct import_queue *queue)
{
    bool stopped;

    (void)pthread_mutex_lock(&queue->mutex);
    stopped = queue->is_stopped;
    (void)pthread_mutex_unlock(&queue->mutex);
    return stopped;
}

/* A free place, or that of the oldest that has ended. */
static struct entry *find_place(struct import_queue *queue)
{
    struct entry *oldest = NULL;

    for (int i = 0; i < IMPORT_REMEMBERED_MAX; i++) {
        struct entry *entry = &queue->entries[i];

        if (entry->id == 0) return entry;
        if (entry->status.state != IMPORT_RUNNING && (oldest == NULL || entry->id < oldest->id)) oldest = entry;
    }
    return oldest;
}

bool import_queue_add(struct import_queue *queue, const struct import_wish *wish, int64_t *id, struct err *err)
{
    struct entry *entry;

    (void)pthread_mutex_lock(&queue->mutex);
    entry = find_place(queue);
    if (entry != NULL) {
        text_close(&entry->status.problems);
        *entry = (struct entry){.id = ++queue->last_id, .status = {.wish = *wish, .left_ms = -1}};
        text_init(&entry->status.problems);
        *id = entry->id;
        (void)pthread_cond_broadcast(&queue->condition);
    }
    (void)pthread_mutex_unlock(&queue->mutex);
    return entry != NULL ? true : err_set(err, ERR_BUSY, "%d imports are waiting already", IMPORT_REMEMBERED_MAX);
}

bool import_queue_look(struct import_queue *queue, int64_t id, struct import_status *out, struct err *err)
{
    bool is_found = false;

    (void)pthread_mutex_lock(&queue->mutex);
    for (int i = 0; i < IMPORT_REMEMBERED_MAX && !is_found; i++) {
        const struct import_status *status = &queue->entries[i].status;

        if (id < 1 || queue->entries[i].id != id) continue;
        is_found = true;
        *out     = *status;
        text_init(&out->problems);
        text_append(&out->problems, status->problems.length == 0 ? "" : status->problems.data, status->problems.length);
    }
    (void)pthread_mutex_unlock(&queue->mutex);
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no import %lld, or no more", (long long)id);
}

/* The one that waits longest, marked as begun; NULL when the queue is stopped. */
static struct entry *wait_for_entry(struct import_queue *queue, struct import_wish *wish)
{
    struct entry *next = NULL;

    (void)pthread_mutex_lock(&queue->mutex);
    while (next == NULL && !queue->is_stopped) {
        for (int i = 0; i < IMPORT_REMEMBERED_MAX; i++) {
            struct entry *entry = &queue->entries[i];

            if (entry->id != 0 && !entry->is_begun && (next == NULL || entry->id < next->id)) next = entry;
        }
        if (next == NULL) (void)pthread_cond_wait(&queue->condition, &queue->mutex);
    }
    if (queue->is_stopped) next = NULL;
    if (next != NULL) {
        next->is_begun = true;
        *wish          = next->status.wish;
    }
    (void)pthread_mutex_unlock(&queue->mutex);
    return next;
}

/* --- one import --- */

struct work {
    struct import_queue *queue;
    struct entry        *entry; /* not given to another while it is running */
};

static bool tell(void *argument, int done_count, int total_count, int64_t left_ms)
{
    const struct work *work = argument;

    (void)pthread_mutex_lock(&work->queue->mutex);
    work->entry->status.done_count  = done_count;
    work->entry->status.total_count = total_count;
    work->entry->status.left_ms     = left_ms;
    (void)pthread_mutex_unlock(&work->queue->mutex);
    return !is_stopped(work->queue);
}

struct write_job {
    struct job    job;
    import_write *work;
    void         *argument;
};

static bool write_run(struct job *job, struct store *store, struct err *err)
{
    const struct write_job *write = (struct write_job *)job;

    return write->work(store, write->argument, err);
}

static void pause_for_writer(struct import_queue *queue)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WRITER_BUSY_S;
    (void)pthread_mutex_lock(&queue->mutex);
    if (!queue->is_stopped) (void)pthread_cond_timedwait(&queue->condition, &queue->mutex, &until);
    (void)pthread_mutex_unlock(&queue->mutex);
}

/* What participants send goes first: a full queue is waited for. */
static bool write_by_lane(void *argument, import_write *work, void *work_argument, struct err *err)
{
    struct import_queue *queue = argument;
    struct write_job     job   = {.job = {.run = write_run}, .work = work, .argument = work_argument};

    while (!lane_run(queue->deps.writer, &job.job, err)) {
        if (err->kind != ERR_BUSY || is_stopped(queue)) return false;
        pause_for_writer(queue);
    }
    return true;
}

static bool run_import(struct work *work, const struct import_wish *wish, struct import_report *report, struct err *err)
{
    struct import_queue   *queue  = work->queue;
    struct import_pictures import = {.folder             = queue->deps.folder,
                                     .store              = queue->store,
                                     .writer             = {.run = write_by_lane, .argument = queue},
                                     .watch              = {.tell = tell, .argument = work},
                                     .set                = wish->set,
                                     .leaves_out_damaged = wish->leaves_out_damaged,
                                     .thread_count       = parallel_core_count(),
                                     .now_ms             = clock_wall_ms(queue->deps.clock)};
    struct picture_source *source;
    struct upload          upload;
    bool                   ok;

    if (!upload_whole(queue->deps.folder, wish->upload, &upload, err)) return false;
    source = picture_source_open(upload.path, import.thread_count, err);
    if (source == NULL) return false;
    import.source = source;
    ok            = import_pictures(&import, report, err);
    picture_source_close(source);
    if (ok) upload_delete(queue->deps.folder, wish->upload);
    return ok;
}

static void finish(struct work *work, bool is_ok, struct import_report *report, const struct err *err)
{
    struct import_status *status = &work->entry->status;
    struct text           swap;

    (void)pthread_mutex_lock(&work->queue->mutex);
    if (is_ok)
        (void)snprintf(status->message, sizeof status->message, "%d pictures; %d come more than once, %d were left out",
                       report->stimulus_count, report->duplicate_count, report->damaged_count);
    else
        (void)snprintf(status->message, sizeof status->message, "%s", err->message);
    swap             = status->problems;
    status->problems = report->problems;
    report->problems = swap;
    status->left_ms  = is_ok ? 0 : -1;
    status->state    = is_ok ? IMPORT_DONE : IMPORT_FAILED; /* last: the place may now be given away */
    (void)pthread_mutex_unlock(&work->queue->mutex);
}

static void *queue_main(void *argument)
{
    struct import_queue *queue = argument;
    struct import_wish   wish;
    struct entry        *entry;

    (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST); /* on Linux this thread's and those that it starts */
    while ((entry = wait_for_entry(queue, &wish)) != NULL) {
        struct work          work = {.queue = queue, .entry = entry};
        struct import_report report;
        struct err           err;
        bool                 ok;

        import_report_init(&report);
        ok = run_import(&work, &wish, &report, &err);
        if (ok)
            log_info("stimulus set '%s' imported: %d pictures", wish.set, report.stimulus_count);
        else
            log_warning("stimulus set '%s' was not imported: %s", wish.set, err.message);
        finish(&work, ok, &report, &err);
        import_report_close(&report);
    }
    return NULL;
}

/* --- life --- */

static void free_queue(struct import_queue *queue)
{
    for (int i = 0; i < IMPORT_REMEMBERED_MAX; i++) text_close(&queue->entries[i].status.problems);
    store_close(queue->store);
    (void)pthread_cond_destroy(&queue->condition);
    (void)pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

struct import_queue *import_queue_start(const struct import_queue_deps *deps, struct err *err)
{
    struct import_queue *queue = calloc(1, sizeof *queue);

    if (queue == NULL) return err_no_memory(err), NULL;
    queue->deps = *deps;
    for (int i = 0; i < IMPORT_REMEMBERED_MAX; i++) text_init(&queue->entries[i].status.problems);
    (void)pthread_mutex_init(&queue->mutex, NULL);
    (void)pthread_cond_init(&queue->condition, NULL);
    queue->store = store_open(deps->database_path, STORE_READ, err);
    if (queue->store != NULL && pthread_create(&queue->thread, NULL, queue_main, queue) == 0) return queue;
    if (queue->store != NULL) err_set(err, ERR_INTERNAL, "the thread of the imports could not be started");
    free_queue(queue);
    return NULL;
}

void import_queue_stop(struct import_queue *queue)
{
    if (queue == NULL) return;
    (void)pthread_mutex_lock(&queue->mutex);
    queue->is_stopped = true;
    (void)pthread_cond_broadcast(&queue->condition);
    (void)pthread_mutex_unlock(&queue->mutex);
    (void)pthread_join(queue->thread, NULL);
    free_queue(queue);
}
