/* totp.h - time-based one-time codes: HMAC-SHA-1 (RFC 3174, RFC 2104), HOTP and TOTP (RFC 4226, RFC 6238), base32 (RFC 4648).
 *
 * SHA-1 is here because authenticator apps know nothing else, and for nothing else: libsodium, rightly, has none. Its weakness
 * (collisions) does not touch HMAC. Threads: any; nothing here keeps state. */
#ifndef DINOLAB_BASE_TOTP_H
#define DINOLAB_BASE_TOTP_H

#include <stddef.h>
#include <stdint.h>

enum {
    SHA1_BYTES          = 20,
    TOTP_SECRET_BYTES   = 20, /* as long as the hash (RFC 4226, 4) */
    TOTP_BASE32_LENGTH  = 32, /* of the secret; without padding */
    TOTP_STEP_S         = 30,
    TOTP_DIGIT_COUNT    = 6,
    TOTP_CODE_COUNT     = 1000000,
    TOTP_STEP_TOLERANCE = 1 /* steps by which a phone's clock may be wrong, either way */
};

void sha1_of(const void *data, size_t bytes, unsigned char out[SHA1_BYTES]);
void hmac_sha1(const void *key, size_t key_bytes, const void *data, size_t bytes, unsigned char out[SHA1_BYTES]);

/* The step that a wall clock's milliseconds are in. */
int64_t totp_step(int64_t now_ms);

/* The code of a step, 0 to TOTP_CODE_COUNT - 1. */
int totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step);

/* The step within the tolerance of `now_ms`, and after `last_step`, that has this code; 0 when there is none. Takes the same time
 * whichever it is. */
int64_t totp_find(const unsigned char secret[TOTP_SECRET_BYTES], int code, int64_t now_ms, int64_t last_step);

/* Upper case, 5 bits a letter; `bytes` must be a multiple of 5. Writes 8 / 5 * bytes letters and a NUL. */
void base32_write(const unsigned char *data, size_t bytes, char *out);

#endif
