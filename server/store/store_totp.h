/* store_totp.h - second factors: one sealed secret per account (base/totp.h; sealed with the key of study/identity.h). */
#ifndef DINOLAB_STORE_STORE_TOTP_H
#define DINOLAB_STORE_STORE_TOTP_H

#include "store/store_account.h"

enum { TOTP_SEALED_BYTES_MAX = 128 };

struct totp_row {
    int64_t       account_id;
    unsigned char sealed_secret[TOTP_SEALED_BYTES_MAX];
    size_t        sealed_bytes;
    bool          is_confirmed;
    int64_t       last_step;
    int           failed_count; /* wrong codes in a row */
    int64_t       failed_at_ms;
};

MUST_CHECK bool store_totp_find(struct store *store, int64_t account_id, struct totp_row *out, bool *is_found, struct err *err);

/* Instead of what was there. */
MUST_CHECK bool store_totp_set(struct store *store, const struct totp_row *row, struct err *err);
MUST_CHECK bool store_totp_remove(struct store *store, int64_t account_id, struct err *err); /* and its recovery codes */

MUST_CHECK bool store_recovery_code_add(struct store *store, int64_t account_id, const struct secret_hash *hash, struct err *err);

/* Takes it away; *was_there is false for an unknown one. */
MUST_CHECK bool store_recovery_code_use(struct store *store, int64_t account_id, const struct secret_hash *hash, bool *was_there,
                                        struct err *err);
MUST_CHECK bool store_recovery_code_count(struct store *store, int64_t account_id, int *count, struct err *err);

#endif
