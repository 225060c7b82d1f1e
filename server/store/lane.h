/* lane.h - a thread with its own store that runs jobs in order: the writer, and the reader for long reads.
 *
 * A job is a function pointer and its argument. The writer's lane takes everything that waits, runs each job inside a savepoint of
 * one transaction, commits and syncs once, then tells every job (group commit). One job's failure rolls back that job only; a failed
 * commit fails every job of the batch. After a job that erased something the lane empties the write-ahead log as soon as those who
 * read from it allow. The reader's lane runs jobs one by one on a read-only store: exports, lists, password
 * hashing - whatever may take long and must not hold up a response.
 * One of the objects shared between threads: a mutex, a condition, a queue. No lock is held across SQL, sync or a job's work. */
#ifndef DINOLAB_STORE_LANE_H
#define DINOLAB_STORE_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct job {
    /* Do the work; false with `err` filled rolls it back. Runs on the lane's thread. */
    bool (*run)(struct job *job, struct store *store, struct err *err);

    /* Told on the lane's thread, after the sync (writer) or the work (reader). The job may be freed in here. */
    void (*done)(struct job *job);

    bool        is_ok; /* set before `done`: run returned true and the batch was committed */
    struct err  err;   /* why not */
    struct job *next;  /* the lane's own */
};

enum lane_kind { LANE_WRITER, LANE_READER };

struct lane_settings {
    enum lane_kind kind;
    const char    *database_path;
    int            queue_max;          /* jobs waiting; beyond it lane_submit says ERR_BUSY */
    bool           is_unhurried;       /* its thread takes the processor when nobody else wants it: work that may take minutes */
    void (*committed)(void *argument); /* writer, may be NULL: after each synced batch, before its jobs are told */
    void *committed_argument;
};

struct lane_counts {
    int64_t job_count;
    int64_t batch_count;
    int     waiting_count;
    int     longest_count; /* most that ever waited */
};

struct lane;

MUST_CHECK struct lane *lane_start(const struct lane_settings *settings, struct err *err);

/* Borrowed until `done` was called. ERR_BUSY when the queue is full or the lane is stopping (then `done` is not called). */
MUST_CHECK bool lane_submit(struct lane *lane, struct job *job, struct err *err);

/* Submit and wait: for sub-commands and start-up, never from an HTTP thread. The job's own `done` is not used. */
MUST_CHECK bool lane_run(struct lane *lane, struct job *job, struct err *err);

void lane_counts(struct lane *lane, struct lane_counts *out);

/* Finish what waits (of an unhurried lane only what it is at: the rest gets ERR_BUSY), refuse what comes, join the thread. Those that still submit get ERR_BUSY until lane_free. Accepts NULL. */
void lane_stop(struct lane *lane);
void lane_free(struct lane *lane); /* after lane_stop; accepts NULL */

#endif
