/* audit.h - the log of what was done, as a chain: each entry's hash covers the entry and the hash before it.
 *
 * Somebody with the database file can write a whole new chain, but not one that ends in, or passes through, a hash that was printed
 * elsewhere: every export's manifest holds the head of its moment. Threads: the writer's only, but for reading. */
#ifndef DINOLAB_STUDY_AUDIT_H
#define DINOLAB_STUDY_AUDIT_H

#include "store/store_audit.h"

/* Who, where no account is: the log's own words for them. */
#define AUDIT_COMMAND_LINE "command line"
#define AUDIT_SERVER       "server"

struct audit_entry {
    const char *account;
    const char *action;
    const char *object; /* NULL: nothing more than the action */
    const char *detail; /* NULL likewise; never a secret */
};

/* Adds the entry at the end, in the caller's transaction. */
MUST_CHECK bool audit_append(struct store *store, const struct audit_entry *entry, int64_t now_ms, struct err *err);

/* The newest entry's number and its hash as hex digits: 0 and zeros while nothing was done. */
MUST_CHECK bool audit_head(struct store *store, int64_t *audit_id, char hex[SECRET_HEX_BYTES], struct err *err);

struct audit_check {
    int64_t entry_count;            /* looked at */
    int64_t broken_id;              /* the first entry that does not fit; 0: all do */
    char    head[SECRET_HEX_BYTES]; /* of the newest entry */
    int64_t found_id;               /* whose hash is `wanted`; 0: none */
};

/* Walks the whole chain. `wanted`: a hash that was printed elsewhere, or NULL. A broken chain is a result, not an error. */
MUST_CHECK bool audit_check(struct store *store, const char *wanted, struct audit_check *out, struct err *err);

#endif
