#include "store/store_audit.h"

#include "store/store_private.h"

#define AUDIT_SELECT "SELECT audit_id, at_ms, account, action, object, detail, previous_hash, hash FROM audit"

static const char SQL_INSERT[] = "INSERT INTO audit (audit_id, at_ms, account, action, object, detail, previous_hash, hash)"
                                 " VALUES (:audit_id, :at_ms, :account, :action, :object, :detail, :previous_hash, :hash)";
static const char SQL_HEAD[]   = "SELECT audit_id, hash FROM audit ORDER BY audit_id DESC LIMIT 1";
static const char SQL_AFTER[]  = AUDIT_SELECT " WHERE audit_id > :after ORDER BY audit_id LIMIT :limit";
static const char SQL_BEFORE[] = AUDIT_SELECT " WHERE audit_id < :before ORDER BY audit_id DESC LIMIT :limit";

const char *const STORE_AUDIT_SQL[] = {SQL_INSERT, SQL_HEAD, SQL_AFTER, SQL_BEFORE, NULL};

bool store_audit_insert(struct store *store, const struct audit_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_i64(&stmt, ":audit_id", row->audit_id);
    db_bind_i64(&stmt, ":at_ms", row->at_ms);
    db_bind_text(&stmt, ":account", row->account);
    db_bind_text(&stmt, ":action", row->action);
    db_bind_text(&stmt, ":object", row->object);
    db_bind_text(&stmt, ":detail", row->detail);
    db_bind_hash(&stmt, ":previous_hash", &row->previous_hash);
    db_bind_hash(&stmt, ":hash", &row->hash);
    return db_run(&stmt, err);
}

struct head {
    int64_t            audit_id;
    struct secret_hash hash;
};

static bool read_head(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct head *out = row;

    (void)arena;
    (void)err;
    out->audit_id = db_i64(stmt, 0);
    db_hash(stmt, 1, &out->hash);
    return true;
}

bool store_audit_head(struct store *store, int64_t *audit_id, struct secret_hash *hash, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_HEAD);
    struct head head = {0};
    bool        is_found;

    if (!row_find(&stmt, NULL, read_head, &head, &is_found, err)) return false;
    *audit_id = head.audit_id;
    *hash     = head.hash;
    return true;
}

static bool read_audit(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct audit_row *out = row;

    out->audit_id = db_i64(stmt, 0);
    out->at_ms    = db_i64(stmt, 1);
    out->account  = db_text(stmt, 2, arena);
    out->action   = db_text(stmt, 3, arena);
    out->object   = db_text(stmt, 4, arena);
    out->detail   = db_text(stmt, 5, arena);
    db_hash(stmt, 6, &out->previous_hash);
    db_hash(stmt, 7, &out->hash);
    return out->account != NULL && out->action != NULL && out->object != NULL && out->detail != NULL ? true : err_no_memory(err);
}

static bool collect(struct stmt *stmt, int limit, struct arena *arena, struct audit_row **rows, int *count, struct err *err)
{
    void *all = NULL;

    db_bind_i64(stmt, ":limit", limit);
    if (!rows_collect(stmt, arena, sizeof **rows, read_audit, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_audit_after(struct store *store, int64_t after, int limit, struct arena *arena, struct audit_row **rows, int *count,
                       struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_AFTER);

    db_bind_i64(&stmt, ":after", after);
    return collect(&stmt, limit, arena, rows, count, err);
}

bool store_audit_before(struct store *store, int64_t before, int limit, struct arena *arena, struct audit_row **rows, int *count,
                        struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BEFORE);

    db_bind_i64(&stmt, ":before", before);
    return collect(&stmt, limit, arena, rows, count, err);
}
