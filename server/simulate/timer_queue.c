#include "simulate/timer_queue.h"

#include <assert.h>
#include <stdlib.h>

bool timer_queue_init(struct timer_queue *queue, int capacity, struct err *err)
{
    *queue = (struct timer_queue){.capacity = capacity, .heap = calloc((size_t)capacity, sizeof *queue->heap)};
    return queue->heap != NULL ? true : err_no_memory(err);
}

void timer_queue_close(struct timer_queue *queue)
{
    free(queue->heap);
    *queue = (struct timer_queue){0};
}

void timer_queue_add(struct timer_queue *queue, int64_t due_us, int index)
{
    int hole = queue->count;

    assert(queue->count < queue->capacity);
    queue->count++;
    while (hole > 0 && queue->heap[(hole - 1) / 2].due_us > due_us) {
        queue->heap[hole] = queue->heap[(hole - 1) / 2];
        hole              = (hole - 1) / 2;
    }
    queue->heap[hole] = (struct timer_entry){.due_us = due_us, .index = index};
}

static void take_first(struct timer_queue *queue)
{
    struct timer_entry last = queue->heap[--queue->count];
    int                hole = 0;

    for (;;) {
        int child = 2 * hole + 1;

        if (child >= queue->count) break;
        if (child + 1 < queue->count && queue->heap[child + 1].due_us < queue->heap[child].due_us) child++;
        if (queue->heap[child].due_us >= last.due_us) break;
        queue->heap[hole] = queue->heap[child];
        hole              = child;
    }
    queue->heap[hole] = last;
}

bool timer_queue_take_due(struct timer_queue *queue, int64_t now_us, int *index)
{
    if (queue->count == 0 || queue->heap[0].due_us > now_us) return false;
    *index = queue->heap[0].index;
    take_first(queue);
    return true;
}

int64_t timer_queue_next_us(const struct timer_queue *queue)
{
    return queue->count == 0 ? INT64_MAX : queue->heap[0].due_us;
}
