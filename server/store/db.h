/* db.h - the thin layer between store_<noun>.c and SQLite; nobody else includes it.
 *
 * Statements are named constants, prepared once per connection and cached by their address, bound by name, always reset.
 * A mistake in SQL or in a bind name is ours: it is found by store_prepare_all at start-up and in tests.
 * Threads: a db belongs to one thread at a time. */
#ifndef DINOLAB_STORE_DB_H
#define DINOLAB_STORE_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/secret.h"

struct db;
struct sqlite3_stmt;

enum db_mode { DB_MODE_WRITE, DB_MODE_READ };

/* A prepared statement in use, on the caller's stack. The first failing bind is kept and reported by db_run or db_step. */
struct stmt {
    struct db           *db;
    struct sqlite3_stmt *handle;
    int                  code;
};

/* WAL, synchronous=FULL, foreign keys on, secure_delete on. DB_MODE_READ opens read-only and never creates. */
MUST_CHECK struct db *db_open(const char *path, enum db_mode mode, struct err *err);
void                  db_close(struct db *db); /* accepts NULL */

/* `sql` must be a constant with static storage: its address is the cache's key. */
struct stmt     db_stmt(struct db *db, const char *sql);
MUST_CHECK bool db_prepare(struct db *db, const char *sql, struct err *err); /* only to find mistakes early */

void db_bind_i64(struct stmt *stmt, const char *name, int64_t value);
void db_bind_f64(struct stmt *stmt, const char *name, double value);       /* NAN becomes NULL */
void db_bind_text(struct stmt *stmt, const char *name, const char *value); /* borrowed until reset; NULL becomes NULL */
void db_bind_blob(struct stmt *stmt, const char *name, const void *data, size_t bytes);
void db_bind_hash(struct stmt *stmt, const char *name, const struct secret_hash *hash);
void db_bind_null(struct stmt *stmt, const char *name);

/* Run to the end, ignoring rows; resets. A broken constraint is ERR_CONFLICT, a failing disk ERR_STORAGE. */
MUST_CHECK bool db_run(struct stmt *stmt, struct err *err);

/* Step to the next row. After the last (has_row false) or a failure the statement is reset; else call db_reset when done early. */
MUST_CHECK bool db_step(struct stmt *stmt, bool *has_row, struct err *err);
void            db_reset(struct stmt *stmt);

int64_t db_i64(const struct stmt *stmt, int column);
double  db_f64(const struct stmt *stmt, int column); /* NULL becomes NAN */
bool    db_is_null(const struct stmt *stmt, int column);
char   *db_text(const struct stmt *stmt, int column, struct arena *arena); /* copy in `arena`; NULL for NULL or no memory */
void    db_copy_text(const struct stmt *stmt, int column, char *out, size_t capacity);
void    db_hash(const struct stmt *stmt, int column, struct secret_hash *out);
size_t  db_blob(const struct stmt *stmt, int column, const void **data); /* borrowed until the next step */

/* Of a row whose columns are not known here. */
enum db_value { DB_NULL, DB_I64, DB_F64, DB_TEXT, DB_BLOB };
int           db_column_count(const struct stmt *stmt);
const char   *db_column_name(const struct stmt *stmt, int column); /* borrowed until the reset */
enum db_value db_value_of(const struct stmt *stmt, int column);
const char   *db_text_view(const struct stmt *stmt, int column); /* borrowed until the next step; NULL for NULL */

int64_t         db_last_insert_id(struct db *db);
int64_t         db_change_count(struct db *db);                              /* rows changed by the last statement */
MUST_CHECK bool db_execute(struct db *db, const char *sql, struct err *err); /* several statements; migrations and BEGIN only */
bool            db_in_transaction(struct db *db);
int64_t         db_run_count(const struct db *db); /* statements run so far, a db_execute counted once */

/* Checkpoint and empty the write-ahead log, waiting at most `wait_ms` for readers. *is_truncated false: they were still at it. */
MUST_CHECK bool db_truncate_log(struct db *db, int wait_ms, bool *is_truncated, struct err *err);

const char *db_path(const struct db *db); /* of its file; borrowed */

/* A whole consistent copy into a new file. */
MUST_CHECK bool db_copy_to(struct db *db, const char *path, struct err *err);

#endif
