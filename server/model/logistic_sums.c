#include "model/logistic_sums.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* GNU C's vectors: arithmetic and comparisons go lane by lane, a comparison gives all bits or none, a cast keeps the bits. 16 bytes
 * are one register on every processor that we build for. Plain loops with a comparison in them are not made vectors without
 * -fno-trapping-math. */
typedef double   lanes __attribute__((vector_size(LOGISTIC_LANES * sizeof(double))));
typedef uint64_t lane_bits __attribute__((vector_size(LOGISTIC_LANES * sizeof(uint64_t))));

/* Rows are gone through in chunks, first the exponentials, then what is made of them: two short loops keep more iterations under way
 * at once than one long one (by a quarter faster). Products of 1 + exp are folded into a logarithm before they can overflow: each
 * factor is at most 2. */
enum { CHUNK_BLOCKS = 16, FOLD_CHUNKS = 16 };

static const double EXP_DISTANCE_MAX = 708.0; /* below, 2^n would be denormal */
static const double LOG2_E           = 0x1.71547652b82fep+0;
static const double LN2_HIGH         = 0x1.62e42fee00000p-1; /* 33 bits: n * LN2_HIGH is exact */
static const double LN2_LOW          = 0x1.a39ef35793c76p-33;
static const double ROUND_MAGIC      = 0x1.8p52; /* adding it leaves a double's integer part in its low bits */

/* 1/k!, k = 2 .. 13: on |r| <= ln 2 / 2 the first omitted term, r^14 / 14!, is below 5e-18. */
static const double EXP_2  = 1.0 / 2;
static const double EXP_3  = 1.0 / 6;
static const double EXP_4  = 1.0 / 24;
static const double EXP_5  = 1.0 / 120;
static const double EXP_6  = 1.0 / 720;
static const double EXP_7  = 1.0 / 5040;
static const double EXP_8  = 1.0 / 40320;
static const double EXP_9  = 1.0 / 362880;
static const double EXP_10 = 1.0 / 3628800;
static const double EXP_11 = 1.0 / 39916800;
static const double EXP_12 = 1.0 / 479001600;
static const double EXP_13 = 1.0 / 6227020800.0;

static inline lanes choose(lane_bits where, lanes yes, lanes no)
{
    return (lanes)(((lane_bits)yes & where) | ((lane_bits)no & ~where));
}

static inline lanes load(const double *from)
{
    lanes out;

    memcpy(&out, from, sizeof out);
    return out;
}

static inline lanes exp_minus(lanes distance)
{
    const lanes zero     = {0.0};
    const lanes argument = -choose((lane_bits)(distance < EXP_DISTANCE_MAX), distance, zero + EXP_DISTANCE_MAX);
    const lanes shifted  = argument * LOG2_E + ROUND_MAGIC;
    const lanes count    = shifted - ROUND_MAGIC;
    const lanes power    = (lanes)(((lane_bits)shifted + 1023) << 52); /* 2^count: the exponent is what the shift leaves */
    const lanes r        = (argument - count * LN2_HIGH) - count * LN2_LOW;
    const lanes r2       = r * r;
    const lanes r4       = r2 * r2;
    const lanes low      = (EXP_2 + r * EXP_3) + r2 * (EXP_4 + r * EXP_5);
    const lanes middle   = (EXP_6 + r * EXP_7) + r2 * (EXP_8 + r * EXP_9);
    const lanes high     = (EXP_10 + r * EXP_11) + r2 * (EXP_12 + r * EXP_13);

    return power + power * (r + r2 * (low + r4 * (middle + r4 * high)));
}

void logistic_exp_block(const double distance[LOGISTIC_LANES], double out[LOGISTIC_LANES])
{
    const lanes result = exp_minus(load(distance));

    memcpy(out, &result, sizeof result);
}

