#include "model/logistic_lasso.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/logistic.h"
#include "model/sparse_step.h"

const struct logistic_lasso_settings LOGISTIC_LASSO_DEFAULTS = {.violation_tolerance = 1e-11, .iteration_max = 200};

/* Sufficient decrease of the step halving, and how many halvings before the step is given up. */
static const double ARMIJO_FRACTION = 1e-4;
enum { HALVING_MAX = 40 };

/* A violation below this is counted as rounding when no step improves on it any more. */
static const double ROUNDING_TOLERANCE = 1e-8;

/* P (1 - P) is not let below this: rows far on either side would leave the model without any curvature. */
static const double CURVATURE_FLOOR = 1e-16;

/* How exactly the search for new weights is done, relative to how far the answer is off still. */
static const double JOIN_FRACTION = 0.01;

static const double COLUMN_TOLERANCE = 1e-9;

/* A candidate is a column whose weight may change in a step: off zero, or beyond its bounds. */
struct logistic_lasso {
    struct logistic_lasso_settings settings;
    int                            row_max;
    int                            column_count;        /* features and the intercept */
    double                        *gradient;            /* column_count, of the losses */
    double                        *column_length;       /* column_count: Euclidean, over the rows */
    int                           *candidates;          /* column_count */
    double                        *candidate_columns;   /* column_count x row_max: columns times sqrt(cost P (1 - P)) */
    double                        *candidate_gradient;  /* column_count */
    double                        *candidate_tolerance; /* column_count */
    double                        *candidate_weights;   /* column_count: before the step */
    double                        *candidate_target;    /* column_count: after it, if it is taken whole */
    double                        *logits;              /* row_max */
    double                        *logit_target;        /* row_max: after the whole step */
    double                        *residual;            /* row_max: cost (target - P) */
    double                        *curvature;           /* row_max: sqrt(cost P (1 - P)) */
    struct sparse_step            *step;
    struct arena                   memory;

    /* Of the solve under way. */
    const struct logistic_lasso_data *data;
    double                            cost;
    int                               candidate_count;
};

static double *take_doubles(struct logistic_lasso *fit, int count, int times)
{
    return arena_alloc_array(&fit->memory, (size_t)count, (size_t)times * sizeof(double));
}

static bool logistic_lasso_take_memory(struct logistic_lasso *fit)
{
    const int columns = fit->column_count;
    const int rows    = fit->row_max;

    fit->gradient            = take_doubles(fit, columns, 1);
    fit->column_length       = take_doubles(fit, columns, 1);
    fit->candidates          = arena_alloc_array(&fit->memory, (size_t)columns, sizeof(int));
    fit->candidate_columns   = take_doubles(fit, columns, rows);
    fit->candidate_gradient  = take_doubles(fit, columns, 1);
    fit->candidate_tolerance = take_doubles(fit, columns, 1);
    fit->candidate_weights   = take_doubles(fit, columns, 1);
    fit->candidate_target    = take_doubles(fit, columns, 1);
    fit->logits              = take_doubles(fit, rows, 1);
    fit->logit_target        = take_doubles(fit, rows, 1);
    fit->residual            = take_doubles(fit, rows, 1);
    fit->curvature           = take_doubles(fit, rows, 1);
    return fit->gradient != NULL && fit->column_length != NULL && fit->candidates != NULL && fit->candidate_columns != NULL &&
           fit->candidate_gradient != NULL && fit->candidate_tolerance != NULL && fit->candidate_weights != NULL &&
           fit->candidate_target != NULL && fit->logits != NULL && fit->logit_target != NULL && fit->residual != NULL &&
           fit->curvature != NULL;
}

struct logistic_lasso *logistic_lasso_new(int row_max, int feature_count, const struct logistic_lasso_settings *settings,
                                          struct err *err)
{
    struct logistic_lasso *fit = calloc(1, sizeof *fit);

    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->settings     = *settings;
    fit->row_max      = row_max;
    fit->column_count = feature_count + 1;
    if (!logistic_lasso_take_memory(fit)) {
        err_no_memory(err);
        goto fail;
    }
    fit->step = sparse_step_new(row_max, fit->column_count, err);
    if (fit->step != NULL) return fit;
fail:
    logistic_lasso_free(fit);
    return NULL;
}

void logistic_lasso_free(struct logistic_lasso *fit)
{
    if (fit == NULL) return;
    sparse_step_free(fit->step);
    arena_close(&fit->memory);
    free(fit);
}

static const double *row_of(const struct logistic_lasso_data *data, int index)
{
    return data->rows + (ptrdiff_t)index * data->row_stride;
}

