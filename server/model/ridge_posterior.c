#include "model/ridge_posterior.h"

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

/* Largest relative error that the tridiagonal basis may have by its own estimate; beyond it the eigenvectors decide. The estimate
 * takes the worst case throughout: on matrices with up to 14 decades of eigenvalues the error was a thousandth of it. */
static const double ROUNDING_MAX = 1e-9;

struct ridge_posterior {
    int                 row_max;
    int                 feature_count;
    struct tridiagonal *tridiagonal;
    struct eigenbasis  *eigenbasis;
    double             *matrix;          /* side_max^2: A, then the basis */
    double             *right;           /* long_max: c */
    double             *unshrunk;        /* long_max: x at r = 0; only without a Gram matrix */
    double             *scratch;         /* long_max */
    double             *dual;            /* row_max; with a Gram matrix w = X'dual */
    double             *row_mean;        /* row_max: means of the Gram matrix's rows */
    double             *centred_targets; /* row_max */
    double             *centred_rows;    /* row_max x feature_count; NULL when feature_count > row_max */
    double             *column_mean;     /* feature_count; only without a Gram matrix */
    double             *weights;         /* feature_count */
    double             *weight_scratch;  /* feature_count */
    struct arena        memory;

    /* Of the data prepared. */
    struct bayes_ridge_data data;
    enum ridge_basis        basis;
    bool                    has_gram;
    bool                    has_weights;
    int                     side;
    double                  target_mean;
    double                  target_square; /* of the centred targets */
    double                  unreachable;   /* the part of it that no weights explain */
};

static double *take_doubles(struct ridge_posterior *posterior, size_t count, size_t times)
{
    return arena_alloc_array(&posterior->memory, count, times * sizeof(double));
}

static bool ridge_posterior_take_memory(struct ridge_posterior *posterior)
{
    const size_t rows    = (size_t)posterior->row_max;
    const size_t columns = (size_t)posterior->feature_count;
    const size_t side    = rows < columns ? rows : columns;
    const size_t longest = rows < columns ? columns : rows;
    const struct {
        double **place;
        size_t   count;
    } parts[] = {{&posterior->right, longest},       {&posterior->unshrunk, longest}, {&posterior->scratch, longest},
                 {&posterior->dual, rows},           {&posterior->row_mean, rows},    {&posterior->centred_targets, rows},
                 {&posterior->column_mean, columns}, {&posterior->weights, columns},  {&posterior->weight_scratch, columns}};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *parts[i].place = take_doubles(posterior, parts[i].count, 1);
        if (*parts[i].place == NULL) return false;
    }
    posterior->matrix = take_doubles(posterior, side, side);
    if (columns <= rows) {
        posterior->centred_rows = take_doubles(posterior, rows, columns);
        if (posterior->centred_rows == NULL) return false;
    }
    return posterior->matrix != NULL;
}

struct ridge_posterior *ridge_posterior_new(int row_max, int feature_count, struct err *err)
{
    const int               side_max  = row_max < feature_count ? row_max : feature_count;
    struct ridge_posterior *posterior = NULL;

    if (side_max > EIGENBASIS_SIDE_MAX) {
        err_set(err, ERR_TOO_LARGE, "ridge regression takes at most %d rows or features, not %d and %d", EIGENBASIS_SIDE_MAX,
                row_max, feature_count);
        return NULL;
    }
    posterior = calloc(1, sizeof *posterior);
    if (posterior == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&posterior->memory);
    posterior->row_max       = row_max;
    posterior->feature_count = feature_count;
    posterior->tridiagonal   = tridiagonal_new(side_max, err);
    if (posterior->tridiagonal == NULL) goto fail;
    posterior->eigenbasis = eigenbasis_new(side_max, err);
    if (posterior->eigenbasis == NULL) goto fail;
    if (ridge_posterior_take_memory(posterior)) return posterior;
    err_no_memory(err);
fail:
    ridge_posterior_free(posterior);
    return NULL;
}

