#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/file.h"
#include "command.h"
#include "model/intrinsic_dimension.h"
#include "model/matrix_map.h"
#include "model/representation_metrics.h"
#include "json/json_write.h"

enum { OBJECTS_BYTES_MAX = 64 * 1024 * 1024 };

static const double US_PER_S = 1e6;

/* NAME=FILE */
struct source {
    char       *name;
    const char *path;
};

/* A line of the file of objects. */
struct object_row {
    const char *id;
    const char *object;
    int         line;
    int         row;
};

struct objects {
    const char *path; /* NULL: not given */
    int         row_count;
    int         object_count;
    int        *object_index; /* of each row */
};

struct task_matrix {
    struct source     source; /* path NULL: not given */
    struct matrix_map map;
};

static bool read_source(const char *option, const char *value, struct arena *arena, struct source *out, struct err *err)
{
    const char *equals = strchr(value, '=');

    if (equals == NULL || equals == value || equals[1] == '\0')
        return err_set(err, ERR_INVALID, "%s must be NAME=FILE, not '%s'", option, value);
    out->name = arena_copy(arena, value, (size_t)(equals - value));
    out->path = equals + 1;
    return out->name != NULL ? true : err_no_memory(err);
}

static int compare_ids(const void *left, const void *right)
{
    const struct object_row *a = left, *b = right;
    const int                order = strcmp(a->id, b->id);

    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int compare_objects(const void *left, const void *right)
{
    return strcmp(((const struct object_row *)left)->object, ((const struct object_row *)right)->object);
}

/* The rows of a file, in an arena. */
struct object_rows {
    struct object_row *rows;
    int                count;
    int                capacity;
};

static bool add_object_row(struct object_rows *list, struct arena *arena, struct object_row row, struct err *err)
{
    if (list->count == list->capacity) {
        const int          capacity = list->capacity > 0 ? 2 * list->capacity : 1024;
        struct object_row *more     = arena_alloc_array(arena, (size_t)capacity, sizeof *more);

        if (more == NULL) return err_no_memory(err);
        if (list->count > 0) memcpy(more, list->rows, (size_t)list->count * sizeof *more);
        list->rows     = more;
        list->capacity = capacity;
    }
    row.row                   = list->count;
    list->rows[list->count++] = row;
    return true;
}

static bool read_object_rows(struct csv_reader *reader, struct object_rows *list, struct err *err)
{
    int  id = 0, object = 0;
    bool has_row;

    if (!csv_need_column(reader, "id", &id, err) || !csv_need_column(reader, "object", &object, err)) return false;
    for (;;) {
        struct object_row row;

        if (!csv_next(reader, &has_row, err)) return false;
        if (!has_row) break;
        row = (struct object_row){.id = reader->fields[id], .object = reader->fields[object], .line = reader->line};
        if (row.id[0] == '\0' || row.object[0] == '\0')
            return err_set(err, ERR_INVALID, "%s, line %d: an empty %s", reader->name, row.line,
                           row.id[0] == '\0' ? "id" : "object");
        if (!add_object_row(list, reader->arena, row, err)) return false;
    }
    return list->count > 0 ? true : err_set(err, ERR_INVALID, "%s: there is no row below the header", reader->name);
}

/* Sorts `rows`. */
static bool number_objects(struct object_row *rows, struct objects *objects, struct err *err)
{
    const size_t count = (size_t)objects->row_count;

    qsort(rows, count, sizeof *rows, compare_ids);
    for (size_t i = 1; i < count; i++)
        if (strcmp(rows[i].id, rows[i - 1].id) == 0)
            return err_set(err, ERR_INVALID, "%s, line %d: id '%s' is on line %d already", objects->path, rows[i].line,
                           rows[i].id, rows[i - 1].line);
    qsort(rows, count, sizeof *rows, compare_objects);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(rows[i].object, rows[i - 1].object) != 0) objects->object_count++;
        objects->object_index[rows[i].row] = objects->object_count - 1;
    }
    return true;
}

