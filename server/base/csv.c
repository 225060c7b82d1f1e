#include "base/csv.h"

#include <string.h>

static bool csv_error(const struct csv_reader *reader, struct err *err, const char *reason)
{
    return err_set(err, ERR_INVALID, "%s, line %d: %s", reader->name, reader->line, reason);
}

static char take(struct csv_reader *reader)
{
    char c = *reader->rest.data++;

    reader->rest.length--;
    return c;
}

/* A CR ends a line only before LF and at the end of the text; anywhere else it is part of a field. */
static bool is_line_end(struct span text)
{
    return text.length == 0 || text.data[0] == '\n' || (text.data[0] == '\r' && (text.length == 1 || text.data[1] == '\n'));
}

static bool at_line_end(const struct csv_reader *reader)
{
    return is_line_end(reader->rest);
}

static void take_line_end(struct csv_reader *reader)
{
    if (reader->rest.length > 0 && reader->rest.data[0] == '\r') (void)take(reader);
    if (reader->rest.length > 0) (void)take(reader);
}

static bool read_quoted(struct csv_reader *reader, struct text *field, struct err *err)
{
    (void)take(reader);
    for (;;) {
        char c;

        if (reader->rest.length == 0) return csv_error(reader, err, "a quoted field does not end");
        c = take(reader);
        if (c == '"' && (reader->rest.length == 0 || reader->rest.data[0] != '"')) return true;
        if (c == '"') (void)take(reader);
        if (c == '\n') reader->line++;
        text_append(field, &c, 1);
    }
}

static bool read_field(struct csv_reader *reader, struct text *field, struct err *err)
{
    size_t length = 0;

    if (reader->rest.length > 0 && reader->rest.data[0] == '"') {
        if (!read_quoted(reader, field, err)) return false;
        if (!at_line_end(reader) && reader->rest.data[0] != ',')
            return csv_error(reader, err, "text follows the closing quote of a field");
        return true;
    }
    while (!is_line_end((struct span){reader->rest.data + length, reader->rest.length - length}) &&
           reader->rest.data[length] != ',')
        length++;
    text_append(field, reader->rest.data, length);
    reader->rest.data += length;
    reader->rest.length -= length;
    return true;
}

static bool read_row(struct csv_reader *reader, const char **fields, int *count, struct err *err)
{
    struct text field;
    bool        ok = true;

    text_init(&field);
    reader->line++;
    for (*count = 0; ok; (*count)++) {
        text_reset(&field);
        if (*count == CSV_COLUMN_MAX) {
            ok = csv_error(reader, err, "there are too many columns");
            break;
        }
        ok = read_field(reader, &field, err) && text_ok(&field, err);
        if (!ok) break;
        fields[*count] = arena_copy(reader->arena, field.data == NULL ? "" : field.data, field.length);
        if (fields[*count] == NULL)
            ok = err_no_memory(err);
        else if (!text_is_utf8(fields[*count], field.length))
            ok = csv_error(reader, err, "a field is not UTF-8 text without NUL");
        if (at_line_end(reader)) {
            (*count)++;
            break;
        }
        (void)take(reader); /* the comma */
    }
    take_line_end(reader);
    text_close(&field);
    return ok;
}

static void skip_line(struct csv_reader *reader)
{
    while (reader->rest.length > 0 && reader->rest.data[0] != '\n') (void)take(reader);
    take_line_end(reader);
    reader->line++;
}

bool csv_begin(struct csv_reader *reader, const char *name, struct span text, struct arena *arena, struct err *err)
{
    static const char BOM[] = "\xEF\xBB\xBF"; /* spreadsheets write it */

    *reader = (struct csv_reader){.name = name, .arena = arena, .rest = text};
    if (text.length >= 3 && memcmp(text.data, BOM, 3) == 0) {
        reader->rest.data += 3;
        reader->rest.length -= 3;
    }
    while (reader->rest.length > 0 && reader->rest.data[0] == '#') skip_line(reader);
    if (reader->rest.length == 0) return err_set(err, ERR_INVALID, "%s is empty: a header line is expected", name);
    return read_row(reader, reader->columns, &reader->column_count, err);
}

bool csv_next(struct csv_reader *reader, bool *has_row, struct err *err)
{
    int count = 0;

    *has_row = false;
    while (reader->rest.length > 0 && at_line_end(reader)) {
        take_line_end(reader);
        reader->line++;
    }
    if (reader->rest.length == 0) return true;
    if (!read_row(reader, reader->fields, &count, err)) return false;
    if (count != reader->column_count)
        return err_set(err, ERR_INVALID, "%s, line %d: %d fields where the header has %d", reader->name, reader->line, count,
                       reader->column_count);
    *has_row = true;
    return true;
}

int csv_column(const struct csv_reader *reader, const char *column)
{
    for (int i = 0; i < reader->column_count; i++)
        if (strcmp(reader->columns[i], column) == 0) return i;
    return -1;
}

bool csv_need_column(const struct csv_reader *reader, const char *column, int *index, struct err *err)
{
    *index = csv_column(reader, column);
    if (*index >= 0) return true;
    return err_set(err, ERR_INVALID, "%s: the header has no column '%s'", reader->name, column);
}

static bool is_formula(const char *field)
{
    return field[0] != '\0' && strchr("=+-@\t\r", field[0]) != NULL;
}

void csv_write_field(struct text *out, const char *field)
{
    if (is_formula(field) || strpbrk(field, ",\"\r\n") != NULL)
        csv_write_quoted(out, field);
    else
        text_add(out, field);
}

void csv_write_quoted(struct text *out, const char *field)
{
    text_add(out, is_formula(field) ? "\"'" : "\"");
    for (const char *c = field; *c != '\0'; c++) {
        if (*c == '"') text_add(out, "\"");
        text_append(out, c, 1);
    }
    text_add(out, "\"");
}
