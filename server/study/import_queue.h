/* import_queue.h - imports of pictures that a running server does for researchers, one after the other, in a thread of its own.
 *
 * The thread takes the processors when nobody else wants them and writes by jobs on the writer's lane, a batch at a time. What an import
 * has come to is kept in memory while the server runs: after a restart the same upload is simply imported again, and goes on where it
 * was, as the pictures that are stored are known by their content. A finished import's upload is removed; a failed one's stays, so that
 * it can be tried again.
 * Shared between threads: a mutex and a condition; nothing is done under the lock but copying. */
#ifndef DINOLAB_STUDY_IMPORT_QUEUE_H
#define DINOLAB_STUDY_IMPORT_QUEUE_H

#include "base/clock.h"
#include "store/data_folder.h"
#include "store/lane.h"
#include "store/store_material.h"
#include "study/upload.h"

enum { IMPORT_REMEMBERED_MAX = 32 }; /* that wait, run, or are remembered */

enum import_state { IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED };

struct import_queue_deps {
    const char               *database_path; /* borrowed until stop, as the others */
    const struct data_folder *folder;
    struct lane              *writer;
    const struct clock       *clock;
};

struct import_wish {
    char set[NAME_BYTES];
    char upload[UPLOAD_ID_BYTES];
    bool leaves_out_damaged;
};

struct import_status {
    struct import_wish wish;
    enum import_state  state; /* what waits for its turn is running, with nothing done */
    int                done_count;
    int                total_count;                /* 0 until the pictures are counted */
    int64_t            left_ms;                    /* -1: not known */
    char               message[ERR_MESSAGE_BYTES]; /* what came of it, or why it failed; "" while it runs */
    struct text        problems;                   /* a line each, see import_pictures.h */
};

struct import_queue;

MUST_CHECK struct import_queue *import_queue_start(const struct import_queue_deps *deps, struct err *err);
void import_queue_stop(struct import_queue *queue); /* gives up what runs, after its batch; accepts NULL */

/* ERR_BUSY when too many wait. *id is what to ask by. */
MUST_CHECK bool import_queue_add(struct import_queue *queue, const struct import_wish *wish, int64_t *id, struct err *err);

/* `out->problems` is initialised here and the caller's to close. ERR_NOT_FOUND for one that is not known, or no more. */
MUST_CHECK bool import_queue_look(struct import_queue *queue, int64_t id, struct import_status *out, struct err *err);

#endif
