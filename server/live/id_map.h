/* id_map.h - from a store's number to something in memory: a sorted array, since numbers mostly come in ascending order.
 *
 * Owns the array only. Threads: none. */
#ifndef DINOLAB_LIVE_ID_MAP_H
#define DINOLAB_LIVE_ID_MAP_H

#include <stdint.h>

#include "base/err.h"

struct id_entry {
    int64_t id;
    void   *value;
};

struct id_map {
    struct id_entry *entries; /* by ascending id */
    int              count;
    int              capacity;
};

void            id_map_close(struct id_map *map);                                         /* accepts a zeroed map */
void           *id_map_get(const struct id_map *map, int64_t id);                         /* NULL when it is not there */
MUST_CHECK bool id_map_put(struct id_map *map, int64_t id, void *value, struct err *err); /* replaces */
void            id_map_remove(struct id_map *map, int64_t id);

#endif
