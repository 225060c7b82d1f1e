/* clock.h - what time it is, as a value that is passed, so that tests can turn it. Threads: reading is safe from any. */
#ifndef DINOLAB_BASE_CLOCK_H
#define DINOLAB_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*wall_ms)(const struct clock *clock);      /* Unix epoch; may jump */
    int64_t (*monotonic_us)(const struct clock *clock); /* for durations only; never jumps back */
};

extern const struct clock CLOCK_SYSTEM;

int64_t clock_wall_ms(const struct clock *clock);
int64_t clock_monotonic_us(const struct clock *clock);

#endif
