#include "base/parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct parallel {
    parallel_work *work;
    void (*done)(void *argument, int done_count);
    void           *argument;
    int             index_count;
    pthread_mutex_t mutex; /* over all below; not held while working */
    int             next_index;
    int             done_count;
    int             failed_index; /* index_count: none */
    struct err      err;
};

struct worker {
    struct parallel *parallel;
    int              number;
    pthread_t        thread;
};

int parallel_core_count(void)
{
    const long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > PARALLEL_THREAD_MAX ? PARALLEL_THREAD_MAX : (int)count;
}

static int take_index(struct parallel *parallel)
{
    int index;

    (void)pthread_mutex_lock(&parallel->mutex);
    index = parallel->failed_index < parallel->index_count ? parallel->index_count : parallel->next_index++;
    (void)pthread_mutex_unlock(&parallel->mutex);
    return index;
}

static void give_result(struct parallel *parallel, int index, bool ok, const struct err *err)
{
    (void)pthread_mutex_lock(&parallel->mutex);
    if (!ok && index < parallel->failed_index) {
        parallel->failed_index = index;
        parallel->err          = *err;
    }
    parallel->done_count++;
    if (ok && parallel->done != NULL) parallel->done(parallel->argument, parallel->done_count);
    (void)pthread_mutex_unlock(&parallel->mutex);
}

static void *worker_main(void *argument)
{
    struct worker   *worker   = argument;
    struct parallel *parallel = worker->parallel;
    struct err       err;
    int              index;

    while ((index = take_index(parallel)) < parallel->index_count)
        give_result(parallel, index, parallel->work(parallel->argument, index, worker->number, &err), &err);
    return NULL;
}

bool parallel_run(int thread_count, int index_count, parallel_work *work, void (*done)(void *argument, int done_count),
                  void *argument, struct err *err)
{
    struct parallel parallel = {
        .work = work, .done = done, .argument = argument, .index_count = index_count, .failed_index = index_count};
    struct worker workers[PARALLEL_THREAD_MAX];
    int           started = 1;

    if (thread_count > PARALLEL_THREAD_MAX) thread_count = PARALLEL_THREAD_MAX;
    if (thread_count > index_count) thread_count = index_count;
    if (pthread_mutex_init(&parallel.mutex, NULL) != 0) return err_set(err, ERR_INTERNAL, "a mutex could not be made");
    workers[0] = (struct worker){.parallel = &parallel, .number = 0}; /* the caller's own thread */
    for (; started < thread_count; started++) {
        workers[started] = (struct worker){.parallel = &parallel, .number = started};
        if (pthread_create(&workers[started].thread, NULL, worker_main, &workers[started]) != 0) break;
    }
    (void)worker_main(&workers[0]);
    for (int i = 1; i < started; i++) (void)pthread_join(workers[i].thread, NULL);
    (void)pthread_mutex_destroy(&parallel.mutex);
    if (parallel.failed_index == index_count) return true;
    *err = parallel.err;
    return false;
}
