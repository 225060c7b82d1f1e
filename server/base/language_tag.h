/* language_tag.h - language tags as in BCP 47: "en", "de-AT", "zh-Hant-TW". What a tag looks like and what it falls back to; not a
 * list of the languages that there are. Threads: none. */
#ifndef DINOLAB_BASE_LANGUAGE_TAG_H
#define DINOLAB_BASE_LANGUAGE_TAG_H

#include "base/err.h"

enum { LANGUAGE_TAG_BYTES = 36 }; /* 35 signs are enough for every registered tag (RFC 5646, 4.4.1) */

/* In the usual spelling: "DE-at" becomes "de-AT", "zh-hant" becomes "zh-Hant". False, and an empty `out`, for NULL and for what is
 * not a tag: subtags of 1 to 8 letters and digits joined by '-', the first of 2 or 3 letters. */
MUST_CHECK bool language_tag_read(const char *text, char out[LANGUAGE_TAG_BYTES]);

/* One step of looking a language up (RFC 4647, 3.4): "zh-Hant-TW" becomes "zh-Hant", then "zh"; false when nothing can go. */
bool language_tag_shorten(char tag[LANGUAGE_TAG_BYTES]);

/* "de-AT" and "de-CH" are the same language, as far as reading goes. */
bool language_tag_same_language(const char *left, const char *right);

#endif
