#include "live/nudge.h"

#include <errno.h>
#include <time.h>

bool nudge_init(struct nudge *nudge, struct err *err)
{
    pthread_condattr_t monotonic;
    bool               ok;

    *nudge = (struct nudge){0};
    if (pthread_condattr_init(&monotonic) != 0) return err_no_memory(err);
    ok = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 && pthread_cond_init(&nudge->condition, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    if (!ok) return err_set(err, ERR_INTERNAL, "a condition variable could not be made");
    if (pthread_mutex_init(&nudge->mutex, NULL) == 0) return true;
    pthread_cond_destroy(&nudge->condition);
    return err_set(err, ERR_INTERNAL, "a mutex could not be made");
}

void nudge_close(struct nudge *nudge)
{
    pthread_mutex_destroy(&nudge->mutex);
    pthread_cond_destroy(&nudge->condition);
}

void nudge_give(struct nudge *nudge)
{
    pthread_mutex_lock(&nudge->mutex);
    nudge->is_nudged = true;
    pthread_cond_signal(&nudge->condition);
    pthread_mutex_unlock(&nudge->mutex);
}

void nudge_stop(struct nudge *nudge)
{
    pthread_mutex_lock(&nudge->mutex);
    nudge->is_stopped = true;
    pthread_cond_signal(&nudge->condition);
    pthread_mutex_unlock(&nudge->mutex);
}

static struct timespec deadline_after(int64_t ms)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_nsec -= 1000000000L;
        at.tv_sec++;
    }
    return at;
}

void nudge_wait(struct nudge *nudge, int64_t at_most_ms)
{
    struct timespec deadline = deadline_after(at_most_ms);

    pthread_mutex_lock(&nudge->mutex);
    while (at_most_ms > 0 && !nudge->is_nudged && !nudge->is_stopped)
        if (pthread_cond_timedwait(&nudge->condition, &nudge->mutex, &deadline) == ETIMEDOUT) break;
    nudge->is_nudged = false;
    pthread_mutex_unlock(&nudge->mutex);
}

bool nudge_is_given(struct nudge *nudge)
{
    bool is_given;

    pthread_mutex_lock(&nudge->mutex);
    is_given = nudge->is_nudged;
    pthread_mutex_unlock(&nudge->mutex);
    return is_given;
}

bool nudge_is_stopped(struct nudge *nudge)
{
    bool is_stopped;

    pthread_mutex_lock(&nudge->mutex);
    is_stopped = nudge->is_stopped;
    pthread_mutex_unlock(&nudge->mutex);
    return is_stopped;
}
