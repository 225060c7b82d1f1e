#include "store/lane.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    NICE_LOWEST             = 19,
    TRUNCATE_WAIT_MS        = 50,   /* for readers, who are done in a moment or long at it; jobs wait meanwhile */
    TRUNCATE_PAUSE_FIRST_MS = 10,   /* between two tries to empty the log, doubled up to */
    TRUNCATE_PAUSE_MAX_MS   = 1000, /* this: exports may read for minutes */
    US_PER_MS               = 1000,
};

struct lane {
    struct lane_settings settings;
    struct store        *store;
    pthread_t            thread;
    pthread_mutex_t      mutex;
    pthread_cond_t       arrived;
    struct job          *first; /* oldest; all below guarded by mutex */
    struct job         **last;
    int                  waiting_count;
    int                  longest_count;
    bool                 is_stopping;
    int64_t              job_count;
    int64_t              batch_count;
    int64_t              truncate_at_us; /* the thread's own, as the next: no try to empty the log before */
    int                  truncate_pause_ms;
};

/* --- what was erased goes from the log too --- */

/* After the jobs were told: nobody waits for it. A try that fails is made again, less and less often. */
static void truncate_log(struct lane *lane)
{
    struct err err;

    if (!store_wants_truncation(lane->store) || clock_monotonic_us(&CLOCK_SYSTEM) < lane->truncate_at_us) return;
    if (!store_truncate_log(lane->store, TRUNCATE_WAIT_MS, &err)) log_error("%s", err.message);
    if (!store_wants_truncation(lane->store)) {
        lane->truncate_at_us    = 0;
        lane->truncate_pause_ms = 0;
        return;
    }
    lane->truncate_pause_ms = lane->truncate_pause_ms == 0 ? TRUNCATE_PAUSE_FIRST_MS : 2 * lane->truncate_pause_ms;
    if (lane->truncate_pause_ms > TRUNCATE_PAUSE_MAX_MS) lane->truncate_pause_ms = TRUNCATE_PAUSE_MAX_MS;
    lane->truncate_at_us = clock_monotonic_us(&CLOCK_SYSTEM) + (int64_t)lane->truncate_pause_ms * US_PER_MS;
}

/* --- jobs --- */

/* For the next job, or until the log is to be emptied: then false. */
static bool wait_for_job(struct lane *lane)
{
    const struct timespec at = {.tv_sec  = (time_t)(lane->truncate_at_us / (1000 * US_PER_MS)),
                                .tv_nsec = (long)(lane->truncate_at_us % (1000 * US_PER_MS)) * 1000};

    if (!store_wants_truncation(lane->store)) return pthread_cond_wait(&lane->arrived, &lane->mutex) == 0;
    return pthread_cond_clockwait(&lane->arrived, &lane->mutex, CLOCK_MONOTONIC, &at) != ETIMEDOUT;
}

/* Take everything that waits: nothing when the log is to be emptied. False when the lane stops and nothing is left. */
static bool take_all(struct lane *lane, struct job **out)
{
    struct job *jobs;
    bool        is_stopping;

    pthread_mutex_lock(&lane->mutex);
    while (lane->first == NULL && !lane->is_stopping && wait_for_job(lane)) continue;
    jobs        = lane->first;
    is_stopping = lane->is_stopping;
    lane->first = NULL;
    lane->last  = &lane->first;
    lane->job_count += lane->waiting_count;
    lane->batch_count += jobs != NULL;
    lane->waiting_count = 0;
    pthread_mutex_unlock(&lane->mutex);
    *out = jobs;
    return jobs != NULL || !is_stopping;
}

static void run_in_savepoint(struct store *store, struct job *job)
{
    job->is_ok = store_savepoint(store, &job->err);
    if (!job->is_ok) return;
    job->is_ok = job->run(job, store, &job->err) && store_release(store, &job->err);
    if (!job->is_ok) store_rollback_to_savepoint(store);
}

static void fail_all(struct job *jobs, const struct err *err)
{
    for (struct job *job = jobs; job != NULL; job = job->next) {
        job->err   = *err; /* also of jobs that had failed: their reason may be a row that is not there any more */
        job->is_ok = false;
    }
}

static void tell_all(struct job *jobs)
{
    while (jobs != NULL) {
        struct job *next = jobs->next; /* `done` may free the job */

        jobs->done(jobs);
        jobs = next;
    }
}

/* Tour 5/9: commit, then feedback. All that waits is one transaction and one sync; nobody is told before store_commit has returned. */
static void write_batch(struct lane *lane, struct job *jobs)
{
    struct err err = {.kind = ERR_STORAGE};

    if (!store_begin(lane->store, &err)) {
        log_error("no transaction could be begun: %s", err.message);
        fail_all(jobs, &err);
        tell_all(jobs);
        return;
    }
    /* A full disk can end the transaction inside a job; a savepoint after that would commit by itself. */
    for (struct job *job = jobs; job != NULL && store_in_transaction(lane->store); job = job->next)
        run_in_savepoint(lane->store, job);
    if (!store_in_transaction(lane->store)) {
        err_set(&err, ERR_STORAGE, "the disk failed inside a transaction; nothing of it was stored");
        log_error("%s", err.message);
        fail_all(jobs, &err);
    } else if (!store_commit(lane->store, &err)) {
        log_error("a batch could not be committed: %s", err.message);
        store_rollback(lane->store);
        fail_all(jobs, &err);
    } else if (lane->settings.committed != NULL) {
        lane->settings.committed(lane->settings.committed_argument);
    }
    tell_all(jobs);
}

