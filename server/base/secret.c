#include "base/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct secret_sha256), "room for the hash state");
_Static_assert(crypto_pwhash_STRBYTES <= SECRET_PASSWORD_HASH_BYTES, "room for the password hash");

/* Numbers of the derived keys; never to be given another meaning. */
enum { SUBKEY_HASH = 1, SUBKEY_SEAL = 2 };

static const char KEY_CONTEXT[crypto_kdf_CONTEXTBYTES + 1] = "dinolab-";

_Static_assert(crypto_kdf_KEYBYTES == SECRET_HASH_BYTES, "the key's size");
_Static_assert(crypto_secretbox_KEYBYTES == SECRET_HASH_BYTES, "the sealing key's size");

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

void secret_key_make(struct secret_key *out)
{
    crypto_kdf_keygen(out->bytes);
}

static void subkey(const struct secret_key *key, uint64_t number, unsigned char out[SECRET_HASH_BYTES])
{
    (void)crypto_kdf_derive_from_key(out, SECRET_HASH_BYTES, number, KEY_CONTEXT, key->bytes);
}

void secret_keyed_hash(const struct secret_key *key, const char *text, struct secret_hash *out)
{
    unsigned char hashing[SECRET_HASH_BYTES];

    subkey(key, SUBKEY_HASH, hashing);
    (void)crypto_generichash(out->bytes, sizeof out->bytes, (const unsigned char *)text, strlen(text), hashing, sizeof hashing);
    sodium_memzero(hashing, sizeof hashing);
}

void secret_seal(const struct secret_key *key, struct span plain, struct text *out)
{
    unsigned char  sealing[SECRET_HASH_BYTES];
    size_t         bytes  = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.length;
    unsigned char *sealed = malloc(bytes);

    if (sealed == NULL) {
        out->is_failed = true;
        return;
    }
    subkey(key, SUBKEY_SEAL, sealing);
    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain.data, plain.length, sealed,
                                sealing);
    text_append(out, (const char *)sealed, bytes);
    sodium_memzero(sealing, sizeof sealing);
    free(sealed);
}

bool secret_unseal(const struct secret_key *key, const void *sealed, size_t bytes, struct text *out, struct err *err)
{
    const size_t         overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const unsigned char *from     = sealed;
    unsigned char        sealing[SECRET_HASH_BYTES];
    unsigned char       *plain;
    bool                 ok;

    if (bytes < overhead) return err_set(err, ERR_STORAGE, "what was sealed is cut short");
    plain = malloc(bytes - overhead + 1);
    if (plain == NULL) return err_no_memory(err);
    subkey(key, SUBKEY_SEAL, sealing);
    ok = crypto_secretbox_open_easy(plain, from + crypto_secretbox_NONCEBYTES, bytes - crypto_secretbox_NONCEBYTES, from,
                                    sealing) == 0;
    sodium_memzero(sealing, sizeof sealing);
    if (ok) text_append(out, (const char *)plain, bytes - overhead);
    sodium_memzero(plain, bytes - overhead);
    free(plain);
    return ok ? text_ok(out, err) : err_set(err, ERR_STORAGE, "what was sealed was not sealed with this key");
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
