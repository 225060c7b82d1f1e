/* fit_session.h - one made-up session for tests of a live fit: values, responses, truths; include after cmocka.h. */
#ifndef DINOLAB_TESTS_FIT_SESSION_H
#define DINOLAB_TESTS_FIT_SESSION_H

#include <math.h>

#include "base/rng.h"
#include "live/fit_state.h"

enum { MODEL_COUNT = 7, TRIAL_COUNT = 120 };

struct numbers {
    double prob[TRIAL_COUNT][MODEL_COUNT];
    double log_evidence[TRIAL_COUNT][MODEL_COUNT];
    double posterior[TRIAL_COUNT][MODEL_COUNT];
};

struct session {
    enum learner_task task;
    double            pairs[MODEL_COUNT][2 * TRIAL_COUNT];
    int               responses[TRIAL_COUNT];
    signed char       truths[TRIAL_COUNT];
};

/* Values of the size that learners give; the person follows model 2. */
static inline void make_session(struct session *session, enum learner_task task, uint64_t seed)
{
    struct rng rng;

    rng_init(&rng, seed);
    session->task = task;
    for (int m = 0; m < MODEL_COUNT; m++)
        for (int t = 0; t < TRIAL_COUNT; t++) {
            double *pair = &session->pairs[m][2 * t];

            pair[1] = task == LEARNER_TASK_CATEGORY ? rng_uniform(&rng) : 30.0 * rng_normal(&rng);
            pair[0] = task == LEARNER_TASK_CATEGORY ? 1.0 - pair[1] : 30.0 * rng_normal(&rng);
            if (t == 0) pair[0] = pair[1] = task == LEARNER_TASK_CATEGORY ? 0.5 : 0.0;
        }
    session->pairs[MODEL_COUNT - 1][2 * 5]     = 0.0; /* a learner that is certain */
    session->pairs[MODEL_COUNT - 1][2 * 5 + 1] = task == LEARNER_TASK_CATEGORY ? 1.0 : 80.0;
    for (int t = 0; t < TRIAL_COUNT; t++) {
        const double *pair  = &session->pairs[2][2 * t];
        double        drive = task == LEARNER_TASK_CATEGORY ? log(pair[1] / pair[0]) : 0.1 * (pair[1] - pair[0]);

        session->responses[t] = rng_uniform(&rng) < 1.0 / (1.0 + exp(-drive));
        session->truths[t]    = (signed char)(t % 10 == 9 ? -1 : t % 3 == 0);
    }
}

static inline struct fit_trial trial_at(struct numbers *numbers, int trial_index)
{
    return (struct fit_trial){numbers->prob[trial_index], numbers->log_evidence[trial_index], numbers->posterior[trial_index]};
}

static inline void init(struct fit_state *fit, const struct session *session)
{
    struct err err = {0};

    if (!fit_state_init(fit, session->task, MODEL_COUNT, TRIAL_COUNT, session->truths, &err)) fail_msg("%s", err.message);
}

static inline void respond(struct fit_state *fit, const struct session *session, int trial_index, struct numbers *numbers)
{
    struct fit_trial trial = trial_at(numbers, trial_index);
    struct err       err   = {0};

    if (!fit_state_respond(fit, session->responses[trial_index], &trial, &err)) fail_msg("%s", err.message);
}

/* All models ready from the start. */
static inline void follow_on_time(struct fit_state *fit, const struct session *session, struct numbers *numbers)
{
    init(fit, session);
    for (int m = 0; m < MODEL_COUNT; m++) fit_state_set_values(fit, m, session->pairs[m]);
    for (int t = 0; t < TRIAL_COUNT; t++) respond(fit, session, t, numbers);
}

#endif
