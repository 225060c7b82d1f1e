#include "study/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/parallel.h"
#include "model/npy.h"
#include "study/import_facts.h"
#include "study/import_pictures.h"

enum {
    CSV_BYTES_MAX     = 64 * 1024 * 1024,
    MISSING_NAMED_MAX = 5, /* ids listed in a sentence */
};

bool import_stimulus_set(const struct import_place *place, const char *name, const char *csv_path, int *stimulus_count,
                         struct err *err)
{
    struct import_pictures import = {.folder       = place->folder,
                                     .store        = place->store,
                                     .writer       = import_writer_alone(place->store),
                                     .set          = name,
                                     .thread_count = parallel_core_count(),
                                     .now_ms       = place->now_ms};
    struct picture_source *source;
    struct import_report   report;
    bool                   ok;

    *stimulus_count = 0;
    if (!text_is_slug(name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", name);
    source = picture_source_open_csv(csv_path, err);
    if (source == NULL) return false;
    import_report_init(&report);
    import.source   = source;
    ok              = import_pictures(&import, &report, err);
    *stimulus_count = report.stimulus_count;
    import_report_close(&report);
    picture_source_close(source);
    return ok;
}

/* For each stimulus of the set the matrix row with its id; -1 while none. */
static bool match_rows(const char *ids_path, int matrix_rows, const struct stimulus_row *stimuli, int count, int *row_of,
                       int *extra_count, struct arena *arena, struct err *err)
{
    struct csv_reader reader;
    struct text       csv;
    int               column, row = 0;
    bool              has_row = true, ok = false;

    text_init(&csv);
    for (int i = 0; i < count; i++) row_of[i] = -1;
    if (!file_read(ids_path, CSV_BYTES_MAX, &csv, err)) goto done;
    if (!csv_begin(&reader, ids_path, (struct span){csv.data, csv.length}, arena, err)) goto done;
    if (!csv_need_column(&reader, "id", &column, err)) goto done;
    for (;; row++) {
        int i = 0;

        if (!csv_next(&reader, &has_row, err)) goto done;
        if (!has_row) break;
        /* lists are mostly in the set's order: look there first */
        if (row < count && strcmp(stimuli[row].name, reader.fields[column]) == 0)
            i = row;
        else
            while (i < count && strcmp(stimuli[i].name, reader.fields[column]) != 0) i++;
        if (i == count) {
            ++*extra_count;
        } else if (row_of[i] >= 0) {
            err_set(err, ERR_INVALID, "%s, line %d: the id '%s' comes twice", ids_path, reader.line, reader.fields[column]);
            goto done;
        } else {
            row_of[i] = row;
        }
    }
    ok = row == matrix_rows ? true
                            : err_set(err, ERR_INVALID, "%s has %d ids, the matrix has %d rows", ids_path, row, matrix_rows);
done:
    text_close(&csv);
    return ok;
}

static bool check_none_missing(const char *name, const struct stimulus_row *stimuli, int count, const int *row_of,
                               struct err *err)
{
    char ids[ERR_MESSAGE_BYTES / 2] = "";
    int  missing                    = 0;

    for (int i = 0; i < count; i++) {
        size_t used = strlen(ids);

        if (row_of[i] >= 0) continue;
        if (missing++ < MISSING_NAMED_MAX) (void)snprintf(ids + used, sizeof ids - used, " '%s'", stimuli[i].name);
    }
    if (missing == 0) return true;
    return err_set(err, ERR_INVALID, "representation '%s' has no row for %d of %d stimuli:%s%s", name, missing, count, ids,
                   missing > MISSING_NAMED_MAX ? " ..." : "");
}

/* The matrix in the set's order, as a file of its own named by its content. */
static bool store_matrix(const struct import_place *place, const struct matrix *matrix, const int *row_of, int count,
                         struct secret_hash *sha256, struct err *err)
{
    size_t        row_bytes = (size_t)matrix->column_count * sizeof(double);
    struct matrix ordered   = {.row_count = count, .column_count = matrix->column_count};
    char          temporary[PATH_BYTES], path[PATH_BYTES];
    struct text   bytes;
    bool          ok = false;

    text_init(&bytes);
    (void)snprintf(temporary, sizeof temporary, "%s/representations/incoming.npy", place->folder->path);
    ordered.values = malloc((size_t)count * row_bytes);
    if (ordered.values == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++)
        memcpy(ordered.values + (size_t)i * (size_t)matrix->column_count,
               matrix->values + (size_t)row_of[i] * (size_t)matrix->column_count, row_bytes);
    if (!npy_write_file(temporary, &ordered, err)) goto done;
    if (!file_read(temporary, (size_t)count * row_bytes + CSV_BYTES_MAX, &bytes, err)) goto done;
    secret_sha256_of(bytes.data, bytes.length, sha256);
    data_folder_matrix(place->folder, sha256, path);
    ok = data_folder_write(path, bytes.data, bytes.length, err);
done:
    (void)unlink(temporary);
    matrix_close(&ordered);
    text_close(&bytes);
    return ok;
}

static bool insert_representation(const struct import_place *place, const struct import_matrix *from, int64_t set_id,
                                  int feature_count, const struct secret_hash *sha256, struct err *err)
{
    struct representation_row row = {
        .stimulus_set_id = set_id,
        .description     = from->description == NULL ? "" : from->description,
        .feature_count   = feature_count,
        .matrix_sha256   = *sha256,
        .created_at_ms   = place->now_ms,
    };
    struct representation_facts facts;
    int64_t                     id;

    if (!import_facts_read(place->store, set_id, from->name, &from->facts, &facts, err)) return false;
    (void)snprintf(row.name, sizeof row.name, "%s", from->name);
    (void)snprintf(row.family, sizeof row.family, "%s", from->family == NULL ? "other" : from->family);
    if (!store_begin(place->store, err)) return false;
    if (store_representation_insert(place->store, &row, &id, err) &&
        store_representation_set_facts(place->store, id, &facts, err) && store_commit(place->store, err))
        return true;
    store_rollback(place->store);
    return false;
}

bool import_representation(const struct import_place *place, const struct import_matrix *from, int *extra_count, struct err *err)
{
    struct stimulus_set_row set;
    struct stimulus_row    *stimuli;
    struct matrix           matrix = {0};
    struct secret_hash      sha256;
    struct arena            arena;
    int                     count;
    int                    *row_of;
    bool                    ok = false;

    *extra_count = 0;
    if (!text_is_slug(from->name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", from->name);
    arena_init(&arena);
    if (!store_stimulus_set_by_name(place->store, from->stimulus_set, &set, err)) goto done;
    if (!store_stimuli(place->store, set.stimulus_set_id, &arena, &stimuli, &count, err)) goto done;
    if (!npy_read_file(from->matrix_path, &matrix, err)) goto done;
    row_of = arena_alloc_array(&arena, (size_t)count, sizeof *row_of);
    if (row_of == NULL) {
        err_no_memory(err);
        goto done;
    }
    if (from->ids_path != NULL) {
        if (!match_rows(from->ids_path, matrix.row_count, stimuli, count, row_of, extra_count, &arena, err)) goto done;
    } else if (matrix.row_count != count) {
        err_set(err, ERR_INVALID, "%s has %d rows, the stimulus set '%s' has %d stimuli: give a list of ids", from->matrix_path,
                matrix.row_count, from->stimulus_set, count);
        goto done;
    } else {
        for (int i = 0; i < count; i++) row_of[i] = i;
    }
    ok = check_none_missing(from->name, stimuli, count, row_of, err) &&
         store_matrix(place, &matrix, row_of, count, &sha256, err) &&
         insert_representation(place, from, set.stimulus_set_id, matrix.column_count, &sha256, err);
done:
    matrix_close(&matrix);
    arena_close(&arena);
    return ok;
}
