#include "fit/trial_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fit/table_file.h"
#include "model/prefix.h"

enum { DIMENSION_MAX = 100000 };
enum { IMAGE_MAX = 2, COLUMN_MAX = 7, ROWS_AT_FIRST = 1024, ROWS_MAX = 1 << 27 };

/* Columns in this order; the first two and the last are of both tasks. */
enum { COLUMN_PARTICIPANT, COLUMN_TRIAL, COLUMN_IMAGE };

static const char CATEGORY[]        = "category";
static const char CATEGORY_EXPORT[] = "true_category_name"; /* the papers' name for it, which exports have */

static const char *const COLUMNS[][COLUMN_MAX] = {
    [LEARNER_TASK_CATEGORY] = {"participant", "trial", "image", CATEGORY, "choice"},
    [LEARNER_TASK_REWARD]   = {"participant", "trial", "left_image", "right_image", "left_reward", "right_reward", "choice"},
};

struct row {
    const char *label; /* orders the participants */
    int64_t     number;
    int         line;
    int         choice;
    int         images[IMAGE_MAX];
    double      targets[IMAGE_MAX];
    double      rt_ms;
    int         dimension;
    int         include;
};

/* Columns that may be there; -1: are not. */
struct extras {
    bool are_wanted;
    int  rt_ms;
    int  dimension;
    int  include;
};

struct reading {
    struct table_file           file;
    const struct stimulus_list *stimuli;
    struct trial_table         *table;
    int                         columns[COLUMN_MAX];
    struct extras               extras;
    struct row                 *rows; /* owned */
    int                         row_count;
    int                         row_max;
};

static bool find_columns(struct reading *reading, struct err *err)
{
    for (int i = 0; i < COLUMN_MAX && COLUMNS[reading->table->task][i] != NULL; i++) {
        const char *name = COLUMNS[reading->table->task][i];

        if (name == CATEGORY && csv_column(&reading->file.csv, CATEGORY) < 0 &&
            csv_column(&reading->file.csv, CATEGORY_EXPORT) >= 0)
            name = CATEGORY_EXPORT;
        if (!csv_need_column(&reading->file.csv, name, &reading->columns[i], err)) return false;
    }
    reading->extras.rt_ms     = csv_column(&reading->file.csv, "rt_ms");
    reading->extras.dimension = csv_column(&reading->file.csv, "dimension");
    reading->extras.include   = csv_column(&reading->file.csv, "include");
    if (reading->extras.rt_ms < 0) reading->extras.rt_ms = csv_column(&reading->file.csv, "rt");
    return true;
}

static bool is_known(const struct table_file *file, int column)
{
    static const char *const UNKNOWN[] = {"", "NA", "NaN", "nan", "null"};

    for (size_t i = 0; column >= 0 && i < sizeof UNKNOWN / sizeof UNKNOWN[0]; i++)
        if (strcmp(file->csv.fields[column], UNKNOWN[i]) == 0) return false;
    return column >= 0;
}

static bool read_extras(const struct table_file *file, const struct extras *extras, struct row *row, struct err *err)
{
    int64_t number;

    if (is_known(file, extras->rt_ms)) {
        if (!table_file_real(file, extras->rt_ms, &row->rt_ms, err)) return false;
        if (row->rt_ms < 0.0) return table_file_refuse(file, err, "a response time is not below 0");
    }
    if (is_known(file, extras->dimension)) {
        if (!table_file_whole(file, extras->dimension, 1, DIMENSION_MAX, &number, err)) return false;
        row->dimension = (int)number - 1;
    }
    if (is_known(file, extras->include)) {
        if (!table_file_whole(file, extras->include, 0, 1, &number, err)) return false;
        row->include = (int)number;
    }
    return true;
}

static bool read_category(const struct table_file *file, int column, double *target, struct err *err)
{
    const char *field = file->csv.fields[column];

    if (strcasecmp(field, "julty") == 0 || strcmp(field, "1") == 0) return *target = 1.0, true;
    if (strcasecmp(field, "folty") == 0 || strcmp(field, "0") == 0) return *target = 0.0, true;
    return table_file_refuse(file, err, "category is julty or folty (or 1 or 0), not '%s'", field);
}

