#include "study/import_things.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "model/matrix_map.h"
#include "study/import_representation.h"

enum { IDS_BYTES_MAX = 16 * 1024 * 1024 };

/* --- the list --- */

/* The first field of each line that is not empty. */
static bool read_lines(struct things_list *list, struct span text, int max, int *count, struct err *err)
{
    const char *at = text.data, *end = text.data + text.length;

    *count = 0;
    while (at < end) {
        const char *line = at;
        size_t      length;

        while (at < end && *at != '\n') at++;
        length = (size_t)(at - line);
        at++;
        for (size_t i = 0; i < length; i++)
            if (line[i] == ',' || line[i] == '\r') length = i;
        if (length >= 2 && line[0] == '"' && line[length - 1] == '"') line++, length -= 2;
        if (length == 0) continue;
        if (*count < max) {
            list->objects[*count] = arena_copy(&list->arena, line, length);
            if (list->objects[*count] == NULL) return err_no_memory(err);
        }
        ++*count;
    }
    return true;
}

static bool read_objects(struct things_list *list, const char *ids_path, struct err *err)
{
    const int   rows = list->object_count;
    struct text text;
    int         count;
    bool        ok;

    text_init(&text);
    list->objects = arena_alloc_array(&list->arena, (size_t)rows + 1, sizeof *list->objects);
    if (list->objects == NULL) return err_no_memory(err);
    ok = file_read(ids_path, IDS_BYTES_MAX, &text, err) &&
         read_lines(list, (struct span){text.data, text.length}, rows + 1, &count, err);
    text_close(&text);
    if (!ok) return false;
    if (count == rows + 1)
        list->objects++; /* a header line */
    else if (count != rows)
        return err_set(err, ERR_INVALID, "%s has %d lines, the embedding has %d rows", ids_path, count, rows);
    return true;
}

struct named_row {
    const char *object;
    int         row;
};

static int by_object(const void *left, const void *right)
{
    return strcmp(((const struct named_row *)left)->object, ((const struct named_row *)right)->object);
}

static bool sort_objects(struct things_list *list, const char *ids_path, struct err *err)
{
    const int         count = list->object_count;
    struct named_row *rows  = arena_alloc_array(&list->arena, (size_t)count, sizeof *rows);

    list->sorted = arena_alloc_array(&list->arena, (size_t)count, sizeof *list->sorted);
    if (rows == NULL || list->sorted == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) rows[i] = (struct named_row){list->objects[i], i};
    qsort(rows, (size_t)count, sizeof *rows, by_object);
    for (int i = 0; i < count; i++) {
        if (i > 0 && strcmp(rows[i - 1].object, rows[i].object) == 0)
            return err_set(err, ERR_INVALID, "%s: the object '%s' comes twice", ids_path, rows[i].object);
        list->sorted[i] = rows[i].row;
    }
    return true;
}

bool things_list_open(const char *embedding_path, const char *ids_path, struct things_list *out, struct err *err)
{
    struct matrix_map embedding;
    bool ok = matrix_map_open(embedding_path, &embedding, err); /* every number is checked before hours of pictures */

    *out = (struct things_list){.embedding_path  = embedding_path,
                                .object_count    = embedding.matrix.row_count,
                                .dimension_count = embedding.matrix.column_count};
    matrix_map_close(&embedding);
    arena_init(&out->arena);
    ok = ok && read_objects(out, ids_path, err) && sort_objects(out, ids_path, err);
    if (!ok) things_list_close(out);
    return ok;
}

void things_list_close(struct things_list *list)
{
    arena_close(&list->arena);
}

int things_list_row(const struct things_list *list, const char *object)
{
    int low = 0, high = list->object_count;

    while (low < high) {
        const int middle = (low + high) / 2;
        const int order  = strcmp(list->objects[list->sorted[middle]], object);

        if (order == 0) return list->sorted[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* --- the pictures --- */

static int place_of(void *argument, const struct picture_entry *entry)
{
    return things_list_row(argument, entry->object);
}

bool things_arrange(const struct things_list *list, struct picture_source *source, int *left_out_count,
                    int *without_picture_count, struct err *err)
{
    struct things_list borrowed = *list; /* place_of takes no const */
    const int          before   = picture_source_count(source);
    int                kept, objects = 0;

    picture_source_arrange(source, place_of, &borrowed);
    kept = picture_source_count(source);
    for (int i = 0; i < kept; i++)
        objects += i == 0 || picture_source_entry(source, i)->order != picture_source_entry(source, i - 1)->order;
    *left_out_count        = before - kept;
    *without_picture_count = list->object_count - objects;
    return kept > 0 ? true : err_set(err, ERR_INVALID, "no picture lies in a folder of an object that the list of ids has");
}

/* --- the representation --- */

static bool match_rows(const struct things_list *list, const struct stimulus_row *stimuli, int count, int *row_of,
                       struct err *err)
{
    if (row_of == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) {
        row_of[i] = things_list_row(list, stimuli[i].object);
        if (row_of[i] < 0) return err_set(err, ERR_INVALID, "the list of ids does not have the object '%s'", stimuli[i].object);
    }
    return true;
}

bool things_import_embedding(const struct import_place *place, const struct things_list *list, const char *set, struct err *err)
{
    struct import_matrix from = {
        .stimulus_set = set,
        .name         = IMPORT_THINGS_REPRESENTATION,
        .family       = "task",
        .description  = "How people see the objects: the embedding learned from odd-one-out choices, one row per object",
        .matrix_path  = list->embedding_path,
    };
    struct stimulus_set_row row;
    struct stimulus_row    *stimuli;
    struct arena            arena;
    int                    *row_of = NULL;
    int                     count, extra_count;
    bool                    ok;

    arena_init(&arena);
    ok = store_stimulus_set_by_name(place->store, set, &row, err) &&
         store_stimuli(place->store, row.stimulus_set_id, &arena, &stimuli, &count, err);
    if (ok) row_of = arena_alloc_array(&arena, (size_t)count, sizeof *row_of);
    ok          = ok && match_rows(list, stimuli, count, row_of, err);
    from.row_of = row_of;
    ok          = ok && import_representation(place, &from, &extra_count, err);
    arena_close(&arena);
    return ok;
}
