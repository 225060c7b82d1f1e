/* Leave-one-trial-out on the reward data of 2022: bayes_ridge on the raw 14-d embedding against the authors' published rows and
 * against lme4 run to the exact optimum. Skips where the data are not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/file.h"
#include "model/glmm.h"
#include "model/npy.h"
#include "reference.h"

#define DATA_FOLDER "../shared/data/reward2022/"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024, TRIAL_MAX = 4000, TRIALS_EACH = 150, PARTICIPANT_COUNT = 25, STIMULUS_MAX = 2000 };

struct reward2022 {
    int           trial_count, stimulus_count;
    struct arena  arena;
    struct matrix embedding;
    const char   *stimuli[STIMULUS_MAX];
    int           pair[TRIAL_MAX][2];
    double        points[TRIAL_MAX][2];
    int           choices[TRIAL_MAX], participant[TRIAL_MAX];
    double        x[TRIAL_MAX]; /* value of right - value of left */
    double        published[TRIAL_MAX];
};

static struct reward2022 data;

static void open_csv(const char *path, struct csv_reader *reader)
{
    struct text text;
    struct err  err;

    text_init(&text);
    assert_true(file_read(path, FILE_BYTES_MAX, &text, &err));
    assert_true(
        csv_begin(reader, path, (struct span){arena_copy(&data.arena, text.data, text.length), text.length}, &data.arena, &err));
    text_close(&text);
}

static bool next_row(struct csv_reader *reader)
{
    struct err err;
    bool       has_row;

    assert_true(csv_next(reader, &has_row, &err));
    return has_row;
}

static int find_stimulus(const char *name)
{
    for (int i = 0; i < data.stimulus_count; i++)
        if (strcmp(data.stimuli[i], name) == 0) return i;
    fail_msg("no stimulus '%s'", name);
    return -1;
}

static void read_files(void)
{
    struct csv_reader reader;
    struct err        err;

    assert_true(npy_read_file(DATA_FOLDER "spose_embedding_14d_sorted.npy", &data.embedding, &err));
    open_csv(DATA_FOLDER "stimuli.csv", &reader);
    while (next_row(&reader))
        data.stimuli[data.stimulus_count++] = arena_copy(&data.arena, reader.fields[0], strlen(reader.fields[0]));
    open_csv(DATA_FOLDER "trials.csv", &reader);
    while (next_row(&reader)) {
        const int i = data.trial_count++;

        assert_true(i < TRIAL_MAX);
        data.participant[i] = i / TRIALS_EACH;
        assert_int_equal(atoi(reader.fields[csv_column(&reader, "participant")]), i / TRIALS_EACH + 1);
        assert_int_equal(atoi(reader.fields[csv_column(&reader, "trial")]), i % TRIALS_EACH);
        data.pair[i][0]   = find_stimulus(reader.fields[csv_column(&reader, "left_image")]);
        data.pair[i][1]   = find_stimulus(reader.fields[csv_column(&reader, "right_image")]);
        data.points[i][0] = atof(reader.fields[csv_column(&reader, "left_reward")]);
        data.points[i][1] = atof(reader.fields[csv_column(&reader, "right_reward")]);
        data.choices[i]   = atoi(reader.fields[csv_column(&reader, "choice")]);
    }
    assert_int_equal(data.trial_count, TRIALS_EACH * PARTICIPANT_COUNT);
    open_csv(DATA_FOLDER "published_loo_14.csv", &reader);
    for (int i = 0; next_row(&reader); i++) data.published[i] = atof(reader.fields[csv_column(&reader, "Linear")]);
}

static void learn_one(int participant)
{
    const int             width = data.embedding.column_count;
    double               *rows  = calloc((size_t)(2 * TRIALS_EACH * width), sizeof *rows);
    double                targets[2 * TRIALS_EACH];
    struct learner_trials trials = {LEARNER_TASK_REWARD, TRIALS_EACH, width, rows, targets};
    struct learner_spec   spec;
    struct learner_run   *run;
    struct err            err;

    assert_non_null(rows);
    for (int k = 0; k < 2 * TRIALS_EACH; k++) {
        const int i = participant * TRIALS_EACH + k / 2;

        targets[k] = data.points[i][k % 2];
        memcpy(rows + k * width, data.embedding.values + data.pair[i][k % 2] * width, (size_t)width * sizeof *rows);
    }
    assert_true(learner_spec_read("bayes_ridge:standardize=none", LEARNER_TASK_REWARD, &spec, &err));
    run = learner_run_new(&spec, &trials, &err);
    assert_non_null(run);
    for (int t = 0; t < TRIALS_EACH; t++) {
        struct learner_value value;

        learner_run_value(run, t, &value);
        data.x[participant * TRIALS_EACH + t] = value.right - value.left;
    }
    learner_run_free(run);
    free(rows);
}

