#include "fit/table_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

/* Beyond this not every whole number is a double. */
static const double WHOLE_MAX = 9007199254740992.0;

static bool columns_differ(const struct csv_reader *csv, struct err *err)
{
    for (int i = 0; i < csv->column_count; i++)
        for (int j = 0; j < i; j++)
            if (csv->columns[i][0] != '\0' && strcmp(csv->columns[i], csv->columns[j]) == 0)
                return err_set(err, ERR_INVALID, "%s, line %d: the header has the column '%s' twice", csv->name, csv->line,
                               csv->columns[i]);
    return true;
}

bool table_file_open(struct table_file *file, const char *path, struct err *err)
{
    *file = (struct table_file){0};
    text_init(&file->text);
    arena_init(&file->header_arena);
    arena_init(&file->row_arena);
    if (!file_read(path, TABLE_FILE_BYTES_MAX, &file->text, err)) return false;
    return csv_begin(&file->csv, path, (struct span){file->text.data, file->text.length}, &file->header_arena, err) &&
           columns_differ(&file->csv, err);
}

void table_file_close(struct table_file *file)
{
    arena_close(&file->row_arena);
    arena_close(&file->header_arena);
    text_close(&file->text);
}

bool table_file_next(struct table_file *file, bool *has_row, struct err *err)
{
    arena_close(&file->row_arena);
    file->csv.arena = &file->row_arena;
    return csv_next(&file->csv, has_row, err);
}

bool table_file_refuse(const struct table_file *file, struct err *err, const char *format, ...)
{
    char    reason[ERR_MESSAGE_BYTES / 2];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return err_set(err, ERR_INVALID, "%s, line %d: %s", file->csv.name, file->csv.line, reason);
}

bool table_file_whole(const struct table_file *file, int column, int64_t min, int64_t max, int64_t *out, struct err *err)
{
    const char *field = file->csv.fields[column];
    double      real;

    if (text_to_i64(field, min, max, out)) return true;
    if (text_to_f64(field, &real) && fabs(real) < WHOLE_MAX && real == floor(real) && real >= (double)min && real <= (double)max)
        return *out = (int64_t)real, true;
    return table_file_refuse(file, err, "%s is a whole number from %" PRId64 " to %" PRId64 ", not '%s'",
                             file->csv.columns[column], min, max, field);
}

bool table_file_real(const struct table_file *file, int column, double *out, struct err *err)
{
    if (text_to_f64(file->csv.fields[column], out)) return true;
    return table_file_refuse(file, err, "%s is a number, not '%s'", file->csv.columns[column], file->csv.fields[column]);
}
