/* json_read.h - JSON from outside, checked field by field.
 *
 * A message is described by one const table; reading checks type, range, integer-ness (a JSON number is a double: 2^53!), length,
 * missing, unknown and duplicate members, and says which field was wrong. This is the only user of cJSON.
 *
 *     static const struct json_field LOGIN_FIELDS[] = {
 *         JSON_TEXT("name", struct login, name, 1, 64),
 *         JSON_INT("age", struct login, age, 0, 130),
 *     };
 *
 * Ownership: texts and values read are borrowed from the document and die with json_free. Threads: none. */
#ifndef DINOLAB_JSON_JSON_READ_H
#define DINOLAB_JSON_JSON_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct json_doc;
struct json_value; /* opaque node of a document */

enum json_kind {
    JSON_KIND_INT,   /* member is int */
    JSON_KIND_I64,   /* int64_t, within +-(2^53 - 1) */
    JSON_KIND_REAL,  /* double, finite */
    JSON_KIND_BOOL,  /* bool */
    JSON_KIND_TEXT,  /* const char *; min and max are lengths in bytes */
    JSON_KIND_NAME,  /* int: the index of the text in `names` */
    JSON_KIND_VALUE, /* const struct json_value *: object or array, read further by the caller */
};

struct json_field {
    const char        *name;
    enum json_kind     kind;
    size_t             offset;
    double             min;
    double             max;
    const char *const *names;       /* JSON_KIND_NAME: closed by NULL */
    bool               is_optional; /* absent or null: the member keeps the value that it had */
};

#define JSON_INT(name_, type_, member_, min_, max_)                                                                              \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_INT, .offset = offsetof(type_, member_), .min = (min_), .max = (max_)                 \
    }
#define JSON_I64(name_, type_, member_, min_, max_)                                                                              \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_I64, .offset = offsetof(type_, member_), .min = (min_), .max = (max_)                 \
    }
#define JSON_REAL(name_, type_, member_, min_, max_)                                                                             \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_REAL, .offset = offsetof(type_, member_), .min = (min_), .max = (max_)                \
    }
#define JSON_BOOL(name_, type_, member_)                                                                                         \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_BOOL, .offset = offsetof(type_, member_)                                              \
    }
#define JSON_TEXT(name_, type_, member_, min_, max_)                                                                             \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_TEXT, .offset = offsetof(type_, member_), .min = (min_), .max = (max_)                \
    }
#define JSON_NAME(name_, type_, member_, names_)                                                                                 \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_NAME, .offset = offsetof(type_, member_), .names = (names_)                           \
    }
#define JSON_VALUE(name_, type_, member_)                                                                                        \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_VALUE, .offset = offsetof(type_, member_)                                             \
    }
#define JSON_OPTIONAL_REAL(name_, type_, member_, min_, max_)                                                                    \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_REAL, .offset = offsetof(type_, member_), .min = (min_), .max = (max_),               \
        .is_optional = true                                                                                                      \
    }
#define JSON_OPTIONAL_INT(name_, type_, member_, min_, max_)                                                                     \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_INT, .offset = offsetof(type_, member_), .min = (min_), .max = (max_),                \
        .is_optional = true                                                                                                      \
    }
#define JSON_OPTIONAL_BOOL(name_, type_, member_)                                                                                \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_BOOL, .offset = offsetof(type_, member_), .is_optional = true                         \
    }
#define JSON_OPTIONAL_TEXT(name_, type_, member_, min_, max_)                                                                    \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_TEXT, .offset = offsetof(type_, member_), .min = (min_), .max = (max_),               \
        .is_optional = true                                                                                                      \
    }
#define JSON_OPTIONAL_VALUE(name_, type_, member_)                                                                               \
    {                                                                                                                            \
        .name = (name_), .kind = JSON_KIND_VALUE, .offset = offsetof(type_, member_), .is_optional = true                        \
    }

#define JSON_FIELD_COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

/* Whole-text parse; NULL and ERR_INVALID with the byte offset for anything but one well-formed UTF-8 JSON value. */
MUST_CHECK struct json_doc *json_parse(struct span text, struct err *err);
void                        json_free(struct json_doc *doc); /* accepts NULL */
const struct json_value    *json_root(const struct json_doc *doc);

/* Read an object by its table into `out`. `where` names the object in sentences: "" for the top, "events[3]" further down. */
MUST_CHECK bool json_read_object(const struct json_value *value, const char *where, const struct json_field *fields,
                                 size_t field_count, void *out, struct err *err);

/* Arrays. json_array_count is -1 for anything but an array; iterate with json_first and json_next (NULL at the end). */
int                      json_array_count(const struct json_value *value);
const struct json_value *json_first(const struct json_value *value);
const struct json_value *json_next(const struct json_value *value);

/* A member of an object by name, or NULL; its own name when iterating an object's members. Borrowed. */
const struct json_value *json_member(const struct json_value *value, const char *name);
const char              *json_name(const struct json_value *value);
bool                     json_is_object(const struct json_value *value);
bool                     json_is_null(const struct json_value *value);

/* Append the value as JSON text, for handing a part of a message on. */
void json_copy(const struct json_value *value, struct text *out);

/* Single values; false when the type or range is wrong. */
MUST_CHECK bool json_as_text(const struct json_value *value, const char **out);
MUST_CHECK bool json_as_i64(const struct json_value *value, int64_t min, int64_t max, int64_t *out);
MUST_CHECK bool json_as_f64(const struct json_value *value, double *out);

#endif
