#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

enum { ROWS_CAPACITY_MIN = 16 };

static const char *const *const ALL_STATEMENTS[] = {
    STORE_MATERIAL_SQL,       STORE_STUDY_SQL,     STORE_CONDITION_SQL,      STORE_SESSION_SQL,   STORE_TRIAL_SQL,
    STORE_RECORD_SQL,         STORE_ACCOUNT_SQL,   STORE_DERIVED_SQL,        STORE_EXPORT_SQL,    STORE_EXPORT_SESSION_SQL,
    STORE_EXPORT_JSPSYCH_SQL, STORE_OVERVIEW_SQL,  STORE_REPRESENTATION_SQL, STORE_GROUP_SQL,     STORE_PROJECT_SQL,
    STORE_STUDY_CHANGE_SQL,   STORE_ARRIVAL_SQL,   STORE_ERASE_SQL,          STORE_IDENTITY_SQL,  STORE_DOCUMENT_SQL,
    STORE_PICTURE_SQL,        STORE_SCORE_SQL,     STORE_EXPORT_EVENT_SQL,   STORE_AUDIT_SQL,     STORE_PEOPLE_SQL,
    STORE_INVITATION_SQL,     STORE_API_TOKEN_SQL, STORE_TOTP_SQL,           STORE_RETENTION_SQL, STORE_PERSON_SQL,
};

struct store *store_open(const char *path, enum store_mode mode, struct err *err)
{
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL) return err_no_memory(err), NULL;
    store->db = db_open(path, mode == STORE_WRITE ? DB_MODE_WRITE : DB_MODE_READ, err);
    /* A kill can leave erased bytes in the log; nobody remembers whether it did. */
    store->wants_truncation = mode == STORE_WRITE;
    if (store->db == NULL) {
        free(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL) return;
    db_close(store->db);
    free(store);
}

int64_t store_statement_count(const struct store *store)
{
    return db_run_count(store->db);
}

bool store_prepare_all(struct store *store, struct err *err)
{
    for (size_t i = 0; i < sizeof ALL_STATEMENTS / sizeof ALL_STATEMENTS[0]; i++)
        for (const char *const *sql = ALL_STATEMENTS[i]; *sql != NULL; sql++)
            if (!db_prepare(store->db, *sql, err)) return false;
    return true;
}

bool store_begin(struct store *store, struct err *err)
{
    return db_execute(store->db, "BEGIN IMMEDIATE", err);
}

bool store_commit(struct store *store, struct err *err)
{
    return db_execute(store->db, "COMMIT", err);
}

void store_rollback(struct store *store)
{
    struct err ignored; /* a failed COMMIT may have rolled back by itself */

    if (db_in_transaction(store->db)) (void)!db_execute(store->db, "ROLLBACK", &ignored);
}

bool store_in_transaction(const struct store *store)
{
    return db_in_transaction(store->db);
}

bool store_savepoint(struct store *store, struct err *err)
{
    return db_execute(store->db, "SAVEPOINT job", err);
}

bool store_release(struct store *store, struct err *err)
{
    return db_execute(store->db, "RELEASE job", err);
}

void store_rollback_to_savepoint(struct store *store)
{
    struct err ignored; /* a disk error inside the job ends the whole transaction, and the savepoint with it */

    if (db_in_transaction(store->db)) (void)!db_execute(store->db, "ROLLBACK TO job; RELEASE job", &ignored);
}

bool store_snapshot_begin(struct store *store, struct err *err)
{
    return db_execute(store->db, "BEGIN", err);
}

void store_snapshot_end(struct store *store)
{
    store_rollback(store); /* nothing was written: this only lets the view go */
}

bool store_wants_truncation(const struct store *store)
{
    return store->wants_truncation;
}

bool store_truncate_log(struct store *store, int wait_ms, struct err *err)
{
    bool is_truncated = false;

    if (!db_truncate_log(store->db, wait_ms, &is_truncated, err)) return false;
    if (is_truncated) store->wants_truncation = false;
    return true;
}

/* The old block stays behind in the arena until it closes; growth doubles, so that is at most as much again. */
static void *grow(struct arena *arena, const void *rows, size_t row_bytes, int count, int *capacity)
{
    int   wanted = *capacity == 0 ? ROWS_CAPACITY_MIN : 2 * *capacity;
    void *bigger = arena_alloc_array(arena, (size_t)wanted, row_bytes);

    if (bigger == NULL) return NULL;
    if (count > 0) memcpy(bigger, rows, (size_t)count * row_bytes);
    *capacity = wanted;
    return bigger;
}

bool rows_collect(struct stmt *stmt, struct arena *arena, size_t row_bytes, row_read_fn read, void **rows, int *count,
                  struct err *err)
{
    char *all      = NULL;
    int   capacity = 0;
    bool  has_row  = false;

    for (*count = 0;; (*count)++) {
        if (!db_step(stmt, &has_row, err)) return false;
        if (!has_row) break;
        if (*count == capacity) all = grow(arena, all, row_bytes, *count, &capacity);
        if (all == NULL || !read(stmt, arena, all + (size_t)*count * row_bytes, err)) {
            db_reset(stmt);
            return all == NULL ? err_no_memory(err) : false;
        }
    }
    *rows = all;
    return true;
}

bool name_conflict(struct err *err, const char *what, const char *name)
{
    if (err == NULL || err->kind != ERR_CONFLICT) return err_wrap(err, "%s '%s'", what, name);
    return err_set(err, ERR_CONFLICT, "the %s '%s' exists already", what, name);
}

bool row_find(struct stmt *stmt, struct arena *arena, row_read_fn read, void *row, bool *is_found, struct err *err)
{
    bool ok = true;

    if (!db_step(stmt, is_found, err)) return false;
    if (*is_found) {
        ok = read(stmt, arena, row, err);
        db_reset(stmt);
    }
    return ok;
}
