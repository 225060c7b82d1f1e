#include "base/lag_histogram.h"

#define SLOT_US 5000000

enum { OCTAVE_PARTS = 8, OCTAVE_BITS = 3 };

static int highest_bit(uint64_t value)
{
    return 63 - __builtin_clzll(value);
}

/* 0 .. 7 us have a bucket each; then eight for every doubling. */
static int bucket_of(int64_t lag_us)
{
    uint64_t us  = lag_us > 0 ? (uint64_t)lag_us : 0;
    int      bit = us < OCTAVE_PARTS ? 0 : highest_bit(us);
    int      bucket;

    if (us < OCTAVE_PARTS) return (int)us;
    bucket = (bit - OCTAVE_BITS + 1) * OCTAVE_PARTS + (int)((us >> (bit - OCTAVE_BITS)) & (OCTAVE_PARTS - 1));
    return bucket < LAG_BUCKET_COUNT ? bucket : LAG_BUCKET_COUNT - 1;
}

/* The smallest lag of a bucket, in us. */
static double bucket_start_us(int bucket)
{
    int octave = bucket / OCTAVE_PARTS;

    if (octave == 0) return bucket;
    return (double)((uint64_t)(OCTAVE_PARTS + bucket % OCTAVE_PARTS) << (octave - 1));
}

static int64_t slot_number(int64_t now_us)
{
    return now_us / SLOT_US + 1;
}

void lag_histogram_record(struct lag_histogram *histogram, int64_t now_us, int64_t lag_us)
{
    int64_t          number = slot_number(now_us);
    struct lag_slot *slot   = &histogram->slots[number % LAG_SLOT_COUNT];
    int64_t          held   = atomic_load_explicit(&slot->number, memory_order_relaxed);

    /* Who changes the number empties the slot; what others add meanwhile may be lost. */
    if (held != number && atomic_compare_exchange_strong(&slot->number, &held, number))
        for (int i = 0; i < LAG_BUCKET_COUNT; i++) atomic_store_explicit(&slot->counts[i], 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot->counts[bucket_of(lag_us)], 1, memory_order_relaxed);
}

static double quantile_ms(const int64_t counts[LAG_BUCKET_COUNT], int64_t total, double part)
{
    double wanted = part * (double)total, passed = 0.0;

    for (int i = 0; i < LAG_BUCKET_COUNT; i++) {
        double within = (double)counts[i];

        if (counts[i] > 0 && passed + within >= wanted) {
            double start_us = bucket_start_us(i), end_us = bucket_start_us(i + 1);

            return (start_us + (end_us - start_us) * (wanted - passed) / within) / 1000.0;
        }
        passed += within;
    }
    return 0.0;
}

void lag_histogram_summary(const struct lag_histogram *histogram, int64_t now_us, struct lag_summary *out)
{
    int64_t counts[LAG_BUCKET_COUNT] = {0};
    int64_t newest                   = slot_number(now_us);
    int64_t total                    = 0;

    for (int s = 0; s < LAG_SLOT_COUNT; s++) {
        const struct lag_slot *slot   = &histogram->slots[s];
        int64_t                number = atomic_load_explicit(&slot->number, memory_order_relaxed);

        if (number == 0 || number > newest || number <= newest - LAG_SLOT_COUNT) continue;
        for (int i = 0; i < LAG_BUCKET_COUNT; i++) counts[i] += atomic_load_explicit(&slot->counts[i], memory_order_relaxed);
    }
    for (int i = 0; i < LAG_BUCKET_COUNT; i++) total += counts[i];
    *out = (struct lag_summary){
        .count = total, .p50_ms = quantile_ms(counts, total, 0.5), .p99_ms = quantile_ms(counts, total, 0.99)};
}
