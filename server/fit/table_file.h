/* table_file.h - a CSV file row by row, each row's memory given back at the next: for tables of any length.
 *
 * The file's text is held while it is open, its fields are not. Threads: none. */
#ifndef DINOLAB_FIT_TABLE_FILE_H
#define DINOLAB_FIT_TABLE_FILE_H

#include <stdint.h>

#include "base/csv.h"

enum { TABLE_FILE_BYTES_MAX = 1 << 28 };

struct table_file {
    struct csv_reader csv; /* csv.name is the path; csv.columns of the header; csv.fields of the current row */
    struct text       text;
    struct arena      header_arena;
    struct arena      row_arena;
};

/* Reads the file and its header. ERR_NOT_FOUND, ERR_TOO_LARGE or ERR_INVALID name the path. A column that comes twice is refused.
 * Close it whether this succeeds or not; `path` is borrowed. */
MUST_CHECK bool table_file_open(struct table_file *file, const char *path, struct err *err);
void            table_file_close(struct table_file *file);

MUST_CHECK bool table_file_next(struct table_file *file, bool *has_row, struct err *err);

/* ERR_INVALID "path, line N: reason" for the current row. Returns false. */
bool table_file_refuse(const struct table_file *file, struct err *err, const char *format, ...) PRINTF_LIKE(3, 4);

/* Fields of the current row as numbers; what they are not is refused with the column's name. A whole number may be written as 3.0,
 * as tables do that once held missing values. */
MUST_CHECK bool table_file_whole(const struct table_file *file, int column, int64_t min, int64_t max, int64_t *out,
                                 struct err *err);
MUST_CHECK bool table_file_real(const struct table_file *file, int column, double *out, struct err *err);

#endif
