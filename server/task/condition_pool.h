/* condition_pool.h - the stimuli of a set by object and bin, and random draws of images of different objects from them.
 *
 * A stimulus is in one bin by its loading, but an object can have pictures in several bins, so that filling the bins one after the
 * other can end in a dead end although a choice exists. The draw is therefore an assignment of objects to bins (a bipartite
 * matching with augmenting paths): it succeeds whenever any choice does.
 * Used by condition.c only. Pure but for its memory; threads: none. */
#ifndef DINOLAB_TASK_CONDITION_POOL_H
#define DINOLAB_TASK_CONDITION_POOL_H

#include "base/rng.h"
#include "task/condition.h"

struct condition_pool;

/* condition_bin_of in the papers' bins. */
int condition_pool_bin(double loading);

/* ERR_INVALID for a loading that is not finite. The candidates are not needed afterwards. */
MUST_CHECK struct condition_pool *condition_pool_new(const struct condition_bins *bins, const struct candidate *candidates,
                                                     int candidate_count, struct err *err);
void                              condition_pool_free(struct condition_pool *pool); /* accepts NULL */

/* Draw `per_bin` stimuli from each bin, all of different objects; `rows` gets their per_bin row indices per bin in
 * random order. ERR_INVALID says which bin cannot be filled. */
MUST_CHECK bool condition_pool_draw(struct condition_pool *pool, struct rng *rng, int per_bin, int *rows, struct err *err);

/* Draw `count` more, of different objects that the last draw did not use, whatever their loadings. */
MUST_CHECK bool condition_pool_draw_spare(struct condition_pool *pool, struct rng *rng, int count, int *rows, struct err *err);

#endif
