#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const KIND_NAMES[ERR_KIND_COUNT] = {
    [ERR_INVALID]      = "invalid",
    [ERR_UNAUTHORIZED] = "unauthorized",
    [ERR_CODE_NEEDED]  = "code_needed",
    [ERR_FORBIDDEN]    = "forbidden",
    [ERR_NOT_FOUND]    = "not_found",
    [ERR_CONFLICT]     = "conflict",
    [ERR_SUPERSEDED]   = "superseded",
    [ERR_FULL]         = "full",
    [ERR_GONE]         = "gone",
    [ERR_TOO_LARGE]    = "too_large",
    [ERR_TOO_MANY]     = "too_many",
    [ERR_BUSY]         = "busy",
    [ERR_STORAGE]      = "storage",
    [ERR_INTERNAL]     = "internal",
};

/* Sentences name a field in one way only, so that its path need not be given twice. */
static void note_field(struct err *err)
{
    static const char BEGIN[] = "field '";
    const char       *path    = err->message + sizeof BEGIN - 1;
    size_t            length;

    err->field[0] = '\0';
    if (strncmp(err->message, BEGIN, sizeof BEGIN - 1) != 0) return;
    length = strcspn(path, "'");
    if (length < sizeof err->field && path[length] == '\'')
        (void)snprintf(err->field, sizeof err->field, "%.*s", (int)length, path);
}

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list arguments;

    if (err == NULL) return false;
    err->kind = kind;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    note_field(err);
    return false;
}

bool err_errno(struct err *err, const char *format, ...)
{
    int     code = errno;
    char    what[ERR_MESSAGE_BYTES / 2];
    char    buffer[ERR_MESSAGE_BYTES / 4];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    /* GNU's strerror_r gives the text, which need not be in the buffer */
    return err_set(err, ERR_STORAGE, "%s: %s", what, strerror_r(code, buffer, sizeof buffer));
}

bool err_wrap(struct err *err, const char *format, ...)
{
    char    context[ERR_MESSAGE_BYTES / 2];
    char    inner[ERR_MESSAGE_BYTES];
    va_list arguments;

    if (err == NULL) return false;
    va_start(arguments, format);
    (void)vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
    memcpy(inner, err->message, sizeof inner);
    (void)snprintf(err->message, sizeof err->message, "%s: %.*s", context, (int)(sizeof err->message - strlen(context) - 3),
                   inner);
    return false;
}

bool err_in(struct err *err, const char *name)
{
    char inner[ERR_FIELD_BYTES];

    if (err == NULL) return false;
    memcpy(inner, err->field, sizeof inner);
    (void)snprintf(err->field, sizeof err->field, "%s%s%.*s", name, inner[0] == '\0' ? "" : ".",
                   (int)(sizeof err->field - strnlen(name, sizeof err->field - 2) - 2), inner);
    return err_wrap(err, "%s", name);
}

bool err_no_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory");
}

const char *err_kind_name(enum err_kind kind)
{
    return KIND_NAMES[kind];
}
