/* rebuild.h - compute everything derived again from what is enduring, or compare what is stored with what comes out now.
 *
 * Alone on a data folder. Both walk study by study, condition by condition; a condition is one transaction. Threads: none. */
#ifndef DINOLAB_LIVE_REBUILD_H
#define DINOLAB_LIVE_REBUILD_H

#include "base/clock.h"
#include "store/data_folder.h"
#include "store/store.h"

struct rebuild {
    struct store             *store; /* all borrowed; a writing store for rebuild_all */
    const struct data_folder *folder;
    const struct clock       *clock;
    void (*progress)(void *argument, const char *study_slug, int done_count, int condition_count); /* both may be NULL */
    void (*problem)(void *argument, const char *sentence); /* a difference, or what could not be computed, with its names */
    void *argument;
};

struct rebuild_counts {
    int table_count;
    int fit_count;    /* rows: one per session and model */
    int metric_count; /* representations, per study */
    int problem_count;
};

/* Delete and compute: value tables of every study's conditions, fits of every session that has ended, metrics of representations. What cannot be computed is a
 * problem and left out; false only when the store fails. */
MUST_CHECK bool rebuild_all(const struct rebuild *rebuild, struct rebuild_counts *out, struct err *err);

/* Compute what is stored and compare: values to 1e-12 relative, fits and metrics to 1e-9. Changes nothing. */
MUST_CHECK bool rebuild_check(const struct rebuild *rebuild, struct rebuild_counts *out, struct err *err);

#endif
