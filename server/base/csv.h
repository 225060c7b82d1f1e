/* csv.h - comma-separated values (RFC 4180): reading a header and rows from memory, quoting fields for writing.
 *
 * Fields are UTF-8 and may be quoted; quotes inside are doubled; lines end with LF or CRLF. Lines that begin with '#' before the
 * header are comments. Every row must have as many fields as the header. Threads: none. */
#ifndef DINOLAB_BASE_CSV_H
#define DINOLAB_BASE_CSV_H

#include "base/arena.h"
#include "base/text.h"

enum { CSV_COLUMN_MAX = 1024 }; /* a table with a column per model has hundreds */

struct csv_reader {
    const char   *name;  /* for sentences, such as the file's path; borrowed */
    struct arena *arena; /* fields are copied here */
    struct span   rest;  /* what is not read yet */
    int           line;  /* of the row that was read last, from 1 */
    int           column_count;
    const char   *columns[CSV_COLUMN_MAX];
    const char   *fields[CSV_COLUMN_MAX]; /* of the current row */
};

/* Reads the header. ERR_INVALID names file, line and reason. */
MUST_CHECK bool csv_begin(struct csv_reader *reader, const char *name, struct span text, struct arena *arena, struct err *err);

/* The next row into `fields`; *has_row false at the end. Empty lines are passed over. */
MUST_CHECK bool csv_next(struct csv_reader *reader, bool *has_row, struct err *err);

/* The position of a column, or -1. */
int csv_column(const struct csv_reader *reader, const char *column);

/* As csv_column, but ERR_INVALID naming the column that is missing. */
MUST_CHECK bool csv_need_column(const struct csv_reader *reader, const char *column, int *index, struct err *err);

/* Append a field, quoted where it must be. Text that a spreadsheet would take for a formula (= + - @ first) is led by an apostrophe. */
void csv_write_field(struct text *out, const char *field);

/* The same, quoted always. */
void csv_write_quoted(struct text *out, const char *field);

#endif
