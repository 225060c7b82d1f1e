#include "base/totp.h"

#include <assert.h>
#include <string.h>

enum { BLOCK_BYTES = 64, ROUND_COUNT = 80, LENGTH_AT = 56 };

struct sha1 {
    uint32_t      state[5];
    uint64_t      byte_count;
    unsigned char block[BLOCK_BYTES];
};

static uint32_t rotate(uint32_t word, int bits)
{
    return (word << bits) | (word >> (32 - bits));
}

static uint32_t read_word(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
}

static void write_big_endian(uint64_t number, int bytes, unsigned char *out)
{
    for (int i = bytes - 1; i >= 0; i--, number >>= 8) out[i] = (unsigned char)(number & 0xffU);
}

/* f and K of RFC 3174, 5. */
static uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
    if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999U;
    if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1U;
    if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcU;
    return (b ^ c ^ d) + 0xca62c1d6U;
}

static void take_block(struct sha1 *sha)
{
    uint32_t words[ROUND_COUNT], a = sha->state[0], b = sha->state[1], c = sha->state[2], d = sha->state[3], e = sha->state[4];

    for (int i = 0; i < 16; i++) words[i] = read_word(sha->block + 4 * i);
    for (int i = 16; i < ROUND_COUNT; i++) words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    for (int i = 0; i < ROUND_COUNT; i++) {
        uint32_t next = rotate(a, 5) + mix(i, b, c, d) + e + words[i];

        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    sha->state[0] += a;
    sha->state[1] += b;
    sha->state[2] += c;
    sha->state[3] += d;
    sha->state[4] += e;
}

static void begin(struct sha1 *sha)
{
    *sha = (struct sha1){.state = {0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U}};
}

static void add(struct sha1 *sha, const void *data, size_t bytes)
{
    const unsigned char *from = data;

    for (size_t i = 0; i < bytes; i++) {
        sha->block[sha->byte_count++ % BLOCK_BYTES] = from[i];
        if (sha->byte_count % BLOCK_BYTES == 0) take_block(sha);
    }
}

static void end(struct sha1 *sha, unsigned char out[SHA1_BYTES])
{
    static const unsigned char PADDING[BLOCK_BYTES] = {0x80};
    const size_t               used                 = (size_t)(sha->byte_count % BLOCK_BYTES);
    unsigned char              length[8];

    write_big_endian(sha->byte_count * 8, sizeof length, length);
    add(sha, PADDING, (used < LENGTH_AT ? (size_t)LENGTH_AT : (size_t)LENGTH_AT + BLOCK_BYTES) - used);
    add(sha, length, sizeof length);
    for (int i = 0; i < 5; i++) write_big_endian(sha->state[i], 4, out + 4 * i);
}

void sha1_of(const void *data, size_t bytes, unsigned char out[SHA1_BYTES])
{
    struct sha1 sha;

    begin(&sha);
    add(&sha, data, bytes);
    end(&sha, out);
}

/* RFC 2104, 2: the inner and the outer pass differ in what the key is combined with. */
static void pass(const unsigned char key[BLOCK_BYTES], unsigned char with, const void *data, size_t bytes,
                 unsigned char out[SHA1_BYTES])
{
    unsigned char pad[BLOCK_BYTES];
    struct sha1   sha;

    for (int i = 0; i < BLOCK_BYTES; i++) pad[i] = key[i] ^ with;
    begin(&sha);
    add(&sha, pad, sizeof pad);
    add(&sha, data, bytes);
    end(&sha, out);
}

void hmac_sha1(const void *key, size_t key_bytes, const void *data, size_t bytes, unsigned char out[SHA1_BYTES])
{
    unsigned char block[BLOCK_BYTES] = {0}, inner[SHA1_BYTES];

    if (key_bytes > BLOCK_BYTES)
        sha1_of(key, key_bytes, block);
    else if (key_bytes > 0)
        memcpy(block, key, key_bytes);
    pass(block, 0x36, data, bytes, inner);
    pass(block, 0x5c, inner, sizeof inner, out);
}

int64_t totp_step(int64_t now_ms)
{
    return now_ms / 1000 / TOTP_STEP_S;
}

/* RFC 4226, 5.3. */
int totp_code(const unsigned char secret[TOTP_SECRET_BYTES], int64_t step)
{
    unsigned char counter[8], hash[SHA1_BYTES];

    write_big_endian((uint64_t)step, sizeof counter, counter);
    hmac_sha1(secret, TOTP_SECRET_BYTES, counter, sizeof counter, hash);
    return (int)((read_word(hash + (hash[SHA1_BYTES - 1] & 0xf)) & 0x7fffffffU) % TOTP_CODE_COUNT);
}

int64_t totp_find(const unsigned char secret[TOTP_SECRET_BYTES], int code, int64_t now_ms, int64_t last_step)
{
    const int64_t now   = totp_step(now_ms);
    int64_t       found = 0;

    for (int64_t step = now - TOTP_STEP_TOLERANCE; step <= now + TOTP_STEP_TOLERANCE; step++)
        found += (found == 0) * (totp_code(secret, step) == code) * (step > last_step) * step;
    return found;
}

void base32_write(const unsigned char *data, size_t bytes, char *out)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    assert(bytes % 5 == 0);
    for (size_t i = 0; i < bytes; i += 5) {
        uint64_t bits = 0;

        for (size_t j = 0; j < 5; j++) bits = bits << 8 | data[i + j];
        for (int shift = 35; shift >= 0; shift -= 5) *out++ = LETTERS[bits >> shift & 31U];
    }
    *out = '\0';
}
