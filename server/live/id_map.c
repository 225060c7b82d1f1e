#include "live/id_map.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 16 };

void id_map_close(struct id_map *map)
{
    free(map->entries);
    *map = (struct id_map){0};
}

/* The first entry that is not below `id`. */
static int place_of(const struct id_map *map, int64_t id)
{
    int low = 0, high = map->count;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (map->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct id_map *map, int place, int64_t id)
{
    return place < map->count && map->entries[place].id == id;
}

void *id_map_get(const struct id_map *map, int64_t id)
{
    int place = place_of(map, id);

    return is_at(map, place, id) ? map->entries[place].value : NULL;
}

bool id_map_put(struct id_map *map, int64_t id, void *value, struct err *err)
{
    int place = place_of(map, id);

    if (is_at(map, place, id)) {
        map->entries[place].value = value;
        return true;
    }
    if (map->count == map->capacity) {
        int              capacity = map->capacity == 0 ? CAPACITY_MIN : 2 * map->capacity;
        struct id_entry *entries  = realloc(map->entries, (size_t)capacity * sizeof *entries);

        if (entries == NULL) return err_no_memory(err);
        map->entries  = entries;
        map->capacity = capacity;
    }
    memmove(&map->entries[place + 1], &map->entries[place], (size_t)(map->count - place) * sizeof *map->entries);
    map->entries[place] = (struct id_entry){.id = id, .value = value};
    map->count++;
    return true;
}

void id_map_remove(struct id_map *map, int64_t id)
{
    int place = place_of(map, id);

    if (!is_at(map, place, id)) return;
    map->count--;
    memmove(&map->entries[place], &map->entries[place + 1], (size_t)(map->count - place) * sizeof *map->entries);
}
