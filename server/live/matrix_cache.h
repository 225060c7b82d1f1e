/* matrix_cache.h - the matrices that were used last, so that a study's tables do not read the same files again and again.
 *
 * Bounded: beyond the limit the one used longest ago goes. Threads: belongs to one thread. */
#ifndef DINOLAB_LIVE_MATRIX_CACHE_H
#define DINOLAB_LIVE_MATRIX_CACHE_H

#include "model/npy.h"
#include "store/data_folder.h"

struct matrix_cache;

MUST_CHECK struct matrix_cache *matrix_cache_new(const struct data_folder *folder, size_t bytes_max, struct err *err);
void                            matrix_cache_free(struct matrix_cache *cache); /* accepts NULL */

/* Borrowed until the next call. One matrix is always kept, however large. */
MUST_CHECK bool matrix_cache_get(struct matrix_cache *cache, const struct secret_hash *sha256, const struct matrix **out,
                                 struct err *err);

void matrix_cache_clear(struct matrix_cache *cache);

#endif
