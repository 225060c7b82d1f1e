#include "base/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_text.h"

enum { BUFFER_BYTES = 256 * 1024 };

const char *table_type_name(enum table_type type)
{
    static const char *const NAMES[] = {
        [TABLE_TEXT] = "text", [TABLE_INTEGER] = "integer", [TABLE_REAL] = "real", [TABLE_FLAG] = "flag", [TABLE_JSON] = "json"};

    return NAMES[type];
}

static void pass_on(struct table *table)
{
    if (!table->is_failed && table->length > 0)
        table->is_failed = !table->out->write(table->out, table->buffer, table->length, &table->failure);
    table->length = 0;
}

/* Room for so many bytes more; NULL where something failed. */
static char *room(struct table *table, size_t bytes)
{
    char *larger;

    if (table->is_failed) return NULL;
    if (table->length + bytes > table->capacity) pass_on(table);
    if (bytes > table->capacity) {
        larger = realloc(table->buffer, bytes);
        if (larger == NULL) return table->is_failed = !err_no_memory(&table->failure), NULL;
        table->buffer   = larger;
        table->capacity = bytes;
    }
    return table->is_failed ? NULL : table->buffer + table->length;
}

static void put(struct table *table, const char *data, size_t bytes)
{
    char *to = room(table, bytes);

    if (to == NULL) return;
    memcpy(to, data, bytes);
    table->length += bytes;
}

static void put_text(struct table *table, const char *text)
{
    put(table, text, strlen(text));
}

/* What comes before a value. False where the row has all its values already. */
static bool begin_value(struct table *table)
{
    const struct table_column *column = &table->columns[table->column];

    if (table->column == table->column_count) {
        if (!table->is_failed)
            table->is_failed = !err_set(&table->failure, ERR_INTERNAL, "a row has more values than the table has columns");
        return false;
    }
    if (table->format == TABLE_NDJSON) {
        put_text(table, table->column == 0 ? "{\"" : ",\"");
        put_text(table, column->name);
        put(table, "\":", 2);
    } else if (table->column > 0) {
        put(table, ",", 1);
    }
    table->column++;
    return true;
}

/* Numbers and words that need no escape in any format. */
static void put_plain(struct table *table, const char *data, size_t bytes)
{
    if (table->format == TABLE_QUOTED) put(table, "\"", 1);
    put(table, data, bytes);
    if (table->format == TABLE_QUOTED) put(table, "\"", 1);
}

static bool is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

static void put_csv_text(struct table *table, const char *text)
{
    size_t length = strlen(text);
    char  *to     = room(table, 2 * length + 3);
    size_t at     = 0;

    if (to == NULL) return;
    if (table->format == TABLE_CSV && !is_formula(text) && strcspn(text, ",\"\r\n") == length) {
        memcpy(to, text, length);
        table->length += length;
        return;
    }
    to[at++] = '"';
    if (is_formula(text)) to[at++] = '\'';
    for (; *text != '\0'; text++) {
        if (*text == '"') to[at++] = '"';
        to[at++] = *text;
    }
    to[at++] = '"';
    table->length += at;
}

static void put_json_text(struct table *table, const char *text)
{
    static const char HEX[] = "0123456789abcdef";
    char             *to    = room(table, 6 * strlen(text) + 2);
    size_t            at    = 0;

    if (to == NULL) return;
    to[at++] = '"';
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20) {
            memcpy(to + at, "\\u00", 4);
            to[at + 4] = HEX[c >> 4];
            to[at + 5] = HEX[c & 15];
            at += 6;
            continue;
        }
        if (c == '"' || c == '\\') to[at++] = '\\';
        to[at++] = *text;
    }
    to[at++] = '"';
    table->length += at;
}

static void put_none(struct table *table)
{
    if (table->format == TABLE_NDJSON) put(table, "null", 4);
    if (table->format == TABLE_QUOTED) put(table, "\"null\"", 6);
}

void table_none(struct table *table)
{
    if (begin_value(table)) put_none(table);
}

void table_text(struct table *table, const char *text)
{
    if (!begin_value(table)) return;
    if (text == NULL)
        put_none(table);
    else if (table->format == TABLE_NDJSON)
        put_json_text(table, text);
    else
        put_csv_text(table, text);
}

void table_i64(struct table *table, int64_t number)
{
    char digits[NUMBER_TEXT_BYTES];

    if (begin_value(table)) put_plain(table, digits, number_text_i64(number, digits));
}

void table_f64(struct table *table, double number)
{
    char digits[NUMBER_TEXT_BYTES];

    if (!begin_value(table)) return;
    if (isfinite(number))
        put_plain(table, digits, number_text_f64(number, digits));
    else
        put_none(table);
}

void table_decimal(struct table *table, int64_t number, int decimals)
{
    char   digits[NUMBER_TEXT_BYTES], text[2 * NUMBER_TEXT_BYTES];
    size_t at     = 0;
    size_t length = number_text_i64(number < 0 ? -number : number, digits);

    if (!begin_value(table)) return;
    if (number < 0) text[at++] = '-';
    for (size_t place = length > (size_t)decimals ? length : (size_t)decimals + 1; place > 0; place--) {
        if (place == (size_t)decimals && decimals > 0) text[at++] = '.';
        text[at++] = place > length ? '0' : digits[length - place];
    }
    put_plain(table, text, at);
}

void table_flag(struct table *table, bool flag)
{
    if (!begin_value(table)) return;
    if (table->format == TABLE_CSV)
        put(table, flag ? "1" : "0", 1);
    else
        put_plain(table, flag ? "true" : "false", flag ? 4 : 5);
}

void table_json(struct table *table, const char *json)
{
    if (!begin_value(table)) return;
    if (table->format == TABLE_NDJSON)
        put_text(table, json);
    else
        put_csv_text(table, json);
}

void table_hash(struct table *table, const struct secret_hash *hash)
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(hash, hex);
    table_text(table, hex);
}

static bool tell(const struct table *table, struct err *err)
{
    if (!table->is_failed) return true;
    if (err != NULL) *err = table->failure;
    return false;
}

bool table_end_row(struct table *table, struct err *err)
{
    if (!table->is_failed && table->column != table->column_count)
        table->is_failed = !err_set(&table->failure, ERR_INTERNAL, "a row has %d values where the table has %d columns",
                                    table->column, table->column_count);
    table->column = 0;
    table->row_count++;
    if (table->format == TABLE_NDJSON)
        put(table, "}\n", 2);
    else
        put(table, "\r\n", 2);
    return tell(table, err);
}

bool table_open(struct table *table, enum table_format format, const struct table_column *columns, struct sink *out,
                struct err *err)
{
    *table = (struct table){.out = out, .columns = columns, .format = format, .buffer = malloc(BUFFER_BYTES)};
    if (table->buffer == NULL) return table->is_failed = true, err_no_memory(err);
    table->capacity = BUFFER_BYTES;
    while (columns[table->column_count].name != NULL) table->column_count++;
    if (format == TABLE_NDJSON) return true;
    for (int i = 0; i < table->column_count; i++) {
        if (i > 0) put(table, ",", 1);
        put_plain(table, columns[i].name, strlen(columns[i].name));
    }
    put(table, "\r\n", 2);
    return tell(table, err);
}

void table_close(struct table *table)
{
    free(table->buffer);
    table->buffer   = NULL;
    table->capacity = 0;
    table->length   = 0;
}

bool table_finish(struct table *table, struct err *err)
{
    pass_on(table);
    table_close(table);
    return tell(table, err);
}
