#include "live/fit_worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "live/follower.h"
#include "live/nudge.h"
#include "live/value_table.h"

enum {
    HEARTBEAT_MS = 15 * 1000, /* below the 60 s idle cut of common proxies */
    RESEND_MS    = 2 * 1000,  /* value tables come many a second; a snapshot is large */
    RETRY_MS     = 5 * 1000,  /* after a failing read or a crowded writer */
    TELL_MS      = 40,        /* between two events of a study: what they cost does not grow with the number of responses */
    US_PER_MS    = 1000,
};

struct fit_worker {
    struct fit_worker_deps deps;
    struct nudge           nudge;
    pthread_t              thread;
    struct follower        follower; /* all below belong to the thread */
    int64_t                tell_at_us;
    int64_t                resend_at_us;
    int64_t                heartbeat_at_us;
    int64_t                retry_at_us; /* no reading before */
    int64_t                retry_fits_at_us;
};

/* *has_more: go on soon, or once the retry is due. */
static void follow_or_retry(struct fit_worker *worker, bool *has_more)
{
    int64_t    now_us = clock_monotonic_us(worker->deps.clock);
    struct err err;

    if (now_us < worker->retry_at_us) return;
    *has_more = false;
    if (follower_follow(&worker->follower, has_more, &err)) return;
    log_error("what was stored cannot be followed: %s", err.message);
    worker->retry_at_us = now_us + (int64_t)RETRY_MS * US_PER_MS;
    *has_more           = true;
}

static void do_what_is_due(struct fit_worker *worker, int64_t now_us)
{
    struct follower *follower      = &worker->follower;
    bool             is_resend_due = now_us >= worker->resend_at_us;

    if (follower->roster.changed != NULL && now_us >= worker->tell_at_us) {
        broadcast_changed(&follower->broadcast);
        worker->tell_at_us = now_us + (int64_t)TELL_MS * US_PER_MS;
    }
    if (follower->has_resend) {
        follower_resend(follower, is_resend_due);
        if (is_resend_due) worker->resend_at_us = now_us + (int64_t)RESEND_MS * US_PER_MS;
    }
    if (now_us >= worker->retry_fits_at_us && !ended_fits_step(&follower->ended))
        worker->retry_fits_at_us = now_us + (int64_t)RETRY_MS * US_PER_MS;
    if (now_us < worker->heartbeat_at_us) return;
    hub_heartbeat(worker->deps.hub);
    follower_forget_ended(follower);
    worker->heartbeat_at_us = now_us + (int64_t)HEARTBEAT_MS * US_PER_MS;
}

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

/* How long to wait for a nudge. 0: there is work. */
static int64_t rest_ms(const struct fit_worker *worker, bool has_more)
{
    int64_t now_us = clock_monotonic_us(worker->deps.clock);
    int64_t at_us  = worker->heartbeat_at_us;

    if (has_more) at_us = earlier(at_us, worker->retry_at_us);
    if (worker->follower.roster.changed != NULL) at_us = earlier(at_us, worker->tell_at_us);
    if (worker->follower.has_resend) at_us = earlier(at_us, worker->follower.is_completed ? now_us : worker->resend_at_us);
    if (!ended_fits_is_idle(&worker->follower.ended)) at_us = earlier(at_us, worker->retry_fits_at_us);
    return at_us <= now_us ? 0 : (at_us - now_us + US_PER_MS - 1) / US_PER_MS;
}

/* What was committed before a question is in its answer: a researcher who has just seen a reply finds it in the next document. */
static void answer_all(struct fit_worker *worker, bool *has_more)
{
    char topic[HUB_TOPIC_BYTES];

    while (hub_next_wanted(worker->deps.hub, HUB_FIT_WORKER, topic)) {
        follow_or_retry(worker, has_more);
        broadcast_answer(&worker->follower.broadcast, topic);
    }
}

