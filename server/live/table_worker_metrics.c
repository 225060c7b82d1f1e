/* Metrics are least urgent and computed one at a time, as they need whole matrices. */
#include "base/log.h"
#include "live/table_worker_private.h"

struct metric_job {
    struct job               job;
    const struct metric_row *row;
};

static bool put_metric_run(struct job *job, struct store *store, struct err *err)
{
    return store_metric_put(store, ((struct metric_job *)job)->row, err);
}

static bool measure(struct table_thread *thread, const struct metric_study *study, int index, struct err *err)
{
    struct table_worker *worker = thread->worker;
    struct metric_row    row;
    struct metric_job    job = {.job = {.run = put_metric_run}, .row = &row};

    return metric_compute(study, index, thread->store, &worker->folder, worker->deps.clock, table_worker_is_stopped, worker, &row,
                          err) &&
           table_worker_store(thread, &job.job, err);
}

bool table_worker_measure_next(struct table_thread *thread)
{
    struct table_worker *worker = thread->worker;
    struct metric_study  study  = {0};
    struct secret_hash   key;
    struct arena         arena;
    struct err           err;
    int                  index;
    bool                 is_found;

    arena_init(&arena);
    if (!metric_look_next(worker->metric_look, thread->store, &arena, &study, &index, &is_found, &err)) {
        log_error("representations to be measured could not be looked up: %s", err.message);
        is_found = false;
    } else if (is_found && !measure(thread, &study, index, &err) && !table_worker_is_stopped(worker)) {
        metric_study_key(&study, index, &key);
        worker->has_metric_failures |= metric_look_note_failed(worker->metric_look, &key);
        log_error("representation '%s' could not be measured: %s", study.representations[index].name, err.message);
    }
    arena_close(&arena);
    return is_found;
}
