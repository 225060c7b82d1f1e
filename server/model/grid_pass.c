#include "model/grid_pass.h"

#include <stdint.h>
#include <string.h>

/* exp(-r) on |r| <= ln 2 / 2: the polynomial of degree 11 through the Chebyshev points of that interval. C0 = 1 and C1 = -1. */
#define C2  0x1.0000000000011p-1
#define C3  -0x1.555555555555ap-3
#define C4  0x1.555555554f0bap-5
#define C5  -0x1.111111110f21ep-7
#define C6  0x1.6c16c1880029fp-10
#define C7  -0x1.a01a01b1461c5p-13
#define C8  0x1.a01991a10d9aep-16
#define C9  -0x1.71ddf56d8deb5p-19
#define C10 0x1.28b4101c77212p-22
#define C11 -0x1.af632a0f7e2cep-26

#define LOG2_E 0x1.71547652b82fep+0
/* ln 2 in two parts: the first has eleven trailing zero bits, so that its product with n <= 500 is exact. */
#define LN2_HIGH 0x1.62e42fefa3800p-1
#define LN2_LOW  0x1.ef35793c76730p-45

/* Adding it rounds to an integer, which then stands in the lowest bits of the sum. */
#define ROUNDING 0x1.8p52

enum { EXPONENT_BIT = 52 };

static const double CERTAIN_FROM = 346.0;
static const double JOINT_MIN    = GRID_PASS_JOINT_MIN;

#define INLINED static inline __attribute__((always_inline))

INLINED int64_t bits_of(double x)
{
    int64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINED double double_of(int64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* All ones where a < b. Doubles >= 0 are in the order of their bits, and a comparison of integers, which cannot trap, lets the compiler
 * turn the loop below into vector instructions. */
INLINED int64_t mask_less(double a, double b)
{
    return bits_of(a) < bits_of(b) ? -1 : 0;
}

/* exp(-z) for 0 <= z < CERTAIN_FROM, 0 beyond. Estrin's scheme: short chains of dependent operations. */
INLINED double exp_negative(double z)
{
    const int64_t is_near = mask_less(z, CERTAIN_FROM);
    const double  near    = double_of(bits_of(z) & is_near);
    const double  rounded = near * LOG2_E + ROUNDING;
    const double  n       = rounded - ROUNDING;
    const double  r       = (near - n * LN2_HIGH) - n * LN2_LOW;
    const double  r2      = r * r;
    const double  r4      = r2 * r2;
    const double  middle  = (C4 + r * C5) + r2 * (C6 + r * C7);
    const double  high    = (C8 + r * C9) + r2 * (C10 + r * C11);
    const double  power   = 1.0 + ((r2 * (C2 + r * C3) - r) + r4 * (middle + r4 * high));

    return double_of((bits_of(power) - (int64_t)((uint64_t)bits_of(rounded) << EXPONENT_BIT)) & is_near);
}

/* The order in which the numbers are added is part of the result: eight partial sums, then pairs. */
INLINED double sum_of(const double *numbers)
{
    double lane[GRID_PASS_LANES] = {0.0};

    for (int i = 0; i < GRID_PASS_POINTS; i += GRID_PASS_LANES)
        for (int j = 0; j < GRID_PASS_LANES; j++) lane[j] += numbers[i + j];
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

INLINED void pass(const double *restrict beta, double drive_size, bool is_with, double *restrict joint,
                  struct grid_pass_sums *sums)
{
    double with[GRID_PASS_POINTS];
    double against[GRID_PASS_POINTS];

    for (int i = 0; i < GRID_PASS_POINTS; i++) {
        const double odds      = exp_negative(beta[i] * drive_size);
        const double with_prob = 1.0 / (1.0 + odds);
        double       left;

        with[i]    = joint[i] * with_prob;
        against[i] = joint[i] * (odds * with_prob);
        left       = is_with ? with[i] : against[i];
        joint[i]   = double_of(bits_of(left) & ~mask_less(left, JOINT_MIN));
    }
    sums->with    = sum_of(with);
    sums->against = sum_of(against);
}

/* The answer is a constant in each call, so that the loop has no branch. */
INLINED void pass_either(const double *beta, double drive_size, bool is_with, double *joint, struct grid_pass_sums *sums)
{
    if (is_with)
        pass(beta, drive_size, true, joint, sums);
    else
        pass(beta, drive_size, false, joint, sums);
}

void grid_pass_certain(const double *beta, double drive_size, double *certain)
{
    for (int i = 0; i < GRID_PASS_POINTS; i++) certain[i] *= 1.0 / (1.0 + exp_negative(beta[i] * drive_size));
}

typedef void pass_fn(const double *beta, double drive_size, bool is_with, double *joint, struct grid_pass_sums *sums);

static void pass_plain(const double *beta, double drive_size, bool is_with, double *joint, struct grid_pass_sums *sums)
{
    pass_either(beta, drive_size, is_with, joint, sums);
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static void pass_sse42(const double *beta, double drive_size, bool is_with, double *joint,
                                                         struct grid_pass_sums *sums)
{
    pass_either(beta, drive_size, is_with, joint, sums);
}

__attribute__((target("avx2"))) static void pass_avx2(const double *beta, double drive_size, bool is_with, double *joint,
                                                      struct grid_pass_sums *sums)
{
    pass_either(beta, drive_size, is_with, joint, sums);
}

__attribute__((target("avx512f,avx512dq,prefer-vector-width=512"))) static void
pass_avx512(const double *beta, double drive_size, bool is_with, double *joint, struct grid_pass_sums *sums)
{
    pass_either(beta, drive_size, is_with, joint, sums);
}

bool grid_pass_is_supported(enum grid_pass_version version)
{
    switch (version) {
    case GRID_PASS_PLAIN:
        return true;
    case GRID_PASS_SSE42:
        return __builtin_cpu_supports("sse4.2");
    case GRID_PASS_AVX2:
        return __builtin_cpu_supports("avx2");
    case GRID_PASS_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
    case GRID_PASS_VERSION_COUNT:
        break;
    }
    return false;
}
#else
#define pass_sse42  pass_plain
#define pass_avx2   pass_plain
#define pass_avx512 pass_plain

bool grid_pass_is_supported(enum grid_pass_version version)
{
    return version == GRID_PASS_PLAIN;
}
#endif

enum grid_pass_version grid_pass_best(void)
{
    enum grid_pass_version best = GRID_PASS_AVX512;

    while (best != GRID_PASS_PLAIN && !grid_pass_is_supported(best)) best--;
    return best;
}

void grid_pass(enum grid_pass_version version, const double *beta, double drive_size, bool is_with, double *joint,
               struct grid_pass_sums *sums)
{
    static pass_fn *const PASSES[GRID_PASS_VERSION_COUNT] = {[GRID_PASS_PLAIN]  = pass_plain,
                                                             [GRID_PASS_SSE42]  = pass_sse42,
                                                             [GRID_PASS_AVX2]   = pass_avx2,
                                                             [GRID_PASS_AVX512] = pass_avx512};

    PASSES[version](beta, drive_size, is_with, joint, sums);
}
