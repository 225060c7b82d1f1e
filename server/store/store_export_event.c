#include "store/store_export.h"
#include "store/store_private.h"

static const char SQL_EVENTS[] =
    "SELECT p.participant_number, s.public_id, s.is_pilot, e.event_index, e.kind, e.at_ms, e.trial_index, e.detail,"
    " e.received_at_ms FROM session AS s JOIN participant AS p USING (participant_id)"
    " JOIN event AS e ON e.session_id = s.session_id"
    " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id, e.event_index";
static const char SQL_ANSWERS[] =
    "SELECT p.participant_number, s.public_id, s.is_pilot, q.gender, q.age, q.strategy, q.is_included, q.received_at_ms"
    " FROM session AS s JOIN participant AS p USING (participant_id) JOIN questionnaire AS q ON q.session_id = s.session_id"
    " WHERE s.study_id = :study_id AND " S_IN_MODE " ORDER BY s.session_id";
static const char SQL_SNAPSHOT[] =
    "SELECT coalesce((SELECT max(t.trial_id) FROM session AS s JOIN trial AS t ON t.session_id = s.session_id"
    " WHERE s.study_id = :study_id), 0),"
    " max(coalesce((SELECT max(change_number) FROM session WHERE study_id = :study_id), 0),"
    " coalesce((SELECT max(change_number) FROM tombstone WHERE study_id = :study_id), 0))";
#define OF_STUDY_IN_MODE " WHERE s.study_id = :study_id AND " S_IN_MODE
static const char SQL_COUNTS[] =
    "SELECT (SELECT count(*) FROM session AS s" OF_STUDY_IN_MODE "),"
    " (SELECT count(*) FROM session AS s JOIN trial AS t ON t.session_id = s.session_id AND t.phase = 'main'" OF_STUDY_IN_MODE
    "),"
    " (SELECT count(*) FROM session AS s JOIN trial AS t ON t.session_id = s.session_id" OF_STUDY_IN_MODE "),"
    " (SELECT count(*) FROM session AS s JOIN event AS e ON e.session_id = s.session_id" OF_STUDY_IN_MODE "),"
    " (SELECT count(*) FROM session AS s JOIN questionnaire AS q ON q.session_id = s.session_id" OF_STUDY_IN_MODE "),"
    " (SELECT count(*) FROM study_representation WHERE study_id = :study_id)";

const char *const STORE_EXPORT_EVENT_SQL[] = {SQL_EVENTS, SQL_ANSWERS, SQL_SNAPSHOT, SQL_COUNTS, NULL};

static bool read_event(const struct stmt *stmt, struct arena *arena, struct export_event *out, struct err *err)
{
    out->participant_number = (int)db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->session_public_id, sizeof out->session_public_id);
    out->is_pilot       = db_i64(stmt, 2) != 0;
    out->event_index    = db_i64(stmt, 3);
    out->kind           = db_text(stmt, 4, arena);
    out->at_ms          = db_f64(stmt, 5);
    out->trial_index    = db_is_null(stmt, 6) ? -1 : (int)db_i64(stmt, 6);
    out->detail         = db_text(stmt, 7, arena);
    out->received_at_ms = db_i64(stmt, 8);
    return out->kind != NULL && (out->detail != NULL || db_is_null(stmt, 7)) ? true : err_no_memory(err);
}

static bool read_answers(const struct stmt *stmt, struct arena *arena, struct export_answers *out, struct err *err)
{
    out->participant_number = (int)db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->session_public_id, sizeof out->session_public_id);
    out->is_pilot       = db_i64(stmt, 2) != 0;
    out->gender         = db_text(stmt, 3, arena);
    out->age            = (int)db_i64(stmt, 4);
    out->strategy       = db_text(stmt, 5, arena);
    out->is_included    = db_i64(stmt, 6) != 0;
    out->received_at_ms = db_i64(stmt, 7);
    return out->gender != NULL && out->strategy != NULL ? true : err_no_memory(err);
}

bool store_export_events(struct store *store, int64_t study_id, enum session_mode mode, export_event_fn visit, void *argument,
                         struct err *err)
{
    struct stmt stmt    = db_stmt(store->db, SQL_EVENTS);
    bool        ok      = true;
    bool        has_row = true;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    while (ok) {
        struct export_event row = {0};
        struct arena        arena;

        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        arena_init(&arena);
        ok = read_event(&stmt, &arena, &row, err) && visit(argument, &row, err);
        arena_close(&arena);
    }
    db_reset(&stmt);
    return false;
}

bool store_export_questionnaires(struct store *store, int64_t study_id, enum session_mode mode, export_answers_fn visit,
                                 void *argument, struct err *err)
{
    struct stmt stmt    = db_stmt(store->db, SQL_ANSWERS);
    bool        ok      = true;
    bool        has_row = true;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    while (ok) {
        struct export_answers row = {0};
        struct arena          arena;

        if (!db_step(&stmt, &has_row, err)) return false;
        if (!has_row) return true;
        arena_init(&arena);
        ok = read_answers(&stmt, &arena, &row, err) && visit(argument, &row, err);
        arena_close(&arena);
    }
    db_reset(&stmt);
    return false;
}

static bool read_snapshot(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct export_snapshot *out = row;

    (void)arena;
    (void)err;
    out->newest_trial  = db_i64(stmt, 0);
    out->newest_change = db_i64(stmt, 1);
    return true;
}

bool store_export_snapshot(struct store *store, int64_t study_id, struct export_snapshot *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SNAPSHOT);
    bool        is_found;

    *out = (struct export_snapshot){0};
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_snapshot, out, &is_found, err);
}

static bool read_counts(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct export_counts *out = row;

    (void)arena;
    (void)err;
    out->sessions        = db_i64(stmt, 0);
    out->trials          = db_i64(stmt, 1);
    out->all_trials      = db_i64(stmt, 2);
    out->events          = db_i64(stmt, 3);
    out->questionnaires  = db_i64(stmt, 4);
    out->representations = db_i64(stmt, 5);
    return true;
}

bool store_export_counts(struct store *store, int64_t study_id, enum session_mode mode, struct export_counts *out,
                         struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNTS);
    bool        is_found;

    *out = (struct export_counts){0};
    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_text(&stmt, ":mode", session_mode_name(mode));
    return row_find(&stmt, NULL, read_counts, out, &is_found, err);
}
