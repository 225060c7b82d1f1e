#include "model/bayes_ridge.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/contrast.h"
#include "model/eigenbasis.h"
#include "model/tridiagonal.h"

const struct bayes_ridge_settings BAYES_RIDGE_DEFAULTS = {
    .precision_shape       = 1e-6,
    .precision_rate        = 1e-6,
    .coefficient_tolerance = 1e-3,
    .iteration_max         = 300,
};

/* Largest relative error of |w|^2 that the tridiagonal way may have by its own estimate; beyond it the eigenvectors decide. */
static const double ROUNDING_MAX = 1e-10;

/* The problem is solved in a basis Q of the smaller side, A = Q T Q', with T tridiagonal or diagonal:
 * with a Gram matrix, A = P'K P over the contrasts P of the rows (contrast.h), c = Q'P'y, w = X'P Q x, |w|^2 = x'T x;
 * without, A = X'X over the features, X centred, c = Q'X'y, w = Q x, |w|^2 = x'x; and (T + r I) x = c in both. */
struct bayes_ridge {
    struct bayes_ridge_settings settings;
    int                         row_max;
    int                         feature_count;
    struct tridiagonal         *tridiagonal;
    struct eigenbasis          *eigenbasis;
    double                     *matrix;          /* side_max^2: A, then the basis */
    double                     *right;           /* long_max: c */
    double                     *solution;        /* long_max: x */
    double                     *previous;        /* long_max: x of the iteration before */
    double                     *move;            /* long_max: their difference */
    double                     *anchor;          /* long_max: the move whose L1 norm was taken last */
    double                     *anchor_image;    /* long_max: M anchor, |w|^2 = x'M x */
    double                     *scratch;         /* long_max */
    double                     *dual;            /* row_max; with a Gram matrix w = X'dual */
    double                     *row_mean;        /* row_max: means of the Gram matrix's rows */
    double                     *centred_rows;    /* row_max x feature_count; NULL when feature_count > row_max */
    double                     *centred_targets; /* row_max */
    double                     *column_mean;     /* feature_count; only without a Gram matrix */
    double                     *weights;         /* feature_count */
    double                     *weight_scratch;  /* feature_count */
    struct arena                memory;

    /* Of the solve under way or done. */
    struct bayes_ridge_data data;
    bool                    is_decomposed; /* the basis is `eigenbasis`, not `tridiagonal` */
    bool                    has_weights;
    int                     side; /* of A */
    double                  target_mean;
    double                  unreachable;   /* |y|^2 outside the span of the rows */
    double                  anchor_l1;     /* 0: none was taken yet */
    double                  anchor_square; /* its |.|_2^2 */
};

static double *take_doubles(struct bayes_ridge *fit, size_t count, size_t times)
{
    return arena_alloc_array(&fit->memory, count, times * sizeof(double));
}

static bool bayes_ridge_take_memory(struct bayes_ridge *fit)
{
    const size_t rows     = (size_t)fit->row_max;
    const size_t columns  = (size_t)fit->feature_count;
    const size_t side     = rows < columns ? rows : columns;
    double     **places[] = {&fit->right,  &fit->solution,     &fit->previous, &fit->move,
                             &fit->anchor, &fit->anchor_image, &fit->scratch};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        *places[i] = take_doubles(fit, rows > columns ? rows : columns, 1);
        if (*places[i] == NULL) return false;
    }
    fit->matrix          = take_doubles(fit, side, side);
    fit->dual            = take_doubles(fit, rows, 1);
    fit->row_mean        = take_doubles(fit, rows, 1);
    fit->centred_targets = take_doubles(fit, rows, 1);
    fit->column_mean     = take_doubles(fit, columns, 1);
    fit->weights         = take_doubles(fit, columns, 1);
    fit->weight_scratch  = take_doubles(fit, columns, 1);
    if (columns <= rows) {
        fit->centred_rows = take_doubles(fit, rows, columns);
        if (fit->centred_rows == NULL) return false;
    }
    return fit->matrix != NULL && fit->dual != NULL && fit->row_mean != NULL && fit->centred_targets != NULL &&
           fit->column_mean != NULL && fit->weights != NULL && fit->weight_scratch != NULL;
}

