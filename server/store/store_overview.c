#include "store/store_overview.h"

#include "store/store_private.h"

/* `t` is the newest main trial, `u` the newest practice trial, `f` the best fit. Fits are there for ended sessions only. */
#define NEWEST_TRIAL(alias, phase)                                                                                               \
    " LEFT JOIN trial AS " alias " ON " alias ".session_id = s.session_id AND " alias ".phase = '" phase "' AND " alias          \
    ".trial_index = (SELECT max(n.trial_index) FROM trial AS n WHERE n.session_id = s.session_id AND n.phase = '" phase "')"
#define OVERVIEW_SELECT                                                                                                          \
    "SELECT " SESSION_COLUMNS ", c.condition_number, coalesce(u.trial_index + 1, 0), coalesce(t.trial_index + 1, 0),"            \
    " t.total_correct, t.total_scored, t.total_regret, t.total_chance_regret_doubled,"                                           \
    " max(s.seen_at_ms, coalesce(t.received_at_ms, 0), coalesce(u.received_at_ms, 0)),"                                          \
    " coalesce((SELECT q.is_included FROM questionnaire AS q WHERE q.session_id = s.session_id), s.imported_include),"           \
    " f.representation_id, f.learner, f.posterior_prob"                                                                          \
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)" NEWEST_TRIAL(     \
        "t", "main") NEWEST_TRIAL("u", "practice") " LEFT JOIN fit AS f ON f.session_id = s.session_id"                          \
                                                   " AND (f.representation_id, f.learner) ="                                     \
                                                   " (SELECT b.representation_id, b.learner FROM fit AS b"                       \
                                                   " WHERE b.session_id = s.session_id ORDER BY b.posterior_prob DESC LIMIT 1)"

static const char SQL_OF_STUDY[] =
    OVERVIEW_SELECT " WHERE s.study_id = :study_id AND " S_IN_MODE " AND s.session_id >= coalesce("
                    "(SELECT s.session_id FROM session AS s WHERE s.study_id = :study_id AND " S_IN_MODE
                    " ORDER BY s.session_id DESC LIMIT 1 OFFSET :limit - 1), 0) ORDER BY s.session_id";
static const char SQL_OF_SESSION[] = OVERVIEW_SELECT " WHERE s.session_id = :session_id";

const char *const STORE_OVERVIEW_SQL[] = {SQL_OF_STUDY, SQL_OF_SESSION, NULL};

static bool read_overview(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct session_overview *out    = row;
    int                      column = SESSION_COLUMN_COUNT;

    if (!session_row_read(stmt, arena, &out->session, err)) return false;
    out->condition_number            = (int)db_i64(stmt, column++);
    out->practice_count              = (int)db_i64(stmt, column++);
    out->response_count              = (int)db_i64(stmt, column++);
    out->total_correct               = db_i64(stmt, column++);
    out->total_scored                = db_i64(stmt, column++);
    out->total_regret                = db_i64(stmt, column++);
    out->total_chance_regret_doubled = db_i64(stmt, column++);
    out->last_seen_ms                = db_i64(stmt, column++);
    if (!db_is_null(stmt, column)) out->inclusion = db_i64(stmt, column) != 0 ? INCLUSION_YES : INCLUSION_NO;
    column++;
    out->has_leading               = !db_is_null(stmt, column);
    out->leading_representation_id = db_i64(stmt, column++);
    db_copy_text(stmt, column++, out->leading_learner, sizeof out->leading_learner);
    out->leading_posterior_prob = db_f64(stmt, column);
    return true;
}

bool store_overviews_of_study(struct store *store, int64_t study_id, enum session_mode mode, int limit, struct arena *arena,
                              struct session_overview **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF_STUDY);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_overview, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_overview_of_session(struct store *store, int64_t session_id, struct session_overview *out, bool *is_found,
                               struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF_SESSION);

    *out = (struct session_overview){0};
    db_bind_i64(&stmt, ":session_id", session_id);
    return row_find(&stmt, NULL, read_overview, out, is_found, err);
}
