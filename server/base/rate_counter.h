/* rate_counter.h - how many a second, over the last five whole seconds.
 *
 * Shared between threads without a lock: any may add and read. When a second begins, a few additions of that moment may be lost.
 * Times are of one monotonic clock. All zero is empty. */
#ifndef DINOLAB_BASE_RATE_COUNTER_H
#define DINOLAB_BASE_RATE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

enum { RATE_SECOND_COUNT = 5, RATE_SLOT_COUNT = 8 };

struct rate_counter {
    struct {
        _Atomic int64_t second; /* from 1; 0: none yet */
        _Atomic int64_t count;
    } slots[RATE_SLOT_COUNT];
};

void   rate_counter_add(struct rate_counter *counter, int64_t now_us, int64_t count);
double rate_counter_per_s(const struct rate_counter *counter, int64_t now_us);

#endif