static void tell_tables(const struct fit_worker *worker)
{
    struct table_counts counts;
    int64_t             left_ms;

    if (worker->deps.progress == NULL) return;
    table_progress_of_all(worker->deps.progress, &counts);
    left_ms = counts.is_left_known ? (int64_t)(1000.0 * counts.left_s) : -1;
    atomic_store_explicit(&worker->deps.meters->tables_failed, (int)counts.failed, memory_order_relaxed);
    atomic_store_explicit(&worker->deps.meters->tables_left_ms, left_ms, memory_order_relaxed);
}

static void tell_meters(const struct fit_worker *worker)
{
    if (worker->deps.meters == NULL) return;
    tell_tables(worker);
    atomic_store_explicit(&worker->deps.meters->sessions_in_memory, worker->follower.roster.sessions.count, memory_order_relaxed);
    atomic_store_explicit(&worker->deps.meters->followed_trial_id, worker->follower.trial_cursor, memory_order_relaxed);
}

static void *fit_worker_main(void *argument)
{
    struct fit_worker *worker   = argument;
    bool               has_more = true;

    while (!nudge_is_stopped(&worker->nudge)) {
        follow_or_retry(worker, &has_more);
        tell_meters(worker);
        answer_all(worker, &has_more);
        do_what_is_due(worker, clock_monotonic_us(worker->deps.clock));
        nudge_wait(&worker->nudge, rest_ms(worker, has_more));
    }
    return NULL;
}

/* --- life --- */

struct discard_job {
    struct job job;
    int64_t    discarded_count;
};

static bool discard_run(struct job *job, struct store *store, struct err *err)
{
    return store_value_tables_discard_outdated(store, VALUE_TABLE_REVISION, &((struct discard_job *)job)->discarded_count, err);
}

static bool prepare(struct fit_worker *worker, struct err *err)
{
    const struct follower_deps deps = {.database_path = worker->deps.database_path,
                                       .writer        = worker->deps.writer,
                                       .hub           = worker->deps.hub,
                                       .progress      = worker->deps.progress};
    struct discard_job         job  = {.job = {.run = discard_run}};

    if (!lane_run(worker->deps.writer, &job.job, err)) return err_wrap(err, "discard old value tables");
    if (job.discarded_count > 0)
        log_info("%lld value tables of an earlier revision and all fits are computed again", (long long)job.discarded_count);
    worker->heartbeat_at_us = clock_monotonic_us(worker->deps.clock) + (int64_t)HEARTBEAT_MS * US_PER_MS;
    return follower_open(&worker->follower, &deps, err);
}

static void free_worker(struct fit_worker *worker)
{
    follower_close(&worker->follower);
    nudge_close(&worker->nudge);
    free(worker);
}

struct fit_worker *fit_worker_start(const struct fit_worker_deps *deps, struct err *err)
{
    struct fit_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL) return err_no_memory(err), NULL;
    worker->deps = *deps;
    if (!nudge_init(&worker->nudge, err)) {
        free(worker);
        return NULL;
    }
    if (!prepare(worker, err)) {
        free_worker(worker);
        return NULL;
    }
    if (pthread_create(&worker->thread, NULL, fit_worker_main, worker) != 0) {
        err_set(err, ERR_INTERNAL, "the thread of the fits could not be started");
        free_worker(worker);
        return NULL;
    }
    hub_on_wanted(deps->hub, HUB_FIT_WORKER, fit_worker_nudge, worker);
    return worker;
}

void fit_worker_nudge(void *fit_worker)
{
    nudge_give(&((struct fit_worker *)fit_worker)->nudge);
}

void fit_worker_stop(struct fit_worker *worker)
{
    if (worker == NULL) return;
    hub_on_wanted(worker->deps.hub, HUB_FIT_WORKER, NULL, NULL);
    nudge_stop(&worker->nudge);
    (void)pthread_join(worker->thread, NULL);
    free_worker(worker);
}
