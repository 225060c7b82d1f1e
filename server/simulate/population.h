/* population.h - who takes part in a simulation: representations, learner, the spread of beta, and a person for each number.
 *
 * People take the representations in turn, so that no single one wins every race. Person k is the same for the same seed,
 * whatever the others do. ERR_INVALID from here is wrong input of whoever started the simulation: a missing file, a learner
 * that does not fit the task, a picture that the table does not know. Threads: none. */
#ifndef DINOLAB_SIMULATE_POPULATION_H
#define DINOLAB_SIMULATE_POPULATION_H

#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/text.h"
#include "model/learner.h"
#include "simulate/person.h"

/* One `NAME=FILE`. */
struct population_source {
    const char *name; /* borrowed */
    const char *path;
};

struct population_settings {
    const char                     *learner; /* a learner's spec, "random", or NULL for the task's main learner */
    double                          beta;    /* middle of the people's betas; 0: a middle that suits the task */
    uint64_t                        seed;
    const struct population_source *sources; /* borrowed for the population's life */
    int                             source_count;
    const char                     *stimuli_path; /* NULL with random people only */
};

struct population;

/* Reads all files. `settings` is borrowed until population_free. */
MUST_CHECK struct population *population_new(const struct population_settings *settings, struct err *err);
void                          population_free(struct population *population); /* accepts NULL */

/* Once the study has told its task; again with the same task is harmless. */
MUST_CHECK bool population_set_task(struct population *population, enum learner_task task, struct err *err);
bool            population_has_task(const struct population *population);

/* Person `number` (from 0), for a condition whose trials show `stimuli` (person_image_count each, left before right), of the
 * task that was set. `about` receives what they are, for the questionnaire, so that nobody takes them for human. */
MUST_CHECK struct person *population_person(const struct population *population, int number, int trial_count,
                                            const struct secret_hash *stimuli, struct text *about, struct err *err);

/* A seed for whatever else person `number` does by chance. */
uint64_t population_seed(const struct population *population, int number);

#endif
