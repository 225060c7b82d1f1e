#include "live/model_shares.h"

#include <math.h>
#include <string.h>

/* 1: right = Julty, 0: left = Folty, -1: equal points. */
static int truth_of(enum task_kind task, const struct condition_trial_row *trial)
{
    if (task == TASK_CATEGORY) return strcmp(trial->category, "julty") == 0;
    return trial->left_points == trial->right_points ? -1 : trial->right_points > trial->left_points;
}

/* In halves, so that sums are exact. 2: right, 0: left, 1: neither. */
static int preference_halves(const double *pair)
{
    return pair[1] > pair[0] ? 2 : pair[1] < pair[0] ? 0 : 1;
}

static double share(int halves, int count)
{
    return count > 0 ? 0.5 * halves / count : (double)NAN;
}

void model_shares_of(const struct live_condition *condition, const struct fit_state *state, int model_index,
                     struct model_shares *out)
{
    const double *pairs        = state->models[model_index].pairs;
    int           right_halves = 0, scored = 0, agreement_halves = 0;

    *out = (struct model_shares){NAN, NAN};
    if (pairs == NULL) return;
    for (int t = 0; t < state->response_count; t++) {
        int preference = preference_halves(&pairs[2 * (ptrdiff_t)t]);
        int own        = t == 0 ? 1 : preference; /* before the first trial nothing is known */
        int truth      = truth_of(condition->study->task, &condition->trials[t]);

        agreement_halves += state->responses[t] == 1 ? preference : 2 - preference;
        if (truth < 0) continue;
        right_halves += truth == 1 ? own : 2 - own;
        scored++;
    }
    out->accuracy  = share(right_halves, scored);
    out->agreement = share(agreement_halves, state->response_count);
}