void ridge_posterior_free(struct ridge_posterior *posterior)
{
    if (posterior == NULL) return;
    tridiagonal_free(posterior->tridiagonal);
    eigenbasis_free(posterior->eigenbasis);
    arena_close(&posterior->memory);
    free(posterior);
}

static void centre_targets(struct ridge_posterior *posterior)
{
    const int     row_count = posterior->data.row_count;
    const double *targets   = posterior->data.targets;
    double       *centred   = posterior->centred_targets;

    posterior->target_mean = 0.0;
    for (int i = 0; i < row_count; i++) posterior->target_mean += targets[i];
    posterior->target_mean /= row_count;
    for (int i = 0; i < row_count; i++) centred[i] = targets[i] - posterior->target_mean;
    posterior->target_square = cblas_ddot(row_count, centred, 1, centred, 1);
}

static void fill_cross_product(struct ridge_posterior *posterior)
{
    const struct bayes_ridge_data *data  = &posterior->data;
    const int                      count = posterior->feature_count;

    memset(posterior->column_mean, 0, (size_t)count * sizeof(double));
    for (int i = 0; i < data->row_count; i++)
        cblas_daxpy(count, 1.0 / data->row_count, data->rows + (ptrdiff_t)i * data->row_stride, 1, posterior->column_mean, 1);
    for (int i = 0; i < data->row_count; i++) {
        const double *row    = data->rows + (ptrdiff_t)i * data->row_stride;
        double       *target = posterior->centred_rows + (ptrdiff_t)i * count;

        for (int j = 0; j < count; j++) target[j] = row[j] - posterior->column_mean[j];
    }
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, count, data->row_count, 1.0, posterior->centred_rows, count, 0.0,
                posterior->matrix, count);
    cblas_dgemv(CblasRowMajor, CblasTrans, data->row_count, count, 1.0, posterior->centred_rows, count,
                posterior->centred_targets, 1, 0.0, posterior->right, 1);
}

static void enter_basis(struct ridge_posterior *posterior, double *vector)
{
    if (posterior->basis == RIDGE_BASIS_EIGEN)
        eigenbasis_enter(posterior->eigenbasis, vector);
    else
        tridiagonal_enter(posterior->tridiagonal, vector);
}

static void leave_basis(struct ridge_posterior *posterior, double *vector)
{
    if (posterior->basis == RIDGE_BASIS_EIGEN)
        eigenbasis_leave(posterior->eigenbasis, vector);
    else
        tridiagonal_leave(posterior->tridiagonal, vector);
}

static bool make_basis(struct ridge_posterior *posterior)
{
    const double limit = DBL_EPSILON * (posterior->data.row_count + posterior->feature_count);

    if (posterior->basis == RIDGE_BASIS_EIGEN)
        return eigenbasis_decompose(posterior->eigenbasis, posterior->side, posterior->matrix, limit);
    return tridiagonal_reduce(posterior->tridiagonal, posterior->side, posterior->matrix);
}

/* Without a Gram matrix: x at r = 0, and what its residuals leave of the targets; measured on them, where nothing cancels. */
static bool solve_unshrunk(struct ridge_posterior *posterior)
{
    const int row_count = posterior->data.row_count;
    const int side      = posterior->side;

    if (posterior->basis == RIDGE_BASIS_EIGEN) {
        struct eigenbasis_sums sums;

        eigenbasis_solve(posterior->eigenbasis, 0.0, posterior->right, posterior->unshrunk, &sums);
    } else {
        struct tridiagonal_sums sums;

        if (!tridiagonal_solve(posterior->tridiagonal, 0.0, posterior->right, posterior->unshrunk, &sums)) return false;
        if (!(DBL_EPSILON * tridiagonal_norm(posterior->tridiagonal) * sums.inverse_trace < ROUNDING_MAX)) return false;
    }
    memcpy(posterior->weight_scratch, posterior->unshrunk, (size_t)side * sizeof(double));
    leave_basis(posterior, posterior->weight_scratch);
    memcpy(posterior->scratch, posterior->centred_targets, (size_t)row_count * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, row_count, side, -1.0, posterior->centred_rows, side, posterior->weight_scratch, 1,
                1.0, posterior->scratch, 1);
    posterior->unreachable = cblas_ddot(row_count, posterior->scratch, 1, posterior->scratch, 1);
    return true;
}

