#include "model/ard.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const struct ard_settings ARD_DEFAULTS = {
    .precision_shape        = 1e-6,
    .precision_rate         = 1e-6,
    .weight_precision_limit = 1e4,
    .coefficient_tolerance  = 1e-3,
    .iteration_max          = 300,
};

enum { SIDE_LIMIT = 40000 }; /* LAPACK counts in 32 bits, and a factor of this side takes 12 GB already */

/* Features lie in rows here, kept ones first, so that dropping one moves whole rows. For LAPACK, which reads by columns, they are
 * the columns of Z: row_count x kept_count. */
struct ard {
    struct ard_settings settings;
    int                 row_max;
    int                 feature_count;
    double             *columns; /* feature_count x row_max: the kept features less their means */
    double             *scaled;  /* feature_count x row_max: Z, and then L^-1 Z on the side of the rows */
    double             *factor;  /* side_max^2, side_max = min(row_max, feature_count) */
    int                *kept;    /* feature_count: where a kept feature comes from */
    double             *weights; /* feature_count, in the caller's order, as are the next two */
    double             *precision;
    double             *column_mean;
    double             *gamma;           /* feature_count, in the order kept, as are the next two */
    double             *factor_of;       /* sqrt(noise_precision / weight_precision) */
    double             *candidate;       /* the posterior mean that is being worked out */
    double             *centred_targets; /* row_max */
    double             *residual;        /* row_max */
    struct arena        memory;

    /* Of the solve under way. */
    int    row_count;
    int    kept_count;
    double noise_precision;
};

static double *take_doubles(struct ard *fit, int count, int times)
{
    return arena_alloc_array(&fit->memory, (size_t)count, (size_t)times * sizeof(double));
}

static bool ard_take_memory(struct ard *fit)
{
    const int side  = fit->row_max < fit->feature_count ? fit->row_max : fit->feature_count;
    const int count = fit->feature_count;

    fit->columns         = take_doubles(fit, count, fit->row_max);
    fit->scaled          = take_doubles(fit, count, fit->row_max);
    fit->factor          = take_doubles(fit, side, side);
    fit->kept            = arena_alloc_array(&fit->memory, (size_t)count, sizeof *fit->kept);
    fit->weights         = take_doubles(fit, count, 1);
    fit->precision       = take_doubles(fit, count, 1);
    fit->column_mean     = take_doubles(fit, count, 1);
    fit->gamma           = take_doubles(fit, count, 1);
    fit->factor_of       = take_doubles(fit, count, 1);
    fit->candidate       = take_doubles(fit, count, 1);
    fit->centred_targets = take_doubles(fit, fit->row_max, 1);
    fit->residual        = take_doubles(fit, fit->row_max, 1);
    return fit->columns != NULL && fit->scaled != NULL && fit->factor != NULL && fit->kept != NULL && fit->weights != NULL &&
           fit->precision != NULL && fit->column_mean != NULL && fit->gamma != NULL && fit->factor_of != NULL &&
           fit->candidate != NULL && fit->centred_targets != NULL && fit->residual != NULL;
}

struct ard *ard_new(int row_max, int feature_count, const struct ard_settings *settings, struct err *err)
{
    struct ard *fit = NULL;

    if (row_max > SIDE_LIMIT && feature_count > SIDE_LIMIT) {
        err_set(err, ERR_TOO_LARGE, "ard takes at most %d rows or %d features, not %d and %d", SIDE_LIMIT, SIDE_LIMIT, row_max,
                feature_count);
        return NULL;
    }
    fit = calloc(1, sizeof *fit);
    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->settings      = *settings;
    fit->row_max       = row_max;
    fit->feature_count = feature_count;
    if (ard_take_memory(fit)) return fit;
    ard_free(fit);
    err_no_memory(err);
    return NULL;
}

