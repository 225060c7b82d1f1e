#include "json/json_write.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void json_writer_init(struct json_writer *writer, struct text *out)
{
    *writer = (struct json_writer){.out = out};
}

/* What a client sent may be quoted in an error, and a long sentence is cut where its room ends: every byte that is not part of
 * UTF-8 becomes U+FFFD, so that the whole stays JSON. */
static void append_utf8(struct text *out, const char *data, size_t bytes)
{
    if (text_is_utf8(data, bytes)) {
        text_append(out, data, bytes);
        return;
    }
    while (bytes > 0) {
        size_t length = 1;

        while (length < 4 && length < bytes && !text_is_utf8(data, length)) length++;
        if (!text_is_utf8(data, length)) length = 0;
        text_append(out, length == 0 ? "\xEF\xBF\xBD" : data, length == 0 ? 3 : length);
        data += length == 0 ? 1 : length;
        bytes -= length == 0 ? 1 : length;
    }
}

static void write_string(struct text *out, const char *string)
{
    text_append(out, "\"", 1);
    for (const char *c = string; *c != '\0'; c++) {
        size_t plain = strcspn(c, "\"\\\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15"
                                  "\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");

        append_utf8(out, c, plain);
        c += plain;
        if (*c == '\0') break;
        if (*c == '"' || *c == '\\')
            text_printf(out, "\\%c", *c);
        else
            text_printf(out, "\\u%04x", (unsigned)*c);
    }
    text_append(out, "\"", 1);
}

static void begin_value(struct json_writer *writer, const char *key)
{
    if (writer->needs_comma) text_append(writer->out, ",", 1);
    if (key != NULL) {
        write_string(writer->out, key);
        text_append(writer->out, ":", 1);
    }
    writer->needs_comma = true;
}

static void open_bracket(struct json_writer *writer, const char *key, const char *bracket)
{
    begin_value(writer, key);
    text_append(writer->out, bracket, 1);
    writer->needs_comma = false;
}

static void close_bracket(struct json_writer *writer, const char *bracket)
{
    text_append(writer->out, bracket, 1);
    writer->needs_comma = true;
}

void json_begin_object(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, "{");
}

void json_end_object(struct json_writer *writer)
{
    close_bracket(writer, "}");
}

void json_begin_array(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, "[");
}

void json_end_array(struct json_writer *writer)
{
    close_bracket(writer, "]");
}

void json_i64(struct json_writer *writer, const char *key, int64_t value)
{
    begin_value(writer, key);
    text_printf(writer->out, "%" PRId64, value);
}

void json_f64(struct json_writer *writer, const char *key, double value)
{
    if (!isfinite(value)) {
        json_null(writer, key);
        return;
    }
    begin_value(writer, key);
    text_add_f64(writer->out, value);
}

void json_bool(struct json_writer *writer, const char *key, bool value)
{
    json_raw(writer, key, value ? "true" : "false");
}

void json_null(struct json_writer *writer, const char *key)
{
    json_raw(writer, key, "null");
}

void json_text(struct json_writer *writer, const char *key, const char *value)
{
    if (value == NULL) {
        json_null(writer, key);
        return;
    }
    begin_value(writer, key);
    write_string(writer->out, value);
}

void json_raw(struct json_writer *writer, const char *key, const char *json)
{
    begin_value(writer, key);
    text_add(writer->out, json);
}
