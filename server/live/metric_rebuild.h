/* metric_rebuild.h - the part of rebuild.h that is about representation metrics. */
#ifndef DINOLAB_LIVE_METRIC_REBUILD_H
#define DINOLAB_LIVE_METRIC_REBUILD_H

#include "live/rebuild.h"

/* Compute and store those of every study's representations; or compute those that are stored and compare, to 1e-9. What cannot be
 * computed, or differs, is a problem; false only when the store fails. Adds to metric_count and problem_count. */
MUST_CHECK bool metric_rebuild_all(const struct rebuild *rebuild, struct rebuild_counts *counts, struct err *err);
MUST_CHECK bool metric_rebuild_check(const struct rebuild *rebuild, struct rebuild_counts *counts, struct err *err);

#endif