bool ridge_posterior_prepare(struct ridge_posterior *posterior, const struct bayes_ridge_data *data, enum ridge_basis basis)
{
    assert(data->row_count >= 1 && data->row_count <= posterior->row_max);
    assert(data->gram != NULL ? data->row_count <= posterior->feature_count : posterior->centred_rows != NULL);
    posterior->data     = *data;
    posterior->basis    = basis;
    posterior->has_gram = data->gram != NULL;
    posterior->side     = posterior->has_gram ? data->row_count - 1 : posterior->feature_count;
    centre_targets(posterior);
    if (posterior->has_gram) {
        contrast_gram(data->row_count, data->gram, data->gram_stride, posterior->matrix, posterior->row_mean, posterior->scratch);
        contrast_of(data->row_count, posterior->centred_targets, posterior->right);
    } else {
        fill_cross_product(posterior);
    }
    if (!make_basis(posterior)) return false;
    enter_basis(posterior, posterior->right);
    posterior->unreachable = 0.0;
    if (!posterior->has_gram) return solve_unshrunk(posterior);
    if (basis == RIDGE_BASIS_EIGEN)
        posterior->unreachable =
            cblas_ddot(eigenbasis_null_count(posterior->eigenbasis), posterior->right, 1, posterior->right, 1);
    return true;
}

int ridge_posterior_side(const struct ridge_posterior *posterior)
{
    return posterior->side;
}

double ridge_posterior_target_variance(const struct ridge_posterior *posterior)
{
    return posterior->target_square / posterior->data.row_count;
}

static void solve_eigen(struct ridge_posterior *posterior, double ratio, double *x, struct ridge_posterior_sums *out)
{
    struct eigenbasis_sums sums;

    eigenbasis_solve(posterior->eigenbasis, ratio, posterior->right, x, &sums);
    out->weight_square   = posterior->has_gram ? sums.form : sums.square;
    out->residual_square = posterior->unreachable + ratio * ratio * (posterior->has_gram ? sums.square : sums.inverse_form);
    out->determined      = sums.determined;
    out->undetermined    = posterior->data.row_count - sums.determined;
}

/* The error of x in the direction of an eigenvalue e is about epsilon |T| |x| / (e + r), which |w| counts with sqrt(e), and
 * sqrt(e) / (e + r) <= (e + r)^-1/2 <= tr (T + r I)^-1 ^1/2. */
static bool is_sound(const struct ridge_posterior *posterior, const struct tridiagonal_sums *sums)
{
    const double error = DBL_EPSILON * tridiagonal_norm(posterior->tridiagonal);

    return error * error * sums->square * sums->inverse_trace <= ROUNDING_MAX * ROUNDING_MAX * sums->form;
}

/* Without a Gram matrix the residuals exceed the unreachable ones by r^2 x'T^-1 x = r x'(x_0 - x), x_0 being x at r = 0. */
static bool solve_tridiagonal(struct ridge_posterior *posterior, double ratio, double *x, struct ridge_posterior_sums *out)
{
    struct tridiagonal_sums sums;

    if (!tridiagonal_solve(posterior->tridiagonal, ratio, posterior->right, x, &sums)) return false;
    out->determined   = sums.determined;
    out->undetermined = posterior->data.row_count - posterior->side + ratio * sums.inverse_trace;
    if (posterior->has_gram) {
        out->weight_square   = sums.form;
        out->residual_square = ratio * ratio * sums.square;
        return is_sound(posterior, &sums);
    }
    out->weight_square   = sums.square;
    out->residual_square = 0.0;
    for (int i = 0; i < posterior->side; i++) out->residual_square += x[i] * (posterior->unshrunk[i] - x[i]);
    out->residual_square = posterior->unreachable + ratio * fmax(0.0, out->residual_square);
    return true;
}