static void measure_columns(struct logistic_lasso *fit)
{
    memset(fit->column_length, 0, (size_t)fit->column_count * sizeof(double));
    for (int i = 0; i < fit->data->row_count; i++) {
        const double *row = row_of(fit->data, i);

        for (int j = 0; j < fit->column_count; j++) fit->column_length[j] += row[j] * row[j];
    }
    for (int j = 0; j < fit->column_count; j++) fit->column_length[j] = sqrt(fit->column_length[j]);
}

/* Logits by the candidates' weights; all others are 0. */
static void measure_logits(const struct logistic_lasso *fit, const double *candidate_weights, double *logits)
{
    for (int i = 0; i < fit->data->row_count; i++) {
        const double *row = row_of(fit->data, i);

        logits[i] = 0.0;
        for (int k = 0; k < fit->candidate_count; k++)
            if (candidate_weights[k] != 0.0) logits[i] += candidate_weights[k] * row[fit->candidates[k]];
    }
}

/* Objective at the candidates' weights + size * (target - weights). */
static double objective_along(const struct logistic_lasso *fit, double size)
{
    double loss    = 0.0;
    double penalty = 0.0;

    for (int i = 0; i < fit->data->row_count; i++) {
        const double logit = (1.0 - size) * fit->logits[i] + size * fit->logit_target[i];

        loss -= logistic_log_prob(fit->data->targets[i] > 0.5 ? logit : -logit);
    }
    for (int k = 0; k < fit->candidate_count; k++)
        penalty += fabs((1.0 - size) * fit->candidate_weights[k] + size * fit->candidate_target[k]);
    return penalty + fit->cost * loss;
}

static void measure_gradient(struct logistic_lasso *fit)
{
    const struct logistic_lasso_data *data = fit->data;

    for (int i = 0; i < data->row_count; i++) {
        const double target     = data->targets[i] > 0.5 ? 1.0 : -1.0;
        const double wrong_prob = logistic_prob(-target * fit->logits[i]);

        fit->residual[i]  = fit->cost * target * wrong_prob;
        fit->curvature[i] = sqrt(fit->cost * fmax(wrong_prob * (1.0 - wrong_prob), CURVATURE_FLOOR));
    }
    cblas_dgemv(CblasRowMajor, CblasTrans, data->row_count, fit->column_count, -1.0, data->rows, data->row_stride, fit->residual,
                1, 0.0, fit->gradient, 1);
}

/* List the candidates and return the largest relative violation. */
static double choose_candidates(struct logistic_lasso *fit, const double *weights)
{
    const double residual_length = cblas_dnrm2(fit->data->row_count, fit->residual, 1);
    double       largest         = 0.0;

    fit->candidate_count = 0;
    for (int j = 0; j < fit->column_count; j++) {
        const double size      = 1.0 + residual_length * fit->column_length[j];
        const double violation = weights[j] != 0.0 ? fabs(fit->gradient[j] + (weights[j] > 0.0 ? 1.0 : -1.0))
                                                   : fmax(fabs(fit->gradient[j]) - 1.0, 0.0);
        const int    place     = fit->candidate_count;

        largest = fmax(largest, violation / size);
        if (weights[j] == 0.0 && violation == 0.0) continue;
        fit->candidates[place]          = j;
        fit->candidate_gradient[place]  = fit->gradient[j];
        fit->candidate_tolerance[place] = size;
        fit->candidate_weights[place]   = weights[j];
        fit->candidate_target[place]    = weights[j];
        fit->candidate_count++;
    }
    for (int k = 0; k < fit->candidate_count; k++)
        fit->candidate_tolerance[k] *= fmax(fit->settings.violation_tolerance, JOIN_FRACTION * largest);
    return largest;
}

/* The weights that minimise the quadratic model, into candidate_target. */
static void aim(struct logistic_lasso *fit)
{
    const int                     row_count = fit->data->row_count;
    const struct sparse_step_data data      = {
             .column_count = fit->candidate_count,
             .row_count    = row_count,
             .columns      = fit->candidate_columns,
             .gradient     = fit->candidate_gradient,
             .tolerance    = fit->candidate_tolerance,
    };

    for (int i = 0; i < row_count; i++) {
        const double *row = row_of(fit->data, i);

        for (int k = 0; k < fit->candidate_count; k++)
            fit->candidate_columns[(ptrdiff_t)k * row_count + i] = fit->curvature[i] * row[fit->candidates[k]];
    }
    sparse_step_solve(fit->step, &data, fit->candidate_target);
    measure_logits(fit, fit->candidate_target, fit->logit_target);
}

/* What a whole step would gain if the losses were linear: negative, unless rounding is all that is left. */
static double expected_change(const struct logistic_lasso *fit)
{
    double change = 0.0;

    for (int k = 0; k < fit->candidate_count; k++)
        change += fit->candidate_gradient[k] * (fit->candidate_target[k] - fit->candidate_weights[k]) +
                  fabs(fit->candidate_target[k]) - fabs(fit->candidate_weights[k]);
    return change;
}