static bool read_row(struct reading *reading, struct row *row, struct err *err)
{
    const struct table_file *file        = &reading->file;
    const int               *columns     = reading->columns;
    const int                image_count = reading->table->image_count;
    const char              *label       = file->csv.fields[columns[COLUMN_PARTICIPANT]];
    int64_t                  choice;
    int                      participant;
    bool                     is_new;

    *row = (struct row){.line = file->csv.line, .rt_ms = NAN, .dimension = -1, .include = -1};
    if (label[0] == '\0') return table_file_refuse(file, err, "the participant is empty");
    if (!name_index_add(&reading->table->names, label, &participant, &is_new, err) ||
        !table_file_whole(file, columns[COLUMN_TRIAL], 0, INT32_MAX, &row->number, err))
        return false;
    row->label = reading->table->names.names[participant];
    for (int i = 0; i < image_count; i++) {
        const char *image         = file->csv.fields[columns[COLUMN_IMAGE + i]];
        const int   target_column = columns[COLUMN_IMAGE + image_count + i];

        row->images[i] = name_index_find(&reading->stimuli->ids, image);
        if (row->images[i] < 0) return table_file_refuse(file, err, "the image '%s' is not in %s", image, reading->stimuli->path);
        if (!(reading->table->task == LEARNER_TASK_REWARD ? table_file_real(file, target_column, &row->targets[i], err)
                                                          : read_category(file, target_column, &row->targets[i], err)))
            return false;
    }
    if (!table_file_whole(file, columns[COLUMN_IMAGE + 2 * image_count], 0, 1, &choice, err)) return false;
    row->choice = (int)choice;
    return !reading->extras.are_wanted || read_extras(file, &reading->extras, row, err);
}

static bool reserve_row(struct reading *reading, struct err *err)
{
    const int   row_max = reading->row_max == 0 ? ROWS_AT_FIRST : 2 * reading->row_max;
    struct row *rows;

    if (reading->row_count < reading->row_max) return true;
    if (row_max > ROWS_MAX) return err_set(err, ERR_TOO_LARGE, "%s has too many rows", reading->file.csv.name);
    rows = reallocarray(reading->rows, (size_t)row_max, sizeof *rows);
    if (rows == NULL) return err_no_memory(err);
    reading->rows    = rows;
    reading->row_max = row_max;
    return true;
}

static bool read_rows(struct reading *reading, struct err *err)
{
    bool has_row = true;

    while (has_row) {
        if (!table_file_next(&reading->file, &has_row, err)) return false;
        if (!has_row) break;
        if (!reserve_row(reading, err) || !read_row(reading, &reading->rows[reading->row_count], err)) return false;
        reading->row_count++;
    }
    if (reading->row_count == 0) return err_set(err, ERR_INVALID, "%s has no trials", reading->file.csv.name);
    return true;
}

