#include "live/follower.h"

#include "base/log.h"

enum {
    PAGE_TRIALS      = 512, /* rows per look, so that snapshots are answered in between */
    PAGE_SESSIONS    = 128,
    PAGE_TABLES      = 128,
    STUDIES_TOLD_MAX = 16,
};

/* --- trials --- */

static void give_up(struct follower *follower, struct live_session *session, const struct err *err)
{
    log_error("session %lld is loaded again when it goes on: %s", (long long)session->overview.session.session_id, err->message);
    roster_drop(&follower->roster, session);
}

/* A session that is not in memory yet, or not any more. */
static void meet(struct follower *follower, int64_t session_id)
{
    struct session_overview overview;
    struct live_session    *session;
    struct err              err;
    bool                    is_found;

    if (!store_overview_of_session(follower->store, session_id, &overview, &is_found, &err)) {
        log_error("session %lld cannot be followed: %s", (long long)session_id, err.message);
        return;
    }
    if (!is_found) return;
    if (overview.session.state != SESSION_ACTIVE) {
        ended_fits_note(&follower->ended, overview.session.condition_id);
        broadcast_session(&follower->broadcast, &overview);
    } else if (roster_add(&follower->roster, &overview, &session, &err)) {
        broadcast_resend(&follower->broadcast, session); /* who watches may have missed what was loaded just now */
        roster_mark_changed(&follower->roster, session);
    } else {
        log_error("session %lld cannot be followed: %s", (long long)session_id, err.message);
    }
}

static void take_trial(struct follower *follower, const struct trial_row *row)
{
    struct live_session *session = roster_session(&follower->roster, row->session_id);
    struct err           err;

    if (session == NULL) {
        meet(follower, row->session_id);
        return;
    }
    if (!live_session_take(session, follower->store, row, broadcast_trial, &follower->broadcast, &err)) {
        give_up(follower, session, &err);
        return;
    }
    if (row->phase == PHASE_PRACTICE)
        broadcast_watched(&follower->broadcast, session); /* main trials have an event of their own */
    roster_mark_changed(&follower->roster, session);
}

