#include "model/bayes_ridge.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const struct bayes_ridge_settings BAYES_RIDGE_DEFAULTS = {
    .precision_shape       = 1e-6,
    .precision_rate        = 1e-6,
    .coefficient_tolerance = 1e-3,
    .iteration_max         = 300,
};

enum { SIDE_LIMIT = 20000 }; /* LAPACK counts its workspace, 2 SIDE_LIMIT^2, in 32 bits */

/* In the basis of the eigenvectors of the centred rows the problem falls apart into one number per direction:
 * with X = U S V', e = S^2 and c = U'y the weight along direction i is S_i c_i / (e_i + ratio), ratio = weight / noise precision. */
struct bayes_ridge {
    struct bayes_ridge_settings settings;
    int                         row_max;
    int                         feature_count;
    int                         side_max;         /* min(row_max, feature_count) */
    double                     *matrix;           /* side_max^2: Gram or cross-product, then its eigenvectors as rows */
    double                     *eigenvalue;       /* side_max; from `direction_first` on they are positive */
    double                     *projection;       /* side_max: c */
    double                     *direction_weight; /* side_max: weights in the eigenbasis */
    double                     *direction_move;   /* side_max: their change since the iteration before */
    double                     *side_scratch;     /* side_max */
    double                     *centred_rows;     /* row_max x feature_count; NULL when feature_count > row_max */
    double                     *centred_targets;  /* row_max */
    double                     *row_scratch;      /* row_max */
    double                     *column_mean;      /* feature_count */
    double                     *weights;          /* feature_count */
    double                     *weight_move;      /* feature_count */
    double                     *lapack_work;
    lapack_int                 *lapack_integer_work;
    lapack_int                  lapack_work_count;
    lapack_int                  lapack_integer_work_count;
    struct arena                memory;

    /* Of the solve under way. */
    const struct bayes_ridge_data *data;
    int                            side;            /* row_count with a Gram matrix, else feature_count */
    int                            direction_first; /* directions before it are null: eigenvalues are ascending */
    double                         target_mean;
    double                         unreachable; /* |y|^2 outside the span of the rows */
};

static double *take_doubles(struct bayes_ridge *fit, size_t count, size_t times)
{
    return arena_alloc_array(&fit->memory, count, times * sizeof(double));
}

static bool bayes_ridge_take_memory(struct bayes_ridge *fit)
{
    const size_t side    = (size_t)fit->side_max;
    const size_t rows    = (size_t)fit->row_max;
    const size_t columns = (size_t)fit->feature_count;

    /* What dsyevd asks for with eigenvectors, by its documentation. */
    fit->lapack_work_count         = (lapack_int)(1 + 6 * side + 2 * side * side);
    fit->lapack_integer_work_count = (lapack_int)(3 + 5 * side);
    fit->lapack_work               = take_doubles(fit, (size_t)fit->lapack_work_count, 1);
    fit->lapack_integer_work       = arena_alloc_array(&fit->memory, (size_t)fit->lapack_integer_work_count, sizeof(lapack_int));
    fit->matrix                    = take_doubles(fit, side, side);
    fit->eigenvalue                = take_doubles(fit, side, 1);
    fit->projection                = take_doubles(fit, side, 1);
    fit->direction_weight          = take_doubles(fit, side, 1);
    fit->direction_move            = take_doubles(fit, side, 1);
    fit->side_scratch              = take_doubles(fit, side, 1);
    fit->centred_targets           = take_doubles(fit, rows, 1);
    fit->row_scratch               = take_doubles(fit, rows, 1);
    fit->column_mean               = take_doubles(fit, columns, 1);
    fit->weights                   = take_doubles(fit, columns, 1);
    fit->weight_move               = take_doubles(fit, columns, 1);
    if (columns <= rows) {
        fit->centred_rows = take_doubles(fit, rows, columns);
        if (fit->centred_rows == NULL) return false;
    }
    return fit->lapack_work != NULL && fit->lapack_integer_work != NULL && fit->matrix != NULL && fit->eigenvalue != NULL &&
           fit->projection != NULL && fit->direction_weight != NULL && fit->direction_move != NULL && fit->side_scratch != NULL &&
           fit->centred_targets != NULL && fit->row_scratch != NULL && fit->column_mean != NULL && fit->weights != NULL &&
           fit->weight_move != NULL;
}

