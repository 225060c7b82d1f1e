#include "base/rate_counter.h"

static int64_t second_of(int64_t now_us)
{
    return now_us / 1000000 + 1;
}

void rate_counter_add(struct rate_counter *counter, int64_t now_us, int64_t count)
{
    int64_t second = second_of(now_us);
    int     at     = (int)(second % RATE_SLOT_COUNT);
    int64_t held   = atomic_load_explicit(&counter->slots[at].second, memory_order_relaxed);

    if (held != second && atomic_compare_exchange_strong(&counter->slots[at].second, &held, second))
        atomic_store_explicit(&counter->slots[at].count, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&counter->slots[at].count, count, memory_order_relaxed);
}

double rate_counter_per_s(const struct rate_counter *counter, int64_t now_us)
{
    int64_t second = second_of(now_us); /* not whole yet: left out */
    int64_t total  = 0;

    for (int i = 0; i < RATE_SLOT_COUNT; i++) {
        int64_t held = atomic_load_explicit(&counter->slots[i].second, memory_order_relaxed);

        if (held != 0 && held < second && held >= second - RATE_SECOND_COUNT)
            total += atomic_load_explicit(&counter->slots[i].count, memory_order_relaxed);
    }
    return (double)total / RATE_SECOND_COUNT;
}
