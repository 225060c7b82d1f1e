/* Automatic relevance determination on the reward task: both images of every past trial are training rows; before the first trial
 * both options are worth 0. The statistics are in ard.h. */
#include <cblas.h>
#include <stdlib.h>

#include "model/ard.h"
#include "model/learner_table.h"
#include "model/prefix.h"

struct ard_run {
    struct learner_run base;
    struct prefix     *prefix;
    struct ard        *fit;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [ARD_CONVERGED]       = LEARNER_CONVERGED,
    [ARD_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [ARD_SINGULAR]        = LEARNER_SINGULAR,
};

static void ard_run_free(struct learner_run *base)
{
    struct ard_run *run = (struct ard_run *)base;

    ard_free(run->fit);
    prefix_free(run->prefix);
    free(run);
}

static struct learner_run *ard_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                       const struct learner_trials *original, struct err *err)
{
    const int       row_max = (trials->trial_count - 1) * prefix_rows_per_trial(trials->task);
    struct ard_run *run     = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_FIRST_ROW, err);
    if (run->prefix != NULL) run->fit = ard_new(row_max > 0 ? row_max : 1, trials->feature_count, &ARD_DEFAULTS, err);
    if (run->fit != NULL) return &run->base;
    ard_run_free(&run->base);
    return NULL;
}

static double predict(const struct ard *fit, const struct prefix_view *view, double intercept, int row_index)
{
    return intercept +
           cblas_ddot(view->feature_count, ard_weights(fit), 1, view->rows + (ptrdiff_t)row_index * view->row_stride, 1);
}

static void ard_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct ard_run           *run  = (struct ard_run *)base;
    const struct prefix_view *view = prefix_at(run->prefix, trial_index);
    struct ard_result         result;
    const struct ard_data     data = {
            .row_count  = view->train_count,
            .rows       = view->rows,
            .row_stride = view->row_stride,
            .targets    = view->targets,
    };

    *out = (struct learner_value){.status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (view->train_count == 0 || !view->is_finite) return;
    ard_solve(run->fit, &data, &result);
    out->left            = predict(run->fit, view, result.intercept, view->train_count);
    out->right           = predict(run->fit, view, result.intercept, view->train_count + 1);
    out->status          = STATUS_OF_FIT[result.status];
    out->iteration_count = result.iteration_count;
}

const struct learner LEARNER_ARD = {
    .name      = "ard",
    .task      = LEARNER_TASK_REWARD,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = ard_run_new,
    .run_value = ard_run_value,
    .run_free  = ard_run_free,
};
