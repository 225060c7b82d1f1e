/* Gaussian process regression on the reward task: both images of every past trial are training rows; before the first trial both
 * options are worth 0. The statistics are in gaussian_process.h. */
#include <cblas.h>
#include <stdlib.h>

#include "base/arena.h"
#include "model/gaussian_process.h"
#include "model/learner_table.h"
#include "model/prefix.h"

struct gaussian_process_run {
    struct learner_run       base;
    struct prefix           *prefix;
    struct gaussian_process *fit;
    double                  *squared_distances; /* of all rows of the condition, lower triangle */
    double                  *difference;        /* feature_count */
    int                      row_max;
    int                      distance_count; /* rows whose distances are there for good; stays 0 with `online` */
    struct arena             memory;
};

static const enum learner_status STATUS_OF_FIT[] = {
    [GAUSSIAN_PROCESS_CONVERGED]       = LEARNER_CONVERGED,
    [GAUSSIAN_PROCESS_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [GAUSSIAN_PROCESS_SINGULAR]        = LEARNER_SINGULAR,
};

static void gaussian_process_run_free(struct learner_run *base)
{
    struct gaussian_process_run *run = (struct gaussian_process_run *)base;

    gaussian_process_free(run->fit);
    prefix_free(run->prefix);
    arena_close(&run->memory);
    free(run);
}

static bool take_memory(struct gaussian_process_run *run, const struct learner_trials *trials, struct err *err)
{
    const size_t rows = (size_t)run->row_max;

    run->squared_distances = arena_alloc_array(&run->memory, rows, rows * sizeof(double));
    run->difference        = arena_alloc_array(&run->memory, (size_t)trials->feature_count, sizeof(double));
    if (run->squared_distances == NULL || run->difference == NULL) return err_no_memory(err);
    return true;
}

static struct learner_run *gaussian_process_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                                    const struct learner_trials *original, struct err *err)
{
    struct gaussian_process_run *run = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->row_max = trials->trial_count * prefix_rows_per_trial(trials->task);
    run->fit     = gaussian_process_new(run->row_max, &GAUSSIAN_PROCESS_DEFAULTS, err);
    if (run->fit != NULL) run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_FIRST_ROW, err);
    if (run->prefix != NULL && take_memory(run, trials, err)) return &run->base;
    gaussian_process_run_free(&run->base);
    return NULL;
}

/* By differences, so that rows that are the same are at distance 0 however far from the origin they are. */
static void fill_distances(struct gaussian_process_run *run, const struct prefix_view *view)
{
    const int row_count = view->train_count + view->test_count;

    for (int i = run->distance_count; i < row_count; i++) {
        const double *left = view->rows + (ptrdiff_t)i * view->row_stride;
        double       *out  = run->squared_distances + (ptrdiff_t)i * run->row_max;

        for (int j = 0; j < i; j++) {
            const double *right = view->rows + (ptrdiff_t)j * view->row_stride;

            for (int k = 0; k < view->feature_count; k++) run->difference[k] = left[k] - right[k];
            out[j] = cblas_ddot(view->feature_count, run->difference, 1, run->difference, 1);
        }
    }
    if (run->base.spec.standardize != LEARNER_STANDARDIZE_ONLINE && row_count > run->distance_count)
        run->distance_count = row_count;
}

static void gaussian_process_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct gaussian_process_run   *run  = (struct gaussian_process_run *)base;
    const struct prefix_view      *view = prefix_at(run->prefix, trial_index);
    struct gaussian_process_result result;
    struct gaussian_process_data   data = {
          .row_count         = view->train_count,
          .squared_distances = run->squared_distances,
          .stride            = run->row_max,
          .targets           = view->targets,
    };
    const double *of_trial = run->squared_distances + (ptrdiff_t)view->train_count * run->row_max;

    *out = (struct learner_value){.status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (view->train_count == 0 || !view->is_finite) return;
    fill_distances(run, view);
    gaussian_process_solve(run->fit, &data, &result);
    out->left            = gaussian_process_mean(run->fit, of_trial);
    out->right           = gaussian_process_mean(run->fit, of_trial + run->row_max);
    out->status          = STATUS_OF_FIT[result.status];
    out->iteration_count = result.iteration_count;
}

const struct learner LEARNER_GAUSSIAN_PROCESS = {
    .name      = "gaussian_process",
    .task      = LEARNER_TASK_REWARD,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = gaussian_process_run_new,
    .run_value = gaussian_process_run_value,
    .run_free  = gaussian_process_run_free,
};
