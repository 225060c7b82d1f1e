/* arrive.h - note that a browser has opened a study's link; before consent, so nothing about the person is taken down.
 *
 * The browser makes a random number of its own for the study and sends it each time that it opens the link: counted once. */
#ifndef DINOLAB_STUDY_ARRIVE_H
#define DINOLAB_STUDY_ARRIVE_H

#include "base/secret.h"
#include "study/study_catalog.h"

/* Whether there is nothing to write: this visit is counted already (*is_counted), or the study has counted all that it keeps.
 * Asked first, so that neither reloads nor a flood cost a commit. Threads: any, with a store of one's own. */
MUST_CHECK bool arrive_is_settled(struct store *store, const struct study *study, const struct secret_hash *visit_hash,
                                  bool *is_settled, bool *is_counted, struct err *err);

/* Durable when the writer has committed. *is_counted is false beyond the limit of store_arrival.h. Threads: the writer's. */
MUST_CHECK bool arrive_note(struct store *store, int64_t study_id, const struct secret_hash *visit_hash, int64_t now_ms,
                            bool *is_counted, struct err *err);

#endif
