/* The measured side of `make bench-models`: says how long one repetition of a case takes, as often as models.py asks.
 *
 * Standard input: one word per line, a case, or "write FILE" for the data of the leave-one-out case. Standard output: one line each,
 * "MILLISECONDS ITERATIONS DIFFERENCE". Everything is allocated before the clock is looked at. */
#include <inttypes.h>
#include <time.h>

#include "../unit/model/reference.h"
#include "model/bayes_ridge.h"
#include "model/choice_rule.h"
#include "model/glmm.h"

#include <cblas.h>

enum {
    RIDGE_TRIAL_COUNT    = 61, /* 120 training rows and the two of the trial after them */
    REWARD_TRIAL_COUNT   = 60,
    CATEGORY_TRIAL_COUNT = 120,
    PERSON_COUNT         = 25,
    PERSON_TRIAL_COUNT   = 150,
    REPRESENTATION_COUNT = 86,
    LATENT_COUNT         = 16,
    LINE_BYTES           = 4096,
};

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void must(bool ok, const struct err *err)
{
    if (ok) return;
    (void)fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

static void answer(double ms, double iterations, double difference)
{
    (void)printf("%.9g %.9g %.9g\n", ms, iterations, difference);
    (void)fflush(stdout);
}

/* A condition on made-up embeddings: each feature mixes the same LATENT_COUNT properties of an image, as features of networks do, and
 * a little of its own; what counts is two of the properties. models.py makes the same. Free it with reference_condition_close. */
static void embedded_condition(enum learner_task task, int trial_count, int feature_count, uint64_t seed,
                               struct learner_trials *out)
{
    const int rows      = trial_count * (task == LEARNER_TASK_REWARD ? 2 : 1);
    uint64_t  states[3] = {seed, seed + 1000, seed + 2000}; /* images, loadings, the features' own */
    double   *loadings  = calloc((size_t)LATENT_COUNT * (size_t)feature_count, sizeof *loadings);
    double   *features  = calloc((size_t)rows * (size_t)feature_count, sizeof *features);
    double   *targets   = calloc((size_t)rows, sizeof *targets);

    if (loadings == NULL || features == NULL || targets == NULL) exit((perror("bench"), 1));
    for (int i = 0; i < LATENT_COUNT * feature_count; i++) loadings[i] = reference_bell(&states[1]);
    for (int i = 0; i < rows; i++) {
        double latents[LATENT_COUNT], score;

        for (int k = 0; k < LATENT_COUNT; k++) latents[k] = reference_bell(&states[0]);
        score      = 2.0 * latents[0] - latents[1] + 0.5 * reference_bell(&states[0]);
        targets[i] = task == LEARNER_TASK_REWARD ? floor(50.0 + 12.0 * score + 0.5) : score > 0.0 ? 1.0 : 0.0;
        for (int j = 0; j < feature_count; j++) {
            double feature = 0.3 * reference_bell(&states[2]);

            for (int k = 0; k < LATENT_COUNT; k++) feature += latents[k] * loadings[k * feature_count + j];
            features[(ptrdiff_t)i * feature_count + j] = feature;
        }
    }
    free(loadings);
    *out = (struct learner_trials){task, trial_count, feature_count, features, targets};
}

/* One fit of 120 rows, the Gram matrix at hand, to the predictions of two rows more. */
static void ridge(int feature_count)
{
    const int                 row_count = 2 * (RIDGE_TRIAL_COUNT - 1), all = row_count + 2, repetitions = 20;
    struct learner_trials     trials;
    struct bayes_ridge_result result;
    struct err                err;
    double                   *gram = calloc((size_t)all * (size_t)all, sizeof *gram);
    struct bayes_ridge       *fit  = bayes_ridge_new(row_count, feature_count, &BAYES_RIDGE_DEFAULTS, &err);
    double                    sum  = 0.0, begun;

    must(fit != NULL && gram != NULL, &err);
    embedded_condition(LEARNER_TASK_REWARD, RIDGE_TRIAL_COUNT, feature_count, 1, &trials);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, all, feature_count, 1.0, trials.features, feature_count, 0.0, gram, all);
    begun = now_ms();
    for (int i = 0; i < repetitions; i++) {
        const struct bayes_ridge_data data = {.row_count   = row_count,
                                              .rows        = trials.features,
                                              .row_stride  = feature_count,
                                              .gram        = gram,
                                              .gram_stride = all,
                                              .targets     = trials.targets};

        bayes_ridge_solve(fit, &data, &result);
        for (int row = row_count; row < all; row++)
            sum += bayes_ridge_predict(fit, trials.features + (ptrdiff_t)row * feature_count, gram + (ptrdiff_t)row * all);
    }
    answer((now_ms() - begun) / repetitions, result.iteration_count, sum / repetitions);
    bayes_ridge_free(fit);
    reference_condition_close(&trials);
    free(gram);
}

/* A whole condition through the interface that value tables use; the difference is the sum of right values, for models.py to compare. */
static void learn(enum learner_task task, const char *text, int trial_count, int feature_count)
{
    struct learner_trials trials;
    struct learner_spec   spec;
    struct learner_run   *run;
    struct learner_value  value;
    struct err            err;
    double                sum             = 0.0, begun, ms;
    int                   iteration_count = 0;

    must(learner_spec_read(text, task, &spec, &err), &err);
    embedded_condition(task, trial_count, feature_count, 2, &trials);
    run = learner_run_new(&spec, &trials, &err);
    must(run != NULL, &err);
    begun = now_ms();
    for (int t = 0; t < trial_count; t++) {
        learner_run_value(run, t, &value);
        sum += value.right;
        iteration_count += value.iteration_count;
    }
    ms = now_ms() - begun;
    answer(ms, iteration_count, sum);
    learner_run_free(run);
    reference_condition_close(&trials);
}

