/* One-time codes against the examples of their standards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/totp.h"

enum { MILLION = 1000 * 1000 };

static void assert_bytes(const unsigned char bytes[SHA1_BYTES], const char *expected)
{
    char hex[2 * SHA1_BYTES + 1];

    for (size_t i = 0; i < SHA1_BYTES; i++) (void)snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(hex, expected);
}

static void assert_sha1(const char *text, const char *expected)
{
    unsigned char hash[SHA1_BYTES];

    sha1_of(text, strlen(text), hash);
    assert_bytes(hash, expected);
}

/* RFC 3174, 7.3 (the empty text: FIPS 180's test vectors). */
static void sha_1_agrees_with_the_examples_of_the_standard(void **state)
{
    static char   many_a[MILLION + 1];
    char          eights[640 + 1];
    unsigned char hash[SHA1_BYTES];

    (void)state;
    assert_sha1("", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assert_sha1("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    memset(many_a, 'a', MILLION);
    sha1_of(many_a, MILLION, hash);
    assert_bytes(hash, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    for (int i = 0; i < 640; i++) eights[i] = (char)('0' + i % 8);
    eights[640] = '\0';
    assert_sha1(eights, "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

static void assert_hmac(int key_byte, size_t key_bytes, const char *data, size_t bytes, const char *expected)
{
    unsigned char key[80], out[SHA1_BYTES];

    for (size_t i = 0; i < key_bytes; i++) key[i] = (unsigned char)(key_byte < 0 ? (int)i + 1 : key_byte);
    hmac_sha1(key, key_bytes, data, bytes, out);
    assert_bytes(out, expected);
}

/* RFC 2202, 3: all seven. */
static void hmac_sha_1_agrees_with_the_examples_of_the_standard(void **state)
{
    static const char LONG_KEY[]  = "Test Using Larger Than Block-Size Key - Hash Key First";
    static const char LONG_DATA[] = "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
    char              fifty[50];
    unsigned char     out[SHA1_BYTES];

    (void)state;
    assert_hmac(0x0b, 20, "Hi There", 8, "b617318655057264e28bc0b6fb378c8ef146be00");
    hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out);
    assert_bytes(out, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    memset(fifty, 0xdd, sizeof fifty);
    assert_hmac(0xaa, 20, fifty, 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
    memset(fifty, 0xcd, sizeof fifty);
    assert_hmac(-1, 25, fifty, 50, "4c9007f4026250c6bc8414f9bf50c86c2d7235da");
    assert_hmac(0x0c, 20, "Test With Truncation", 20, "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04");
    assert_hmac(0xaa, 80, LONG_KEY, sizeof LONG_KEY - 1, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    assert_hmac(0xaa, 80, LONG_DATA, sizeof LONG_DATA - 1, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
}

static const unsigned char *const SECRET = (const unsigned char *)"12345678901234567890";

/* RFC 6238, appendix B, with the last six of its eight digits; RFC 4226, appendix D. */
static void codes_agree_with_the_examples_of_the_standards(void **state)
{
    static const struct {
        int64_t second;
        int     code;
    } TIMES[]                   = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                                   {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
    static const int COUNTERS[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};

    (void)state;
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++)
        assert_int_equal(totp_code(SECRET, totp_step(TIMES[i].second * 1000)), TIMES[i].code);
    for (int i = 0; i < 10; i++) assert_int_equal(totp_code(SECRET, i), COUNTERS[i]);
}

static void a_code_is_found_one_step_early_or_late_and_never_twice(void **state)
{
    const int64_t step = 41152263, now_ms = step * TOTP_STEP_S * 1000 + 12345;

    (void)state;
    for (int64_t at = step - 3; at <= step + 3; at++) {
        const int64_t is_near = at >= step - 1 && at <= step + 1;

        assert_int_equal(totp_find(SECRET, totp_code(SECRET, at), now_ms, 0), is_near * at);
        assert_int_equal(totp_find(SECRET, totp_code(SECRET, at), now_ms, at - 1), is_near * at);
        assert_int_equal(totp_find(SECRET, totp_code(SECRET, at), now_ms, at), 0);
    }
}

/* RFC 4648, 10, where the padding is left out because there is none. */
static void base32_agrees_with_the_examples_of_the_standard(void **state)
{
    char out[TOTP_BASE32_LENGTH + 1];

    (void)state;
    base32_write((const unsigned char *)"fooba", 5, out);
    assert_string_equal(out, "MZXW6YTB");
    base32_write(SECRET, TOTP_SECRET_BYTES, out);
    assert_string_equal(out, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha_1_agrees_with_the_examples_of_the_standard),
        cmocka_unit_test(hmac_sha_1_agrees_with_the_examples_of_the_standard),
        cmocka_unit_test(codes_agree_with_the_examples_of_the_standards),
        cmocka_unit_test(a_code_is_found_one_step_early_or_late_and_never_twice),
        cmocka_unit_test(base32_agrees_with_the_examples_of_the_standard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
