#include "live/group_worker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "live/group_json.h"
#include "live/group_view.h"
#include "live/nudge.h"

enum {
    NICE_LOWEST     = 19,
    REFRESH_MS      = 1000,      /* at most once a second */
    MIXED_BUDGET_MS = 200,       /* of mixed models between two refreshes */
    LOO_STEP_MS     = 100,       /* of predictions, then look around */
    IDLE_MS         = 60 * 1000, /* nobody looks: until somebody does */
    US_PER_MS       = 1000,
};

struct group_worker {
    struct group_worker_deps deps;
    struct nudge             nudge;
    pthread_t                thread;
    struct store            *store;   /* all below belong to the thread */
    struct id_map            cohorts; /* by study; those that are looked at */
    struct group_view       *views;
    struct text              text;
    int64_t                  refresh_at_us; /* no refresh before */
    int64_t                  rest_until_us; /* no work before, but to hand out what is there */
    double                   refresh_ms;    /* how long that took */
};

static bool is_stopped(void *argument)
{
    return nudge_is_stopped(&((struct group_worker *)argument)->nudge);
}

static int64_t now_us(const struct group_worker *worker)
{
    return clock_monotonic_us(worker->deps.clock);
}

/* --- what is wanted --- */

static struct group_view *view_of(struct group_worker *worker, int64_t study_id, unsigned exclude, struct err *err)
{
    struct group_view *view = worker->views;

    while (view != NULL && (view->study_id != study_id || view->exclude != exclude)) view = view->next;
    if (view != NULL) return view;
    view = group_view_new(study_id, exclude, err);
    if (view == NULL) return NULL;
    view->next    = worker->views;
    worker->views = view;
    return view;
}

static bool attach(struct group_worker *worker, struct group_view *view, struct err *err)
{
    struct cohort *cohort = id_map_get(&worker->cohorts, view->study_id);

    if (cohort == NULL) {
        cohort = cohort_new(worker->store, view->study_id, err);
        if (cohort == NULL) return false;
        if (!id_map_put(&worker->cohorts, view->study_id, cohort, err)) return cohort_free(cohort), false;
    }
    view->cohort = cohort;
    return true;
}

static bool take_topic(struct group_worker *worker, const char *topic, struct err *err)
{
    struct group_view *view;
    int64_t            study_id;
    unsigned           exclude;
    bool               is_loo;

    if (!group_topic_read(topic, &study_id, &exclude, &is_loo))
        return err_set(err, ERR_NOT_FOUND, "there is no topic '%s'", topic);
    view = view_of(worker, study_id, exclude, err);
    if (view == NULL || (view->cohort == NULL && !attach(worker, view, err))) return false;
    view->is_loo_wanted |= is_loo;
    view->is_wanted |= !is_loo;
    return true;
}

static void take_topics(struct group_worker *worker)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    while (hub_next_wanted(worker->deps.hub, HUB_GROUP_WORKER, topic)) {
        if (take_topic(worker, topic, &err)) continue;
        if (err.kind != ERR_NOT_FOUND) log_error("no numbers of %s: %s", topic, err.message);
        hub_snapshot(worker->deps.hub, topic, NULL);
    }
}

/* --- leaving --- */

static bool has_view(const struct group_worker *worker, const struct cohort *cohort)
{
    for (const struct group_view *view = worker->views; view != NULL; view = view->next)
        if (view->cohort == cohort) return true;
    return false;
}

/* A job goes on when nobody looks: whoever asked for it comes back for the numbers. */
static void leave_unread(struct group_worker *worker)
{
    for (struct group_view *view = worker->views; view != NULL; view = view->next)
        if (view->cohort != NULL && !view->is_wanted && !view->is_loo_wanted && view->mixed.job == NULL &&
            !hub_is_read(worker->deps.hub, view->topic))
            group_view_leave(view);
    for (int i = worker->cohorts.count - 1; i >= 0; i--) {
        struct cohort *cohort = worker->cohorts.entries[i].value;

        if (has_view(worker, cohort)) continue;
        id_map_remove(&worker->cohorts, cohort->study->study_id);
        cohort_free(cohort);
    }
}

/* --- the work --- */

static void loo_topic(const struct group_view *view, char topic[HUB_TOPIC_BYTES])
{
    (void)snprintf(topic, HUB_TOPIC_BYTES, "%.40s/loo", view->topic);
}

/* A study whose numbers cannot be had: all its readers come again, as nothing would be published to those who have a document. */
static void refuse(struct group_worker *worker, struct group_view *view, const struct err *err)
{
    char topic[HUB_TOPIC_BYTES];

    if (err->kind != ERR_BUSY) log_error("no group numbers of study %lld: %s", (long long)view->study_id, err->message);
    hub_snapshot(worker->deps.hub, view->topic, NULL);
    loo_topic(view, topic);
    hub_snapshot(worker->deps.hub, topic, NULL);
    view->is_wanted = view->is_loo_wanted = false;
    group_view_leave(view);
}

