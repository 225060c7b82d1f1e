/* metric_look.h - which representation is to be measured next, study by study.
 *
 * Remembers studies whose representations are all measured, which stay so, and what failed. Threads: one at a time. */
#ifndef DINOLAB_LIVE_METRIC_LOOK_H
#define DINOLAB_LIVE_METRIC_LOOK_H

#include "live/metric_work.h"

struct metric_look;

MUST_CHECK struct metric_look *metric_look_new(struct err *err);
void                           metric_look_free(struct metric_look *look); /* accepts NULL */

/* One that is missing. *is_found false: there is none but those that failed. Everything of *study is in `arena`. */
MUST_CHECK bool metric_look_next(struct metric_look *look, struct store *store, struct arena *arena, struct metric_study *study,
                                 int *representation_index, bool *is_found, struct err *err);

/* This one is not asked for again until failures are forgotten. False when no more can be remembered. */
bool metric_look_note_failed(struct metric_look *look, const struct secret_hash *content_key);
void metric_look_forget_failed(struct metric_look *look);

#endif
