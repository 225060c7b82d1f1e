#include "store/store_session.h"

#include <string.h>

#include "store/store_private.h"

#define SESSION_SELECT "SELECT " SESSION_COLUMNS " FROM session AS s JOIN participant AS p USING (participant_id)"
#define NEXT_CHANGE    STORE_NEXT_CHANGE

static const char SQL_PARTICIPANT_INSERT[] =
    "INSERT INTO participant (study_id, participant_number, created_at_ms) VALUES (:study_id,"
    " (SELECT 1 + max(coalesce((SELECT max(participant_number) FROM participant WHERE study_id = :study_id), 0),"
    " coalesce((SELECT max(participant_number) FROM tombstone WHERE study_id = :study_id), 0))), :created_at_ms)";
static const char SQL_INSERT[] =
    "INSERT INTO session (session_id, public_id, participant_id, study_id, condition_id, token_hash, state, consented_at_ms,"
    " consent_sha256, seen_at_ms, change_number, program_version, settings_sha256, stimulus_set_sha256, representations_sha256,"
    " is_pilot, language, eligibility, is_imported, imported_include)"
    " VALUES (" STORE_NEXT_SESSION
    ", :public_id, :participant_id, :study_id, :condition_id, :token_hash, 'active', :now_ms, :consent_sha256, :now_ms,"
    " " NEXT_CHANGE ", :program_version, :settings_sha256, :stimulus_set_sha256, :representations_sha256, :is_pilot, :language,"
    " :eligibility, :is_imported, :imported_include)";
static const char SQL_BY_TOKEN[]     = SESSION_SELECT " WHERE s.token_hash = :token_hash";
static const char SQL_BY_PUBLIC_ID[] = SESSION_SELECT " WHERE s.public_id = :public_id";
static const char SQL_BY_ID[]        = SESSION_SELECT " WHERE s.session_id = :session_id";
static const char SQL_PASS[] =
    "UPDATE session SET comprehension_passed_at_ms = :now_ms, seen_at_ms = :now_ms, change_number = " NEXT_CHANGE
    " WHERE session_id = :session_id AND comprehension_passed_at_ms IS NULL";
static const char SQL_END[] =
    "UPDATE session SET state = :state, end_reason = :end_reason, ended_at_ms = :now_ms, seen_at_ms = :now_ms,"
    " change_number = " NEXT_CHANGE " WHERE session_id = :session_id AND state = 'active'";
static const char SQL_SET_TOKEN[] = "UPDATE session SET token_hash = :token_hash WHERE session_id = :session_id";
static const char SQL_CLAIM_PAGE[] =
    "UPDATE session SET page_number = page_number + 1, seen_at_ms = :now_ms, change_number = " NEXT_CHANGE
    " WHERE session_id = :session_id";
static const char SQL_QUOTA[] =
    "SELECT count(*) FROM session WHERE study_id = :study_id AND state IN ('active', 'finished') AND is_pilot = 0";
static const char SQL_TOUCH[] =
    "UPDATE session SET seen_at_ms = :now_ms, change_number = " NEXT_CHANGE " WHERE session_id = :session_id";
static const char SQL_CHANGED[]  = SESSION_SELECT " WHERE s.change_number > :after ORDER BY s.change_number LIMIT :limit";
static const char SQL_OF_STUDY[] = SESSION_SELECT " WHERE s.study_id = :study_id ORDER BY s.session_id";
static const char SQL_ABSENT[] =
    SESSION_SELECT " WHERE s.study_id = :study_id AND s.state = 'active' AND s.seen_at_ms < :since_ms AND NOT EXISTS"
                   " (SELECT 1 FROM trial AS t WHERE t.session_id = s.session_id AND t.received_at_ms >= :since_ms)";

const char *const STORE_SESSION_SQL[] = {
    SQL_PARTICIPANT_INSERT, SQL_INSERT, SQL_BY_TOKEN,  SQL_BY_PUBLIC_ID, SQL_BY_ID, SQL_PASS, SQL_END, SQL_TOUCH, SQL_CHANGED,
    SQL_OF_STUDY,           SQL_ABSENT, SQL_SET_TOKEN, SQL_CLAIM_PAGE,   SQL_QUOTA, NULL,
};

