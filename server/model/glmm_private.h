/* glmm_private.h - what the files of the mixed model share. Internal: others use glmm.h.
 *
 * Rows are kept by participant, scaled on all rows: x = (raw - mean) / sd. Leaving a row out under GLMM_SCALE_TRAINING moves the
 * mean: all other rows become x - shift; the change of the sd is only one of unit. */
#ifndef DINOLAB_MODEL_GLMM_PRIVATE_H
#define DINOLAB_MODEL_GLMM_PRIVATE_H

#include "base/arena.h"
#include "model/glmm.h"
#include "model/glmm_maximum.h"

struct glmm {
    int                   row_count;
    int                   participant_count;
    enum glmm_scale       scale;
    double                x_max;
    double                variance_unit;
    double               *signed_x; /* all participants' rows, padded to whole blocks */
    double               *sign;
    struct logistic_rows *rows;        /* per participant, views of these */
    int                  *position;    /* per row of the data: its place in signed_x */
    int                  *participant; /* per row of the data */
    struct glmm_mode     *modes;       /* of the search under way */
    struct glmm_mode     *full_modes;  /* of the fit to all rows */
    double               *slopes;
    struct glmm_maximum   full;
    struct arena          memory;

    /* For glmm_leave_out_fast: made at its first call after a solve. */
    struct power_series_shape shape;
    double                   *expansions; /* per participant, shape.term_count numbers */
    double                   *expansion_total;
    bool                      has_expansion;
};

/* One row taken out; glmm_split_close puts it back. */
struct glmm_split {
    int    row;
    int    participant;
    double signed_x;
    double sign;
    double shift;   /* of the mean, in units of the sd of all rows */
    double unit;    /* sd of the training rows, in units of the sd of all rows */
    bool   is_flat; /* no training row differs from the mean: nothing can be learnt */
};

void glmm_split_open(struct glmm *fit, int row, struct glmm_split *split);
void glmm_split_close(struct glmm *fit, const struct glmm_split *split);

/* Every participant to search in, from the fit to all rows. */
struct glmm_terms glmm_all_terms(struct glmm *fit);

/* Result and prediction from a maximum, at which the participant's mode is `mode`. */
void glmm_split_result(const struct glmm_split *split, const struct glmm_maximum *maximum, double mode, struct glmm_result *out,
                       double *prob);

#endif
