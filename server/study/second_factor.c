#include "study/second_factor.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    FREE_FAILURE_COUNT = 4,
    WAIT_FIRST_MS      = 30 * 1000,
    WAIT_MAX_MS        = 60 * 60 * 1000,
    RECOVERY_RAW_BYTES = RECOVERY_CODE_LENGTH * 5 / 8
};

/* --- what is typed --- */

/* Without spaces and dashes, in upper case; `out` has room for SECOND_FACTOR_INPUT_MAX letters. */
static void strip(const char *input, char out[SECOND_FACTOR_INPUT_MAX + 1])
{
    size_t length = 0;

    for (; *input != '\0' && length < SECOND_FACTOR_INPUT_MAX; input++)
        if (*input != ' ' && *input != '-') out[length++] = (char)toupper((unsigned char)*input);
    out[length] = '\0';
}

/* -1 for what is no code of six digits. */
static int code_of(const char *stripped)
{
    int64_t code;

    if (strlen(stripped) != TOTP_DIGIT_COUNT || strspn(stripped, "0123456789") != TOTP_DIGIT_COUNT) return -1;
    return text_to_i64(stripped, 0, TOTP_CODE_COUNT - 1, &code) ? (int)code : -1;
}

/* --- the secret --- */

static bool seal(const struct secret_key *key, const unsigned char secret[TOTP_SECRET_BYTES], struct totp_row *row,
                 struct err *err)
{
    struct text sealed;
    bool        ok;

    text_init(&sealed);
    secret_seal(key, (struct span){(const char *)secret, TOTP_SECRET_BYTES}, &sealed);
    ok = text_ok(&sealed, err);
    if (ok && sealed.length > sizeof row->sealed_secret) ok = err_set(err, ERR_INTERNAL, "a sealed secret is too long");
    if (ok) memcpy(row->sealed_secret, sealed.data, sealed.length);
    row->sealed_bytes = sealed.length;
    text_close(&sealed);
    return ok;
}

static bool unseal(const struct secret_key *key, const struct totp_row *row, unsigned char secret[TOTP_SECRET_BYTES],
                   struct err *err)
{
    struct text plain;
    bool        ok;

    text_init(&plain);
    ok = secret_unseal(key, row->sealed_secret, row->sealed_bytes, &plain, err);
    if (ok && plain.length != TOTP_SECRET_BYTES) ok = err_set(err, ERR_STORAGE, "its length is wrong");
    if (ok) memcpy(secret, plain.data, TOTP_SECRET_BYTES);
    text_close(&plain);
    return ok ? true : err_wrap(err, "second factor of account %lld", (long long)row->account_id);
}

/* Letters that a URI takes as they are (RFC 3986, 2.3); all others as %XX. */
static void add_escaped(struct text *out, const char *name)
{
    for (; *name != '\0'; name++) {
        if (isalnum((unsigned char)*name) || strchr("-._~", *name) != NULL)
            text_append(out, name, 1);
        else
            text_printf(out, "%%%02X", (unsigned)(unsigned char)*name);
    }
}

static bool write_uri(struct second_factor_offer *offer, const char *account_name, struct err *err)
{
    struct text uri;
    bool        ok;

    text_init(&uri);
    text_add(&uri, "otpauth://totp/Dinolab:");
    add_escaped(&uri, account_name);
    text_printf(&uri, "?secret=%s&issuer=Dinolab&algorithm=SHA1&digits=%d&period=%d", offer->secret, TOTP_DIGIT_COUNT,
                TOTP_STEP_S);
    ok = text_ok(&uri, err);
    if (ok && uri.length >= sizeof offer->uri) ok = err_set(err, ERR_INTERNAL, "the address for the app is too long");
    if (ok) memcpy(offer->uri, uri.data, uri.length + 1);
    text_close(&uri);
    return ok;
}

bool second_factor_offer(struct store *store, const struct secret_key *key, int64_t account_id, const char *account_name,
                         struct second_factor_offer *out, struct err *err)
{
    struct totp_row row;
    unsigned char   secret[TOTP_SECRET_BYTES];
    bool            is_found;

    if (!store_totp_find(store, account_id, &row, &is_found, err)) return false;
    if (is_found && row.is_confirmed)
        return err_set(err, ERR_CONFLICT, "the second factor is on; turn it off first to set up another");
    row = (struct totp_row){.account_id = account_id};
    secret_random(secret, sizeof secret);
    base32_write(secret, sizeof secret, out->secret);
    return seal(key, secret, &row, err) && write_uri(out, account_name, err) && store_totp_set(store, &row, err);
}

/* --- recovery codes --- */

static void make_recovery_code(char out[RECOVERY_CODE_BYTES], struct secret_hash *hash)
{
    unsigned char raw[RECOVERY_RAW_BYTES];
    char          letters[RECOVERY_CODE_LENGTH + 1];

    secret_random(raw, sizeof raw);
    base32_write(raw, sizeof raw, letters);
    secret_token_hash(letters, hash);
    (void)snprintf(out, RECOVERY_CODE_BYTES, "%.4s-%.4s-%.4s-%.4s", letters, letters + 4, letters + 8, letters + 12);
}

