/* store_picture.h - what was made of original pictures, and stimulus sets while they are brought in. */
#ifndef DINOLAB_STORE_STORE_PICTURE_H
#define DINOLAB_STORE_STORE_PICTURE_H

#include "store/store_material.h"

struct picture_row {
    struct secret_hash original_sha256;
    int64_t            original_bytes;
    char               original_type[MEDIA_TYPE_BYTES];
    int                width; /* of the original */
    int                height;
    struct secret_hash picture_sha256;
    struct secret_hash thumbnail_sha256;
    int64_t            added_at_ms;
};

/* Its media must be there. One that is there already is left as it is. */
MUST_CHECK bool store_picture_insert(struct store *store, const struct picture_row *row, struct err *err);

/* All, ordered by original_sha256. */
MUST_CHECK bool store_pictures(struct store *store, struct arena *arena, struct picture_row **rows, int *count, struct err *err);

/* Of the stimulus with this row in the set. */
MUST_CHECK bool store_stimulus_picture_insert(struct store *store, int64_t stimulus_set_id, int row_index,
                                              const struct secret_hash *original_sha256, struct err *err);

/* A set is filled under a name that nobody can ask for and gets its own at the end: large sets are written in several transactions. */
MUST_CHECK bool store_stimulus_set_name(struct store *store, int64_t stimulus_set_id, const char *name,
                                        const struct secret_hash *sha256, struct err *err);

/* A set of this name with its stimuli, if there is one: what an import left that was cut off. At most `count_max` stimuli in one call;
 * *is_gone tells whether all is gone. */
MUST_CHECK bool store_stimulus_set_discard(struct store *store, const char *name, int count_max, bool *is_gone, struct err *err);

struct stimulus_set_overview {
    int64_t stimulus_set_id;
    char    name[NAME_BYTES];
    int     stimulus_count;
    int     object_count;
};

/* Sets that are whole, by name. */
MUST_CHECK bool store_stimulus_sets(struct store *store, struct arena *arena, struct stimulus_set_overview **rows, int *count,
                                    struct err *err);

MUST_CHECK bool store_representations_of_set(struct store *store, int64_t stimulus_set_id, struct arena *arena,
                                             struct representation_row **rows, int *count, struct err *err);

/* Thumbnails of a set's stimuli, in row order; the picture itself for those that have none. */
MUST_CHECK bool store_thumbnails(struct store *store, int64_t stimulus_set_id, struct arena *arena, struct secret_hash **hashes,
                                 int *count, struct err *err);

/* Row indices of the stimuli that a study's condition shows in its main phase, in order, each once. */
MUST_CHECK bool store_condition_stimuli(struct store *store, const char *study_slug, int condition_number, struct arena *arena,
                                        int **row_indices, int *count, struct err *err);

#endif
