#include "fit/value_runs.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The work of all threads. */
struct work {
    const struct trial_table  *table;
    const struct matrix       *matrix;
    const struct learner_spec *spec;
    struct learner_value      *values; /* each run writes those of its own participant */
    struct progress           *progress;

    pthread_mutex_t mutex; /* guards what follows */
    int             next;  /* the participant to look at next */
    bool            is_failed;
    struct err      first_err;
};

/* The next participant whose sequence has to be run; -1 when there is none, or when a run has failed. */
static int take_next(struct work *work)
{
    int participant = -1;

    (void)pthread_mutex_lock(&work->mutex);
    while (!work->is_failed && participant < 0 && work->next < work->table->participant_count) {
        if (work->table->alike[work->next] == work->next) participant = work->next;
        work->next++;
    }
    (void)pthread_mutex_unlock(&work->mutex);
    return participant;
}

static void fail(struct work *work, const struct err *err)
{
    (void)pthread_mutex_lock(&work->mutex);
    if (!work->is_failed) work->first_err = *err;
    work->is_failed = true;
    (void)pthread_mutex_unlock(&work->mutex);
}

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

static bool run_one(struct work *work, int participant, struct err *err)
{
    const struct trial_table *table    = work->table;
    double                   *features = gather(table, work->matrix, participant, err);
    struct learner_run       *run      = NULL;
    struct learner_trials     trials   = {
              .task          = table->task,
              .trial_count   = trial_table_count_of(table, participant),
              .feature_count = work->matrix->column_count,
              .features      = features,
              .targets       = table->targets + (size_t)table->first[participant] * (size_t)table->image_count,
    };
    bool ok = false;

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

static void *run_many(void *argument)
{
    struct work *work = argument;
    struct err   err;
    int          participant;

    while ((participant = take_next(work)) >= 0)
        if (!run_one(work, participant, &err)) fail(work, &err);
    return NULL;
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

static int run_count(const struct trial_table *table)
{
    int count = 0;

    for (int p = 0; p < table->participant_count; p++) count += table->alike[p] == p;
    return count;
}

bool value_runs(const struct trial_table *table, const struct matrix *matrix, const struct learner_spec *spec, int thread_count,
                struct learner_value *values, struct progress *progress, struct err *err)
{
    struct work work = {.table = table, .matrix = matrix, .spec = spec, .values = values, .progress = progress};
    pthread_t   threads[VALUE_RUNS_THREAD_MAX];
    int         started = 0;
    const int   useful  = run_count(table);

    if (pthread_mutex_init(&work.mutex, NULL) != 0) return err_set(err, ERR_INTERNAL, "a mutex cannot be made");
    if (thread_count > useful) thread_count = useful;
    if (thread_count > VALUE_RUNS_THREAD_MAX) thread_count = VALUE_RUNS_THREAD_MAX;
    /* This thread works too. One that cannot be started is done without: the others take its work. */
    while (started < thread_count - 1 && pthread_create(&threads[started], NULL, run_many, &work) == 0) started++;
    (void)run_many(&work);
    for (int i = 0; i < started; i++) (void)pthread_join(threads[i], NULL);
    (void)pthread_mutex_destroy(&work.mutex);
    if (work.is_failed) {
        if (err != NULL) *err = work.first_err;
        return false;
    }
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
