/* table_queue.h - what the threads that compute in the background share: the wishes that wait, who is at which, and what failed.
 *
 * One of the objects shared between threads: a mutex and a condition. A thread asks what to do next; when no wish waits, one of them is
 * told to look for more and the others wait. No lock is held across SQL, reading or computing. */
#ifndef DINOLAB_LIVE_TABLE_QUEUE_H
#define DINOLAB_LIVE_TABLE_QUEUE_H

#include "model/learner.h"
#include "store/store_derived.h"

/* One missing value table, with all that computing it needs to know. */
struct table_wish {
    int64_t             study_id;
    char                study_slug[NAME_BYTES];
    int                 model_index; /* within the study */
    enum learner_task   task;
    struct learner_spec learner;
    int64_t             condition_id;
    struct secret_hash  condition_sha256;
    int64_t             representation_id;
    struct secret_hash  matrix_sha256;
};

enum table_order {
    TABLE_ORDER_COMPUTE, /* the wish; tell when it is done */
    TABLE_ORDER_LOOK,    /* find wishes and put them; nobody else looks until then */
    TABLE_ORDER_STOP,
};

struct table_queue;

MUST_CHECK struct table_queue *table_queue_new(int thread_count, int wish_max, struct err *err);
void                           table_queue_free(struct table_queue *queue); /* accepts NULL */

/* Waits until there is something to do. `thread` is the caller's number, from 0. */
enum table_order table_queue_next(struct table_queue *queue, int thread, struct table_wish *out);

/* The thread's wish is granted, or given up. */
void table_queue_done(struct table_queue *queue, int thread);

/* The end of a look: what another thread is at already is left out. At most wish_max. Returns how many were taken; with none the
 * thread goes on being the one that looks. */
int table_queue_put(struct table_queue *queue, const struct table_wish *wishes, int count);

/* There may be something more urgent: whoever asks next is told to look. */
void table_queue_drop(struct table_queue *queue);

void table_queue_stop(struct table_queue *queue); /* for good; everybody who asks or waits is told */

/* --- failures, remembered so that nobody tries again and again --- */

/* This table, or, when its file cannot be read, every table of the representation. False when no more can be remembered: then
 * something is badly wrong, and nothing is tried until they are forgotten. */
bool table_queue_note_failed(struct table_queue *queue, const struct table_wish *wish, bool is_representation);
bool table_queue_has_failed(struct table_queue *queue, const struct table_wish *wish);
bool table_queue_is_hopeless(struct table_queue *queue);
int  table_queue_failed_count(struct table_queue *queue);
void table_queue_forget_failed(struct table_queue *queue);

#endif
