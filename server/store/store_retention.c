#include "store/store_retention.h"

#include "store/store_private.h"

static const char SQL_SET[] = "UPDATE study SET retention_until_ms = nullif(:until_ms, 0) WHERE study_id = :study_id";
static const char SQL_OF[]  = "SELECT coalesce(retention_until_ms, 0) FROM study WHERE study_id = :study_id";
static const char SQL_DUE[] = "SELECT study_id, slug FROM study WHERE retention_until_ms <= :now_ms ORDER BY study_id";

#define IS_OVER(table)                                                                                                           \
    "NOT EXISTS (SELECT 1 FROM session AS s WHERE s.participant_id = " table ".participant_id AND s.state = 'active')"
static const char SQL_IDENTITIES[] = "DELETE FROM identity WHERE study_id = :study_id AND " IS_OVER("identity");
static const char SQL_REFUSALS[]   = "DELETE FROM refusal WHERE study_id = :study_id";
static const char SQL_LINKS[]      = "DELETE FROM personal_link WHERE study_id = :study_id";
static const char SQL_ELIGIBILITIES[] =
    "UPDATE session SET eligibility = NULL WHERE study_id = :study_id AND state <> 'active' AND eligibility IS NOT NULL";
static const char SQL_FREE_TEXTS[] = "UPDATE questionnaire SET strategy = '' WHERE strategy <> '' AND session_id IN"
                                     " (SELECT session_id FROM session WHERE study_id = :study_id AND state <> 'active')";

const char *const STORE_RETENTION_SQL[] = {SQL_SET,           SQL_OF,         SQL_DUE, SQL_IDENTITIES, SQL_REFUSALS, SQL_LINKS,
                                           SQL_ELIGIBILITIES, SQL_FREE_TEXTS, NULL};

bool store_retention_set(struct store *store, int64_t study_id, int64_t until_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET);

    db_bind_i64(&stmt, ":until_ms", until_ms);
    db_bind_i64(&stmt, ":study_id", study_id);
    return db_run(&stmt, err);
}

static bool read_until(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int64_t *)row = db_i64(stmt, 0);
    return true;
}

bool store_retention_of(struct store *store, int64_t study_id, int64_t *until_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF);
    bool        is_found;

    *until_ms = 0;
    db_bind_i64(&stmt, ":study_id", study_id);
    return row_find(&stmt, NULL, read_until, until_ms, &is_found, err);
}

bool retention_is_near(int64_t until_ms, int64_t now_ms)
{
    return until_ms != 0 && until_ms - now_ms <= (int64_t)RETENTION_WARNING_DAYS * 24 * 60 * 60 * 1000;
}

static bool read_due(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct retention_row *out = row;

    (void)arena;
    (void)err;
    out->study_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->slug, sizeof out->slug);
    return true;
}

bool store_retention_due(struct store *store, int64_t now_ms, struct arena *arena, struct retention_row **rows, int *count,
                         struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_DUE);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":now_ms", now_ms);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_due, &all, count, err)) return false;
    *rows = all;
    return true;
}

static bool erase(struct store *store, const char *sql, int64_t study_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, sql);

    db_bind_i64(&stmt, ":study_id", study_id);
    if (!db_run(&stmt, err)) return false;
    *count = (int)db_change_count(store->db);
    if (*count > 0) store->wants_truncation = true;
    return true;
}

bool store_retention_erase(struct store *store, int64_t study_id, struct retention_counts *out, struct err *err)
{
    return erase(store, SQL_IDENTITIES, study_id, &out->identities, err) &&
           erase(store, SQL_REFUSALS, study_id, &out->refusals, err) && erase(store, SQL_LINKS, study_id, &out->links, err) &&
           erase(store, SQL_ELIGIBILITIES, study_id, &out->eligibilities, err) &&
           erase(store, SQL_FREE_TEXTS, study_id, &out->free_texts, err);
}
