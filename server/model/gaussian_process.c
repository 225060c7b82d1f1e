#include "model/gaussian_process.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/box_newton.h"

const struct gaussian_process_settings GAUSSIAN_PROCESS_DEFAULTS = {
    .gradient_tolerance = 1e-8,
    .radius_max         = 1.0,
    .iteration_max      = 200,
};

const double GAUSSIAN_PROCESS_LOWER = 1e-5;
const double GAUSSIAN_PROCESS_UPPER = 1e5;

enum { SIGNAL, LENGTH, NOISE, PARAMETER_COUNT };

enum { ROW_LIMIT = 20000 }; /* 13 GB, and hours */

/* exp(-x) is 0 from here on, so that distances may be as large as they like. */
static const double EXPONENT_MAX = 745.2;

/* At length scale 1 rows as far apart as this have a correlation of exp(-8). */
static const double BLIND_DISTANCE = 4.0;

static const double LOG_TWO_PI = 1.8378770664093454836;

/* Matrices are row-major with the lower triangle in use, which is LAPACK's upper triangle by columns. With P = K^-1, a = P y and
 * K_i, K_ij the derivatives of K by log parameters, those of the log marginal likelihood are
 *   L_i  = 1/2 a'K_i a - 1/2 tr(P K_i),
 *   L_ij = 1/2 a'K_ij a - 1/2 tr(P K_ij) - a'K_i P K_j a + 1/2 tr(P K_i P K_j).
 * As K_signal = K - noise I and K_noise = noise I, only K_length asks for a product of matrices. */
struct gaussian_process {
    struct gaussian_process_settings settings;
    int                              row_max;
    double                          *correlation; /* R, without its diagonal of ones; not scaled */
    double                          *factor;      /* of K; then P, both triangles */
    double                          *slope;       /* K_length */
    double                          *product;     /* P K_length */
    double                          *dual;        /* a */
    double                          *slope_dual;  /* K_length a */
    double                          *scratch;
    struct arena                     memory;

    /* Of the solve under way, or the last. */
    const struct gaussian_process_data *data;
    int                                 row_count;
    double                              signal;
    double                              length;
    double                              noise;
};

static double *take_doubles(struct gaussian_process *fit, int count, int times)
{
    return arena_alloc_array(&fit->memory, (size_t)count, (size_t)times * sizeof(double));
}

static bool gaussian_process_take_memory(struct gaussian_process *fit)
{
    const int rows = fit->row_max;

    fit->correlation = take_doubles(fit, rows, rows);
    fit->factor      = take_doubles(fit, rows, rows);
    fit->slope       = take_doubles(fit, rows, rows);
    fit->product     = take_doubles(fit, rows, rows);
    fit->dual        = take_doubles(fit, rows, 1);
    fit->slope_dual  = take_doubles(fit, rows, 1);
    fit->scratch     = take_doubles(fit, rows, 1);
    return fit->correlation != NULL && fit->factor != NULL && fit->slope != NULL && fit->product != NULL && fit->dual != NULL &&
           fit->slope_dual != NULL && fit->scratch != NULL;
}

struct gaussian_process *gaussian_process_new(int row_max, const struct gaussian_process_settings *settings, struct err *err)
{
    struct gaussian_process *fit = NULL;

    if (row_max > ROW_LIMIT) {
        err_set(err, ERR_TOO_LARGE, "gaussian_process takes at most %d rows, not %d", ROW_LIMIT, row_max);
        return NULL;
    }
    fit = calloc(1, sizeof *fit);
    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->settings = *settings;
    fit->row_max  = row_max;
    if (!gaussian_process_take_memory(fit)) {
        gaussian_process_free(fit);
        err_no_memory(err);
        return NULL;
    }
    return fit;
}

