#include "model/prefix.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/standardize.h"

/* Leaves room for the sums and products that solvers make of these squares. */
static const double SQUARE_MAX = 1e200;

struct prefix {
    const struct learner_trials *trials;
    enum learner_standardize     standardize;
    enum prefix_origin           origin;
    struct prefix_view           view;
    double                      *rows;    /* row_max x (feature_count + 1) */
    double                      *gram;    /* gram_side x gram_side */
    double                      *mean;    /* feature_count */
    double                      *scale;   /* feature_count */
    struct standardize_moments   moments; /* `online`: of the training rows of the trial asked for last */
    int                          row_max;
    int                          gram_side;
    int                          scaled_count; /* rows standardised for good; stays 0 with `online` */
    int                          gram_count;   /* rows whose inner products are there for good; stays 0 with `online` */
    bool                         is_measured;  /* `all`: mean and scale of the whole condition are known */
    struct arena                 memory;
};

int prefix_rows_per_trial(enum learner_task task)
{
    switch (task) {
    case LEARNER_TASK_CATEGORY:
        return 1;
    case LEARNER_TASK_REWARD:
        return 2;
    }
    abort();
}

static bool prefix_take_memory(struct prefix *prefix)
{
    const size_t feature_count = (size_t)prefix->trials->feature_count;
    const size_t gram_side     = (size_t)prefix->gram_side;

    prefix->rows  = arena_alloc_array(&prefix->memory, (size_t)prefix->row_max, (feature_count + 1) * sizeof(double));
    prefix->gram  = arena_alloc_array(&prefix->memory, gram_side, gram_side * sizeof(double));
    prefix->mean  = arena_alloc_array(&prefix->memory, feature_count, sizeof(double));
    prefix->scale = arena_alloc_array(&prefix->memory, feature_count, sizeof(double));
    prefix->moments.column_count = prefix->trials->feature_count;
    prefix->moments.origin       = arena_alloc_array(&prefix->memory, feature_count, sizeof(double));
    prefix->moments.mean         = arena_alloc_array(&prefix->memory, feature_count, sizeof(double));
    prefix->moments.squares      = arena_alloc_array(&prefix->memory, feature_count, sizeof(double));
    return prefix->rows != NULL && prefix->gram != NULL && prefix->mean != NULL && prefix->scale != NULL &&
           prefix->moments.origin != NULL && prefix->moments.mean != NULL && prefix->moments.squares != NULL;
}

struct prefix *prefix_new(const struct learner_trials *trials, enum learner_standardize standardize, enum prefix_origin origin,
                          struct err *err)
{
    const int      test_count = prefix_rows_per_trial(trials->task);
    struct prefix *prefix     = calloc(1, sizeof *prefix);

    if (prefix == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&prefix->memory);
    prefix->trials      = trials;
    prefix->standardize = standardize;
    prefix->origin      = origin;
    prefix->row_max     = trials->trial_count * test_count;
    prefix->gram_side   = trials->feature_count + test_count;
    if (prefix->gram_side > prefix->row_max) prefix->gram_side = prefix->row_max;
    if (!prefix_take_memory(prefix)) {
        prefix_free(prefix);
        err_no_memory(err);
        return NULL;
    }
    for (int i = 0; i < trials->feature_count; i++) prefix->scale[i] = 1.0;
    prefix->view = (struct prefix_view){
        .test_count    = test_count,
        .feature_count = trials->feature_count,
        .rows          = prefix->rows,
        .row_stride    = trials->feature_count + 1,
        .gram_stride   = prefix->gram_side,
        .targets       = trials->targets,
    };
    return prefix;
}

void prefix_free(struct prefix *prefix)
{
    if (prefix == NULL) return;
    arena_close(&prefix->memory);
    free(prefix);
}

/* The rows are taken in one after another whatever the order of asking, so that a trial's numbers do not depend on it. */
static void measure_online(struct prefix *prefix)
{
    const int feature_count = prefix->trials->feature_count;
    const int train_count   = prefix->view.train_count;

    if (train_count == 0) { /* there is nothing to learn from yet */
        for (int j = 0; j < feature_count; j++) {
            prefix->mean[j]  = 0.0;
            prefix->scale[j] = 1.0;
        }
        return;
    }
    if (train_count < prefix->moments.row_count) prefix->moments.row_count = 0;
    standardize_moments_add(&prefix->moments, prefix->trials->features + (ptrdiff_t)prefix->moments.row_count * feature_count,
                            train_count - prefix->moments.row_count, feature_count);
    standardize_moments_read(&prefix->moments, prefix->mean, prefix->scale);
}