static const char *const STATE_NAMES[SESSION_STATE_COUNT] = {
    [SESSION_ACTIVE] = "active", [SESSION_FINISHED] = "finished", [SESSION_LEFT] = "left"};

const char *session_state_name(enum session_state state)
{
    return STATE_NAMES[state];
}

enum session_state session_state_from_name(const char *name)
{
    for (int i = 0; i < SESSION_STATE_COUNT; i++)
        if (strcmp(STATE_NAMES[i], name) == 0) return (enum session_state)i;
    return SESSION_LEFT; /* not reached: the table's CHECK allows only these names */
}

static const char *const END_REASON_NAMES[END_REASON_COUNT] = {
    [END_NONE] = "", [END_ABSENT] = "absent", [END_WITHDRAWN] = "withdrawn", [END_COMPREHENSION] = "comprehension"};

const char *end_reason_name(enum end_reason reason)
{
    return END_REASON_NAMES[reason];
}

static enum end_reason end_reason_from_name(const char *name)
{
    int reason = 0;

    while (reason < END_REASON_COUNT - 1 && strcmp(name, END_REASON_NAMES[reason]) != 0) reason++;
    return (enum end_reason)reason; /* the table's CHECK allows only these names */
}

bool session_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct session_row *out = row;
    char                state[STATE_BYTES], reason[STATE_BYTES] = "";

    (void)arena;
    (void)err;
    out->session_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->public_id, sizeof out->public_id);
    out->study_id           = db_i64(stmt, 2);
    out->condition_id       = db_i64(stmt, 3);
    out->participant_number = (int)db_i64(stmt, 4);
    db_copy_text(stmt, 5, state, sizeof state);
    out->state                      = session_state_from_name(state);
    out->consented_at_ms            = db_i64(stmt, 6);
    out->comprehension_passed_at_ms = db_i64(stmt, 7);
    out->ended_at_ms                = db_i64(stmt, 8);
    out->seen_at_ms                 = db_i64(stmt, 9);
    out->change_number              = db_i64(stmt, 10);
    out->has_questionnaire          = db_i64(stmt, 11) != 0;
    out->is_pilot                   = db_i64(stmt, 12) != 0;
    if (!db_is_null(stmt, 13)) db_copy_text(stmt, 13, reason, sizeof reason);
    out->end_reason  = end_reason_from_name(reason);
    out->page_number = (int)db_i64(stmt, 14);
    db_copy_text(stmt, 15, out->language, sizeof out->language);
    out->participant_id = db_i64(stmt, 16);
    out->is_imported    = db_i64(stmt, 17) != 0;
    return true;
}

bool store_session_insert(struct store *store, struct session_row *row, const struct session_admission *admission,
                          const struct session_provenance *provenance, struct err *err)
{
    struct stmt participant = db_stmt(store->db, SQL_PARTICIPANT_INSERT);
    struct stmt stmt;

    db_bind_i64(&participant, ":study_id", row->study_id);
    db_bind_i64(&participant, ":created_at_ms", row->consented_at_ms);
    if (!db_run(&participant, err)) return err_wrap(err, "new participant");

    stmt = db_stmt(store->db, SQL_INSERT);
    db_bind_text(&stmt, ":public_id", row->public_id);
    db_bind_i64(&stmt, ":participant_id", db_last_insert_id(store->db));
    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_i64(&stmt, ":condition_id", row->condition_id);
    db_bind_hash(&stmt, ":token_hash", &admission->token_hash);
    db_bind_i64(&stmt, ":now_ms", row->consented_at_ms);
    db_bind_hash(&stmt, ":consent_sha256", &admission->consent_sha256);
    db_bind_i64(&stmt, ":is_pilot", row->is_pilot);
    db_bind_text(&stmt, ":language", row->language[0] == '\0' ? "en" : row->language);
    db_bind_text(&stmt, ":eligibility", admission->eligibility);
    db_bind_i64(&stmt, ":is_imported", row->is_imported);
    if (admission->imported_include != INCLUSION_NOT_ASKED)
        db_bind_i64(&stmt, ":imported_include", admission->imported_include == INCLUSION_YES);
    db_bind_text(&stmt, ":program_version", provenance->program_version);
    db_bind_hash(&stmt, ":settings_sha256", &provenance->settings_sha256);
    db_bind_hash(&stmt, ":stimulus_set_sha256", &provenance->stimulus_set_sha256);
    db_bind_hash(&stmt, ":representations_sha256", &provenance->representations_sha256);
    if (!db_run(&stmt, err)) return err_wrap(err, "new session");
    return store_session_by_id(store, db_last_insert_id(store->db), row, err);
}

