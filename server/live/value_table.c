#include "live/value_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const STATUS_NAMES[] = {
    [LEARNER_CONVERGED]       = "converged",
    [LEARNER_ITERATION_LIMIT] = "iteration_limit",
    [LEARNER_SINGULAR]        = "singular",
};

const char *value_table_status_name(enum learner_status status)
{
    return STATUS_NAMES[status];
}

void value_table_key(const struct secret_hash *condition_sha256, const struct secret_hash *matrix_sha256,
                     const struct learner_spec *learner, struct secret_hash *out)
{
    struct secret_sha256 sha;
    char                 revision[24];

    (void)snprintf(revision, sizeof revision, "revision %d", VALUE_TABLE_REVISION);
    secret_sha256_begin(&sha);
    secret_sha256_add(&sha, condition_sha256->bytes, sizeof condition_sha256->bytes);
    secret_sha256_add(&sha, matrix_sha256->bytes, sizeof matrix_sha256->bytes);
    secret_sha256_add(&sha, learner->text, strlen(learner->text) + 1); /* with the NUL: where it ends is part of it */
    secret_sha256_add(&sha, revision, strlen(revision) + 1);
    secret_sha256_end(&sha, out);
}

/* The learner's rows: category one per trial, reward left and right of each trial. */
struct rows {
    int     count;
    int    *stimuli; /* rows of the matrix; owned, as the next */
    double *features;
    double *targets;
};

static bool add_row(const struct value_table_input *input, struct rows *rows, int stimulus_row, double target, struct err *err)
{
    const int row_count = npy_rows_row_count(input->matrix);

    if (stimulus_row < 0 || stimulus_row >= row_count)
        return err_set(err, ERR_INVALID, "the condition shows stimulus row %d, the matrix has %d rows", stimulus_row, row_count);
    rows->stimuli[rows->count]   = stimulus_row;
    rows->targets[rows->count++] = target;
    return true;
}

static bool add_trial(const struct value_table_input *input, const struct condition_trial_row *trial, struct rows *rows,
                      struct err *err)
{
    if (input->task == LEARNER_TASK_REWARD)
        return add_row(input, rows, trial->left_row, trial->left_points, err) &&
               add_row(input, rows, trial->right_row, trial->right_points, err);
    return add_row(input, rows, trial->left_row, strcmp(trial->category, "julty") == 0 ? 1.0 : 0.0, err);
}

static bool run_all(const struct value_table_input *input, const struct rows *rows, double *pairs, enum learner_status *status,
                    struct err *err)
{
    const struct learner_trials trials = {
        .task          = input->task,
        .trial_count   = input->trial_count,
        .feature_count = npy_rows_column_count(input->matrix),
        .features      = rows->features,
        .targets       = rows->targets,
    };
    struct learner_run *run = learner_run_new(input->learner, &trials, err);

    if (run == NULL) return false;
    *status = LEARNER_CONVERGED;
    for (int t = 0; t < input->trial_count; t++) {
        struct learner_value value;

        if (input->is_stopped != NULL && input->is_stopped(input->argument)) {
            learner_run_free(run);
            return err_set(err, ERR_BUSY, "stopped at trial %d of %d", t, input->trial_count);
        }
        learner_run_value(run, t, &value);
        pairs[2 * (size_t)t]     = value.left;
        pairs[2 * (size_t)t + 1] = value.right;
        if (value.status > *status) *status = value.status;
    }
    learner_run_free(run);
    return true;
}

bool value_table_compute(const struct value_table_input *input, double *pairs, enum learner_status *status, struct err *err)
{
    size_t      rows_per_trial = input->task == LEARNER_TASK_REWARD ? 2 : 1;
    size_t      row_max        = rows_per_trial * (size_t)input->trial_count;
    struct rows rows           = {0};
    bool        ok             = false;

    if (input->trial_count < 1) return err_set(err, ERR_INVALID, "the condition has no trials");
    rows.stimuli  = calloc(row_max, sizeof *rows.stimuli);
    rows.features = calloc(row_max * (size_t)npy_rows_column_count(input->matrix), sizeof *rows.features);
    rows.targets  = calloc(row_max, sizeof *rows.targets);
    if (rows.stimuli == NULL || rows.features == NULL || rows.targets == NULL) {
        err_no_memory(err);
        goto done;
    }
    for (int t = 0; t < input->trial_count; t++)
        if (!add_trial(input, &input->trials[t], &rows, err)) goto done;
    ok = npy_rows_read(input->matrix, rows.stimuli, rows.count, rows.features, err) && run_all(input, &rows, pairs, status, err);
done:
    free(rows.targets);
    free(rows.features);
    free(rows.stimuli);
    return ok;
}

struct npy_rows *value_table_open_matrix(const struct data_folder *folder, const struct secret_hash *matrix_sha256,
                                         struct err *err)
{
    char path[PATH_BYTES];

    data_folder_matrix(folder, matrix_sha256, path);
    return npy_rows_open(path, err);
}

bool value_table_fill(const struct value_table_input *input, const struct clock *clock, struct arena *arena,
                      struct value_table_row *out, struct err *err)
{
    int64_t             start_us = clock_monotonic_us(clock);
    double             *pairs    = arena_alloc_array(arena, 2 * (size_t)input->trial_count, sizeof *pairs);
    enum learner_status status;

    if (pairs == NULL) return err_no_memory(err);
    if (!value_table_compute(input, pairs, &status, err)) return false;
    out->revision    = VALUE_TABLE_REVISION;
    out->trial_count = input->trial_count;
    out->value_pairs = pairs;
    (void)snprintf(out->learner, sizeof out->learner, "%s", input->learner->text);
    (void)snprintf(out->status, sizeof out->status, "%s", value_table_status_name(status));
    out->compute_ms     = (double)(clock_monotonic_us(clock) - start_us) / 1000.0;
    out->computed_at_ms = clock_wall_ms(clock);
    return true;
}
