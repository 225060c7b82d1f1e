#include "live/group_worker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "live/group_view.h"
#include "live/nudge.h"

enum {
    NICE_LOWEST      = 19,
    REFRESH_MS       = 1000,      /* at most once a second */
    MIXED_BUDGET_MS  = 200,       /* of mixed models between two refreshes */
    LOO_STEP_MS      = 100,       /* of predictions, then look around */
    IDLE_MS          = 60 * 1000, /* nobody looks: until somebody does */
    US_PER_MS        = 1000,
    TOPIC_PART_COUNT = 3,
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

/* "group/3/2" or "group/3/2/loo". */
static bool read_topic(const char *topic, int64_t *study_id, unsigned *exclude, bool *is_loo)
{
    char    copy[HUB_TOPIC_BYTES];
    char   *rest = copy + strlen(HUB_GROUP_PREFIX);
    char   *parts[TOPIC_PART_COUNT];
    int     count = 0;
    int64_t flags;

    memcpy(copy, topic, sizeof copy);
    while (rest != NULL && count < TOPIC_PART_COUNT) parts[count++] = strsep(&rest, "/");
    *is_loo = count == TOPIC_PART_COUNT && strcmp(parts[2], "loo") == 0;
    if (rest != NULL || count < 2 || (count == TOPIC_PART_COUNT && !*is_loo)) return false;
    if (!text_to_i64(parts[0], 1, INT64_MAX, study_id) || !text_to_i64(parts[1], 0, GROUP_EXCLUSIONS, &flags)) return false;
    *exclude = (unsigned)flags;
    return true;
}

static struct group_view *view_of(struct group_worker *worker, int64_t study_id, unsigned exclude, struct err *err)
{
    char               topic[HUB_TOPIC_BYTES];
    struct group_view *view = worker->views;

    while (view != NULL && (view->study_id != study_id || view->exclude != exclude)) view = view->next;
    if (view != NULL) return view;
    (void)snprintf(topic, sizeof topic, HUB_GROUP_PREFIX "%lld/%u", (long long)study_id, exclude);
    view = group_view_new(topic, study_id, exclude, err);
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

    if (!read_topic(topic, &study_id, &exclude, &is_loo)) return err_set(err, ERR_NOT_FOUND, "there is no topic '%s'", topic);
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

/* A study whose numbers cannot be had: its readers come again. */
static void refuse(struct group_worker *worker, struct group_view *view, const struct err *err)
{
    if (err->kind != ERR_BUSY) log_error("no group numbers of study %lld: %s", (long long)view->study_id, err->message);
    if (view->is_wanted) hub_snapshot(worker->deps.hub, view->topic, NULL);
    view->is_wanted = false;
    group_view_leave(view);
}

static void publish(struct group_worker *worker, struct group_view *view)
{
    struct err err;

    if (!group_view_write(view, worker->deps.clock, worker->refresh_ms, &worker->text, &err)) {
        refuse(worker, view, &err);
        return;
    }
    if (view->is_unpublished) hub_publish(worker->deps.hub, view->topic, "snapshot", worker->text.data);
    if (view->is_wanted) hub_snapshot(worker->deps.hub, view->topic, worker->text.data);
    view->is_unpublished = view->is_wanted = false;
}

static void begin_loo(struct group_worker *worker, struct group_view *view)
{
    char                      topic[HUB_TOPIC_BYTES], reply[96];
    struct group_loo_progress progress = {0};
    struct err                err;

    (void)snprintf(topic, sizeof topic, "%.40s/loo", view->topic);
    if (!group_loo_begin(&view->mixed, view->cohort, &view->numbers, worker->deps.clock, &err))
        log_error("no predictions for study %lld: %s", (long long)view->study_id, err.message);
    (void)group_loo_progress(&view->mixed, worker->deps.clock, &progress);
    (void)snprintf(reply, sizeof reply, "{\"done\":%lld,\"total\":%lld}", (long long)progress.done_count,
                   (long long)progress.total_count);
    hub_snapshot(worker->deps.hub, topic, reply);
    view->is_loo_wanted  = false;
    view->is_unpublished = true;
}

static void refresh_view(struct group_worker *worker, struct group_view *view)
{
    struct err err;
    bool       is_old = !view->has_numbers || view->revision != view->cohort->revision;

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

/* Mixed models and predictions, a piece of each. */
static void do_slow_work(struct group_worker *worker)
{
    struct err err;

    for (struct group_view *view = worker->views; view != NULL && !is_stopped(worker); view = view->next) {
        const bool had_job = view->mixed.job != NULL;

        if (view->cohort == NULL || !view->has_numbers) continue;
        if (!view->is_mixed_done && view->revision == view->cohort->revision) {
            view->is_unpublished = true;
            if (!group_mixed_refresh(&view->mixed, view->cohort, &view->numbers, worker->deps.clock,
                                     (int64_t)MIXED_BUDGET_MS * US_PER_MS, &view->is_mixed_done, &err))
                log_error("study %lld: a mixed model is left out: %s", (long long)view->study_id, err.message);
        }
        if (!group_loo_step(&view->mixed, worker->deps.clock, (int64_t)LOO_STEP_MS * US_PER_MS, &err))
            log_error("study %lld: no predictions: %s", (long long)view->study_id, err.message);
        view->is_unpublished |= had_job;
    }
}

static bool has_slow_work(const struct group_worker *worker)
{
    for (const struct group_view *view = worker->views; view != NULL; view = view->next)
        if (view->cohort != NULL && view->has_numbers && (!view->is_mixed_done || view->mixed.job != NULL)) return true;
    return false;
}

static void work(struct group_worker *worker)
{
    const int64_t began_us = now_us(worker);

    take_topics(worker);
    answer_waiting(worker);
    if (worker->cohorts.count > 0 && (began_us >= worker->refresh_at_us || is_first_waiting(worker))) {
        refresh(worker);
        worker->refresh_at_us = now_us(worker) + (int64_t)REFRESH_MS * US_PER_MS;
    }
    do_slow_work(worker);
    leave_unread(worker);
}

/* As long as the work took, at least; until the next refresh, unless there is slow work. */
static int64_t rest_us(const struct group_worker *worker, int64_t spent_us)
{
    const int64_t left_us = worker->refresh_at_us - now_us(worker);

    if (worker->cohorts.count == 0) return (int64_t)IDLE_MS * US_PER_MS;
    return has_slow_work(worker) || left_us < spent_us ? spent_us : left_us;
}

static void *group_worker_main(void *argument)
{
    struct group_worker *worker = argument;

    (void)setpriority(PRIO_PROCESS, 0, NICE_LOWEST); /* on Linux this is the thread's own */
    while (!is_stopped(worker)) {
        const int64_t began_us = now_us(worker);

        work(worker);
        nudge_wait(&worker->nudge, rest_us(worker, now_us(worker) - began_us) / US_PER_MS + 1);
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
