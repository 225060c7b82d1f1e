/* `make bench-tables`: the value tables of one reward condition on the representations of a study like that of the paper, on one core.
 *
 * bench-tables FOLDER [LEARNER]: matrices with 1,854 rows are made in the folder once, one file per number of features, and a
 * condition of 60 pairs. Each table is computed as the server does it: open the file, read the condition's rows, run the learner.
 * Standard output: one JSON line per number of features, with the times of one table in milliseconds, then the total of all 86. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/rng.h"
#include "live/value_table.h"
#include "model/npy.h"
#include "json/json_write.h"

enum { STIMULUS_COUNT = 1854, PAIR_COUNT = 60, LATENT_COUNT = 16, REPETITIONS = 3, PATH_MAX_BYTES = 600 };

/* 86 representations: the sizes of the last hidden layers of the networks that are in use, word vectors, and the task's own. */
struct size {
    int feature_count;
    int representation_count;
};
static const struct size SIZES[] = {{3, 1},     {49, 1},   {300, 2},  {512, 8},   {768, 30},
                                    {1024, 20}, {1280, 4}, {1536, 4}, {2048, 12}, {4096, 4}};

enum { SIZE_COUNT = sizeof SIZES / sizeof SIZES[0] };

/* Of this thread's core: others may be at work on the machine. */
static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void must(bool ok, const struct err *err)
{
    if (ok) return;
    (void)fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

/* Features mix the same properties of the pictures, as those of networks do, and have a little of their own. */
static void make_matrix(const char *path, int feature_count)
{
    struct matrix matrix   = {STIMULUS_COUNT, feature_count, NULL};
    double       *loadings = calloc((size_t)LATENT_COUNT * (size_t)feature_count, sizeof *loadings);
    struct rng    images, own;
    struct err    err;

    matrix.values = calloc((size_t)STIMULUS_COUNT * (size_t)feature_count, sizeof *matrix.values);
    if (loadings == NULL || matrix.values == NULL) must(err_no_memory(&err), &err);
    rng_init(&images, 1);
    rng_init(&own, 2 + (uint64_t)feature_count);
    for (int i = 0; i < LATENT_COUNT * feature_count; i++) loadings[i] = rng_normal(&own);
    for (int i = 0; i < STIMULUS_COUNT; i++) {
        double latents[LATENT_COUNT];

        for (int k = 0; k < LATENT_COUNT; k++) latents[k] = rng_normal(&images);
        for (int j = 0; j < feature_count; j++) {
            double value = 0.3 * rng_normal(&own);

            for (int k = 0; k < LATENT_COUNT; k++) value += latents[k] * loadings[k * feature_count + j];
            matrix.values[(size_t)i * (size_t)feature_count + (size_t)j] = value;
        }
    }
    must(npy_write_file(path, &matrix, &err), &err);
    matrix_close(&matrix);
    free(loadings);
}

/* Points follow two of the properties of the pictures; made as the matrices' own. */
static void make_condition(struct condition_trial_row *trials)
{
    double     points[STIMULUS_COUNT];
    struct rng images, pick;

    rng_init(&images, 1);
    rng_init(&pick, 3);
    for (int i = 0; i < STIMULUS_COUNT; i++) {
        double latents[LATENT_COUNT];

        for (int k = 0; k < LATENT_COUNT; k++) latents[k] = rng_normal(&images);
        points[i] = 50.0 + 12.0 * (2.0 * latents[0] - latents[1]) + 6.0 * rng_normal(&pick);
    }
    for (int t = 0; t < PAIR_COUNT; t++) {
        const int left = (int)rng_below(&pick, STIMULUS_COUNT), right = (int)rng_below(&pick, STIMULUS_COUNT);

        trials[t] = (struct condition_trial_row){.trial_index  = t,
                                                 .left_row     = left,
                                                 .right_row    = right,
                                                 .left_points  = (int)points[left],
                                                 .right_points = (int)points[right]};
    }
}

struct times {
    double read_ms;
    double all_ms; /* reading included */
};

static struct times measure(const char *path, const struct learner_spec *learner, const struct condition_trial_row *trials)
{
    struct value_table_input input = {
        .task = LEARNER_TASK_REWARD, .learner = learner, .trials = trials, .trial_count = PAIR_COUNT};
    int                 rows[2 * PAIR_COUNT];
    double              pairs[2 * PAIR_COUNT], began_ms = now_ms();
    struct npy_rows    *matrix;
    enum learner_status status;
    struct times        times;
    struct err          err;

    matrix = npy_rows_open(path, &err);
    must(matrix != NULL, &err);
    input.matrix = matrix;
    must(value_table_compute(&input, pairs, &status, &err), &err);
    npy_rows_close(matrix);
    times.all_ms = now_ms() - began_ms;

    /* the reading alone, once more */
    for (int t = 0; t < 2 * PAIR_COUNT; t++) rows[t] = t % 2 == 0 ? trials[t / 2].left_row : trials[t / 2].right_row;
    began_ms = now_ms();
    matrix   = npy_rows_open(path, &err);
    must(matrix != NULL, &err);
    {
        double *out = calloc((size_t)(2 * PAIR_COUNT) * (size_t)npy_rows_column_count(matrix), sizeof *out);

        if (out == NULL) must(err_no_memory(&err), &err);
        must(npy_rows_read(matrix, rows, 2 * PAIR_COUNT, out, &err), &err);
        free(out);
    }
    npy_rows_close(matrix);
    times.read_ms = now_ms() - began_ms;
    return times;
}

static struct times best_of(const char *path, const struct learner_spec *learner, const struct condition_trial_row *trials)
{
    struct times best = measure(path, learner, trials);

    for (int i = 1; i < REPETITIONS; i++) {
        const struct times times = measure(path, learner, trials);

        if (times.all_ms < best.all_ms) best.all_ms = times.all_ms;
        if (times.read_ms < best.read_ms) best.read_ms = times.read_ms;
    }
    return best;
}

static void say(const char *learner, int feature_count, int count, const struct times *times)
{
    struct text        line;
    struct json_writer json;

    text_init(&line);
    json_writer_init(&json, &line);
    json_begin_object(&json, NULL);
    json_text(&json, "bench", feature_count > 0 ? "value_table" : "value_tables_of_a_condition");
    json_text(&json, "learner", learner);
    if (feature_count > 0) json_i64(&json, "features", feature_count);
    json_i64(&json, "representations", count);
    json_f64(&json, feature_count > 0 ? "ms_each" : "ms", times->all_ms);
    json_f64(&json, feature_count > 0 ? "reading_ms_each" : "reading_ms", times->read_ms);
    json_end_object(&json);
    (void)puts(line.data);
    (void)fflush(stdout);
    text_close(&line);
}

int main(int argc, char **argv)
{
    static struct condition_trial_row trials[PAIR_COUNT];
    struct learner_spec               learner;
    struct times                      total = {0};
    int                               count = 0;
    struct err                        err;

    memory_keep_freed(); /* as the program */
    if (argc < 2) return fputs("usage: bench-tables FOLDER [LEARNER]\n", stderr), 2;
    must(learner_spec_read(argc > 2 ? argv[2] : "bayes_ridge", LEARNER_TASK_REWARD, &learner, &err), &err);
    if (mkdir(argv[1], 0777) != 0 && errno != EEXIST) must(err_errno(&err, "make '%s'", argv[1]), &err);
    make_condition(trials);
    for (int i = 0; i < SIZE_COUNT; i++) {
        char         path[PATH_MAX_BYTES];
        struct times times;

        (void)snprintf(path, sizeof path, "%s/%d.npy", argv[1], SIZES[i].feature_count);
        if (access(path, R_OK) != 0) make_matrix(path, SIZES[i].feature_count);
        times = best_of(path, &learner, trials);
        say(learner.text, SIZES[i].feature_count, SIZES[i].representation_count, &times);
        count += SIZES[i].representation_count;
        total.all_ms += times.all_ms * SIZES[i].representation_count;
        total.read_ms += times.read_ms * SIZES[i].representation_count;
    }
    say(learner.text, 0, count, &total);
    return 0;
}
