/* metric_work.h - compute what representations are like: class separation, linear CKA with the study's generative representation, and
 * intrinsic dimension, for the representations of every study.
 *
 * These need whole matrices: one is mapped at a time, beside the generative one. Threads: everything belongs to the caller. */
#ifndef DINOLAB_LIVE_METRIC_WORK_H
#define DINOLAB_LIVE_METRIC_WORK_H

#include "base/clock.h"
#include "store/data_folder.h"
#include "store/store_representation.h"
#include "store/store_study.h"

/* Of one study, what all its representations are measured with. */
struct metric_study {
    struct stimulus_set_row    set;
    struct generative_row      generative;
    struct representation_row *representations;
    int                        representation_count;
};

/* Everything in `arena`. */
MUST_CHECK bool metric_study_load(struct store *store, const struct study_row *study, struct arena *arena,
                                  struct metric_study *out, struct err *err);

void metric_study_key(const struct metric_study *study, int representation_index, struct secret_hash *out);

/* Fills all of *out; its reasons are constant. ERR_BUSY when stopped, which is asked between the metrics (`is_stopped` may be NULL). */
MUST_CHECK bool metric_compute(const struct metric_study *study, int representation_index, struct store *store,
                               const struct data_folder *folder, const struct clock *clock, bool (*is_stopped)(void *argument),
                               void *argument, struct metric_row *out, struct err *err);

#endif