struct bayes_ridge *bayes_ridge_new(int row_max, int feature_count, const struct bayes_ridge_settings *settings, struct err *err)
{
    const int           side_max = row_max < feature_count ? row_max : feature_count;
    struct bayes_ridge *fit      = NULL;

    if (side_max > EIGENBASIS_SIDE_MAX) {
        err_set(err, ERR_TOO_LARGE, "bayes_ridge takes at most %d rows or %d features, not %d and %d", EIGENBASIS_SIDE_MAX,
                EIGENBASIS_SIDE_MAX, row_max, feature_count);
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
    fit->tridiagonal   = tridiagonal_new(side_max, err);
    if (fit->tridiagonal == NULL) goto fail;
    fit->eigenbasis = eigenbasis_new(side_max, err);
    if (fit->eigenbasis == NULL) goto fail;
    if (bayes_ridge_take_memory(fit)) return fit;
    err_no_memory(err);
fail:
    bayes_ridge_free(fit);
    return NULL;
}

void bayes_ridge_free(struct bayes_ridge *fit)
{
    if (fit == NULL) return;
    tridiagonal_free(fit->tridiagonal);
    eigenbasis_free(fit->eigenbasis);
    arena_close(&fit->memory);
    free(fit);
}

static void centre_targets(struct bayes_ridge *fit)
{
    const int row_count = fit->data.row_count;

    fit->target_mean = 0.0;
    for (int i = 0; i < row_count; i++) fit->target_mean += fit->data.targets[i];
    fit->target_mean /= row_count;
    for (int i = 0; i < row_count; i++) fit->centred_targets[i] = fit->data.targets[i] - fit->target_mean;
}

static void measure_column_mean(struct bayes_ridge *fit)
{
    memset(fit->column_mean, 0, (size_t)fit->feature_count * sizeof(double));
    for (int i = 0; i < fit->data.row_count; i++)
        cblas_daxpy(fit->feature_count, 1.0 / fit->data.row_count, fit->data.rows + (ptrdiff_t)i * fit->data.row_stride, 1,
                    fit->column_mean, 1);
}

static void fill_cross_product(struct bayes_ridge *fit)
{
    const int count = fit->feature_count;

    measure_column_mean(fit);
    for (int i = 0; i < fit->data.row_count; i++) {
        const double *row    = fit->data.rows + (ptrdiff_t)i * fit->data.row_stride;
        double       *target = fit->centred_rows + (ptrdiff_t)i * count;

        for (int j = 0; j < count; j++) target[j] = row[j] - fit->column_mean[j];
    }
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, count, fit->data.row_count, 1.0, fit->centred_rows, count, 0.0,
                fit->matrix, count);
    cblas_dgemv(CblasRowMajor, CblasTrans, fit->data.row_count, count, 1.0, fit->centred_rows, count, fit->centred_targets, 1,
                0.0, fit->right, 1);
}

/* A and, before it is turned into the basis, c. */
static void fill_problem(struct bayes_ridge *fit)
{
    if (fit->data.gram != NULL) {
        contrast_gram(fit->data.row_count, fit->data.gram, fit->data.gram_stride, fit->matrix, fit->row_mean, fit->scratch);
        contrast_of(fit->data.row_count, fit->centred_targets, fit->right);
    } else {
        fill_cross_product(fit);
    }
}

