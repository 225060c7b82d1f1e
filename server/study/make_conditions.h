/* make_conditions.h - the conditions of a study: sampled by its settings, or written out by the researcher; and whether its bins can be
 * filled.
 *
 * Sampled condition k (from 1) uses the settings' dimension (k - 1) mod their count, as the papers did; for category learning the dinosaur
 * that likes high loadings alternates with every round of the dimensions, unless the settings say otherwise. The seed of condition k is
 * seed x 10,000 + k: the same study gives the same conditions on every machine. To be called in a transaction, but for the check. */
#ifndef DINOLAB_STUDY_MAKE_CONDITIONS_H
#define DINOLAB_STUDY_MAKE_CONDITIONS_H

#include "store/data_folder.h"
#include "store/store_study.h"
#include "task/condition.h"
#include "task/study_settings.h"
#include "json/json_read.h"

enum { STUDY_CONDITION_MAX = 10000 };

/* What the steps share. */
struct condition_maker {
    struct store                *store;
    const struct data_folder    *folder;
    int64_t                      study_id;
    enum task_kind               task;
    const struct study_settings *settings; /* borrowed */
    struct stimulus_set_row      set;
    struct stimulus_row         *stimuli; /* in `arena` */
    int                          stimulus_count;
    int                          condition_count; /* made so far */
    struct arena                 arena;
};

/* `settings` are borrowed; reads the stimulus set. conditions_close accepts a zeroed maker. */
MUST_CHECK bool conditions_open(struct condition_maker *maker, struct store *store, const struct data_folder *folder,
                                enum task_kind task, const struct study_settings *settings, int64_t stimulus_set_id,
                                struct err *err);
void            conditions_close(struct condition_maker *maker);

/* ERR_CONFLICT of field 'stimulus_set' when there are no pictures that anybody could be shown (old_data.h). */
MUST_CHECK bool conditions_check_pictures(const struct condition_maker *maker, struct err *err);

/* `count` conditions from the representation of that name. */
MUST_CHECK bool conditions_sample(struct condition_maker *maker, const char *generative, int count, int64_t seed,
                                  struct err *err);

/* The member "conditions" of a description (task/condition_file.h). */
MUST_CHECK bool conditions_take(struct condition_maker *maker, const struct json_value *conditions, struct err *err);

/* One dimension's bins, as a researcher is told before the study opens. */
struct bin_report {
    int dimension;
    int needed;                     /* different objects per bin */
    int objects[CONDITION_BIN_MAX]; /* that are there, by bin */

    bool       has_problem; /* its first condition cannot be sampled */
    struct err problem;     /* why; of the field of the dimension */
};

/* `reports`: one per dimension of the settings (STUDY_DIMENSION_MAX). False when no dimension can be looked at; a dimension that cannot be
 * sampled says so in its report. Stores nothing. */
MUST_CHECK bool conditions_check(struct condition_maker *maker, const char *generative, int64_t seed, struct bin_report *reports,
                                 int *report_count, struct err *err);

#endif