static int data_open(void **state)
{
    (void)state;
    arena_init(&data.arena);
    if (access(DATA_FOLDER "trials.csv", R_OK) != 0) return 0;
    read_files();
    for (int p = 0; p < PARTICIPANT_COUNT; p++) learn_one(p);
    return 0;
}

static int data_close(void **state)
{
    (void)state;
    matrix_close(&data.embedding);
    arena_close(&data.arena);
    return 0;
}

static struct glmm *solve(enum glmm_scale scale)
{
    const struct glmm_data all = {data.trial_count, PARTICIPANT_COUNT, data.x, data.choices, data.participant};
    struct glmm_result     result;
    struct err             err;
    struct glmm           *fit = glmm_new(&all, scale, &err);

    assert_non_null(fit);
    glmm_solve(fit, &result);
    assert_int_equal(result.status, GLMM_CONVERGED);
    return fit;
}

static void skip_without_data(void)
{
    if (data.trial_count > 0) return;
    print_message("no %s: not tested\n", DATA_FOLDER);
    skip();
}

static double log_likelihood(int row, double prob)
{
    return data.choices[row] ? log(prob) : log1p(-prob);
}

static void every_row_is_the_published_one(void **state)
{
    double       sum = 0.0, largest = 0.0;
    struct glmm *fit;

    (void)state;
    skip_without_data();
    fit = solve(GLMM_SCALE_ALL);
    for (int i = 0; i < data.trial_count; i++) {
        struct glmm_result result;
        double             prob;

        glmm_leave_out_fast(fit, i, &result, &prob);
        assert_int_equal(result.status, GLMM_CONVERGED);
        assert_true(result.by_expansion);
        sum += log_likelihood(i, prob);
        largest = fmax(largest, fabs(log_likelihood(i, prob) - data.published[i]));
    }
    assert_true(fabs(1.0 + sum / (data.trial_count * log(2.0)) - 0.266738) < 1e-6);
    assert_true(largest < 2e-4); /* their optimiser stopped a little early */
    glmm_free(fit);
}

static void expansion_and_exact_refits_agree(void **state)
{
    (void)state;
    skip_without_data();
    for (int scale = GLMM_SCALE_TRAINING; scale <= GLMM_SCALE_ALL; scale++) {
        struct glmm *fit = solve(scale);

        for (int i = 0; i < data.trial_count; i += 29) {
            struct glmm_result result, fast;
            double             prob, fast_prob;

            glmm_leave_out(fit, i, &result, &prob);
            glmm_leave_out_fast(fit, i, &fast, &fast_prob);
            assert_true(result.gradient_norm < 1e-8);
            assert_true(fabs(prob - fast_prob) < 1e-10);
        }
        glmm_free(fit);
    }
}

static void rows_are_those_of_lme4_run_to_the_optimum(void **state)
{
    struct glmm          *fits[2];
    struct reference_file file;
    char                  line[256], scale[16];
    int                   participant, trial, count = 0;
    double                expected;

    (void)state;
    skip_without_data();
    for (int k = 0; k < 2; k++) fits[k] = solve(k);
    reference_open(&file, "tests/model_reference/glmm.csv");
    while (reference_line(&file, line, sizeof line)) {
        struct glmm_result result;
        double             prob;
        int                row;

        if (sscanf(line, "loo,%d,%d,%15[a-z],%lf", &participant, &trial, scale, &expected) != 4) continue;
        row = (participant - 1) * TRIALS_EACH + trial;
        glmm_leave_out(fits[strcmp(scale, "all") == 0 ? GLMM_SCALE_ALL : GLMM_SCALE_TRAINING], row, &result, &prob);
        assert_true(fabs(log_likelihood(row, prob) - expected) < 1e-8);
        count++;
    }
    assert_int_equal(count, 100);
    for (int k = 0; k < 2; k++) glmm_free(fits[k]);
    reference_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_the_published_one),
        cmocka_unit_test(expansion_and_exact_refits_agree),
        cmocka_unit_test(rows_are_those_of_lme4_run_to_the_optimum),
    };

    return cmocka_run_group_tests(tests, data_open, data_close);
}
