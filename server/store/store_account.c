#include "store/store_account.h"

#include "store/store_private.h"

static const char SQL_COUNT[] = "SELECT count(*) FROM account";
static const char SQL_INSERT[] =
    "INSERT INTO account (name, password_hash, site_role, created_at_ms) VALUES (:name, :password_hash, :site_role, :now_ms)";
static const char SQL_BY_NAME[]     = "SELECT account_id, name, password_hash, site_role FROM account"
                                      " WHERE name = :name AND is_active = 1";
static const char SQL_LINKS_END[]   = "DELETE FROM setup_link WHERE used_at_ms IS NULL";
static const char SQL_LINK_INSERT[] = "INSERT INTO setup_link (token_hash, created_at_ms) VALUES (:token_hash, :now_ms)";
static const char SQL_LINK_USE[] =
    "UPDATE setup_link SET used_at_ms = :now_ms WHERE token_hash = :token_hash AND used_at_ms IS NULL";
static const char SQL_LOGINS_FORGET[] = "DELETE FROM login WHERE expires_at_ms <= :now_ms";
static const char SQL_LOGIN_INSERT[]  = "INSERT INTO login (token_hash, account_id, csrf_token, created_at_ms, expires_at_ms)"
                                        " VALUES (:token_hash, :account_id, :csrf_token, :now_ms, :expires_at_ms)";
static const char SQL_LOGIN_FIND[] =
    "SELECT l.account_id, a.name, l.csrf_token, l.expires_at_ms, a.site_role FROM login AS l JOIN account AS a USING (account_id)"
    " WHERE l.token_hash = :token_hash AND l.expires_at_ms > :now_ms AND a.is_active = 1";
static const char SQL_LOGIN_DELETE[] = "DELETE FROM login WHERE token_hash = :token_hash";
static const char SQL_LOGINS_END[]   = "DELETE FROM login WHERE account_id = :account_id AND token_hash IS NOT :but";

const char *const STORE_ACCOUNT_SQL[] = {
    SQL_COUNT,         SQL_INSERT,       SQL_BY_NAME,    SQL_LINKS_END,    SQL_LINK_INSERT, SQL_LINK_USE,
    SQL_LOGINS_FORGET, SQL_LOGIN_INSERT, SQL_LOGIN_FIND, SQL_LOGIN_DELETE, SQL_LOGINS_END,  NULL,
};

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_account_count(struct store *store, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNT);
    bool        is_found;

    *count = 0;
    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}

bool store_account_insert(struct store *store, const char *name, const char *password_hash, const char *site_role, int64_t now_ms,
                          int64_t *account_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_INSERT);

    db_bind_text(&stmt, ":name", name);
    db_bind_text(&stmt, ":password_hash", password_hash);
    db_bind_text(&stmt, ":site_role", site_role);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    if (!db_run(&stmt, err)) return name_conflict(err, "account", name);
    *account_id = db_last_insert_id(store->db);
    return true;
}

static bool read_account(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct account_row *out = row;

    (void)arena;
    (void)err;
    out->account_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->name, sizeof out->name);
    db_copy_text(stmt, 2, out->password_hash, sizeof out->password_hash);
    db_copy_text(stmt, 3, out->site_role, sizeof out->site_role);
    return true;
}

bool store_account_by_name(struct store *store, const char *name, struct account_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_BY_NAME);

    db_bind_text(&stmt, ":name", name);
    return row_find(&stmt, NULL, read_account, out, is_found, err);
}

bool store_setup_link_insert(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, struct err *err)
{
    struct stmt end = db_stmt(store->db, SQL_LINKS_END);
    struct stmt stmt;

    if (!db_run(&end, err)) return false;
    stmt = db_stmt(store->db, SQL_LINK_INSERT);
    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return db_run(&stmt, err);
}

bool store_setup_link_use(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, bool *was_usable,
                          struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LINK_USE);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    if (!db_run(&stmt, err)) return false;
    *was_usable = db_change_count(store->db) == 1;
    return true;
}

bool store_login_insert(struct store *store, const struct secret_hash *token_hash, const struct login_row *row, int64_t now_ms,
                        struct err *err)
{
    struct stmt forget = db_stmt(store->db, SQL_LOGINS_FORGET);
    struct stmt stmt;

    db_bind_i64(&forget, ":now_ms", now_ms);
    if (!db_run(&forget, err)) return false;
    stmt = db_stmt(store->db, SQL_LOGIN_INSERT);
    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":account_id", row->account_id);
    db_bind_text(&stmt, ":csrf_token", row->csrf_token);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    db_bind_i64(&stmt, ":expires_at_ms", row->expires_at_ms);
    return db_run(&stmt, err);
}

static bool read_login(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct login_row *out = row;

    (void)arena;
    (void)err;
    out->account_id = db_i64(stmt, 0);
    db_copy_text(stmt, 1, out->account_name, sizeof out->account_name);
    db_copy_text(stmt, 2, out->csrf_token, sizeof out->csrf_token);
    out->expires_at_ms = db_i64(stmt, 3);
    db_copy_text(stmt, 4, out->site_role, sizeof out->site_role);
    return true;
}

bool store_login_find(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, struct login_row *out,
                      bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LOGIN_FIND);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    db_bind_i64(&stmt, ":now_ms", now_ms);
    return row_find(&stmt, NULL, read_login, out, is_found, err);
}

bool store_login_delete(struct store *store, const struct secret_hash *token_hash, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LOGIN_DELETE);

    db_bind_hash(&stmt, ":token_hash", token_hash);
    return db_run(&stmt, err);
}

bool store_logins_end(struct store *store, int64_t account_id, const struct secret_hash *but, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_LOGINS_END);

    db_bind_i64(&stmt, ":account_id", account_id);
    if (but == NULL)
        db_bind_null(&stmt, ":but");
    else
        db_bind_hash(&stmt, ":but", but);
    return db_run(&stmt, err);
}
