/* table_look.h - what value tables are missing, the most wanted first: those of conditions being played, in all studies; then study by
 * study those of conditions that were played, and the rest by condition number.
 *
 * Remembers studies, which never change, and conditions that have all their tables, which stay. Threads: one at a time. */
#ifndef DINOLAB_LIVE_TABLE_LOOK_H
#define DINOLAB_LIVE_TABLE_LOOK_H

#include "live/table_progress.h"
#include "live/table_queue.h"
#include "store/store.h"

struct table_look;

/* `queue` is asked for failures; `progress` is told what a study has. Both borrowed. */
MUST_CHECK struct table_look *table_look_new(struct table_queue *queue, struct table_progress *progress, struct err *err);
void                          table_look_free(struct table_look *look); /* accepts NULL */

/* At most `wish_max`, in the order of their urgency. */
MUST_CHECK bool table_look_around(struct table_look *look, struct store *store, struct table_wish *wishes, int wish_max,
                                  int *wish_count, struct err *err);

#endif
