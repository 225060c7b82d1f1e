#include "base/name_index.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_AT_FIRST = 256 }; /* a power of two, as every later count: names fill at most half */

void name_index_init(struct name_index *index)
{
    *index = (struct name_index){0};
    arena_init(&index->arena);
}

void name_index_close(struct name_index *index)
{
    free(index->names);
    free(index->slots);
    arena_close(&index->arena);
    name_index_init(index);
}

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261U;

    for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * 16777619U;
    return hash;
}

/* The slot that holds `name`, or the free one where it belongs; there is always a free one. */
static int *slot_of(const struct name_index *index, const char *name)
{
    const uint32_t mask = (uint32_t)index->slot_count - 1;
    uint32_t       at   = hash_of(name) & mask;

    while (index->slots[at] != 0 && strcmp(index->names[index->slots[at] - 1], name) != 0) at = (at + 1) & mask;
    return &index->slots[at];
}

static bool grow(struct name_index *index, struct err *err)
{
    const int    slot_count = index->slot_count == 0 ? SLOTS_AT_FIRST : 2 * index->slot_count;
    int         *slots;
    const char **names;

    if (index->slot_count > INT_MAX / 4) return err_set(err, ERR_TOO_LARGE, "there are too many different names");
    names = reallocarray(index->names, (size_t)slot_count / 2, sizeof *names);
    if (names == NULL) return err_no_memory(err);
    index->names = names;
    slots        = calloc((size_t)slot_count, sizeof *slots);
    if (slots == NULL) return err_no_memory(err);
    free(index->slots);
    index->slots      = slots;
    index->slot_count = slot_count;
    for (int i = 0; i < index->name_count; i++) *slot_of(index, names[i]) = i + 1;
    return true;
}

bool name_index_add(struct name_index *index, const char *name, int *position, bool *is_new, struct err *err)
{
    int *slot;

    if (2 * index->name_count >= index->slot_count && !grow(index, err)) return false;
    slot    = slot_of(index, name);
    *is_new = *slot == 0;
    if (*is_new) {
        const char *copy = arena_copy(&index->arena, name, strlen(name));

        if (copy == NULL) return err_no_memory(err);
        index->names[index->name_count++] = copy;
        *slot                             = index->name_count;
    }
    *position = *slot - 1;
    return true;
}

int name_index_find(const struct name_index *index, const char *name)
{
    return index->slot_count == 0 ? -1 : *slot_of(index, name) - 1;
}