static const char STOPPING[] = "the server is shutting down";

/* What may take minutes is not begun any more once the lane stops: nobody would wait for it. */
static bool gives_up(struct lane *lane)
{
    bool is_stopping;

    pthread_mutex_lock(&lane->mutex);
    is_stopping = lane->is_stopping;
    pthread_mutex_unlock(&lane->mutex);
    return is_stopping && lane->settings.is_unhurried;
}

static void read_each(struct lane *lane, struct job *jobs)
{
    while (jobs != NULL) {
        struct job *next = jobs->next;

        if (gives_up(lane))
            jobs->is_ok = err_set(&jobs->err, ERR_BUSY, STOPPING);
        else
            jobs->is_ok = jobs->run(jobs, lane->store, &jobs->err);
        jobs->done(jobs);
        jobs = next;
    }
}

static void *lane_main(void *argument)
{
    struct lane *lane = argument;
    struct job  *jobs;

    if (lane->settings.is_unhurried) (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST); /* on Linux this is the thread's own */
    while (take_all(lane, &jobs)) {
        if (lane->settings.kind == LANE_READER)
            read_each(lane, jobs);
        else if (jobs != NULL)
            write_batch(lane, jobs);
        truncate_log(lane);
    }
    return NULL;
}

struct lane *lane_start(const struct lane_settings *settings, struct err *err)
{
    struct lane *lane = calloc(1, sizeof *lane);

    if (lane == NULL) return err_no_memory(err), NULL;
    lane->settings = *settings;
    lane->last     = &lane->first;
    lane->store    = store_open(settings->database_path, settings->kind == LANE_WRITER ? STORE_WRITE : STORE_READ, err);
    if (lane->store == NULL) {
        free(lane);
        return NULL;
    }
    pthread_mutex_init(&lane->mutex, NULL);
    pthread_cond_init(&lane->arrived, NULL);
    if (pthread_create(&lane->thread, NULL, lane_main, lane) != 0) {
        err_set(err, ERR_INTERNAL, "a thread could not be started");
        store_close(lane->store);
        free(lane);
        return NULL;
    }
    return lane;
}

bool lane_submit(struct lane *lane, struct job *job, struct err *err)
{
    bool is_taken, is_stopping;

    pthread_mutex_lock(&lane->mutex);
    is_stopping = lane->is_stopping;
    is_taken    = !is_stopping && lane->waiting_count < lane->settings.queue_max;
    if (is_taken) {
        job->next   = NULL;
        *lane->last = job;
        lane->last  = &job->next;
        lane->waiting_count++;
        if (lane->waiting_count > lane->longest_count) lane->longest_count = lane->waiting_count;
        pthread_cond_signal(&lane->arrived);
    }
    pthread_mutex_unlock(&lane->mutex);
    if (is_taken) return true;
    return err_set(err, ERR_BUSY, is_stopping ? STOPPING : "the server is busy; try again in a moment");
}

/* A job wrapped so that a waiting thread is told. */
struct waited {
    struct job      job;
    struct job     *inner;
    pthread_mutex_t mutex;
    pthread_cond_t  told;
    bool            is_done;
};

static bool waited_run(struct job *job, struct store *store, struct err *err)
{
    struct job *inner = ((struct waited *)job)->inner;

    return inner->run(inner, store, err);
}

static void waited_done(struct job *job)
{
    struct waited *waited = (struct waited *)job;

    pthread_mutex_lock(&waited->mutex);
    waited->is_done = true;
    pthread_cond_signal(&waited->told);
    pthread_mutex_unlock(&waited->mutex);
}

bool lane_run(struct lane *lane, struct job *job, struct err *err)
{
    struct waited waited = {.job = {.run = waited_run, .done = waited_done}, .inner = job};

    pthread_mutex_init(&waited.mutex, NULL);
    pthread_cond_init(&waited.told, NULL);
    if (lane_submit(lane, &waited.job, err)) {
        pthread_mutex_lock(&waited.mutex);
        while (!waited.is_done) pthread_cond_wait(&waited.told, &waited.mutex);
        pthread_mutex_unlock(&waited.mutex);
        if (!waited.job.is_ok && err != NULL) *err = waited.job.err;
    }
    pthread_cond_destroy(&waited.told);
    pthread_mutex_destroy(&waited.mutex);
    return waited.job.is_ok;
}

void lane_counts(struct lane *lane, struct lane_counts *out)
{
    pthread_mutex_lock(&lane->mutex);
    *out = (struct lane_counts){lane->job_count, lane->batch_count, lane->waiting_count, lane->longest_count};
    pthread_mutex_unlock(&lane->mutex);
}

void lane_stop(struct lane *lane)
{
    if (lane == NULL) return;
    pthread_mutex_lock(&lane->mutex);
    lane->is_stopping = true;
    pthread_cond_signal(&lane->arrived);
    pthread_mutex_unlock(&lane->mutex);
    pthread_join(lane->thread, NULL);
}

void lane_free(struct lane *lane)
{
    if (lane == NULL) return;
    pthread_cond_destroy(&lane->arrived);
    pthread_mutex_destroy(&lane->mutex);
    store_close(lane->store);
    free(lane);
}