static int compare_rows(const void *left, const void *right)
{
    const struct row *a     = left;
    const struct row *b     = right;
    const int         order = a->label == b->label ? 0 : strverscmp(a->label, b->label);

    if (order != 0) return order;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

static bool take_memory(struct trial_table *table, bool has_extras, struct err *err)
{
    const size_t trials       = (size_t)table->trial_count;
    const size_t participants = (size_t)table->participant_count;
    const size_t images       = trials * (size_t)table->image_count;

    table->labels       = calloc(participants, sizeof *table->labels);
    table->first        = calloc(participants + 1, sizeof *table->first);
    table->alike        = calloc(participants, sizeof *table->alike);
    table->numbers      = calloc(trials, sizeof *table->numbers);
    table->participants = calloc(trials, sizeof *table->participants);
    table->choices      = calloc(trials, sizeof *table->choices);
    table->images       = calloc(images, sizeof *table->images);
    table->targets      = calloc(images, sizeof *table->targets);
    if (has_extras) {
        table->rt_ms      = calloc(trials, sizeof *table->rt_ms);
        table->dimensions = calloc(trials, sizeof *table->dimensions);
        table->includes   = calloc(trials, sizeof *table->includes);
        if (table->rt_ms == NULL || table->dimensions == NULL || table->includes == NULL) return err_no_memory(err);
    }
    if (table->labels == NULL || table->first == NULL || table->alike == NULL || table->numbers == NULL ||
        table->participants == NULL || table->choices == NULL || table->images == NULL || table->targets == NULL)
        return err_no_memory(err);
    return true;
}

/* Rows in order become the table's arrays. */
static bool fill(struct trial_table *table, const struct reading *reading, struct err *err)
{
    const size_t images      = (size_t)table->image_count;
    int          participant = -1;

    for (int t = 0; t < reading->row_count; t++) {
        const struct row *row      = &reading->rows[t];
        const struct row *previous = t > 0 ? row - 1 : NULL;

        if (previous != NULL && previous->label == row->label && previous->number == row->number)
            return err_set(err, ERR_INVALID, "%s, line %d: trial %d of participant '%s' comes twice: it is in line %d already",
                           reading->file.csv.name, row->line, (int)row->number, row->label, previous->line);
        if (previous == NULL || previous->label != row->label) {
            table->labels[++participant] = row->label;
            table->first[participant]    = t;
        }
        table->numbers[t]      = row->number;
        table->participants[t] = participant;
        table->choices[t]      = row->choice;
        if (table->rt_ms != NULL) {
            table->rt_ms[t]      = row->rt_ms;
            table->dimensions[t] = row->dimension;
            table->includes[t]   = row->include;
        }
        memcpy(table->images + (size_t)t * images, row->images, images * sizeof *table->images);
        memcpy(table->targets + (size_t)t * images, row->targets, images * sizeof *table->targets);
    }
    table->first[participant + 1] = reading->row_count;
    return true;
}

/* Order of what two participants saw; 0: the same sequence. Targets are compared as numbers: -0 is 0. */
static int compare_sequences(const void *left, const void *right, void *context)
{
    const struct trial_table *table   = context;
    const int                 a       = *(const int *)left;
    const int                 b       = *(const int *)right;
    const int                 a_count = trial_table_count_of(table, a) * table->image_count;
    const int                 b_count = trial_table_count_of(table, b) * table->image_count;
    const size_t              a_first = (size_t)table->first[a] * (size_t)table->image_count;
    const size_t              b_first = (size_t)table->first[b] * (size_t)table->image_count;

    if (a_count != b_count) return a_count < b_count ? -1 : 1;
    for (size_t i = 0; i < (size_t)a_count; i++) {
        const int    images[2]  = {table->images[a_first + i], table->images[b_first + i]};
        const double targets[2] = {table->targets[a_first + i], table->targets[b_first + i]};

        if (images[0] != images[1]) return images[0] < images[1] ? -1 : 1;
        if (targets[0] < targets[1] || targets[0] > targets[1]) return targets[0] < targets[1] ? -1 : 1;
    }
    return 0;
}

static int compare_sequences_then_order(const void *left, const void *right, void *context)
{
    const int order = compare_sequences(left, right, context);

    return order != 0 ? order : *(const int *)left - *(const int *)right;
}

static bool find_alike(struct trial_table *table, struct err *err)
{
    int *order = calloc((size_t)table->participant_count, sizeof *order);

    if (order == NULL) return err_no_memory(err);
    for (int p = 0; p < table->participant_count; p++) order[p] = p;
    qsort_r(order, (size_t)table->participant_count, sizeof *order, compare_sequences_then_order, table);
    for (int i = 0; i < table->participant_count; i++) {
        const bool is_same = i > 0 && compare_sequences(&order[i - 1], &order[i], table) == 0;

        table->alike[order[i]] = is_same ? table->alike[order[i - 1]] : order[i];
    }
    free(order);
    return true;
}

static bool read_table(struct trial_table *table, const char *path, enum learner_task task, const struct stimulus_list *stimuli,
                       bool has_extras, struct err *err)
{
    struct reading reading = {.stimuli = stimuli, .table = table, .extras = {.are_wanted = has_extras}};
    bool           ok;

    *table = (struct trial_table){.task = task, .image_count = prefix_rows_per_trial(task)};
    name_index_init(&table->names);
    ok = table_file_open(&reading.file, path, err) && find_columns(&reading, err) && read_rows(&reading, err);
    if (ok) {
        table->trial_count       = reading.row_count;
        table->participant_count = table->names.name_count;
        qsort(reading.rows, (size_t)reading.row_count, sizeof *reading.rows, compare_rows);
        ok = take_memory(table, has_extras, err) && fill(table, &reading, err) && find_alike(table, err);
    }
    free(reading.rows);
    table_file_close(&reading.file);
    return ok;
}

bool trial_table_read(struct trial_table *table, const char *path, enum learner_task task, const struct stimulus_list *stimuli,
                      struct err *err)
{
    return read_table(table, path, task, stimuli, false, err);
}

bool trial_table_read_all(struct trial_table *table, const char *path, enum learner_task task,
                          const struct stimulus_list *stimuli, struct err *err)
{
    return read_table(table, path, task, stimuli, true, err);
}

void trial_table_close(struct trial_table *table)
{
    free(table->labels);
    free(table->first);
    free(table->alike);
    free(table->numbers);
    free(table->participants);
    free(table->choices);
    free(table->images);
    free(table->targets);
    free(table->rt_ms);
    free(table->dimensions);
    free(table->includes);
    name_index_close(&table->names);
    *table = (struct trial_table){0};
}

int trial_table_count_of(const struct trial_table *table, int participant)
{
    return table->first[participant + 1] - table->first[participant];
}
