#include "json/json_read.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_DEPTH_MAX = 32 }; /* our deepest message has 6 levels */

static const double JSON_INTEGER_MAX = 9007199254740991.0; /* 2^53 - 1: from 2^53 on a double stands for more than one integer */

struct json_doc {
    cJSON *root;
};

static const cJSON *node_of(const struct json_value *value)
{
    return (const cJSON *)(const void *)value;
}

static const struct json_value *value_of(const cJSON *node)
{
    return (const struct json_value *)(const void *)node;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* By sorting: comparing each with each would let one body of many members keep an event loop busy. */
static bool check_members(const cJSON *object, struct err *err)
{
    size_t       count = (size_t)cJSON_GetArraySize(object);
    const char **names = calloc(count + 1, sizeof *names);
    size_t       used = 0, i = 1;

    if (names == NULL) return err_no_memory(err);
    for (const cJSON *member = object->child; member != NULL; member = member->next) names[used++] = member->string;
    qsort(names, count, sizeof *names, compare_names);
    while (i < count && strcmp(names[i - 1], names[i]) != 0) i++;
    if (i < count) err_set(err, ERR_INVALID, "field '%.64s' is there twice", names[i]);
    free(names);
    return i >= count;
}

static bool check_tree(const cJSON *node, int depth, struct err *err)
{
    if (depth > JSON_DEPTH_MAX) return err_set(err, ERR_INVALID, "JSON is nested more than %d levels deep", JSON_DEPTH_MAX);
    if (cJSON_IsObject(node) && !check_members(node, err)) return false;
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        if (!check_tree(child, depth + 1, err)) return false;
    return true;
}

/* cJSON would end a text at a NUL without a word, so the escape for it is refused. An escaped backslash before it is no escape. */
static bool has_escaped_nul(struct span text)
{
    for (size_t i = 0; i + 5 < text.length; i++) {
        if (text.data[i] != '\\') continue;
        if (memcmp(text.data + i + 1, "u0000", 5) == 0) return true;
        i++;
    }
    return false;
}

/* Past the closing quote; NULL for a bad escape, a bare control character or no end. */
static const char *string_end(const char *c, const char *stop)
{
    for (c++; c < stop && *c != '"'; c++) {
        if ((unsigned char)*c < 0x20) return NULL;
        if (*c != '\\') continue;
        if (++c == stop || strchr("\"\\/bfnrtu", *c) == NULL) return NULL;
        if (*c != 'u') continue;
        for (int digit = 0; digit < 4; digit++)
            if (++c == stop || !isxdigit((unsigned char)*c)) return NULL;
    }
    return c < stop ? c + 1 : NULL;
}

static const char *digits_end(const char *c, const char *stop)
{
    const char *start = c;

    while (c < stop && isdigit((unsigned char)*c)) c++;
    return c > start ? c : NULL;
}

static const char *number_end(const char *c, const char *stop)
{
    const char *start = *c == '-' ? c + 1 : c;

    c = digits_end(start, stop);
    if (c != NULL && *start == '0' && c > start + 1) return NULL;
    if (c != NULL && c < stop && *c == '.') c = digits_end(c + 1, stop);
    if (c == NULL || c == stop || (*c != 'e' && *c != 'E')) return c;
    c++;
    if (c < stop && (*c == '+' || *c == '-')) c++;
    return digits_end(c, stop);
}

/* What cJSON lets pass and RFC 8259 does not: numbers such as 01 and 1., control characters, and escapes such as \uzzzz, which it
 * reads as NUL. NULL when there is nothing of it. */
static const char *find_malformed(struct span text)
{
    const char *c    = text.data;
    const char *stop = text.data + text.length;

    while (c < stop) {
        const char *next = c + 1;

        if (*c == '"')
            next = string_end(c, stop);
        else if (*c == '-' || isdigit((unsigned char)*c))
            next = number_end(c, stop);
        else if ((unsigned char)*c < 0x20 && strchr("\t\r\n", *c) == NULL)
            next = NULL;
        if (next == NULL) return c;
        c = next;
    }
    return NULL;
}

static bool ends_after(const char *end, struct span text)
{
    const char *stop = text.data + text.length;

    while (end < stop && strchr(" \t\r\n", *end) != NULL && *end != '\0') end++;
    return end == stop;
}

struct json_doc *json_parse(struct span text, struct err *err)
{
    const char      *end = NULL;
    struct json_doc *doc = NULL;

    if (text.length == 0) return err_set(err, ERR_INVALID, "the JSON text is empty"), NULL;
    if (!text_is_utf8(text.data, text.length) || has_escaped_nul(text))
        return err_set(err, ERR_INVALID, "the JSON text is not UTF-8 without NUL"), NULL;
    doc = calloc(1, sizeof *doc);
    if (doc == NULL) return err_no_memory(err), NULL;
    end = find_malformed(text);
    if (end == NULL) doc->root = cJSON_ParseWithLengthOpts(text.data, text.length, &end, false);
    if (doc->root == NULL || !ends_after(end, text)) {
        err_set(err, ERR_INVALID, "not well-formed JSON near byte %zu", end == NULL ? (size_t)0 : (size_t)(end - text.data));
        json_free(doc);
        return NULL;
    }
    if (!check_tree(doc->root, 1, err)) {
        json_free(doc);
        return NULL;
    }
    return doc;
}

void json_free(struct json_doc *doc)
{
    if (doc == NULL) return;
    cJSON_Delete(doc->root);
    free(doc);
}

const struct json_value *json_root(const struct json_doc *doc)
{
    return value_of(doc->root);
}

static bool field_error(struct err *err, const char *where, const char *name, const char *problem)
{
    return err_set(err, ERR_INVALID, "field '%s%s%s' %s", where, where[0] == '\0' ? "" : ".", name, problem);
}

static bool range_error(struct err *err, const char *where, const struct json_field *field, const char *what)
{
    char problem[128];

    (void)snprintf(problem, sizeof problem, "must be %s %.15g to %.15g", what, field->min, field->max);
    return field_error(err, where, field->name, problem);
}

static bool read_number(const cJSON *node, const char *where, const struct json_field *field, void *member, struct err *err)
{
    bool   is_integer = field->kind != JSON_KIND_REAL;
    double value      = cJSON_IsNumber(node) ? node->valuedouble : NAN;

    if (!(value >= field->min && value <= field->max) ||
        (is_integer && (value != floor(value) || fabs(value) > JSON_INTEGER_MAX)))
        return range_error(err, where, field, is_integer ? "an integer from" : "a number from");
    if (field->kind == JSON_KIND_INT) *(int *)member = (int)value;
    if (field->kind == JSON_KIND_I64) *(int64_t *)member = (int64_t)value;
    if (field->kind == JSON_KIND_REAL) *(double *)member = value;
    return true;
}

static bool read_text(const cJSON *node, const char *where, const struct json_field *field, void *member, struct err *err)
{
    size_t length = cJSON_IsString(node) ? strlen(node->valuestring) : 0;

    if (!cJSON_IsString(node) || (double)length < field->min || (double)length > field->max)
        return range_error(err, where, field, "a text with a length in bytes of");
    *(const char **)member = node->valuestring;
    return true;
}

static bool read_name(const cJSON *node, const char *where, const struct json_field *field, void *member, struct err *err)
{
    char problem[ERR_MESSAGE_BYTES / 2] = "must be one of";

    for (int i = 0; field->names[i] != NULL; i++) {
        size_t used = strlen(problem);

        if (cJSON_IsString(node) && strcmp(node->valuestring, field->names[i]) == 0) {
            *(int *)member = i;
            return true;
        }
        (void)snprintf(problem + used, sizeof problem - used, "%s '%s'", i == 0 ? "" : ",", field->names[i]);
    }
    return field_error(err, where, field->name, problem);
}

static bool read_field(const cJSON *node, const char *where, const struct json_field *field, void *out, struct err *err)
{
    void *member = (char *)out + field->offset;

    switch (field->kind) {
    case JSON_KIND_INT:
    case JSON_KIND_I64:
    case JSON_KIND_REAL:
        return read_number(node, where, field, member, err);
    case JSON_KIND_TEXT:
        return read_text(node, where, field, member, err);
    case JSON_KIND_NAME:
        return read_name(node, where, field, member, err);
    case JSON_KIND_BOOL:
        if (!cJSON_IsBool(node)) return field_error(err, where, field->name, "must be true or false");
        *(bool *)member = cJSON_IsTrue(node);
        return true;
    case JSON_KIND_VALUE:
        if (!cJSON_IsObject(node) && !cJSON_IsArray(node))
            return field_error(err, where, field->name, "must be an object or an array");
        *(const struct json_value **)member = value_of(node);
        return true;
    }
    return err_set(err, ERR_INTERNAL, "unknown kind of field '%s'", field->name);
}

bool json_read_object(const struct json_value *value, const char *where, const struct json_field *fields, size_t field_count,
                      void *out, struct err *err)
{
    const cJSON *object = node_of(value);

    if (!cJSON_IsObject(object))
        return err_set(err, ERR_INVALID, "%s must be a JSON object", where[0] == '\0' ? "the message" : where);
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        size_t known = 0;

        while (known < field_count && strcmp(fields[known].name, member->string) != 0) known++;
        if (known == field_count) return field_error(err, where, member->string, "is not known here");
    }
    for (size_t i = 0; i < field_count; i++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, fields[i].name);

        if (fields[i].is_optional && (member == NULL || cJSON_IsNull(member))) continue;
        if (member == NULL) return field_error(err, where, fields[i].name, "is missing");
        if (!read_field(member, where, &fields[i], out, err)) return false;
    }
    return true;
}