void gaussian_process_free(struct gaussian_process *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

static double *matrix_row(double *matrix, const struct gaussian_process *fit, int row)
{
    return matrix + (ptrdiff_t)row * fit->row_count;
}

static double correlation_at(double squared_distance, double rate)
{
    const double exponent = squared_distance * rate;

    return exponent < EXPONENT_MAX ? exp(-exponent) : 0.0;
}

/* R at the length scale, and into `factor` K. */
static void fill_kernel(struct gaussian_process *fit)
{
    const double rate = 0.5 / (fit->length * fit->length);

    for (int i = 0; i < fit->row_count; i++) {
        const double *squared_distances = fit->data->squared_distances + (ptrdiff_t)i * fit->data->stride;
        double       *correlation       = matrix_row(fit->correlation, fit, i);
        double       *kernel            = matrix_row(fit->factor, fit, i);

        for (int j = 0; j < i; j++) {
            correlation[j] = correlation_at(squared_distances[j], rate);
            kernel[j]      = fit->signal * correlation[j];
        }
        kernel[i] = fit->signal + fit->noise;
    }
}

/* K's factor and a; false when K is not positive definite in this arithmetic. */
static bool factorise(struct gaussian_process *fit, double *log_determinant)
{
    const int n = fit->row_count;

    fill_kernel(fit);
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', n, fit->factor, n) != 0) return false;
    memcpy(fit->dual, fit->data->targets, (size_t)n * sizeof(double));
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, fit->factor, n, fit->dual, 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, n, fit->factor, n, fit->dual, 1);
    *log_determinant = 0.0;
    for (int i = 0; i < n; i++) *log_determinant += 2.0 * log(matrix_row(fit->factor, fit, i)[i]);
    return true;
}

static double log_likelihood_at(void *context, const double *point)
{
    struct gaussian_process *fit = context;
    double                   log_determinant;

    fit->signal = exp(point[SIGNAL]);
    fit->length = exp(point[LENGTH]);
    fit->noise  = exp(point[NOISE]);
    if (!factorise(fit, &log_determinant)) return -INFINITY;
    return -0.5 *
           (cblas_ddot(fit->row_count, fit->data->targets, 1, fit->dual, 1) + log_determinant + fit->row_count * LOG_TWO_PI);
}

