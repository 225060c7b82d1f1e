#include "model/cost_selection.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const double COST_SELECTION_COSTS[COST_SELECTION_COUNT] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1,  0.5, 1.0,
                                                           1.5,    2.0,    3.0,   4.0,   5.0,  10.0, 15.0, 20.0};
const double COST_SELECTION_TRAINING_ACCURACY           = -1.0;

static const char   TRAINING_ACCURACY[] = "training_accuracy";
static const double COST_MIN            = 1e-6;
static const double COST_MAX            = 1e6;

bool cost_selection_read(const char *value, struct learner_spec *spec)
{
    if (strcmp(value, TRAINING_ACCURACY) == 0) {
        spec->own[0] = COST_SELECTION_TRAINING_ACCURACY;
        return true;
    }
    return text_to_f64(value, &spec->own[0]) && spec->own[0] >= COST_MIN && spec->own[0] <= COST_MAX;
}

void cost_selection_write(const struct learner_spec *spec, const char *fallback, char *out, size_t bytes)
{
    const double cost = spec->own[0];
    double       reread;

    if (cost == 0.0) {
        (void)snprintf(out, bytes, "%s", fallback);
        return;
    }
    if (cost < 0.0) {
        (void)snprintf(out, bytes, "%s", TRAINING_ACCURACY);
        return;
    }
    (void)snprintf(out, bytes, "%.15g", cost);
    if (!text_to_f64(out, &reread) || reread != cost) (void)snprintf(out, bytes, "%.17g", cost);
}

bool cost_selection_needs_all_targets(const struct learner_spec *spec)
{
    return spec->own[0] < 0.0;
}

bool cost_selection_has_both_categories(const struct prefix_view *view)
{
    for (int i = 1; i < view->train_count; i++)
        if ((view->targets[i] > 0.5) != (view->targets[0] > 0.5)) return true;
    return false;
}

struct prefix_view cost_selection_all_rows(struct prefix *prefix, const struct learner_trials *trials)
{
    struct prefix_view view = *prefix_at(prefix, trials->trial_count - 1);

    view.train_count += view.test_count;
    view.test_count = 0;
    return view;
}

int cost_selection_right_count(const double *logits, const double *targets, int row_count)
{
    int count = 0;

    for (int i = 0; i < row_count; i++) count += (logits[i] > 0.0) == (targets[i] > 0.5);
    return count;
}
