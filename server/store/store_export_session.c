#include "store/store_export.h"
#include "store/store_private.h"

/* `t` is the newest main trial, `u` the newest practice trial. */
#define NEWEST(alias, phase)                                                                                                     \
    " LEFT JOIN trial AS " alias " ON " alias ".session_id = s.session_id AND " alias ".phase = '" phase "' AND " alias          \
    ".trial_index = (SELECT max(n.trial_index) FROM trial AS n WHERE n.session_id = s.session_id AND n.phase = '" phase "')"

static const char SQL_SESSIONS[] =
    "SELECT " SESSION_COLUMNS ", s.program_version, s.settings_sha256, s.stimulus_set_sha256, s.representations_sha256,"
    " s.consent_sha256, c.condition_number, c.dimension,"
    " max(s.seen_at_ms, coalesce(t.received_at_ms, 0), coalesce(u.received_at_ms, 0)),"
    " (SELECT count(*) FROM comprehension_attempt AS a WHERE a.session_id = s.session_id),"
    " coalesce(u.trial_index + 1, 0), coalesce(t.trial_index + 1, 0),"
    " t.total_correct, t.total_scored, t.total_regret, t.total_chance_regret_doubled,"
    " q.gender, q.age, q.strategy, q.is_included, s.imported_include, c.is_dimension_missing"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)" NEWEST("t", "main")
        NEWEST("u", "practice") " LEFT JOIN questionnaire AS q ON q.session_id = s.session_id"
                                " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id";

const char *const STORE_EXPORT_SESSION_SQL[] = {SQL_SESSIONS, NULL};

static bool read_answers(const struct stmt *stmt, int column, struct arena *arena, struct export_session *out, struct err *err)
{
    if (!db_is_null(stmt, column + 4)) out->imported_include = db_i64(stmt, column + 4) != 0 ? INCLUSION_YES : INCLUSION_NO;
    out->is_dimension_missing = db_i64(stmt, column + 5) != 0;
    if (!out->session.has_questionnaire) return true;
    out->gender      = db_text(stmt, column, arena);
    out->age         = (int)db_i64(stmt, column + 1);
    out->strategy    = db_text(stmt, column + 2, arena);
    out->is_included = db_i64(stmt, column + 3) != 0;
    return out->gender != NULL && out->strategy != NULL ? true : err_no_memory(err);
}

static bool read_session(const struct stmt *stmt, struct arena *arena, struct export_session *out, struct err *err)
{
    int column = SESSION_COLUMN_COUNT;

    if (!session_row_read(stmt, arena, &out->session, err)) return false;
    db_copy_text(stmt, column++, out->provenance.program_version, sizeof out->provenance.program_version);
    db_hash(stmt, column++, &out->provenance.settings_sha256);
    db_hash(stmt, column++, &out->provenance.stimulus_set_sha256);
    db_hash(stmt, column++, &out->provenance.representations_sha256);
    db_hash(stmt, column++, &out->consent_sha256);
    out->condition_number                 = (int)db_i64(stmt, column++);
    out->dimension                        = (int)db_i64(stmt, column++);
    out->last_seen_ms                     = db_i64(stmt, column++);
    out->comprehension_attempt_count      = (int)db_i64(stmt, column++);
    out->practice_count                   = (int)db_i64(stmt, column++);
    out->response_count                   = (int)db_i64(stmt, column++);
    out->last.total_correct               = db_i64(stmt, column++);
    out->last.total_scored                = db_i64(stmt, column++);
    out->last.total_regret                = db_i64(stmt, column++);
    out->last.total_chance_regret_doubled = db_i64(stmt, column++);
    return read_answers(stmt, column, arena, out, err);
}

bool store_export_sessions(struct store *store, int64_t study_id, enum session_mode mode, export_session_fn visit, void *argument,
                           struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SESSIONS);
    bool        has_row;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    for (;;) {
        struct export_session row = {0};
        struct arena          arena;
        bool                  ok;

        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        arena_init(&arena);
        ok = read_session(&stmt, &arena, &row, err) && visit(argument, &row, err);
        arena_close(&arena);
        if (!ok) {
            db_reset(&stmt);
            return false;
        }
    }
}