/* Bring mean and scale to what trial t needs; with `none` they are 0, or the origin, and 1. */
static void prefix_measure(struct prefix *prefix)
{
    const int feature_count = prefix->trials->feature_count;

    switch (prefix->standardize) {
    case LEARNER_STANDARDIZE_ONLINE:
        measure_online(prefix);
        break;
    case LEARNER_STANDARDIZE_ALL:
        if (!prefix->is_measured)
            standardize_measure(prefix->trials->features, prefix->row_max, feature_count, feature_count, prefix->mean,
                                prefix->scale);
        break;
    case LEARNER_STANDARDIZE_NONE:
        if (!prefix->is_measured && prefix->origin == PREFIX_ORIGIN_FIRST_ROW)
            memcpy(prefix->mean, prefix->trials->features, (size_t)feature_count * sizeof(double));
        break;
    }
    prefix->is_measured = true;
}

static void prefix_fill_rows(struct prefix *prefix, int row_count)
{
    const int feature_count = prefix->trials->feature_count;
    const int first         = prefix->scaled_count;

    if (first >= row_count) return;
    standardize_apply(prefix->trials->features + (ptrdiff_t)first * feature_count, row_count - first, feature_count,
                      feature_count, prefix->mean, prefix->scale, prefix->rows + (ptrdiff_t)first * (feature_count + 1),
                      feature_count + 1);
    for (int i = first; i < row_count; i++) prefix->rows[(ptrdiff_t)i * (feature_count + 1) + feature_count] = 1.0;
    if (prefix->standardize != LEARNER_STANDARDIZE_ONLINE) prefix->scaled_count = row_count;
}

static void prefix_fill_gram(struct prefix *prefix, int row_count)
{
    const int first      = prefix->gram_count;
    const int row_stride = prefix->view.row_stride;

    if (first >= row_count) return;
    if (first > 0)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, row_count - first, first, prefix->view.feature_count, 1.0,
                    prefix->rows + (ptrdiff_t)first * row_stride, row_stride, prefix->rows, row_stride, 0.0,
                    prefix->gram + (ptrdiff_t)first * prefix->gram_side, prefix->gram_side);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, row_count - first, prefix->view.feature_count, 1.0,
                prefix->rows + (ptrdiff_t)first * row_stride, row_stride, 0.0,
                prefix->gram + (ptrdiff_t)first * prefix->gram_side + first, prefix->gram_side);
    if (prefix->standardize != LEARNER_STANDARDIZE_ONLINE) prefix->gram_count = row_count;
}

/* Sums of squares decide: they bound every inner product, and one bad number anywhere shows in them. */
static bool prefix_is_finite(const struct prefix *prefix, int row_count)
{
    const struct prefix_view *view = &prefix->view;

    for (int i = 0; i < row_count; i++) {
        const double *row    = view->rows + (ptrdiff_t)i * view->row_stride;
        const double  square = view->gram != NULL ? view->gram[(ptrdiff_t)i * (view->gram_stride + 1)]
                                                  : cblas_ddot(view->feature_count, row, 1, row, 1);

        if (!(square < SQUARE_MAX)) return false;
    }
    return cblas_ddot(view->train_count, view->targets, 1, view->targets, 1) < SQUARE_MAX;
}

const struct prefix_view *prefix_at(struct prefix *prefix, int trial_index)
{
    struct prefix_view *view = &prefix->view;
    int                 row_count;

    view->train_count = trial_index * view->test_count;
    row_count         = view->train_count + view->test_count;
    prefix_measure(prefix);
    prefix_fill_rows(prefix, row_count);
    view->gram = view->train_count <= view->feature_count ? prefix->gram : NULL;
    if (view->gram != NULL) prefix_fill_gram(prefix, row_count);
    view->is_finite = prefix_is_finite(prefix, row_count);
    return view;
}
