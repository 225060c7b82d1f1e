/* Prototypes on the category task (as compared with exemplars by Nosofsky 1986): an image belongs where the nearer mean is.
 *
 * P(Julty) = s(c (d_F^2 - d_J^2)), s the logistic, d^2 = squared Euclidean distance of the standardised features to the mean of a
 * category's images so far / number of features; c by sensitivity.h: leave-one-out likelihood of the categories seen so far, an
 * image left out being judged by its own category's mean without it. Until both categories have been seen the prediction is
 * one half. Means and distances are linear in the rows: inner products would cost more and lose digits. */
#include <stdlib.h>

#include "base/arena.h"
#include "model/learner_table.h"
#include "model/logistic.h"
#include "model/prefix.h"
#include "model/sensitivity.h"

struct prototype_run {
    struct learner_run base;
    struct prefix     *prefix;
    double            *means[2]; /* of Folty and of Julty, feature_count each */
    struct arena       memory;
};

static void prototype_run_free(struct learner_run *base)
{
    struct prototype_run *run = (struct prototype_run *)base;

    prefix_free(run->prefix);
    arena_close(&run->memory);
    free(run);
}

static struct learner_run *prototype_run_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                             const struct learner_trials *original, struct err *err)
{
    struct prototype_run *run = calloc(1, sizeof *run);

    (void)original;
    if (run == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&run->memory);
    for (int i = 0; i < 2; i++) {
        run->means[i] = arena_alloc_array(&run->memory, (size_t)trials->feature_count, sizeof(double));
        if (run->means[i] != NULL) continue;
        err_no_memory(err);
        goto fail;
    }
    run->prefix = prefix_new(trials, spec->standardize, PREFIX_ORIGIN_FIRST_ROW, err);
    if (run->prefix != NULL) return &run->base;
fail:
    prototype_run_free(&run->base);
    return NULL;
}

static const double *row_at(const struct prefix_view *view, int index)
{
    return view->rows + (ptrdiff_t)index * view->row_stride;
}

static void measure_means(struct prototype_run *run, const struct prefix_view *view, const int counts[2])
{
    for (int category = 0; category < 2; category++) {
        double *mean = run->means[category];

        for (int k = 0; k < view->feature_count; k++) mean[k] = 0.0;
        for (int i = 0; i < view->train_count; i++) {
            const double *row = row_at(view, i);

            if ((view->targets[i] > 0.5) != (category == 1)) continue;
            for (int k = 0; k < view->feature_count; k++) mean[k] += row[k];
        }
        for (int k = 0; k < view->feature_count; k++) mean[k] /= counts[category];
    }
}

/* Add log P(true category of row `index`) at every candidate. Without the row its own mean, of n rows, moves away from it: the
 * distance grows by n / (n - 1). */
static void add_left_out(const struct prototype_run *run, const struct prefix_view *view, const int counts[2], int index,
                         double *log_likelihood)
{
    const int     own         = view->targets[index] > 0.5;
    const double *row         = row_at(view, index);
    const double *self        = run->means[own];
    const double *other       = run->means[1 - own];
    const double  grow        = counts[own] / (counts[own] - 1.0);
    double        self_square = 0.0, other_square = 0.0, lead;

    for (int k = 0; k < view->feature_count; k++) {
        self_square += (row[k] - self[k]) * (row[k] - self[k]);
        other_square += (row[k] - other[k]) * (row[k] - other[k]);
    }
    lead = (other_square - grow * grow * self_square) / view->feature_count;
    for (int k = 0; k < SENSITIVITY_COUNT; k++) log_likelihood[k] += logistic_log_prob(sensitivity_at(k) * lead);
}

static double choose_sensitivity(const struct prototype_run *run, const struct prefix_view *view, const int counts[2])
{
    double log_likelihood[SENSITIVITY_COUNT] = {0};

    for (int i = 0; i < view->train_count; i++) add_left_out(run, view, counts, i, log_likelihood);
    return sensitivity_best(log_likelihood);
}

/* d_F^2 - d_J^2 of the trial's image, feature by feature in factors: far from both means the squares would swallow the difference. */
static double square_lead(const struct prototype_run *run, const struct prefix_view *view)
{
    const double *row   = row_at(view, view->train_count);
    const double *folty = run->means[0], *julty = run->means[1];
    double        sum = 0.0;

    for (int k = 0; k < view->feature_count; k++) sum += (julty[k] - folty[k]) * ((row[k] - folty[k]) + (row[k] - julty[k]));
    return sum / view->feature_count;
}

static void prototype_run_value(struct learner_run *base, int trial_index, struct learner_value *out)
{
    struct prototype_run         *run       = (struct prototype_run *)base;
    const struct prefix_view     *view      = prefix_at(run->prefix, trial_index);
    const struct sensitivity_seen seen      = sensitivity_count(view->train_count, view->targets);
    const int                     counts[2] = {seen.folty_count, seen.julty_count};
    double                        logit;

    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = view->is_finite ? LEARNER_CONVERGED : LEARNER_SINGULAR};
    if (!view->is_finite || !sensitivity_is_predictable(seen)) return;
    measure_means(run, view, counts);
    logit = square_lead(run, view);
    logit *= sensitivity_has_choice(seen) ? choose_sensitivity(run, view, counts) : 1.0;
    out->left  = logistic_prob(-logit);
    out->right = logistic_prob(logit);
}

const struct learner LEARNER_PROTOTYPE = {
    .name      = "prototype",
    .task      = LEARNER_TASK_CATEGORY,
    .options   = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .run_new   = prototype_run_new,
    .run_value = prototype_run_value,
    .run_free  = prototype_run_free,
};
