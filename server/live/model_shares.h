/* model_shares.h - what can be said of a model and a person without a choice rule: how often the model's own expectation is right, and
 * how often the person does what it prefers.
 *
 * Pure. Threads: none. */
#ifndef DINOLAB_LIVE_MODEL_SHARES_H
#define DINOLAB_LIVE_MODEL_SHARES_H

#include "live/live_condition.h"

struct model_shares {
    double accuracy;  /* of the responses so far, equal points left out; trial 0 and ties of the learner count one half */
    double agreement; /* of the responses so far; ties of the learner count one half */
};

/* `state` is of a session of `condition`. Both are NAN while the model is not ready and where there is nothing to count. */
void model_shares_of(const struct live_condition *condition, const struct fit_state *state, int model_index,
                     struct model_shares *out);

#endif