static bool read_objects(struct arena *arena, struct objects *objects, struct err *err)
{
    struct csv_reader  reader;
    struct text        bytes;
    struct object_rows list = {0};
    bool               ok;

    text_init(&bytes);
    ok = file_read(objects->path, OBJECTS_BYTES_MAX, &bytes, err) &&
         csv_begin(&reader, objects->path, (struct span){bytes.data, bytes.length}, arena, err) &&
         read_object_rows(&reader, &list, err);
    text_close(&bytes);
    if (!ok) return false;
    objects->row_count    = list.count;
    objects->object_index = arena_alloc_array(arena, (size_t)objects->row_count, sizeof *objects->object_index);
    return objects->object_index != NULL ? number_objects(list.rows, objects, err) : err_no_memory(err);
}

static bool check_rows(const struct source *source, const struct matrix *matrix, const struct objects *objects,
                       const struct task_matrix *task, struct err *err)
{
    if (objects->path != NULL && objects->row_count != matrix->row_count)
        return err_set(err, ERR_INVALID, "%s has %d rows, but %s has %d", source->path, matrix->row_count, objects->path,
                       objects->row_count);
    if (task->source.path != NULL && task->map.matrix.row_count != matrix->row_count)
        return err_set(err, ERR_INVALID, "%s has %d rows, but %s has %d", source->path, matrix->row_count, task->source.path,
                       task->map.matrix.row_count);
    return true;
}

/* The number, or null and the reason under `reason_key`. */
static void write_metric(struct json_writer *json, const char *key, const char *reason_key, const struct metric *metric)
{
    if (metric->status == METRIC_DONE) {
        json_f64(json, key, metric->value);
        return;
    }
    json_null(json, key);
    json_text(json, reason_key, metric_reason(metric->status));
}

static bool write_class_separation(struct json_writer *json, const struct matrix *matrix, const struct objects *objects,
                                   struct err *err)
{
    struct metric metric;

    if (objects->path == NULL) {
        json_null(json, "class_separation");
        json_text(json, "class_separation_reason", "no --objects given");
        json_null(json, "class_separation_paper");
        return true;
    }
    if (!metrics_class_separation(matrix, objects->object_index, objects->object_count, &metric, err)) return false;
    write_metric(json, "class_separation", "class_separation_reason", &metric);
    if (metric.status == METRIC_DONE)
        json_f64(json, "class_separation_paper", metrics_class_separation_paper(metric.value));
    else
        json_null(json, "class_separation_paper");
    return true;
}

static bool write_cka(struct json_writer *json, const struct matrix *matrix, const struct task_matrix *task, struct err *err)
{
    struct metric metric;

    if (task->source.path == NULL) {
        json_null(json, "cka");
        json_text(json, "cka_reason", "no --task given");
        return true;
    }
    if (!metrics_linear_cka(matrix, &task->map.matrix, &metric, err)) return false;
    write_metric(json, "cka", "cka_reason", &metric);
    return true;
}

static bool write_line(struct json_writer *json, const struct source *source, const struct matrix *matrix,
                       const struct objects *objects, const struct task_matrix *task, struct err *err)
{
    struct metric dimension;

    json_text(json, "representation", source->name);
    json_i64(json, "rows", matrix->row_count);
    json_i64(json, "features", matrix->column_count);
    if (!write_class_separation(json, matrix, objects, err) || !write_cka(json, matrix, task, err) ||
        !intrinsic_dimension(matrix, &dimension, err))
        return err_wrap(err, "representation '%s'", source->name);
    write_metric(json, "intrinsic_dimension", "intrinsic_dimension_reason", &dimension);
    return true;
}

