/* Following one feature on the reward task: the statistics are in single_cue.h. Both images of every past trial are training rows;
 * before the first trial both options are worth 0.
 *
 * `lookahead=1` judges a trial's features by its own outcome before choosing the one to follow. That is how the published numbers
 * of 2022 came about, by mistake; it exists to compare with them.
 * What is followed at trial t depends on what was expected at every trial before, so values are worked out in ascending order and
 * kept: asking in any order gives the same numbers to the last bit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/learner_table.h"
#include "model/prefix.h"
#include "model/single_cue.h"
#include "model/standardize.h"

/* Leaves room for the sums of products of such numbers. */
static const double NUMBER_MAX = 1e100;

struct single_cue_run {
    struct learner_run           base;
    const struct learner_trials *trials;
    struct single_cue           *cue;
    bool                         looks_at_own_trial;
    enum learner_standardize     standardize;
    bool                         is_finite;   /* so far: no number beyond NUMBER_MAX among the trials worked out */
    int                          known_count; /* trials worked out */
    struct learner_value        *values;      /* trial_count */
    double                      *mean;        /* feature_count; with `all` */
    double                      *scale;       /* feature_count; unless `online` */
    struct arena                 memory;
};

static const enum learner_status STATUS_OF_LINE[] = {
    [BAYES_RIDGE_CONVERGED]       = LEARNER_CONVERGED,
    [BAYES_RIDGE_ITERATION_LIMIT] = LEARNER_ITERATION_LIMIT,
    [BAYES_RIDGE_SINGULAR]        = LEARNER_SINGULAR,
};

static bool lookahead_read(const char *value, struct learner_spec *spec)
{
    int64_t number;

    if (!text_to_i64(value, 0, 1, &number)) return false;
    spec->own[0] = (double)number;
    return true;
}

static void lookahead_write(const struct learner_spec *spec, char *out, size_t bytes)
{
    if (spec->own[0] > 0.0) (void)snprintf(out, bytes, "1");
}

static const struct learner_option OPTION_LOOKAHEAD = {
    .name  = "lookahead",
    .legal = "0 or 1",
    .read  = lookahead_read,
    .write = lookahead_write,
};

static bool single_cue_has_lookahead(const struct learner_spec *spec)
{
    return spec->own[0] > 0.0;
}

static void single_cue_run_free(struct learner_run *base)
{
    struct single_cue_run *run = (struct single_cue_run *)base;

    single_cue_free(run->cue);
    arena_close(&run->memory);
    free(run);
}

static bool take_memory(struct single_cue_run *run)
{
    const size_t feature_count = (size_t)run->trials->feature_count;

    run->values = arena_alloc_array(&run->memory, (size_t)run->trials->trial_count, sizeof *run->values);
    run->mean   = arena_alloc_array(&run->memory, feature_count, sizeof(double));
    run->scale  = arena_alloc_array(&run->memory, feature_count, sizeof(double));
    return run->values != NULL && run->mean != NULL && run->scale != NULL;
}

static struct learner_run *single_cue_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                              const struct learner_trials *original, struct err *err)
{
    struct single_cue_run *run = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->trials             = trials;
    run->looks_at_own_trial = single_cue_has_lookahead(spec);
    run->standardize        = spec->standardize;
    run->is_finite          = true;
    if (!take_memory(run)) {
        err_no_memory(err);
        goto fail;
    }
    run->cue = single_cue_new(trials->feature_count, spec->standardize == LEARNER_STANDARDIZE_ONLINE ? NULL : run->scale,
                              &BAYES_RIDGE_DEFAULTS, err);
    if (run->cue != NULL) return &run->base;
fail:
    single_cue_run_free(&run->base);
    return NULL;
}

/* What features are divided by when that is the same for all trials. Not at _new: rows may still have been missing then. */
static void fix_scale(struct single_cue_run *run)
{
    const int feature_count = run->trials->feature_count;
    const int row_count     = run->trials->trial_count * prefix_rows_per_trial(run->trials->task);

    switch (run->standardize) {
    case LEARNER_STANDARDIZE_ONLINE:
        break;
    case LEARNER_STANDARDIZE_ALL:
        standardize_measure(run->trials->features, row_count, feature_count, feature_count, run->mean, run->scale);
        break;
    case LEARNER_STANDARDIZE_NONE:
        for (int j = 0; j < feature_count; j++) run->scale[j] = 1.0;
        break;
    }
}

static bool is_within(const double *numbers, int count)
{
    for (int i = 0; i < count; i++)
        if (!(fabs(numbers[i]) < NUMBER_MAX)) return false;
    return true;
}

static const double *row_of(const struct single_cue_run *run, int row_index)
{
    return run->trials->features + (ptrdiff_t)row_index * run->trials->feature_count;
}

/* The outcome of a trial that has been expected. */
static void judge(struct single_cue_run *run, int trial_index)
{
    const double *points = run->trials->targets + 2 * (ptrdiff_t)trial_index;

    single_cue_judge(run->cue, points[1] >= points[0]);
}

static void learn(struct single_cue_run *run, int trial_index)
{
    const double *points = run->trials->targets + 2 * (ptrdiff_t)trial_index;

    run->is_finite = run->is_finite && is_within(points, 2);
    single_cue_learn(run->cue, row_of(run, 2 * trial_index), row_of(run, 2 * trial_index + 1), points[0], points[1]);
}

static struct learner_value follow(struct single_cue_run *run)
{
    const struct single_cue_value *value = single_cue_value_of(run->cue, single_cue_followed(run->cue));
    struct learner_value           out   = {
                    .left            = value->left,
                    .right           = value->right,
                    .status          = STATUS_OF_LINE[value->status],
                    .iteration_count = value->iteration_count,
    };

    return out;
}

/* Work out the first trial that is not known yet. */
static void work_out_next(struct single_cue_run *run)
{
    const int             t     = run->known_count++;
    struct learner_value *value = &run->values[t];

    if (t == 0) fix_scale(run);
    if (t > 0 && !run->looks_at_own_trial) judge(run, t - 1);
    if (t > 0) learn(run, t - 1);
    run->is_finite = run->is_finite && is_within(row_of(run, 2 * t), 2 * run->trials->feature_count);
    single_cue_expect(run->cue, row_of(run, 2 * t), row_of(run, 2 * t + 1));
    if (run->looks_at_own_trial) judge(run, t);
    *value = follow(run);
    if (run->is_finite && isfinite(value->left) && isfinite(value->right)) return;
    *value = (struct learner_value){.status = LEARNER_SINGULAR};
}

static void single_cue_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct single_cue_run *run = (struct single_cue_run *)base;

    while (run->known_count <= trial_index) work_out_next(run);
    *out = run->values[trial_index];
}

const struct learner LEARNER_SINGLE_CUE = {
    .name                   = "single_cue",
    .task                   = LEARNER_TASK_REWARD,
    .options                = {&OPTION_LOOKAHEAD, &LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .needs_all_targets      = single_cue_has_lookahead,
    .is_for_comparison_only = single_cue_has_lookahead,
    .run_new                = single_cue_run_new,
    .run_value              = single_cue_run_value,
    .run_free               = single_cue_run_free,
};
