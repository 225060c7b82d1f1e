#include "live/metric_look.h"

#include <stdlib.h>
#include <string.h>

#include "live/id_map.h"

enum { FAILED_COUNT_MAX = 256 };

struct metric_look {
    struct id_map      complete; /* studies; the value says nothing */
    struct secret_hash failed[FAILED_COUNT_MAX];
    int                failed_count;
};

struct metric_look *metric_look_new(struct err *err)
{
    struct metric_look *look = calloc(1, sizeof *look);

    if (look == NULL) err_no_memory(err);
    return look;
}

void metric_look_free(struct metric_look *look)
{
    if (look == NULL) return;
    id_map_close(&look->complete);
    free(look);
}

static bool has_failed(const struct metric_look *look, const struct secret_hash *content_key)
{
    for (int i = 0; i < look->failed_count; i++)
        if (memcmp(look->failed[i].bytes, content_key->bytes, sizeof content_key->bytes) == 0) return true;
    return false;
}

/* *representation_index -1: none is missing but what failed. */
static bool look_at_study(struct metric_look *look, struct store *store, const struct metric_study *study, struct arena *arena,
                          int *representation_index, bool *is_complete, struct err *err)
{
    *representation_index = -1;
    *is_complete          = true;
    for (int i = 0; i < study->representation_count; i++) {
        struct secret_hash key;
        struct metric_row  row;
        bool               is_there;

        metric_study_key(study, i, &key);
        if (!store_metric_get(store, &key, arena, &row, &is_there, err)) return false;
        *is_complete &= is_there;
        if (is_there || has_failed(look, &key)) continue;
        *representation_index = i;
        return true;
    }
    return true;
}

bool metric_look_next(struct metric_look *look, struct store *store, struct arena *arena, struct metric_study *study,
                      int *representation_index, bool *is_found, struct err *err)
{
    struct study_row *rows  = NULL;
    int               count = 0;

    *is_found = false;
    if (look->failed_count == FAILED_COUNT_MAX) return true;
    if (!store_studies(store, arena, &rows, &count, err)) return false;
    for (int i = 0; i < count && !*is_found; i++) {
        bool is_complete;

        if (id_map_get(&look->complete, rows[i].study_id) != NULL) continue;
        *study = (struct metric_study){0};
        if (!metric_study_load(store, &rows[i], arena, study, err) ||
            !look_at_study(look, store, study, arena, representation_index, &is_complete, err))
            return err_wrap(err, "study '%s'", rows[i].slug);
        if (is_complete && !id_map_put(&look->complete, rows[i].study_id, look, err)) return false;
        *is_found = *representation_index >= 0;
    }
    return true;
}

bool metric_look_note_failed(struct metric_look *look, const struct secret_hash *content_key)
{
    if (look->failed_count == FAILED_COUNT_MAX) return false;
    look->failed[look->failed_count++] = *content_key;
    return true;
}

void metric_look_forget_failed(struct metric_look *look)
{
    look->failed_count = 0;
}
