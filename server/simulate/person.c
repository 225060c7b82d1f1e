#include "simulate/person.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "model/choice_rule.h"

static const double   THINK_SPREAD = 0.35;                         /* sd / mean of the time to respond */
static const uint64_t PACE_SEED    = UINT64_C(0x7061636520736564); /* any constant: another stream than the responses */

struct person {
    enum learner_task     task;
    double                beta;
    struct rng            choice_rng;
    struct rng            pace_rng; /* its own, so that the pace asked for does not change the responses */
    struct learner_trials trials;
    double               *features; /* owned; trials points here */
    double               *targets;  /* owned; filled by person_learn */
    struct learner_run   *run;      /* NULL: a random person */
};

int person_image_count(enum learner_task task)
{
    return task == LEARNER_TASK_CATEGORY ? 1 : 2;
}

static bool start_learning(struct person *person, const struct person_settings *settings, int trial_count, const int *rows,
                           struct err *err)
{
    int    image_count   = trial_count * person_image_count(settings->task);
    size_t feature_count = (size_t)settings->matrix->column_count;

    person->features = calloc((size_t)image_count * feature_count, sizeof *person->features);
    person->targets  = calloc((size_t)image_count, sizeof *person->targets);
    if (person->features == NULL || person->targets == NULL) return err_no_memory(err);
    for (int i = 0; i < image_count; i++)
        memcpy(person->features + (size_t)i * feature_count, settings->matrix->values + (size_t)rows[i] * feature_count,
               feature_count * sizeof *person->features);
    person->trials = (struct learner_trials){
        .task          = settings->task,
        .trial_count   = trial_count,
        .feature_count = settings->matrix->column_count,
        .features      = person->features,
        .targets       = person->targets,
    };
    person->run = learner_run_new(settings->spec, &person->trials, err);
    return person->run != NULL;
}

struct person *person_new(const struct person_settings *settings, int trial_count, const int *rows, struct err *err)
{
    struct person *person = calloc(1, sizeof *person);

    if (person == NULL) return err_no_memory(err), NULL;
    person->task = settings->task;
    person->beta = settings->beta;
    rng_init(&person->choice_rng, settings->seed);
    rng_init(&person->pace_rng, settings->seed ^ PACE_SEED);
    if (settings->spec != NULL && !start_learning(person, settings, trial_count, rows, err)) {
        person_free(person);
        return NULL;
    }
    return person;
}

void person_free(struct person *person)
{
    if (person == NULL) return;
    learner_run_free(person->run);
    free(person->targets);
    free(person->features);
    free(person);
}

int person_respond(struct person *person, int trial_index)
{
    struct learner_value value;
    double               right_prob = 0.5;

    if (person->run != NULL) {
        learner_run_value(person->run, trial_index, &value);
        right_prob = 1.0 / (1.0 + exp(-person->beta * choice_drive(person->task, &value)));
    }
    return rng_uniform(&person->choice_rng) < right_prob ? 1 : 0;
}

void person_learn(struct person *person, int trial_index, const double *targets)
{
    int image_count = person_image_count(person->task);

    if (person->run == NULL) return;
    for (int i = 0; i < image_count; i++) person->targets[trial_index * image_count + i] = targets[i];
}

int person_guess(struct person *person)
{
    return rng_uniform(&person->choice_rng) < 0.5 ? 1 : 0;
}

double person_think_ms(struct person *person, double mean_ms)
{
    double log_variance = log1p(THINK_SPREAD * THINK_SPREAD); /* of the log-normal with that sd / mean */

    if (mean_ms <= 0.0) return 0.0;
    return mean_ms * exp(sqrt(log_variance) * rng_normal(&person->pace_rng) - log_variance / 2.0);
}
