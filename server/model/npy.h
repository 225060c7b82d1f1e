/* npy.h - matrices in files: NumPy's .npy (format versions 1, 2, 3) and plain text.
 *
 * Reads float32, float64 and the integer types, C and Fortran order, little and big endian; only one- and two-dimensional arrays.
 * A truncated, oversized, object-typed or NaN-holding file is ERR_INVALID with file and reason. Writes version 1, '<f8', C order.
 * The parser works on bytes in memory, so that it can be fuzzed; the *_file functions add the reading. Threads: none. */
#ifndef DINOLAB_MODEL_NPY_H
#define DINOLAB_MODEL_NPY_H

#include <stddef.h>

#include "base/err.h"

/* A dense row-major matrix of doubles, owned. */
struct matrix {
    int     row_count;
    int     column_count;
    double *values; /* row_count x column_count; malloc'ed */
};

void matrix_close(struct matrix *matrix); /* accepts a zeroed or closed matrix */

/* `name` appears in the error's sentence. On success the caller owns *out (matrix_close). */
MUST_CHECK bool npy_read_bytes(const char *name, const unsigned char *bytes, size_t byte_count, struct matrix *out,
                               struct err *err);

/* ERR_NOT_FOUND when there is no such file. By the file's magic: .npy, else text (whitespace- or comma-separated numbers, one row a line, equal counts). */
MUST_CHECK bool npy_read_file(const char *path, struct matrix *out, struct err *err);
MUST_CHECK bool npy_write_file(const char *path, const struct matrix *matrix, struct err *err);

#endif
