#include "model/growing_ridge.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/logistic.h"

enum { NEWTON_MAX = 20, HALVING_MAX = 10, CONJUGATE_MAX = 40 };

/* A relative gradient below the first ends the search; below the second when it no longer shrinks: rounding. */
static const double GRADIENT_TOLERANCE[] = {[GROWING_RIDGE_TIGHT] = 1e-12, [GROWING_RIDGE_LOOSE] = 1e-7};
static const double ROUNDING_TOLERANCE   = 1e-8;

/* A whole step must shorten the gradient by this part, half a step by half of it. */
static const double SHRINK_FRACTION = 0.1;

/* The inverse is corrected in rows whose W has moved by this factor, and made afresh after that many iterations in a solve. */
static const double MOVE_MAX = 1.5;
enum { CONJUGATE_LIMIT = 24 };

/* Conjugate gradients stop at this fraction at most; they need not be more exact than Newton's step itself. */
static const double FRACTION_MAX = 0.1;

/* W is not let below this fraction of the cost: 1 / W must stay a number. */
static const double CURVATURE_FLOOR = 1e-14;

struct growing_ridge {
    int          row_max;
    int          count;      /* rows that the inverse is of */
    int          work;       /* iterations of conjugate gradients in the solve under way */
    double      *inverse;    /* row_max^2, lower triangle, rows row_max apart */
    double      *held;       /* row_max: W of the inverse */
    double      *curvature;  /* row_max: W */
    double      *logits;     /* row_max */
    double      *row_length; /* row_max: of the row with its 1 */
    double      *excess;     /* row_max: dual - cost (target - P) */
    double      *step;       /* row_max */
    double      *residual;   /* row_max */
    double      *direction;  /* row_max */
    double      *image;      /* row_max */
    double      *solved;     /* row_max */
    struct arena memory;

    /* Of the solve under way. */
    const struct logistic_ridge_data *data;
    double                            cost;
};

struct growing_ridge *growing_ridge_new(int row_max, struct err *err)
{
    struct growing_ridge *fit = calloc(1, sizeof *fit);

    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->row_max = row_max;
    fit->inverse = arena_alloc_array(&fit->memory, (size_t)row_max, (size_t)row_max * sizeof(double));
    fit->held    = arena_alloc_array(&fit->memory, (size_t)row_max, 10 * sizeof(double));
    if (fit->inverse == NULL || fit->held == NULL) {
        growing_ridge_free(fit);
        err_no_memory(err);
        return NULL;
    }
    fit->curvature  = fit->held + row_max;
    fit->logits     = fit->curvature + row_max;
    fit->row_length = fit->logits + row_max;
    fit->excess     = fit->row_length + row_max;
    fit->step       = fit->excess + row_max;
    fit->residual   = fit->step + row_max;
    fit->direction  = fit->residual + row_max;
    fit->image      = fit->direction + row_max;
    fit->solved     = fit->image + row_max;
    return fit;
}

void growing_ridge_free(struct growing_ridge *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

/* out = (K of the first `count` rows) vector */
static void multiply_kernel(const struct growing_ridge *fit, int count, const double *vector, double *out)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++) sum += vector[i];
    for (int i = 0; i < count; i++) out[i] = sum;
    cblas_dsymv(CblasRowMajor, CblasLower, count, 1.0, fit->data->gram, fit->data->gram_stride, vector, 1, 1.0, out, 1);
}

static void multiply_inverse(const struct growing_ridge *fit, int count, const double *vector, double *out)
{
    cblas_dsymv(CblasRowMajor, CblasLower, count, 1.0, fit->inverse, fit->row_max, vector, 1, 0.0, out, 1);
}

/* inverse += factor * vector vector' */
static void add_square(struct growing_ridge *fit, int count, double factor, const double *vector)
{
    cblas_dsyr(CblasRowMajor, CblasLower, count, factor, vector, 1, fit->inverse, fit->row_max);
}

/* W, and the excess of the duals, from the logits; returns the size of the gradient's terms. */
static double measure_rows(struct growing_ridge *fit, int count, const double *dual)
{
    double size = 1.0;

    for (int i = 0; i < count; i++) {
        const double sign       = fit->data->targets[i] > 0.5 ? 1.0 : -1.0;
        const double wrong_prob = logistic_prob(-sign * fit->logits[i]);

        fit->curvature[i] = fit->cost * fmax(wrong_prob * (1.0 - wrong_prob), CURVATURE_FLOOR);
        fit->excess[i]    = dual[i] - fit->cost * sign * wrong_prob;
        size += fit->cost * wrong_prob * fit->row_length[i];
    }
    return size;
}

