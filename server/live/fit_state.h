/* fit_state.h - the choice rule's numbers for one session, for every representation and learner of its study.
 *
 * Fed one response at a time, in order; a response costs one grid update per model and no matrix operation and no database read.
 * The history of a session (what the charts show) is not kept: fit_state_replay computes it again from the responses.
 * Not for group numbers. Threads: a state belongs to the fit worker (or to the one thread of a rebuild).
 * Ownership: value columns are borrowed from the cache of value tables and must outlive the state. */
#ifndef DINOLAB_LIVE_FIT_STATE_H
#define DINOLAB_LIVE_FIT_STATE_H

#include <stdint.h>

#include "model/choice_rule.h"

/* What one learner on one representation expects at each trial of one condition. */
struct value_column {
    int           trial_count;
    const double *pairs; /* left, right of trial 0, 1, ...; NULL while not computed */
};

/* A choice_past over such pairs; the argument is a fit_past. */
struct fit_past {
    enum learner_task task;
    const double     *pairs;
};
double fit_past_drive(const void *fit_past, int trial_index);

/* 1: prefers right or Julty, -1: left or Folty, 0: neither. */
int fit_preference(const double *pairs, int trial_index);

struct fit_model {
    struct choice_grid grid;
    const double      *pairs; /* NULL while its value table is not there: the model is not ready */
    int right_halves;         /* twice the trials so far that the learner itself gets right; trial 0 and its ties count one half,
                                            equal points are left out */
    int agreement_halves;     /* twice the responses so far that are what it prefers; its ties count one half */
};

struct fit_state {
    enum learner_task task;
    int               model_count;
    int               trial_count;    /* planned */
    int               response_count; /* so far */
    int               scored_count;   /* of those, the ones with a right answer */
    int64_t           update_count;   /* grid updates so far, those of catching up included: what this session has cost */
    const signed char
                     *truths; /* borrowed; per trial 1: right or Julty is the answer, 0: left or Folty, -1: none (equal points) */
    unsigned char    *responses; /* owned; response_count used */
    struct fit_model *models;    /* owned */
    double           *scratch;   /* owned; two of model_count, for the posterior */
};

/* One trial's numbers, per model; NAN where the model is not ready. Arrays of model_count, owned by the caller. */
struct fit_trial {
    double *prob;           /* probability of the response that was made, before it was made */
    double *log_evidence;   /* nats, of all responses up to and including this one */
    double *posterior_prob; /* over the ready models, equal prior */
};

MUST_CHECK bool fit_state_init(struct fit_state *state, enum learner_task task, int model_count, int trial_count,
                               const signed char *truths, struct err *err);
void            fit_state_close(struct fit_state *state);

/* Give a model its values; responses taken before are caught up on. `pairs` has trial_count pairs; NULL: it is not ready. */
void fit_state_set_values(struct fit_state *state, int model_index, const double *pairs);

/* Take the next response (0 or 1). False (and ERR_INTERNAL) past the planned trials. `out` may be NULL. */
MUST_CHECK bool fit_state_respond(struct fit_state *state, int response, struct fit_trial *out, struct err *err);

/* The learner's own accuracy, and its agreement with the person, over the responses so far; NAN while not ready, or without a trial that
 * counts. */
double fit_state_accuracy(const struct fit_state *state, int model_index);
double fit_state_agreement(const struct fit_state *state, int model_index);

/* Posterior over the ready models after all responses so far; NAN elsewhere. */
void fit_state_posterior(const struct fit_state *state, double *posterior_prob);

/* Call `visit` for every response so far, in order, with the numbers it had at the time: bit for bit those of fit_state_respond
 * with the value tables that are there now. Stops when visit returns false. */
typedef bool (*fit_visit_fn)(void *argument, int trial_index, const struct fit_trial *trial, struct err *err);
MUST_CHECK bool fit_state_replay(const struct fit_state *state, fit_visit_fn visit, void *argument, struct err *err);

#endif