static bool follow_trials(struct follower *follower, struct arena *arena, bool *has_more, struct err *err)
{
    struct trial_row *rows  = NULL;
    int               count = 0;

    if (!store_trials_after(follower->store, follower->trial_cursor, PAGE_TRIALS, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_trial(follower, &rows[i]);
        follower->trial_cursor = rows[i].trial_id;
    }
    *has_more |= count == PAGE_TRIALS;
    return true;
}

/* --- session changes --- */

static void take_change(struct follower *follower, const struct session_row *row)
{
    struct live_session    *session = roster_session(&follower->roster, row->session_id);
    struct session_overview overview;
    struct err              err;
    bool                    is_found, is_other_state;

    if (session == NULL) {
        meet(follower, row->session_id);
        return;
    }
    if (!live_session_catch_up(session, follower->store, broadcast_trial, &follower->broadcast, &err) ||
        !store_overview_of_session(follower->store, row->session_id, &overview, &is_found, &err)) {
        give_up(follower, session, &err);
        return;
    }
    if (!is_found) return;
    is_other_state    = overview.session.state != session->overview.session.state;
    session->overview = overview;
    if (is_other_state)
        broadcast_resend(&follower->broadcast, session);
    else
        broadcast_watched(&follower->broadcast, session);
    if (overview.session.state != SESSION_ACTIVE) ended_fits_note(&follower->ended, overview.session.condition_id);
    roster_mark_changed(&follower->roster, session);
}

static bool follow_changes(struct follower *follower, struct arena *arena, bool *has_more, struct err *err)
{
    struct session_row *rows  = NULL;
    int                 count = 0;

    if (!store_sessions_changed(follower->store, follower->change_cursor, PAGE_SESSIONS, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_change(follower, &rows[i]);
        follower->change_cursor = rows[i].change_number;
    }
    *has_more |= count == PAGE_SESSIONS;
    return true;
}

/* --- erasures --- */

static void take_tombstone(struct follower *follower, const struct tombstone_row *stone)
{
    struct live_session *session = roster_session(&follower->roster, stone->session_id);

    if (session != NULL) roster_drop(&follower->roster, session);
    broadcast_erased(&follower->broadcast, stone);
}

static bool follow_tombstones(struct follower *follower, struct arena *arena, bool *has_more, struct err *err)
{
    struct tombstone_row *stones = NULL;
    int                   count  = 0;

    if (!store_tombstones_after(follower->store, follower->stone_cursor, PAGE_SESSIONS, arena, &stones, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        take_tombstone(follower, &stones[i]);
        follower->stone_cursor = stones[i].change_number;
    }
    *has_more |= count == PAGE_SESSIONS;
    return true;
}

/* --- value tables --- */

static void set_column(struct follower *follower, const struct live_condition *condition, int model_index)
{
    for (int i = 0; i < follower->roster.sessions.count; i++) {
        struct live_session *session = follower->roster.sessions.entries[i].value;

        if (session->condition != condition) continue;
        fit_state_set_values(&session->state, model_index, condition->columns[model_index]);
        session->needs_resend = follower->has_resend = true;
        roster_mark_changed(&follower->roster, session);
    }
}

static void take_table(struct follower *follower, const struct value_table_name *name)
{
    struct live_condition *condition = roster_condition(&follower->roster, name->condition_id);
    struct err             err;
    int                    model_index;
    bool                   is_new = false;

    if (condition != NULL) {
        if (!live_condition_add_table(condition, follower->store, name, &model_index, &is_new, &err)) {
            log_error("a value table of condition %lld cannot be used: %s", (long long)name->condition_id, err.message);
            return;
        }
        if (is_new) set_column(follower, condition, model_index);
        follower->is_completed |= is_new && live_condition_is_ready(condition);
    }
    ended_fits_note(&follower->ended, name->condition_id);
}

static void tell_studies(struct follower *follower, const struct value_table_name *names, int count)
{
    int64_t told[STUDIES_TOLD_MAX];
    int     told_count = 0;

    for (int i = 0; i < count; i++) {
        bool is_told = false;

        for (int j = 0; j < told_count; j++) is_told |= told[j] == names[i].study_id;
        if (is_told) continue;
        if (told_count < STUDIES_TOLD_MAX) told[told_count++] = names[i].study_id;
        broadcast_value_tables(&follower->broadcast, names[i].study_id);
    }
}

static bool follow_tables(struct follower *follower, struct arena *arena, bool *has_more, struct err *err)
{
    struct value_table_name *names = NULL;
    int                      count = 0;

    if (!store_value_tables_after(follower->store, follower->table_cursor, PAGE_TABLES, arena, &names, &count, err)) return false;
    for (int i = 0; i < count; i++) {
        take_table(follower, &names[i]);
        follower->table_cursor = names[i].value_table_id;
    }
    tell_studies(follower, names, count);
    *has_more |= count == PAGE_TABLES;
    return true;
}

/* --- all of it --- */

/* Trials before changes: a session that has ended has all its trials by then. One view for all, so that none overtakes another. */
/* Tour 7/9: after the commit. What is past the cursors is taken in, nothing else is asked of the store. */
bool follower_follow(struct follower *follower, bool *has_more, struct err *err)
{
    struct arena arena;
    bool         ok;

    if (!store_snapshot_begin(follower->store, err)) return false;
    arena_init(&arena);
    ok = follow_trials(follower, &arena, has_more, err) && follow_changes(follower, &arena, has_more, err) &&
         follow_tombstones(follower, &arena, has_more, err) && follow_tables(follower, &arena, has_more, err);
    store_snapshot_end(follower->store);
    arena_close(&arena);
    return ok;
}

/* --- what is due --- */

/* The snapshot that completes a session's numbers goes at once, those on the way to it only every so often. */
void follower_resend(struct follower *follower, bool is_due)
{
    if (!is_due && !follower->is_completed) return;
    follower->has_resend = follower->is_completed = false;
    for (int i = 0; i < follower->roster.sessions.count; i++) {
        struct live_session *session = follower->roster.sessions.entries[i].value;

        if (!session->needs_resend) continue;
        if (is_due || live_condition_is_ready(session->condition)) {
            broadcast_resend(&follower->broadcast, session);
            session->needs_resend = false;
        } else {
            follower->has_resend = true;
        }
    }
}

/* Ended sessions stay while somebody watches them: a late value table is for them too. */
void follower_forget_ended(struct follower *follower)
{
    for (int i = follower->roster.sessions.count - 1; i >= 0; i--) {
        struct live_session *session = follower->roster.sessions.entries[i].value;

        if (session->overview.session.state == SESSION_ACTIVE || broadcast_is_watched(&follower->broadcast, session)) continue;
        if (id_map_get(&follower->ended.noted, session->condition->row.condition_id) == NULL)
            roster_drop(&follower->roster, session);
    }
}

/* --- life --- */

bool follower_open(struct follower *follower, const struct follower_deps *deps, struct err *err)
{
    *follower       = (struct follower){0};
    follower->store = store_open(deps->database_path, STORE_READ, err);
    if (follower->store == NULL) return false;
    roster_init(&follower->roster, follower->store);
    broadcast_init(&follower->broadcast, deps->hub, &follower->roster, deps->progress);
    ended_fits_init(&follower->ended, deps->writer, &follower->broadcast);
    /* Sessions are found by their changes from the first on and loaded with what they have; all else only from here on. */
    if (store_trial_newest_id(follower->store, &follower->trial_cursor, err) &&
        store_tombstone_newest_change(follower->store, &follower->stone_cursor, err) &&
        store_value_table_newest_id(follower->store, &follower->table_cursor, err))
        return true;
    follower_close(follower);
    return false;
}

void follower_close(struct follower *follower)
{
    if (follower->store == NULL) return;
    ended_fits_close(&follower->ended);
    broadcast_close(&follower->broadcast);
    roster_close(&follower->roster);
    store_close(follower->store);
    *follower = (struct follower){0};
}