/* From the factor of K to P in both triangles. */
static bool invert(struct gaussian_process *fit)
{
    const int n = fit->row_count;

    if (LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', n, fit->factor, n) != 0) return false;
    for (int i = 0; i < n; i++) {
        const double *row = matrix_row(fit->factor, fit, i);

        for (int j = 0; j < i; j++) matrix_row(fit->factor, fit, j)[i] = row[j];
    }
    return true;
}

/* What the derivatives are made of. */
struct sums {
    double trace;            /* of P */
    double square;           /* of P P */
    double slope;            /* a'K_length a - tr(P K_length) */
    double curvature;        /* the same of K_length,length */
    double slope_trace;      /* of P K_length */
    double slope_square;     /* of P K_length P K_length */
    double slope_inverse;    /* of P P K_length */
    double target_dual;      /* y'a */
    double dual_dual;        /* a'a */
    double dual_slope;       /* a'K_length a */
    double dual_inverse;     /* a'P a */
    double slope_dual;       /* (K_length a)'P a */
    double slope_dual_twice; /* (K_length a)'P K_length a */
};

/* K_length = signal R q with q = D / length^2, and K_length,length = K_length (q - 2). */
static void fill_slope(struct gaussian_process *fit, struct sums *sums)
{
    const double scale = 1.0 / (fit->length * fit->length);

    for (int i = 0; i < fit->row_count; i++) {
        const double *squared_distances = fit->data->squared_distances + (ptrdiff_t)i * fit->data->stride;
        const double *correlation       = matrix_row(fit->correlation, fit, i);
        const double *inverse           = matrix_row(fit->factor, fit, i);
        double       *slope             = matrix_row(fit->slope, fit, i);

        for (int j = 0; j < i; j++) {
            const double ratio  = correlation[j] > 0.0 ? squared_distances[j] * scale : 0.0;
            const double weight = 2.0 * (fit->dual[i] * fit->dual[j] - inverse[j]);

            slope[j] = fit->signal * correlation[j] * ratio;
            sums->slope += weight * slope[j];
            sums->curvature += weight * slope[j] * (ratio - 2.0);
            sums->slope_trace += 2.0 * inverse[j] * slope[j];
        }
        slope[i] = 0.0;
    }
}

static void add_traces(struct gaussian_process *fit, struct sums *sums)
{
    const int n = fit->row_count;

    cblas_dsymm(CblasRowMajor, CblasRight, CblasLower, n, n, 1.0, fit->slope, n, fit->factor, n, 0.0, fit->product, n);
    for (int i = 0; i < n; i++) {
        const double *inverse = matrix_row(fit->factor, fit, i);
        const double *product = matrix_row(fit->product, fit, i);

        sums->trace += inverse[i];
        sums->square += cblas_ddot(n, inverse, 1, inverse, 1);
        sums->slope_inverse += cblas_ddot(n, inverse, 1, product, 1);
        sums->slope_square += cblas_ddot(n, product, 1, fit->product + i, n);
    }
}

static void add_quadratics(struct gaussian_process *fit, struct sums *sums)
{
    const int n = fit->row_count;

    cblas_dsymv(CblasRowMajor, CblasLower, n, 1.0, fit->slope, n, fit->dual, 1, 0.0, fit->slope_dual, 1);
    sums->target_dual = cblas_ddot(n, fit->data->targets, 1, fit->dual, 1);
    sums->dual_dual   = cblas_ddot(n, fit->dual, 1, fit->dual, 1);
    sums->dual_slope  = cblas_ddot(n, fit->dual, 1, fit->slope_dual, 1);
    cblas_dsymv(CblasRowMajor, CblasLower, n, 1.0, fit->factor, n, fit->dual, 1, 0.0, fit->scratch, 1);
    sums->dual_inverse = cblas_ddot(n, fit->dual, 1, fit->scratch, 1);
    sums->slope_dual   = cblas_ddot(n, fit->slope_dual, 1, fit->scratch, 1);
    cblas_dsymv(CblasRowMajor, CblasLower, n, 1.0, fit->factor, n, fit->slope_dual, 1, 0.0, fit->scratch, 1);
    sums->slope_dual_twice = cblas_ddot(n, fit->slope_dual, 1, fit->scratch, 1);
}

static void set_pair(double *hessian, int i, int j, double value)
{
    hessian[i * PARAMETER_COUNT + j] = value;
    hessian[j * PARAMETER_COUNT + i] = value;
}

/* The point is the one that the factor is of. */
static void derivatives_at(void *context, const double *point, double *gradient, double *hessian)
{
    struct gaussian_process *fit   = context;
    struct sums              sums  = {.trace = 0.0};
    const double             noise = fit->noise;
    const double             n     = fit->row_count;

    (void)point;
    if (!invert(fit)) {
        for (int i = 0; i < PARAMETER_COUNT; i++) gradient[i] = NAN;
        return;
    }
    fill_slope(fit, &sums);
    add_traces(fit, &sums);
    add_quadratics(fit, &sums);
    gradient[SIGNAL] = 0.5 * (sums.target_dual - noise * sums.dual_dual - n + noise * sums.trace);
    gradient[LENGTH] = 0.5 * sums.slope;
    gradient[NOISE]  = 0.5 * noise * (sums.dual_dual - sums.trace);
    set_pair(hessian, SIGNAL, SIGNAL,
             gradient[SIGNAL] - (sums.target_dual - 2.0 * noise * sums.dual_dual + noise * noise * sums.dual_inverse) +
                 0.5 * (n - 2.0 * noise * sums.trace + noise * noise * sums.square));
    set_pair(hessian, SIGNAL, LENGTH,
             gradient[LENGTH] - (sums.dual_slope - noise * sums.slope_dual) +
                 0.5 * (sums.slope_trace - noise * sums.slope_inverse));
    set_pair(hessian, SIGNAL, NOISE,
             -noise * (sums.dual_dual - noise * sums.dual_inverse) + 0.5 * noise * (sums.trace - noise * sums.square));
    set_pair(hessian, LENGTH, LENGTH, 0.5 * sums.curvature - sums.slope_dual_twice + 0.5 * sums.slope_square);
    set_pair(hessian, LENGTH, NOISE, noise * (0.5 * sums.slope_inverse - sums.slope_dual));
    set_pair(hessian, NOISE, NOISE, gradient[NOISE] + noise * noise * (0.5 * sums.square - sums.dual_inverse));
}

/* Both variances equal, at the maximum over their common size; returns the log likelihood there, or -infinity. */
static double start_at_length(struct gaussian_process *fit, double length, double *point)
{
    double log_determinant, size;

    fit->signal = fit->noise = 1.0;
    fit->length              = length;
    if (!factorise(fit, &log_determinant)) return -INFINITY;
    size          = cblas_ddot(fit->row_count, fit->data->targets, 1, fit->dual, 1) / fit->row_count;
    point[SIGNAL] = log(fmin(fmax(size, GAUSSIAN_PROCESS_LOWER), GAUSSIAN_PROCESS_UPPER));
    point[LENGTH] = log(length);
    point[NOISE]  = point[SIGNAL];
    return log_likelihood_at(fit, point);
}

/* Root mean square distance of two rows. */
static double typical_distance(const struct gaussian_process *fit)
{
    const double n   = fit->row_count;
    double       sum = 0.0;

    for (int i = 1; i < fit->row_count; i++)
        for (int j = 0; j < i; j++) sum += fit->data->squared_distances[(ptrdiff_t)i * fit->data->stride + j];
    return n > 1.0 ? sqrt(2.0 * sum / (n * (n - 1.0))) : 0.0;
}

static bool choose_start(struct gaussian_process *fit, double *point)
{
    const double likelihood = start_at_length(fit, 1.0, point);
    const double distance   = typical_distance(fit);
    double       other[PARAMETER_COUNT];

    if (distance > BLIND_DISTANCE && start_at_length(fit, fmin(distance, GAUSSIAN_PROCESS_UPPER), other) > likelihood)
        memcpy(point, other, sizeof other);
    return isfinite(likelihood);
}

static const enum gaussian_process_status STATUS_OF_ASCENT[] = {
    [BOX_NEWTON_CONVERGED]       = GAUSSIAN_PROCESS_CONVERGED,
    [BOX_NEWTON_ITERATION_LIMIT] = GAUSSIAN_PROCESS_ITERATION_LIMIT,
    [BOX_NEWTON_NO_VALUE]        = GAUSSIAN_PROCESS_SINGULAR,
};

static void ascend(struct gaussian_process *fit, const double *start, struct box_newton_result *result)
{
    const struct box_newton_settings settings = {
        .gradient_tolerance = fit->settings.gradient_tolerance,
        .radius_start       = fit->settings.radius_max,
        .radius_max         = fit->settings.radius_max,
        .iteration_max      = fit->settings.iteration_max,
    };
    struct box_newton_problem problem = {
        .count = PARAMETER_COUNT, .context = fit, .value = log_likelihood_at, .derivatives = derivatives_at};

    for (int i = 0; i < PARAMETER_COUNT; i++) {
        problem.lower[i] = log(GAUSSIAN_PROCESS_LOWER);
        problem.upper[i] = log(GAUSSIAN_PROCESS_UPPER);
    }
    box_newton_maximise(&problem, &settings, start, result);
}

void gaussian_process_solve(struct gaussian_process *fit, const struct gaussian_process_data *data,
                            struct gaussian_process_result *result)
{
    struct box_newton_result ascent;
    double                   start[PARAMETER_COUNT];

    assert(data->row_count >= 1 && data->row_count <= fit->row_max);
    fit->data      = data;
    fit->row_count = data->row_count;
    *result        = (struct gaussian_process_result){.status = GAUSSIAN_PROCESS_SINGULAR};
    if (choose_start(fit, start)) {
        ascend(fit, start, &ascent);
        result->status          = STATUS_OF_ASCENT[ascent.status];
        result->iteration_count = ascent.iteration_count;
        result->gradient_norm   = ascent.gradient_norm;
        result->log_likelihood  = log_likelihood_at(fit, ascent.point); /* the last step tried need not be the last taken */
    }
    result->signal_variance = fit->signal;
    result->length_scale    = fit->length;
    result->noise_variance  = fit->noise;
    if (result->status == GAUSSIAN_PROCESS_SINGULAR) memset(fit->dual, 0, (size_t)fit->row_count * sizeof(double));
    fit->data = NULL;
}

double gaussian_process_mean(const struct gaussian_process *fit, const double *squared_distances)
{
    const double rate = 0.5 / (fit->length * fit->length);
    double       mean = 0.0;

    for (int i = 0; i < fit->row_count; i++) mean += fit->signal * correlation_at(squared_distances[i], rate) * fit->dual[i];
    return mean;
}
