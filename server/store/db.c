#include "store/db.h"

#include <assert.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DB_CACHE_COUNT     = 256,      /* power of two; about twice the number of statements that there are */
    DB_BUSY_TIMEOUT_MS = 5 * 1000, /* only a checkpoint or a backup can be in the way: there is one writer */
};

struct cached {
    const char   *sql;
    sqlite3_stmt *handle;
};

struct db {
    sqlite3      *handle;
    int64_t       run_count;
    struct cached cache[DB_CACHE_COUNT];
};

static enum err_kind kind_of(int code)
{
    int primary = code & 0xFF;

    if (primary == SQLITE_CONSTRAINT) return ERR_CONFLICT;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) return ERR_BUSY;
    return ERR_STORAGE;
}

static bool db_error(struct db *db, int code, const char *what, struct err *err)
{
    const char *reason = db->handle == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db->handle);

    /* Conflicts and waits can reach a client, who need not see how the database is asked. */
    if (kind_of(code) != ERR_STORAGE) return err_set(err, kind_of(code), "%s (SQLite %d)", reason, code);
    return err_set(err, ERR_STORAGE, "%s: %s (SQLite %d)", what, reason, code);
}

struct db *db_open(const char *path, enum db_mode mode, struct err *err)
{
    static const char PRAGMAS_WRITE[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                                        "PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;";
    static const char PRAGMAS_READ[]  = "PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;";
    int               flags           = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    struct db        *db              = calloc(1, sizeof *db);
    int               code;

    if (db == NULL) return err_no_memory(err), NULL;
    flags |= mode == DB_MODE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    code = sqlite3_open_v2(path, &db->handle, flags, NULL);
    if (code != SQLITE_OK) {
        db_error(db, code, path, err);
        db_close(db);
        return NULL;
    }
    (void)sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
    if (!db_execute(db, mode == DB_MODE_WRITE ? PRAGMAS_WRITE : PRAGMAS_READ, err)) {
        err_wrap(err, "%s", path);
        db_close(db);
        return NULL;
    }
    return db;
}

void db_close(struct db *db)
{
    if (db == NULL) return;
    for (size_t i = 0; i < DB_CACHE_COUNT; i++) (void)sqlite3_finalize(db->cache[i].handle);
    (void)sqlite3_close(db->handle);
    free(db);
}

static struct cached *cache_slot(struct db *db, const char *sql)
{
    size_t slot = ((uintptr_t)sql >> 4) * 0x9E3779B1U % DB_CACHE_COUNT;

    for (size_t i = 0; i < DB_CACHE_COUNT; i++, slot = (slot + 1) % DB_CACHE_COUNT)
        if (db->cache[slot].sql == sql || db->cache[slot].sql == NULL) return &db->cache[slot];
    return NULL;
}

static int prepare(struct db *db, const char *sql, sqlite3_stmt **out)
{
    struct cached *cached = cache_slot(db, sql);

    assert(cached != NULL && "more statements than the cache has places");
    if (cached->handle == NULL) {
        int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &cached->handle, NULL);

        if (code != SQLITE_OK) return code;
        cached->sql = sql;
    }
    *out = cached->handle;
    return SQLITE_OK;
}

struct stmt db_stmt(struct db *db, const char *sql)
{
    struct stmt stmt = {.db = db, .handle = NULL, .code = SQLITE_OK};

    stmt.code = prepare(db, sql, &stmt.handle);
    assert((stmt.handle == NULL || !sqlite3_stmt_busy(stmt.handle)) && "a statement is used inside itself");
    return stmt;
}

bool db_prepare(struct db *db, const char *sql, struct err *err)
{
    sqlite3_stmt *handle = NULL;
    int           code   = prepare(db, sql, &handle);

    return code == SQLITE_OK ? true : db_error(db, code, sql, err);
}

static int bind_index(struct stmt *stmt, const char *name)
{
    int index = stmt->handle == NULL ? 0 : sqlite3_bind_parameter_index(stmt->handle, name);

    assert((stmt->handle == NULL || index > 0) && "no such parameter in the statement");
    return index;
}

static void keep_first_failure(struct stmt *stmt, int code)
{
    if (stmt->code == SQLITE_OK) stmt->code = code;
}

void db_bind_i64(struct stmt *stmt, const char *name, int64_t value)
{
    int index = bind_index(stmt, name);

    if (index > 0) keep_first_failure(stmt, sqlite3_bind_int64(stmt->handle, index, value));
}

void db_bind_f64(struct stmt *stmt, const char *name, double value)
{
    int index = bind_index(stmt, name);

    if (isnan(value))
        db_bind_null(stmt, name);
    else if (index > 0)
        keep_first_failure(stmt, sqlite3_bind_double(stmt->handle, index, value));
}

void db_bind_text(struct stmt *stmt, const char *name, const char *value)
{
    int index = bind_index(stmt, name);

    if (index > 0) keep_first_failure(stmt, sqlite3_bind_text(stmt->handle, index, value, -1, SQLITE_STATIC));
}

