/* old_data_material.h - what old data are about: a stimulus set without pictures, and its matrices.
 *
 * Called by old_data.c. Files are written first, rows inside the caller's transaction. */
#ifndef DINOLAB_STUDY_OLD_DATA_MATERIAL_H
#define DINOLAB_STUDY_OLD_DATA_MATERIAL_H

#include "study/old_data.h"

/* A matrix whose file is stored already. */
struct kept_matrix {
    struct secret_hash sha256;
    int                feature_count;
};

/* Into representations/, named by content. ERR_INVALID when there is not a row per stimulus. */
MUST_CHECK bool old_data_keep_matrix(const struct import_place *place, const struct old_matrix *matrix, int stimulus_count,
                                     struct kept_matrix *out, struct err *err);

/* The picture that stands for those that there are not. */
MUST_CHECK bool old_data_keep_blank(const struct import_place *place, struct media_row *out, struct err *err);

/* The set, named as the study; *stimuli are its rows with their ids, in `arena`. */
MUST_CHECK bool old_data_insert_set(const struct import_place *place, const struct old_data *data, const struct media_row *blank,
                                    struct arena *arena, struct stimulus_set_row *set, struct stimulus_row **stimuli,
                                    struct err *err);

MUST_CHECK bool old_data_insert_representation(const struct import_place *place, const struct old_matrix *matrix,
                                               const struct kept_matrix *kept, int64_t stimulus_set_id, int64_t *id,
                                               struct err *err);

#endif