static bool add_recovery_codes(struct store *store, int64_t account_id, char codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_BYTES],
                               struct err *err)
{
    for (int i = 0; i < RECOVERY_CODE_COUNT; i++) {
        struct secret_hash hash;

        make_recovery_code(codes[i], &hash);
        if (!store_recovery_code_add(store, account_id, &hash, err)) return false;
    }
    return true;
}

static bool use_recovery_code(struct store *store, int64_t account_id, const char *stripped, bool *is_right, struct err *err)
{
    struct secret_hash hash;

    *is_right = false;
    if (strlen(stripped) != RECOVERY_CODE_LENGTH) return true;
    secret_token_hash(stripped, &hash);
    return store_recovery_code_use(store, account_id, &hash, is_right, err);
}

/* --- codes --- */

/* True and `row->last_step` set for a right code; what is written is up to the caller. */
static bool look_at_code(const struct secret_key *key, struct totp_row *row, const char *stripped, int64_t now_ms, bool *is_right,
                         struct err *err)
{
    unsigned char secret[TOTP_SECRET_BYTES];
    int64_t       step;

    if (!unseal(key, row, secret, err)) return false;
    step      = totp_find(secret, code_of(stripped), now_ms, row->last_step);
    *is_right = step != 0;
    if (*is_right) row->last_step = step;
    return true;
}

bool second_factor_confirm(struct store *store, const struct secret_key *key, int64_t account_id, const char *input,
                           int64_t now_ms, char codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_BYTES], struct err *err)
{
    struct totp_row row;
    char            stripped[SECOND_FACTOR_INPUT_MAX + 1];
    bool            is_found, is_right;

    if (!store_totp_find(store, account_id, &row, &is_found, err)) return false;
    if (!is_found) return err_set(err, ERR_CONFLICT, "no second factor is being set up; begin again");
    if (row.is_confirmed) return err_set(err, ERR_CONFLICT, "the second factor is on already");
    strip(input, stripped);
    if (!look_at_code(key, &row, stripped, now_ms, &is_right, err)) return false;
    if (!is_right) return err_set(err, ERR_INVALID, "this is not the code that the app shows now; is the phone's clock right?");
    row.is_confirmed = true;
    return store_totp_set(store, &row, err) && add_recovery_codes(store, account_id, codes, err);
}

/* Until when codes are not looked at; 0: they are. */
static int64_t waits_until_ms(const struct totp_row *row)
{
    int64_t wait_ms = WAIT_FIRST_MS;

    if (row->failed_count <= FREE_FAILURE_COUNT) return 0;
    for (int i = FREE_FAILURE_COUNT + 1; i < row->failed_count && wait_ms < WAIT_MAX_MS; i++) wait_ms *= 2;
    return row->failed_at_ms + (wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS);
}

static bool check_code(struct store *store, const struct secret_key *key, struct totp_row *row, const char *stripped,
                       int64_t now_ms, enum second_factor_result *result, struct err *err)
{
    bool is_right;

    if (!look_at_code(key, row, stripped, now_ms, &is_right, err)) return false;
    *result           = is_right ? SECOND_FACTOR_RIGHT : SECOND_FACTOR_WRONG;
    row->failed_count = is_right ? 0 : row->failed_count + 1;
    row->failed_at_ms = is_right ? 0 : now_ms;
    return store_totp_set(store, row, err);
}

bool second_factor_check(struct store *store, const struct secret_key *key, int64_t account_id, const char *input, int64_t now_ms,
                         enum second_factor_result *result, int *wait_s, struct err *err)
{
    struct totp_row row;
    char            stripped[SECOND_FACTOR_INPUT_MAX + 1];
    bool            is_found, is_right;
    int64_t         wait_ms;

    *wait_s = 0;
    *result = SECOND_FACTOR_OFF;
    if (!store_totp_find(store, account_id, &row, &is_found, err)) return false;
    if (!is_found || !row.is_confirmed) return true;
    *result = SECOND_FACTOR_MISSING;
    if (input == NULL) return true;
    strip(input, stripped);
    *result = SECOND_FACTOR_RECOVERY;
    if (!use_recovery_code(store, account_id, stripped, &is_right, err)) return false;
    if (is_right) return true;
    wait_ms = waits_until_ms(&row) - now_ms;
    if (wait_ms <= 0) return check_code(store, key, &row, stripped, now_ms, result, err);
    *result = SECOND_FACTOR_WAIT;
    *wait_s = (int)((wait_ms + 999) / 1000);
    return true;
}

bool second_factor_state(struct store *store, int64_t account_id, bool *is_on, int *recovery_count, struct err *err)
{
    struct totp_row row;
    bool            is_found;

    if (!store_totp_find(store, account_id, &row, &is_found, err) ||
        !store_recovery_code_count(store, account_id, recovery_count, err))
        return false;
    *is_on = is_found && row.is_confirmed;
    return true;
}
