/* store_arrival.h - how many browsers have opened a study's link: the beginning of the recruitment funnel.
 *
 * A browser is a hash of a random number of its own. Beyond ARRIVAL_MAX per study nothing is stored, so that a flood takes a bounded
 * part of the disk; the count then means "at least". */
#ifndef DINOLAB_STORE_STORE_ARRIVAL_H
#define DINOLAB_STORE_STORE_ARRIVAL_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store.h"

enum { ARRIVAL_MAX = 100000 }; /* per study; the table's CHECK has the same number */

/* Harmless when repeated; nothing is stored beyond the limit. */
MUST_CHECK bool store_arrival_note(struct store *store, int64_t study_id, const struct secret_hash *visit_hash, int64_t now_ms,
                                   struct err *err);

MUST_CHECK bool store_arrival_is_known(struct store *store, int64_t study_id, const struct secret_hash *visit_hash,
                                       bool *is_known, struct err *err);

/* The newest number of an index: costs the same however many there are. */
MUST_CHECK bool store_arrival_count(struct store *store, int64_t study_id, int *count, struct err *err);

/* Only those of the study's present mode (session_mode.h). */
MUST_CHECK bool store_arrival_count_present(struct store *store, int64_t study_id, int *count, struct err *err);

#endif