/* The inverse of 1/W + K for the first `count` rows, whose logits and W are known. */
static bool make_inverse(struct growing_ridge *fit, int count)
{
    fit->count = 0;
    for (int i = 0; i < count; i++) {
        const double *gram = fit->data->gram + (ptrdiff_t)i * fit->data->gram_stride;
        double       *row  = fit->inverse + (ptrdiff_t)i * fit->row_max;

        for (int j = 0; j <= i; j++) row[j] = gram[j] + 1.0;
        row[i] += 1.0 / fit->curvature[i];
        fit->held[i] = fit->curvature[i];
    }
    /* Our lower triangle by rows is LAPACK's upper triangle by columns. */
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', count, fit->inverse, fit->row_max) != 0) return false;
    if (LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', count, fit->inverse, fit->row_max) != 0) return false;
    fit->count = count;
    return true;
}

/* Add change * solved to the duals, none of which may use up more than nine tenths of its way to either end of (0, cost): the answer
 * is to first order only, and from beyond the ends Newton's steps go astray. */
static void answer(struct growing_ridge *fit, int count, double change, double *dual)
{
    for (int j = 0; j < count; j++) {
        const double sign = fit->data->targets[j] > 0.5 ? 1.0 : -1.0;
        const double from = fmin(fmax(sign * dual[j], 0.0), fit->cost);
        const double to   = sign * (dual[j] + change * fit->solved[j]);

        dual[j] = sign * fmin(fmax(to, 0.1 * from), fit->cost - 0.1 * (fit->cost - from));
    }
}

/* The next row: the others' answer to its dual u is -u G k, so that its own logit moves by u (k_ii - k'G k). */
static void add_row(struct growing_ridge *fit, double *dual)
{
    const int     place  = fit->count;
    const double *gram   = fit->data->gram + (ptrdiff_t)place * fit->data->gram_stride;
    const double  sign   = fit->data->targets[place] > 0.5 ? 1.0 : -1.0;
    double       *row    = fit->inverse + (ptrdiff_t)place * fit->row_max;
    double        margin = 0.0, length2, amount, pivot;

    for (int j = 0; j < place; j++) fit->direction[j] = gram[j] + 1.0;
    if (place > 0) {
        multiply_inverse(fit, place, fit->direction, fit->solved);
        margin = sign * cblas_ddot(place, fit->direction, 1, dual, 1);
    }
    length2 = gram[place] + 1.0;
    length2 = fmax(length2 - cblas_ddot(place, fit->direction, 1, fit->solved, 1), 1e-8 * length2);
    amount  = logistic_ridge_single_dual(fit->cost, margin, length2);
    answer(fit, place, -sign * amount, dual);
    dual[place]      = sign * amount;
    fit->held[place] = fmax(amount * (1.0 - amount / fit->cost), CURVATURE_FLOOR * fit->cost);
    pivot            = 1.0 / (1.0 / fit->held[place] + length2);
    if (place > 0) add_square(fit, place, pivot, fit->solved);
    for (int j = 0; j < place; j++) row[j] = -pivot * fit->solved[j];
    row[place] = pivot;
    fit->count++;
}

/* Bring the inverse to the W of one row: 1/W changes by `change` there. */
static void correct_row(struct growing_ridge *fit, int place)
{
    const double change = 1.0 / fit->curvature[place] - 1.0 / fit->held[place];
    const double own    = fit->inverse[(ptrdiff_t)place * (fit->row_max + 1)];

    if (!(1.0 + change * own > 1e-3)) return; /* the inverse is not exact: leave it positive definite */
    cblas_dcopy(place, fit->inverse + (ptrdiff_t)place * fit->row_max, 1, fit->solved, 1);
    cblas_dcopy(fit->count - place, fit->inverse + (ptrdiff_t)place * (fit->row_max + 1), fit->row_max, fit->solved + place, 1);
    add_square(fit, fit->count, -change / (1.0 + change * own), fit->solved);
    fit->held[place] = fit->curvature[place];
}

static void correct_inverse(struct growing_ridge *fit)
{
    for (int i = 0; i < fit->count; i++) {
        const double moved = fit->curvature[i] / fit->held[i];

        if (moved > MOVE_MAX || moved < 1.0 / MOVE_MAX) correct_row(fit, i);
    }
}

/* Conjugate gradients for (1/W + K) step = -excess / W; false when rounding has made the inverse useless. */
static bool solve_step(struct growing_ridge *fit, double fraction)
{
    const int count = fit->count;
    double    product, first;

    memset(fit->step, 0, (size_t)count * sizeof(double));
    for (int i = 0; i < count; i++) fit->residual[i] = -fit->excess[i] / fit->curvature[i];
    multiply_inverse(fit, count, fit->residual, fit->solved);
    memcpy(fit->direction, fit->solved, (size_t)count * sizeof(double));
    first   = cblas_ddot(count, fit->residual, 1, fit->solved, 1);
    product = first;
    for (int iteration = 0; iteration < CONJUGATE_MAX && product > fraction * fraction * first; iteration++) {
        double size, last = product;

        multiply_kernel(fit, count, fit->direction, fit->image);
        for (int i = 0; i < count; i++) fit->image[i] += fit->direction[i] / fit->curvature[i];
        size = product / cblas_ddot(count, fit->direction, 1, fit->image, 1);
        if (!(size > 0.0 && size < 1e100)) return false;
        cblas_daxpy(count, size, fit->direction, 1, fit->step, 1);
        cblas_daxpy(count, -size, fit->image, 1, fit->residual, 1);
        multiply_inverse(fit, count, fit->residual, fit->solved);
        product = cblas_ddot(count, fit->residual, 1, fit->solved, 1);
        cblas_dscal(count, product / last, fit->direction, 1);
        cblas_daxpy(count, 1.0, fit->solved, 1, fit->direction, 1);
        fit->work++;
    }
    return true;
}

/* Logits, W and excess at the duals. The gradient is X' excess, so that the sum of |excess| |row| bounds its length; returns that
 * relative to the size of the gradient's terms. */
static double measure(struct growing_ridge *fit, const double *dual, struct logistic_ridge_result *result)
{
    double size;

    multiply_kernel(fit, fit->count, dual, fit->logits);
    size                  = measure_rows(fit, fit->count, dual);
    result->gradient_norm = 0.0;
    for (int i = 0; i < fit->count; i++) result->gradient_norm += fabs(fit->excess[i]) * fit->row_length[i];
    return result->gradient_norm / size;
}

/* Take the step, halved until the excess is smaller: along Newton's step it shrinks at first from every point. */
static bool take_step(struct growing_ridge *fit, double *dual, double *gradient, struct logistic_ridge_result *result)
{
    const double last = result->gradient_norm;
    double       size = 1.0;

    cblas_daxpy(fit->count, 1.0, fit->step, 1, dual, 1);
    for (int halving = 0; halving < HALVING_MAX; halving++, size *= 0.5) {
        *gradient = measure(fit, dual, result);
        if (result->gradient_norm <= (1.0 - SHRINK_FRACTION * size) * last) return true;
        if (*gradient <= ROUNDING_TOLERANCE) return false;
        cblas_daxpy(fit->count, -0.5 * size, fit->step, 1, dual, 1);
    }
    return false;
}

static bool newton(struct growing_ridge *fit, double tolerance, double *dual, struct logistic_ridge_result *result)
{
    double gradient = measure(fit, dual, result);

    while (gradient > tolerance) {
        double furthest = 0.0;

        if (!(gradient < INFINITY) || result->iteration_count == NEWTON_MAX) return false;
        if (result->iteration_count == 0) correct_inverse(fit);
        for (int i = 0; i < fit->count; i++) furthest = fmax(furthest, fabs(fit->excess[i]) / fit->curvature[i]);
        if (!solve_step(fit, fmin(FRACTION_MAX, fmax(furthest, 0.1 * tolerance / gradient)))) return false;
        result->iteration_count++;
        if (!take_step(fit, dual, &gradient, result)) return gradient <= ROUNDING_TOLERANCE;
    }
    return true;
}

bool growing_ridge_solve(struct growing_ridge *fit, const struct logistic_ridge_data *data, double cost,
                         enum growing_ridge_accuracy accuracy, int known_count, double *dual,
                         struct logistic_ridge_result *result)
{
    bool ok;

    assert(data->gram != NULL && data->row_count >= 1 && data->row_count <= fit->row_max && known_count <= data->row_count);
    fit->data = data;
    fit->cost = cost;
    fit->work = 0;
    *result   = (struct logistic_ridge_result){.status = LOGISTIC_RIDGE_ITERATION_LIMIT, .log_evidence = -INFINITY};
    for (int i = 0; i < data->row_count; i++) fit->row_length[i] = sqrt(data->gram[(ptrdiff_t)i * (data->gram_stride + 1)] + 1.0);
    if (fit->count != known_count) {
        multiply_kernel(fit, known_count, dual, fit->logits);
        (void)measure_rows(fit, known_count, dual);
        if (!make_inverse(fit, known_count)) {
            memset(dual, 0, (size_t)data->row_count * sizeof(double));
            return false;
        }
    }
    while (fit->count < data->row_count) add_row(fit, dual);
    ok = newton(fit, GRADIENT_TOLERANCE[accuracy], dual, result);
    if (!ok) memset(dual, 0, (size_t)data->row_count * sizeof(double));
    if (!ok || fit->work > CONJUGATE_LIMIT) fit->count = 0; /* made afresh next time */
    if (ok) result->status = LOGISTIC_RIDGE_CONVERGED;
    return ok;
}

const double *growing_ridge_logits(const struct growing_ridge *fit)
{
    return fit->logits;
}
