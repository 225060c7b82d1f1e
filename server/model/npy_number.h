/* npy_number.h - the numbers of .npy files as doubles. For npy.c, npy_rows.c, and whoever writes a file row by row. Pure; threads: none. */
#ifndef DINOLAB_MODEL_NPY_NUMBER_H
#define DINOLAB_MODEL_NPY_NUMBER_H

#include "model/npy_header.h"

/* The number that the first header->width of `bytes` spell. */
double npy_number(const struct npy_header *header, const unsigned char *bytes);

/* The machine's own double: the bytes are the number. */
bool npy_is_own_double(const struct npy_header *header);

/* `count` numbers one after another; fast for floats in the machine's own byte order. */
void npy_numbers(const struct npy_header *header, const unsigned char *bytes, int count, double *out);

/* ERR_INVALID names the row and the first column that is not a finite number. */
MUST_CHECK bool npy_row_is_finite(const char *name, int row, const double *values, int count, struct err *err);

/* `count` numbers as a file of npy_header_write has them: eight bytes each, little-endian. */
void npy_put_numbers(const double *values, int count, unsigned char *out);

#endif
