#include "store/store_trial.h"

#include <string.h>

#include "store/store_private.h"

#define TRIAL_COLUMNS                                                                                                            \
    "trial_id, session_id, phase, trial_index, response, is_correct, is_tie,"                                                    \
    " CASE is_rt_missing WHEN 0 THEN rt_ms END, onset_ms, frame_ms, is_visible,"                                                 \
    " is_fullscreen, input, previous_reply_ms, received_at_ms, total_correct, total_scored, total_regret,"                       \
    " total_chance_regret_doubled"

static const char SQL_INSERT[] =
    "INSERT INTO trial (session_id, phase, trial_index, response, is_correct, is_tie, rt_ms, onset_ms, frame_ms, is_visible,"
    " is_fullscreen, input, previous_reply_ms, received_at_ms, total_correct, total_scored, total_regret,"
    " total_chance_regret_doubled, is_rt_missing) VALUES (:session_id, :phase, :trial_index, :response, :is_correct, :is_tie, "
    ":rt_ms, :onset_ms,"
    " :frame_ms, :is_visible, :is_fullscreen, :input, :previous_reply_ms, :received_at_ms, :total_correct, :total_scored,"
    " :total_regret, :total_chance_regret_doubled, :is_rt_missing)";
static const char SQL_GET[]        = "SELECT " TRIAL_COLUMNS " FROM trial WHERE session_id = :session_id AND phase = :phase"
                                     " AND trial_index = :trial_index";
static const char SQL_LAST[]       = "SELECT " TRIAL_COLUMNS " FROM trial WHERE session_id = :session_id AND phase = :phase"
                                     " ORDER BY trial_index DESC LIMIT 1";
static const char SQL_OF_SESSION[] = "SELECT " TRIAL_COLUMNS " FROM trial WHERE session_id = :session_id AND phase = :phase"
                                     " ORDER BY trial_index";
static const char SQL_AFTER[]      = "SELECT " TRIAL_COLUMNS " FROM trial WHERE trial_id > :after ORDER BY trial_id"
                                     " LIMIT :limit";
static const char SQL_NEWEST[]     = "SELECT coalesce(max(trial_id), 0) FROM trial";

const char *const STORE_TRIAL_SQL[] = {SQL_INSERT, SQL_GET, SQL_LAST, SQL_OF_SESSION, SQL_AFTER, SQL_NEWEST, NULL};

bool store_trial_insert(struct store *store, const struct trial_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_text(&stmt, ":phase", phase_name(row->phase));
    db_bind_i64(&stmt, ":trial_index", row->trial_index);
    db_bind_i64(&stmt, ":response", row->response);
    db_bind_i64(&stmt, ":is_correct", row->is_correct);
    db_bind_i64(&stmt, ":is_tie", row->is_tie);
    db_bind_f64(&stmt, ":rt_ms", row->is_rt_missing ? 0.0 : row->rt_ms);
    db_bind_i64(&stmt, ":is_rt_missing", row->is_rt_missing);
    db_bind_f64(&stmt, ":onset_ms", row->onset_ms);
    db_bind_f64(&stmt, ":frame_ms", row->frame_ms);
    db_bind_i64(&stmt, ":is_visible", row->is_visible);
    db_bind_i64(&stmt, ":is_fullscreen", row->is_fullscreen);
    db_bind_text(&stmt, ":input", row->input);
    db_bind_f64(&stmt, ":previous_reply_ms", row->previous_reply_ms);
    db_bind_i64(&stmt, ":received_at_ms", row->received_at_ms);
    db_bind_i64(&stmt, ":total_correct", row->total_correct);
    db_bind_i64(&stmt, ":total_scored", row->total_scored);
    db_bind_i64(&stmt, ":total_regret", row->total_regret);
    db_bind_i64(&stmt, ":total_chance_regret_doubled", row->total_chance_regret_doubled);
    return db_run(&stmt, err);
}

static bool read_trial(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct trial_row *out = row;
    char              phase[PHASE_NAME_BYTES];

    (void)arena;
    (void)err;
    out->trial_id   = db_i64(stmt, 0);
    out->session_id = db_i64(stmt, 1);
    db_copy_text(stmt, 2, phase, sizeof phase);
    out->phase         = strcmp(phase, phase_name(PHASE_MAIN)) == 0 ? PHASE_MAIN : PHASE_PRACTICE;
    out->trial_index   = (int)db_i64(stmt, 3);
    out->response      = (int)db_i64(stmt, 4);
    out->is_correct    = db_i64(stmt, 5) != 0;
    out->is_tie        = db_i64(stmt, 6) != 0;
    out->rt_ms         = db_f64(stmt, 7);
    out->is_rt_missing = db_is_null(stmt, 7);
    out->onset_ms      = db_f64(stmt, 8);
    out->frame_ms      = db_f64(stmt, 9);
    out->is_visible    = db_i64(stmt, 10) != 0;
    out->is_fullscreen = db_i64(stmt, 11) != 0;
    db_copy_text(stmt, 12, out->input, sizeof out->input);
    out->previous_reply_ms           = db_f64(stmt, 13);
    out->received_at_ms              = db_i64(stmt, 14);
    out->total_correct               = db_i64(stmt, 15);
    out->total_scored                = db_i64(stmt, 16);
    out->total_regret                = db_i64(stmt, 17);
    out->total_chance_regret_doubled = db_i64(stmt, 18);
    return true;
}

bool store_trial_get(struct store *store, int64_t session_id, enum phase phase, int trial_index, struct trial_row *out,
                     bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_GET);

    db_bind_i64(&stmt, ":session_id", session_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    db_bind_i64(&stmt, ":trial_index", trial_index);
    return row_find(&stmt, NULL, read_trial, out, is_found, err);
}

bool store_trial_last(struct store *store, int64_t session_id, enum phase phase, struct trial_row *out, bool *is_found,
                      struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LAST);

    db_bind_i64(&stmt, ":session_id", session_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    return row_find(&stmt, NULL, read_trial, out, is_found, err);
}

bool store_trials_of_session(struct store *store, int64_t session_id, enum phase phase, struct arena *arena,
                             struct trial_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF_SESSION);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":session_id", session_id);
    db_bind_text(&stmt, ":phase", phase_name(phase));
    if (!rows_collect(&stmt, arena, sizeof **rows, read_trial, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_trials_after(struct store *store, int64_t after_trial_id, int limit, struct arena *arena, struct trial_row **rows,
                        int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_AFTER);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":after", after_trial_id);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_trial, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool read_newest(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

bool store_trial_newest_id(struct store *store, int64_t *trial_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NEWEST);
    bool        is_found;

    *trial_id = 0;
    return row_find(&stmt, NULL, read_newest, trial_id, &is_found, err);
}