bool ridge_posterior_at(struct ridge_posterior *posterior, double ratio, double *x, struct ridge_posterior_sums *sums)
{
    if (posterior->basis == RIDGE_BASIS_TRIDIAGONAL) return solve_tridiagonal(posterior, ratio, x, sums);
    solve_eigen(posterior, ratio, x, sums);
    return true;
}

double ridge_posterior_square(const struct ridge_posterior *posterior, const double *x)
{
    if (!posterior->has_gram) return cblas_ddot(posterior->side, x, 1, x, 1);
    if (posterior->basis == RIDGE_BASIS_EIGEN) return eigenbasis_form(posterior->eigenbasis, x);
    return fmax(0.0, tridiagonal_form(posterior->tridiagonal, x));
}

void ridge_posterior_image(const struct ridge_posterior *posterior, const double *x, double *out)
{
    if (!posterior->has_gram)
        memcpy(out, x, (size_t)posterior->side * sizeof(double));
    else if (posterior->basis == RIDGE_BASIS_EIGEN)
        eigenbasis_multiply(posterior->eigenbasis, x, out);
    else
        tridiagonal_multiply(posterior->tridiagonal, x, out);
}

/* The rows need no centring, as the sum of the coefficients is 0. */
static void weights_of_dual(const struct ridge_posterior *posterior, double *weights)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, posterior->data.row_count, posterior->feature_count, 1.0, posterior->data.rows,
                posterior->data.row_stride, posterior->dual, 1, 0.0, weights, 1);
}

double ridge_posterior_l1(struct ridge_posterior *posterior, double *x)
{
    leave_basis(posterior, x);
    if (!posterior->has_gram) return cblas_dasum(posterior->side, x, 1);
    contrast_expand(posterior->data.row_count, x, posterior->dual);
    weights_of_dual(posterior, posterior->weight_scratch);
    return cblas_dasum(posterior->feature_count, posterior->weight_scratch, 1);
}

void ridge_posterior_keep(struct ridge_posterior *posterior, double *x)
{
    posterior->has_weights = x == NULL || !posterior->has_gram;
    if (x == NULL) {
        memset(posterior->dual, 0, (size_t)posterior->data.row_count * sizeof(double));
        memset(posterior->weights, 0, (size_t)posterior->feature_count * sizeof(double));
        return;
    }
    leave_basis(posterior, x);
    if (posterior->has_gram)
        contrast_expand(posterior->data.row_count, x, posterior->dual);
    else
        memcpy(posterior->weights, x, (size_t)posterior->side * sizeof(double));
}

double ridge_posterior_intercept(const struct ridge_posterior *posterior)
{
    if (posterior->has_gram)
        return posterior->target_mean - cblas_ddot(posterior->data.row_count, posterior->row_mean, 1, posterior->dual, 1);
    return posterior->target_mean - cblas_ddot(posterior->feature_count, posterior->column_mean, 1, posterior->weights, 1);
}

double ridge_posterior_predict(const struct ridge_posterior *posterior, const double *row, const double *gram_row)
{
    double sum = 0.0;

    if (posterior->has_gram)
        for (int i = 0; i < posterior->data.row_count; i++) sum += posterior->dual[i] * (gram_row[i] - posterior->row_mean[i]);
    else
        for (int j = 0; j < posterior->feature_count; j++) sum += posterior->weights[j] * (row[j] - posterior->column_mean[j]);
    return posterior->target_mean + sum;
}

const double *ridge_posterior_weights(struct ridge_posterior *posterior)
{
    if (!posterior->has_weights) weights_of_dual(posterior, posterior->weights);
    posterior->has_weights = true;
    return posterior->weights;
}
