/* sparse_step.h - the Newton step of an objective with an absolute-value penalty, exactly:
 *
 *   minimise over z   g.z + 1/2 |A z|^2 + |w + z|_1
 *
 * by an active set (the feature-sign search of Lee, Battle, Raina and Ng 2007): weights off zero keep their sign and are solved for
 * together; one that would cross zero stops there and leaves; of those at zero the one whose slope exceeds the penalty most
 * joins. Each move lowers the objective, so that a search cut short still gives a step downwards.
 * The columns in use may be dependent: a damping near rounding keeps the equations solvable, and the move along a direction that
 * changes nothing but the penalty ends where a weight reaches zero.
 * No I/O, no allocation after _new. Threads: none; it belongs to one thread. */
#ifndef DINOLAB_MODEL_SPARSE_STEP_H
#define DINOLAB_MODEL_SPARSE_STEP_H

#include "base/err.h"

/* Borrowed during a call. */
struct sparse_step_data {
    int           column_count;
    int           row_count;
    const double *columns;   /* A by columns: column_count x row_count */
    const double *gradient;  /* g, column_count */
    const double *tolerance; /* a weight at zero joins when its slope is beyond 1 + tolerance; column_count */
};

struct sparse_step;

/* Takes all memory, for up to column_max columns of row_max numbers. */
MUST_CHECK struct sparse_step *sparse_step_new(int row_max, int column_max, struct err *err);
void                           sparse_step_free(struct sparse_step *step); /* accepts NULL */

/* `weights` holds w and receives w + z; what was left at or brought to zero is 0 exactly. */
void sparse_step_solve(struct sparse_step *step, const struct sparse_step_data *data, double *weights);

#endif
