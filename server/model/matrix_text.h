/* matrix_text.h - a matrix from plain text: whitespace- or comma-separated decimal numbers, one row a line, equal counts.
 *
 * Lines without anything on them are skipped. No header line, no comments, no empty fields, nothing that is not finite: each is
 * ERR_INVALID with name, line and column. Pure; threads: none. */
#ifndef DINOLAB_MODEL_MATRIX_TEXT_H
#define DINOLAB_MODEL_MATRIX_TEXT_H

#include "model/npy.h"

/* `name` appears in the error's sentence; `text` need not end with NUL. On success the caller owns *out (matrix_close). */
MUST_CHECK bool matrix_read_text(const char *name, const char *text, size_t byte_count, struct matrix *out, struct err *err);

/* One line of such a text; `line` is its number, for the sentence. A blank line is a row without columns. */
MUST_CHECK bool matrix_read_text_line(const char *name, int line, const char *text, size_t byte_count, struct matrix *out,
                                      struct err *err);

#endif
