/* text.h - strings: borrowed spans and a growing builder.
 *
 * The builder's failure is sticky: append as you like, look once at the end with text_ok. Threads: none. */
#ifndef DINOLAB_BASE_TEXT_H
#define DINOLAB_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Bytes that somebody else owns. `data` need not end with NUL. */
struct span {
    const char *data;
    size_t      length;
};

struct span span_of(const char *text); /* of a C string; NULL gives the empty span */
bool        span_equal(struct span left, const char *right);

struct text {
    char  *data; /* always NUL-terminated once something was appended; owned */
    size_t length;
    size_t capacity;
    bool   is_failed; /* out of memory at some append; what was appended since is lost */
};

void text_init(struct text *text);
void text_close(struct text *text); /* accepts an initialised or closed text */
void text_reset(struct text *text); /* empty again, keeps its memory */

void text_append(struct text *text, const char *data, size_t bytes);
void text_add(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_add_f64(struct text *text, double number); /* finite; the fewest of 15 or 17 digits that read back to the same bits */
MUST_CHECK bool text_ok(const struct text *text, struct err *err);

/* Takes the bytes out as one malloc'ed, NUL-terminated string that the caller frees; the text is empty afterwards. NULL on failure. */
char *text_take(struct text *text);

/* Whole-string number parsing; false unless all of `string` is one number in range. */
MUST_CHECK bool text_to_i64(const char *string, int64_t min, int64_t max, int64_t *out);
MUST_CHECK bool text_to_f64(const char *string, double *out); /* finite only */

/* `slug`s and names that become URLs or file names: 1 to 64 of a-z 0-9 _ - , starting with a letter or digit. */
bool text_is_slug(const char *string);

/* Well-formed UTF-8 without NUL (RFC 3629: no surrogates, no overlong forms). */
bool text_is_utf8(const char *data, size_t bytes);

#endif