struct bayes_ridge *bayes_ridge_new(int row_max, int feature_count, const struct bayes_ridge_settings *settings, struct err *err)
{
    struct bayes_ridge *fit = NULL;

    if (row_max > SIDE_LIMIT && feature_count > SIDE_LIMIT) {
        err_set(err, ERR_TOO_LARGE, "bayes_ridge takes at most %d rows or %d features, not %d and %d", SIDE_LIMIT, SIDE_LIMIT,
                row_max, feature_count);
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
    fit->side_max      = row_max < feature_count ? row_max : feature_count;
    if (!bayes_ridge_take_memory(fit)) {
        bayes_ridge_free(fit);
        err_no_memory(err);
        return NULL;
    }
    return fit;
}

void bayes_ridge_free(struct bayes_ridge *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

const double *bayes_ridge_weights(const struct bayes_ridge *fit)
{
    return fit->weights;
}

static void centre_targets(struct bayes_ridge *fit)
{
    const int row_count = fit->data->row_count;

    fit->target_mean = 0.0;
    for (int i = 0; i < row_count; i++) fit->target_mean += fit->data->targets[i];
    fit->target_mean /= row_count;
    for (int i = 0; i < row_count; i++) fit->centred_targets[i] = fit->data->targets[i] - fit->target_mean;
}

static void measure_column_mean(struct bayes_ridge *fit)
{
    memset(fit->column_mean, 0, (size_t)fit->feature_count * sizeof(double));
    for (int i = 0; i < fit->data->row_count; i++)
        cblas_daxpy(fit->feature_count, 1.0 / fit->data->row_count, fit->data->rows + (ptrdiff_t)i * fit->data->row_stride, 1,
                    fit->column_mean, 1);
}

/* matrix = H K H, H = I - 11'/n: the inner products of the rows less their mean. */
static void fill_centred_gram(struct bayes_ridge *fit)
{
    const int count    = fit->data->row_count;
    double   *row_mean = fit->row_scratch;
    double    mean     = 0.0;

    memset(row_mean, 0, (size_t)count * sizeof(double));
    for (int i = 0; i < count; i++) {
        const double *gram = fit->data->gram + (ptrdiff_t)i * fit->data->gram_stride;

        for (int j = 0; j < i; j++) {
            row_mean[i] += gram[j];
            row_mean[j] += gram[j];
        }
        row_mean[i] += gram[i];
    }
    for (int i = 0; i < count; i++) {
        row_mean[i] /= count;
        mean += row_mean[i] / count;
    }
    for (int i = 0; i < count; i++) {
        const double *gram = fit->data->gram + (ptrdiff_t)i * fit->data->gram_stride;
        double       *row  = fit->matrix + (ptrdiff_t)i * count;

        for (int j = 0; j <= i; j++) row[j] = gram[j] - row_mean[i] - row_mean[j] + mean;
    }
}

static void fill_cross_product(struct bayes_ridge *fit)
{
    const int count = fit->feature_count;

    for (int i = 0; i < fit->data->row_count; i++) {
        const double *row    = fit->data->rows + (ptrdiff_t)i * fit->data->row_stride;
        double       *target = fit->centred_rows + (ptrdiff_t)i * count;

        for (int j = 0; j < count; j++) target[j] = row[j] - fit->column_mean[j];
    }
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, count, fit->data->row_count, 1.0, fit->centred_rows, count, 0.0,
                fit->matrix, count);
}

/* The rows' lower triangle is LAPACK's upper one; its eigenvector columns come back as our rows. */
static bool decompose(struct bayes_ridge *fit)
{
    const int  side = fit->side;
    double     null_limit;
    lapack_int info = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', side, fit->matrix, side, fit->eigenvalue, fit->lapack_work,
                                          fit->lapack_work_count, fit->lapack_integer_work, fit->lapack_integer_work_count);

