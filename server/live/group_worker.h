/* group_worker.h - the thread that keeps the group numbers of the studies that are looked at.
 *
 * It follows the store by itself, publishes on the hub, and works for topics that are read only:
 *   group/<study id>/<exclusions>       GROUP of group_json.h; the event `snapshot` replaces everything, when numbers have changed, at
 *                                       most once a second
 *   group/<study id>/<exclusions>/loo   {"done","total","left_s"}: asking for it begins the leave-one-trial-out predictions, whose progress and
 *                                       results are in the document
 * <exclusions> is the number of the bits of group_numbers.h. One thing is computed at a time, at the lowest priority, and as long as a
 * piece of work took the worker rests, so that it takes half a core at most.
 * Threads: start and stop from one; it needs no nudge for commits, it looks once a second while somebody reads. */
#ifndef DINOLAB_LIVE_GROUP_WORKER_H
#define DINOLAB_LIVE_GROUP_WORKER_H

#include "base/clock.h"
#include "live/hub.h"

struct group_worker_deps {
    const char         *database_path; /* read by the start only; the others are borrowed until group_worker_stop */
    struct hub         *hub;
    const struct clock *clock;
};

struct group_worker;

MUST_CHECK struct group_worker *group_worker_start(const struct group_worker_deps *deps, struct err *err);

/* Gives up what it is at and joins the thread; before the hub is freed. Accepts NULL. */
void group_worker_stop(struct group_worker *worker);

#endif
