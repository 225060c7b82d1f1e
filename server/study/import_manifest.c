#include "study/import_manifest.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/name_index.h"
#include "study/import_facts.h"

enum { MANIFEST_BYTES_MAX = 4 * 1024 * 1024, MANIFEST_ROW_MAX = 10 * 1000 };

enum column {
    NAME,
    MATRIX,
    IDS,
    FAMILY,
    DESCRIPTION,
    SIZE_CLASS,
    LOSS,
    PARAMETERS,
    TRAINING_IMAGES,
    BASELINE_OF,
    ALIGNED_BY,
    COLUMN_COUNT
};

static const char *const COLUMNS[COLUMN_COUNT] = {
    [NAME]            = "name",
    [MATRIX]          = "matrix",
    [IDS]             = "ids",
    [FAMILY]          = "family",
    [DESCRIPTION]     = "description",
    [SIZE_CLASS]      = "size_class",
    [LOSS]            = "loss",
    [PARAMETERS]      = "parameters",
    [TRAINING_IMAGES] = "training_images",
    [BASELINE_OF]     = "baseline_of",
    [ALIGNED_BY]      = "aligned_by",
};

struct manifest_row {
    struct import_matrix matrix; /* without the baseline */
    const char          *baseline_of;
    int                  line;
    bool                 is_there; /* imported, now or before */
};

struct manifest {
    const char          *path;
    struct arena         arena;
    struct manifest_row *rows;
    int                  count;
};

static int count_lines(struct span text)
{
    int count = 1;

    for (size_t i = 0; i < text.length; i++) count += text.data[i] == '\n';
    return count;
}

/* What a table's path means: from the table's folder. */
static const char *path_of(struct manifest *manifest, const char *path)
{
    const char *slash = strrchr(manifest->path, '/');

    if (path == NULL || path[0] == '/' || slash == NULL) return path;
    return arena_printf(&manifest->arena, "%.*s/%s", (int)(slash - manifest->path), manifest->path, path);
}

static bool add_row(struct manifest *manifest, const struct csv_reader *reader, const int *columns, const char *stimulus_set,
                    struct err *err)
{
    struct manifest_row *row = &manifest->rows[manifest->count++];
    const char          *fields[COLUMN_COUNT];

    for (int i = 0; i < COLUMN_COUNT; i++) {
        fields[i] = columns[i] < 0 ? NULL : reader->fields[columns[i]];
        if (fields[i] != NULL && fields[i][0] == '\0') fields[i] = NULL;
    }
    if (fields[NAME] == NULL || fields[MATRIX] == NULL)
        return err_set(err, ERR_INVALID, "%s, line %d: name and matrix must not be empty", reader->name, reader->line);
    row->matrix      = (struct import_matrix){.stimulus_set = stimulus_set,
                                              .name         = fields[NAME],
                                              .family       = fields[FAMILY],
                                              .description  = fields[DESCRIPTION],
                                              .matrix_path  = path_of(manifest, fields[MATRIX]),
                                              .ids_path     = path_of(manifest, fields[IDS]),
                                              .facts        = {.size_class           = fields[SIZE_CLASS],
                                                               .loss                 = fields[LOSS],
                                                               .parameter_count      = fields[PARAMETERS],
                                                               .training_image_count = fields[TRAINING_IMAGES],
                                                               .aligned_by           = fields[ALIGNED_BY]}};
    row->baseline_of = fields[BASELINE_OF];
    row->line        = reader->line;
    if (row->matrix.matrix_path == NULL || (fields[IDS] != NULL && row->matrix.ids_path == NULL)) return err_no_memory(err);
    return true;
}

static bool check_names(const struct manifest *manifest, struct err *err)
{
    struct name_index names;
    bool              ok = true;

    name_index_init(&names);
    for (int i = 0; ok && i < manifest->count; i++) {
        bool is_new;
        int  position;

        ok = name_index_add(&names, manifest->rows[i].matrix.name, &position, &is_new, err);
        if (ok && !is_new)
            ok = err_set(err, ERR_INVALID, "%s, line %d: the name '%s' comes twice", manifest->path, manifest->rows[i].line,
                         manifest->rows[i].matrix.name);
    }
    name_index_close(&names);
    return ok;
}