static void publish(struct group_worker *worker, struct group_view *view)
{
    struct err err;

    if (live_study_hides(view->cohort->study, view->cohort->study->is_pilot)) { /* whoever asks is told why (http/ep_group.c) */
        err_set(&err, ERR_BUSY, "the study is blind");
        refuse(worker, view, &err);
        return;
    }
    if (!group_view_write(view, worker->deps.clock, worker->refresh_ms, &worker->text, &err)) {
        refuse(worker, view, &err);
        return;
    }
    if (view->is_unpublished) hub_publish(worker->deps.hub, view->topic, HUB_SNAPSHOT, worker->text.data);
    if (view->is_wanted) hub_snapshot(worker->deps.hub, view->topic, worker->text.data);
    view->is_unpublished = view->is_wanted = false;
}

/* The answer is the job that is under way now, or one of nothing where nobody counts. */
static void answer_loo(struct group_worker *worker, const struct group_view *view)
{
    char                      topic[HUB_TOPIC_BYTES];
    struct group_loo_progress progress = {.left_s = 0.0};
    struct json_writer        writer;

    loo_topic(view, topic);
    (void)group_loo_progress(&view->mixed, worker->deps.clock, &progress);
    text_reset(&worker->text);
    json_writer_init(&writer, &worker->text);
    group_json_loo_job(&writer, NULL, &progress);
    hub_snapshot(worker->deps.hub, topic, worker->text.is_failed ? NULL : worker->text.data);
}

static void begin_loo(struct group_worker *worker, struct group_view *view)
{
    struct err err;

    if (!group_loo_begin(&view->mixed, view->cohort, &view->numbers, worker->deps.clock, &err))
        log_error("no predictions for study %lld: %s", (long long)view->study_id, err.message);
    answer_loo(worker, view);
    view->is_loo_wanted  = false;
    view->is_unpublished = true;
}

static void refresh_view(struct group_worker *worker, struct group_view *view)
{
    struct err err;
    bool       is_old = !view->has_numbers || view->revision != view->cohort->revision;

    view->is_quiet = !is_old;
    if ((is_old && !group_view_refresh(view, &err)) || !group_view_count(view, &err)) {
        refuse(worker, view, &err);
        return;
    }
    if (view->is_loo_wanted) begin_loo(worker, view);
}

static void refresh_cohorts(struct group_worker *worker)
{
    struct err err;

    for (int i = 0; i < worker->cohorts.count && !is_stopped(worker); i++) {
        struct cohort *cohort = worker->cohorts.entries[i].value;

        if (cohort_update(cohort, is_stopped, worker, &err)) continue;
        for (struct group_view *view = worker->views; view != NULL; view = view->next)
            if (view->cohort == cohort) refuse(worker, view, &err); /* and the cohort is read again from its beginning */
    }
}

static void publish_all(struct group_worker *worker)
{
    for (struct group_view *view = worker->views; view != NULL; view = view->next)
        if (view->cohort != NULL && view->has_numbers && (view->is_wanted || view->is_unpublished)) publish(worker, view);
}

static void refresh(struct group_worker *worker)
{
    const int64_t began_us = now_us(worker);

    refresh_cohorts(worker);
    for (struct group_view *view = worker->views; view != NULL && !is_stopped(worker); view = view->next)
        if (view->cohort != NULL) refresh_view(worker, view);
    worker->refresh_ms = (double)(now_us(worker) - began_us) / US_PER_MS;
    publish_all(worker);
}

/* Who comes to numbers that are there gets those, however often somebody comes. */
static bool is_first_waiting(const struct group_worker *worker)
{
    for (const struct group_view *view = worker->views; view != NULL; view = view->next)
        if (view->cohort != NULL && !view->has_numbers) return true;
    return false;
}

static void answer_waiting(struct group_worker *worker)
{
    for (struct group_view *view = worker->views; view != NULL; view = view->next) {
        if (view->cohort == NULL || !view->has_numbers) continue;
        if (view->is_loo_wanted) begin_loo(worker, view);
        if (view->is_wanted) publish(worker, view);
    }
}

/* Mixed models lag behind the numbers while data come fast; they are the numbers' own once they rest. */
static bool has_mixed_work(const struct group_view *view)
{
    return !view->is_mixed_done || (view->is_quiet && !view->is_settled);
}

static void do_mixed(struct group_worker *worker, struct group_view *view)
{
    const int64_t budget_us = (int64_t)MIXED_BUDGET_MS * US_PER_MS;
    struct err    err;
    bool          ok;

    if (view->is_mixed_done)
        ok = group_mixed_settle(&view->mixed, view->cohort, &view->numbers, worker->deps.clock, budget_us, &view->is_settled,
                                &err);
    else
        ok = group_mixed_refresh(&view->mixed, view->cohort, &view->numbers, worker->deps.clock, budget_us, &view->is_mixed_done,
                                 &err);
    if (!ok) log_error("study %lld: a mixed model is left out: %s", (long long)view->study_id, err.message);
    view->is_unpublished = true;
}

