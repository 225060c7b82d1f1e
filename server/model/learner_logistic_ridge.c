/* Penalised logistic regression on the category task; the statistics are in logistic_ridge.h. Until both categories have been
 * seen the prediction is one half. With selection=evidence each trial is fitted with every one of 17 costs, and the fit with the
 * largest Laplace evidence predicts, the smallest cost among equals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/cost_selection.h"
#include "model/growing_ridge.h"
#include "model/learner_table.h"
#include "model/logistic.h"
#include "model/logistic_ridge.h"
#include "model/prefix.h"

static const char EVIDENCE[] = "evidence";

/* Log evidences closer than this differ by rounding only. */
static const double EVIDENCE_TIE = 1e-10;

/* Far more than a loose fit can be off. */
static const double EVIDENCE_MARGIN = 0.1;

/* What selection=training_accuracy needs: the fit to all rows of the original features. */
struct whole_fit {
    const struct learner_trials *trials;
    struct prefix               *prefix; /* NULL without that option */
    struct logistic_ridge       *fit;
    double                      *dual;   /* one per row */
    double                      *logits; /* one per row */
};

struct logistic_ridge_run {
    struct learner_run     base;
    struct prefix         *prefix;
    struct logistic_ridge *fit;
    struct growing_ridge **growing; /* one per cost */
    const double          *costs;
    int                    cost_count;
    double                 cost; /* the only one, unless selection=evidence; 0: not chosen yet */
    int                    row_max;
    double                *duals;       /* cost_count x row_max: the solutions of the trial asked for last, starts of the next */
    int                    known_count; /* rows of them that hold a solution */
    struct whole_fit       whole;
    struct arena           memory;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [LOGISTIC_RIDGE_CONVERGED]       = LEARNER_CONVERGED,
    [LOGISTIC_RIDGE_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [LOGISTIC_RIDGE_SINGULAR]        = LEARNER_SINGULAR,
};

static bool selection_read(const char *value, struct learner_spec *spec)
{
    if (strcmp(value, EVIDENCE) != 0) return cost_selection_read(value, spec);
    spec->own[0] = 0.0;
    return true;
}

static void selection_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    cost_selection_write(spec, EVIDENCE, out, bytes);
}

static const struct learner_option OPTION_SELECTION = {
    .name  = "selection",
    .legal = "evidence, training_accuracy or a number from 1e-6 to 1e6",
    .read  = selection_read,
    .write = selection_write,
};

static void logistic_ridge_run_free(struct learner_run *base)
{
    struct logistic_ridge_run *run = (struct logistic_ridge_run *)base;

    for (int i = 0; i < run->cost_count && run->growing != NULL; i++) growing_ridge_free(run->growing[i]);
    logistic_ridge_free(run->fit);
    logistic_ridge_free(run->whole.fit);
    prefix_free(run->prefix);
    prefix_free(run->whole.prefix);
    arena_close(&run->memory);
    free(run);
}

static bool whole_init(struct logistic_ridge_run *run, const struct learner_trials *original, struct err *err)
{
    struct whole_fit *whole = &run->whole;

    whole->trials = original;
    whole->dual   = arena_alloc_array(&run->memory, (size_t)original->trial_count, sizeof(double));
    whole->logits = arena_alloc_array(&run->memory, (size_t)original->trial_count, sizeof(double));
    if (whole->dual == NULL || whole->logits == NULL) return err_no_memory(err);
    whole->prefix = prefix_new(original, LEARNER_STANDARDIZE_ALL, PREFIX_ORIGIN_ZERO, err);
    if (whole->prefix == NULL) return false;
    whole->fit = logistic_ridge_new(original->trial_count, original->feature_count, &LOGISTIC_RIDGE_DEFAULTS, err);
    return whole->fit != NULL;
}

static struct learner_run *logistic_ridge_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                                  const struct learner_trials *original, struct err *err)
{
    struct logistic_ridge_run *run = calloc(1, sizeof *run);
    int                        side;

    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->row_max    = trials->trial_count > 1 ? trials->trial_count - 1 : 1;
    side            = run->row_max < trials->feature_count ? run->row_max : trials->feature_count;
    run->cost       = spec->own[0] > 0.0 ? spec->own[0] : 0.0;
    run->costs      = spec->own[0] == 0.0 ? COST_SELECTION_COSTS : &run->cost;
    run->cost_count = spec->own[0] == 0.0 ? COST_SELECTION_COUNT : 1;
    run->duals      = arena_alloc_array(&run->memory, (size_t)run->row_max, (size_t)run->cost_count * sizeof(double));
    run->growing    = arena_alloc_array(&run->memory, (size_t)run->cost_count, sizeof(struct growing_ridge *));
    if (run->duals == NULL || run->growing == NULL) {
        err_no_memory(err);
        goto fail;
    }
    if (spec->own[0] < 0.0 && !whole_init(run, original, err)) goto fail;
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_ZERO, err);
    if (run->prefix == NULL) goto fail;
    run->fit = logistic_ridge_new(run->row_max, trials->feature_count, &LOGISTIC_RIDGE_DEFAULTS, err);
    if (run->fit == NULL) goto fail;
    for (int i = 0; i < run->cost_count; i++) {
        run->growing[i] = growing_ridge_new(side, err);
        if (run->growing[i] == NULL) goto fail;
    }
    return &run->base;
fail:
    logistic_ridge_run_free(&run->base);
    return NULL;
}

