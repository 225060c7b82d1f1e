#include "study/dimension_view.h"

#include <stdlib.h>
#include <string.h>

#include "model/npy_rows.h"
#include "store/store_picture.h"
#include "task/condition_pool.h"
#include "json/json_write.h"

enum { ROWS_PER_READ = 256 };

struct shown {
    const struct stimulus_row *stimulus;
    const struct secret_hash  *thumbnail;
    double                     value;
    int                        bin; /* CONDITION_BIN_COUNT: none */
    bool                       is_chosen;
    bool                       is_first; /* of its object in the bin, from high to low */
};

struct scene {
    struct shown *shown;
    int           count;
};

static bool read_column(const char *path, int dimension, int count, struct arena *arena, struct shown *shown, struct err *err)
{
    struct npy_rows *file    = npy_rows_open(path, err);
    const int        columns = file == NULL ? 0 : npy_rows_column_count(file);
    double          *values  = NULL;
    bool             ok      = file != NULL;
    int              rows[ROWS_PER_READ];

    if (ok && (values = arena_alloc_array(arena, (size_t)ROWS_PER_READ * (size_t)columns, sizeof *values)) == NULL)
        ok = err_no_memory(err);
    for (int begin = 0; ok && begin < count; begin += ROWS_PER_READ) {
        const int some = count - begin < ROWS_PER_READ ? count - begin : ROWS_PER_READ;

        for (int i = 0; i < some; i++) rows[i] = begin + i;
        ok = npy_rows_read(file, rows, some, values, err);
        for (int i = 0; ok && i < some; i++) shown[begin + i].value = values[(size_t)i * (size_t)columns + (size_t)dimension];
    }
    npy_rows_close(file);
    return ok;
}

static int by_bin_object_value(const void *left, const void *right)
{
    const struct shown *a = left, *b = right;
    const int           by_object = strcmp(a->stimulus->object, b->stimulus->object);

    if (a->bin != b->bin) return a->bin < b->bin ? -1 : 1;
    if (by_object != 0) return by_object;
    return a->value != b->value ? (a->value > b->value ? -1 : 1) : a->stimulus->row_index - b->stimulus->row_index;
}

static int by_bin_choice_value(const void *left, const void *right)
{
    const struct shown *a = left, *b = right;

    if (a->bin != b->bin) return a->bin < b->bin ? -1 : 1;
    if (a->is_chosen != b->is_chosen) return a->is_chosen ? -1 : 1;
    if (a->is_first != b->is_first) return a->is_first ? -1 : 1;
    return a->value != b->value ? (a->value > b->value ? -1 : 1) : a->stimulus->row_index - b->stimulus->row_index;
}

static void order(struct scene *scene)
{
    qsort(scene->shown, (size_t)scene->count, sizeof *scene->shown, by_bin_object_value);
    for (int i = 0; i < scene->count; i++)
        scene->shown[i].is_first = i == 0 || scene->shown[i].bin != scene->shown[i - 1].bin ||
                                   strcmp(scene->shown[i].stimulus->object, scene->shown[i - 1].stimulus->object) != 0;
    qsort(scene->shown, (size_t)scene->count, sizeof *scene->shown, by_bin_choice_value);
}

static bool mark_chosen(struct store *store, const struct dimension_view *view, struct arena *arena, struct scene *scene,
                        struct err *err)
{
    int *rows, count;

    if (view->study == NULL) return true;
    if (!store_condition_stimuli(store, view->study, view->condition_number, arena, &rows, &count, err)) return false;
    if (count == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no condition %d of a study '%s'", view->condition_number, view->study);
    for (int i = 0; i < count; i++)
        if (rows[i] < scene->count) scene->shown[rows[i]].is_chosen = true;
    return true;
}

static bool load(struct store *store, const struct data_folder *folder, const struct dimension_view *view, struct arena *arena,
                 struct scene *scene, struct err *err)
{
    struct stimulus_set_row   set;
    struct representation_row representation;
    struct stimulus_row      *stimuli;
    struct secret_hash       *thumbnails;
    int                       thumbnail_count;
    char                      path[PATH_BYTES];

