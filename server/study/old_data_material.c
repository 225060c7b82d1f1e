#include "study/old_data_material.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/matrix_rows.h"
#include "study/keep_matrix.h"

/* One grey pixel. Its hash is part of the sets' hashes: another picture would make them other sets. */
static const unsigned char BLANK_PNG[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x38, 0x01, 0x00, 0x00, 0xca, 0x00, 0xc9,
    0x34, 0x42, 0x27, 0xf3, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

bool old_data_keep_matrix(const struct import_place *place, const struct old_matrix *from, int stimulus_count,
                          struct kept_matrix *out, struct err *err)
{
    struct matrix_rows *matrix = matrix_rows_open(from->path, err);
    bool                ok     = matrix != NULL;

    if (ok && matrix_rows_row_count(matrix) != stimulus_count)
        ok = err_set(err, ERR_INVALID, "%s has %d rows, there are %d stimuli", from->path, matrix_rows_row_count(matrix),
                     stimulus_count);
    ok = ok && keep_matrix(place->folder, matrix, NULL, stimulus_count, &out->sha256, err);
    if (ok) out->feature_count = matrix_rows_column_count(matrix);
    matrix_rows_close(matrix);
    return ok ? true : err_wrap(err, "representation '%s'", from->name);
}

bool old_data_keep_blank(const struct import_place *place, struct media_row *out, struct err *err)
{
    char path[PATH_BYTES];

    *out = (struct media_row){.byte_count = sizeof BLANK_PNG, .media_type = "image/png"};
    secret_sha256_of(BLANK_PNG, sizeof BLANK_PNG, &out->sha256);
    data_folder_media(place->folder, &out->sha256, path);
    return access(path, R_OK) == 0 || data_folder_write(path, BLANK_PNG, sizeof BLANK_PNG, err);
}

static void hash_set(const struct old_data *data, const struct media_row *blank, struct secret_hash *out)
{
    struct secret_sha256 sha;

    secret_sha256_begin(&sha);
    for (int i = 0; i < data->stimulus_count; i++) { /* id, object, picture, as of every set: here the id is the object */
        for (int times = 0; times < 2; times++) secret_sha256_add(&sha, data->stimuli[i], strlen(data->stimuli[i]) + 1);
        secret_sha256_add(&sha, blank->sha256.bytes, sizeof blank->sha256.bytes);
    }
    secret_sha256_end(&sha, out);
}

bool old_data_insert_set(const struct import_place *place, const struct old_data *data, const struct media_row *blank,
                         struct arena *arena, struct stimulus_set_row *set, struct stimulus_row **stimuli, struct err *err)
{
    int count;

    *set = (struct stimulus_set_row){.created_at_ms = place->now_ms};
    (void)snprintf(set->name, sizeof set->name, "%s", data->slug);
    hash_set(data, blank, &set->sha256);
    if (!store_media_insert(place->store, blank, err)) return false;
    if (!store_stimulus_set_insert(place->store, set, &set->stimulus_set_id, err)) return false;
    for (int i = 0; i < data->stimulus_count; i++) {
        const struct stimulus_row row = {
            .row_index          = i,
            .name               = data->stimuli[i],
            .object             = data->stimuli[i],
            .media_sha256       = blank->sha256,
            .is_picture_missing = true,
        };

        if (!store_stimulus_insert(place->store, set->stimulus_set_id, &row, err))
            return err_wrap(err, "stimulus '%s'", data->stimuli[i]);
    }
    return store_stimuli(place->store, set->stimulus_set_id, arena, stimuli, &count, err);
}

bool old_data_insert_representation(const struct import_place *place, const struct old_matrix *matrix,
                                    const struct kept_matrix *kept, int64_t stimulus_set_id, int64_t *id, struct err *err)
{
    struct representation_row row = {
        .stimulus_set_id = stimulus_set_id,
        .family          = "other",
        .description     = "",
        .feature_count   = kept->feature_count,
        .matrix_sha256   = kept->sha256,
        .created_at_ms   = place->now_ms,
    };

    if (!text_is_slug(matrix->name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", matrix->name);
    (void)snprintf(row.name, sizeof row.name, "%s", matrix->name);
    return store_representation_insert(place->store, &row, id, err);
}
