#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_text.h"

enum { TEXT_CAPACITY_MIN = 256, SLUG_LENGTH_MAX = 64 };

struct span span_of(const char *text)
{
    return (struct span){.data = text, .length = text == NULL ? 0 : strlen(text)};
}

bool span_equal(struct span left, const char *right)
{
    return left.length == strlen(right) && (left.length == 0 || memcmp(left.data, right, left.length) == 0);
}

void text_init(struct text *text)
{
    *text = (struct text){0};
}

void text_close(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

void text_reset(struct text *text)
{
    text->length    = 0;
    text->is_failed = false;
    if (text->data != NULL) text->data[0] = '\0';
}

static bool text_reserve(struct text *text, size_t bytes)
{
    size_t capacity = text->capacity > 0 ? text->capacity : TEXT_CAPACITY_MIN;
    char  *data;

    if (text->is_failed) return false;
    if (bytes >= SIZE_MAX / 4 - text->length) return !(text->is_failed = true);
    while (capacity < text->length + bytes + 1) capacity *= 2;
    if (capacity == text->capacity) return true;
    data = realloc(text->data, capacity);
    if (data == NULL) return !(text->is_failed = true);
    text->data     = data;
    text->capacity = capacity;
    return true;
}

void text_append(struct text *text, const char *data, size_t bytes)
{
    if (!text_reserve(text, bytes)) return;
    if (bytes > 0) memcpy(text->data + text->length, data, bytes);
    text->length += bytes;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    int     length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->is_failed = true;
        return;
    }
    if (!text_reserve(text, (size_t)length)) return;
    va_start(arguments, format);
    (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void text_add_f64(struct text *text, double number)
{
    char digits[NUMBER_TEXT_BYTES];

    text_append(text, digits, number_text_f64(number, digits));
}

bool text_ok(const struct text *text, struct err *err)
{
    return text->is_failed ? err_no_memory(err) : true;
}

char *text_take(struct text *text)
{
    char *data = NULL;

    if (text_reserve(text, 0)) {
        text->data[text->length] = '\0';
        data                     = text->data;
        text->data               = NULL;
    }
    text_close(text);
    return data;
}

bool text_to_i64(const char *string, int64_t min, int64_t max, int64_t *out)
{
    char     *end = NULL;
    long long value;

    if (string == NULL || !(isdigit((unsigned char)string[0]) || string[0] == '-')) return false;
    errno = 0;
    value = strtoll(string, &end, 10);
    if (errno != 0 || end == string || *end != '\0' || value < min || value > max) return false;
    *out = value;
    return true;
}

bool text_to_f64(const char *string, double *out)
{
    char  *end = NULL;
    double value;

    if (string == NULL || string[0] == '\0' || isspace((unsigned char)string[0])) return false;
    errno = 0;
    value = strtod(string, &end);
    if (end == string || *end != '\0' || !isfinite(value)) return false;
    *out = value;
    return true;
}

bool text_is_slug(const char *string)
{
    size_t length = string == NULL ? 0 : strlen(string);

    if (length == 0 || length > SLUG_LENGTH_MAX || string[0] == '-' || string[0] == '_') return false;
    return strspn(string, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

/* The number of continuation bytes after `lead` and the least code point that may be written so; -1 for a byte that cannot lead. */
static int utf8_lead(unsigned char lead, uint32_t *bits, uint32_t *least)
{
    if (lead < 0x80) return *bits = lead, *least = 1, 0; /* 1: no NUL */
    if (lead >= 0xC2 && lead <= 0xDF) return *bits = lead & 0x1FU, *least = 0x80, 1;
    if ((lead & 0xF0U) == 0xE0) return *bits = lead & 0x0FU, *least = 0x800, 2;
    if (lead >= 0xF0 && lead <= 0xF4) return *bits = lead & 0x07U, *least = 0x10000, 3;
    return -1;
}

bool text_is_utf8(const char *data, size_t bytes)
{
    size_t i = 0;

    while (i < bytes) {
        uint32_t code = 0, least = 0;
        int      more = utf8_lead((unsigned char)data[i++], &code, &least);

        if (more < 0 || (size_t)more > bytes - i) return false;
        for (; more > 0; more--, i++) {
            if (((unsigned char)data[i] & 0xC0U) != 0x80) return false;
            code = code << 6 | ((unsigned char)data[i] & 0x3FU);
        }
        if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    }
    return true;
}
