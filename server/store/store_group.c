#include "store/store_group.h"

#include <string.h>

#include "store/store_arrival.h"
#include "store/store_private.h"

static const char SQL_MARK[] =
    "SELECT (SELECT coalesce(max(change_number), 0) FROM session), (SELECT coalesce(max(trial_id), 0) FROM trial),"
    " (SELECT coalesce(max(change_number), 0) FROM tombstone)";
/* By the cursor and not by the study (hence the plus): what is new is little, a study may be large. */
static const char SQL_SESSIONS_AFTER[] =
    "SELECT s.session_id, s.public_id, p.participant_number, s.condition_id, s.state, coalesce(q.is_included, "
    "s.imported_include), s.change_number"
    " FROM session AS s JOIN participant AS p USING (participant_id) LEFT JOIN questionnaire AS q ON q.session_id = s.session_id"
    " WHERE +s.study_id = :study_id AND " S_IN_PRESENT_MODE " AND s.change_number > :after ORDER BY s.change_number LIMIT :limit";
#define TRIAL_SELECT                                                                                                             \
    "SELECT t.trial_id, t.session_id, t.trial_index, t.response, t.is_correct, t.is_tie, CASE t.is_rt_missing WHEN 0 THEN "      \
    "t.rt_ms END FROM trial AS t"
static const char SQL_TRIALS_AFTER[] = TRIAL_SELECT
    " JOIN session AS s USING (session_id) WHERE t.trial_id > :after AND t.phase = 'main' AND +s.study_id = :study_id"
    " AND " S_IN_PRESENT_MODE " ORDER BY t.trial_id LIMIT :limit";
static const char SQL_TRIALS_OF_SESSION[] =
    TRIAL_SELECT " WHERE t.session_id = :session_id AND t.phase = 'main' ORDER BY t.trial_index";
static const char SQL_FUNNEL[] = "SELECT count(*), total(comprehension_passed_at_ms IS NOT NULL OR is_imported), total(state = "
                                 "'active'), total(state = 'finished'),"
                                 " total(state = 'left') FROM session AS s WHERE study_id = :study_id AND " S_IN_PRESENT_MODE;
static const char SQL_CONDITIONS[] =
    "SELECT c.condition_number, total(s.state = 'active'), total(s.state = 'finished'), total(s.state = 'left')"
    " FROM condition AS c LEFT JOIN session AS s ON s.condition_id = c.condition_id AND " S_IN_PRESENT_MODE
    " WHERE c.study_id = :study_id GROUP BY c.condition_id ORDER BY c.condition_number";

const char *const STORE_GROUP_SQL[] = {
    SQL_MARK, SQL_SESSIONS_AFTER, SQL_TRIALS_AFTER, SQL_TRIALS_OF_SESSION, SQL_FUNNEL, SQL_CONDITIONS, NULL};

static bool read_mark(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(struct group_mark *)row = (struct group_mark){
        .change_number = db_i64(stmt, 0), .trial_id = db_i64(stmt, 1), .stone_change_number = db_i64(stmt, 2)};
    return true;
}

bool store_group_mark(struct store *store, struct group_mark *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_MARK);
    bool        is_found;

    return row_find(&stmt, NULL, read_mark, out, &is_found, err);
}

static bool read_session(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct group_session_row *out = row;
    char                      state[STATE_BYTES];

    (void)arena;
    (void)err;
    out->session_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->public_id, sizeof out->public_id);
    out->participant_number = (int)db_i64(stmt, 2);
    out->condition_id       = db_i64(stmt, 3);
    db_copy_text(stmt, 4, state, sizeof state);
    out->state = session_state_from_name(state);
    if (!db_is_null(stmt, 5)) out->inclusion = db_i64(stmt, 5) != 0 ? INCLUSION_YES : INCLUSION_NO;
    out->change_number = db_i64(stmt, 6);
    return true;
}

bool store_group_sessions_after(struct store *store, int64_t study_id, int64_t after_change_number, int limit,
                                struct arena *arena, struct group_session_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SESSIONS_AFTER);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":after", after_change_number);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_session, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_trial(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct group_trial_row *out = row;

    (void)arena;
    (void)err;
    out->trial_id    = db_i64(stmt, 0);
    out->session_id  = db_i64(stmt, 1);
    out->trial_index = (int)db_i64(stmt, 2);
    out->response    = (int)db_i64(stmt, 3);
    out->is_correct  = db_i64(stmt, 4) != 0;
    out->is_tie      = db_i64(stmt, 5) != 0;
    out->rt_ms       = db_f64(stmt, 6);
    return true;
}

bool store_group_trials_after(struct store *store, int64_t study_id, int64_t after_trial_id, int limit, struct arena *arena,
                              struct group_trial_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIALS_AFTER);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":after", after_trial_id);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_trial, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_group_trials_of_session(struct store *store, int64_t session_id, struct arena *arena, struct group_trial_row **rows,
                                   int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TRIALS_OF_SESSION);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":session_id", session_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_trial, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_funnel(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct group_funnel *out = row;

    (void)arena;
    (void)err;
    *out = (struct group_funnel){.consented            = (int)db_i64(stmt, 0),
                                 .passed_comprehension = (int)db_i64(stmt, 1),
                                 .active               = (int)db_f64(stmt, 2),
                                 .finished             = (int)db_f64(stmt, 3),
                                 .left                 = (int)db_f64(stmt, 4)};
    return true;
}

bool store_group_funnel(struct store *store, int64_t study_id, struct group_funnel *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_FUNNEL);
    int         arrived;
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!row_find(&stmt, NULL, read_funnel, out, &is_found, err) || !store_arrival_count_present(store, study_id, &arrived, err))
        return false;
    /* Who consented has arrived, whether or not the browser could say so. */
    out->arrived = arrived > out->consented ? arrived : out->consented;
    return true;
}

static bool read_condition(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct group_condition_row *out = row;

    (void)arena;
    (void)err;
    *out = (struct group_condition_row){.condition_number = (int)db_i64(stmt, 0),
                                        .active           = (int)db_f64(stmt, 1),
                                        .finished         = (int)db_f64(stmt, 2),
                                        .left             = (int)db_f64(stmt, 3)};
    return true;
}

bool store_group_conditions(struct store *store, int64_t study_id, struct arena *arena, struct group_condition_row **rows,
                            int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_CONDITIONS);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_condition, &all, count, err)) return false;
    *rows = all;
    return true;
}
