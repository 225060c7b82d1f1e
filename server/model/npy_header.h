/* npy_header.h - the header of NumPy's .npy files: a magic, a version and a Python dictionary such as
 * {'descr': '<f8', 'fortran_order': False, 'shape': (1854, 49), }. For npy.c, npy_rows.c, and whoever writes a file row by row. Pure; threads: none. */
#ifndef DINOLAB_MODEL_NPY_HEADER_H
#define DINOLAB_MODEL_NPY_HEADER_H

#include <stddef.h>

#include "base/err.h"

enum npy_kind { NPY_FLOAT, NPY_SIGNED, NPY_UNSIGNED };

struct npy_header {
    enum npy_kind kind;
    int           width; /* bytes of one number: 1, 2, 4 or 8 */
    bool          is_big_endian;
    bool          is_fortran; /* column after column */
    int           row_count;  /* at least 1, as is column_count; a one-dimensional array is one column */
    int           column_count;
    size_t        data_offset;
};

bool npy_has_magic(const unsigned char *bytes, size_t byte_count);

MUST_CHECK bool npy_header_read(const char *name, const unsigned char *bytes, size_t byte_count, struct npy_header *out,
                                struct err *err);

/* ERR_INVALID unless the matrix fills a file of byte_count bytes to its end. */
MUST_CHECK bool npy_header_fits(const char *name, const struct npy_header *header, size_t byte_count, struct err *err);

enum { NPY_HEADER_BYTES = 128 };

/* The whole header of a version 1 file of little-endian doubles in C order. */
void npy_header_write(int row_count, int column_count, unsigned char out[NPY_HEADER_BYTES]);

#endif