    if (!store_stimulus_set_by_name(store, view->set, &set, err) ||
        !store_representation_by_name(store, set.stimulus_set_id, view->representation, arena, &representation, err))
        return false;
    if (view->dimension >= representation.feature_count)
        return err_set(err, ERR_NOT_FOUND, "the representation '%s' has %d dimensions, counted from 0", representation.name,
                       representation.feature_count);
    if (!store_stimuli(store, set.stimulus_set_id, arena, &stimuli, &scene->count, err) ||
        !store_thumbnails(store, set.stimulus_set_id, arena, &thumbnails, &thumbnail_count, err))
        return false;
    if (thumbnail_count != scene->count) return err_set(err, ERR_INTERNAL, "a stimulus has two pictures");
    scene->shown = arena_alloc_array(arena, (size_t)scene->count, sizeof *scene->shown);
    if (scene->shown == NULL) return err_no_memory(err);
    data_folder_matrix(folder, &representation.matrix_sha256, path);
    if (!read_column(path, view->dimension, scene->count, arena, scene->shown, err)) return false;
    for (int i = 0; i < scene->count; i++) {
        scene->shown[i].stimulus  = &stimuli[i];
        scene->shown[i].thumbnail = &thumbnails[i];
        scene->shown[i].bin       = condition_pool_bin(scene->shown[i].value);
    }
    return mark_chosen(store, view, arena, scene, err);
}

static void put_hash(struct json_writer *writer, const char *key, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    json_text(writer, key, hex);
}

static void put_shown(struct json_writer *writer, const struct shown *shown, bool has_condition)
{
    json_begin_object(writer, NULL);
    json_text(writer, "id", shown->stimulus->name);
    json_text(writer, "object", shown->stimulus->object);
    json_f64(writer, "value", shown->value);
    put_hash(writer, "thumbnail", shown->thumbnail);
    put_hash(writer, "picture", &shown->stimulus->media_sha256);
    if (has_condition) json_bool(writer, "is_chosen", shown->is_chosen);
    json_end_object(writer);
}

static void put_bin(struct json_writer *writer, const struct scene *scene, int bin, const struct dimension_view *view)
{
    const double width   = CONDITION_LOADING_MAX / CONDITION_BIN_COUNT;
    int          objects = 0, pictures = 0, chosen = 0, listed = 0;

    for (int i = 0; i < scene->count; i++) {
        if (scene->shown[i].bin != bin) continue;
        objects += scene->shown[i].is_first;
        chosen += scene->shown[i].is_chosen;
        pictures++;
    }
    json_begin_object(writer, NULL);
    json_f64(writer, "low", bin * width);
    json_f64(writer, "high", (bin + 1) * width);
    json_i64(writer, "object_count", objects);
    json_i64(writer, "stimulus_count", pictures);
    if (view->study != NULL) json_i64(writer, "chosen_count", chosen);
    json_begin_array(writer, "stimuli");
    for (int i = 0; i < scene->count; i++)
        if (scene->shown[i].bin == bin && (scene->shown[i].is_chosen || listed < view->limit)) {
            put_shown(writer, &scene->shown[i], view->study != NULL);
            listed++;
        }
    json_end_array(writer);
    json_end_object(writer);
}

bool dimension_view_json(struct store *store, const struct data_folder *folder, const struct dimension_view *view,
                         struct text *out, struct err *err)
{
    struct json_writer writer;
    struct scene       scene = {0};
    struct arena       arena;
    int                outside = 0;
    bool               ok;

    arena_init(&arena);
    ok = load(store, folder, view, &arena, &scene, err);
    if (ok) {
        order(&scene);
        json_writer_init(&writer, out);
        json_begin_object(&writer, NULL);
        json_begin_array(&writer, "bins");
        for (int bin = 0; bin < CONDITION_BIN_COUNT; bin++) put_bin(&writer, &scene, bin, view);
        json_end_array(&writer);
        for (int i = 0; i < scene.count; i++) outside += scene.shown[i].bin == CONDITION_BIN_COUNT;
        json_i64(&writer, "out_of_range_count", outside);
        json_end_object(&writer);
    }
    arena_close(&arena);
    return ok && text_ok(out, err);
}

static bool put_set(struct store *store, const struct stimulus_set_overview *set, struct arena *arena, struct json_writer *writer,
                    struct err *err)
{
    struct representation_row *representations;
    int                        count;

    if (!store_representations_of_set(store, set->stimulus_set_id, arena, &representations, &count, err)) return false;
    json_begin_object(writer, NULL);
    json_text(writer, "name", set->name);
    json_i64(writer, "stimulus_count", set->stimulus_count);
    json_i64(writer, "object_count", set->object_count);
    json_begin_array(writer, "representations");
    for (int i = 0; i < count; i++) {
        json_begin_object(writer, NULL);
        json_text(writer, "name", representations[i].name);
        json_text(writer, "family", representations[i].family);
        json_i64(writer, "feature_count", representations[i].feature_count);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

bool stimulus_sets_json(struct store *store, struct text *out, struct err *err)
{
    struct stimulus_set_overview *sets;
    struct json_writer            writer;
    struct arena                  arena;
    int                           count = 0;
    bool                          ok;

    arena_init(&arena);
    ok = store_stimulus_sets(store, &arena, &sets, &count, err);
    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "stimulus_sets");
    for (int i = 0; ok && i < count; i++) ok = put_set(store, &sets[i], &arena, &writer, err);
    json_end_array(&writer);
    json_end_object(&writer);
    arena_close(&arena);
    return ok && text_ok(out, err);
}
