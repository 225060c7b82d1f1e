/* glmm.h - logistic mixed model with one random slope per participant and no intercept, and its leave-one-trial-out predictions.
 *
 *   P(choice = 1) = s(x (slope + u_p)),   u_p ~ N(0, slope_sd^2),
 *
 * by joint maximum likelihood over (slope, slope_sd) under the Laplace approximation: what lme4's
 * glmer(choice ~ 0 + x + (0 + x | participant), binomial), nAGQ = 1, fits. The formulas are in
 * glmm_participant.h, the search in glmm_maximum.h. x is centred and divided by its population standard deviation (1 where that is
 * 0); slope and slope_sd are per unit of that. As the model is equivariant to the unit, only the centring matters to a
 * prediction.
 * A participant may have any number of rows, and be perfectly predicted. If everybody is, the likelihood has no maximum: the status
 * is GLMM_NOT_CONVERGED and the numbers are finite. The likelihood can have more than one maximum in tiny data: the fit to all rows
 * tries several starts and keeps the best; a refit starts at that and keeps the maximum it climbs.
 * Memory is taken in _new alone. Threads: none; an object belongs to one thread, also for glmm_leave_out, which works in it. To
 * leave out on two threads make and solve two objects: a solve costs as much as some twenty refits. Next to the rows an object takes
 * about 1.5 kB per participant. */
#ifndef DINOLAB_MODEL_GLMM_H
#define DINOLAB_MODEL_GLMM_H

#include "base/err.h"

enum glmm_scale {
    GLMM_SCALE_TRAINING, /* x scaled on the rows of each fit; the row that is left out by the same numbers */
    GLMM_SCALE_ALL,      /* x scaled once, on all rows */
};

enum glmm_status {
    GLMM_CONVERGED,     /* gradient below 1e-8 */
    GLMM_SINGULAR,      /* the same, with slope_sd = 0: a normal case */
    GLMM_NOT_CONVERGED, /* no maximum: the numbers are finite, the best of a bounded search */
};

/* Borrowed by glmm_new only. */
struct glmm_data {
    int           row_count;
    int           participant_count;
    const double *x;                 /* row_count, raw, finite */
    const int    *choices;           /* 0 or 1 */
    const int    *participant_index; /* 0 .. participant_count - 1; rows of a participant need not be adjacent */
};

struct glmm_result {
    enum glmm_status status;
    double           slope;
    double           slope_sd;
    double           log_likelihood; /* Laplace */
    double           gradient_norm; /* of log_likelihood by (slope, slope_sd); at slope_sd = 0 by (slope, variance), of the latter
                                        what is positive */
    int              iteration_count;
    bool             by_expansion; /* glmm_leave_out_fast only: no fallback was needed */
};

struct glmm;

/* ERR_INVALID: no rows, a number that is not finite, an index out of range. */
MUST_CHECK struct glmm *glmm_new(const struct glmm_data *data, enum glmm_scale scale, struct err *err);
void                    glmm_free(struct glmm *fit); /* accepts NULL */

void glmm_solve(struct glmm *fit, struct glmm_result *out); /* all rows */

/* The same, beginning at what earlier data gave, for data that come in bit by bit: one search instead of several. Where that does not
 * converge it is glmm_solve. In tiny data with more than one maximum it keeps the one it climbs. */
void          glmm_solve_from(struct glmm *fit, double slope, double slope_sd, struct glmm_result *out);
const double *glmm_slopes(const struct glmm *fit); /* slope + u_p per participant, of the last glmm_solve */

/* Leave row `row` out, refit, predict it with its participant's own slope: *prob = P(choice = 1). glmm_solve must have been called,
 * and is the start; the order of the calls does not matter. */
void glmm_leave_out(struct glmm *fit, int row, struct glmm_result *out, double *prob);

/* The same by expansion around the fit to all rows: the likelihood of the other participants is a polynomial, the row's participant is
 * exact. Where the terms of highest degree do not promise a probability within 1e-9 of glmm_leave_out's, that is called. */
void glmm_leave_out_fast(struct glmm *fit, int row, struct glmm_result *out, double *prob);

#endif