/* |y|^2 that no weights reach. Among features it is measured on the residuals of the best weights, where nothing cancels. */
static void measure_unreachable(struct bayes_ridge *fit)
{
    const int              row_count = fit->data.row_count;
    const int              null      = eigenbasis_null_count(fit->eigenbasis);
    struct eigenbasis_sums sums;

    if (fit->data.gram != NULL) {
        fit->unreachable = cblas_ddot(null, fit->right, 1, fit->right, 1);
        return;
    }
    eigenbasis_solve(fit->eigenbasis, 0.0, fit->right, fit->solution, &sums);
    eigenbasis_leave(fit->eigenbasis, fit->solution);
    memcpy(fit->scratch, fit->centred_targets, (size_t)row_count * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, row_count, fit->side, -1.0, fit->centred_rows, fit->side, fit->solution, 1, 1.0,
                fit->scratch, 1);
    fit->unreachable = cblas_ddot(row_count, fit->scratch, 1, fit->scratch, 1);
}

static bool tridiagonalise(struct bayes_ridge *fit)
{
    if (fit->data.gram == NULL || !tridiagonal_reduce(fit->tridiagonal, fit->side, fit->matrix)) return false;
    fit->is_decomposed = false;
    fit->unreachable   = 0.0;
    tridiagonal_enter(fit->tridiagonal, fit->right);
    return true;
}

static bool decompose(struct bayes_ridge *fit)
{
    const double limit = DBL_EPSILON * (fit->data.row_count + fit->feature_count);

    if (!eigenbasis_decompose(fit->eigenbasis, fit->side, fit->matrix, limit)) return false;
    fit->is_decomposed = true;
    eigenbasis_enter(fit->eigenbasis, fit->right);
    measure_unreachable(fit);
    return true;
}

/* Sums of the posterior mean at one ratio of precisions. */
struct posterior {
    double weight_square;
    double residual_square;
    double determined;   /* gamma */
    double undetermined; /* row_count - gamma */
};

/* The error of x in the direction of an eigenvalue e is about epsilon |T| |x| / (e + r), which |w| counts with sqrt(e), and
 * sqrt(e) / (e + r) <= (e + r)^-1/2 <= tr (T + r I)^-1 ^1/2. */
static bool is_sound(const struct bayes_ridge *fit, const struct tridiagonal_sums *sums)
{
    const double error = DBL_EPSILON * tridiagonal_norm(fit->tridiagonal);

    return error * error * sums->square * sums->inverse_trace <= ROUNDING_MAX * ROUNDING_MAX * sums->form;
}

static bool solve_tridiagonal(struct bayes_ridge *fit, double ratio, struct posterior *out)
{
    struct tridiagonal_sums sums;

    if (!tridiagonal_solve(fit->tridiagonal, ratio, fit->right, fit->solution, &sums) || !is_sound(fit, &sums)) return false;
    *out = (struct posterior){.weight_square   = sums.form,
                              .residual_square = ratio * ratio * sums.square,
                              .determined      = sums.determined,
                              .undetermined    = fit->data.row_count - fit->side + ratio * sums.inverse_trace};
    return true;
}

static void solve_decomposed(struct bayes_ridge *fit, double ratio, struct posterior *out)
{
    struct eigenbasis_sums sums;

    eigenbasis_solve(fit->eigenbasis, ratio, fit->right, fit->solution, &sums);
    *out = (struct posterior){.weight_square = fit->data.gram != NULL ? sums.form : sums.square,
                              .residual_square =
                                  fit->unreachable + ratio * ratio * (fit->data.gram != NULL ? sums.square : sums.inverse_form),
                              .determined   = sums.determined,
                              .undetermined = fit->data.row_count - sums.determined};
}

/* False when the tridiagonal way has lost too many digits. */
static bool solve_at(struct bayes_ridge *fit, double ratio, struct posterior *out)
{
    if (!fit->is_decomposed) return solve_tridiagonal(fit, ratio, out);
    solve_decomposed(fit, ratio, out);
    return true;
}

/* The squared length of the weights that a vector of the basis stands for. */
static double weight_square(const struct bayes_ridge *fit, const double *vector)
{
    if (fit->data.gram == NULL) return cblas_ddot(fit->side, vector, 1, vector, 1);
    if (fit->is_decomposed) return eigenbasis_form(fit->eigenbasis, vector);
    return tridiagonal_form(fit->tridiagonal, vector);
}