static bool read_rows(struct manifest *manifest, struct span csv, const char *stimulus_set, struct err *err)
{
    const int         capacity = count_lines(csv);
    struct csv_reader reader;
    int               columns[COLUMN_COUNT];
    bool              has_row = true;

    if (capacity > MANIFEST_ROW_MAX)
        return err_set(err, ERR_TOO_LARGE, "%s has more than %d lines", manifest->path, MANIFEST_ROW_MAX);
    manifest->rows = arena_alloc_array(&manifest->arena, (size_t)capacity, sizeof *manifest->rows);
    if (manifest->rows == NULL) return err_no_memory(err);
    if (!csv_begin(&reader, manifest->path, csv, &manifest->arena, err)) return false;
    for (int i = 0; i < COLUMN_COUNT; i++) columns[i] = csv_column(&reader, COLUMNS[i]);
    if (!csv_need_column(&reader, "name", &columns[NAME], err) || !csv_need_column(&reader, "matrix", &columns[MATRIX], err))
        return false;
    while (has_row) {
        if (!csv_next(&reader, &has_row, err)) return false;
        if (has_row && !add_row(manifest, &reader, columns, stimulus_set, err)) return false;
    }
    if (manifest->count == 0) return err_set(err, ERR_INVALID, "%s lists no representations", manifest->path);
    return check_names(manifest, err);
}

/* --- */

struct telling {
    import_manifest_fn             tell;
    void                          *argument;
    struct import_manifest_counts *counts;
};

static void import_row(const struct import_place *place, struct manifest_row *row, int done, const struct telling *telling)
{
    struct import_result        result;
    struct err                  err;
    struct import_manifest_step step = {
        .done = done, .total = telling->counts->total, .name = row->matrix.name, .result = &result};

    row->is_there = import_representation_report(place, &row->matrix, &result, &err);
    if (!row->is_there) {
        step.err = &err;
        telling->counts->failed++;
    } else if (result.is_unchanged) {
        telling->counts->unchanged++;
    } else {
        telling->counts->imported++;
    }
    telling->tell(telling->argument, &step);
}

/* Once all are there: a baseline may stand below. */
static void note_baseline(const struct import_place *place, const struct manifest_row *row, const struct telling *telling)
{
    const struct import_facts   facts   = {.baseline_of = row->baseline_of};
    const struct import_result  nothing = {0};
    struct err                  err;
    struct import_manifest_step step = {.done   = telling->counts->total,
                                        .total  = telling->counts->total,
                                        .name   = row->matrix.name,
                                        .result = &nothing,
                                        .err    = &err};

    if (!row->is_there || row->baseline_of == NULL) return;
    if (import_facts(place, row->matrix.stimulus_set, row->matrix.name, &facts, &err)) return;
    telling->counts->failed++;
    telling->tell(telling->argument, &step);
}

static void import_rows(const struct import_place *place, const struct manifest *manifest, const struct telling *telling)
{
    telling->counts->total = manifest->count;
    for (int i = 0; i < manifest->count; i++) import_row(place, &manifest->rows[i], i + 1, telling);
    for (int i = 0; i < manifest->count; i++) note_baseline(place, &manifest->rows[i], telling);
}

bool import_manifest(const struct import_place *place, const char *stimulus_set, const char *path, import_manifest_fn tell,
                     void *argument, struct import_manifest_counts *counts, struct err *err)
{
    struct manifest         manifest = {.path = path};
    struct stimulus_set_row set;
    struct text             csv;
    bool                    ok;

    *counts = (struct import_manifest_counts){0};
    arena_init(&manifest.arena);
    text_init(&csv);
    ok = store_stimulus_set_by_name(place->store, stimulus_set, &set, err) && file_read(path, MANIFEST_BYTES_MAX, &csv, err) &&
         read_rows(&manifest, (struct span){csv.data, csv.length}, stimulus_set, err);
    if (ok) import_rows(place, &manifest, &(struct telling){.tell = tell, .argument = argument, .counts = counts});
    text_close(&csv);
    arena_close(&manifest.arena);
    return ok;
}
