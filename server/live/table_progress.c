#include "live/table_progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct study_progress {
    struct study_progress *next; /* in the order in which they are worked on */
    int64_t                study_id;
    int                    condition_count;
    int                    model_count;
    struct model_progress *models; /* owned */
};

struct table_progress {
    pthread_mutex_t        mutex;
    int                    thread_count; /* guarded by the mutex, as the next */
    struct study_progress *first;
};

struct table_progress *table_progress_new(struct err *err)
{
    struct table_progress *progress = calloc(1, sizeof *progress);

    if (progress == NULL) return err_no_memory(err), NULL;
    progress->thread_count = 1;
    if (pthread_mutex_init(&progress->mutex, NULL) == 0) return progress;
    err_set(err, ERR_INTERNAL, "a mutex could not be made");
    free(progress);
    return NULL;
}

void table_progress_free(struct table_progress *progress)
{
    if (progress == NULL) return;
    while (progress->first != NULL) {
        struct study_progress *study = progress->first;

        progress->first = study->next;
        free(study->models);
        free(study);
    }
    pthread_mutex_destroy(&progress->mutex);
    free(progress);
}

/* Lock held. */
static struct study_progress *find(const struct table_progress *progress, int64_t study_id)
{
    struct study_progress *study = progress->first;

    while (study != NULL && study->study_id != study_id) study = study->next;
    return study;
}

static int64_t missing_of(const struct study_progress *study, const struct model_progress *model)
{
    const int64_t missing = study->condition_count - model->ready - model->failed;

    return missing > 0 ? missing : 0;
}

/* The learner's time per feature over all its models; 0 while no table was timed. */
static double rate_of(const struct study_progress *study, int learner_index)
{
    double time_ms = 0.0, features = 0.0;

    for (int i = 0; i < study->model_count; i++) {
        const struct model_progress *model = &study->models[i];

        if (model->learner_index != learner_index) continue;
        time_ms += model->time_sum_ms;
        features += (double)model->timed_count * model->feature_count;
    }
    return features > 0.0 ? time_ms / features : 0.0;
}

/* Of one thread. False when nothing says how long. */
static bool work_left(const struct study_progress *study, double *out_ms)
{
    *out_ms = 0.0;
    for (int i = 0; i < study->model_count; i++) {
        const struct model_progress *model   = &study->models[i];
        const int64_t                missing = missing_of(study, model);
        double                       mean_ms;

        if (missing == 0) continue;
        mean_ms = model->timed_count > 0 ? model->time_sum_ms / (double)model->timed_count
                                         : rate_of(study, model->learner_index) * model->feature_count;
        if (mean_ms <= 0.0) return false;
        *out_ms += (double)missing * mean_ms;
    }
    return true;
}

static void count(const struct study_progress *study, struct table_counts *out)
{
    out->planned += (int64_t)study->condition_count * study->model_count;
    for (int i = 0; i < study->model_count; i++) {
        out->ready += study->models[i].ready;
        out->failed += study->models[i].failed;
    }
}

/* With what failed nobody knows when all will be there. */
static void finish(const struct table_progress *progress, bool is_known, double left_ms, struct table_counts *out)
{
    out->is_left_known = is_known && out->failed == 0;
    out->left_s        = out->ready >= out->planned ? 0.0 : left_ms / 1000.0 / progress->thread_count;
    if (!out->is_left_known) out->left_s = 0.0;
}

bool table_progress_of_study(struct table_progress *progress, int64_t study_id, struct table_counts *out)
{
    const struct study_progress *last;
    bool                         is_known = true;
    double                       left_ms  = 0.0;

    *out = (struct table_counts){0};
    pthread_mutex_lock(&progress->mutex);
    last = find(progress, study_id);
    if (last != NULL) {
        for (const struct study_progress *study = progress->first; study != last->next; study = study->next) {
            double study_ms;

            is_known &= work_left(study, &study_ms);
            left_ms += study_ms;
        }
        count(last, out);
        if (out->ready >= out->planned) is_known = true; /* whatever the others need */
        finish(progress, is_known, left_ms, out);
    }
    pthread_mutex_unlock(&progress->mutex);
    return last != NULL;
}