void ard_free(struct ard *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

const double *ard_weights(const struct ard *fit)
{
    return fit->weights;
}

const double *ard_weight_precisions(const struct ard *fit)
{
    return fit->precision;
}

static double *column_of(const struct ard *fit, double *columns, int index)
{
    return columns + (ptrdiff_t)index * fit->row_count;
}

/* Returns the mean of the targets. */
static double centre_targets(struct ard *fit, const double *targets)
{
    double mean = 0.0;

    for (int i = 0; i < fit->row_count; i++) mean += targets[i];
    mean /= fit->row_count;
    for (int i = 0; i < fit->row_count; i++) fit->centred_targets[i] = targets[i] - mean;
    return mean;
}

static void centre_columns(struct ard *fit, const struct ard_data *data)
{
    memset(fit->column_mean, 0, (size_t)fit->feature_count * sizeof(double));
    for (int i = 0; i < data->row_count; i++)
        cblas_daxpy(fit->feature_count, 1.0, data->rows + (ptrdiff_t)i * data->row_stride, 1, fit->column_mean, 1);
    for (int j = 0; j < fit->feature_count; j++) fit->column_mean[j] /= data->row_count;
    for (int i = 0; i < data->row_count; i++) {
        const double *row = data->rows + (ptrdiff_t)i * data->row_stride;

        for (int j = 0; j < fit->feature_count; j++) column_of(fit, fit->columns, j)[i] = row[j] - fit->column_mean[j];
    }
}

static void start(struct ard *fit)
{
    const double squares = cblas_ddot(fit->row_count, fit->centred_targets, 1, fit->centred_targets, 1);

    fit->noise_precision = 1.0 / (squares / fit->row_count + DBL_EPSILON);
    fit->kept_count      = fit->feature_count;
    for (int j = 0; j < fit->feature_count; j++) {
        fit->kept[j]      = j;
        fit->weights[j]   = 0.0;
        fit->precision[j] = 1.0;
    }
}

static void scale_columns(struct ard *fit)
{
    for (int j = 0; j < fit->kept_count; j++) {
        const double *column = column_of(fit, fit->columns, j);
        double       *scaled = column_of(fit, fit->scaled, j);

        fit->factor_of[j] = sqrt(fit->noise_precision / fit->precision[fit->kept[j]]);
        for (int i = 0; i < fit->row_count; i++) scaled[i] = fit->factor_of[j] * column[i];
    }
}

/* The lower Cholesky factor of 1 plus the product of Z and its transpose that lies there, lower triangle, with `side` rows. */
static bool factorize(struct ard *fit, int side)
{
    for (int i = 0; i < side; i++) fit->factor[(ptrdiff_t)i * side + i] += 1.0;
    return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', side, fit->factor, side) == 0;
}

/* Z Z' + c 11': columns and targets have sum 0, so that the direction of ones enters nothing that is asked of the inverse. Left at 0
 * it would be the first to drown in rounding when the noise is small; c lifts it to the size of the others. */
static void fill_product_of_rows(struct ard *fit)
{
    const int n     = fit->row_count;
    double    trace = 0.0;

    cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, n, fit->kept_count, 1.0, fit->scaled, n, 0.0, fit->factor, n);
    for (int i = 0; i < n; i++) trace += fit->factor[(ptrdiff_t)i * n + i];
    for (int i = 0; i < n; i++)
        for (int k = i; k < n; k++) fit->factor[(ptrdiff_t)i * n + k] += trace / n / n;
}

/* More features than rows: L L' = I + Z Z' + c 11', V = L^-1 Z, gamma_j = |v_j|^2, w_j = factor_j v_j . L^-1 y, residuals (L L')^-1 y. */
static bool find_posterior_by_rows(struct ard *fit)
{
    const int n = fit->row_count;

    fill_product_of_rows(fit);
    if (!factorize(fit, n)) return false;
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, n, fit->kept_count, 1.0, fit->factor, n,
                fit->scaled, n);
    cblas_dcopy(n, fit->centred_targets, 1, fit->residual, 1);
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, fit->factor, n, fit->residual, 1);
    for (int j = 0; j < fit->kept_count; j++) {
        const double *column = column_of(fit, fit->scaled, j);

        fit->gamma[j]     = cblas_ddot(n, column, 1, column, 1);
        fit->candidate[j] = fit->factor_of[j] * cblas_ddot(n, column, 1, fit->residual, 1);
    }
    cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, n, fit->factor, n, fit->residual, 1);
    return true;
}

/* B = I + Z'Z: u = B^-1 Z'y, w_j = factor_j u_j, gamma_j = 1 - (B^-1)_jj, residuals y - Z u. */
static bool find_posterior_by_features(struct ard *fit)
{
    const int n = fit->row_count;
    const int k = fit->kept_count;

    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, k, n, 1.0, fit->scaled, n, 0.0, fit->factor, k);
    if (!factorize(fit, k)) return false;
    cblas_dgemv(CblasColMajor, CblasTrans, n, k, 1.0, fit->scaled, n, fit->centred_targets, 1, 0.0, fit->candidate, 1);
    cblas_dtrsv(CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, k, fit->factor, k, fit->candidate, 1);
    cblas_dtrsv(CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, k, fit->factor, k, fit->candidate, 1);
    cblas_dcopy(n, fit->centred_targets, 1, fit->residual, 1);
    cblas_dgemv(CblasColMajor, CblasNoTrans, n, k, -1.0, fit->scaled, n, fit->candidate, 1, 1.0, fit->residual, 1);
    if (LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'L', k, fit->factor, k) != 0) return false;
    for (int j = 0; j < k; j++) {
        fit->gamma[j] = 1.0 - fit->factor[(ptrdiff_t)j * k + j];
        fit->candidate[j] *= fit->factor_of[j];
    }
    return true;
}