static void do_predictions(struct group_worker *worker, struct group_view *view)
{
    struct err err;

    if (!group_loo_step(&view->mixed, worker->deps.clock, (int64_t)LOO_STEP_MS * US_PER_MS, &err))
        log_error("study %lld: no predictions: %s", (long long)view->study_id, err.message);
    view->is_unpublished = true;
}

static bool has_slow_work(const struct group_view *view)
{
    return view->cohort != NULL && view->has_numbers && (has_mixed_work(view) || view->mixed.job != NULL);
}

static bool has_any_slow_work(const struct group_worker *worker)
{
    for (const struct group_view *view = worker->views; view != NULL; view = view->next)
        if (has_slow_work(view)) return true;
    return false;
}

/* Mixed models and predictions, a piece of each. The numbers must be the cohort's own: their people are in it. */
static void do_slow_work(struct group_worker *worker)
{
    for (struct group_view *view = worker->views; view != NULL && !is_stopped(worker); view = view->next) {
        if (!has_slow_work(view)) continue;
        if (has_mixed_work(view) && view->revision == view->cohort->revision) do_mixed(worker, view);
        if (view->mixed.job != NULL) do_predictions(worker, view);
    }
}

/* As long as the work took the worker rests; what is there is handed out meanwhile. */
static void work(struct group_worker *worker)
{
    const int64_t began_us = now_us(worker);

    take_topics(worker);
    answer_waiting(worker);
    if (began_us < worker->rest_until_us) return;
    if (worker->cohorts.count > 0 && (began_us >= worker->refresh_at_us || is_first_waiting(worker))) {
        refresh(worker);
        worker->refresh_at_us = now_us(worker) + (int64_t)REFRESH_MS * US_PER_MS;
    }
    do_slow_work(worker);
    leave_unread(worker);
    worker->rest_until_us = now_us(worker) + (now_us(worker) - began_us);
}

/* Until something is to be done and may be done; who waits for a first document wakes the worker. */
static int64_t wait_us(const struct group_worker *worker)
{
    const bool    is_busy = has_any_slow_work(worker) || is_first_waiting(worker);
    const int64_t next_us =
        is_busy || worker->refresh_at_us < worker->rest_until_us ? worker->rest_until_us : worker->refresh_at_us;
    const int64_t left_us = next_us - now_us(worker);

    if (worker->cohorts.count == 0) return (int64_t)IDLE_MS * US_PER_MS;
    return left_us > 0 ? left_us : 0;
}

static void *group_worker_main(void *argument)
{
    struct group_worker *worker = argument;

    (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST); /* on Linux this is the thread's own */
    while (!is_stopped(worker)) {
        work(worker);
        nudge_wait(&worker->nudge, wait_us(worker) / US_PER_MS + 1);
    }
    return NULL;
}

/* --- life --- */

static void free_worker(struct group_worker *worker)
{
    while (worker->views != NULL) {
        struct group_view *view = worker->views;

        worker->views = view->next;
        group_view_free(view);
    }
    for (int i = 0; i < worker->cohorts.count; i++) cohort_free(worker->cohorts.entries[i].value);
    id_map_close(&worker->cohorts);
    text_close(&worker->text);
    store_close(worker->store);
    nudge_close(&worker->nudge);
    free(worker);
}

static void wake(void *argument)
{
    nudge_give(&((struct group_worker *)argument)->nudge);
}

struct group_worker *group_worker_start(const struct group_worker_deps *deps, struct err *err)
{
    struct group_worker *worker = calloc(1, sizeof *worker);

    if (worker == NULL) return err_no_memory(err), NULL;
    worker->deps = *deps;
    if (!nudge_init(&worker->nudge, err)) {
        free(worker);
        return NULL;
    }
    text_init(&worker->text);
    worker->store = store_open(deps->database_path, STORE_READ, err);
    if (worker->store != NULL) {
        if (pthread_create(&worker->thread, NULL, group_worker_main, worker) == 0) {
            hub_on_wanted(deps->hub, HUB_GROUP_WORKER, wake, worker);
            return worker;
        }
        err_set(err, ERR_INTERNAL, "the thread of the group numbers could not be started");
    }
    free_worker(worker);
    return NULL;
}

void group_worker_stop(struct group_worker *worker)
{
    if (worker == NULL) return;
    hub_on_wanted(worker->deps.hub, HUB_GROUP_WORKER, NULL, NULL);
    nudge_stop(&worker->nudge);
    (void)pthread_join(worker->thread, NULL);
    free_worker(worker);
}
