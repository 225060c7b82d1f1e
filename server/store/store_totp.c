#include "store/store_totp.h"

#include <string.h>

#include "store/store_private.h"

static const char SQL_FIND[]   = "SELECT account_id, sealed_secret, is_confirmed, last_step, failed_count, failed_at_ms FROM totp"
                                 " WHERE account_id = :account_id";
static const char SQL_SET[]    = "INSERT OR REPLACE INTO totp (account_id, sealed_secret, is_confirmed, last_step, failed_count,"
                                 " failed_at_ms) VALUES (:account_id, :sealed_secret, :is_confirmed, :last_step, :failed_count,"
                                 " :failed_at_ms)";
static const char SQL_REMOVE[] = "DELETE FROM totp WHERE account_id = :account_id";
static const char SQL_ADD_CODE[]     = "INSERT INTO recovery_code (account_id, code_hash) VALUES (:account_id, :code_hash)";
static const char SQL_USE_CODE[]     = "DELETE FROM recovery_code WHERE account_id = :account_id AND code_hash = :code_hash";
static const char SQL_COUNT_CODES[]  = "SELECT count(*) FROM recovery_code WHERE account_id = :account_id";
static const char SQL_REMOVE_CODES[] = "DELETE FROM recovery_code WHERE account_id = :account_id";

const char *const STORE_TOTP_SQL[] = {SQL_FIND,     SQL_SET,         SQL_REMOVE,       SQL_ADD_CODE,
                                      SQL_USE_CODE, SQL_COUNT_CODES, SQL_REMOVE_CODES, NULL};

static bool read_totp(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    struct totp_row *out = row;
    const void      *sealed;

    (void)arena;
    out->account_id   = db_i64(stmt, 0);
    out->sealed_bytes = db_blob(stmt, 1, &sealed);
    if (out->sealed_bytes > sizeof out->sealed_secret)
        return err_set(err, ERR_STORAGE, "the second factor of account %lld is too long", (long long)out->account_id);
    memcpy(out->sealed_secret, sealed, out->sealed_bytes);
    out->is_confirmed = db_i64(stmt, 2) != 0;
    out->last_step    = db_i64(stmt, 3);
    out->failed_count = (int)db_i64(stmt, 4);
    out->failed_at_ms = db_i64(stmt, 5);
    return true;
}

bool store_totp_find(struct store *store, int64_t account_id, struct totp_row *out, bool *is_found, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_FIND);

    db_bind_i64(&stmt, ":account_id", account_id);
    return row_find(&stmt, NULL, read_totp, out, is_found, err);
}

bool store_totp_set(struct store *store, const struct totp_row *row, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_SET);

    db_bind_i64(&stmt, ":account_id", row->account_id);
    db_bind_blob(&stmt, ":sealed_secret", row->sealed_secret, row->sealed_bytes);
    db_bind_i64(&stmt, ":is_confirmed", row->is_confirmed);
    db_bind_i64(&stmt, ":last_step", row->last_step);
    db_bind_i64(&stmt, ":failed_count", row->failed_count);
    db_bind_i64(&stmt, ":failed_at_ms", row->failed_at_ms);
    return db_run(&stmt, err);
}

static bool remove_codes(struct store *store, int64_t account_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE_CODES);

    db_bind_i64(&stmt, ":account_id", account_id);
    return db_run(&stmt, err);
}

bool store_totp_remove(struct store *store, int64_t account_id, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_REMOVE);

    db_bind_i64(&stmt, ":account_id", account_id);
    return db_run(&stmt, err) && remove_codes(store, account_id, err);
}

bool store_recovery_code_add(struct store *store, int64_t account_id, const struct secret_hash *hash, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_ADD_CODE);

    db_bind_i64(&stmt, ":account_id", account_id);
    db_bind_hash(&stmt, ":code_hash", hash);
    return db_run(&stmt, err);
}

bool store_recovery_code_use(struct store *store, int64_t account_id, const struct secret_hash *hash, bool *was_there,
                             struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_USE_CODE);

    db_bind_i64(&stmt, ":account_id", account_id);
    db_bind_hash(&stmt, ":code_hash", hash);
    if (!db_run(&stmt, err)) return false;
    *was_there = db_change_count(store->db) > 0;
    return true;
}

static bool read_count(const struct stmt *stmt, struct arena *arena, void *row, struct err *err)
{
    (void)arena;
    (void)err;
    *(int *)row = (int)db_i64(stmt, 0);
    return true;
}

bool store_recovery_code_count(struct store *store, int64_t account_id, int *count, struct err *err)
{
    struct stmt stmt = db_stmt(store->db, SQL_COUNT_CODES);
    bool        is_found;

    db_bind_i64(&stmt, ":account_id", account_id);
    return row_find(&stmt, NULL, read_count, count, &is_found, err);
}