bool store_session_by_token(struct store *store, const struct secret_hash *token_hash, struct session_row *out, bool *is_found,
                            struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_TOKEN);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    return row_find(&stmt, NULL, session_row_read, out, is_found, err);
}

bool store_session_by_public_id(struct store *store, const char *public_id, struct session_row *out, bool *is_found,
                                struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_PUBLIC_ID);

    db_bind_text(&stmt, ":public_id", public_id);
    return row_find(&stmt, NULL, session_row_read, out, is_found, err);
}

bool store_session_by_id(struct store *store, int64_t session_id, struct session_row *out, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_ID);
    bool        is_found;

    db_bind_i64(&stmt, ":session_id", session_id);
    if (!row_find(&stmt, NULL, session_row_read, out, &is_found, err)) return false;
    return is_found ? true : err_set(err, ERR_NOT_FOUND, "there is no session %lld", (long long)session_id);
}

bool store_session_pass_comprehension(struct store *store, int64_t session_id, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_PASS);

    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":session_id", session_id);
    return db_run(&stmt, err);
}

static bool end(struct store *store, int64_t session_id, enum session_state state, enum end_reason reason, int64_t now_ms,
                struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_END);

    db_bind_text(&stmt, ":state", session_state_name(state));
    db_bind_text(&stmt, ":end_reason", reason == END_NONE ? NULL : end_reason_name(reason));
    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":session_id", session_id);
    return db_run(&stmt, err);
}

bool store_session_end(struct store *store, int64_t session_id, enum session_state state, int64_t now_ms, struct err *err)
{
    return end(store, session_id, state, state == SESSION_LEFT ? END_ABSENT : END_NONE, now_ms, err);
}

bool store_session_leave(struct store *store, int64_t session_id, enum end_reason reason, int64_t now_ms, struct err *err)
{
    return end(store, session_id, SESSION_LEFT, reason, now_ms, err);
}

bool store_session_set_token(struct store *store, int64_t session_id, const struct secret_hash *token_hash, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET_TOKEN);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":session_id", session_id);
    return db_run(&stmt, err);
}

bool store_session_claim_page(struct store *store, int64_t session_id, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_CLAIM_PAGE);

    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":session_id", session_id);
    return db_run(&stmt, err);
}

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_session_quota_count(struct store *store, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_QUOTA);
    bool        is_found;

    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}

bool store_session_touch(struct store *store, int64_t session_id, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_TOUCH);

    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":session_id", session_id);
    return db_run(&stmt, err);
}

bool store_sessions_changed(struct store *store, int64_t after_change_number, int limit, struct arena *arena,
                            struct session_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_CHANGED);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":after", after_change_number);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, session_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_sessions_of_study(struct store *store, int64_t study_id, struct arena *arena, struct session_row **rows, int *count,
                             struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF_STUDY);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, session_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_sessions_absent(struct store *store, int64_t study_id, int64_t since_ms, struct arena *arena,
                           struct session_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ABSENT);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":study_id", study_id);
    db_bind_i64(&stmt, ":since_ms", since_ms);
    if (!rows_collect(&stmt, arena, sizeof **rows, session_row_read, &all, count, err)) return false;
    *rows = all;
    return true;
}
