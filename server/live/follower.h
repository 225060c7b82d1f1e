/* follower.h - what was committed, taken in past cursors: into memory, and told to those who watch.
 *
 * Trials, session changes, erasures and value tables are read from a store of its own, each once; a response costs one grid update per model and,
 * however many models there are, no read of its own. When to look and when to do what is due is up to the fit worker (fit_worker.h).
 * Threads: belongs to one thread. */
#ifndef DINOLAB_LIVE_FOLLOWER_H
#define DINOLAB_LIVE_FOLLOWER_H

#include "live/ended_fits.h"

struct follower_deps {
    const char            *database_path; /* read by the open only; the others are borrowed until the close */
    struct lane           *writer;        /* of the fits of ended sessions */
    struct hub            *hub;
    struct table_progress *progress; /* may be NULL */
};

struct follower {
    struct store     *store;
    struct roster     roster;
    struct broadcast  broadcast;
    struct ended_fits ended;
    int64_t           trial_cursor;  /* trial_id */
    int64_t           change_cursor; /* change_number */
    int64_t           stone_cursor;  /* change_number of tombstones */
    int64_t           table_cursor;  /* value_table_id */
    bool              has_resend;    /* some session needs a new snapshot */
    bool              is_completed;  /* some condition has got its last value table: do not wait with those */
};

/* The follower may not be moved until it is closed. */
MUST_CHECK bool follower_open(struct follower *follower, const struct follower_deps *deps, struct err *err);
void            follower_close(struct follower *follower); /* accepts a zeroed one */

/* One look. *has_more is set when there may be more than one look takes in, and left alone otherwise. */
MUST_CHECK bool follower_follow(struct follower *follower, bool *has_more, struct err *err);

/* New snapshots to those who watch a session whose value tables came: of all such sessions when `is_due`, else of those only that have
 * got their last one. */
void follower_resend(struct follower *follower, bool is_due);

/* Let go of ended sessions whose fits are stored and that nobody watches, and of their conditions when no other session uses them. Asked
 * for again, they are loaded with the same numbers. */
void follower_forget_ended(struct follower *follower);

#endif
