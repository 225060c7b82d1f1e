#include "model/single_cue.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "model/logistic.h"
#include "model/standardize.h"

/* Summed losses closer than this differ by rounding only: two features may say the same in different units. */
static const double LOSS_TIE = 1e-10;

struct single_cue {
    struct bayes_ridge_settings settings;
    int                         feature_count;
    const double               *scale; /* borrowed; NULL: running */
    int                         row_count;
    struct bayes_line_moments   targets;
    struct bayes_line_moments  *features;   /* feature_count */
    struct single_cue_value    *values;     /* feature_count */
    double                     *difference; /* feature_count: right - left, then z */
    double                     *loss;       /* feature_count: summed over the trials judged */
    struct arena                memory;
};

struct single_cue *single_cue_new(int feature_count, const double *scale, const struct bayes_ridge_settings *settings,
                                  struct err *err)
{
    const size_t       count = (size_t)feature_count;
    struct single_cue *cue   = calloc(1, sizeof *cue);

    if (cue == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&cue->memory);
    cue->settings      = *settings;
    cue->feature_count = feature_count;
    cue->scale         = scale;
    cue->features      = arena_alloc_array(&cue->memory, count, sizeof *cue->features);
    cue->values        = arena_alloc_array(&cue->memory, count, sizeof *cue->values);
    cue->difference    = arena_alloc_array(&cue->memory, count, sizeof *cue->difference);
    cue->loss          = arena_alloc_array(&cue->memory, count, sizeof *cue->loss);
    if (cue->features != NULL && cue->values != NULL && cue->difference != NULL && cue->loss != NULL) return cue;
    single_cue_free(cue);
    err_no_memory(err);
    return NULL;
}

void single_cue_free(struct single_cue *cue)
{
    if (cue == NULL) return;
    arena_close(&cue->memory);
    free(cue);
}

/* By the rule of standardize.h for columns without spread. */
static double running_scale(const struct bayes_line_moments *moments, int row_count)
{
    const double deviation = sqrt(moments->squares / row_count);

    return deviation > row_count * fabs(moments->mean) * DBL_EPSILON ? deviation : 1.0;
}

static void expect_feature(struct single_cue *cue, int feature_index, double left, double right)
{
    const struct bayes_line_moments *moments = &cue->features[feature_index];
    const double                 scale = cue->scale != NULL ? cue->scale[feature_index] : running_scale(moments, cue->row_count);
    const struct bayes_line_sums sums  = {
         .row_count       = cue->row_count,
         .feature_squares = moments->squares / (scale * scale),
         .product         = moments->product / scale,
         .target_squares  = cue->targets.squares,
    };
    struct bayes_line_result line;

    bayes_line_solve(&sums, &cue->settings, &line);
    cue->values[feature_index] = (struct single_cue_value){
        .left            = cue->targets.mean + line.slope * ((left - moments->mean) / scale),
        .right           = cue->targets.mean + line.slope * ((right - moments->mean) / scale),
        .status          = line.status,
        .iteration_count = line.iteration_count,
    };
    cue->difference[feature_index] = line.slope * ((right - left) / scale);
}

void single_cue_expect(struct single_cue *cue, const double *left, const double *right)
{
    double mean, scale;

    for (int f = 0; f < cue->feature_count; f++) {
        cue->values[f]     = (struct single_cue_value){.status = BAYES_RIDGE_CONVERGED};
        cue->difference[f] = 0.0;
        if (cue->row_count > 0) expect_feature(cue, f, left[f], right[f]);
    }
    standardize_measure(cue->difference, cue->feature_count, 1, 1, &mean, &scale);
    standardize_apply(cue->difference, cue->feature_count, 1, 1, &mean, &scale, cue->difference, 1);
}

void single_cue_judge(struct single_cue *cue, bool is_right_best_or_equal)
{
    const double sign = is_right_best_or_equal ? 1.0 : -1.0;

    for (int f = 0; f < cue->feature_count; f++) cue->loss[f] -= logistic_log_prob(sign * cue->difference[f]);
}

static void learn_row(struct single_cue *cue, const double *row, double points)
{
    const int row_count = ++cue->row_count;

    bayes_line_add(&cue->targets, row_count, points, 0.0);
    for (int f = 0; f < cue->feature_count; f++) bayes_line_add(&cue->features[f], row_count, row[f], points - cue->targets.mean);
}

void single_cue_learn(struct single_cue *cue, const double *left, const double *right, double left_points, double right_points)
{
    learn_row(cue, left, left_points);
    learn_row(cue, right, right_points);
}

int single_cue_followed(const struct single_cue *cue)
{
    double least = cue->loss[0];
    int    first = 0;

    for (int f = 1; f < cue->feature_count; f++) least = fmin(least, cue->loss[f]);
    while (cue->loss[first] > least + LOSS_TIE) first++;
    return first;
}

const struct single_cue_value *single_cue_value_of(const struct single_cue *cue, int feature_index)
{
    return &cue->values[feature_index];
}
