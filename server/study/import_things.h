/* import_things.h - the THINGS pictures with their embedding: a stimulus set, and a representation `task` of the family task in which
 * every picture of an object has the object's row.
 *
 * The embedding has one row per object (SPoSE, 1,854 x 49), the list of ids one object per line in the same order, with or without a
 * header line. The set is in that order, the pictures of an object by name. Pictures of objects that the list does not have are left
 * out; objects without a picture are only counted, so that a part of the pictures does, too. What was done already is not done again. */
#ifndef DINOLAB_STUDY_IMPORT_THINGS_H
#define DINOLAB_STUDY_IMPORT_THINGS_H

#include "base/arena.h"
#include "study/import_pictures.h"
#include "study/import_place.h"

#define IMPORT_THINGS_REPRESENTATION "task"

struct things_list {
    struct arena arena;
    const char  *embedding_path; /* borrowed */
    int          object_count;   /* rows of the embedding */
    int          dimension_count;
    const char **objects; /* of its rows */
    int         *sorted;  /* rows by object */
};

MUST_CHECK bool things_list_open(const char *embedding_path, const char *ids_path, struct things_list *out, struct err *err);
void            things_list_close(struct things_list *list);

/* The embedding's row of an object; -1 when it has none. */
int things_list_row(const struct things_list *list, const char *object);

/* Order the pictures as the embedding has their objects. ERR_INVALID when none is of its objects. */
MUST_CHECK bool things_arrange(const struct things_list *list, struct picture_source *source, int *left_out_count,
                               int *without_picture_count, struct err *err);

/* The representation of a set that is stored. */
MUST_CHECK bool things_import_embedding(const struct import_place *place, const struct things_list *list, const char *set,
                                        struct err *err);

#endif
