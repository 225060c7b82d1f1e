/* store_account.h - researchers' accounts, one-time setup links, logins. Only hashes of tokens and passwords are stored. */
#ifndef DINOLAB_STORE_STORE_ACCOUNT_H
#define DINOLAB_STORE_STORE_ACCOUNT_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_material.h"

enum { CSRF_TOKEN_BYTES = SECRET_TOKEN_LENGTH + 1, ROLE_BYTES = 16 };

struct account_row {
    int64_t account_id;
    char    name[NAME_BYTES];
    char    password_hash[SECRET_PASSWORD_HASH_BYTES];
    char    site_role[ROLE_BYTES]; /* "owner", "researcher", "viewer" (store_people.h) */
};

struct login_row {
    int64_t account_id;
    char    account_name[NAME_BYTES]; /* read only; so is the next */
    char    site_role[ROLE_BYTES];
    char    csrf_token[CSRF_TOKEN_BYTES];
    int64_t expires_at_ms;
};

MUST_CHECK bool store_account_count(struct store *store, int *count, struct err *err);
MUST_CHECK bool store_account_insert(struct store *store, const char *name, const char *password_hash, const char *site_role,
                                     int64_t now_ms, int64_t *account_id, struct err *err);

/* An active account. */
MUST_CHECK bool store_account_by_name(struct store *store, const char *name, struct account_row *out, bool *is_found,
                                      struct err *err);

/* Only the newest link can be used: making one ends the older ones. */
MUST_CHECK bool store_setup_link_insert(struct store *store, const struct secret_hash *token_hash, int64_t now_ms,
                                        struct err *err);

/* Mark as used; *was_usable is false for an unknown, ended or used link. */
MUST_CHECK bool store_setup_link_use(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, bool *was_usable,
                                     struct err *err);

MUST_CHECK bool store_login_insert(struct store *store, const struct secret_hash *token_hash, const struct login_row *row,
                                   int64_t now_ms, struct err *err); /* also forgets expired ones */
MUST_CHECK bool store_login_find(struct store *store, const struct secret_hash *token_hash, int64_t now_ms, struct login_row *out,
                                 bool *is_found, struct err *err);
MUST_CHECK bool store_login_delete(struct store *store, const struct secret_hash *token_hash, struct err *err);

/* All of an account's logins but one; `but` NULL: all. */
MUST_CHECK bool store_logins_end(struct store *store, int64_t account_id, const struct secret_hash *but, struct err *err);

#endif
