#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t system_wall_ms(const struct clock *clock)
{
    struct timespec now;

    (void)clock;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_monotonic_us(const struct clock *clock)
{
    struct timespec now;

    (void)clock;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const struct clock CLOCK_SYSTEM = {.wall_ms = system_wall_ms, .monotonic_us = system_monotonic_us};

int64_t clock_wall_ms(const struct clock *clock)
{
    return clock->wall_ms(clock);
}

int64_t clock_monotonic_us(const struct clock *clock)
{
    return clock->monotonic_us(clock);
}