static struct logistic_ridge_data data_of(const struct prefix_view *view)
{
    return (struct logistic_ridge_data){
        .row_count   = view->train_count,
        .rows        = view->rows,
        .row_stride  = view->row_stride,
        .gram        = view->gram,
        .gram_stride = view->gram_stride,
        .targets     = view->targets,
    };
}

/* The first cost with most rows on their right side; numbers that are not finite leave 1, as nothing will be fitted. */
static double choose_cost(struct whole_fit *whole)
{
    const struct prefix_view         view = cost_selection_all_rows(whole->prefix, whole->trials);
    const struct logistic_ridge_data data = data_of(&view);
    int                              most = -1;
    double                           best = 1.0;

    if (!view.is_finite) return best;
    for (int i = 0; i < COST_SELECTION_COUNT; i++) {
        struct logistic_ridge_result result;
        int                          right_count;

        logistic_ridge_solve(whole->fit, &data, COST_SELECTION_COSTS[i], whole->dual, &result);
        for (int k = 0; k < view.train_count; k++) whole->logits[k] = logistic_ridge_logit(whole->fit, &data, whole->dual, k);
        right_count = cost_selection_right_count(whole->logits, view.targets, view.train_count);
        if (right_count <= most) continue;
        most = right_count;
        best = COST_SELECTION_COSTS[i];
    }
    return best;
}

/* The fit of one cost, from the fit to its first known_count rows. */
static void solve(struct logistic_ridge_run *run, const struct logistic_ridge_data *data, int cost_index,
                  enum growing_ridge_accuracy accuracy, int known_count, struct logistic_ridge_result *result)
{
    const double          cost    = run->costs[cost_index];
    double               *dual    = run->duals + (ptrdiff_t)cost_index * run->row_max;
    struct growing_ridge *growing = run->growing[cost_index];

    if (data->gram == NULL) {
        logistic_ridge_extend(run->fit, data, cost, known_count, dual);
        logistic_ridge_solve(run->fit, data, cost, dual, result);
        return;
    }
    if (!growing_ridge_solve(growing, data, cost, accuracy, known_count, dual, result)) {
        logistic_ridge_solve(run->fit, data, cost, dual, result);
        return;
    }
    if (run->cost_count > 1)
        result->log_evidence = logistic_ridge_log_evidence(run->fit, data, cost, dual, growing_ridge_logits(growing));
}

/* Fit every cost, and those that may have the largest evidence once more to rounding; returns the place of the one that has. */
static int fit_all(struct logistic_ridge_run *run, const struct logistic_ridge_data *data, int known_count,
                   struct learner_value *out)
{
    struct logistic_ridge_result results[COST_SELECTION_COUNT];
    double                       largest       = -INFINITY;
    double                       best_evidence = -INFINITY;
    int                          best          = 0;

    for (int i = 0; i < run->cost_count; i++) {
        solve(run, data, i, GROWING_RIDGE_LOOSE, known_count, &results[i]);
        largest = fmax(largest, results[i].log_evidence);
        if (STATUS_OF_FIT[results[i].status] > out->status) out->status = STATUS_OF_FIT[results[i].status];
    }
    for (int i = 0; i < run->cost_count; i++) {
        const int iteration_count = results[i].iteration_count;

        if (results[i].log_evidence < largest - EVIDENCE_MARGIN) continue;
        if (data->gram != NULL) solve(run, data, i, GROWING_RIDGE_TIGHT, data->row_count, &results[i]);
        if (STATUS_OF_FIT[results[i].status] > out->status) out->status = STATUS_OF_FIT[results[i].status];
        if (i > 0 && results[i].log_evidence <= best_evidence + EVIDENCE_TIE) continue;
        best                 = i;
        best_evidence        = results[i].log_evidence;
        out->iteration_count = results[i].iteration_count + (data->gram != NULL ? iteration_count : 0);
    }
    return best;
}

/* The logit of the trial's image by the chosen fit. */
static double predict_logit(struct logistic_ridge_run *run, const struct logistic_ridge_data *data, struct learner_value *out)
{
    const int known_count = run->known_count < data->row_count ? run->known_count : data->row_count;
    int       best        = 0;

    if (run->cost_count > 1) {
        best = fit_all(run, data, known_count, out);
    } else {
        struct logistic_ridge_result result;

        solve(run, data, 0, GROWING_RIDGE_TIGHT, known_count, &result);
        out->status          = STATUS_OF_FIT[result.status];
        out->iteration_count = result.iteration_count;
    }
    run->known_count = data->row_count;
    return logistic_ridge_logit(run->fit, data, run->duals + (ptrdiff_t)best * run->row_max, data->row_count);
}

static void logistic_ridge_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct logistic_ridge_run       *run  = (struct logistic_ridge_run *)base;
    const struct prefix_view        *view = prefix_at(run->prefix, trial_index);
    const struct logistic_ridge_data data = data_of(view);
    double                           logit;

    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (!view->is_finite || !cost_selection_has_both_categories(view)) return;
    if (run->cost_count == 1 && run->cost == 0.0) run->cost = choose_cost(&run->whole);
    logit      = predict_logit(run, &data, out);
    out->left  = logistic_prob(-logit);
    out->right = logistic_prob(logit);
}

const struct learner LEARNER_LOGISTIC_RIDGE = {
    .name              = "logistic_ridge",
    .task              = LEARNER_TASK_CATEGORY,
    .options           = {&OPTION_SELECTION, &LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .needs_all_targets = cost_selection_needs_all_targets,
    .run_new           = logistic_ridge_run_new,
    .run_value         = logistic_ridge_run_value,
    .run_free          = logistic_ridge_run_free,
};
