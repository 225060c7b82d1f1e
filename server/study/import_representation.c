#include "study/import_representation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/name_index.h"
#include "model/matrix_rows.h"
#include "study/import_facts.h"
#include "study/keep_matrix.h"

enum {
    IDS_BYTES_MAX   = 64 * 1024 * 1024,
    LIST_MARK_BYTES = 8, /* room for what says that there are more */
};

/* --- ids --- */

static void note_id(struct import_ids *ids, const char *id)
{
    if (ids->count < IMPORT_LISTED_MAX) (void)snprintf(ids->ids[ids->count], sizeof ids->ids[0], "%s", id);
    ids->count++;
}

void import_ids_list(const struct import_ids *ids, char *out, size_t out_bytes)
{
    size_t used = strlen(out);
    int    i    = 0;

    for (; i < ids->count && i < IMPORT_LISTED_MAX; i++) {
        const size_t length = strlen(ids->ids[i]) + 3;

        if (used + length + LIST_MARK_BYTES > out_bytes) break;
        (void)snprintf(out + used, out_bytes - used, " '%s'", ids->ids[i]);
        used += length;
    }
    if (i < ids->count) (void)snprintf(out + used, out_bytes - used, " ...");
}

/* A set's stimuli, found by name, and for each the matrix row with its id; -1 while none. */
struct matching {
    struct name_index    index;
    struct stimulus_row *stimuli;
    int                  count;
    int                 *row_of;
};

static bool matching_open(struct matching *matching, struct store *store, int64_t set_id, struct arena *arena, struct err *err)
{
    int  position;
    bool is_new;

    if (!store_stimuli(store, set_id, arena, &matching->stimuli, &matching->count, err)) return false;
    matching->row_of = arena_alloc_array(arena, (size_t)matching->count, sizeof *matching->row_of);
    if (matching->row_of == NULL) return err_no_memory(err);
    for (int i = 0; i < matching->count; i++) {
        matching->row_of[i] = -1;
        if (!name_index_add(&matching->index, matching->stimuli[i].name, &position, &is_new, err)) return false;
    }
    return true;
}

static bool match_ids(struct matching *matching, struct csv_reader *reader, int matrix_rows, struct import_ids *extra,
                      struct err *err)
{
    bool has_row;
    int  column, row = 0;

    if (!csv_need_column(reader, "id", &column, err)) return false;
    for (;; row++) {
        const char *id;
        int         stimulus;

        if (!csv_next(reader, &has_row, err)) return false;
        if (!has_row) break;
        id       = reader->fields[column];
        stimulus = name_index_find(&matching->index, id);
        if (stimulus < 0)
            note_id(extra, id);
        else if (matching->row_of[stimulus] >= 0)
            return err_set(err, ERR_INVALID, "%s, line %d: the id '%s' comes twice", reader->name, reader->line, id);
        else
            matching->row_of[stimulus] = row;
    }
    if (row == matrix_rows) return true;
    return err_set(err, ERR_INVALID, "%s has %d ids, the matrix has %d rows", reader->name, row, matrix_rows);
}

static bool match_by_list(struct matching *matching, const char *ids_path, int matrix_rows, struct import_ids *extra,
                          struct arena *arena, struct err *err)
{
    struct csv_reader reader;
    struct text       csv;
    bool              ok;

    text_init(&csv);
    ok = file_read(ids_path, IDS_BYTES_MAX, &csv, err) &&
         csv_begin(&reader, ids_path, (struct span){csv.data, csv.length}, arena, err) &&
         match_ids(matching, &reader, matrix_rows, extra, err);
    text_close(&csv);
    return ok;
}

static bool match_rows(struct matching *matching, const struct import_matrix *from, int matrix_rows, struct import_ids *extra,
                       struct arena *arena, struct err *err)
{
    if (from->row_of != NULL) {
        memcpy(matching->row_of, from->row_of, (size_t)matching->count * sizeof *matching->row_of);
        return true;
    }
    if (from->ids_path != NULL) return match_by_list(matching, from->ids_path, matrix_rows, extra, arena, err);
    if (matrix_rows != matching->count)
        return err_set(err, ERR_INVALID, "%s has %d rows, the stimulus set '%s' has %d stimuli: give a list of ids",
                       from->matrix_path, matrix_rows, from->stimulus_set, matching->count);
    for (int i = 0; i < matching->count; i++) matching->row_of[i] = i;
    return true;
}

