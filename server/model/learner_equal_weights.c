/* Every feature counts the same on the reward task (Dawes 1979): Bayesian ridge on one number per image, the sum of its standardised
 * features. Both images of every past trial are training rows; before the first trial both options are worth 0. The statistics are
 * in bayes_line.h. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "model/bayes_line.h"
#include "model/learner_table.h"
#include "model/prefix.h"
#include "model/standardize.h"

/* Leaves room for squares of sums of such numbers. */
static const double NUMBER_MAX = 1e100;

struct equal_weights_run {
    struct learner_run           base;
    const struct learner_trials *trials;
    enum learner_standardize     standardize;
    bool                         is_measured; /* with `all`: mean and factor are those of the whole condition */
    double                      *mean;        /* feature_count; 0 with `none` */
    double                      *factor;      /* feature_count: 1 / scale; 1 with `none` */
    struct arena                 memory;
};

static const enum learner_status STATUS_OF_LINE[] = {
    [BAYES_RIDGE_CONVERGED]       = LEARNER_CONVERGED,
    [BAYES_RIDGE_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [BAYES_RIDGE_SINGULAR]        = LEARNER_SINGULAR,
};

static void equal_weights_run_free(struct learner_run *base)
{
    struct equal_weights_run *run = (struct equal_weights_run *)base;

    arena_close(&run->memory);
    free(run);
}

static struct learner_run *equal_weights_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                                 const struct learner_trials *original, struct err *err)
{
    const size_t              feature_count = (size_t)trials->feature_count;
    struct equal_weights_run *run           = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->trials      = trials;
    run->standardize = spec->standardize;
    run->mean        = arena_alloc_array(&run->memory, feature_count, sizeof(double));
    run->factor      = arena_alloc_array(&run->memory, feature_count, sizeof(double));
    if (run->mean != NULL && run->factor != NULL) {
        for (size_t j = 0; j < feature_count; j++) run->factor[j] = 1.0;
        return &run->base;
    }
    equal_weights_run_free(&run->base);
    err_no_memory(err);
    return NULL;
}

static void measure(struct equal_weights_run *run, int row_count)
{
    const int feature_count = run->trials->feature_count;

    standardize_measure(run->trials->features, row_count, feature_count, feature_count, run->mean, run->factor);
    for (int j = 0; j < feature_count; j++) run->factor[j] = 1.0 / run->factor[j];
    run->is_measured = true;
}

/* Bring mean and factor to what trial t needs. */
static void prepare(struct equal_weights_run *run, int trial_index)
{
    switch (run->standardize) {
    case LEARNER_STANDARDIZE_ONLINE:
        measure(run, 2 * trial_index);
        break;
    case LEARNER_STANDARDIZE_ALL:
        if (!run->is_measured) measure(run, 2 * run->trials->trial_count);
        break;
    case LEARNER_STANDARDIZE_NONE:
        break;
    }
}

static double sum_of_row(const struct equal_weights_run *run, int row_index)
{
    const double *row = run->trials->features + (ptrdiff_t)row_index * run->trials->feature_count;
    double        sum = 0.0;

    for (int j = 0; j < run->trials->feature_count; j++) sum += (row[j] - run->mean[j]) * run->factor[j];
    return sum;
}

/* The line through the training rows; false when a number is not finite or too large. */
static bool fit_line(const struct equal_weights_run *run, int row_count, struct bayes_line_moments *features,
                     struct bayes_line_moments *targets, struct bayes_line_result *line)
{
    struct bayes_line_sums sums = {.row_count = row_count};

    for (int i = 0; i < row_count; i++) {
        const double sum    = sum_of_row(run, i);
        const double points = run->trials->targets[i];

        if (!(fabs(sum) < NUMBER_MAX && fabs(points) < NUMBER_MAX)) return false;
        bayes_line_add(targets, i + 1, points, 0.0);
        bayes_line_add(features, i + 1, sum, points - targets->mean);
    }
    sums.feature_squares = features->squares;
    sums.product         = features->product;
    sums.target_squares  = targets->squares;
    bayes_line_solve(&sums, &BAYES_RIDGE_DEFAULTS, line);
    return true;
}

static void equal_weights_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct equal_weights_run *run      = (struct equal_weights_run *)base;
    struct bayes_line_moments features = {0}, targets = {0};
    struct bayes_line_result  line;
    double                    left, right;

    *out = (struct learner_value){.status = LEARNER_CONVERGED};
    if (trial_index == 0) return;
    prepare(run, trial_index);
    left        = sum_of_row(run, 2 * trial_index);
    right       = sum_of_row(run, 2 * trial_index + 1);
    out->status = LEARNER_SINGULAR;
    if (!(fabs(left) < NUMBER_MAX && fabs(right) < NUMBER_MAX)) return;
    if (!fit_line(run, 2 * trial_index, &features, &targets, &line)) return;
    left  = targets.mean + line.slope * (left - features.mean);
    right = targets.mean + line.slope * (right - features.mean);
    if (!isfinite(left) || !isfinite(right)) return;
    *out = (struct learner_value){left, right, STATUS_OF_LINE[line.status], line.iteration_count};
}

const struct learner LEARNER_EQUAL_WEIGHTS = {
    .name      = "equal_weights",
    .task      = LEARNER_TASK_REWARD,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = equal_weights_run_new,
    .run_value = equal_weights_run_value,
    .run_free  = equal_weights_run_free,
};
