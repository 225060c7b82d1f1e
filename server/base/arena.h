/* arena.h - memory that dies together.
 *
 * A chain of blocks from which a request, an import or an export takes what it needs; one close frees all of it. Not for
 * objects with a life of their own. Threads: none; an arena belongs to one thread at a time. */
#ifndef DINOLAB_BASE_ARENA_H
#define DINOLAB_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena_block;

struct arena {
    struct arena_block *first; /* newest block; NULL while nothing was taken */
};

void arena_init(struct arena *arena);
void arena_close(struct arena *arena);

/* Zeroed memory, aligned for any object, valid until arena_close; NULL when out of memory. */
void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_alloc_array(struct arena *arena, size_t count, size_t element_bytes);

/* Copies; NULL when out of memory. */
char *arena_copy(struct arena *arena, const char *data, size_t bytes); /* adds the closing NUL */
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
