/* Penalised logistic regression on the category task; the statistics are in logistic_ridge.h. Until both categories have been
 * seen the prediction is one half. With selection=evidence each trial is fitted with every cost of COSTS, and the fit with the
 * largest Laplace evidence predicts, the smallest cost among equals. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/learner_table.h"
#include "model/logistic.h"
#include "model/logistic_ridge.h"
#include "model/prefix.h"

static const double COSTS[] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1,  0.5, 1.0,
                               1.5,    2.0,    3.0,   4.0,   5.0,  10.0, 15.0, 20.0};

enum { COST_COUNT = sizeof COSTS / sizeof COSTS[0] };

static const double COST_MIN = 1e-6;
static const double COST_MAX = 1e6;

/* Log evidences closer than this differ by rounding only. */
static const double EVIDENCE_TIE = 1e-10;

struct logistic_ridge_run {
    struct learner_run     base;
    struct prefix         *prefix;
    struct logistic_ridge *fit;
    const double          *costs;
    int                    cost_count;
    int                    row_max;
    double                *duals;       /* cost_count x row_max: the solutions of the trial asked for last, starts of the next */
    int                    known_count; /* rows of them that hold a solution */
    struct arena           memory;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [LOGISTIC_RIDGE_CONVERGED]       = LEARNER_CONVERGED,
    [LOGISTIC_RIDGE_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [LOGISTIC_RIDGE_SINGULAR]        = LEARNER_SINGULAR,
};

static bool selection_read(const char *value, struct learner_spec *spec)
{
    if (strcmp(value, "evidence") == 0) {
        spec->own[0] = 0.0;
        return true;
    }
    return text_to_f64(value, &spec->own[0]) && spec->own[0] >= COST_MIN && spec->own[0] <= COST_MAX;
}

static void selection_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    double reread;

    if (spec->own[0] == 0.0) {
        (void)snprintf(out, bytes, "evidence");
        return;
    }
    (void)snprintf(out, bytes, "%.15g", spec->own[0]);
    if (!text_to_f64(out, &reread) || reread != spec->own[0]) (void)snprintf(out, bytes, "%.17g", spec->own[0]);
}

static const struct learner_option OPTION_SELECTION = {
    .name  = "selection",
    .legal = "evidence or a number from 1e-6 to 1e6",
    .read  = selection_read,
    .write = selection_write,
};

static void logistic_ridge_run_free(struct learner_run *base)
{
    struct logistic_ridge_run *run = (struct logistic_ridge_run *)base;

    logistic_ridge_free(run->fit);
    prefix_free(run->prefix);
    arena_close(&run->memory);
    free(run);
}

static struct learner_run *logistic_ridge_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                                  const struct learner_trials *original, struct err *err)
{
    struct logistic_ridge_run *run  = calloc(1, sizeof *run);
    double                    *cost = NULL;

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->row_max    = trials->trial_count > 1 ? trials->trial_count - 1 : 1;
    run->cost_count = spec->own[0] > 0.0 ? 1 : COST_COUNT;
    run->duals      = arena_alloc_array(&run->memory, (size_t)run->row_max, (size_t)run->cost_count * sizeof(double));
    cost            = arena_alloc_array(&run->memory, 1, sizeof *cost);
    if (run->duals == NULL || cost == NULL) {
        err_no_memory(err);
        goto fail;
    }
    *cost       = spec->own[0];
    run->costs  = spec->own[0] > 0.0 ? cost : COSTS;
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_ZERO, err);
    if (run->prefix == NULL) goto fail;
    run->fit = logistic_ridge_new(run->row_max, trials->feature_count, &LOGISTIC_RIDGE_DEFAULTS, err);
    if (run->fit != NULL) return &run->base;
fail:
    logistic_ridge_run_free(&run->base);
    return NULL;
}

static bool has_both_categories(const struct prefix_view *view)
{
    for (int i = 1; i < view->train_count; i++)
        if ((view->targets[i] > 0.5) != (view->targets[0] > 0.5)) return true;
    return false;
}

/* Fit every cost; returns the logit of the trial's image by the chosen fit. */
static double predict_logit(struct logistic_ridge_run *run, const struct logistic_ridge_data *data, struct learner_value *out)
{
    double best_evidence = -INFINITY;
    int    best          = 0;

    for (int i = 0; i < run->cost_count; i++) {
        struct logistic_ridge_result result;
        double                      *dual = run->duals + (ptrdiff_t)i * run->row_max;

        logistic_ridge_extend(run->fit, data, run->costs[i], run->known_count, dual);
        logistic_ridge_solve(run->fit, data, run->costs[i], dual, &result);
        if (STATUS_OF_FIT[result.status] > out->status) out->status = STATUS_OF_FIT[result.status];
        if (i > 0 && result.log_evidence <= best_evidence + EVIDENCE_TIE) continue;
        best                 = i;
        best_evidence        = result.log_evidence;
        out->iteration_count = result.iteration_count;
    }
    run->known_count = data->row_count;
    return logistic_ridge_logit(run->fit, data, run->duals + (ptrdiff_t)best * run->row_max, data->row_count);
}

static void logistic_ridge_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct logistic_ridge_run *run  = (struct logistic_ridge_run *)base;
    const struct prefix_view  *view = prefix_at(run->prefix, trial_index);
    struct logistic_ridge_data data = {
        .row_count   = view->train_count,
        .rows        = view->rows,
        .row_stride  = view->row_stride,
        .gram        = view->gram,
        .gram_stride = view->gram_stride,
        .targets     = view->targets,
    };
    double logit;

    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (!view->is_finite || !has_both_categories(view)) return;
    logit      = predict_logit(run, &data, out);
    out->left  = logistic_prob(-logit);
    out->right = logistic_prob(logit);
}

const struct learner LEARNER_LOGISTIC_RIDGE = {
    .name      = "logistic_ridge",
    .task      = LEARNER_TASK_CATEGORY,
    .options   = {&OPTION_SELECTION, &LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = logistic_ridge_run_new,
    .run_value = logistic_ridge_run_value,
    .run_free  = logistic_ridge_run_free,
};
