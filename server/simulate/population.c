#include "simulate/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "model/matrix_map.h"
#include "simulate/stimulus_index.h"

static const char   RANDOM_LEARNER[] = "random";
static const double BETA_LOG_SPREAD  = 0.4; /* sd of log beta: nine in ten people within a factor of two of the middle */

/* Middles that make people as good as people are, about four right in five, when their representation holds the rule. The drive
 * is a log-odds in the category task and a difference of points (up to 100) in the reward task. */
static const double BETA_DEFAULT[] = {[LEARNER_TASK_CATEGORY] = 0.5, [LEARNER_TASK_REWARD] = 0.05};

struct population {
    const struct population_settings *settings;
    bool                              is_random;
    bool                              is_task_set;
    enum learner_task                 task;
    struct learner_spec               spec;
    struct stimulus_index            *stimuli;  /* NULL with random people */
    struct matrix_map                *matrices; /* owned, source_count of them */
};

static bool load_files(struct population *population, struct err *err)
{
    const struct population_settings *settings = population->settings;

    if (settings->source_count == 0)
        return err_set(err, ERR_INVALID, "people who learn need at least one --representation NAME=FILE (or --learner random)");
    if (settings->stimuli_path == NULL)
        return err_set(err, ERR_INVALID, "people who learn need --stimuli FILE, the table whose lines are the matrices' rows");
    population->stimuli = stimulus_index_new(settings->stimuli_path, err);
    if (population->stimuli == NULL) return false;
    population->matrices = calloc((size_t)settings->source_count, sizeof *population->matrices);
    if (population->matrices == NULL) return err_no_memory(err);
    for (int i = 0; i < settings->source_count; i++) {
        int row_count = stimulus_index_row_count(population->stimuli);

        if (!matrix_map_open(settings->sources[i].path, &population->matrices[i], err)) {
            if (err->kind != ERR_INTERNAL) err->kind = ERR_INVALID;
            return err_wrap(err, "representation '%s'", settings->sources[i].name);
        }
        if (population->matrices[i].matrix.row_count != row_count)
            return err_set(err, ERR_INVALID, "representation '%s' has %d rows, but the stimulus table has %d stimuli",
                           settings->sources[i].name, population->matrices[i].matrix.row_count, row_count);
    }
    return true;
}

struct population *population_new(const struct population_settings *settings, struct err *err)
{
    struct population *population = calloc(1, sizeof *population);

    if (population == NULL) return err_no_memory(err), NULL;
    population->settings  = settings;
    population->is_random = settings->learner != NULL && strcmp(settings->learner, RANDOM_LEARNER) == 0;
    if (!population->is_random && !load_files(population, err)) {
        population_free(population);
        return NULL;
    }
    return population;
}

void population_free(struct population *population)
{
    if (population == NULL) return;
    for (int i = 0; population->matrices != NULL && i < population->settings->source_count; i++)
        matrix_map_close(&population->matrices[i]);
    free(population->matrices);
    stimulus_index_free(population->stimuli);
    free(population);
}

bool population_set_task(struct population *population, enum learner_task task, struct err *err)
{
    const char *learner = population->settings->learner;

    if (population->is_task_set && population->task == task) return true;
    if (population->is_task_set) return err_set(err, ERR_CONFLICT, "the study has changed its task");
    if (!population->is_random &&
        !learner_spec_read(learner != NULL ? learner : learner_default(task), task, &population->spec, err))
        return false;
    if (!population->is_random && learner_needs_all_targets(&population->spec))
        return err_set(err, ERR_INVALID,
                       "%s needs the answers of all trials beforehand; people who learn from feedback do not have them",
                       population->spec.text);
    population->task        = task;
    population->is_task_set = true;
    return true;
}

bool population_has_task(const struct population *population)
{
    return population->is_task_set;
}

uint64_t population_seed(const struct population *population, int number)
{
    struct rng rng;

    /* Neighbouring numbers go through the generator once, so that people of neighbouring seeds share nothing. */
    rng_init(&rng, population->settings->seed);
    rng_init(&rng, rng_next(&rng) + (uint64_t)number);
    return rng_next(&rng);
}

static double person_beta(const struct population *population, int number)
{
    const struct population_settings *settings = population->settings;
    struct rng                        rng;

    rng_init(&rng, ~population_seed(population, number));
    return (settings->beta > 0.0 ? settings->beta : BETA_DEFAULT[population->task]) * exp(BETA_LOG_SPREAD * rng_normal(&rng));
}

static bool find_rows(const struct population *population, int image_count, const struct secret_hash *stimuli, int *rows,
                      struct err *err)
{
    for (int i = 0; i < image_count; i++)
        if (!stimulus_index_find(population->stimuli, &stimuli[i], &rows[i], err))
            return err_wrap(err, "%s", population->settings->stimuli_path);
    return true;
}

static struct person *learning_person(const struct population *population, int number, int trial_count,
                                      const struct secret_hash *stimuli, struct text *about, struct err *err)
{
    const struct population_settings *settings    = population->settings;
    int                               source      = number % settings->source_count;
    int                               image_count = trial_count * person_image_count(population->task);
    int                              *rows        = calloc((size_t)image_count + 1, sizeof *rows);
    struct person                    *person      = NULL;
    struct person_settings            traits      = {
                        .task   = population->task,
                        .spec   = &population->spec,
                        .matrix = &population->matrices[source].matrix,
                        .beta   = person_beta(population, number),
                        .seed   = population_seed(population, number),
    };

    if (rows == NULL) return err_no_memory(err), NULL;
    if (find_rows(population, image_count, stimuli, rows, err)) person = person_new(&traits, trial_count, rows, err);
    free(rows);
    text_printf(about, "Simulated person %d: %s on %s, beta %.4g, seed %llu.", number, population->spec.text,
                settings->sources[source].name, traits.beta, (unsigned long long)settings->seed);
    return person;
}

struct person *population_person(const struct population *population, int number, int trial_count,
                                 const struct secret_hash *stimuli, struct text *about, struct err *err)
{
    struct person_settings traits = {.task = population->task, .seed = population_seed(population, number)};

    text_reset(about);
    if (!population->is_random) return learning_person(population, number, trial_count, stimuli, about, err);
    text_printf(about, "Simulated person %d: random, seed %llu.", number, (unsigned long long)population->settings->seed);
    return person_new(&traits, trial_count, NULL, err);
}
