#include "live/fit_worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "live/ended_fits.h"
#include "live/nudge.h"
#include "live/value_table.h"

enum {
    PAGE_TRIALS      = 512, /* rows per look, so that snapshots are answered in between */
    PAGE_SESSIONS    = 128,
    PAGE_TABLES      = 128,
    HEARTBEAT_MS     = 15 * 1000, /* below the 60 s idle cut of common proxies */
    RESEND_MS        = 2 * 1000,  /* value tables come many a second; a snapshot is large */
    RETRY_MS         = 5 * 1000,  /* after a failing read or a crowded writer */
    STUDIES_TOLD_MAX = 16,
    TELL_MS          = 40, /* between two events of a study: what they cost does not grow with the number of responses */
    US_PER_MS        = 1000,
};

struct fit_worker {
    struct fit_worker_deps deps;
    struct nudge           nudge;
    pthread_t              thread;
    struct store          *store; /* all below belong to the thread */
    struct roster          roster;
    struct broadcast       broadcast;
    struct ended_fits      ended;
    int64_t                trial_cursor;  /* trial_id */
    int64_t                change_cursor; /* change_number */
    int64_t                table_cursor;  /* value_table_id */
    bool                   has_resend;    /* some session needs a new snapshot */
    bool                   is_completed;  /* some condition has got its last value table: do not wait with those */
    int64_t                tell_at_us;
    int64_t                resend_at_us;
    int64_t                heartbeat_at_us;
    int64_t                retry_at_us; /* no reading before */
    int64_t                retry_fits_at_us;
};

/* --- trials --- */

static void give_up(struct fit_worker *worker, struct live_session *session, const struct err *err)
{
    log_error("session %lld is loaded again when it goes on: %s", (long long)session->overview.session.session_id, err->message);
    roster_drop(&worker->roster, session);
}

/* A session that is not in memory yet, or not any more. */
static void meet(struct fit_worker *worker, int64_t session_id)
{
    struct session_overview overview;
    struct live_session    *session;
    struct err              err;
    bool                    is_found;

    if (!store_overview_of_session(worker->store, session_id, &overview, &is_found, &err)) {
        log_error("session %lld cannot be followed: %s", (long long)session_id, err.message);
        return;
    }
    if (!is_found) return;
    if (overview.session.state != SESSION_ACTIVE) {
        ended_fits_note(&worker->ended, overview.session.condition_id);
        broadcast_session(&worker->broadcast, &overview);
    } else if (roster_add(&worker->roster, &overview, &session, &err)) {
        broadcast_resend(&worker->broadcast, session); /* who watches may have missed what was loaded just now */
        roster_mark_changed(&worker->roster, session);
    } else {
        log_error("session %lld cannot be followed: %s", (long long)session_id, err.message);
    }
}

static void take_trial(struct fit_worker *worker, const struct trial_row *row)
{
    struct live_session *session = roster_session(&worker->roster, row->session_id);
    struct err           err;

    if (session == NULL) {
        meet(worker, row->session_id);
        return;
    }
    if (!live_session_take(session, worker->store, row, broadcast_trial, &worker->broadcast, &err)) {
        give_up(worker, session, &err);
        return;
    }
    if (row->phase == PHASE_PRACTICE) broadcast_watched(&worker->broadcast, session); /* main trials have an event of their own */
    roster_mark_changed(&worker->roster, session);
}

