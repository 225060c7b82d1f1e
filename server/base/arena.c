#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK_BYTES = 8 * 1024 }; /* holds what an ordinary request needs in one block */

struct arena_block {
    struct arena_block *next;
    size_t              used;
    size_t              capacity;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena)
{
    arena->first = NULL;
}

void arena_close(struct arena *arena)
{
    struct arena_block *block = arena->first;

    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
    arena->first = NULL;
}

static struct arena_block *block_add(struct arena *arena, size_t bytes)
{
    size_t              capacity = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
    struct arena_block *block    = NULL;

    if (capacity > SIZE_MAX - sizeof *block) return NULL;
    block = calloc(1, sizeof *block + capacity);
    if (block == NULL) return NULL;
    block->capacity = capacity;
    block->next     = arena->first;
    arena->first    = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    const size_t        alignment = alignof(max_align_t);
    struct arena_block *block     = arena->first;
    void               *memory;

    if (bytes > SIZE_MAX / 2) return NULL;
    bytes = (bytes + alignment - 1) / alignment * alignment;
    if (block == NULL || block->capacity - block->used < bytes) block = block_add(arena, bytes);
    if (block == NULL) return NULL;
    memory = block->data + block->used;
    block->used += bytes;
    return memory;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t element_bytes)
{
    if (element_bytes != 0 && count > SIZE_MAX / element_bytes) return NULL;
    return arena_alloc(arena, count * element_bytes);
}

char *arena_copy(struct arena *arena, const char *data, size_t bytes)
{
    char *copy = bytes < SIZE_MAX ? arena_alloc(arena, bytes + 1) : NULL;

    if (copy != NULL && bytes > 0) memcpy(copy, data, bytes);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    int     length;
    char   *out = NULL;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) return NULL;
    out = arena_alloc(arena, (size_t)length + 1);
    if (out == NULL) return NULL;
    va_start(arguments, format);
    (void)vsnprintf(out, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return out;
}
