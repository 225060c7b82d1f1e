/* store_material.h - stimulus sets, their pictures, and representations. Rows are facts: inserted once, never changed. */
#ifndef DINOLAB_STORE_STORE_MATERIAL_H
#define DINOLAB_STORE_STORE_MATERIAL_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store.h"

enum { NAME_BYTES = 65, MEDIA_TYPE_BYTES = 16 };

struct stimulus_set_row {
    int64_t            stimulus_set_id;
    char               name[NAME_BYTES];
    struct secret_hash sha256;
    int64_t            created_at_ms;
};

struct stimulus_row {
    int64_t            stimulus_id;
    int                row_index;
    const char        *name;   /* borrowed from the arena of the read */
    const char        *object; /* likewise */
    struct secret_hash media_sha256;
    bool               is_picture_missing; /* media_sha256 is that of the picture that stands for all such */
};

struct media_row {
    struct secret_hash sha256;
    char               media_type[MEDIA_TYPE_BYTES];
    int64_t            byte_count;
};

struct representation_row {
    int64_t            representation_id;
    int64_t            stimulus_set_id;
    char               name[NAME_BYTES];
    char               family[NAME_BYTES];
    const char        *description; /* insert: borrowed; read: from the arena */
    int                feature_count;
    struct secret_hash matrix_sha256;
    int64_t            created_at_ms;
};

/* Each insert sets *id; the same name again is ERR_CONFLICT. A media row that is there already is left as it is. */
MUST_CHECK bool store_stimulus_set_insert(struct store *store, const struct stimulus_set_row *row, int64_t *id, struct err *err);
MUST_CHECK bool store_stimulus_insert(struct store *store, int64_t stimulus_set_id, const struct stimulus_row *row,
                                      struct err *err);
MUST_CHECK bool store_media_insert(struct store *store, const struct media_row *row, struct err *err);
MUST_CHECK bool store_representation_insert(struct store *store, const struct representation_row *row, int64_t *id,
                                            struct err *err);

/* ERR_NOT_FOUND when there is none of that name. */
MUST_CHECK bool store_stimulus_set_by_name(struct store *store, const char *name, struct stimulus_set_row *out, struct err *err);
MUST_CHECK bool store_stimulus_set_by_id(struct store *store, int64_t id, struct stimulus_set_row *out, struct err *err);
MUST_CHECK bool store_representation_by_name(struct store *store, int64_t stimulus_set_id, const char *name, struct arena *arena,
                                             struct representation_row *out, struct err *err);

/* All of a set in row order. */
MUST_CHECK bool store_stimuli(struct store *store, int64_t stimulus_set_id, struct arena *arena, struct stimulus_row **rows,
                              int *count, struct err *err);

/* The representations that a study fits, in its order. */
MUST_CHECK bool store_study_representations(struct store *store, int64_t study_id, struct arena *arena,
                                            struct representation_row **rows, int *count, struct err *err);

/* A picture's type and size if the session's condition shows it (ERR_NOT_FOUND otherwise), or any picture for researchers. */
MUST_CHECK bool store_media_of_session(struct store *store, int64_t session_id, const struct secret_hash *sha256,
                                       struct media_row *out, struct err *err);
MUST_CHECK bool store_media(struct store *store, const struct secret_hash *sha256, struct media_row *out, struct err *err);

#endif
