/* name_index.h - names to numbers: the position of a name among the different ones, 0, 1, 2 ... in order of appearance.
 *
 * Names are copied. A hash table with open addressing (FNV-1a), so that a list of any length is read in one pass. Threads: none. */
#ifndef DINOLAB_BASE_NAME_INDEX_H
#define DINOLAB_BASE_NAME_INDEX_H

#include "base/arena.h"

struct name_index {
    struct arena arena; /* the copies */
    int          name_count;
    const char **names; /* owned array; the texts are of the arena */
    int          slot_count;
    int         *slots; /* position + 1; 0 is free */
};

void name_index_init(struct name_index *index);
void name_index_close(struct name_index *index); /* accepts an initialised or closed index */

/* The position of `name`, which is put in when it is new. */
MUST_CHECK bool name_index_add(struct name_index *index, const char *name, int *position, bool *is_new, struct err *err);

int name_index_find(const struct name_index *index, const char *name); /* -1: it is not there */

#endif