    if (info != 0) return false;
    null_limit = fit->eigenvalue[side - 1] * DBL_EPSILON * (fit->data->row_count + fit->feature_count);
    for (fit->direction_first = 0; fit->direction_first < side; fit->direction_first++)
        if (fit->eigenvalue[fit->direction_first] > null_limit) break;
    return true;
}

/* Gram: y in the basis of the eigenvectors; what falls on null ones no weights can reach. */
static void project_rows(struct bayes_ridge *fit)
{
    cblas_dgemv(CblasRowMajor, CblasNoTrans, fit->side, fit->side, 1.0, fit->matrix, fit->side, fit->centred_targets, 1, 0.0,
                fit->projection, 1);
    fit->unreachable = cblas_ddot(fit->direction_first, fit->projection, 1, fit->projection, 1);
}

/* Cross-product: c = S^-1 V'X'y. The unreachable part is measured on the residuals, where nothing cancels. */
static void project_features(struct bayes_ridge *fit)
{
    const int row_count = fit->data->row_count;
    const int side      = fit->side;

    cblas_dgemv(CblasRowMajor, CblasTrans, row_count, side, 1.0, fit->centred_rows, side, fit->centred_targets, 1, 0.0,
                fit->weight_move, 1);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, side, side, 1.0, fit->matrix, side, fit->weight_move, 1, 0.0, fit->projection, 1);
    for (int i = 0; i < side; i++) {
        const bool is_null = i < fit->direction_first;

        fit->side_scratch[i] = is_null ? 0.0 : fit->projection[i] / fit->eigenvalue[i];
        fit->projection[i]   = is_null ? 0.0 : fit->projection[i] / sqrt(fit->eigenvalue[i]);
    }
    cblas_dgemv(CblasRowMajor, CblasTrans, side, side, 1.0, fit->matrix, side, fit->side_scratch, 1, 0.0, fit->weight_move, 1);
    memcpy(fit->row_scratch, fit->centred_targets, (size_t)row_count * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, row_count, side, -1.0, fit->centred_rows, side, fit->weight_move, 1, 1.0,
                fit->row_scratch, 1);
    fit->unreachable = cblas_ddot(row_count, fit->row_scratch, 1, fit->row_scratch, 1);
}

/* From weights along the eigenvectors to weights of the features. */
static void expand_weights(struct bayes_ridge *fit, const double *direction_weight, double *weights)
{
    const struct bayes_ridge_data *data  = fit->data;
    const int                      side  = fit->side;
    const int                      first = fit->direction_first;
    const double                  *basis = fit->matrix + (ptrdiff_t)first * side;

    memset(weights, 0, (size_t)fit->feature_count * sizeof(double));
    if (first == side) return;
    if (data->gram == NULL) {
        cblas_dgemv(CblasRowMajor, CblasTrans, side - first, side, 1.0, basis, side, direction_weight + first, 1, 0.0, weights,
                    1);
        return;
    }
    /* v_i = X'u_i / S_i; the u_i have sum 0, so the rows need no centring. */
    for (int i = first; i < side; i++) fit->side_scratch[i] = direction_weight[i] / sqrt(fit->eigenvalue[i]);
    cblas_dgemv(CblasRowMajor, CblasTrans, side - first, side, 1.0, basis, side, fit->side_scratch + first, 1, 0.0,
                fit->row_scratch, 1);
    cblas_dgemv(CblasRowMajor, CblasTrans, data->row_count, fit->feature_count, 1.0, data->rows, data->row_stride,
                fit->row_scratch, 1, 0.0, weights, 1);
}