struct lane_sums {
    lanes negative_part; /* sum of min(logit, 0) */
    lanes product;       /* of 1 + exp(-|logit|) since the last fold */
    lanes gradient;
    lanes curvature;
    lanes curvature_1;
    lanes curvature_2;
    lanes curvature_3;
};

/* odds = exp(-|logit|). With q = s(-logit), w = q (1 - q), t = 2q - 1: the derivatives of w by the logit are w t, w (1 - 6w), w t (1 - 12w). */
static inline void add_block(lanes z, lanes logit, lanes odds, struct lane_sums *sums)
{
    const lanes     zero        = {0.0};
    const lane_bits is_positive = (lane_bits)(logit >= zero);
    const lanes     inverse     = 1.0 / (1.0 + odds);
    const lanes     small       = odds * inverse;
    const lanes     difference  = (odds - 1.0) * inverse;
    const lanes     q           = choose(is_positive, small, inverse);
    const lanes     t           = choose(is_positive, difference, -difference);
    const lanes     w           = small * inverse;
    const lanes     z2          = z * z;
    const lanes     z2w         = z2 * w;
    const lanes     z3wt        = z2w * z * t;

    sums->negative_part += choose(is_positive, zero, logit);
    sums->product *= 1.0 + odds;
    sums->gradient += z * q;
    sums->curvature += z2w;
    sums->curvature_1 += z3wt;
    sums->curvature_2 += z2 * z2w * (1.0 - 6.0 * w);
    sums->curvature_3 += z2 * z3wt * (1.0 - 12.0 * w);
}

static double total(lanes parts)
{
    double sum = 0.0;

    for (int k = 0; k < LOGISTIC_LANES; k++) sum += parts[k];
    return sum;
}

static double fold_product(struct lane_sums *sums)
{
    double product = 1.0;

    for (int k = 0; k < LOGISTIC_LANES; k++) {
        product *= sums->product[k];
        sums->product[k] = 1.0;
    }
    return log(product);
}

static void add_chunk(const double *signed_x, const double *sign, int block_count, double shift, double slope,
                      struct lane_sums *sums)
{
    const lanes zero = {0.0};
    lanes       z[CHUNK_BLOCKS], logit[CHUNK_BLOCKS], odds[CHUNK_BLOCKS];

    for (int i = 0; i < block_count; i++) {
        z[i]     = load(signed_x + i * LOGISTIC_LANES) - shift * load(sign + i * LOGISTIC_LANES);
        logit[i] = z[i] * slope;
        odds[i]  = exp_minus(choose((lane_bits)(logit[i] >= zero), logit[i], -logit[i]));
    }
    for (int i = 0; i < block_count; i++) add_block(z[i], logit[i], odds[i], sums);
}

void logistic_sums(const struct logistic_rows *rows, double shift, double slope, struct logistic_sums *out)
{
    const lanes      zero = {0.0};
    struct lane_sums sums = {.product = zero + 1.0};
    double           loss = -rows->padding_count * log(2.0); /* a padded entry counts as log s(0) */

    for (int block = 0, chunk = 1; block < rows->block_count; block += CHUNK_BLOCKS, chunk++) {
        const int rest = rows->block_count - block;

        add_chunk(rows->signed_x + (ptrdiff_t)block * LOGISTIC_LANES, rows->sign + (ptrdiff_t)block * LOGISTIC_LANES,
                  rest < CHUNK_BLOCKS ? rest : CHUNK_BLOCKS, shift, slope, &sums);
        if (chunk % FOLD_CHUNKS == 0) loss += fold_product(&sums);
    }
    loss += fold_product(&sums);
    *out = (struct logistic_sums){
        .log_likelihood = total(sums.negative_part) - loss,
        .gradient       = total(sums.gradient),
        .curvature      = total(sums.curvature),
        .curvature_1    = total(sums.curvature_1),
        .curvature_2    = total(sums.curvature_2),
        .curvature_3    = total(sums.curvature_3),
    };
}
