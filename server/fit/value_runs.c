#include "fit/value_runs.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

/* The work of all threads; each run writes the values of its own participant. */
struct work {
    const struct trial_table  *table;
    const struct matrix       *matrix;
    const struct learner_spec *spec;
    struct learner_value      *values;
    struct progress           *progress;
};

/* The rows of the matrix that a participant saw, in their order; the caller frees. */
static double *gather(const struct trial_table *table, const struct matrix *matrix, int participant, struct err *err)
{
    const size_t feature_count = (size_t)matrix->column_count;
    const size_t row_first     = (size_t)table->first[participant] * (size_t)table->image_count;
    const size_t row_count     = (size_t)trial_table_count_of(table, participant) * (size_t)table->image_count;
    double      *features      = reallocarray(NULL, row_count * feature_count, sizeof *features);

    if (features == NULL) {
        err_no_memory(err);
        return NULL;
    }
    for (size_t i = 0; i < row_count; i++)
        memcpy(features + i * feature_count, matrix->values + (size_t)table->images[row_first + i] * feature_count,
               feature_count * sizeof *features);
    return features;
}

/* Learners promise finite numbers; a sum with one that is not would be no result and look like one. */
static bool check_value(const struct work *work, int participant, int trial, struct err *err)
{
    const struct learner_value *value = &work->values[trial];

    if (isfinite(value->left) && isfinite(value->right)) return true;
    return err_set(err, ERR_INTERNAL, "%s gives no number at trial %" PRId64 " of participant '%s'", work->spec->text,
                   work->table->numbers[trial], work->table->labels[participant]);
}

/* A participant whose sequence somebody before them had is left to share_with_alike. */
static bool run_one(void *argument, int participant, int thread, struct err *err)
{
    struct work              *work     = argument;
    const struct trial_table *table    = work->table;
    double                   *features = NULL;
    struct learner_run       *run      = NULL;
    struct learner_trials     trials   = {
              .task          = table->task,
              .trial_count   = trial_table_count_of(table, participant),
              .feature_count = work->matrix->column_count,
              .targets       = table->targets + (size_t)table->first[participant] * (size_t)table->image_count,
    };
    bool ok = false;

    (void)thread;
    if (table->alike[participant] != participant) return true;
    trials.features = features = gather(table, work->matrix, participant, err);
    if (features != NULL) run = learner_run_new(work->spec, &trials, err);
    if (run != NULL) ok = true;
    for (int t = 0; ok && t < trials.trial_count; t++) {
        const int trial = table->first[participant] + t;

        learner_run_value(run, t, &work->values[trial]);
        ok = check_value(work, participant, trial, err);
        progress_step(work->progress);
    }
    learner_run_free(run);
    free(features);
    return ok;
}

static void share_with_alike(const struct trial_table *table, struct learner_value *values)
{
    for (int p = 0; p < table->participant_count; p++) {
        const int from = table->alike[p];

        if (from != p)
            memcpy(values + table->first[p], values + table->first[from],
                   (size_t)trial_table_count_of(table, p) * sizeof *values);
    }
}

bool value_runs(const struct trial_table *table, const struct matrix *matrix, const struct learner_spec *spec, int thread_count,
                struct learner_value *values, struct progress *progress, struct err *err)
{
    struct work work = {.table = table, .matrix = matrix, .spec = spec, .values = values, .progress = progress};

    if (!parallel_run(thread_count, table->participant_count, run_one, NULL, &work, err)) return false;
    share_with_alike(table, values);
    return true;
}

int64_t value_runs_step_count(const struct trial_table *table)
{
    int64_t count = 0;

    for (int p = 0; p < table->participant_count; p++)
        if (table->alike[p] == p) count += trial_table_count_of(table, p);
    return count;
}