static void weight_image(const struct bayes_ridge *fit, const double *vector, double *out)
{
    if (fit->data.gram == NULL)
        memcpy(out, vector, (size_t)fit->side * sizeof(double));
    else if (fit->is_decomposed)
        eigenbasis_multiply(fit->eigenbasis, vector, out);
    else
        tridiagonal_multiply(fit->tridiagonal, vector, out);
}

/* Coefficients of the rows; `vector` is destroyed. The rows need no centring, as the sum of the coefficients is 0. */
static void form_dual(struct bayes_ridge *fit, double *vector, double *dual)
{
    if (fit->is_decomposed)
        eigenbasis_leave(fit->eigenbasis, vector);
    else
        tridiagonal_leave(fit->tridiagonal, vector);
    contrast_expand(fit->data.row_count, vector, dual);
}

static void form_weights_of_dual(const struct bayes_ridge *fit, const double *dual, double *weights)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, fit->data.row_count, fit->feature_count, 1.0, fit->data.rows, fit->data.row_stride,
                dual, 1, 0.0, weights, 1);
}

/* |v|_1 of the weights v that `vector`, which is destroyed, stands for. */
static double form_l1(struct bayes_ridge *fit, double *vector)
{
    if (fit->data.gram == NULL) {
        eigenbasis_leave(fit->eigenbasis, vector);
        return cblas_dasum(fit->feature_count, vector, 1);
    }
    form_dual(fit, vector, fit->dual);
    form_weights_of_dual(fit, fit->dual, fit->weight_scratch);
    return cblas_dasum(fit->feature_count, fit->weight_scratch, 1);
}

enum verdict { VERDICT_MOVING, VERDICT_SETTLED, VERDICT_OPEN };

/* `l1` is known up to `slack`. */
static enum verdict judge(double l1, double slack, double tolerance)
{
    if (l1 - slack >= tolerance) return VERDICT_MOVING;
    return l1 + slack < tolerance ? VERDICT_SETTLED : VERDICT_OPEN;
}

/* Successive moves v are nearly multiples of each other: with v = s u + e, u the move whose L1 norm is known,
 * | |v|_1 - |s| |u|_1 | <= |e|_1 <= sqrt(d) |e|_2. */
static enum verdict judge_by_anchor(struct bayes_ridge *fit)
{
    const double scale = cblas_ddot(fit->side, fit->move, 1, fit->anchor_image, 1) / fit->anchor_square;

    memcpy(fit->scratch, fit->move, (size_t)fit->side * sizeof(double));
    cblas_daxpy(fit->side, -scale, fit->anchor, 1, fit->scratch, 1);
    return judge(fabs(scale) * fit->anchor_l1, sqrt(fit->feature_count * fmax(0.0, weight_square(fit, fit->scratch))),
                 fit->settings.coefficient_tolerance);
}

static bool has_settled(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    const double tolerance = fit->settings.coefficient_tolerance;
    double       square;

    for (int i = 0; i < fit->side; i++) fit->move[i] = fit->solution[i] - fit->previous[i];
    square = fmax(0.0, weight_square(fit, fit->move));
    if (square >= tolerance * tolerance) return false; /* |v|_2 <= |v|_1 <= sqrt(d) |v|_2 */
    if (fit->feature_count * square < tolerance * tolerance) return true;
    if (fit->anchor_l1 > 0.0) {
        const enum verdict verdict = judge_by_anchor(fit);

        if (verdict != VERDICT_OPEN) return verdict == VERDICT_SETTLED;
    }
    memcpy(fit->anchor, fit->move, (size_t)fit->side * sizeof(double));
    weight_image(fit, fit->anchor, fit->anchor_image);
    fit->anchor_square = square;
    fit->anchor_l1     = form_l1(fit, fit->move);
    result->formed_count++;
    return fit->anchor_l1 < tolerance;
}