/* Take the step, halved until the objective falls enough. False when it cannot be told from rounding that it falls at all. */
static bool take_step(struct logistic_lasso *fit, double *weights, struct logistic_lasso_result *result)
{
    const double expected = expected_change(fit);
    const double rounding = 16.0 * DBL_EPSILON * fabs(result->objective);
    double       size     = 1.0;

    for (int halving = 0; halving < HALVING_MAX; halving++, size *= 0.5) {
        const double objective = objective_along(fit, size);

        if (!(objective <= result->objective + ARMIJO_FRACTION * size * expected + rounding)) continue;
        for (int k = 0; k < fit->candidate_count; k++)
            weights[fit->candidates[k]] = (1.0 - size) * fit->candidate_weights[k] + size * fit->candidate_target[k];
        for (int i = 0; i < fit->data->row_count; i++)
            fit->logits[i] = (1.0 - size) * fit->logits[i] + size * fit->logit_target[i];
        result->objective = objective;
        return true;
    }
    return false;
}

/* The step after the tolerance is reached is the last: it brings the answer to about the tolerance's square. */
static void iterate(struct logistic_lasso *fit, double *weights, struct logistic_lasso_result *result)
{
    double last = INFINITY;

    for (;;) {
        bool is_flat;
        bool is_near;

        measure_gradient(fit);
        result->violation = choose_candidates(fit, weights);
        is_flat           = result->violation <= ROUNDING_TOLERANCE && result->violation >= 0.5 * last;
        is_near           = result->violation <= fit->settings.violation_tolerance;
        last              = result->violation;
        if (is_flat || is_near) result->status = LOGISTIC_LASSO_CONVERGED;
        if (is_flat || fit->candidate_count == 0) return;
        if (!is_near && result->iteration_count >= fit->settings.iteration_max) return;
        aim(fit);
        if (!take_step(fit, weights, result)) {
            if (result->violation <= ROUNDING_TOLERANCE) result->status = LOGISTIC_LASSO_CONVERGED;
            return;
        }
        if (is_near) return;
        result->iteration_count++;
    }
}

void logistic_lasso_solve(struct logistic_lasso *fit, const struct logistic_lasso_data *data, double cost, double *weights,
                          struct logistic_lasso_result *result)
{
    assert(data->row_count >= 1 && data->row_count <= fit->row_max);
    fit->data = data;
    fit->cost = cost;
    *result   = (struct logistic_lasso_result){.status = LOGISTIC_LASSO_ITERATION_LIMIT};
    measure_columns(fit);
    fit->candidate_count = 0;
    for (int j = 0; j < fit->column_count; j++) {
        if (weights[j] == 0.0) continue;
        fit->candidates[fit->candidate_count]         = j;
        fit->candidate_weights[fit->candidate_count]  = weights[j];
        fit->candidate_target[fit->candidate_count++] = weights[j];
    }
    measure_logits(fit, fit->candidate_weights, fit->logits);
    memcpy(fit->logit_target, fit->logits, (size_t)data->row_count * sizeof(double));
    result->objective = objective_along(fit, 0.0);
    iterate(fit, weights, result);
}

/* +1 or -1 when the columns agree with that sign, 0 when they do not. */
static double agreement(const struct logistic_lasso_data *data, int left, int right, double limit)
{
    double sign = 0.0;

    for (int i = 0; i < data->row_count; i++) {
        const double *row = row_of(data, i);

        if (sign == 0.0 && fabs(row[left]) > limit) sign = row[left] * row[right] > 0.0 ? 1.0 : -1.0;
        if (fabs(row[left] - (sign < 0.0 ? -row[right] : row[right])) > limit) return 0.0;
    }
    return sign;
}

static double largest_number(const struct logistic_lasso_data *data, int column)
{
    double largest = 0.0;

    for (int i = 0; i < data->row_count; i++) largest = fmax(largest, fabs(row_of(data, i)[column]));
    return largest;
}

void logistic_lasso_share(const struct logistic_lasso *fit, const struct logistic_lasso_data *data, const double *weights,
                          double *shared)
{
    memset(shared, 0, (size_t)fit->column_count * sizeof(double));
    for (int j = 0; j < fit->column_count; j++) {
        double limit;
        int    group_count = 0;

        if (weights[j] == 0.0) continue;
        limit = COLUMN_TOLERANCE * largest_number(data, j);
        for (int k = 0; k < fit->column_count; k++) group_count += agreement(data, j, k, limit) != 0.0;
        for (int k = 0; k < fit->column_count && group_count > 1; k++)
            shared[k] += agreement(data, j, k, limit) * weights[j] / group_count;
        if (group_count <= 1) shared[j] += weights[j];
    }
}
