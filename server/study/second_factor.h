/* second_factor.h - time-based codes beside the password (RFC 6238), and codes for who has lost the phone.
 *
 * Offered (a secret is made), confirmed by a first code, then asked for at each login. No code is taken twice. Wrong ones are counted:
 * from the fifth in a row on one must wait, twice as long each time, up to an hour, so that a stolen password gives 24 guesses a day at
 * a million codes. A recovery code cannot be guessed and is taken at any time, once.
 * The secret is sealed with the key of study/identity.h: who restores a database without its key file sets new passwords by link
 * (people.h), which turns the second factor off. Threads: each is one transaction of its caller, the writer's. */
#ifndef DINOLAB_STUDY_SECOND_FACTOR_H
#define DINOLAB_STUDY_SECOND_FACTOR_H

#include "base/totp.h"
#include "store/store_totp.h"

enum {
    SECOND_FACTOR_INPUT_MAX = 40, /* letters of what is typed: a code, or a recovery code, with spaces or dashes */
    RECOVERY_CODE_COUNT     = 10,
    RECOVERY_CODE_LENGTH    = 16,                      /* base32 letters: 80 bits */
    RECOVERY_CODE_BYTES     = RECOVERY_CODE_LENGTH + 4 /* with a dash after every fourth, and the closing NUL */
};

struct second_factor_offer {
    char secret[TOTP_BASE32_LENGTH + 1];
    char uri[384]; /* otpauth://, for a QR code */
};

/* A new secret, in place of one that was not confirmed; ERR_CONFLICT when the second factor is on. */
MUST_CHECK bool second_factor_offer(struct store *store, const struct secret_key *key, int64_t account_id,
                                    const char *account_name, struct second_factor_offer *out, struct err *err);

/* Turns it on by a right code. ERR_CONFLICT where nothing is offered, or it is on; ERR_INVALID for a wrong code. */
MUST_CHECK bool second_factor_confirm(struct store *store, const struct secret_key *key, int64_t account_id, const char *input,
                                      int64_t now_ms, char codes[RECOVERY_CODE_COUNT][RECOVERY_CODE_BYTES], struct err *err);

enum second_factor_result {
    SECOND_FACTOR_OFF,      /* the account has none */
    SECOND_FACTOR_RIGHT,    /* the code is used up now */
    SECOND_FACTOR_RECOVERY, /* likewise, a recovery code */
    SECOND_FACTOR_MISSING,  /* `input` is NULL, and a code is needed */
    SECOND_FACTOR_WRONG,    /* counted: the transaction must be kept */
    SECOND_FACTOR_WAIT      /* not looked at: too many were wrong */
};

/* For a login whose password was right. `wait_s`: of SECOND_FACTOR_WAIT, how long still. */
MUST_CHECK bool second_factor_check(struct store *store, const struct secret_key *key, int64_t account_id, const char *input,
                                    int64_t now_ms, enum second_factor_result *result, int *wait_s, struct err *err);

/* Whether codes are asked for, and how many recovery codes are left. */
MUST_CHECK bool second_factor_state(struct store *store, int64_t account_id, bool *is_on, int *recovery_count, struct err *err);

#endif
