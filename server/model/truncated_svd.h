/* truncated_svd.h - the first k left singular vectors of a matrix, each times its singular value: what latent semantic analysis
 * calls the coordinates of the rows.
 *
 * No centring. Works on the inner products of the smaller side, so singular values below about 1e-7 of the largest are noise:
 * beyond the numerical rank the columns are 0. The sign of each column makes the component of largest magnitude of its right
 * singular vector positive (the first of equals), so the same matrix gives the same numbers. Pure; threads: none. */
#ifndef DINOLAB_MODEL_TRUNCATED_SVD_H
#define DINOLAB_MODEL_TRUNCATED_SVD_H

#include "model/npy.h"

/* 1 <= component_count <= min(rows, columns), else ERR_INVALID. On success the caller owns *out (matrix_close): rows x components. */
MUST_CHECK bool truncated_svd(const struct matrix *matrix, int component_count, struct matrix *out, struct err *err);

#endif
