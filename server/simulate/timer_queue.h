/* timer_queue.h - which of many waiting simulated sessions is due next: a binary heap of (time, index).
 *
 * Each index waits at most once at a time, so room for `capacity` entries is all that is ever needed. Not for cancelling:
 * whoever stops simply no longer asks. Threads: none. */
#ifndef DINOLAB_SIMULATE_TIMER_QUEUE_H
#define DINOLAB_SIMULATE_TIMER_QUEUE_H

#include <stdint.h>

#include "base/err.h"

struct timer_entry {
    int64_t due_us; /* monotonic clock */
    int     index;
};

struct timer_queue {
    struct timer_entry *heap; /* owned; the parent of entry i is (i - 1) / 2 */
    int                 count;
    int                 capacity;
};

MUST_CHECK bool timer_queue_init(struct timer_queue *queue, int capacity, struct err *err);
void            timer_queue_close(struct timer_queue *queue);

void timer_queue_add(struct timer_queue *queue, int64_t due_us, int index);

/* The index that has been due longest, taken out; false when nobody is due. */
bool timer_queue_take_due(struct timer_queue *queue, int64_t now_us, int *index);

/* When the next one is due; INT64_MAX when nobody waits. */
int64_t timer_queue_next_us(const struct timer_queue *queue);

#endif
