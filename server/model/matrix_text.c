#include "model/matrix_text.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { NUMBER_LENGTH_MAX = 64, CAPACITY_MIN = 1024 };

struct text_reader {
    const char *name;
    const char *at;
    const char *end;
    int         line;
    size_t      value_count;
    size_t      capacity;
    double     *values;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_field_end(char c)
{
    return is_blank(c) || c == '\n' || c == ',';
}

static bool reader_add(struct text_reader *reader, double value, struct err *err)
{
    if (reader->value_count == reader->capacity) {
        const size_t capacity = reader->capacity > 0 ? reader->capacity * 2 : CAPACITY_MIN;
        double *values = capacity > SIZE_MAX / 2 / sizeof *values ? NULL : realloc(reader->values, capacity * sizeof *values);

        if (values == NULL) return err_no_memory(err);
        reader->values   = values;
        reader->capacity = capacity;
    }
    reader->values[reader->value_count++] = value;
    return true;
}

static bool read_number(struct text_reader *reader, int column, struct err *err)
{
    char        number[NUMBER_LENGTH_MAX + 1];
    const char *start  = reader->at;
    size_t      length = 0;
    double      value;

    while (reader->at < reader->end && !is_field_end(*reader->at)) reader->at++;
    length = (size_t)(reader->at - start);
    if (length == 0) return err_set(err, ERR_INVALID, "%s: line %d: column %d is empty", reader->name, reader->line, column);
    if (length > NUMBER_LENGTH_MAX)
        return err_set(err, ERR_INVALID, "%s: line %d: column %d has %zu characters, which is no number", reader->name,
                       reader->line, column, length);
    memcpy(number, start, length);
    number[length] = '\0';
    /* The C library would also take hexadecimal numbers, "nan" and "inf". */
    if (strspn(number, "0123456789+-.eE") != length || !text_to_f64(number, &value))
        return err_set(err, ERR_INVALID, "%s: line %d: column %d is not a finite decimal number", reader->name, reader->line,
                       column);
    return reader_add(reader, value, err);
}

static void skip_blanks(struct text_reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at)) reader->at++;
}

/* One line up to and with its newline; *column_count is 0 for a blank one. */
static bool read_line(struct text_reader *reader, int *column_count, struct err *err)
{
    *column_count = 0;
    reader->line++;
    skip_blanks(reader);
    while (reader->at < reader->end && *reader->at != '\n') {
        if (*column_count == INT_MAX) return err_set(err, ERR_INVALID, "%s: line %d is too long", reader->name, reader->line);
        if (!read_number(reader, ++*column_count, err)) return false;
        skip_blanks(reader);
        if (reader->at == reader->end || *reader->at != ',') continue;
        reader->at++;
        skip_blanks(reader);
        if (reader->at == reader->end || *reader->at == '\n')
            return err_set(err, ERR_INVALID, "%s: line %d ends with a comma", reader->name, reader->line);
    }
    if (reader->at < reader->end) reader->at++;
    return true;
}

static bool read_lines(struct text_reader *reader, struct matrix *out, struct err *err)
{
    while (reader->at < reader->end) {
        int column_count;

        if (reader->line == INT_MAX) return err_set(err, ERR_INVALID, "%s: has too many lines", reader->name);
        if (!read_line(reader, &column_count, err)) return false;
        if (column_count == 0) continue;
        if (out->row_count > 0 && column_count != out->column_count)
            return err_set(err, ERR_INVALID, "%s: line %d has %d numbers, the lines before it %d", reader->name, reader->line,
                           column_count, out->column_count);
        out->column_count = column_count;
        out->row_count++;
    }
    if (out->row_count == 0) return err_set(err, ERR_INVALID, "%s: holds no numbers", reader->name);
    return true;
}

bool matrix_read_text(const char *name, const char *text, size_t byte_count, struct matrix *out, struct err *err)
{
    struct text_reader reader = {.name = name, .at = text, .end = text + byte_count};
    struct matrix      matrix = {0};

    if (!read_lines(&reader, &matrix, err)) {
        free(reader.values);
        return false;
    }
    matrix.values = reader.values;
    *out          = matrix;
    return true;
}

bool matrix_read_text_line(const char *name, int line, const char *text, size_t byte_count, struct matrix *out, struct err *err)
{
    struct text_reader reader = {.name = name, .at = text, .end = text + byte_count, .line = line - 1};
    int                column_count;

    if (!read_line(&reader, &column_count, err)) {
        free(reader.values);
        return false;
    }
    *out = (struct matrix){.row_count = 1, .column_count = column_count, .values = reader.values};
    return true;
}
