/* table.h - rows of a table that is taken home: its columns are told once, and drive CSV, JSON lines and every description of it.
 *
 * Values are given column by column in the order of the columns; failures are sticky and told by table_end_row and table_close, as is a
 * row that has not as many values as there are columns.
 *
 * CSV       RFC 4180 with a header line; empty where there is no value; flags are 1 and 0. Text as base/csv.h writes it.
 * QUOTED    the same as jsPsych writes it: every value in quotes, flags are true and false
 * NDJSON    an object per row, ended by LF; null where there is no value; flags are true and false
 *
 * Constant memory: one buffer, passed on when it is full. Threads: one at a time. */
#ifndef DINOLAB_BASE_TABLE_H
#define DINOLAB_BASE_TABLE_H

#include "base/sink.h"

enum table_type { TABLE_TEXT, TABLE_INTEGER, TABLE_REAL, TABLE_FLAG, TABLE_JSON };

struct table_column {
    const char     *name; /* NULL closes a list */
    enum table_type type;
    const char     *unit;  /* "ms"; "" for numbers without one, and for texts */
    const char     *about; /* one sentence, for the codebook */
};

enum table_format { TABLE_CSV, TABLE_QUOTED, TABLE_NDJSON };

struct table {
    struct sink               *out;     /* borrowed */
    const struct table_column *columns; /* borrowed */
    enum table_format          format;
    int                        column_count;
    int                        column; /* of the next value */
    int64_t                    row_count;
    char                      *buffer;
    size_t                     length;
    size_t                     capacity;
    bool                       is_failed;
    struct err                 failure;
};

/* "text", "integer", "real", "flag", "json". */
const char *table_type_name(enum table_type type);

/* Writes the header. The table must be closed whatever this says. */
MUST_CHECK bool table_open(struct table *table, enum table_format format, const struct table_column *columns, struct sink *out,
                           struct err *err);

void table_text(struct table *table, const char *text); /* UTF-8; NULL: no value */
void table_i64(struct table *table, int64_t number);
void table_f64(struct table *table, double number);                    /* NAN and infinities: no value */
void table_decimal(struct table *table, int64_t number, int decimals); /* 1234, 2: 12.34, with all its zeros */
void table_flag(struct table *table, bool flag);
void table_json(struct table *table, const char *json); /* one JSON value; text elsewhere than in NDJSON */
void table_hash(struct table *table, const struct secret_hash *hash);
void table_none(struct table *table);

MUST_CHECK bool table_end_row(struct table *table, struct err *err);

/* The last of the bytes; frees the table's memory. */
MUST_CHECK bool table_finish(struct table *table, struct err *err);
void            table_close(struct table *table); /* of one that is given up; accepts a finished table */

#endif
