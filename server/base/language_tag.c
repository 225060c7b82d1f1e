#include "base/language_tag.h"

#include <string.h>

enum { SUBTAG_LENGTH_MAX = 8 };

static bool is_letter(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

static char lower(char sign)
{
    return sign >= 'A' && sign <= 'Z' ? (char)(sign - 'A' + 'a') : sign;
}

static char upper(char sign)
{
    return sign >= 'a' && sign <= 'z' ? (char)(sign - 'a' + 'A') : sign;
}

static bool is_subtag(const char *subtag, size_t length, bool is_first)
{
    if (length < 1 || length > SUBTAG_LENGTH_MAX || (is_first && (length < 2 || length > 3))) return false;
    for (size_t i = 0; i < length; i++)
        if (!is_letter(subtag[i]) && (is_first || subtag[i] < '0' || subtag[i] > '9')) return false;
    return true;
}

/* RFC 5646, 2.1.1: a region in capitals, a script with one, all else small; after a single sign all is small. */
static void spell(const char *subtag, size_t length, bool is_plain, char *out)
{
    for (size_t i = 0; i < length; i++) {
        bool is_capital = !is_plain && (length == 2 || (length == 4 && i == 0));

        out[i] = is_capital ? upper(subtag[i]) : lower(subtag[i]);
    }
}

bool language_tag_read(const char *text, char out[LANGUAGE_TAG_BYTES])
{
    char   tag[LANGUAGE_TAG_BYTES];
    size_t length   = text == NULL ? 0 : strlen(text);
    bool   is_plain = true; /* the first subtag is */

    out[0] = '\0';
    if (length == 0 || length >= sizeof tag) return false;
    for (size_t at = 0; at <= length;) {
        size_t subtag_length = strcspn(text + at, "-");

        if (!is_subtag(text + at, subtag_length, at == 0)) return false;
        spell(text + at, subtag_length, is_plain, tag + at);
        is_plain = (at > 0 && is_plain) || subtag_length == 1;
        at += subtag_length;
        tag[at] = text[at];
        at++;
    }
    memcpy(out, tag, length + 1);
    return true;
}

bool language_tag_shorten(char tag[LANGUAGE_TAG_BYTES])
{
    char *dash = strrchr(tag, '-');

    if (dash == NULL) return false;
    *dash = '\0';
    if (dash - tag >= 2 && dash[-2] == '-') dash[-2] = '\0'; /* a single sign says nothing without what follows it */
    return true;
}

bool language_tag_same_language(const char *left, const char *right)
{
    size_t length = strcspn(left, "-");

    return length == strcspn(right, "-") && strncmp(left, right, length) == 0;
}
