#include "model/logistic_ridge.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/logistic.h"

const struct logistic_ridge_settings LOGISTIC_RIDGE_DEFAULTS = {.gradient_tolerance = 1e-10, .iteration_max = 100};

/* Sufficient decrease of the step halving, and how many halvings before the step is given up. */
static const double ARMIJO_FRACTION = 1e-4;
enum { HALVING_MAX = 40 };

/* A start need not be exact: this many halvings of [0, cost] place it to a millionth. */
enum { BISECTION_COUNT = 20 };

/* A gradient below this is counted as rounding when no step improves the objective any more. */
static const double ROUNDING_TOLERANCE = 1e-8;

/* The parameters are the duals when working with the Gram matrix K (K + 1 with the intercept), or the weights (w, b). In both
 * cases the Newton step is the same move of the weights; `logits` are linear in the parameters. */
struct logistic_ridge {
    struct logistic_ridge_settings settings;
    int                            row_max;
    int                            column_count; /* features and the intercept */
    double                        *factor;       /* side_max^2: Cholesky factor of I + cost X'PX, or of its twin over rows */
    double                        *parameters;   /* max(row_max, column_count) */
    double                        *gradient;     /* of the objective by the weights, or its coordinates in the rows */
    double                        *step;
    double                        *side_scratch;
    double                        *logits;      /* row_max */
    double                        *logit_step;  /* row_max */
    double                        *residual;    /* row_max: cost (target - P) */
    double                        *curvature;   /* row_max: sqrt(cost P (1 - P)) */
    double                        *row_length;  /* row_max: Euclidean length of a row with its 1 */
    double                        *scaled_rows; /* row_max x column_count; NULL when column_count > row_max */
    struct arena                   memory;

    /* Of the solve under way. */
    const struct logistic_ridge_data *data;
    double                            cost;
    int                               side;       /* length of parameters */
    double                            cancelling; /* bounds the products that cancel in penalty and logits */
};

static bool logistic_ridge_take_memory(struct logistic_ridge *fit)
{
    const size_t rows     = (size_t)fit->row_max;
    const size_t columns  = (size_t)fit->column_count;
    const size_t side_max = rows < columns ? rows : columns;
    const size_t long_max = rows > columns ? rows : columns;

    fit->factor     = arena_alloc_array(&fit->memory, side_max, side_max * sizeof(double));
    fit->parameters = arena_alloc_array(&fit->memory, long_max, 4 * sizeof(double));
    fit->logits     = arena_alloc_array(&fit->memory, rows, 5 * sizeof(double));
    if (columns <= rows) fit->scaled_rows = arena_alloc_array(&fit->memory, rows, columns * sizeof(double));
    if (fit->factor == NULL || fit->parameters == NULL || fit->logits == NULL || (columns <= rows && fit->scaled_rows == NULL))
        return false;
    fit->gradient     = fit->parameters + long_max;
    fit->step         = fit->gradient + long_max;
    fit->side_scratch = fit->step + long_max;
    fit->logit_step   = fit->logits + rows;
    fit->residual     = fit->logit_step + rows;
    fit->curvature    = fit->residual + rows;
    fit->row_length   = fit->curvature + rows;
    return true;
}

struct logistic_ridge *logistic_ridge_new(int row_max, int feature_count, const struct logistic_ridge_settings *settings,
                                          struct err *err)
{
    struct logistic_ridge *fit = calloc(1, sizeof *fit);

    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->settings     = *settings;
    fit->row_max      = row_max;
    fit->column_count = feature_count + 1;
    if (!logistic_ridge_take_memory(fit)) {
        logistic_ridge_free(fit);
        err_no_memory(err);
        return NULL;
    }
    return fit;
}

void logistic_ridge_free(struct logistic_ridge *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

/* out = X' coefficients */
static void rows_to_weights(const struct logistic_ridge *fit, const double *coefficients, double *out)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, fit->data->row_count, fit->column_count, 1.0, fit->data->rows, fit->data->row_stride,
                coefficients, 1, 0.0, out, 1);
}