void table_progress_of_all(struct table_progress *progress, struct table_counts *out)
{
    bool   is_known = true;
    double left_ms  = 0.0;

    *out = (struct table_counts){0};
    pthread_mutex_lock(&progress->mutex);
    for (const struct study_progress *study = progress->first; study != NULL; study = study->next) {
        double study_ms;

        is_known &= work_left(study, &study_ms);
        left_ms += study_ms;
        count(study, out);
    }
    finish(progress, is_known, left_ms, out);
    pthread_mutex_unlock(&progress->mutex);
}

void table_progress_set_thread_count(struct table_progress *progress, int thread_count)
{
    pthread_mutex_lock(&progress->mutex);
    progress->thread_count = thread_count;
    pthread_mutex_unlock(&progress->mutex);
}

/* Lock held. A new study is the last. */
static struct study_progress *find_or_add(struct table_progress *progress, int64_t study_id)
{
    struct study_progress **link = &progress->first;

    while (*link != NULL && (*link)->study_id != study_id) link = &(*link)->next;
    if (*link == NULL) *link = calloc(1, sizeof **link);
    if (*link != NULL) (*link)->study_id = study_id;
    return *link;
}

bool table_progress_set_study(struct table_progress *progress, int64_t study_id, int condition_count,
                              const struct model_progress *models, int model_count, struct err *err)
{
    struct model_progress *copy = calloc((size_t)(model_count > 0 ? model_count : 1), sizeof *copy);
    struct study_progress *study;

    if (copy == NULL) return err_no_memory(err);
    if (model_count > 0) memcpy(copy, models, (size_t)model_count * sizeof *copy);
    pthread_mutex_lock(&progress->mutex);
    study = find_or_add(progress, study_id);
    if (study != NULL) {
        struct model_progress *old = study->models;

        study->condition_count = condition_count;
        study->model_count     = model_count;
        study->models          = copy;
        copy                   = old;
    }
    pthread_mutex_unlock(&progress->mutex);
    free(copy);
    return study != NULL ? true : err_no_memory(err);
}

void table_progress_add_ready(struct table_progress *progress, int64_t study_id, int model_index, double compute_ms)
{
    struct study_progress *study;

    pthread_mutex_lock(&progress->mutex);
    study = find(progress, study_id);
    if (study != NULL && model_index < study->model_count) {
        study->models[model_index].ready++;
        study->models[model_index].timed_count++;
        study->models[model_index].time_sum_ms += compute_ms;
    }
    pthread_mutex_unlock(&progress->mutex);
}

void table_progress_add_failed(struct table_progress *progress, int64_t study_id, int model_index)
{
    struct study_progress *study;

    pthread_mutex_lock(&progress->mutex);
    study = find(progress, study_id);
    if (study != NULL && model_index < study->model_count) study->models[model_index].failed++;
    pthread_mutex_unlock(&progress->mutex);
}

void table_progress_fail_representation(struct table_progress *progress, int64_t representation_id)
{
    pthread_mutex_lock(&progress->mutex);
    for (struct study_progress *study = progress->first; study != NULL; study = study->next)
        for (int i = 0; i < study->model_count; i++)
            if (study->models[i].representation_id == representation_id)
                study->models[i].failed += missing_of(study, &study->models[i]);
    pthread_mutex_unlock(&progress->mutex);
}

void table_progress_forget_failed(struct table_progress *progress)
{
    pthread_mutex_lock(&progress->mutex);
    for (struct study_progress *study = progress->first; study != NULL; study = study->next)
        for (int i = 0; i < study->model_count; i++) study->models[i].failed = 0;
    pthread_mutex_unlock(&progress->mutex);
}
