/* store.h - a connection to the database as the rest of the program sees it: no SQL, no SQLite types.
 *
 * The nouns are in store_<noun>.h. One store per thread; writing stores are used by the writer's thread only (and by sub-commands
 * that work alone on a data folder). */
#ifndef DINOLAB_STORE_STORE_H
#define DINOLAB_STORE_STORE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct store;

enum store_mode { STORE_WRITE, STORE_READ };

/* `path` is the database file. Opening for writing creates it; migrating is store_migrate's work. */
MUST_CHECK struct store *store_open(const char *path, enum store_mode mode, struct err *err);
void                     store_close(struct store *store); /* accepts NULL */

/* How often this connection has asked the database for anything so far: for tests of what something costs. */
int64_t store_statement_count(const struct store *store);

/* Prepare every statement once, so that a mistake in SQL is found at start-up and not by a participant. */
MUST_CHECK bool store_prepare_all(struct store *store, struct err *err);

/* Transactions of the writer and of sub-commands; savepoints may not nest. */
MUST_CHECK bool store_begin(struct store *store, struct err *err);
MUST_CHECK bool store_commit(struct store *store, struct err *err); /* synced when it returns true */
void            store_rollback(struct store *store);
bool            store_in_transaction(const struct store *store); /* false after a failure that ended it */
MUST_CHECK bool store_savepoint(struct store *store, struct err *err);
MUST_CHECK bool store_release(struct store *store, struct err *err);
void            store_rollback_to_savepoint(struct store *store);

/* True from an erasure on until the write-ahead log, which still has what was erased, was emptied. */
bool store_wants_truncation(const struct store *store);

/* Bring the log into the database and empty it. Not inside a transaction. Waits for at most `wait_ms` for those who read from it; while
 * somebody still does, it is left for another time, which store_wants_truncation tells. */
MUST_CHECK bool store_truncate_log(struct store *store, int wait_ms, struct err *err);

/* One consistent view for several reads (a read transaction). */
MUST_CHECK bool store_snapshot_begin(struct store *store, struct err *err);
void            store_snapshot_end(struct store *store);

#endif
