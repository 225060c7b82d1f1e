/* npy_rows.h - some rows of a matrix in a .npy file, without reading the others.
 *
 * Every type, order and byte order of npy.h; no text. The header and the file's length are checked when it is opened, the numbers that
 * are read when they are. In Fortran order a row lies scattered over the file: then each column is read from the first to the last
 * row that is asked for. Threads: several may read from one open file at once. */
#ifndef DINOLAB_MODEL_NPY_ROWS_H
#define DINOLAB_MODEL_NPY_ROWS_H

#include "base/err.h"

struct npy_rows;

/* ERR_NOT_FOUND when there is no such file; ERR_INVALID, with the sentences of npy_read_file, when it is not a whole matrix. */
MUST_CHECK struct npy_rows *npy_rows_open(const char *path, struct err *err);
void                        npy_rows_close(struct npy_rows *file); /* accepts NULL */

int npy_rows_row_count(const struct npy_rows *file);
int npy_rows_column_count(const struct npy_rows *file);

/* Row rows[i], from 0, becomes row i of `out`, which is row-major and has place for `count` rows. ERR_INVALID for a row that the
 * matrix does not have and for a number that is not finite; ERR_STORAGE when the file has become shorter. */
MUST_CHECK bool npy_rows_read(const struct npy_rows *file, const int *rows, int count, double *out, struct err *err);

#endif