/* Logits, or their change, from parameters, or their change. Over rows K is the Gram matrix plus 1. */
static void parameters_to_logits(const struct logistic_ridge *fit, const double *parameters, double *logits)
{
    const struct logistic_ridge_data *data = fit->data;
    double                            sum  = 0.0;

    if (data->gram == NULL) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, data->row_count, fit->column_count, 1.0, data->rows, data->row_stride,
                    parameters, 1, 0.0, logits, 1);
        return;
    }
    for (int i = 0; i < fit->side; i++) sum += parameters[i];
    for (int i = 0; i < fit->side; i++) logits[i] = sum;
    cblas_dsymv(CblasRowMajor, CblasLower, fit->side, 1.0, data->gram, data->gram_stride, parameters, 1, 1.0, logits, 1);
}

static void start_from_dual(struct logistic_ridge *fit, const double *dual)
{
    const struct logistic_ridge_data *data = fit->data;

    if (data->gram != NULL) {
        for (int i = 0; i < data->row_count; i++)
            fit->row_length[i] = sqrt(data->gram[(ptrdiff_t)i * (data->gram_stride + 1)] + 1.0);
        memcpy(fit->parameters, dual, (size_t)data->row_count * sizeof(double));
    } else {
        for (int i = 0; i < data->row_count; i++)
            fit->row_length[i] = cblas_dnrm2(fit->column_count, data->rows + (ptrdiff_t)i * data->row_stride, 1);
        rows_to_weights(fit, dual, fit->parameters);
    }
    parameters_to_logits(fit, fit->parameters, fit->logits);
}

/* Sum of losses at logits + size * logit_step. */
static double loss_along(const struct logistic_ridge *fit, double size)
{
    double loss = 0.0;

    for (int i = 0; i < fit->data->row_count; i++) {
        double logit = fit->logits[i] + size * fit->logit_step[i];

        loss -= logistic_log_prob(fit->data->targets[i] > 0.5 ? logit : -logit);
    }
    return loss;
}

/* The penalty |w|^2 + b^2 and its inner products, in either kind of parameters. */
static double penalty_product(const struct logistic_ridge *fit, const double *parameters, const double *logits,
                              const double *other_parameters)
{
    return cblas_ddot(fit->side, other_parameters, 1, fit->data->gram != NULL ? logits : parameters, 1);
}

/* Residuals, curvatures and gradient at `logits`; returns the gradient's norm relative to the size of its terms. */
static double measure_gradient(struct logistic_ridge *fit, struct logistic_ridge_result *result)
{
    double size = 1.0;

    double length = 0.0; /* of the weights, or what bounds it over rows */

    for (int i = 0; i < fit->data->row_count; i++) {
        const double target     = fit->data->targets[i] > 0.5 ? 1.0 : -1.0;
        const double wrong_prob = logistic_prob(-target * fit->logits[i]);

        fit->residual[i]  = fit->cost * target * wrong_prob;
        fit->curvature[i] = sqrt(fit->cost * wrong_prob * (1.0 - wrong_prob));
        size += fit->cost * wrong_prob * fit->row_length[i];
        if (fit->data->gram != NULL) length += fabs(fit->parameters[i]) * fit->row_length[i];
    }
    if (fit->data->gram != NULL) {
        for (int i = 0; i < fit->side; i++) fit->gradient[i] = fit->parameters[i] - fit->residual[i];
        parameters_to_logits(fit, fit->gradient, fit->side_scratch);
        result->gradient_norm = sqrt(fmax(0.0, cblas_ddot(fit->side, fit->gradient, 1, fit->side_scratch, 1)));
    } else {
        rows_to_weights(fit, fit->residual, fit->gradient);
        cblas_dscal(fit->side, -1.0, fit->gradient, 1);
        cblas_daxpy(fit->side, 1.0, fit->parameters, 1, fit->gradient, 1);
        result->gradient_norm = cblas_dnrm2(fit->side, fit->gradient, 1);
        length                = cblas_dnrm2(fit->side, fit->parameters, 1);
    }
    fit->cancelling = length * (size + length);
    return result->gradient_norm / size;
}

