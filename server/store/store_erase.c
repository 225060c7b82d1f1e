#include "store/store_erase.h"

#include "store/store_private.h"

static const char SQL_TOMBSTONE[] =
    "INSERT INTO tombstone (session_id, study_id, public_id, participant_number, is_pilot, change_number, deleted_at_ms)"
    " SELECT s.session_id, s.study_id, s.public_id, p.participant_number, s.is_pilot, " STORE_NEXT_CHANGE ", :now_ms"
    " FROM session AS s JOIN participant AS p USING (participant_id) WHERE s.session_id = :session_id";

/* Of the session and of its participant, who has no other: in the order that the references between them allow. */
#define PARTICIPANT "(SELECT participant_id FROM session WHERE session_id = :session_id)"
static const char SQL_TRIALS[]        = "DELETE FROM trial WHERE session_id = :session_id";
static const char SQL_EVENTS[]        = "DELETE FROM event WHERE session_id = :session_id";
static const char SQL_COMPREHENSION[] = "DELETE FROM comprehension_attempt WHERE session_id = :session_id";
static const char SQL_QUESTIONNAIRE[] = "DELETE FROM questionnaire WHERE session_id = :session_id";
static const char SQL_ACCEPTANCES[]   = "DELETE FROM acceptance WHERE session_id = :session_id";
static const char SQL_FITS[]          = "DELETE FROM fit WHERE session_id = :session_id";
static const char SQL_REFUSALS[] =
    "DELETE FROM refusal WHERE (study_id, id_hash) IN (SELECT study_id, id_hash FROM identity WHERE participant_id = " PARTICIPANT
    ") AND EXISTS (SELECT 1 FROM session WHERE session_id = :session_id AND is_pilot = 0)";
static const char SQL_IDENTITY[] = "DELETE FROM identity WHERE participant_id = " PARTICIPANT;
static const char SQL_SESSION[]  = "DELETE FROM session WHERE session_id = :session_id RETURNING participant_id";
static const char SQL_PERSON[]   = "DELETE FROM participant WHERE participant_id = :participant_id";

#define TOMBSTONE_SELECT                                                                                                         \
    "SELECT session_id, study_id, public_id, participant_number, is_pilot, change_number, deleted_at_ms FROM tombstone"
static const char SQL_BY_PUBLIC_ID[] = TOMBSTONE_SELECT " WHERE public_id = :public_id";
static const char SQL_AFTER[]        = TOMBSTONE_SELECT " WHERE change_number > :after ORDER BY change_number LIMIT :limit";
static const char SQL_NEWEST[]       = "SELECT coalesce(max(change_number), 0) FROM tombstone";

const char *const STORE_ERASE_SQL[] = {
    SQL_TOMBSTONE, SQL_TRIALS,  SQL_EVENTS, SQL_COMPREHENSION, SQL_QUESTIONNAIRE, SQL_ACCEPTANCES, SQL_FITS, SQL_REFUSALS,
    SQL_IDENTITY,  SQL_SESSION, SQL_PERSON, SQL_BY_PUBLIC_ID,  SQL_AFTER,         SQL_NEWEST,      NULL,
};

static const char *const PARTS[] = {SQL_TRIALS,      SQL_EVENTS, SQL_COMPREHENSION, SQL_QUESTIONNAIRE,
                                    SQL_ACCEPTANCES, SQL_FITS,   SQL_REFUSALS,      SQL_IDENTITY};

static bool erase_parts(struct store *store, int64_t session_id, struct err *err)
{
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        struct stmt stmt = db_stmt(store->db, PARTS[i]);

        db_bind_i64(&stmt, ":session_id", session_id);
        if (!db_run(&stmt, err)) return false;
    }
    return true;
}

static bool read_id(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

static bool erase_session(struct store *store, int64_t session_id, struct err *err)
{
    struct stmt session        = db_stmt(store->db, SQL_SESSION);
    int64_t     participant_id = 0;
    bool        is_found;
    struct stmt person;

    db_bind_i64(&session, ":session_id", session_id);
    if (!row_find(&session, NULL, read_id, &participant_id, &is_found, err)) return false;
    person = db_stmt(store->db, SQL_PERSON);
    db_bind_i64(&person, ":participant_id", participant_id);
    return db_run(&person, err);
}

bool store_session_erase(struct store *store, int64_t session_id, int64_t now_ms, struct err *err)
{
    struct stmt tombstone = db_stmt(store->db, SQL_TOMBSTONE);

    db_bind_i64(&tombstone, ":session_id", session_id);
    db_bind_i64(&tombstone, ":now_ms", now_ms);
    if (!db_run(&tombstone, err)) return err_wrap(err, "tombstone of session %lld", (long long)session_id);
    if (db_change_count(store->db) == 0) return err_set(err, ERR_NOT_FOUND, "there is no session %lld", (long long)session_id);
    if (!erase_parts(store, session_id, err) || !erase_session(store, session_id, err))
        return err_wrap(err, "erase session %lld", (long long)session_id);
    store->wants_truncation = true;
    return true;
}

static bool read_tombstone(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct tombstone_row *out = row;

    (void)arena;
    (void)err;
    out->session_id = db_i64(stmt, 0);
    out->study_id   = db_i64(stmt, 1);
    db_copy_text(stmt, 2, out->public_id, sizeof out->public_id);
    out->participant_number = (int)db_i64(stmt, 3);
    out->is_pilot           = db_i64(stmt, 4) != 0;
    out->change_number      = db_i64(stmt, 5);
    out->deleted_at_ms      = db_i64(stmt, 6);
    return true;
}

bool store_tombstone_by_public_id(struct store *store, const char *public_id, struct tombstone_row *out, bool *is_found,
                                  struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_PUBLIC_ID);

    db_bind_text(&stmt, ":public_id", public_id);
    return row_find(&stmt, NULL, read_tombstone, out, is_found, err);
}

bool store_tombstones_after(struct store *store, int64_t after_change_number, int limit, struct arena *arena,
                            struct tombstone_row **rows, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_AFTER);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":after", after_change_number);
    db_bind_i64(&stmt, ":limit", limit);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_tombstone, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_tombstone_newest_change(struct store *store, int64_t *change_number, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NEWEST);
    bool        is_found;

    return row_find(&stmt, NULL, read_id, change_number, &is_found, err);
}