static bool check_none_missing(const char *name, const struct matching *matching, struct import_ids *missing, struct err *err)
{
    char sentence[ERR_MESSAGE_BYTES];

    for (int i = 0; i < matching->count; i++)
        if (matching->row_of[i] < 0) note_id(missing, matching->stimuli[i].name);
    if (missing->count == 0) return true;
    (void)snprintf(sentence, sizeof sentence, "representation '%s' has no row for %d of %d stimuli:", name, missing->count,
                   matching->count);
    import_ids_list(missing, sentence, sizeof sentence);
    return err_set(err, ERR_INVALID, "%s", sentence);
}

/* --- both steps --- */

static bool match_and_store(const struct import_place *place, const struct import_matrix *from, struct matching *matching,
                            struct arena *arena, struct import_prepared *out, struct err *err)
{
    struct matrix_rows *matrix = matrix_rows_open(from->matrix_path, err);
    bool                ok;

    if (matrix == NULL) return false;
    out->row.feature_count = out->result.feature_count = matrix_rows_column_count(matrix);
    ok = match_rows(matching, from, matrix_rows_row_count(matrix), &out->result.extra, arena, err) &&
         check_none_missing(from->name, matching, &out->result.missing, err) &&
         keep_matrix(place->folder, matrix, matching->row_of, matching->count, &out->row.matrix_sha256, err);
    matrix_rows_close(matrix);
    return ok;
}

bool import_representation_prepare(const struct import_place *place, const struct import_matrix *from,
                                   struct import_prepared *out, struct err *err)
{
    struct matching         matching = {0};
    struct stimulus_set_row set;
    struct arena            arena;
    bool                    ok;

    *out = (struct import_prepared){0};
    if (!text_is_slug(from->name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", from->name);
    arena_init(&arena);
    name_index_init(&matching.index);
    ok = store_stimulus_set_by_name(place->store, from->stimulus_set, &set, err) &&
         import_facts_read(place->store, set.stimulus_set_id, from->name, &from->facts, &out->facts, err) &&
         matching_open(&matching, place->store, set.stimulus_set_id, &arena, err) &&
         match_and_store(place, from, &matching, &arena, out, err);
    if (ok) {
        out->row.stimulus_set_id = set.stimulus_set_id;
        out->row.description     = from->description == NULL ? "" : from->description;
        (void)snprintf(out->row.name, sizeof out->row.name, "%s", from->name);
        (void)snprintf(out->row.family, sizeof out->row.family, "%s",
                       from->family == NULL || from->family[0] == '\0' ? "other" : from->family);
    }
    name_index_close(&matching.index);
    arena_close(&arena);
    return ok;
}

/* One of this name that is there already; *id stays 0 when there is none. */
static bool find_same(struct store *store, const struct import_prepared *prepared, int64_t *id, struct err *err)
{
    struct representation_row there;
    struct arena              arena;
    struct err                why;
    bool                      ok = true;

    arena_init(&arena);
    if (!store_representation_by_name(store, prepared->row.stimulus_set_id, prepared->row.name, &arena, &there, &why))
        ok = why.kind == ERR_NOT_FOUND ? true : err_set(err, why.kind, "%s", why.message);
    else if (memcmp(&there.matrix_sha256, &prepared->row.matrix_sha256, sizeof there.matrix_sha256) != 0)
        ok = err_set(err, ERR_CONFLICT, "the representation '%s' exists already, with another matrix", prepared->row.name);
    else
        *id = there.representation_id;
    arena_close(&arena);
    return ok;
}

bool import_representation_insert(struct store *store, int64_t now_ms, struct import_prepared *prepared, struct err *err)
{
    int64_t id = 0;

    prepared->row.created_at_ms = now_ms;
    if (!find_same(store, prepared, &id, err)) return false;
    prepared->result.is_unchanged = id != 0;
    if (id == 0 && !store_representation_insert(store, &prepared->row, &id, err)) return false;
    return store_representation_set_facts(store, id, &prepared->facts, err);
}

bool import_representation_report(const struct import_place *place, const struct import_matrix *from,
                                  struct import_result *result, struct err *err)
{
    struct import_prepared prepared;
    bool                   ok = import_representation_prepare(place, from, &prepared, err) && store_begin(place->store, err);

    if (ok) {
        ok = import_representation_insert(place->store, place->now_ms, &prepared, err) && store_commit(place->store, err);
        if (!ok) store_rollback(place->store);
    }
    *result = prepared.result;
    return ok;
}

bool import_representation(const struct import_place *place, const struct import_matrix *from, int *extra_count, struct err *err)
{
    struct import_result result;
    bool                 ok = import_representation_report(place, from, &result, err);

    *extra_count = result.extra.count;
    return ok;
}
