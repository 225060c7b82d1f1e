/* condition_rows.h - a condition, sampled, written out or found in old data, becomes the store's rows.
 *
 * To be called inside the transaction that makes the study. Threads: the store's. */
#ifndef DINOLAB_STUDY_CONDITION_ROWS_H
#define DINOLAB_STUDY_CONDITION_ROWS_H

#include "store/store_condition.h"
#include "task/condition.h"

/* Where the condition belongs; borrowed. */
struct condition_place {
    int64_t                        study_id;
    enum task_kind                 task;
    const struct stimulus_set_row *set;
    const struct stimulus_row     *stimuli; /* in row order: what the condition's row indices mean */
};

struct condition_facts {
    int           number;    /* within the study, from 1 */
    int           dimension; /* from 0; -1: not known, of old data */
    enum dinosaur high;      /* category only */
};

/* Of the stimulus set and the sequence with its answers. */
void condition_rows_hash(const struct condition_place *place, const struct condition *condition, struct secret_hash *out);

/* *id of the new condition, whose hash is that. */
MUST_CHECK bool condition_rows_insert(struct store *store, const struct condition_place *place,
                                      const struct condition_facts *facts, const struct condition *condition, int64_t *id,
                                      struct err *err);

#endif
