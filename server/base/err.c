#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const KIND_NAMES[ERR_KIND_COUNT] = {
    [ERR_INVALID] = "invalid",     [ERR_UNAUTHORIZED] = "unauthorized",
    [ERR_FORBIDDEN] = "forbidden", [ERR_NOT_FOUND] = "not_found",
    [ERR_CONFLICT] = "conflict",   [ERR_SUPERSEDED] = "superseded",
    [ERR_FULL] = "full",           [ERR_GONE] = "gone",
    [ERR_TOO_LARGE] = "too_large", [ERR_TOO_MANY] = "too_many",
    [ERR_BUSY] = "busy",           [ERR_STORAGE] = "storage",
    [ERR_INTERNAL] = "internal",
};

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list arguments;

    if (err == NULL) return false;
    err->kind = kind;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
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

bool err_no_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory");
}

const char *err_kind_name(enum err_kind kind)
{
    return KIND_NAMES[kind];
}
