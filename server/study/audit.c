#include "study/audit.h"

#include <inttypes.h>
#include <string.h>

enum { CHECK_BATCH = 500 };

/* Lengths stand before texts, so that two entries never have the same bytes. */
static void add_field(struct secret_sha256 *sha, const char *field)
{
    struct text head;

    text_init(&head);
    text_printf(&head, "%zu:", strlen(field));
    secret_sha256_add(sha, head.data == NULL ? "" : head.data, head.length);
    secret_sha256_add(sha, field, strlen(field));
    text_close(&head);
}

static void add_number(struct secret_sha256 *sha, int64_t number)
{
    unsigned char bytes[8];

    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    secret_sha256_add(sha, bytes, sizeof bytes);
}

static void hash_of(const struct audit_row *row, struct secret_hash *out)
{
    struct secret_sha256 sha;

    secret_sha256_begin(&sha);
    secret_sha256_add(&sha, row->previous_hash.bytes, sizeof row->previous_hash.bytes);
    add_number(&sha, row->audit_id);
    add_number(&sha, row->at_ms);
    add_field(&sha, row->account);
    add_field(&sha, row->action);
    add_field(&sha, row->object);
    add_field(&sha, row->detail);
    secret_sha256_end(&sha, out);
}

bool audit_append(struct store *store, const struct audit_entry *entry, int64_t now_ms, struct err *err)
{
    struct audit_row row = {
        .at_ms   = now_ms,
        .account = entry->account,
        .action  = entry->action,
        .object  = entry->object == NULL ? "" : entry->object,
        .detail  = entry->detail == NULL ? "" : entry->detail,
    };

    if (!store_audit_head(store, &row.audit_id, &row.previous_hash, err)) return false;
    row.audit_id++;
    hash_of(&row, &row.hash);
    return store_audit_insert(store, &row, err) ? true : err_wrap(err, "log of what was done");
}

bool audit_head(struct store *store, int64_t *audit_id, char hex[SECRET_HEX_BYTES], struct err *err)
{
    struct secret_hash hash;

    if (!store_audit_head(store, audit_id, &hash, err)) return false;
    secret_hex(&hash, hex);
    return true;
}

static void check_row(const struct audit_row *row, const struct secret_hash *previous, const char *wanted,
                      struct audit_check *out)
{
    struct secret_hash hash;
    char               hex[SECRET_HEX_BYTES];

    hash_of(row, &hash);
    out->entry_count++;
    if (out->broken_id == 0 &&
        (row->audit_id != out->entry_count || !secret_equal(&row->previous_hash, previous, sizeof *previous) ||
         !secret_equal(&row->hash, &hash, sizeof hash)))
        out->broken_id = row->audit_id;
    secret_hex(&row->hash, hex);
    if (wanted != NULL && strcmp(hex, wanted) == 0) out->found_id = row->audit_id;
}

bool audit_check(struct store *store, const char *wanted, struct audit_check *out, struct err *err)
{
    struct secret_hash previous = {{0}};
    int64_t            after    = 0;
    int                count    = CHECK_BATCH;
    bool               ok       = true;

    *out = (struct audit_check){0};
    while (ok && count == CHECK_BATCH) {
        struct audit_row *rows = NULL;
        struct arena      arena;

        arena_init(&arena);
        ok = store_audit_after(store, after, CHECK_BATCH, &arena, &rows, &count, err);
        for (int i = 0; ok && i < count; i++) {
            check_row(&rows[i], &previous, wanted, out);
            previous = rows[i].hash;
            after    = rows[i].audit_id;
        }
        arena_close(&arena);
    }
    secret_hex(&previous, out->head);
    return ok;
}
