/* secret.h - randomness, hashes, passwords and keys: the only user of libsodium.
 *
 * Call secret_init once before threads start. Everything else is safe from any thread. Nothing here keeps state. */
#ifndef DINOLAB_BASE_SECRET_H
#define DINOLAB_BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum {
    SECRET_HASH_BYTES          = 32,                        /* SHA-256 and BLAKE2b-256 */
    SECRET_HEX_BYTES           = 2 * SECRET_HASH_BYTES + 1, /* with the closing NUL */
    SECRET_TOKEN_BYTES         = 32,                        /* randomness in a token */
    SECRET_TOKEN_LENGTH        = 43,                        /* its base64url form without padding */
    SECRET_PASSWORD_HASH_BYTES = 128,                       /* Argon2id string, NUL included */
};

struct secret_hash {
    unsigned char bytes[SECRET_HASH_BYTES];
};

MUST_CHECK bool secret_init(struct err *err);

void secret_random(void *out, size_t bytes);
void secret_token_make(char token[SECRET_TOKEN_LENGTH + 1]);

/* Exactly the form that secret_token_make gives. */
bool secret_token_is_well_formed(const char *token);

/* What is stored of a token: BLAKE2b-256. Tokens have 256 random bits, so neither salt nor stretching is needed. */
void secret_token_hash(const char *token, struct secret_hash *out);

/* Content hash: SHA-256 (FIPS 180-4). The streaming form is for what does not fit in one piece. */
struct secret_sha256 {
    _Alignas(8) unsigned char state[128];
};

void secret_sha256_of(const void *data, size_t bytes, struct secret_hash *out);
void secret_sha256_begin(struct secret_sha256 *sha);
void secret_sha256_add(struct secret_sha256 *sha, const void *data, size_t bytes);
void secret_sha256_end(struct secret_sha256 *sha, struct secret_hash *out);

void            secret_hex(const struct secret_hash *hash, char hex[SECRET_HEX_BYTES]);
MUST_CHECK bool secret_from_hex(const char *hex, struct secret_hash *out);       /* 64 lower-case digits, else false */
bool            secret_equal(const void *left, const void *right, size_t bytes); /* constant time */

/* A key of this server, for what it must be able to recognise or to read again. Two keys are derived from it (BLAKE2b, crypto_kdf), one
 * for hashing and one for sealing. */
struct secret_key {
    unsigned char bytes[SECRET_HASH_BYTES];
};

void secret_key_make(struct secret_key *out);

/* BLAKE2b-256 keyed: the same text gives the same hash, and without the key nobody can try texts out. */
void secret_keyed_hash(const struct secret_key *key, const char *text, struct secret_hash *out);

/* XSalsa20-Poly1305 with a random nonce in front: append the sealed bytes to `out`. */
void secret_seal(const struct secret_key *key, struct span plain, struct text *out);

/* Append what was sealed to `out`; ERR_STORAGE when the bytes are not what this key sealed. */
MUST_CHECK bool secret_unseal(const struct secret_key *key, const void *sealed, size_t bytes, struct text *out, struct err *err);

/* Argon2id with libsodium's interactive cost (64 MiB, about 0.1 s): never on a thread that serves participants. */
MUST_CHECK bool secret_password_hash(const char *password, char out[SECRET_PASSWORD_HASH_BYTES], struct err *err);
bool            secret_password_verify(const char *password, const char *hash);

#endif
