/* The generalised context model on the category task (Nosofsky 1986): an image belongs where the images like it belonged.
 *
 * P(Julty) = S_J / (S_J + S_F), S the sum of exp(-c d) over the images of a category seen so far, d = Euclidean distance of the
 * standardised features / sqrt(number of features); c by sensitivity.h: leave-one-out likelihood of the categories seen so far, an
 * image left out being judged by all others. Until both categories have been seen the prediction is one half. The sums of each
 * category are taken relative to its nearest image, so that an image far from everything keeps its odds. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "model/learner_table.h"
#include "model/logistic.h"
#include "model/prefix.h"
#include "model/row_distance.h"
#include "model/sensitivity.h"

struct exemplar_run {
    struct learner_run base;
    struct prefix     *prefix;
    double            *distance; /* row_max x row_max, symmetric, as row_distance.h leaves it */
    double            *squares;  /* row_max */
    int                row_max;
    int                known_count; /* rows whose distances are there for good; stays 0 with `online` */
    struct arena       memory;
};

static void exemplar_run_free(struct learner_run *base)
{
    struct exemplar_run *run = (struct exemplar_run *)base;

    prefix_free(run->prefix);
    arena_close(&run->memory);
    free(run);
}

static struct learner_run *exemplar_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                            const struct learner_trials *original, struct err *err)
{
    struct exemplar_run *run = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    run->row_max  = trials->trial_count;
    run->distance = arena_alloc_array(&run->memory, (size_t)run->row_max, (size_t)run->row_max * sizeof(double));
    run->squares  = arena_alloc_array(&run->memory, (size_t)run->row_max, sizeof(double));
    if (run->distance == NULL || run->squares == NULL) {
        err_no_memory(err);
        goto fail;
    }
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_FIRST_ROW, err);
    if (run->prefix != NULL) return &run->base;
fail:
    exemplar_run_free(&run->base);
    return NULL;
}

/* Divided by the root of the number of features where they are used, not in the matrix. */
static void measure_distances(struct exemplar_run *run, const struct prefix_view *view)
{
    const struct row_distance_input input = {
        .rows          = view->rows,
        .row_count     = view->train_count + view->test_count,
        .row_stride    = view->row_stride,
        .feature_count = view->feature_count,
        .gram          = view->gram,
        .gram_stride   = view->gram_stride,
    };

    row_distance_extend(&input, run->known_count, run->squares, run->distance, run->row_max);
    if (run->base.spec.standardize != LEARNER_STANDARDIZE_ONLINE && run->known_count < input.row_count)
        run->known_count = input.row_count;
}

/* One row's distances to the training rows, of each category (0 Folty, 1 Julty) the smallest; `index` itself is passed over. */
static void find_nearest(const struct prefix_view *view, const double *distance, int index, double nearest[2])
{
    nearest[0] = nearest[1] = INFINITY;
    for (int j = 0; j < view->train_count; j++) {
        const int category = view->targets[j] > 0.5;

        if (j != index && distance[j] < nearest[category]) nearest[category] = distance[j];
    }
}

/* Add log P(true category of row `index`, from all others) at every candidate. */
static void add_left_out(const struct prefix_view *view, const double *distance, int index, double *log_likelihood)
{
    const double unit                       = 1.0 / sqrt((double)view->feature_count);
    const int    own                        = view->targets[index] > 0.5;
    double       sums[2][SENSITIVITY_COUNT] = {{0}};
    double       decay[SENSITIVITY_COUNT];
    double       nearest[2];
    double       lead; /* how much nearer the other category is */

    find_nearest(view, distance, index, nearest);
    for (int j = 0; j < view->train_count; j++) {
        const int category = view->targets[j] > 0.5;

        if (j == index) continue;
        sensitivity_decay(unit * (distance[j] - nearest[category]), decay);
        for (int k = 0; k < SENSITIVITY_COUNT; k++) sums[category][k] += decay[k];
    }
    lead = unit * (nearest[own] - nearest[1 - own]);
    sensitivity_decay(fabs(lead), decay);
    for (int k = 0; k < SENSITIVITY_COUNT; k++) {
        const double self = sums[own][k], other = sums[1 - own][k];

        log_likelihood[k] +=
            lead > 0.0 ? log(self / (self * decay[k] + other)) - sensitivity_at(k) * lead : log(self / (self + other * decay[k]));
    }
}

static double choose_sensitivity(const struct exemplar_run *run, const struct prefix_view *view)
{
    double log_likelihood[SENSITIVITY_COUNT] = {0};

    for (int i = 0; i < view->train_count; i++)
        add_left_out(view, run->distance + (ptrdiff_t)i * run->row_max, i, log_likelihood);
    return sensitivity_best(log_likelihood);
}

/* log S_J - log S_F of the trial's image. */
static double predict_logit(const struct exemplar_run *run, const struct prefix_view *view, double sensitivity)
{
    const double *distance = run->distance + (ptrdiff_t)view->train_count * run->row_max;
    const double  steep    = sensitivity / sqrt((double)view->feature_count);
    double        sums[2]  = {0};
    double        nearest[2];

    find_nearest(view, distance, view->train_count, nearest);
    for (int j = 0; j < view->train_count; j++) {
        const int category = view->targets[j] > 0.5;

        sums[category] += exp(-steep * (distance[j] - nearest[category]));
    }
    return log(sums[1]) - log(sums[0]) - steep * (nearest[1] - nearest[0]);
}

static void exemplar_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct exemplar_run          *run  = (struct exemplar_run *)base;
    const struct prefix_view     *view = prefix_at(run->prefix, trial_index);
    const struct sensitivity_seen seen = sensitivity_count(view->train_count, view->targets);
    double                        logit;

    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (!view->is_finite || !sensitivity_is_predictable(seen)) return;
    measure_distances(run, view);
    logit      = predict_logit(run, view, sensitivity_has_choice(seen) ? choose_sensitivity(run, view) : 1.0);
    out->left  = logistic_prob(-logit);
    out->right = logistic_prob(logit);
}

const struct learner LEARNER_EXEMPLAR = {
    .name      = "exemplar",
    .task      = LEARNER_TASK_CATEGORY,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = exemplar_run_new,
    .run_value = exemplar_run_value,
    .run_free  = exemplar_run_free,
};