/* Cholesky factor of I + X'WX over features, or of I + W^1/2 (K + 1) W^1/2 over rows: their determinants agree. */
static bool factorise(struct logistic_ridge *fit)
{
    const struct logistic_ridge_data *data = fit->data;
    const int                         side = fit->side;

    if (data->gram != NULL) {
        for (int i = 0; i < side; i++) {
            const double *gram = data->gram + (ptrdiff_t)i * data->gram_stride;
            double       *row  = fit->factor + (ptrdiff_t)i * side;

            for (int j = 0; j <= i; j++) row[j] = (gram[j] + 1.0) * (fit->curvature[i] * fit->curvature[j]);
        }
    } else {
        for (int i = 0; i < data->row_count; i++) {
            const double *row    = data->rows + (ptrdiff_t)i * data->row_stride;
            double       *scaled = fit->scaled_rows + (ptrdiff_t)i * side;

            for (int j = 0; j < side; j++) scaled[j] = row[j] * fit->curvature[i];
        }
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, side, data->row_count, 1.0, fit->scaled_rows, side, 0.0, fit->factor,
                    side);
    }
    for (int i = 0; i < side; i++) fit->factor[(ptrdiff_t)i * (side + 1)] += 1.0;
    /* Our lower triangle by rows is LAPACK's upper triangle by columns. */
    return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', side, fit->factor, side) == 0;
}

static void solve_factored(const struct logistic_ridge *fit, double *vector)
{
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, fit->side, fit->factor, fit->side, vector, 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, fit->side, fit->factor, fit->side, vector, 1);
}

static double half_log_determinant(const struct logistic_ridge *fit)
{
    double sum = 0.0;

    for (int i = 0; i < fit->side; i++) sum += log(fit->factor[(ptrdiff_t)i * (fit->side + 1)]);
    return sum;
}

/* Over rows: step = -r + W^1/2 B^-1 W^1/2 (K + 1) r, with r the gradient's coordinates; `side_scratch` is (K + 1) r still. */
static void newton_step(struct logistic_ridge *fit)
{
    if (fit->data->gram != NULL) {
        for (int i = 0; i < fit->side; i++) fit->step[i] = fit->curvature[i] * fit->side_scratch[i];
        solve_factored(fit, fit->step);
        for (int i = 0; i < fit->side; i++) fit->step[i] = fit->curvature[i] * fit->step[i] - fit->gradient[i];
    } else {
        for (int i = 0; i < fit->side; i++) fit->step[i] = -fit->gradient[i];
        solve_factored(fit, fit->step);
    }
    parameters_to_logits(fit, fit->step, fit->logit_step);
}

/* Take the step, halved until the objective falls enough. False when it cannot be told from rounding that it falls at all. */
static bool take_step(struct logistic_ridge *fit, struct logistic_ridge_result *result)
{
    const double penalty  = penalty_product(fit, fit->parameters, fit->logits, fit->parameters);
    const double cross    = penalty_product(fit, fit->step, fit->logit_step, fit->parameters);
    const double square   = penalty_product(fit, fit->step, fit->logit_step, fit->step);
    const double slope    = penalty_product(fit, fit->step, fit->logit_step, fit->gradient);
    const double rounding = 16.0 * DBL_EPSILON * (fabs(result->objective) + fit->cancelling);
    double       size     = 1.0;

    for (int halving = 0; halving < HALVING_MAX; halving++, size *= 0.5) {
        const double quadratic = 0.5 * penalty + size * cross + 0.5 * size * size * square;
        const double objective = quadratic + fit->cost * loss_along(fit, size);

        if (objective > result->objective + ARMIJO_FRACTION * size * slope + rounding) continue;
        cblas_daxpy(fit->side, size, fit->step, 1, fit->parameters, 1);
        parameters_to_logits(fit, fit->parameters, fit->logits);
        result->objective = objective;
        return true;
    }
    return false;
}

static void newton(struct logistic_ridge *fit, struct logistic_ridge_result *result)
{
    double last = INFINITY;

    result->objective =
        0.5 * penalty_product(fit, fit->parameters, fit->logits, fit->parameters) + fit->cost * loss_along(fit, 0.0);
    for (;;) {
        const double gradient = measure_gradient(fit, result);
        const bool   is_flat  = gradient <= ROUNDING_TOLERANCE && gradient >= 0.5 * last;

        last = gradient;
        if (!factorise(fit)) {
            result->status = LOGISTIC_RIDGE_SINGULAR;
            return;
        }
        if (gradient <= fit->settings.gradient_tolerance || is_flat) result->status = LOGISTIC_RIDGE_CONVERGED;
        if (result->status == LOGISTIC_RIDGE_CONVERGED || result->iteration_count >= fit->settings.iteration_max) return;
        newton_step(fit);
        result->iteration_count++;
        if (!take_step(fit, result)) {
            if (gradient <= ROUNDING_TOLERANCE) result->status = LOGISTIC_RIDGE_CONVERGED;
            return;
        }
    }
}

