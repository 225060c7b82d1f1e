/* json_write.h - JSON to a text, piece by piece, commas and escapes included.
 *
 *     json_begin_object(&writer, NULL);
 *     json_i64(&writer, "trial_index", 17);
 *     json_end_object(&writer);
 *
 * `key` is NULL inside an array and at the top. Doubles are written so that they read back to the same bits; NaN and infinities
 * become null. Bytes of texts that are not UTF-8 become U+FFFD. Running out of memory shows in text_ok of the text. Threads: none. */
#ifndef DINOLAB_JSON_JSON_WRITE_H
#define DINOLAB_JSON_JSON_WRITE_H

#include <stdint.h>

#include "base/text.h"

struct json_writer {
    struct text *out; /* borrowed */
    bool         needs_comma;
};

void json_writer_init(struct json_writer *writer, struct text *out);
void json_begin_object(struct json_writer *writer, const char *key);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *key);
void json_end_array(struct json_writer *writer);
void json_i64(struct json_writer *writer, const char *key, int64_t value);
void json_f64(struct json_writer *writer, const char *key, double value);
void json_bool(struct json_writer *writer, const char *key, bool value);
void json_null(struct json_writer *writer, const char *key);
void json_text(struct json_writer *writer, const char *key, const char *value); /* NULL becomes null */
void json_raw(struct json_writer *writer, const char *key, const char *json);   /* well-formed JSON, put in as it is */

#endif