static bool follow_trials(struct fit_worker *worker, struct arena *arena, bool *has_more, struct err *err)
{
    struct trial_row *rows  = NULL;
    int               count = 0;

    if (!store_trials_after(worker->store, worker->trial_cursor, PAGE_TRIALS, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_trial(worker, &rows[i]);
        worker->trial_cursor = rows[i].trial_id;
    }
    *has_more |= count == PAGE_TRIALS;
    return true;
}

/* --- session changes --- */

static void take_change(struct fit_worker *worker, const struct session_row *row)
{
    struct live_session    *session = roster_session(&worker->roster, row->session_id);
    struct session_overview overview;
    struct err              err;
    bool                    is_found, is_other_state;

    if (session == NULL) {
        meet(worker, row->session_id);
        return;
    }
    if (!live_session_catch_up(session, worker->store, broadcast_trial, &worker->broadcast, &err) ||
        !store_overview_of_session(worker->store, row->session_id, &overview, &is_found, &err)) {
        give_up(worker, session, &err);
        return;
    }
    if (!is_found) return;
    is_other_state    = overview.session.state != session->overview.session.state;
    session->overview = overview;
    if (is_other_state)
        broadcast_resend(&worker->broadcast, session);
    else
        broadcast_watched(&worker->broadcast, session);
    if (overview.session.state != SESSION_ACTIVE) ended_fits_note(&worker->ended, overview.session.condition_id);
    roster_mark_changed(&worker->roster, session);
}

static bool follow_changes(struct fit_worker *worker, struct arena *arena, bool *has_more, struct err *err)
{
    struct session_row *rows  = NULL;
    int                 count = 0;

    if (!store_sessions_changed(worker->store, worker->change_cursor, PAGE_SESSIONS, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_change(worker, &rows[i]);
        worker->change_cursor = rows[i].change_number;
    }
    *has_more |= count == PAGE_SESSIONS;
    return true;
}

/* --- value tables --- */

static void set_column(struct fit_worker *worker, const struct live_condition *condition, int model_index)
{
    for (int i = 0; i < worker->roster.sessions.count; i++) {
        struct live_session *session = worker->roster.sessions.entries[i].value;

        if (session->condition != condition) continue;
        fit_state_set_values(&session->state, model_index, condition->columns[model_index]);
        session->needs_resend = worker->has_resend = true;
        roster_mark_changed(&worker->roster, session);
    }
}

static void take_table(struct fit_worker *worker, const struct value_table_name *name)
{
    struct live_condition *condition = roster_condition(&worker->roster, name->condition_id);
    struct err             err;
    int                    model_index;
    bool                   is_new = false;

    if (condition != NULL) {
        if (!live_condition_add_table(condition, worker->store, name, &model_index, &is_new, &err)) {
            log_error("a value table of condition %lld cannot be used: %s", (long long)name->condition_id, err.message);
            return;
        }
        if (is_new) set_column(worker, condition, model_index);
        worker->is_completed |= is_new && live_condition_is_ready(condition);
    }
    ended_fits_note(&worker->ended, name->condition_id);
}

static void tell_studies(struct fit_worker *worker, const struct value_table_name *names, int count)
{
    int64_t told[STUDIES_TOLD_MAX];
    int     told_count = 0;

    for (int i = 0; i < count; i++) {
        bool is_told = false;

        for (int j = 0; j < told_count; j++) is_told |= told[j] == names[i].study_id;
        if (is_told) continue;
        if (told_count < STUDIES_TOLD_MAX) told[told_count++] = names[i].study_id;
        broadcast_value_tables(&worker->broadcast, names[i].study_id);
    }
}

static bool follow_tables(struct fit_worker *worker, struct arena *arena, bool *has_more, struct err *err)
{
    struct value_table_name *names = NULL;
    int                      count = 0;

    if (!store_value_tables_after(worker->store, worker->table_cursor, PAGE_TABLES, arena, &names, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_table(worker, &names[i]);
        worker->table_cursor = names[i].value_table_id;
    }
    tell_studies(worker, names, count);
    *has_more |= count == PAGE_TABLES;
    return true;
}

/* --- the round --- */

/* Trials before changes: a session that has ended has all its trials by then. One view for all, so that none overtakes another. */
/* Tour 7/9: after the commit. What is past the cursors is taken in, nothing else is asked of the store. */
static bool follow(struct fit_worker *worker, bool *has_more, struct err *err)
{
    struct arena arena;
    bool         ok;

    if (!store_snapshot_begin(worker->store, err)) return false;
    arena_init(&arena);
    ok = follow_trials(worker, &arena, has_more, err) && follow_changes(worker, &arena, has_more, err) &&
         follow_tables(worker, &arena, has_more, err);
    store_snapshot_end(worker->store);
    arena_close(&arena);
    return ok;
}

/* *has_more: go on soon, or once the retry is due. */
static void follow_or_retry(struct fit_worker *worker, bool *has_more)
{
    int64_t    now_us = clock_monotonic_us(worker->deps.clock);
    struct err err;

    if (now_us < worker->retry_at_us) return;
    *has_more = false;
    if (follow(worker, has_more, &err)) return;
    log_error("what was stored cannot be followed: %s", err.message);
    worker->retry_at_us = now_us + (int64_t)RETRY_MS * US_PER_MS;
    *has_more           = true;
}

/* The snapshot that completes a session's numbers goes at once, those on the way to it only every so often. */
static void resend(struct fit_worker *worker, int64_t now_us)
{
    bool is_due = now_us >= worker->resend_at_us;

    if (!is_due && !worker->is_completed) return;
    worker->has_resend = worker->is_completed = false;
    for (int i = 0; i < worker->roster.sessions.count; i++) {
        struct live_session *session = worker->roster.sessions.entries[i].value;

        if (!session->needs_resend) continue;
        if (is_due || live_condition_is_ready(session->condition)) {
            broadcast_resend(&worker->broadcast, session);
            session->needs_resend = false;
        } else {
            worker->has_resend = true;
        }
    }
    if (is_due) worker->resend_at_us = now_us + (int64_t)RESEND_MS * US_PER_MS;
}

/* Ended sessions stay while somebody watches them: a late value table is for them too. */
static void forget_ended(struct fit_worker *worker)
{
    for (int i = worker->roster.sessions.count - 1; i >= 0; i--) {
        struct live_session *session = worker->roster.sessions.entries[i].value;

        if (session->overview.session.state == SESSION_ACTIVE || broadcast_is_watched(&worker->broadcast, session)) continue;
        if (id_map_get(&worker->ended.noted, session->condition->row.condition_id) == NULL) roster_drop(&worker->roster, session);
    }
}

static void do_what_is_due(struct fit_worker *worker, int64_t now_us)
{
    if (worker->roster.changed != NULL && now_us >= worker->tell_at_us) {
        broadcast_changed(&worker->broadcast);
        worker->tell_at_us = now_us + (int64_t)TELL_MS * US_PER_MS;
    }
    if (worker->has_resend) resend(worker, now_us);
    if (now_us >= worker->retry_fits_at_us && !ended_fits_step(&worker->ended))
        worker->retry_fits_at_us = now_us + (int64_t)RETRY_MS * US_PER_MS;
    if (now_us < worker->heartbeat_at_us) return;
    hub_heartbeat(worker->deps.hub);
    forget_ended(worker);
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
    if (worker->roster.changed != NULL) at_us = earlier(at_us, worker->tell_at_us);
    if (worker->has_resend) at_us = earlier(at_us, worker->is_completed ? now_us : worker->resend_at_us);
    if (!ended_fits_is_idle(&worker->ended)) at_us = earlier(at_us, worker->retry_fits_at_us);
    return at_us <= now_us ? 0 : (at_us - now_us + US_PER_MS - 1) / US_PER_MS;
}

/* What was committed before a question is in its answer: a researcher who has just seen a reply finds it in the next document. */
static void answer_all(struct fit_worker *worker, bool *has_more)
{
    char topic[HUB_TOPIC_BYTES];

    while (hub_next_wanted(worker->deps.hub, HUB_FIT_WORKER, topic)) {
        follow_or_retry(worker, has_more);
        broadcast_answer(&worker->broadcast, topic);
    }
}

static void *fit_worker_main(void *argument)
{
    struct fit_worker *worker   = argument;
    bool               has_more = true;

    while (!nudge_is_stopped(&worker->nudge)) {
        follow_or_retry(worker, &has_more);
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
    struct discard_job job = {.job = {.run = discard_run}};

    if (!lane_run(worker->deps.writer, &job.job, err)) return err_wrap(err, "discard old value tables");
    if (job.discarded_count > 0)
        log_info("%lld value tables of an earlier revision and all fits are computed again", (long long)job.discarded_count);
    worker->store = store_open(worker->deps.database_path, STORE_READ, err);
    if (worker->store == NULL) return false;
    roster_init(&worker->roster, worker->store);
    broadcast_init(&worker->broadcast, worker->deps.hub, &worker->roster, worker->deps.progress);
    ended_fits_init(&worker->ended, worker->deps.writer, &worker->broadcast);
    worker->heartbeat_at_us = clock_monotonic_us(worker->deps.clock) + (int64_t)HEARTBEAT_MS * US_PER_MS;
    /* Sessions are found by their changes from the first on and loaded with what they have; trials and tables only from here on. */
    return store_trial_newest_id(worker->store, &worker->trial_cursor, err) &&
           store_value_table_newest_id(worker->store, &worker->table_cursor, err);
}

static void free_worker(struct fit_worker *worker)
{
    ended_fits_close(&worker->ended);
    broadcast_close(&worker->broadcast);
    roster_close(&worker->roster);
    store_close(worker->store);
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
