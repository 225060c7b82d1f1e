/* nudge.h - tell a thread that there may be work. A nudge carries no data, and several are as good as one.
 *
 * The second of the three objects shared between threads (writer's queue, nudge, hub): a mutex and a condition. Any thread may nudge
 * or stop; one thread waits. */
#ifndef DINOLAB_LIVE_NUDGE_H
#define DINOLAB_LIVE_NUDGE_H

#include <pthread.h>
#include <stdint.h>

#include "base/err.h"

struct nudge {
    pthread_mutex_t mutex;
    pthread_cond_t  condition;
    bool            is_nudged; /* guarded by the mutex, as the next */
    bool            is_stopped;
};

MUST_CHECK bool nudge_init(struct nudge *nudge, struct err *err);
void            nudge_close(struct nudge *nudge);

void nudge_give(struct nudge *nudge);
void nudge_stop(struct nudge *nudge); /* for good: every wait returns at once */

/* Until somebody nudges or stops, or `at_most_ms` have gone by; takes the nudge. 0 does not wait. */
void nudge_wait(struct nudge *nudge, int64_t at_most_ms);

bool nudge_is_given(struct nudge *nudge); /* without taking it */
bool nudge_is_stopped(struct nudge *nudge);

#endif