/* One line of output; the matrix is mapped no longer than that. `seconds` counts the reading too. */
static bool measure(const struct source *source, const struct objects *objects, const struct task_matrix *task, struct err *err)
{
    const int64_t      start_us = clock_monotonic_us(&CLOCK_SYSTEM);
    struct matrix_map  map      = {0};
    struct text        line;
    struct json_writer json;
    bool               ok;

    text_init(&line);
    json_writer_init(&json, &line);
    json_begin_object(&json, NULL);
    ok = matrix_map_open(source->path, &map, err) && check_rows(source, &map.matrix, objects, task, err) &&
         write_line(&json, source, &map.matrix, objects, task, err);
    matrix_map_close(&map);
    json_f64(&json, "seconds", (double)(clock_monotonic_us(&CLOCK_SYSTEM) - start_us) / US_PER_S);
    json_end_object(&json);
    if (ok) ok = text_ok(&line, err);
    if (ok && (puts(line.data) < 0 || fflush(stdout) != 0)) ok = err_errno(err, "write to standard output");
    text_close(&line);
    return ok;
}

static bool measure_all(const struct option_list *list, struct objects *objects, const char *task_text, struct arena *arena,
                        struct err *err)
{
    struct source      sources[OPTION_LIST_MAX];
    struct task_matrix task = {0};
    bool               ok   = true;

    for (int i = 0; ok && i < list->count; i++) {
        ok = read_source("--representation", list->values[i], arena, &sources[i], err);
        for (int j = 0; ok && j < i; j++)
            if (strcmp(sources[i].name, sources[j].name) == 0)
                ok = err_set(err, ERR_INVALID, "representation '%s' is given twice", sources[i].name);
    }
    if (ok && objects->path != NULL) ok = read_objects(arena, objects, err);
    if (ok && task_text != NULL)
        ok = read_source("--task", task_text, arena, &task.source, err) && matrix_map_open(task.source.path, &task.map, err);
    for (int i = 0; ok && i < list->count; i++) ok = measure(&sources[i], objects, &task, err);
    matrix_map_close(&task.map);
    return ok;
}

static const char HELP[] =
    "usage: dinolab metrics --representation NAME=FILE [...] [--objects FILE] [--task NAME=FILE]\n"
    "\n"
    "Says what representations are like: one JSON object per representation and line. A number that there is not is null, with\n"
    "its reason beside it.\n"
    "\n"
    "  class_separation       1 - mean cosine distance within objects / mean distance over all pairs: 0 none, 1 complete\n"
    "  class_separation_paper (1 + class_separation) / 2, as Demircan et al. 2024 computed it\n"
    "  cka                    linear similarity to the representation of --task: 0 none, 1 the same but for rotation and scale\n"
    "  intrinsic_dimension    by the distances to the two nearest neighbours (TwoNN)\n"
    "\n"
    "  --representation NAME=FILE  matrix: .npy, or text with one row a line; may be given up to 128 times\n"
    "  --objects FILE              CSV with columns id and object; its i-th row is row i of every matrix\n"
    "  --task NAME=FILE            matrix with the same rows\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong use or input.\n";

static int run(int argc, char **argv)
{
    struct option_list        representations = {0};
    struct objects            objects         = {0};
    const char               *task            = NULL;
    const struct option_field fields[]        = {
               {"--representation", OPTION_LIST, &representations, true},
               {"--objects", OPTION_TEXT, &objects.path, false},
               {"--task", OPTION_TEXT, &task, false},
               {0},
    };
    struct arena arena;
    struct err   err;
    bool         ok;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(HELP, stdout) < 0 ? EXIT_FAILED : EXIT_DONE;
    if (!command_options(&COMMAND_METRICS, argc, argv, fields)) return EXIT_WRONG_USE;
    arena_init(&arena);
    ok = measure_all(&representations, &objects, task, &arena, &err);
    arena_close(&arena);
    return ok ? EXIT_DONE : command_failed(&err);
}

const struct command COMMAND_METRICS = {
    .name  = "metrics",
    .usage = "--representation NAME=FILE [...] [--objects stimuli.csv] [--task NAME=FILE]",
    .run   = run,
};
