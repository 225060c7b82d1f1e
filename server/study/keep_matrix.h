/* keep_matrix.h - a matrix becomes a file of the data folder: doubles, in the order of a set's stimuli, named by its content.
 *
 * It is read and written a block of rows at a time, so that memory does not grow with it. Whole and synced under its name, or not at all;
 * a file without a row in the store is harmless. Threads: none. */
#ifndef DINOLAB_STUDY_KEEP_MATRIX_H
#define DINOLAB_STUDY_KEEP_MATRIX_H

#include "model/matrix_rows.h"
#include "store/data_folder.h"

/* Row row_of[i] of `from` becomes row i; NULL: all rows as they are. `count` is at least 1. */
MUST_CHECK bool keep_matrix(const struct data_folder *folder, struct matrix_rows *from, const int *row_of, int count,
                            struct secret_hash *sha256, struct err *err);

#endif
