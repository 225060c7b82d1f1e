/* Hashes against the standards' own examples; tokens, hex, passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "base/secret.h"

enum { MILLION = 1000 * 1000 };

static int initialise(void **state)
{
    struct err err;

    (void)state;
    return secret_init(&err) ? 0 : -1;
}

static void assert_hash(const struct secret_hash *hash, const char *expected)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4 examples (the empty text: NIST's test vectors). */
static void sha_256_agrees_with_the_examples_of_the_standard(void **state)
{
    static const char    TWO_BLOCKS[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct secret_sha256 sha;
    struct secret_hash   hash;

    (void)state;
    secret_sha256_of("", 0, &hash);
    assert_hash(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    secret_sha256_of("abc", 3, &hash);
    assert_hash(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    secret_sha256_of(TWO_BLOCKS, sizeof TWO_BLOCKS - 1, &hash);
    assert_hash(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    secret_sha256_begin(&sha);
    for (int i = 0; i < MILLION / 100; i++) {
        char block[100];

        memset(block, 'a', sizeof block);
        secret_sha256_add(&sha, block, sizeof block);
    }
    secret_sha256_end(&sha, &hash);
    assert_hash(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sha_256_in_pieces_is_sha_256_at_once(void **state)
{
    char                 data[300];
    struct secret_sha256 sha;
    struct secret_hash   whole, pieces;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 7);
    secret_sha256_of(data, sizeof data, &whole);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        secret_sha256_begin(&sha);
        secret_sha256_add(&sha, data, cut);
        secret_sha256_add(&sha, data + cut, sizeof data - cut);
        secret_sha256_end(&sha, &pieces);
        assert_memory_equal(whole.bytes, pieces.bytes, sizeof whole.bytes);
    }
}

/* BLAKE2b of RFC 7693 with 32 bytes of output and no key. */
static void tokens_are_hashed_by_blake2b_256(void **state)
{
    struct secret_hash hash;

    (void)state;
    secret_token_hash("abc", &hash);
    assert_hash(&hash, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    secret_token_hash("", &hash);
    assert_hash(&hash, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void a_made_token_is_well_formed_and_never_comes_twice(void **state)
{
    enum { TOKEN_COUNT = 200 };
    char tokens[TOKEN_COUNT][SECRET_TOKEN_LENGTH + 1];

    (void)state;
    for (int i = 0; i < TOKEN_COUNT; i++) {
        secret_token_make(tokens[i]);
        assert_int_equal(strlen(tokens[i]), SECRET_TOKEN_LENGTH);
        assert_true(secret_token_is_well_formed(tokens[i]));
        for (int j = 0; j < i; j++) assert_string_not_equal(tokens[i], tokens[j]);
    }
}

static void only_43_characters_of_base64url_are_a_token(void **state)
{
    static const char *const BAD[] = {
        "",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",   /* 42 */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", /* 44 */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",  /* padding */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",  /* the other alphabet */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/A",
        "AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", /* bits beyond the 256: a second spelling of the same token */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xC3\xA4",
    };

    (void)state;
    assert_true(secret_token_is_well_formed("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_true(secret_token_is_well_formed("-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8"));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (secret_token_is_well_formed(BAD[i])) fail_msg("'%s' is no token", BAD[i]);
}

static void hex_is_64_lower_case_digits_both_ways(void **state)
{
    static const char  HEX[] = "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978";
    struct secret_hash hash;
    char               hex[SECRET_HEX_BYTES];

    (void)state;
    assert_true(secret_from_hex(HEX, &hash));
    assert_int_equal(hash.bytes[1], 0x11);
    assert_int_equal(hash.bytes[31], 0x78);
    secret_hex(&hash, hex);
    assert_string_equal(hex, HEX);
    assert_false(secret_from_hex("", &hash));
    assert_false(secret_from_hex(HEX + 1, &hash));
    assert_false(secret_from_hex("00112233445566778899AABBCCDDEEFF0123456789abcdef0f1e2d3c4b5a6978", &hash));
    assert_false(secret_from_hex("00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a69780", &hash));
    assert_false(secret_from_hex("0011223344556677:899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978", &hash));
    assert_false(secret_from_hex("../../../../../../../../../../../../../../../../../../../etc/pas", &hash));
}

static void secrets_are_equal_only_byte_for_byte(void **state)
{
    (void)state;
    assert_true(secret_equal("abcd", "abcd", 4));
    assert_false(secret_equal("abcd", "abce", 4));
    assert_false(secret_equal("Xbcd", "abcd", 4));
    assert_true(secret_equal("abcd", "abcX", 3));
}

static void a_password_is_known_again_only_by_itself(void **state)
{
    char       hash[SECRET_PASSWORD_HASH_BYTES];
    struct err err = {0};

    (void)state;
    MUST(secret_password_hash("correct horse battery", hash, &err));
    assert_memory_equal(hash, "$argon2id$v=19$m=65536,", 23);
    assert_true(secret_password_verify("correct horse battery", hash));
    assert_false(secret_password_verify("correct horse batterz", hash));
    assert_false(secret_password_verify("anything", "not a hash"));
}

static void a_keyed_hash_is_the_same_for_key_and_text_and_for_nothing_else(void **state)
{
    struct secret_key  key, other;
    struct secret_hash a, b;

    (void)state;
    secret_key_make(&key);
    secret_key_make(&other);
    assert_memory_not_equal(key.bytes, other.bytes, SECRET_HASH_BYTES);
    secret_keyed_hash(&key, "prolific:5f1e", &a);
    secret_keyed_hash(&key, "prolific:5f1e", &b);
    assert_memory_equal(a.bytes, b.bytes, SECRET_HASH_BYTES);
    secret_keyed_hash(&other, "prolific:5f1e", &b);
    assert_memory_not_equal(a.bytes, b.bytes, SECRET_HASH_BYTES);
    secret_keyed_hash(&key, "sona:5f1e", &b);
    assert_memory_not_equal(a.bytes, b.bytes, SECRET_HASH_BYTES);
    secret_token_hash("prolific:5f1e", &b); /* what anybody can compute */
    assert_memory_not_equal(a.bytes, b.bytes, SECRET_HASH_BYTES);
}

static void must_not_open(const struct secret_key *key, const void *sealed, size_t bytes, const char *sentence)
{
    struct text plain;
    struct err  err = {0};

    text_init(&plain);
    MUST_REFUSE(secret_unseal(key, sealed, bytes, &plain, &err), ERR_STORAGE, sentence);
    assert_int_equal(plain.length, 0);
    text_close(&plain);
}

static void what_is_sealed_opens_with_its_key_whole_and_unchanged_only(void **state)
{
    static const char IDS[] = "{\"PROLIFIC_PID\":\"5f1e\"}";
    struct secret_key key, other;
    struct text       sealed, again, plain;
    struct err        err = {0};

    (void)state;
    secret_key_make(&key);
    secret_key_make(&other);
    text_init(&sealed);
    text_init(&again);
    text_init(&plain);
    secret_seal(&key, span_of(IDS), &sealed);
    secret_seal(&key, span_of(IDS), &again);
    assert_int_equal(sealed.length, sizeof IDS - 1 + 24 + 16);
    assert_true(again.length == sealed.length && memcmp(sealed.data, again.data, sealed.length) != 0);
    assert_null(memmem(sealed.data, sealed.length, "5f1e", 4));
    MUST(secret_unseal(&key, sealed.data, sealed.length, &plain, &err));
    assert_string_equal(plain.data, IDS);
    must_not_open(&other, sealed.data, sealed.length, "was not sealed with this key");
    for (size_t cut = 0; cut < sealed.length; cut++)
        must_not_open(&key, sealed.data, cut, cut < 24 + 16 ? "is cut short" : "was not sealed with this key");
    for (size_t at = 0; at < sealed.length; at++) {
        sealed.data[at] = (char)(sealed.data[at] ^ 1);
        must_not_open(&key, sealed.data, sealed.length, "was not sealed with this key");
        sealed.data[at] = (char)(sealed.data[at] ^ 1);
    }
    text_close(&plain);
    text_close(&again);
    text_close(&sealed);
}

static void nothing_can_be_sealed_too(void **state)
{
    struct secret_key key;
    struct text       sealed, plain;
    struct err        err = {0};

    (void)state;
    secret_key_make(&key);
    text_init(&sealed);
    text_init(&plain);
    secret_seal(&key, span_of(""), &sealed);
    MUST(secret_unseal(&key, sealed.data, sealed.length, &plain, &err));
    assert_int_equal(plain.length, 0);
    text_close(&plain);
    text_close(&sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha_256_agrees_with_the_examples_of_the_standard),
        cmocka_unit_test(sha_256_in_pieces_is_sha_256_at_once),
        cmocka_unit_test(tokens_are_hashed_by_blake2b_256),
        cmocka_unit_test(a_made_token_is_well_formed_and_never_comes_twice),
        cmocka_unit_test(only_43_characters_of_base64url_are_a_token),
        cmocka_unit_test(hex_is_64_lower_case_digits_both_ways),
        cmocka_unit_test(secrets_are_equal_only_byte_for_byte),
        cmocka_unit_test(a_password_is_known_again_only_by_itself),
        cmocka_unit_test(a_keyed_hash_is_the_same_for_key_and_text_and_for_nothing_else),
        cmocka_unit_test(what_is_sealed_opens_with_its_key_whole_and_unchanged_only),
        cmocka_unit_test(nothing_can_be_sealed_too),
    };

    return cmocka_run_group_tests(tests, initialise, NULL);
}