int json_array_count(const struct json_value *value)
{
    return value != NULL && cJSON_IsArray(node_of(value)) ? cJSON_GetArraySize(node_of(value)) : -1;
}

const struct json_value *json_first(const struct json_value *value)
{
    return value_of(node_of(value)->child);
}

const struct json_value *json_next(const struct json_value *value)
{
    return value_of(node_of(value)->next);
}

const struct json_value *json_member(const struct json_value *value, const char *name)
{
    return value_of(cJSON_GetObjectItemCaseSensitive(node_of(value), name));
}

const char *json_name(const struct json_value *value)
{
    return node_of(value)->string;
}

bool json_is_object(const struct json_value *value)
{
    return value != NULL && cJSON_IsObject(node_of(value));
}

bool json_is_null(const struct json_value *value)
{
    return value != NULL && cJSON_IsNull(node_of(value));
}

bool json_as_text(const struct json_value *value, const char **out)
{
    if (value == NULL || !cJSON_IsString(node_of(value))) return false;
    *out = node_of(value)->valuestring;
    return true;
}

bool json_as_i64(const struct json_value *value, int64_t min, int64_t max, int64_t *out)
{
    double number;

    if (!json_as_f64(value, &number) || number != floor(number) || fabs(number) > JSON_INTEGER_MAX) return false;
    if ((int64_t)number < min || (int64_t)number > max) return false;
    *out = (int64_t)number;
    return true;
}

bool json_as_f64(const struct json_value *value, double *out)
{
    if (value == NULL || !cJSON_IsNumber(node_of(value)) || !isfinite(node_of(value)->valuedouble)) return false;
    *out = node_of(value)->valuedouble;
    return true;
}

void json_copy(const struct json_value *value, struct text *out)
{
    char *printed = cJSON_PrintUnformatted(node_of(value));

    if (printed == NULL)
        out->is_failed = true;
    else
        text_add(out, printed);
    cJSON_free(printed);
}
