/* table_progress.h - how far the value tables of each study are, and how long the rest will take.
 *
 * Written by the threads that compute them, read by whoever tells researchers. The time left is estimated per model from the times that
 * its own tables took; a model without one yet takes its learner's time per feature. Studies are worked on one after the other, so that
 * a study waits for those before it.
 * One of the objects shared between threads: a mutex, held for additions only. */
#ifndef DINOLAB_LIVE_TABLE_PROGRESS_H
#define DINOLAB_LIVE_TABLE_PROGRESS_H

#include <stdint.h>

#include "base/err.h"

struct table_progress;

MUST_CHECK struct table_progress *table_progress_new(struct err *err);
void                              table_progress_free(struct table_progress *progress); /* accepts NULL */

/* --- readers: any thread, no SQL, no waiting beyond a few additions --- */

struct table_counts {
    int64_t planned;
    int64_t ready;
    int64_t failed;        /* could not be computed; tried again later */
    bool    is_left_known; /* false: left_s means nothing */
    double  left_s;        /* until all are ready; 0 when they are */
};

/* False while nothing is known of the study, which is so for a moment after a start. */
bool table_progress_of_study(struct table_progress *progress, int64_t study_id, struct table_counts *out);
void table_progress_of_all(struct table_progress *progress, struct table_counts *out);

/* --- the threads that compute --- */

struct model_progress {
    int64_t representation_id;
    int     learner_index; /* models with the same learner help each other's estimates */
    int     feature_count;
    int64_t ready;
    int64_t failed;
    int64_t timed_count; /* tables whose time is in the sum */
    double  time_sum_ms;
};

void table_progress_set_thread_count(struct table_progress *progress, int thread_count);

/* All that is known of a study; replaces what was. `models` is copied. */
MUST_CHECK bool table_progress_set_study(struct table_progress *progress, int64_t study_id, int condition_count,
                                         const struct model_progress *models, int model_count, struct err *err);

void table_progress_add_ready(struct table_progress *progress, int64_t study_id, int model_index, double compute_ms);
void table_progress_add_failed(struct table_progress *progress, int64_t study_id, int model_index);

/* Every table on this representation that is not there, in every study: its matrix cannot be read. */
void table_progress_fail_representation(struct table_progress *progress, int64_t representation_id);
void table_progress_forget_failed(struct table_progress *progress);

#endif