/* The posterior mean, gamma and the residuals at the present precisions. */
static bool find_posterior(struct ard *fit)
{
    scale_columns(fit);
    if (!(fit->kept_count > fit->row_count ? find_posterior_by_rows(fit) : find_posterior_by_features(fit))) return false;
    return isfinite(cblas_dasum(fit->kept_count, fit->candidate, 1)) && isfinite(cblas_dasum(fit->row_count, fit->residual, 1));
}

static void update_precisions(struct ard *fit)
{
    const double shape    = 2.0 * fit->settings.precision_shape;
    const double rate     = 2.0 * fit->settings.precision_rate;
    const double residual = cblas_ddot(fit->row_count, fit->residual, 1, fit->residual, 1);
    double       informed = 0.0;

    for (int j = 0; j < fit->kept_count; j++) {
        const double weight = fit->candidate[j];

        informed += fit->gamma[j];
        fit->precision[fit->kept[j]] = (fit->gamma[j] + shape) / (weight * weight + rate);
    }
    fit->noise_precision = (fit->row_count - informed + shape) / (residual + rate);
}

/* Make the posterior mean the weights, and those of features beyond the limit 0; returns how far they moved in L1. */
static double move_weights(struct ard *fit)
{
    int    kept_count = 0;
    double move       = 0.0;

    for (int j = 0; j < fit->kept_count; j++) {
        const int    feature = fit->kept[j];
        const bool   stays   = fit->precision[feature] < fit->settings.weight_precision_limit;
        const double weight  = stays ? fit->candidate[j] : 0.0;

        move += fabs(weight - fit->weights[feature]);
        fit->weights[feature] = weight;
        if (!stays) continue;
        if (kept_count < j)
            memcpy(column_of(fit, fit->columns, kept_count), column_of(fit, fit->columns, j),
                   (size_t)fit->row_count * sizeof(double));
        fit->kept[kept_count++] = feature;
    }
    fit->kept_count = kept_count;
    return move;
}

static enum ard_status iterate(struct ard *fit, int *iteration_count)
{
    enum ard_status status = ARD_ITERATION_LIMIT;

    while (*iteration_count < fit->settings.iteration_max) {
        double move;

        if (!find_posterior(fit)) return ARD_SINGULAR;
        update_precisions(fit);
        move = move_weights(fit);
        if ((++*iteration_count > 1 && move < fit->settings.coefficient_tolerance) || fit->kept_count == 0) {
            status = ARD_CONVERGED;
            break;
        }
    }
    if (fit->kept_count == 0) return status;
    if (!find_posterior(fit)) return ARD_SINGULAR;
    for (int j = 0; j < fit->kept_count; j++) fit->weights[fit->kept[j]] = fit->candidate[j];
    return status;
}

/* Equal but for the rounding of their mean. */
static bool targets_are_equal(const struct ard *fit, double mean)
{
    const double largest = fabs(fit->centred_targets[cblas_idamax(fit->row_count, fit->centred_targets, 1)]);

    return largest <= fit->row_count * fabs(mean) * DBL_EPSILON;
}

void ard_solve(struct ard *fit, const struct ard_data *data, struct ard_result *result)
{
    double target_mean;

    assert(data->row_count >= 1 && data->row_count <= fit->row_max);
    fit->row_count = data->row_count;
    target_mean    = centre_targets(fit, data->targets);
    centre_columns(fit, data);
    start(fit);
    *result = (struct ard_result){.status = ARD_CONVERGED};
    /* With equal targets every step gives weights of 0; the noise precision would only make factors fail. */
    if (!targets_are_equal(fit, target_mean)) result->status = iterate(fit, &result->iteration_count);
    result->kept_count      = fit->kept_count;
    result->noise_precision = fit->noise_precision;
    result->intercept       = target_mean - cblas_ddot(fit->feature_count, fit->column_mean, 1, fit->weights, 1);
}
