#include "store/store_record.h"

#include "store/store_private.h"

static const char SQL_COMPREHENSION_COUNT[] = "SELECT count(*) FROM comprehension_attempt WHERE session_id = :session_id";
static const char SQL_COMPREHENSION_INSERT[] =
    "INSERT INTO comprehension_attempt (session_id, attempt_number, answers, is_passed, received_at_ms)"
    " VALUES (:session_id, :attempt_number, :answers, :is_passed, :received_at_ms)";
static const char SQL_EVENT_INSERT[] =
    "INSERT INTO event (session_id, event_index, kind, at_ms, trial_index, detail, received_at_ms)"
    " VALUES (:session_id, :event_index, :kind, :at_ms, :trial_index, :detail, :received_at_ms)"
    " ON CONFLICT (session_id, event_index) DO NOTHING";
static const char SQL_QUESTIONNAIRE_PUT[] =
    "INSERT INTO questionnaire (session_id, gender, age, strategy, is_included, received_at_ms)"
    " VALUES (:session_id, :gender, :age, :strategy, :is_included, :received_at_ms) ON CONFLICT (session_id) DO UPDATE SET"
    " gender = excluded.gender, age = excluded.age, strategy = excluded.strategy, is_included = excluded.is_included,"
    " received_at_ms = excluded.received_at_ms";

const char *const STORE_RECORD_SQL[] = {
    SQL_COMPREHENSION_COUNT, SQL_COMPREHENSION_INSERT, SQL_EVENT_INSERT, SQL_QUESTIONNAIRE_PUT, NULL,
};

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_comprehension_count(struct store *store, int64_t session_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COMPREHENSION_COUNT);
    bool        is_found;

    *count = 0;
    db_bind_i64(&stmt, ":session_id", session_id);
    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}

bool store_comprehension_insert(struct store *store, const struct comprehension_row *row, int *attempt_number, struct err *err)
{
    struct stmt stmt;
    int         count;

    if (!store_comprehension_count(store, row->session_id, &count, err)) return false;
    *attempt_number = count + 1;
    stmt            = db_stmt(store->db, SQL_COMPREHENSION_INSERT);
    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_i64(&stmt, ":attempt_number", *attempt_number);
    db_bind_text(&stmt, ":answers", row->answers);
    db_bind_i64(&stmt, ":is_passed", row->is_passed);
    db_bind_i64(&stmt, ":received_at_ms", row->received_at_ms);
    return db_run(&stmt, err);
}

bool store_event_insert(struct store *store, const struct event_row *row, bool *is_new, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_EVENT_INSERT);

    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_i64(&stmt, ":event_index", row->event_index);
    db_bind_text(&stmt, ":kind", row->kind);
    db_bind_f64(&stmt, ":at_ms", row->at_ms);
    if (row->trial_index >= 0) db_bind_i64(&stmt, ":trial_index", row->trial_index);
    db_bind_text(&stmt, ":detail", row->detail);
    db_bind_i64(&stmt, ":received_at_ms", row->received_at_ms);
    if (!db_run(&stmt, err)) return false;
    *is_new = db_change_count(store->db) > 0;
    return true;
}

bool store_questionnaire_put(struct store *store, const struct questionnaire_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_QUESTIONNAIRE_PUT);

    db_bind_i64(&stmt, ":session_id", row->session_id);
    db_bind_text(&stmt, ":gender", row->gender);
    db_bind_i64(&stmt, ":age", row->age);
    db_bind_text(&stmt, ":strategy", row->strategy);
    db_bind_i64(&stmt, ":is_included", row->is_included);
    db_bind_i64(&stmt, ":received_at_ms", row->received_at_ms);
    return db_run(&stmt, err);
}
