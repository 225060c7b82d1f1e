/* store_audit.h - the log of what was done: rows are added at the end and never changed (the database refuses it). */
#ifndef DINOLAB_STORE_STORE_AUDIT_H
#define DINOLAB_STORE_STORE_AUDIT_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store.h"

struct audit_row {
    int64_t            audit_id;
    int64_t            at_ms;
    const char        *account; /* insert: borrowed; read: from the arena; so are the next three */
    const char        *action;
    const char        *object;
    const char        *detail;
    struct secret_hash previous_hash;
    struct secret_hash hash;
};

/* ERR_CONFLICT unless the row goes on where the log ends. */
MUST_CHECK bool store_audit_insert(struct store *store, const struct audit_row *row, struct err *err);

/* Number and hash of the newest row; 0 and zeros of an empty log. */
MUST_CHECK bool store_audit_head(struct store *store, int64_t *audit_id, struct secret_hash *hash, struct err *err);

/* At most `limit` rows past the number, oldest first. */
MUST_CHECK bool store_audit_after(struct store *store, int64_t after, int limit, struct arena *arena, struct audit_row **rows,
                                  int *count, struct err *err);

/* At most `limit` rows before the number, newest first. */
MUST_CHECK bool store_audit_before(struct store *store, int64_t before, int limit, struct arena *arena, struct audit_row **rows,
                                   int *count, struct err *err);

#endif
