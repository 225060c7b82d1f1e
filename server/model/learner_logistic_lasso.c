/* Sparse logistic regression on the category task; the statistics are in logistic_lasso.h. Until both categories have been seen the
 * prediction is one half. C is 1 unless `selection` says otherwise. */
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/cost_selection.h"
#include "model/learner_table.h"
#include "model/logistic.h"
#include "model/logistic_lasso.h"
#include "model/prefix.h"

static const double COST_DEFAULT = 1.0;

/* What selection=training_accuracy needs: the fit to all rows of the original features. */
struct whole_fit {
    const struct learner_trials *trials;
    struct prefix               *prefix; /* NULL without that option */
    struct logistic_lasso       *fit;
    double                      *weights; /* column_count */
    double                      *logits;  /* one per row */
};

struct logistic_lasso_run {
    struct learner_run     base;
    struct prefix         *prefix;
    struct logistic_lasso *fit;
    double                 cost;        /* 0: not chosen yet */
    double                *weights;     /* column_count: the solution of the trial asked for last, start of the next */
    double                *shared;      /* column_count: the same, columns that agree having equal parts */
    int                    known_count; /* rows the solution is of; 0: none */
    int                    column_count;
    struct whole_fit       whole;
    struct arena           memory;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [LOGISTIC_LASSO_CONVERGED]       = LEARNER_CONVERGED,
    [LOGISTIC_LASSO_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
};

/* The default is a number, so it is written as one. */
static bool selection_read(const char *value, struct learner_spec *spec)
{
    if (!cost_selection_read(value, spec)) return false;
    if (spec->own[0] == COST_DEFAULT) spec->own[0] = 0.0;
    return true;
}

static void selection_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    cost_selection_write(spec, "1", out, bytes);
}

static const struct learner_option OPTION_SELECTION = {
    .name  = "selection",
    .legal = "training_accuracy or a number from 1e-6 to 1e6",
    .read  = selection_read,
    .write = selection_write,
};

static void logistic_lasso_run_free(struct learner_run *base)
{
    struct logistic_lasso_run *run = (struct logistic_lasso_run *)base;

    logistic_lasso_free(run->fit);
    logistic_lasso_free(run->whole.fit);
    prefix_free(run->prefix);
    prefix_free(run->whole.prefix);
    arena_close(&run->memory);
    free(run);
}

static bool whole_init(struct logistic_lasso_run *run, const struct learner_trials *original, struct err *err)
{
    struct whole_fit *whole = &run->whole;

    whole->trials  = original;
    whole->weights = arena_alloc_array(&run->memory, (size_t)original->feature_count + 1, sizeof(double));
    whole->logits  = arena_alloc_array(&run->memory, (size_t)original->trial_count, sizeof(double));
    if (whole->weights == NULL || whole->logits == NULL) return err_no_memory(err);
    whole->prefix = prefix_new(original, LEARNER_STANDARDIZE_ALL, PREFIX_ORIGIN_ZERO, err);
    if (whole->prefix == NULL) return false;
    whole->fit = logistic_lasso_new(original->trial_count, original->feature_count, &LOGISTIC_LASSO_DEFAULTS, err);
    return whole->fit != NULL;
}

static struct learner_run *logistic_lasso_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                                  const struct learner_trials *original, struct err *err)
{
    struct logistic_lasso_run *run = calloc(1, sizeof *run);

    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->column_count = trials->feature_count + 1;
    run->weights      = arena_alloc_array(&run->memory, (size_t)run->column_count, sizeof(double));
    run->shared       = arena_alloc_array(&run->memory, (size_t)run->column_count, sizeof(double));
    if (run->weights == NULL || run->shared == NULL) {
        err_no_memory(err);
        goto fail;
    }
    if (spec->own[0] < 0.0) {
        if (!whole_init(run, original, err)) goto fail;
    } else {
        run->cost = spec->own[0] > 0.0 ? spec->own[0] : COST_DEFAULT;
    }
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_ZERO, err);
    if (run->prefix == NULL) goto fail;
    run->fit = logistic_lasso_new(trials->trial_count, trials->feature_count, &LOGISTIC_LASSO_DEFAULTS, err);
    if (run->fit != NULL) return &run->base;
fail:
    logistic_lasso_run_free(&run->base);
    return NULL;
}

static struct logistic_lasso_data data_of(const struct prefix_view *view)
{
    return (struct logistic_lasso_data){
        .row_count  = view->train_count,
        .rows       = view->rows,
        .row_stride = view->row_stride,
        .targets    = view->targets,
    };
}

/* The first cost with most rows on their right side. Each fit starts from the one before: costs ascend, and weights with them. */
static double choose_cost(struct whole_fit *whole)
{
    const struct prefix_view         view = cost_selection_all_rows(whole->prefix, whole->trials);
    const struct logistic_lasso_data data = data_of(&view);
    int                              most = -1;
    double                           best = COST_DEFAULT;

    if (!view.is_finite) return best;
    for (int i = 0; i < COST_SELECTION_COUNT; i++) {
        struct logistic_lasso_result result;
        int                          right_count;

        logistic_lasso_solve(whole->fit, &data, COST_SELECTION_COSTS[i], whole->weights, &result);
        cblas_dgemv(CblasRowMajor, CblasNoTrans, view.train_count, view.feature_count + 1, 1.0, view.rows, view.row_stride,
                    whole->weights, 1, 0.0, whole->logits, 1);
        right_count = cost_selection_right_count(whole->logits, view.targets, view.train_count);
        if (right_count <= most) continue;
        most = right_count;
        best = COST_SELECTION_COSTS[i];
    }
    return best;
}

static void logistic_lasso_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct logistic_lasso_run       *run  = (struct logistic_lasso_run *)base;
    const struct prefix_view        *view = prefix_at(run->prefix, trial_index);
    const struct logistic_lasso_data data = data_of(view);
    struct logistic_lasso_result     result;
    double                           logit;

    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (!view->is_finite || !cost_selection_has_both_categories(view)) return;
    if (run->cost == 0.0) run->cost = choose_cost(&run->whole);
    if (run->known_count > data.row_count) memset(run->weights, 0, (size_t)run->column_count * sizeof(double));
    logistic_lasso_solve(run->fit, &data, run->cost, run->weights, &result);
    logistic_lasso_share(run->fit, &data, run->weights, run->shared);
    run->known_count = data.row_count;
    logit       = cblas_ddot(run->column_count, run->shared, 1, view->rows + (ptrdiff_t)view->train_count * view->row_stride, 1);
    out->left   = logistic_prob(-logit);
    out->right  = logistic_prob(logit);
    out->status = STATUS_OF_FIT[result.status];
    out->iteration_count = result.iteration_count;
}

const struct learner LEARNER_LOGISTIC_LASSO = {
    .name              = "logistic_lasso",
    .task              = LEARNER_TASK_CATEGORY,
    .options           = {&OPTION_SELECTION, &LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .needs_all_targets = cost_selection_needs_all_targets,
    .run_new           = logistic_lasso_run_new,
    .run_value         = logistic_lasso_run_value,
    .run_free          = logistic_lasso_run_free,
};
