#include "base/secret.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct secret_sha256), "room for the hash state");
_Static_assert(crypto_pwhash_STRBYTES <= SECRET_PASSWORD_HASH_BYTES, "room for the password hash");

bool secret_init(struct err *err)
{
    return sodium_init() >= 0 ? true : err_set(err, ERR_INTERNAL, "the cryptographic library could not be initialised");
}

void secret_random(void *out, size_t bytes)
{
    randombytes_buf(out, bytes);
}

void secret_token_make(char token[SECRET_TOKEN_LENGTH + 1])
{
    unsigned char bytes[SECRET_TOKEN_BYTES];

    randombytes_buf(bytes, sizeof bytes);
    (void)sodium_bin2base64(token, SECRET_TOKEN_LENGTH + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

bool secret_token_is_well_formed(const char *token)
{
    unsigned char bytes[SECRET_TOKEN_BYTES];
    size_t        length = 0;

    return strlen(token) == SECRET_TOKEN_LENGTH &&
           sodium_base642bin(bytes, sizeof bytes, token, SECRET_TOKEN_LENGTH, NULL, &length, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           length == SECRET_TOKEN_BYTES;
}

void secret_token_hash(const char *token, struct secret_hash *out)
{
    (void)crypto_generichash(out->bytes, sizeof out->bytes, (const unsigned char *)token, strlen(token), NULL, 0);
}

void secret_sha256_of(const void *data, size_t bytes, struct secret_hash *out)
{
    (void)crypto_hash_sha256(out->bytes, data, bytes);
}

static crypto_hash_sha256_state *state_of(struct secret_sha256 *sha)
{
    return (crypto_hash_sha256_state *)(void *)sha->state;
}

void secret_sha256_begin(struct secret_sha256 *sha)
{
    (void)crypto_hash_sha256_init(state_of(sha));
}

void secret_sha256_add(struct secret_sha256 *sha, const void *data, size_t bytes)
{
    (void)crypto_hash_sha256_update(state_of(sha), data, bytes);
}

void secret_sha256_end(struct secret_sha256 *sha, struct secret_hash *out)
{
    (void)crypto_hash_sha256_final(state_of(sha), out->bytes);
}

void secret_hex(const struct secret_hash *hash, char hex[SECRET_HEX_BYTES])
{
    (void)sodium_bin2hex(hex, SECRET_HEX_BYTES, hash->bytes, sizeof hash->bytes);
}

bool secret_from_hex(const char *hex, struct secret_hash *out)
{
    size_t length = 0;

    if (strlen(hex) != SECRET_HEX_BYTES - 1 || strspn(hex, "0123456789abcdef") != SECRET_HEX_BYTES - 1) return false;
    return sodium_hex2bin(out->bytes, sizeof out->bytes, hex, SECRET_HEX_BYTES - 1, NULL, &length, NULL) == 0 &&
           length == SECRET_HASH_BYTES;
}

bool secret_equal(const void *left, const void *right, size_t bytes)
{
    return sodium_memcmp(left, right, bytes) == 0;
}

bool secret_password_hash(const char *password, char out[SECRET_PASSWORD_HASH_BYTES], struct err *err)
{
    char hash[crypto_pwhash_STRBYTES];

    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return err_no_memory(err);
    memcpy(out, hash, sizeof hash);
    return true;
}

bool secret_password_verify(const char *password, const char *hash)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}
