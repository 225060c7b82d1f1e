/* old_data.h - a finished data set from elsewhere becomes a closed study, with fits, dashboards and exports like any other.
 *
 * The study has a stimulus set of its own without pictures, the matrices as representations, a condition for each different sequence of trials, and one
 * finished session per person. What the data do not say is marked as missing, never made up: pictures, response times, the dimension,
 * and how trials were shown (schema/sql/0009_old_data.sql). Responses are scored by the task's own rule. Nobody is paid by it: all
 * amounts are 0. Participant numbers follow the order of the persons given; labels from elsewhere are not kept.
 * Works alone on a data folder, as import.h. Threads: the store's. */
#ifndef DINOLAB_STUDY_OLD_DATA_H
#define DINOLAB_STUDY_OLD_DATA_H

#include "store/store_session.h"
#include "study/import.h"
#include "task/task.h"

struct old_trial {
    struct planned_trial planned; /* stimuli are positions in old_data.stimuli */
    int                  response;
    double               rt_ms; /* NAN: not known */
};

struct old_person {
    const struct old_trial *trials;
    int                     trial_count;
    int                     alike;     /* the first person with the same sequence of stimuli and answers; may be itself */
    int                     dimension; /* from 0; -1: not known */
    enum inclusion          include;
};

struct old_matrix {
    const char *name;
    const char *path; /* .npy or text, one row per stimulus in the order of old_data.stimuli */
};

/* All borrowed. */
struct old_data {
    const char              *slug; /* of the study and of its stimulus set */
    const char              *title;
    enum task_kind           task;
    const char              *learners;   /* as `dinolab fit` takes them, separated by commas; NULL: the task's default */
    const char              *generative; /* name of the matrix that the answers come from; NULL: not said */
    const char *const       *stimuli;    /* ids */
    int                      stimulus_count;
    const struct old_matrix *matrices;
    int                      matrix_count;
    const struct old_person *people;
    int                      person_count;
};

struct old_data_result {
    int     condition_count;
    int64_t trial_count;
};

/* One transaction: all of it is there, or nothing. ERR_CONFLICT when the slug is taken; ERR_INVALID says what does not fit. */
MUST_CHECK bool old_data_import(const struct import_place *place, const struct old_data *data, struct old_data_result *out,
                                struct err *err);

#endif
