#include "live/table_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FAILED_COUNT_MAX = 1024 };

/* condition_id 0: every table of the representation. */
struct failed {
    int64_t condition_id;
    int64_t representation_id;
    char    learner[LEARNER_TEXT_BYTES];
};

/* What a thread is at. */
struct busy {
    bool              is_busy;
    struct table_wish wish;
};

struct table_queue {
    pthread_mutex_t    mutex;
    pthread_cond_t     condition;
    int                thread_count;
    int                wish_max;
    struct table_wish *wishes; /* guarded by the mutex, as all below */
    int                wish_count;
    int                wish_next;
    struct busy       *busy; /* per thread */
    bool               is_looking;
    bool               is_stopped;
    struct failed      failed[FAILED_COUNT_MAX];
    int                failed_count;
};

struct table_queue *table_queue_new(int thread_count, int wish_max, struct err *err)
{
    struct table_queue *queue = calloc(1, sizeof *queue);

    if (queue == NULL) return err_no_memory(err), NULL;
    queue->thread_count = thread_count;
    queue->wish_max     = wish_max;
    queue->wishes       = calloc((size_t)wish_max, sizeof *queue->wishes);
    queue->busy         = calloc((size_t)thread_count, sizeof *queue->busy);
    if (queue->wishes == NULL || queue->busy == NULL) {
        err_no_memory(err);
    } else if (pthread_mutex_init(&queue->mutex, NULL) != 0) {
        err_set(err, ERR_INTERNAL, "a mutex could not be made");
    } else if (pthread_cond_init(&queue->condition, NULL) != 0) {
        pthread_mutex_destroy(&queue->mutex);
        err_set(err, ERR_INTERNAL, "a condition variable could not be made");
    } else {
        return queue;
    }
    free(queue->busy);
    free(queue->wishes);
    free(queue);
    return NULL;
}

void table_queue_free(struct table_queue *queue)
{
    if (queue == NULL) return;
    pthread_cond_destroy(&queue->condition);
    pthread_mutex_destroy(&queue->mutex);
    free(queue->busy);
    free(queue->wishes);
    free(queue);
}

enum table_order table_queue_next(struct table_queue *queue, int thread, struct table_wish *out)
{
    enum table_order order = TABLE_ORDER_STOP;

    pthread_mutex_lock(&queue->mutex);
    while (!queue->is_stopped && queue->is_looking && queue->wish_next == queue->wish_count)
        pthread_cond_wait(&queue->condition, &queue->mutex);
    if (queue->is_stopped) {
        order = TABLE_ORDER_STOP;
    } else if (queue->wish_next < queue->wish_count) {
        order               = TABLE_ORDER_COMPUTE;
        *out                = queue->wishes[queue->wish_next++];
        queue->busy[thread] = (struct busy){.is_busy = true, .wish = *out};
    } else {
        order             = TABLE_ORDER_LOOK;
        queue->is_looking = true;
    }
    pthread_mutex_unlock(&queue->mutex);
    return order;
}

void table_queue_done(struct table_queue *queue, int thread)
{
    pthread_mutex_lock(&queue->mutex);
    queue->busy[thread].is_busy = false;
    pthread_mutex_unlock(&queue->mutex);
}

static bool is_same(const struct table_wish *left, const struct table_wish *right)
{
    return left->condition_id == right->condition_id && left->representation_id == right->representation_id &&
           strcmp(left->learner.text, right->learner.text) == 0;
}

static bool is_being_granted(const struct table_queue *queue, const struct table_wish *wish)
{
    for (int i = 0; i < queue->thread_count; i++)
        if (queue->busy[i].is_busy && is_same(&queue->busy[i].wish, wish)) return true;
    return false;
}

int table_queue_put(struct table_queue *queue, const struct table_wish *wishes, int count)
{
    int taken;

    pthread_mutex_lock(&queue->mutex);
    queue->wish_next = queue->wish_count = 0;
    for (int i = 0; i < count && queue->wish_count < queue->wish_max; i++)
        if (!is_being_granted(queue, &wishes[i])) queue->wishes[queue->wish_count++] = wishes[i];
    taken             = queue->wish_count;
    queue->is_looking = taken == 0;
    if (taken > 0) pthread_cond_broadcast(&queue->condition);
    pthread_mutex_unlock(&queue->mutex);
    return taken;
}

void table_queue_drop(struct table_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->wish_next = queue->wish_count;
    pthread_mutex_unlock(&queue->mutex);
}

void table_queue_stop(struct table_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->is_stopped = true;
    pthread_cond_broadcast(&queue->condition);
    pthread_mutex_unlock(&queue->mutex);
}

bool table_queue_note_failed(struct table_queue *queue, const struct table_wish *wish, bool is_representation)
{
    bool is_noted;

    pthread_mutex_lock(&queue->mutex);
    is_noted = queue->failed_count < FAILED_COUNT_MAX;
    if (is_noted) {
        struct failed *failed = &queue->failed[queue->failed_count++];

        failed->condition_id      = is_representation ? 0 : wish->condition_id;
        failed->representation_id = wish->representation_id;
        memcpy(failed->learner, wish->learner.text, sizeof failed->learner);
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_noted;
}

static bool is_of(const struct failed *failed, const struct table_wish *wish)
{
    if (failed->representation_id != wish->representation_id) return false;
    if (failed->condition_id == 0) return true;
    return failed->condition_id == wish->condition_id && strcmp(failed->learner, wish->learner.text) == 0;
}

bool table_queue_has_failed(struct table_queue *queue, const struct table_wish *wish)
{
    bool has_failed = false;

    pthread_mutex_lock(&queue->mutex);
    for (int i = 0; i < queue->failed_count && !has_failed; i++) has_failed = is_of(&queue->failed[i], wish);
    pthread_mutex_unlock(&queue->mutex);
    return has_failed;
}

int table_queue_failed_count(struct table_queue *queue)
{
    int count;

    pthread_mutex_lock(&queue->mutex);
    count = queue->failed_count;
    pthread_mutex_unlock(&queue->mutex);
    return count;
}

bool table_queue_is_hopeless(struct table_queue *queue)
{
    return table_queue_failed_count(queue) == FAILED_COUNT_MAX;
}

void table_queue_forget_failed(struct table_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->failed_count = 0;
    pthread_mutex_unlock(&queue->mutex);
}
