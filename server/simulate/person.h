/* person.h - one simulated person: a learner, a choice rule with a beta of their own, and a pace.
 *
 * A learning person expects what the learner of server/model/ expects after the feedback that was passed to person_learn, and
 * responds right with probability s(beta * drive). A random person presses either key with probability 0.5. Pure: no clock, no
 * I/O; the same seed and the same feedback give the same responses and the same pace. Threads: none. */
#ifndef DINOLAB_SIMULATE_PERSON_H
#define DINOLAB_SIMULATE_PERSON_H

#include <stdint.h>

#include "base/err.h"
#include "model/learner.h"
#include "model/npy.h"

struct person_settings {
    enum learner_task          task;
    const struct learner_spec *spec;   /* borrowed for the person's life; NULL: a random person */
    const struct matrix       *matrix; /* borrowed while in person_new; NULL for a random person */
    double                     beta;   /* ignored for a random person */
    uint64_t                   seed;
};

struct person;

/* The number of images in one trial of a task: 1 or 2. */
int person_image_count(enum learner_task task);

/* `rows`: the matrix row of each image, trial by trial, left before right; ignored for a random person. */
MUST_CHECK struct person *person_new(const struct person_settings *settings, int trial_count, const int *rows, struct err *err);
void                      person_free(struct person *person); /* accepts NULL */

/* 1 = right = Julty, 0 = left = Folty. Trials in ascending order, each once, after person_learn of all before. May take some
 * milliseconds: the learner works here. */
int person_respond(struct person *person, int trial_index);

/* The truth of a trial, as the feedback gave it: category: targets[0] = 1 for Julty, 0 for Folty; reward: points left, right. */
void person_learn(struct person *person, int trial_index, const double *targets);

/* Either key, without learning: practice. */
int person_guess(struct person *person);

/* Log-normal around `mean_ms` with a standard deviation of 35 % of it; 0 for a mean of 0. */
double person_think_ms(struct person *person, double mean_ms);

#endif