void db_bind_blob(struct stmt *stmt, const char *name, const void *data, size_t bytes)
{
    int index = bind_index(stmt, name);

    if (index > 0) keep_first_failure(stmt, sqlite3_bind_blob64(stmt->handle, index, data, bytes, SQLITE_STATIC));
}

void db_bind_hash(struct stmt *stmt, const char *name, const struct secret_hash *hash)
{
    db_bind_blob(stmt, name, hash->bytes, sizeof hash->bytes);
}

void db_bind_null(struct stmt *stmt, const char *name)
{
    int index = bind_index(stmt, name);

    if (index > 0) keep_first_failure(stmt, sqlite3_bind_null(stmt->handle, index));
}

void db_reset(struct stmt *stmt)
{
    if (stmt->handle == NULL) return;
    (void)sqlite3_reset(stmt->handle);
    (void)sqlite3_clear_bindings(stmt->handle);
}

bool db_step(struct stmt *stmt, bool *has_row, struct err *err)
{
    int code = stmt->code;

    *has_row = false;
    if (code == SQLITE_OK) {
        stmt->db->run_count += !sqlite3_stmt_busy(stmt->handle); /* not while it is at its rows */
        code = sqlite3_step(stmt->handle);
    }
    if (code == SQLITE_ROW) return *has_row = true;
    if (code != SQLITE_DONE) db_error(stmt->db, code, stmt->handle == NULL ? "prepare" : sqlite3_sql(stmt->handle), err);
    db_reset(stmt);
    return code == SQLITE_DONE;
}

bool db_run(struct stmt *stmt, struct err *err)
{
    bool has_row = true;

    while (has_row)
        if (!db_step(stmt, &has_row, err)) return false;
    return true;
}

int64_t db_i64(const struct stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

double db_f64(const struct stmt *stmt, int column)
{
    return db_is_null(stmt, column) ? (double)NAN : sqlite3_column_double(stmt->handle, column);
}

bool db_is_null(const struct stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

char *db_text(const struct stmt *stmt, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(stmt->handle, column);

    return text == NULL ? NULL : arena_copy(arena, text, (size_t)sqlite3_column_bytes(stmt->handle, column));
}

void db_copy_text(const struct stmt *stmt, int column, char *out, size_t capacity)
{
    const char *text   = (const char *)sqlite3_column_text(stmt->handle, column);
    size_t      length = text == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt->handle, column);

    if (length >= capacity) length = capacity - 1;
    if (length > 0) memcpy(out, text, length);
    out[length] = '\0';
}

void db_hash(const struct stmt *stmt, int column, struct secret_hash *out)
{
    const void *data  = NULL;
    size_t      bytes = db_blob(stmt, column, &data);

    memset(out, 0, sizeof *out);
    if (data != NULL && bytes == sizeof out->bytes) memcpy(out->bytes, data, bytes);
}

size_t db_blob(const struct stmt *stmt, int column, const void **data)
{
    *data = sqlite3_column_blob(stmt->handle, column);
    return (size_t)sqlite3_column_bytes(stmt->handle, column);
}

int db_column_count(const struct stmt *stmt)
{
    return sqlite3_column_count(stmt->handle);
}

const char *db_column_name(const struct stmt *stmt, int column)
{
    return sqlite3_column_name(stmt->handle, column);
}

enum db_value db_value_of(const struct stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt->handle, column)) {
    case SQLITE_INTEGER:
        return DB_I64;
    case SQLITE_FLOAT:
        return DB_F64;
    case SQLITE_TEXT:
        return DB_TEXT;
    case SQLITE_BLOB:
        return DB_BLOB;
    default:
        return DB_NULL;
    }
}

const char *db_text_view(const struct stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(stmt->handle, column);
}

int64_t db_last_insert_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_change_count(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

bool db_execute(struct db *db, const char *sql, struct err *err)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    db->run_count++;
    return code == SQLITE_OK ? true : db_error(db, code, "execute", err);
}

bool db_in_transaction(struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

int64_t db_run_count(const struct db *db)
{
    return db->run_count;
}

bool db_truncate_log(struct db *db, int wait_ms, bool *is_truncated, struct err *err)
{
    int code;

    (void)sqlite3_busy_timeout(db->handle, wait_ms);
    code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
    *is_truncated = code == SQLITE_OK;
    if (code == SQLITE_OK || kind_of(code) == ERR_BUSY) return true;
    return db_error(db, code, "empty the write-ahead log", err);
}

const char *db_path(const struct db *db)
{
    return sqlite3_db_filename(db->handle, "main");
}

bool db_copy_to(struct db *db, const char *path, struct err *err)
{
    static const char SQL_COPY[] = "VACUUM INTO :path";
    struct stmt       stmt       = db_stmt(db, SQL_COPY);

    db_bind_text(&stmt, ":path", path);
    if (!db_run(&stmt, err)) return err_wrap(err, "copy the database to %s", path);
    return true;
}
