/* err.h - errors as values: a kind and a sentence.
 *
 * Every fallible function returns bool (or NULL), takes `struct err *` last and is marked MUST_CHECK. The kind decides what the
 * caller can do (the HTTP layer has one table from kind to status); the sentence says what, where and why.
 * Threads: none; an err belongs to its caller, lives on the caller's stack and owns nothing. */
#ifndef DINOLAB_BASE_ERR_H
#define DINOLAB_BASE_ERR_H

#include <stdbool.h>

#define MUST_CHECK                                   __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_position, first_argument) __attribute__((format(printf, format_position, first_argument)))

enum { ERR_MESSAGE_BYTES = 512, ERR_FIELD_BYTES = 96 };

enum err_kind {
    ERR_INVALID,      /* the caller's input is wrong; the sentence names the field or the line */
    ERR_UNAUTHORIZED, /* no valid token, cookie or password */
    ERR_CODE_NEEDED,  /* the password is right; the second factor is missing or wrong */
    ERR_FORBIDDEN,    /* known, but not allowed to do this */
    ERR_NOT_FOUND,
    ERR_CONFLICT,   /* contradicts what is stored already */
    ERR_SUPERSEDED, /* another page of the same participant is in charge */
    ERR_FULL,       /* the study has no free condition */
    ERR_GONE,       /* was there, is over: a session closed for absence */
    ERR_TOO_LARGE,  /* over a stated size limit */
    ERR_TOO_MANY,   /* over a stated rate or count limit */
    ERR_BUSY,       /* try again later: full queue, study full, shutting down */
    ERR_STORAGE,    /* disk or database failed; nothing was acknowledged */
    ERR_INTERNAL,   /* our own mistake, or out of memory */
    ERR_KIND_COUNT
};

struct err {
    enum err_kind kind;
    char          message[ERR_MESSAGE_BYTES]; /* a sentence without trailing newline; cut when too long */
    char          field[ERR_FIELD_BYTES];     /* path of the member of a JSON message that is wrong; "" where it is none */
};

/* Fill `err` (which may be NULL). Always returns false, so that `return err_set(...)` reads as "fail with". A sentence that begins with
 * "field 'PATH'" also sets `field` to PATH; any other leaves it empty. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* As err_set with kind ERR_STORAGE, followed by ": " and strerror(errno). */
bool err_errno(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Put "context: " in front of the sentence that is there; the kind stays. Returns false. */
bool err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same for a mistake in the member `name` of a larger message: its name is put in front of the field's path, too. Returns false. */
bool err_in(struct err *err, const char *name);

/* ERR_INTERNAL, "out of memory". Returns false. */
bool err_no_memory(struct err *err);

/* The kind's name in JSON and logs, such as "not_found"; a constant string. */
const char *err_kind_name(enum err_kind kind);

#endif
