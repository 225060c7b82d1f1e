/* table_worker.h - the threads that compute missing value tables in the background, on all cores at the lowest priority.
 *
 * Of all studies' models, conditions being played come first. Each table is stored by the writer, then the fit worker is nudged. When
 * none is missing, representations are measured (metric_work.h), one at a time. Then they sleep. What cannot be computed is logged and
 * tried again after some minutes.
 * Threads: nudge from any, start and stop from one. */
#ifndef DINOLAB_LIVE_TABLE_WORKER_H
#define DINOLAB_LIVE_TABLE_WORKER_H

#include "base/clock.h"
#include "live/fit_worker.h"
#include "live/table_progress.h"
#include "store/data_folder.h"
#include "store/lane.h"

struct table_worker_deps {
    const char               *database_path; /* read by the start only, as the folder; the others are borrowed until stop */
    const struct data_folder *folder;
    struct lane              *writer;
    struct fit_worker        *fit_worker; /* NULL: nobody to nudge */
    struct table_progress    *progress;
    const struct clock       *clock;
    int                       thread_count; /* 0: one per core */
};

struct table_worker;

MUST_CHECK struct table_worker *table_worker_start(const struct table_worker_deps *deps, struct err *err);

/* Something was committed. Cheap when it was neither a session (its condition goes first) nor a condition. */
void table_worker_nudge(struct table_worker *worker);

/* Gives up the tables being computed and joins the threads; before the fit worker and the writer are stopped. Accepts NULL. */
void table_worker_stop(struct table_worker *worker);

#endif
