/* pca.h - principal components: the coordinates of some rows along their directions of largest variance.
 *
 * Columns are centred, not scaled. By singular value decomposition of the centred rows, so that small components keep their
 * digits; beyond the numerical rank the scores are exactly 0, as a learner may scale them up. The sign of each component makes
 * its score of largest magnitude positive (the first of equals), so the same rows give the same numbers. Pure; threads: none. */
#ifndef DINOLAB_MODEL_PCA_H
#define DINOLAB_MODEL_PCA_H

#include "base/err.h"

/* `rows` are row-major and contiguous; 1 <= component_count <= min(row_count, feature_count). `scores` is the caller's:
 * row_count x component_count, row-major. Takes and gives back its own memory. ERR_INVALID when a number is not finite. */
MUST_CHECK bool pca_scores(const double *rows, int row_count, int feature_count, int component_count, double *scores,
                           struct err *err);

#endif
