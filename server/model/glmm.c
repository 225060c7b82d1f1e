#include "model/glmm.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/glmm_private.h"
#include "model/logistic.h"
#include "model/standardize.h"

/* Starts of the fit to all rows, in units of the variance that makes a difference. */
static const double VARIANCE_STARTS[] = {0.0, 0.1, 1.0, 10.0, 100.0};
enum { VARIANCE_START_COUNT = sizeof VARIANCE_STARTS / sizeof VARIANCE_STARTS[0] };

static const double GRADIENT_PROMISED = 1e-8;

/* Below this share of the spread of all rows what is left is added up anew: the difference has lost its digits. */
static const double SPREAD_LOST = 1e-4;

static bool check_data(const struct glmm_data *data, struct err *err)
{
    if (data->row_count < 1 || data->participant_count < 1) return err_set(err, ERR_INVALID, "a mixed model needs rows");
    for (int i = 0; i < data->row_count; i++) {
        if (!isfinite(data->x[i])) return err_set(err, ERR_INVALID, "row %d of the mixed model is not a finite number", i);
        if (data->choices[i] != 0 && data->choices[i] != 1)
            return err_set(err, ERR_INVALID, "row %d of the mixed model: the choice is neither 0 nor 1", i);
        if (data->participant_index[i] < 0 || data->participant_index[i] >= data->participant_count)
            return err_set(err, ERR_INVALID, "row %d of the mixed model: no such participant", i);
    }
    return true;
}

static bool take_memory(struct glmm *fit, int padded_max)
{
    struct arena *memory = &fit->memory;

    fit->signed_x    = arena_alloc_array(memory, (size_t)padded_max, sizeof(double));
    fit->sign        = arena_alloc_array(memory, (size_t)padded_max, sizeof(double));
    fit->rows        = arena_alloc_array(memory, (size_t)fit->participant_count, sizeof *fit->rows);
    fit->position    = arena_alloc_array(memory, (size_t)fit->row_count, sizeof(int));
    fit->participant = arena_alloc_array(memory, (size_t)fit->row_count, sizeof(int));
    fit->modes       = arena_alloc_array(memory, (size_t)fit->participant_count, sizeof *fit->modes);
    fit->full_modes  = arena_alloc_array(memory, (size_t)fit->participant_count, sizeof *fit->full_modes);
    fit->slopes      = arena_alloc_array(memory, (size_t)fit->participant_count, sizeof(double));
    fit->expansions  = arena_alloc_array(memory, (size_t)fit->participant_count, (size_t)fit->shape.term_count * sizeof(double));
    fit->expansion_total = arena_alloc_array(memory, (size_t)fit->shape.term_count, sizeof(double));
    return fit->signed_x != NULL && fit->sign != NULL && fit->rows != NULL && fit->position != NULL && fit->participant != NULL &&
           fit->modes != NULL && fit->full_modes != NULL && fit->slopes != NULL && fit->expansions != NULL &&
           fit->expansion_total != NULL;
}

/* Gives each participant whole blocks, all of it padding so far. */
static void lay_out_participants(struct glmm *fit, const struct glmm_data *data)
{
    int block = 0;

    for (int i = 0; i < data->row_count; i++) fit->rows[data->participant_index[i]].padding_count++; /* counts rows for now */
    for (int p = 0; p < fit->participant_count; p++) {
        struct logistic_rows *rows = &fit->rows[p];

        rows->block_count   = (rows->padding_count + LOGISTIC_LANES - 1) / LOGISTIC_LANES;
        rows->padding_count = rows->block_count * LOGISTIC_LANES;
        rows->signed_x      = fit->signed_x + (ptrdiff_t)block * LOGISTIC_LANES;
        rows->sign          = fit->sign + (ptrdiff_t)block * LOGISTIC_LANES;
        block += rows->block_count;
    }
}

static void place_rows(struct glmm *fit, const struct glmm_data *data)
{
    double mean, scale;

    standardize_measure(data->x, data->row_count, 1, 1, &mean, &scale);
    for (int i = 0; i < data->row_count; i++) fit->x_max = fmax(fit->x_max, fabs(data->x[i] - mean) / scale);
    /* Equal numbers may differ from their mean by its rounding. */
    if (fit->x_max * scale <= data->row_count * fabs(mean) * DBL_EPSILON) fit->x_max = 0.0;
    for (int i = 0; i < data->row_count; i++) {
        struct logistic_rows *rows     = &fit->rows[data->participant_index[i]];
        const double          x        = fit->x_max > 0.0 ? (data->x[i] - mean) / scale : 0.0;
        const double          sign     = data->choices[i] == 1 ? 1.0 : -1.0;
        const ptrdiff_t       position = rows->sign - fit->sign + rows->block_count * LOGISTIC_LANES - rows->padding_count--;

        fit->signed_x[position] = sign * x;
        fit->sign[position]     = sign;
        fit->position[i]        = (int)position;
        fit->participant[i]     = data->participant_index[i];
    }
    /* Where nothing differs from the mean there is no unit; any will do. */
    if (fit->x_max <= 0.0) fit->x_max = 1.0;
}

