/* Bayesian ridge on the reward task: both images of every past trial are training rows; before the first trial both options are
 * worth 0. The statistics are in bayes_ridge.h. */
#include <stdlib.h>

#include "model/bayes_ridge.h"
#include "model/learner_table.h"
#include "model/prefix.h"

struct bayes_ridge_run {
    struct learner_run  base;
    struct prefix      *prefix;
    struct bayes_ridge *fit;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [BAYES_RIDGE_CONVERGED]       = LEARNER_CONVERGED,
    [BAYES_RIDGE_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [BAYES_RIDGE_SINGULAR]        = LEARNER_SINGULAR,
};

static void bayes_ridge_run_free(struct learner_run *base)
{
    struct bayes_ridge_run *run = (struct bayes_ridge_run *)base;

    bayes_ridge_free(run->fit);
    prefix_free(run->prefix);
    free(run);
}

static struct learner_run *bayes_ridge_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                               const struct learner_trials *original, struct err *err)
{
    const int               row_max = (trials->trial_count - 1) * prefix_rows_per_trial(trials->task);
    struct bayes_ridge_run *run     = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_FIRST_ROW, err);
    if (run->prefix != NULL)
        run->fit = bayes_ridge_new(row_max > 0 ? row_max : 1, trials->feature_count, &BAYES_RIDGE_DEFAULTS, err);
    if (run->fit != NULL) return &run->base;
    bayes_ridge_run_free(&run->base);
    return NULL;
}

static double predict(const struct bayes_ridge *fit, const struct prefix_view *view, int row_index)
{
    return bayes_ridge_predict(fit, view->rows + (ptrdiff_t)row_index * view->row_stride,
                               view->gram != NULL ? view->gram + (ptrdiff_t)row_index * view->gram_stride : NULL);
}

static void bayes_ridge_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct bayes_ridge_run   *run  = (struct bayes_ridge_run *)base;
    const struct prefix_view *view = prefix_at(run->prefix, trial_index);
    struct bayes_ridge_result result;
    struct bayes_ridge_data   data = {
          .row_count   = view->train_count,
          .rows        = view->rows,
          .row_stride  = view->row_stride,
          .gram        = view->gram,
          .gram_stride = view->gram_stride,
          .targets     = view->targets,
    };

    *out = (struct learner_value){.status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (view->train_count == 0 || !view->is_finite) return;
    bayes_ridge_solve(run->fit, &data, &result);
    out->left            = predict(run->fit, view, view->train_count);
    out->right           = predict(run->fit, view, view->train_count + 1);
    out->status          = STATUS_OF_FIT[result.status];
    out->iteration_count = result.iteration_count;
}

const struct learner LEARNER_BAYES_RIDGE = {
    .name      = "bayes_ridge",
    .task      = LEARNER_TASK_REWARD,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = bayes_ridge_run_new,
    .run_value = bayes_ridge_run_value,
    .run_free  = bayes_ridge_run_free,
};
