#include "store/store_people.h"
#include "store/store_private.h"

#define TOKEN_SELECT                                                                                                             \
    "SELECT t.api_token_id, t.account_id, a.name, a.site_role, t.name, t.scope, coalesce(t.study_id, 0), coalesce(y.slug, ''),"  \
    " t.created_at_ms, t.expires_at_ms, coalesce(t.used_at_ms, 0) FROM api_token AS t JOIN account AS a USING (account_id)"      \
    " LEFT JOIN study AS y USING (study_id)"

static const char SQL_INSERT[] =
    "INSERT INTO api_token (token_hash, account_id, name, scope, study_id, created_at_ms, expires_at_ms)"
    " VALUES (:token_hash, :account_id, :name, :scope, nullif(:study_id, 0), :created_at_ms, :expires_at_ms)";
static const char SQL_FIND[] = TOKEN_SELECT " WHERE t.token_hash = :token_hash AND t.expires_at_ms > :now_ms AND a.is_active = 1";
static const char SQL_OF_ACCOUNT[] = TOKEN_SELECT " WHERE t.account_id = :account_id ORDER BY t.api_token_id";
static const char SQL_NOTE_USE[]   = "UPDATE api_token SET used_at_ms = :now_ms WHERE api_token_id = :api_token_id";
static const char SQL_REMOVE[]     = "DELETE FROM api_token WHERE api_token_id = :api_token_id AND account_id = :account_id";

const char *const STORE_API_TOKEN_SQL[] = {SQL_INSERT, SQL_FIND, SQL_OF_ACCOUNT, SQL_NOTE_USE, SQL_REMOVE, NULL};

bool store_api_token_insert(struct store *store, const struct api_token_row *row, const struct secret_hash *token_hash,
                            int64_t *id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":account_id", row->account_id);
    db_bind_text(&stmt, ":name", row->name);
    db_bind_text(&stmt, ":scope", row->scope);
    db_bind_i64(&stmt, ":study_id", row->study_id);
    db_bind_i64(&stmt, ":created_at_ms", row->created_at_ms);
    db_bind_i64(&stmt, ":expires_at_ms", row->expires_at_ms);
    if (!db_run(&stmt, err)) return name_conflict(err, "token", row->name);
    *id = db_last_insert_id(store->db);
    return true;
}

static bool read_token(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct api_token_row *out = row;

    (void)arena;
    (void)err;
    out->api_token_id = db_i64(stmt, 0);
    out->account_id   = db_i64(stmt, 1);
    db_copy_text(stmt, 2, out->account_name, sizeof out->account_name);
    db_copy_text(stmt, 3, out->account_site_role, sizeof out->account_site_role);
    db_copy_text(stmt, 4, out->name, sizeof out->name);
    db_copy_text(stmt, 5, out->scope, sizeof out->scope);
    out->study_id = db_i64(stmt, 6);
    db_copy_text(stmt, 7, out->study_slug, sizeof out->study_slug);
    out->created_at_ms = db_i64(stmt, 8);
    out->expires_at_ms = db_i64(stmt, 9);
    out->used_at_ms    = db_i64(stmt, 10);
    return true;
}

bool store_api_token_find(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, struct api_token_row *out,
                          bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_FIND);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return row_find(&stmt, NULL, read_token, out, is_found, err);
}

bool store_api_tokens(struct store *store, int64_t account_id, struct arena *arena, struct api_token_row **rows, int *count,
                      struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_OF_ACCOUNT);
    void       *all  = NULL;

    db_bind_i64(&stmt, ":account_id", account_id);
    if (!rows_collect(&stmt, arena, sizeof **rows, read_token, &all, count, err)) return false;
    *rows = all;
    return true;
}

bool store_api_token_note_use(struct store *store, int64_t api_token_id, int64_t now_ms, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_NOTE_USE);

    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":api_token_id", api_token_id);
    return db_run(&stmt, err);
}

bool store_api_token_remove(struct store *store, int64_t account_id, int64_t api_token_id, bool *was_there, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE);

    db_bind_i64(&stmt, ":api_token_id", api_token_id);
    db_bind_i64(&stmt, ":account_id", account_id);
    if (!db_run(&stmt, err)) return false;
    *was_there = db_change_count(store->db) > 0;
    return true;
}
