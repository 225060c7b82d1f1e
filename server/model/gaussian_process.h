/* gaussian_process.h - Gaussian process regression with an RBF kernel (Rasmussen and Williams 2006, chapters 2 and 5).
 *
 *   y(x) ~ N(0, K),   K_ij = signal_variance exp(-|x_i - x_j|^2 / (2 length_scale^2)) + noise_variance [i = j]
 *
 * on raw targets: the prior mean is 0, nothing is centred. The three parameters maximise the log marginal likelihood
 *   -1/2 y'K^-1 y - 1/2 log det K - n/2 log 2 pi
 * with each between 1e-5 and 1e5, as in scikit-learn's GaussianProcessRegressor(ConstantKernel() * RBF() + WhiteKernel()).
 *
 * The likelihood has several stationary points: beside the maximum of interest a plateau where the length scale is so large that
 * all rows look alike, and one where it is so small that none resembles another. Which is found is settled by an ascent from 1, 1,
 * 1 that goes uphill all the way in short steps: the first along the common scale of both variances, where the maximum is
 * y'(R + I)^-1 y / n in closed form, R the correlations; then Newton steps of the three log parameters with the exact Hessian, none
 * longer than radius_max (box_newton.h). A line search such as that of L-BFGS-B leaps to the plateau of large scales instead: on
 * the 2022 reward data, from the same start, it ended there in 3,722 of 3,725 fits, while this ascent ended in all but two of them at
 * the best maximum that any of several starts led to. Where rows are further apart than 4 (root mean square: many standardised
 * features), length scale 1 sees no resemblance and has no slope; then the ascent starts from that distance if the likelihood is higher there.
 * Every solve starts afresh, so the answer is a function of the data alone. With one or two rows the three parameters are not
 * determined: the answer is the point of the ridge of equal likelihood at which the ascent arrives.
 * No I/O, no allocation after _new. Threads: none; a fit belongs to one thread. */
#ifndef DINOLAB_MODEL_GAUSSIAN_PROCESS_H
#define DINOLAB_MODEL_GAUSSIAN_PROCESS_H

#include "base/err.h"

struct gaussian_process_settings {
    double gradient_tolerance; /* of the log marginal likelihood by the log parameters, in nats */
    double radius_max;         /* longest step of a log parameter */
    int    iteration_max;
};

extern const struct gaussian_process_settings GAUSSIAN_PROCESS_DEFAULTS; /* 1e-8, 1.0, 200 */

/* Bounds of each of the three parameters. */
extern const double GAUSSIAN_PROCESS_LOWER; /* 1e-5 */
extern const double GAUSSIAN_PROCESS_UPPER; /* 1e5 */

/* Borrowed during a call. All numbers must be finite, and squares of targets below about 1e200. */
struct gaussian_process_data {
    int           row_count;         /* 1 .. row_max */
    const double *squared_distances; /* of rows to rows, row-major, lower triangle, `stride` apart */
    int           stride;
    const double *targets;
};

enum gaussian_process_status {
    GAUSSIAN_PROCESS_CONVERGED, /* a local maximum, maybe at a bound */
    GAUSSIAN_PROCESS_ITERATION_LIMIT,
    GAUSSIAN_PROCESS_SINGULAR, /* K could not be factorised, or gave numbers that are not finite; means are then 0 */
};

struct gaussian_process_result {
    enum gaussian_process_status status;
    int                          iteration_count;
    double                       signal_variance;
    double                       length_scale;
    double                       noise_variance;
    double                       log_likelihood; /* marginal, in nats */
    double                       gradient_norm;  /* largest entry of the gradient that does not push against a bound */
};

struct gaussian_process;

/* Takes all memory: four square matrices of row_max rows. */
MUST_CHECK struct gaussian_process *gaussian_process_new(int row_max, const struct gaussian_process_settings *settings,
                                                         struct err *err);
void                                gaussian_process_free(struct gaussian_process *fit); /* accepts NULL */

void gaussian_process_solve(struct gaussian_process *fit, const struct gaussian_process_data *data,
                            struct gaussian_process_result *result);

/* Posterior mean, at the last solve, of a row with these squared distances to the training rows. */
double gaussian_process_mean(const struct gaussian_process *fit, const double *squared_distances);

#endif
