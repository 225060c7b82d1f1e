#include "fit/loglik_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fit/table_file.h"
#include "model/model_comparison.h"

enum { PARTICIPANTS_AT_FIRST = 64, PARTICIPANTS_MAX = 1 << 26 };

static bool read_header(struct loglik_table *table, const struct table_file *file, int *participant_column, struct err *err)
{
    if (!csv_need_column(&file->csv, "p", participant_column, err)) return false;
    for (int i = 0; i < file->csv.column_count; i++) {
        int  position;
        bool is_new;

        if (i == *participant_column) continue;
        if (file->csv.columns[i][0] == '\0')
            return table_file_refuse(file, err, "column %d has no name; every column but p is a model", i + 1);
        if (!name_index_add(&table->models, file->csv.columns[i], &position, &is_new, err)) return false;
    }
    if (table->models.name_count == 0) return table_file_refuse(file, err, "there is no column of a model beside p");
    if (table->models.name_count > MODEL_COMPARISON_MODELS_MAX)
        return table_file_refuse(file, err, "%d models are compared at most, there are %d", MODEL_COMPARISON_MODELS_MAX,
                                 table->models.name_count);
    return true;
}

static bool read_number(const struct table_file *file, int column, double *out, struct err *err)
{
    const char *field = file->csv.fields[column];

    if (text_to_f64(field, out)) return true;
    if (strcasecmp(field, "-inf") == 0 || strcasecmp(field, "-infinity") == 0) return *out = -INFINITY, true;
    return table_file_refuse(file, err, "%s is a number or -inf, not '%s'", file->csv.columns[column], field);
}

static bool reserve_participant(struct loglik_table *table, struct err *err)
{
    const int    row_max = table->row_max == 0 ? PARTICIPANTS_AT_FIRST : 2 * table->row_max;
    const size_t models  = (size_t)table->models.name_count;
    double      *sums;

    if (table->participants.name_count <= table->row_max) return true;
    if (row_max > PARTICIPANTS_MAX) return err_set(err, ERR_TOO_LARGE, "there are too many participants");
    sums = reallocarray(table->sums, (size_t)row_max * models, sizeof *sums);
    if (sums == NULL) return err_no_memory(err);
    memset(sums + (size_t)table->row_max * models, 0, (size_t)(row_max - table->row_max) * models * sizeof *sums);
    table->sums    = sums;
    table->row_max = row_max;
    return true;
}

static bool read_row(struct loglik_table *table, const struct table_file *file, int participant_column, struct err *err)
{
    const char *label = file->csv.fields[participant_column];
    double     *sums;
    int         participant, model = 0;
    bool        is_new;

    if (label[0] == '\0') return table_file_refuse(file, err, "the participant is empty");
    if (!name_index_add(&table->participants, label, &participant, &is_new, err) || !reserve_participant(table, err))
        return false;
    sums = table->sums + (size_t)participant * (size_t)table->models.name_count;
    for (int i = 0; i < file->csv.column_count; i++) {
        double log_lik;
        bool   is_beyond;

        if (i == participant_column) continue;
        if (!read_number(file, i, &log_lik, err)) return false;
        is_beyond = isfinite(sums[model]) && isfinite(log_lik) && isinf(sums[model] + log_lik);
        sums[model] += log_lik;
        if (is_beyond)
            return table_file_refuse(file, err, "the sum of %s for participant '%s' is beyond all numbers", file->csv.columns[i],
                                     label);
        model++;
    }
    return true;
}

static bool check_participants(const struct loglik_table *table, const char *path, struct err *err)
{
    const int models = table->models.name_count;

    if (table->participants.name_count == 0) return err_set(err, ERR_INVALID, "%s has no rows", path);
    for (int p = 0; p < table->participants.name_count; p++) {
        bool has_finite = false;

        for (int m = 0; m < models; m++) has_finite = has_finite || isfinite(table->sums[(size_t)p * (size_t)models + (size_t)m]);
        if (!has_finite)
            return err_set(err, ERR_INVALID, "%s: every model adds up to -inf for participant '%s'", path,
                           table->participants.names[p]);
    }
    return true;
}

bool loglik_table_read(struct loglik_table *table, const char *path, struct err *err)
{
    struct table_file file;
    int               column  = -1;
    bool              has_row = true;
    bool              ok;

    *table = (struct loglik_table){0};
    name_index_init(&table->participants);
    name_index_init(&table->models);
    ok = table_file_open(&file, path, err) && read_header(table, &file, &column, err);
    while (ok && has_row) {
        ok = table_file_next(&file, &has_row, err);
        if (ok && has_row) ok = read_row(table, &file, column, err);
    }
    table_file_close(&file);
    return ok && check_participants(table, path, err);
}

void loglik_table_close(struct loglik_table *table)
{
    free(table->sums);
    table->sums = NULL;
    name_index_close(&table->participants);
    name_index_close(&table->models);
}