struct glmm *glmm_new(const struct glmm_data *data, enum glmm_scale scale, struct err *err)
{
    struct glmm *fit;
    int          padded_max;

    if (!check_data(data, err)) return NULL;
    if (data->row_count > INT_MAX / 4 || data->participant_count > INT_MAX / 4) {
        (void)err_set(err, ERR_TOO_LARGE, "too many rows or participants for a mixed model");
        return NULL;
    }
    fit = calloc(1, sizeof *fit);
    if (fit == NULL) {
        (void)err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->row_count         = data->row_count;
    fit->participant_count = data->participant_count;
    fit->scale             = scale;
    padded_max             = data->row_count + data->participant_count * (LOGISTIC_LANES - 1);
    power_series_shape_init(&fit->shape, scale == GLMM_SCALE_TRAINING ? 3 : 2);
    if (!take_memory(fit, padded_max)) {
        glmm_free(fit);
        (void)err_no_memory(err);
        return NULL;
    }
    lay_out_participants(fit, data);
    place_rows(fit, data);
    return fit;
}

void glmm_free(struct glmm *fit)
{
    if (fit == NULL) return;
    arena_close(&fit->memory);
    free(fit);
}

struct glmm_terms glmm_all_terms(struct glmm *fit)
{
    return (struct glmm_terms){.rows              = fit->rows,
                               .modes             = fit->modes,
                               .participant_count = fit->participant_count,
                               .x_max             = fit->x_max,
                               .variance_unit     = fit->variance_unit};
}

/* Everybody with one slope: where the search begins, and what gives the variance its unit. */
static void solve_pooled(struct glmm *fit, struct glmm_maximum *out)
{
    struct glmm_terms terms     = glmm_all_terms(fit);
    double            curvature = 0.0;
    int               count     = 0;

    memset(fit->modes, 0, (size_t)fit->participant_count * sizeof *fit->modes);
    terms.is_variance_fixed = true;
    terms.variance_unit     = 1.0;
    glmm_maximum_find(&terms, 0.0, 0.0, out);
    for (int p = 0; p < fit->participant_count; p++) {
        curvature += fit->modes[p].sums.curvature;
        count += fit->modes[p].sums.curvature > 0.0;
    }
    fit->variance_unit = curvature > 0.0 ? count / curvature : 1.0;
}

static void report(const struct glmm_maximum *maximum, double unit, struct glmm_result *out)
{
    *out = (struct glmm_result){
        .slope           = maximum->point.slope * unit,
        .slope_sd        = sqrt(maximum->point.variance) * unit,
        .log_likelihood  = maximum->point.value,
        .gradient_norm   = maximum->gradient_norm / unit,
        .iteration_count = maximum->iteration_count,
        .status          = GLMM_NOT_CONVERGED,
    };
    if (maximum->is_converged && out->gradient_norm < GRADIENT_PROMISED)
        out->status = maximum->point.variance > 0.0 ? GLMM_CONVERGED : GLMM_SINGULAR;
}

/* One that was reached before one that was not, then the higher. */
static bool is_better(const struct glmm_maximum *one, const struct glmm_maximum *other)
{
    if (one->is_converged != other->is_converged) return one->is_converged;
    return one->point.value > other->point.value;
}

static void keep_full(struct glmm *fit, const struct glmm_maximum *maximum)
{
    fit->full = *maximum;
    memcpy(fit->full_modes, fit->modes, (size_t)fit->participant_count * sizeof *fit->modes);
}

static void report_full(struct glmm *fit, struct glmm_result *out)
{
    for (int p = 0; p < fit->participant_count; p++) fit->slopes[p] = fit->full_modes[p].slope;
    report(&fit->full, 1.0, out);
}

void glmm_solve(struct glmm *fit, struct glmm_result *out)
{
    struct glmm_maximum pooled, maximum;
    struct glmm_terms   terms;

    fit->has_expansion = false;
    solve_pooled(fit, &pooled);
    terms = glmm_all_terms(fit);
    for (int i = 0; i < VARIANCE_START_COUNT; i++) {
        glmm_maximum_find(&terms, pooled.point.slope, VARIANCE_STARTS[i] * fit->variance_unit, &maximum);
        if (i > 0 && !is_better(&maximum, &fit->full)) continue;
        keep_full(fit, &maximum);
    }
    report_full(fit, out);
}

void glmm_solve_from(struct glmm *fit, double slope, double slope_sd, struct glmm_result *out)
{
    const double        variance = slope_sd * slope_sd;
    struct glmm_maximum maximum;
    struct glmm_terms   terms;

    fit->has_expansion = false;
    fit->variance_unit = variance > 0.0 ? variance : 1.0;
    terms              = glmm_all_terms(fit);
    memset(fit->modes, 0, (size_t)fit->participant_count * sizeof *fit->modes);
    glmm_maximum_find(&terms, slope, variance, &maximum);
    if (!maximum.is_converged) {
        glmm_solve(fit, out);
        return;
    }
    keep_full(fit, &maximum);
    report_full(fit, out);
}

const double *glmm_slopes(const struct glmm *fit)
{
    return fit->slopes;
}

/* Spread of the training rows around their mean, per row, in units of that of all rows (which have mean 0 and sd 1). */
static double spread_without(const struct glmm *fit, double x, double shift)
{
    const double rest   = fit->row_count - 1.0;
    double       spread = (fit->row_count - x * x * fit->row_count / rest) / rest;

    if (spread > SPREAD_LOST) return spread;
    spread = 0.0;
    for (int i = 0; i < fit->row_count; i++) {
        const double deviation = fit->signed_x[fit->position[i]] - shift * fit->sign[fit->position[i]];

        spread += deviation * deviation;
    }
    return spread / rest;
}

void glmm_split_open(struct glmm *fit, int row, struct glmm_split *split)
{
    int    position;
    double x;

    assert(row >= 0 && row < fit->row_count);
    position = fit->position[row];
    x        = fit->signed_x[position] * fit->sign[position];
    *split   = (struct glmm_split){.row         = row,
                                   .participant = fit->participant[row],
                                   .signed_x    = fit->signed_x[position],
                                   .sign        = fit->sign[position],
                                   .unit        = 1.0};

    fit->signed_x[position] = 0.0;
    fit->sign[position]     = 0.0;
    fit->rows[split->participant].padding_count++;
    if (fit->row_count == 1)
        split->is_flat = true;
    else if (fit->scale == GLMM_SCALE_TRAINING) {
        double spread;

        split->shift   = -x / (fit->row_count - 1.0);
        spread         = spread_without(fit, x, split->shift);
        split->is_flat = sqrt(spread) <= fit->row_count * 1e-15;
        if (!split->is_flat) split->unit = sqrt(spread);
    }
}

void glmm_split_close(struct glmm *fit, const struct glmm_split *split)
{
    fit->signed_x[fit->position[split->row]] = split->signed_x;
    fit->sign[fit->position[split->row]]     = split->sign;
    fit->rows[split->participant].padding_count--;
}

void glmm_split_result(const struct glmm_split *split, const struct glmm_maximum *maximum, double mode, struct glmm_result *out,
                       double *prob)
{
    report(maximum, split->unit, out);
    *prob = logistic_prob((split->signed_x * split->sign - split->shift) * mode);
}

/* The smallest parameters of the many that are equally good. */
static void report_flat(const struct glmm *fit, struct glmm_result *out, double *prob)
{
    *out  = (struct glmm_result){.status = GLMM_SINGULAR, .log_likelihood = -(fit->row_count - 1.0) * log(2.0)};
    *prob = 0.5;
}

void glmm_leave_out(struct glmm *fit, int row, struct glmm_result *out, double *prob)
{
    struct glmm_terms   terms = glmm_all_terms(fit);
    struct glmm_maximum maximum;
    struct glmm_split   split;

    glmm_split_open(fit, row, &split);
    if (split.is_flat) {
        report_flat(fit, out, prob);
    } else {
        memcpy(fit->modes, fit->full_modes, (size_t)fit->participant_count * sizeof *fit->modes);
        terms.shift = split.shift;
        terms.x_max = fit->x_max + fabs(split.shift);
        glmm_maximum_find(&terms, fit->full.point.slope, fit->full.point.variance, &maximum);
        glmm_split_result(&split, &maximum, fit->modes[split.participant].slope, out, prob);
    }
    glmm_split_close(fit, &split);
}
