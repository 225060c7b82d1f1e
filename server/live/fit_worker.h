/* fit_worker.h - the thread that follows the responses and keeps the hub told.
 *
 * It reads with a store of its own what was committed past its cursors (trials, session changes, value tables), keeps the fit of every
 * active session in memory, publishes, answers the hub's wishes for snapshots, and stores the fits of sessions that have ended. What
 * it knows can be thrown away at any time: it starts from the store and ends up with the same numbers.
 *
 * Topics of the hub, with their snapshots and events:
 *   studies        {"studies":[STUDY...]}
 *   study/<id>     {"study":STUDY,"sessions":[SESSION...]}   `sessions` {"sessions":[SESSION...],"session_counts"};
 *                                                            `value_tables` {"planned","ready","failed","left_s"}
 *   session/<id>   LIVE                                      `trial` {"session":SESSION,"trial":TRIAL,"models":[...]};
 *                                                            `session` SESSION; `snapshot` LIVE replaces everything
 * Who watches a session is told at once. Who watches a study is told of the sessions that have changed every 40 ms, at most 128 at a time,
 * oldest change first; its snapshot holds the newest thousand. So what a study's dashboards cost does not grow with its participants.
 * The documents are described in live_json.h. Ids are the store's numbers; an unknown one ends its readers.
 *
 * Threads: nudge from any (it carries no data), start and stop from one. */
#ifndef DINOLAB_LIVE_FIT_WORKER_H
#define DINOLAB_LIVE_FIT_WORKER_H

#include "base/clock.h"
#include "base/meters.h"
#include "live/hub.h"
#include "live/table_progress.h"
#include "store/lane.h"

struct fit_worker_deps {
    const char            *database_path; /* read by the start only; the others are borrowed until fit_worker_stop */
    struct lane           *writer;
    struct hub            *hub;
    const struct clock    *clock;
    struct table_progress *progress; /* of the value tables; NULL: only how many are ready is told */
    struct meters         *meters;   /* may be NULL */
};

struct fit_worker;

/* Throws away value tables of an older program's revision first. The thread loads what is there by itself. */
MUST_CHECK struct fit_worker *fit_worker_start(const struct fit_worker_deps *deps, struct err *err);

/* Something was committed. Cheap; the signature is that of lane_settings.committed. */
void fit_worker_nudge(void *fit_worker);

/* Joins the thread; before the writer is stopped and the hub freed. Accepts NULL. */
void fit_worker_stop(struct fit_worker *worker);

#endif
