/* table_worker_private.h - what table_worker.c and table_worker_metrics.c share. */
#ifndef DINOLAB_LIVE_TABLE_WORKER_PRIVATE_H
#define DINOLAB_LIVE_TABLE_WORKER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "live/metric_look.h"
#include "live/nudge.h"
#include "live/table_look.h"
#include "live/table_worker.h"

enum { THREAD_MAX = 64 };

struct table_thread {
    struct table_worker *worker;
    int                  number; /* from 0 */
    pthread_t            thread;
    bool                 is_started;
    bool                 has_pause;
    struct store        *store;
    struct nudge         pause;    /* nobody nudges: to wait until the stop */
    bool                 gave_way; /* instead of granting its last wish */
};

struct table_worker {
    struct table_worker_deps deps;
    struct data_folder       folder;
    struct nudge             nudge;
    struct table_queue      *queue;
    _Atomic int64_t          marked_session_id; /* as of the last look */
    _Atomic int64_t          marked_condition_id;
    struct table_look       *look; /* belongs to the thread that looks, as all below */
    struct metric_look      *metric_look;
    struct table_wish       *wishes;
    int                      wish_max;
    bool                     has_failures; /* since a time that is set */
    bool                     has_metric_failures;
    int64_t                  forget_failed_at_us;
    int                      thread_count;
    struct table_thread      threads[THREAD_MAX];
};

bool table_worker_is_stopped(void *worker);

/* Run a job on the writer's thread. ERR_BUSY of a crowded writer is nobody's fault: wait, participants first. */
MUST_CHECK bool table_worker_store(struct table_thread *thread, struct job *job, struct err *err);

/* By the thread that looks: measure one representation. False when none is left. */
bool table_worker_measure_next(struct table_thread *thread);

#endif