static void update_precisions(struct bayes_ridge *fit, const struct posterior *posterior, struct bayes_ridge_result *result)
{
    const double shape = 2.0 * fit->settings.precision_shape;
    const double rate  = 2.0 * fit->settings.precision_rate;

    result->weight_precision = (posterior->determined + shape) / (posterior->weight_square + rate);
    result->noise_precision  = (posterior->undetermined + shape) / (posterior->residual_square + rate);
}

/* False when the tridiagonal way has lost too many digits. */
static bool iterate(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    const int        row_count = fit->data.row_count;
    const double     variance  = cblas_ddot(row_count, fit->centred_targets, 1, fit->centred_targets, 1) / row_count;
    struct posterior posterior;

    *result        = (struct bayes_ridge_result){.status           = BAYES_RIDGE_ITERATION_LIMIT,
                                                 .noise_precision  = 1.0 / (variance + DBL_EPSILON),
                                                 .weight_precision = 1.0,
                                                 .is_decomposed    = fit->is_decomposed};
    fit->anchor_l1 = 0.0;
    while (result->iteration_count < fit->settings.iteration_max) {
        if (!solve_at(fit, result->weight_precision / result->noise_precision, &posterior)) return false;
        update_precisions(fit, &posterior, result);
        if (++result->iteration_count > 1 && has_settled(fit, result)) {
            result->status = BAYES_RIDGE_CONVERGED;
            break;
        }
        memcpy(fit->previous, fit->solution, (size_t)fit->side * sizeof(double));
    }
    return solve_at(fit, result->weight_precision / result->noise_precision, &posterior);
}

/* Nothing can be learnt: the mean is what is left. */
static void give_up(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    *result = (struct bayes_ridge_result){.status = BAYES_RIDGE_SINGULAR, .intercept = fit->target_mean};
    memset(fit->dual, 0, (size_t)fit->data.row_count * sizeof(double));
    memset(fit->weights, 0, (size_t)fit->feature_count * sizeof(double));
    fit->has_weights = true;
}

/* From the solution in the basis to the dual coefficients or the weights, and the intercept. */
static void leave_basis(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    fit->has_weights = fit->data.gram == NULL;
    if (fit->data.gram != NULL) {
        form_dual(fit, fit->solution, fit->dual);
        result->intercept = fit->target_mean - cblas_ddot(fit->data.row_count, fit->row_mean, 1, fit->dual, 1);
    } else {
        eigenbasis_leave(fit->eigenbasis, fit->solution);
        memcpy(fit->weights, fit->solution, (size_t)fit->feature_count * sizeof(double));
        result->intercept = fit->target_mean - cblas_ddot(fit->feature_count, fit->column_mean, 1, fit->weights, 1);
    }
}

void bayes_ridge_solve(struct bayes_ridge *fit, const struct bayes_ridge_data *data, struct bayes_ridge_result *result)
{
    assert(data->row_count >= 1 && data->row_count <= fit->row_max);
    assert(data->gram != NULL ? data->row_count <= fit->feature_count : fit->centred_rows != NULL);
    fit->data = *data;
    fit->side = data->gram != NULL ? data->row_count - 1 : fit->feature_count;
    centre_targets(fit);
    fill_problem(fit);
    if (!tridiagonalise(fit) || !iterate(fit, result)) {
        if (data->gram != NULL) fill_problem(fit);
        if (!decompose(fit) || !iterate(fit, result)) {
            give_up(fit, result);
            return;
        }
    }
    leave_basis(fit, result);
}

double bayes_ridge_predict(struct bayes_ridge *fit, const double *row, const double *gram_row)
{
    double sum = fit->target_mean;

    if (fit->data.gram != NULL)
        for (int i = 0; i < fit->data.row_count; i++) sum += fit->dual[i] * (gram_row[i] - fit->row_mean[i]);
    else
        for (int j = 0; j < fit->feature_count; j++) sum += fit->weights[j] * (row[j] - fit->column_mean[j]);
    return sum;
}

const double *bayes_ridge_weights(struct bayes_ridge *fit)
{
    if (!fit->has_weights) form_weights_of_dual(fit, fit->dual, fit->weights);
    fit->has_weights = true;
    return fit->weights;
}