/* The posterior mean at a ratio of precisions; returns the squared residuals. */
static double update_weights(struct bayes_ridge *fit, double ratio)
{
    double residual = fit->unreachable;

    for (int i = fit->direction_first; i < fit->side; i++) {
        const double denominator = fit->eigenvalue[i] + ratio;
        const double weight      = sqrt(fit->eigenvalue[i]) * fit->projection[i] / denominator;
        const double left        = fit->projection[i] * ratio / denominator;

        residual += left * left;
        fit->direction_move[i]   = weight - fit->direction_weight[i];
        fit->direction_weight[i] = weight;
    }
    return residual;
}

static void update_precisions(struct bayes_ridge *fit, double residual, struct bayes_ridge_result *result)
{
    const double shape   = 2.0 * fit->settings.precision_shape;
    const double rate    = 2.0 * fit->settings.precision_rate;
    double       gamma   = 0.0;
    double       squares = 0.0;

    for (int i = fit->direction_first; i < fit->side; i++) {
        const double informed = result->noise_precision * fit->eigenvalue[i];

        gamma += informed / (result->weight_precision + informed);
        squares += fit->direction_weight[i] * fit->direction_weight[i];
    }
    result->weight_precision = (gamma + shape) / (squares + rate);
    result->noise_precision  = (fit->data->row_count - gamma + shape) / (residual + rate);
}

static bool has_settled(struct bayes_ridge *fit)
{
    const int    first     = fit->direction_first;
    const double tolerance = fit->settings.coefficient_tolerance;
    const double length    = cblas_dnrm2(fit->side - first, fit->direction_move + first, 1);

    if (length >= tolerance) return false;
    if (sqrt((double)fit->feature_count) * length < tolerance) return true;
    expand_weights(fit, fit->direction_move, fit->weight_move);
    return cblas_dasum(fit->feature_count, fit->weight_move, 1) < tolerance;
}

static void iterate(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    const int    row_count = fit->data->row_count;
    const double variance  = cblas_ddot(row_count, fit->centred_targets, 1, fit->centred_targets, 1) / row_count;

    memset(fit->direction_weight, 0, (size_t)fit->side * sizeof(double));
    result->status           = BAYES_RIDGE_ITERATION_LIMIT;
    result->noise_precision  = 1.0 / (variance + DBL_EPSILON);
    result->weight_precision = 1.0;
    while (result->iteration_count < fit->settings.iteration_max) {
        double residual = update_weights(fit, result->weight_precision / result->noise_precision);

        update_precisions(fit, residual, result);
        if (++result->iteration_count > 1 && has_settled(fit)) {
            result->status = BAYES_RIDGE_CONVERGED;
            break;
        }
    }
    (void)update_weights(fit, result->weight_precision / result->noise_precision);
}

void bayes_ridge_solve(struct bayes_ridge *fit, const struct bayes_ridge_data *data, struct bayes_ridge_result *result)
{
    fit->data = data;
    fit->side = data->gram != NULL ? data->row_count : fit->feature_count;
    assert(data->row_count >= 1 && data->row_count <= fit->row_max && fit->side <= fit->side_max);
    *result = (struct bayes_ridge_result){.status = BAYES_RIDGE_SINGULAR};
    centre_targets(fit);
    measure_column_mean(fit);
    if (data->gram != NULL)
        fill_centred_gram(fit);
    else
        fill_cross_product(fit);
    if (!decompose(fit)) {
        memset(fit->weights, 0, (size_t)fit->feature_count * sizeof(double));
        result->intercept = fit->target_mean;
        return;
    }
    if (data->gram != NULL)
        project_rows(fit);
    else
        project_features(fit);
    iterate(fit, result);
    expand_weights(fit, fit->direction_weight, fit->weights);
    result->intercept = fit->target_mean - cblas_ddot(fit->feature_count, fit->column_mean, 1, fit->weights, 1);
}
