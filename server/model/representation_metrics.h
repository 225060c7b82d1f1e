/* representation_metrics.h - what a representation is like, apart from how well it predicts anyone: how far its objects are apart,
 * how much its geometry is that of the task, and how often a learner on it is right. Its intrinsic dimension: intrinsic_dimension.h.
 *
 * Where a metric is not defined there is a status instead of a number; ERR_INVALID and ERR_INTERNAL (memory) are errors. Matrices are
 * read, never changed or copied whole; the numbers must be finite, as npy.h gives them. Pure; threads: none. */
#ifndef DINOLAB_MODEL_REPRESENTATION_METRICS_H
#define DINOLAB_MODEL_REPRESENTATION_METRICS_H

#include "model/learner.h"
#include "model/npy.h"

/* Grows whenever a number of this header or of intrinsic_dimension.h changes: what was stored is then computed again. */
enum { REPRESENTATION_METRICS_REVISION = 1 };

enum metric_status {
    METRIC_DONE,
    METRIC_NO_OBJECT_TWICE, /* no object has two pictures: nothing is within a class */
    METRIC_ROW_OF_ZEROS,    /* a row without a direction has no cosine */
    METRIC_ONE_DIRECTION,   /* all rows point the same way */
    METRIC_NO_VARIANCE,     /* all rows of a matrix are equal */
    METRIC_TOO_FEW_ROWS,    /* fewer than three different rows */
    METRIC_NO_SCALE,        /* nearest neighbours at the distance 0, or first and second at the same distance throughout */
    METRIC_TOO_LARGE,       /* sums beyond the range of numbers */
    METRIC_NO_TRIALS,       /* no trial with a right answer */
    METRIC_STATUS_COUNT
};

struct metric {
    enum metric_status status;
    double             value; /* 0 unless METRIC_DONE */
};

/* Why there is no value, for people: a constant text without capital or full stop. NULL for METRIC_DONE. */
const char *metric_reason(enum metric_status status);

/* Class separation (Kornblith et al. 2021): R^2 = 1 - d_within / d_total in cosine distance over all ordered pairs, an image with
 * itself included, every class weighing the same whatever its size:
 *   d_within = mean over classes k of the mean distance in k;   d_total = mean over pairs of classes of the mean distance between them.
 * By class means of unit vectors: time O(rows x columns), memory O(classes x columns). class_index[row] is the object of each row, in
 * 0 .. class_count - 1; classes without rows do not count. */
MUST_CHECK bool metrics_class_separation(const struct matrix *matrix, const int *class_index, int class_count, struct metric *out,
                                         struct err *err);

/* The number that the study of 2024 printed for a class separation: it counted pairs within a class once and others twice. */
double metrics_class_separation_paper(double class_separation);

/* Linear centred kernel alignment (Kornblith et al. 2019) of two matrices with equal row counts (else ERR_INVALID), in [0, 1]:
 * |Y'X|^2 / (|X'X| |Y'Y|), Frobenius norms, centred columns. Works in the smaller of rows x rows and columns x columns. */
MUST_CHECK bool metrics_linear_cka(const struct matrix *left, const struct matrix *right, struct metric *out, struct err *err);

/* The share of trials where a learner's own expectation points to the right answer; trial 0 and exact ties count one half; pairs of
 * equal points are left out. `values` has trial_count places, `targets` one per image as in learner.h. */
struct metric metrics_task_accuracy(enum learner_task task, int trial_count, const struct learner_value *values,
                                    const double *targets);

#endif
