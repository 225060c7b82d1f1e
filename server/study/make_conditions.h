/* make_conditions.h - the conditions of a study: sampled by its settings, or written out by the researcher; and whether its bins can be
 * filled.
 *
 * Sampled condition k (from 1) uses the settings' dimension (k - 1) mod their count, as the papers did; for category learning the dinosaur
 * that likes high loadings alternates with every round of the dimensions, unless the settings say otherwise. The seed of condition k is
 * seed x 10,000 + k: the same study gives the same conditions on every machine.
 *
 * Conditions are made in memory first, from a store that is only read: sampling a thousand takes a second, which nobody who waits for the
 * writer may wait too. Then they are put into the store, as few at a time as the caller likes. Everything is in the arena that the
 * caller gives: 20 bytes for each trial. Threads: as the store and the arena. */
#ifndef DINOLAB_STUDY_MAKE_CONDITIONS_H
#define DINOLAB_STUDY_MAKE_CONDITIONS_H

#include "store/data_folder.h"
#include "store/store_study.h"
#include "study/condition_rows.h"
#include "task/study_settings.h"
#include "json/json_read.h"

enum { STUDY_CONDITION_MAX = 10000 };

struct made_condition {
    struct condition_facts facts;
    struct condition       condition; /* its trials are in the maker's arena: not to be closed */
};

/* What the steps share. */
struct condition_maker {
    struct store                *store; /* read while conditions are made */
    const struct data_folder    *folder;
    enum task_kind               task;
    const struct study_settings *settings; /* borrowed, as the arena */
    struct arena                *arena;
    struct stimulus_set_row      set;
    struct stimulus_row         *stimuli; /* in `arena`, as the next */
    int                          stimulus_count;
    struct made_condition       *made;
    int                          made_count;
    int                          made_capacity;
};

/* Reads the stimulus set. */
MUST_CHECK bool conditions_open(struct condition_maker *maker, struct store *store, const struct data_folder *folder,
                                enum task_kind task, const struct study_settings *settings, int64_t stimulus_set_id,
                                struct arena *arena, struct err *err);

/* ERR_CONFLICT of field 'stimulus_set' when there are no pictures that anybody could be shown (old_data.h). */
MUST_CHECK bool conditions_check_pictures(const struct condition_maker *maker, struct err *err);

/* `count` conditions from the representation of that name, in memory. */
MUST_CHECK bool conditions_sample(struct condition_maker *maker, const char *generative, int count, int64_t seed,
                                  struct err *err);

/* The member "conditions" of a description (task/condition_file.h), in memory. */
MUST_CHECK bool conditions_take(struct condition_maker *maker, const struct json_value *conditions, struct err *err);

/* The hash that the row of a made condition has. */
void conditions_hash(const struct condition_maker *maker, int index, struct secret_hash *out);

/* `count` made conditions from `first` on become the study's rows. `store` is for writing; to be called in a transaction. */
MUST_CHECK bool conditions_insert(const struct condition_maker *maker, struct store *store, int64_t study_id, int first,
                                  int count, struct err *err);

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
