/* matrix_rows.h - some rows of a matrix in a file, .npy or text, in any order and without reading the others.
 *
 * For matrices that should not be in memory whole: a .npy file is read by npy_rows.h; of a text the beginnings of its lines are found
 * when it is opened (12 bytes a row), and a line is read when it is asked for. The numbers, and in a text how many there are, are
 * checked when they are read. Threads: none. */
#ifndef DINOLAB_MODEL_MATRIX_ROWS_H
#define DINOLAB_MODEL_MATRIX_ROWS_H

#include "base/err.h"

struct matrix_rows;

/* By the file's magic: .npy, else text. ERR_NOT_FOUND when there is no such file. */
MUST_CHECK struct matrix_rows *matrix_rows_open(const char *path, struct err *err);
void                           matrix_rows_close(struct matrix_rows *file); /* accepts NULL */

int matrix_rows_row_count(const struct matrix_rows *file);
int matrix_rows_column_count(const struct matrix_rows *file);

/* Row rows[i], from 0, becomes row i of `out`, which is row-major and has place for `count` rows. ERR_INVALID, with row or line and
 * column, for what is no finite number. */
MUST_CHECK bool matrix_rows_read(struct matrix_rows *file, const int *rows, int count, double *out, struct err *err);

#endif
