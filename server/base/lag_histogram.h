/* lag_histogram.h - how long something took, over the last minute: counts in buckets of an eighth of an octave, from 1 us to half an hour.
 *
 * Thirteen slots of five seconds, so that what is read is of the last 60 to 65 seconds. Recording is two relaxed atomic additions: always on.
 * A quantile is right within its bucket, to 12.5 %. When a slot begins anew, a few records of that moment may be lost.
 * Shared between threads without a lock: any may record and read. Times are of one monotonic clock. All zero is empty. */
#ifndef DINOLAB_BASE_LAG_HISTOGRAM_H
#define DINOLAB_BASE_LAG_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { LAG_SLOT_COUNT = 13, LAG_BUCKET_COUNT = 232 };

struct lag_slot {
    _Atomic int64_t  number; /* of the five seconds it holds, from 1; 0: none yet */
    _Atomic uint32_t counts[LAG_BUCKET_COUNT];
};

struct lag_histogram {
    struct lag_slot slots[LAG_SLOT_COUNT];
};

struct lag_summary {
    int64_t count;
    double  p50_ms; /* mean nothing where count is 0 */
    double  p99_ms;
};

/* Below 0 counts as 0: a wall clock may have been set back. */
void lag_histogram_record(struct lag_histogram *histogram, int64_t now_us, int64_t lag_us);
void lag_histogram_summary(const struct lag_histogram *histogram, int64_t now_us, struct lag_summary *out);

#endif