/* A last Newton step costs no factor any more, and it leaves duals that spell exactly the weights it arrives at: with residuals r,
 * curvatures W and step v, X'(r - W X v) = w + v. The residuals alone would be off by the gradient. */
static void polish_dual(struct logistic_ridge *fit, double *dual)
{
    newton_step(fit);
    for (int i = 0; i < fit->data->row_count; i++) {
        if (fit->data->gram != NULL)
            dual[i] = fit->parameters[i] + fit->step[i];
        else
            dual[i] = fit->residual[i] - fit->curvature[i] * fit->curvature[i] * fit->logit_step[i];
    }
}

void logistic_ridge_solve(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost, double *dual,
                          struct logistic_ridge_result *result)
{
    fit->data = data;
    fit->cost = cost;
    fit->side = data->gram != NULL ? data->row_count : fit->column_count;
    assert(data->row_count >= 1 && data->row_count <= fit->row_max);
    assert(fit->side <= fit->row_max && fit->side <= fit->column_count);
    *result = (struct logistic_ridge_result){.status = LOGISTIC_RIDGE_ITERATION_LIMIT, .log_evidence = -INFINITY};
    memset(fit->logit_step, 0, (size_t)data->row_count * sizeof(double));
    start_from_dual(fit, dual);
    newton(fit, result);
    if (result->status != LOGISTIC_RIDGE_SINGULAR) result->log_evidence = -result->objective / cost - half_log_determinant(fit);
    if (result->status == LOGISTIC_RIDGE_CONVERGED)
        polish_dual(fit, dual);
    else
        memcpy(dual, fit->residual, (size_t)data->row_count * sizeof(double));
}

double logistic_ridge_log_evidence(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost,
                                   const double *dual, const double *logits)
{
    double log_evidence = -0.5 * cblas_ddot(data->row_count, dual, 1, logits, 1) / cost;

    assert(data->gram != NULL && data->row_count <= fit->row_max);
    fit->data = data;
    fit->side = data->row_count;
    for (int i = 0; i < data->row_count; i++) {
        const double prob = logistic_prob(-fabs(logits[i])); /* of the less likely category */

        log_evidence += logistic_log_prob(data->targets[i] > 0.5 ? logits[i] : -logits[i]);
        fit->curvature[i] = sqrt(cost * prob * (1.0 - prob));
    }
    return factorise(fit) ? log_evidence - half_log_determinant(fit) : -INFINITY;
}

double logistic_ridge_logit(struct logistic_ridge *fit, const struct logistic_ridge_data *data, const double *dual, int row_index)
{
    const double *row = data->rows + (ptrdiff_t)row_index * data->row_stride;
    double        logit;

    if (data->gram == NULL) {
        fit->data = data;
        rows_to_weights(fit, dual, fit->side_scratch);
        return cblas_ddot(fit->column_count, fit->side_scratch, 1, row, 1);
    }
    logit = 0.0;
    for (int i = 0; i < data->row_count; i++) {
        const int upper = row_index > i ? row_index : i;
        const int lower = row_index > i ? i : row_index;

        logit += dual[i] * (data->gram[(ptrdiff_t)upper * data->gram_stride + lower] + 1.0);
    }
    return logit;
}

double logistic_ridge_single_dual(double cost, double margin, double length2)
{
    double low  = 0.0;
    double high = cost;

    for (int i = 0; i < BISECTION_COUNT; i++) {
        const double middle = 0.5 * (low + high);

        if (middle < cost * logistic_prob(-(margin + length2 * middle)))
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

void logistic_ridge_extend(struct logistic_ridge *fit, const struct logistic_ridge_data *data, double cost, int known_count,
                           double *dual)
{
    struct logistic_ridge_data known = *data;

    if (known_count == 0) {
        memset(dual, 0, (size_t)data->row_count * sizeof(double));
        return;
    }
    for (int i = known_count; i < data->row_count; i++) {
        const double *row     = data->rows + (ptrdiff_t)i * data->row_stride;
        const double  length2 = cblas_ddot(fit->column_count, row, 1, row, 1);
        const double  sign    = data->targets[i] > 0.5 ? 1.0 : -1.0;

        known.row_count = i;
        dual[i]         = sign * logistic_ridge_single_dual(cost, sign * logistic_ridge_logit(fit, &known, dual, i), length2);
    }
}