struct people {
    double x[PERSON_COUNT * PERSON_TRIAL_COUNT];
    int    choices[PERSON_COUNT * PERSON_TRIAL_COUNT];
    int    person[PERSON_COUNT * PERSON_TRIAL_COUNT];
};

static void people_init(struct people *people)
{
    uint64_t state = 3;

    for (int p = 0; p < PERSON_COUNT; p++) {
        const double slope = 1.0 + 0.6 * reference_bell(&state);

        for (int t = 0; t < PERSON_TRIAL_COUNT; t++) {
            const int    row  = p * PERSON_TRIAL_COUNT + t;
            const double prob = 1.0 / (1.0 + exp(-slope * (people->x[row] = reference_bell(&state))));

            people->person[row]  = p;
            people->choices[row] = reference_uniform(&state) < prob ? 1 : 0;
        }
    }
}

static void write_people(const struct people *people, const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) exit((perror(path), 1));
    (void)fprintf(file, "participant,x,choice\n");
    for (int i = 0; i < PERSON_COUNT * PERSON_TRIAL_COUNT; i++)
        (void)fprintf(file, "%d,%.17g,%d\n", people->person[i], people->x[i], people->choices[i]);
    if (fclose(file) != 0) exit((perror(path), 1));
    answer(0.0, 0.0, 0.0);
}

/* Every row left out once; milliseconds per refit. Difference: exact: the largest gradient; fast: the largest difference of all
 * probabilities from the exact ones. Iterations: mean. */
static void leave_out(const struct people *people, bool is_fast)
{
    enum { ROW_COUNT = PERSON_COUNT * PERSON_TRIAL_COUNT };
    static double          probs[2][ROW_COUNT];
    const struct glmm_data data = {.row_count         = ROW_COUNT,
                                   .participant_count = PERSON_COUNT,
                                   .x                 = people->x,
                                   .choices           = people->choices,
                                   .participant_index = people->person};
    struct glmm_result     result;
    struct err             err;
    double                 begun, ms, difference = 0.0;
    double                 largest_gradient = 0.0;
    int                    iteration_count  = 0;
    struct glmm           *fit              = glmm_new(&data, GLMM_SCALE_ALL, &err);

    must(fit != NULL, &err);
    begun = now_ms();
    glmm_solve(fit, &result);
    for (int i = 0; i < ROW_COUNT; i++) {
        if (is_fast)
            glmm_leave_out_fast(fit, i, &result, &probs[1][i]);
        else
            glmm_leave_out(fit, i, &result, &probs[1][i]);
        largest_gradient = fmax(largest_gradient, result.gradient_norm);
        iteration_count += result.iteration_count;
        if (result.status == GLMM_NOT_CONVERGED) exit((fprintf(stderr, "bench: row %d did not converge\n", i), 1));
    }
    ms = now_ms() - begun;
    for (int i = 0; is_fast && i < ROW_COUNT; i++) {
        glmm_leave_out(fit, i, &result, &probs[0][i]);
        difference = fmax(difference, fabs(probs[0][i] - probs[1][i]));
    }
    answer(ms / ROW_COUNT, (double)iteration_count / ROW_COUNT, is_fast ? difference : largest_gradient);
    glmm_free(fit);
}

/* One response of one participant, for every representation, as live/fit_state.c takes it. */
static void grid(void)
{
    enum { REPETITIONS = 200 };
    static struct choice_grid grids[REPRESENTATION_COUNT];
    static double             drives[REPRESENTATION_COUNT][REPETITIONS];
    uint64_t                  state = 4;
    double                    sum   = 0.0, begun;

    for (int m = 0; m < REPRESENTATION_COUNT; m++) choice_grid_init(&grids[m]);
    begun = now_ms();
    for (int i = 0; i < REPETITIONS; i++) {
        const int choice = reference_uniform(&state) < 0.5 ? 0 : 1;

        for (int m = 0; m < REPRESENTATION_COUNT; m++) {
            drives[m][i] = 2.0 * reference_bell(&state);
            sum += choice_grid_update(&grids[m], drives[m][i], choice, choice_past_in_array, drives[m]);
        }
    }
    answer((now_ms() - begun) / REPETITIONS, CHOICE_GRID_COUNT, sum);
}

int main(void)
{
    static struct people people;
    char                 line[LINE_BYTES];

    people_init(&people);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "ridge_768") == 0)
            ridge(768);
        else if (strcmp(line, "ridge_2048") == 0)
            ridge(2048);
        else if (strcmp(line, "reward_online") == 0)
            learn(LEARNER_TASK_REWARD, "bayes_ridge", REWARD_TRIAL_COUNT, 768);
        else if (strcmp(line, "category_all") == 0)
            learn(LEARNER_TASK_CATEGORY, "logistic_ridge:selection=1:standardize=all", CATEGORY_TRIAL_COUNT, 768);
        else if (strcmp(line, "leave_out_exact") == 0)
            leave_out(&people, false);
        else if (strcmp(line, "leave_out_fast") == 0)
            leave_out(&people, true);
        else if (strcmp(line, "grid") == 0)
            grid();
        else if (strncmp(line, "write ", 6) == 0)
            write_people(&people, line + 6);
        else
            exit((fprintf(stderr, "bench: there is no case '%s'\n", line), 1));
    }
    return 0;
}
